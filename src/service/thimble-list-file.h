/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleListedSource:
 * @location: a path or a URL, as the list has it
 * @name: (nullable): the name the list gives it
 * @folder: (nullable): the folder the list puts it in
 */
typedef struct
{
  char *location;
  char *name;
  char *folder;
} ThimbleListedSource;

void thimble_listed_source_clear (ThimbleListedSource *self);
GArray *thimble_list_file_parse (const char *text, gsize n_bytes, GError **error);
GArray *thimble_list_file_read (const char *path, GCancellable *cancellable, GError **error);

G_END_DECLS
