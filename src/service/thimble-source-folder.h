/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-input.h"
#include "thimble-origin.h"

G_BEGIN_DECLS

/**
 * ThimbleSourceFolder:
 * @folder: (nullable): owned; what the rest is of
 * @fd: an open descriptor of it, or -1
 * @prefix: owned: of its files' paths relative to the destination, up to their names
 *
 * The folder that the last image lay in, as most of the next ones lie there, too. One thread.
 */
typedef struct
{
  ThimbleFolder *folder;
  int fd;
  char *prefix;
} ThimbleSourceFolder;

void thimble_source_folder_init (ThimbleSourceFolder *self);
void thimble_source_folder_clear (ThimbleSourceFolder *self);
char *thimble_source_folder_dup_relative (ThimbleSourceFolder *self,
                                          const ThimbleOrigin *origin,
                                          const char *destination);
ThimbleInput *thimble_source_folder_open (ThimbleSourceFolder *self,
                                          const ThimbleOrigin *origin,
                                          GError **error);

G_END_DECLS
