/* SPDX-License-Identifier: GPL-3.0-or-later */

/* thimble-cli: the service for scripts. Commands, options, output and exit status are a contract. */

#include "config.h"

#include "thimble-cli-make.h"
#include "thimble-descriptors.h"
#include "thimble-languages.h"

#include <stdio.h>
#include <string.h>

typedef struct
{
  const char *name;
  int (*run) (char **arguments);
} Command;

static const Command commands[] = {
  { "make", thimble_cli_make },
  { "download", thimble_cli_download },
  { "compare", thimble_cli_compare },
  { "formats", thimble_cli_formats },
  { "presets", thimble_cli_presets },
  { "thumbnail", thimble_cli_thumbnail },
  { "integrate", thimble_cli_integrate },
};

int
main (int argc, char **argv)
{
  g_auto(GStrv) arguments = NULL;

  thimble_descriptors_fill_standard ();
  thimble_languages_init ();
  g_set_prgname ("thimble-cli");

  arguments = g_strdupv (argv);
  if (argc > 1 && g_str_equal (argv[1], "--version"))
    {
      printf ("thimble-cli %s\n", VERSION);
      return THIMBLE_EXIT_ALL_MADE;
    }
  for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[1], commands[i].name))
      return commands[i].run (arguments + 1);
  return thimble_cli_make (arguments);
}
