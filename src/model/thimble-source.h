/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * ThimbleSourceKind:
 * @THIMBLE_SOURCE_PATH: a folder, walked recursively, or a file, always an item; the scanner looks
 *   which, as the model touches no disk
 * @THIMBLE_SOURCE_URL: an http, https or data URL
 * @THIMBLE_SOURCE_LIST: a file with a path or URL a line, or CSV with a header; "-" is standard
 *   input
 * @THIMBLE_SOURCE_PAGE: the http or https URL of a web page, whose images are meant
 */
typedef enum
{
  THIMBLE_SOURCE_PATH,
  THIMBLE_SOURCE_URL,
  THIMBLE_SOURCE_LIST,
  THIMBLE_SOURCE_PAGE,
} ThimbleSourceKind;

/**
 * ThimbleSource:
 *
 * Where images come from, as the user named it. Immutable, counted by reference, from any thread.
 */
typedef struct _ThimbleSource ThimbleSource;

gboolean thimble_source_is_url (const char *argument);
char *thimble_source_make_absolute (const char *path, const char *current_folder);
ThimbleSource *thimble_source_new (ThimbleSourceKind kind, const char *location);
ThimbleSource *thimble_source_new_for_link (const char *url, const char *name, const char *folder);
ThimbleSource *thimble_source_new_for_argument (const char *argument, const char *current_folder);
ThimbleSource *thimble_source_ref (ThimbleSource *self);
void thimble_source_unref (ThimbleSource *self);
ThimbleSourceKind thimble_source_get_kind (ThimbleSource *self);
const char *thimble_source_get_location (ThimbleSource *self);
const char *thimble_source_get_name (ThimbleSource *self);
const char *thimble_source_get_folder (ThimbleSource *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleSource, thimble_source_unref)

G_END_DECLS
