/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window's program: languages, then the application. */

#include "config.h"

#include "thimble-application.h"
#include "thimble-descriptors.h"
#include "thimble-languages.h"

int
main (int argc, char **argv)
{
  g_autoptr(ThimbleApplication) application = NULL;

  thimble_descriptors_fill_standard ();
  thimble_languages_init ();

  application = thimble_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
