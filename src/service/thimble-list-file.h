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
/**
 * ThimbleListKind:
 * @THIMBLE_LIST_LINES: a path or URL a line, CSV, or words with links among them
 * @THIMBLE_LIST_MARKDOWN: CommonMark, for the links in it
 * @THIMBLE_LIST_JSON: JSON, for the links in its strings
 * @THIMBLE_LIST_PAGE: HTML; not read here, as it must be in a worker
 */
typedef enum
{
  THIMBLE_LIST_LINES,
  THIMBLE_LIST_MARKDOWN,
  THIMBLE_LIST_JSON,
  THIMBLE_LIST_PAGE,
} ThimbleListKind;

ThimbleListKind thimble_list_file_guess_kind (const char *path);
GArray *thimble_list_file_parse (const char *text,
                                 gsize n_bytes,
                                 ThimbleListKind kind,
                                 GError **error);
GArray *thimble_list_file_read (const char *path, GCancellable *cancellable, GError **error);

G_END_DECLS
