/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One record, and whether it may be believed. A catalog lies in a folder that may come from
 * anybody, and outputs it names are removed when their source is gone: so a record must not name
 * anything outside the destination. */

#include "thimble-record-private.h"

#include <string.h>

/**
 * thimble_record_free:
 * @self: (transfer full) (nullable): a record and all its strings
 */
void
thimble_record_free (ThimbleRecord *self)
{
  g_free (self);
}

static gsize
get_size (const char *text)
{
  return text != NULL ? strlen (text) + 1 : 0;
}

/* Copies a text to where there is room for it, which then begins behind it. */
static const char *
put (char **room, const char *text, gsize n_bytes)
{
  char *copy = *room;

  if (text == NULL)
    return NULL;
  *room += n_bytes;
  return memcpy (copy, text, n_bytes);
}

/**
 * thimble_record_copy:
 * @self: a record, the strings of which may be anybody's
 *
 * Returns: (transfer full): a record with strings of its own, in one block of memory with it
 */
ThimbleRecord *
thimble_record_copy (const ThimbleRecord *self)
{
  const char *texts[] = { self->source,   self->plan,         self->path,          self->label,
                          self->settings, self->content_hash, self->source_format };
  gsize sizes[G_N_ELEMENTS (texts)];
  gsize n_bytes = 0;
  ThimbleRecord *copy;
  char *room;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      sizes[i] = get_size (texts[i]);
      n_bytes += sizes[i];
    }
  copy = g_malloc (sizeof *copy + n_bytes);
  *copy = *self;
  room = (char *) (copy + 1);
  copy->source = put (&room, texts[0], sizes[0]);
  copy->plan = put (&room, texts[1], sizes[1]);
  copy->path = put (&room, texts[2], sizes[2]);
  copy->label = put (&room, texts[3], sizes[3]);
  copy->settings = put (&room, texts[4], sizes[4]);
  copy->content_hash = put (&room, texts[5], sizes[5]);
  copy->source_format = put (&room, texts[6], sizes[6]);
  return copy;
}

/* Whether a path stays below the folder it is relative to: no part of it is "", "." or "..", and
 * the first is not Thimble's own folder. */
static gboolean
is_below (const char *path)
{
  static const char own[] = ".thimble";

  for (const char *part = path;; part++)
    {
      gsize n = strcspn (part, "/");

      if (n == 0 || (n <= 2 && strncmp (part, "..", n) == 0)
          || (part == path && n == strlen (own) && strncmp (part, own, n) == 0))
        return FALSE;
      part += n;
      if (*part == '\0')
        return TRUE;
    }
}

/* Whether it has what a record must have and names nothing outside the destination. */
gboolean
thimble_record_is_sound (const ThimbleRecord *self)
{
  return self->source != NULL && self->plan != NULL && self->path != NULL && self->label != NULL
         && self->settings != NULL && self->source_format != NULL
         && (guint) self->format <= THIMBLE_FORMAT_OTHER && is_below (self->path);
}
