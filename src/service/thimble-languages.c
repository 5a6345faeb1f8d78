/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which language a program speaks, and where its translations are. */

#include "config.h"

#include "thimble-languages.h"

#include <glib/gi18n-lib.h>
#include <libintl.h>
#include <locale.h>

/* Returns: (transfer full): the folder of translations: of the build tree that this program is run
 * from, which has its workers beside it, or else where they are installed */
static char *
find_folder (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;

  if (folder != NULL)
    {
      g_autofree char *worker = g_build_filename (folder, "../worker/thimble-worker", NULL);
      g_autofree char *built = g_build_filename (folder, "../../po", NULL);

      if (g_file_test (worker, G_FILE_TEST_EXISTS) && g_file_test (built, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&built);
    }
  return g_strdup (LOCALE_DIR);
}

/**
 * thimble_languages_init:
 *
 * Takes the user's language, numbers and letters for this program. To be called first in its main,
 * before there are threads. Text is UTF-8 in every locale.
 */
void
thimble_languages_init (void)
{
  g_autofree char *folder = find_folder ();

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}
