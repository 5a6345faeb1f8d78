/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "thumbnail": one image to one PNG whose name is given, as the desktop's thumbnailer entries (the
 * keys %i, %u, %o and %s) want it. */

#include "config.h"

#include "thimble-cli-make.h"

#include "thimble-desktop-thumbnailer.h"
#include "thimble-source.h"

#include <glib/gi18n.h>

typedef struct
{
  int size_px;
  char **files; /* owned */
} Words;

static void
words_clear (Words *words)
{
  g_strfreev (words->files);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

static gboolean
parse_words (Words *words, char **arguments, GError **error)
{
  const GOptionEntry what[] = {
    { "size", 's', 0, G_OPTION_ARG_INT, &words->size_px,
      N_("Pixels of the square that the thumbnail fits inside (default: 128)"), "N" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->files, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr(GOptionContext) context = g_option_context_new (
    _("thumbnail IMAGE OUTPUT – make one PNG for the desktop’s thumbnail cache"));

  g_option_context_add_main_entries (context, what, GETTEXT_PACKAGE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  if (!g_option_context_parse_strv (context, &arguments, error))
    return FALSE;
  if (words->size_px < 1 || words->size_px > THIMBLE_DESKTOP_MAX_SIZE)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("--size %d is out of range: say 1 to %d."), words->size_px,
                 THIMBLE_DESKTOP_MAX_SIZE);
  else if (words->files == NULL || g_strv_length (words->files) != 2)
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                         _("Name two files: the image, and the PNG to make of it."));
  else
    return TRUE;
  return FALSE;
}

static int
choose_status (const GError *error)
{
  if (g_error_matches (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_DESTINATION)
      || g_error_matches (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_NO_SPACE)
      || g_error_matches (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_NO_ISOLATION))
    return THIMBLE_EXIT_COULD_NOT_GO_ON;
  return error->domain == G_OPTION_ERROR ? THIMBLE_EXIT_USAGE : THIMBLE_EXIT_SOME_FAILED;
}

static gboolean
make_thumbnail (const Words *words, GError **error)
{
  g_autoptr(ThimbleEngine) engine = NULL;
  g_autoptr(ThimbleSource) source = thimble_source_new_for_argument (words->files[0], NULL);
  gboolean is_made;

  if (thimble_source_get_kind (source) != THIMBLE_SOURCE_PATH)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("“%s” is no file: links are for “make” and “download”."), words->files[0]);
      return FALSE;
    }
  engine = thimble_engine_new (THIMBLE_EXECUTOR_KIND_PROCESSES, 1, error);
  if (engine == NULL || !thimble_engine_try (engine, error))
    return FALSE;
  is_made = thimble_desktop_thumbnailer_make (engine, thimble_source_get_location (source),
                                              words->files[1], (guint) words->size_px, error);
  thimble_engine_shutdown (engine);
  return is_made;
}

/**
 * thimble_cli_thumbnail:
 * @arguments: (array zero-terminated=1): the command's name and the words after it
 *
 * Returns: a #ThimbleExit
 */
int
thimble_cli_thumbnail (char **arguments)
{
  g_auto(Words) words = { .size_px = 128 };
  g_autoptr(GError) error = NULL;

  if (parse_words (&words, arguments, &error) && make_thumbnail (&words, &error))
    return THIMBLE_EXIT_ALL_MADE;
  thimble_cli_complain ("%s", error->message);
  return choose_status (error);
}
