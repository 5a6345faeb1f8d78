/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ThimbleNameField:
 * @THIMBLE_NAME_FIELD_NAME: {name}: the source's base name without its extension
 * @THIMBLE_NAME_FIELD_LABEL: {label}: the size's label
 * @THIMBLE_NAME_FIELD_WIDTH: {width}: of the output, pixels
 * @THIMBLE_NAME_FIELD_HEIGHT: {height}: of the output, pixels
 * @THIMBLE_NAME_FIELD_EXT: {ext}: the output's extension
 * @THIMBLE_NAME_FIELD_FOLDER: {folder}: the source's folder below its root, "a/b"; may be empty,
 *   and goes with the slash behind it if it then stands alone
 * @THIMBLE_NAME_FIELD_INDEX: {index}: the source's place in its folder or list
 * @THIMBLE_NAME_FIELD_DASH_LABEL: {-label}: the label with a dash before it, nothing for 100 %
 * @THIMBLE_NAME_FIELD_CACHE: {cache}: the size's folder in the desktop's thumbnail cache
 * @THIMBLE_NAME_FIELD_URI: {uri}: the MD5 of the source's URI, as that cache names files
 *
 * What stands for itself in a name template. Values are bits, so that sets can be asked for.
 */
typedef enum
{
  THIMBLE_NAME_FIELD_NAME = 1 << 0,
  THIMBLE_NAME_FIELD_LABEL = 1 << 1,
  THIMBLE_NAME_FIELD_WIDTH = 1 << 2,
  THIMBLE_NAME_FIELD_HEIGHT = 1 << 3,
  THIMBLE_NAME_FIELD_EXT = 1 << 4,
  THIMBLE_NAME_FIELD_FOLDER = 1 << 5,
  THIMBLE_NAME_FIELD_INDEX = 1 << 6,
  THIMBLE_NAME_FIELD_DASH_LABEL = 1 << 7,
  THIMBLE_NAME_FIELD_CACHE = 1 << 8,
  THIMBLE_NAME_FIELD_URI = 1 << 9,
} ThimbleNameField;

gboolean thimble_name_template_next (const char **text,
                                     const char **literal,
                                     gsize *n_literal,
                                     ThimbleNameField *field);
guint thimble_name_template_get_fields (const char *name_template);
gboolean thimble_name_template_check (const char *name_template, GError **error);

G_END_DECLS
