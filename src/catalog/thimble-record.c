/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One record, and whether it may be believed. A catalog lies in a folder that may come from
 * anybody, and outputs it names are removed when their source is gone: so a record must not name
 * anything outside the destination. */

#include "thimble-record-private.h"

/**
 * thimble_record_free:
 * @self: (transfer full) (nullable): a record and all its strings
 */
void
thimble_record_free (ThimbleRecord *self)
{
  if (self == NULL)
    return;
  g_free (self->source);
  g_free (self->plan);
  g_free (self->path);
  g_free (self->label);
  g_free (self->settings);
  g_free (self->content_hash);
  g_free (self->source_format);
  g_free (self);
}

/* A record with strings of its own. */
ThimbleRecord *
thimble_record_copy (const ThimbleRecord *self)
{
  ThimbleRecord *copy = g_memdup2 (self, sizeof *self);

  copy->source = g_strdup (self->source);
  copy->plan = g_strdup (self->plan);
  copy->path = g_strdup (self->path);
  copy->label = g_strdup (self->label);
  copy->settings = g_strdup (self->settings);
  copy->content_hash = g_strdup (self->content_hash);
  copy->source_format = g_strdup (self->source_format);
  return copy;
}

/* Whether a path stays below the folder it is relative to: no part of it is "", "." or "..", and
 * the first is not Thimble's own folder. */
static gboolean
is_below (const char *path)
{
  g_auto(GStrv) parts = g_strsplit (path, "/", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i][0] == '\0' || g_str_equal (parts[i], ".") || g_str_equal (parts[i], "..")
        || (i == 0 && g_str_equal (parts[i], ".thimble")))
      return FALSE;
  return parts[0] != NULL;
}

/* Whether it has what a record must have and names nothing outside the destination. */
gboolean
thimble_record_is_sound (const ThimbleRecord *self)
{
  return self->source != NULL && self->plan != NULL && self->path != NULL && self->label != NULL
         && self->settings != NULL && self->source_format != NULL
         && (guint) self->format <= THIMBLE_FORMAT_OTHER && is_below (self->path);
}
