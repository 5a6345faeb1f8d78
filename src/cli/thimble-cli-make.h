/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What scripts see: the contract of thimble-cli. */
typedef enum
{
  THIMBLE_EXIT_ALL_MADE = 0,
  THIMBLE_EXIT_SOME_FAILED = 1,
  THIMBLE_EXIT_USAGE = 2,
  THIMBLE_EXIT_COULD_NOT_GO_ON = 3,
  THIMBLE_EXIT_INTERRUPTED = 130,
} ThimbleExit;

int thimble_cli_make (char **arguments);
int thimble_cli_download (char **arguments);
int thimble_cli_compare (char **arguments);
int thimble_cli_formats (char **arguments);
int thimble_cli_presets (char **arguments);
int thimble_cli_thumbnail (char **arguments);
int thimble_cli_integrate (char **arguments);

void thimble_cli_complain (const char *format, ...) G_GNUC_PRINTF (1, 2);

G_END_DECLS
