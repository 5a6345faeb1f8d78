/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-origin.h"

G_BEGIN_DECLS

/* How far a clash pushes a name; each level adds to the one before. */
typedef enum
{
  THIMBLE_NAME_LEVEL_PLAIN,
  THIMBLE_NAME_LEVEL_EXTENSION,  /* {name}.{srcext} */
  THIMBLE_NAME_LEVEL_BELOW_HASH, /* and six digits of the path below its root */
  THIMBLE_NAME_LEVEL_PATH_HASH,  /* six digits of the whole path, where even that is the same */
  THIMBLE_NAME_LEVEL_LONG_HASH,  /* all digits of it */
} ThimbleNameLevel;

/**
 * ThimbleNameRules:
 * @name_template: owned; the one in force, with {folder} and {ext} in it
 * @has_name: whether {name} is in the template
 * @keep_root_names: whether the folder that the user named is part of {folder}
 *
 * What the names of all outputs of a run have in common.
 */
typedef struct
{
  char *name_template;
  gboolean has_name;
  gboolean keep_root_names;
} ThimbleNameRules;

const char *thimble_output_name_get_source_extension (const ThimbleOrigin *origin);
char *thimble_output_name_build (const ThimbleNameRules *rules,
                                 const ThimbleOrigin *origin,
                                 ThimbleNameLevel level,
                                 const char *label,
                                 const char *extension,
                                 guint32 width_px,
                                 guint32 height_px);

G_END_DECLS
