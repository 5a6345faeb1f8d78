/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window's program: languages, then the application. */

#include "config.h"

#include "thimble-application.h"
#include "thimble-descriptors.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int argc, char **argv)
{
  g_autoptr(ThimbleApplication) application = NULL;

  thimble_descriptors_fill_standard ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = thimble_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
