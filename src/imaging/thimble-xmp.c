/* SPDX-License-Identifier: GPL-3.0-or-later */

/* XMP packets for pictures that were turned upright. XMP has EXIF's orientation once more (XMP
 * part 2, "TIFF namespace"), and readers that prefer it would turn the picture again. The value is
 * one digit, so it is changed in place, and the packet needs no parser. */

#include "thimble-xmp.h"

#include <string.h>

#define PROPERTY "tiff:Orientation"

/* Where the value of a property whose name ends at @p begins, in an attribute or in an element of
 * its own; %NULL where it has none there, as in the tag that ends the element. */
static guint8 *
find_value (guint8 *p, const guint8 *end)
{
  while (p < end && g_ascii_isspace (*p))
    p++;
  if (p < end && *p == '=')
    {
      p++;
      while (p < end && g_ascii_isspace (*p))
        p++;
      return p < end && (*p == '"' || *p == '\'') ? p + 1 : NULL;
    }
  if (p >= end || *p != '>')
    return NULL;
  p++;
  while (p < end && g_ascii_isspace (*p))
    p++;
  return p;
}

/**
 * thimble_xmp_rewrite:
 * @xmp: a packet; may be anything at all
 *
 * Sets every orientation in a packet to upright. Everything else stays, the length too.
 *
 * Returns: (transfer full): the new packet, @xmp itself where there is nothing to change
 */
GBytes *
thimble_xmp_rewrite (GBytes *xmp)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (xmp, &n_bytes);
  g_autofree guint8 *copy = NULL;
  gsize position = 0;

  for (;;)
    {
      const guint8 *found = position < n_bytes
                              ? memmem (bytes + position, n_bytes - position, PROPERTY,
                                        strlen (PROPERTY))
                              : NULL;
      guint8 *value;

      if (found == NULL)
        break;
      if (copy == NULL)
        copy = g_memdup2 (bytes, n_bytes);
      position = (gsize) (found - bytes) + strlen (PROPERTY);
      value = find_value (copy + position, copy + n_bytes);
      if (value != NULL && value + 1 < copy + n_bytes && *value >= '1' && *value <= '8'
          && !g_ascii_isdigit (value[1]))
        *value = '1';
    }
  return copy != NULL ? g_bytes_new_take (g_steal_pointer (&copy), n_bytes) : g_bytes_ref (xmp);
}
