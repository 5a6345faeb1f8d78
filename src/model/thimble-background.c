/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The background of a rendition as people write it: the colours of CSS that need no table of 140
 * names, and hexadecimal ones (CSS Color 4, sections 5.2 and 6.1). */

#include "thimble-preset.h"
#include "thimble-rendition.h"

#include <string.h>

static const struct
{
  const char *name;
  guint8 colour[4];
} names[] = {
  { "black", { 0, 0, 0, 255 } },        { "silver", { 192, 192, 192, 255 } },
  { "gray", { 128, 128, 128, 255 } },   { "grey", { 128, 128, 128, 255 } },
  { "white", { 255, 255, 255, 255 } },  { "maroon", { 128, 0, 0, 255 } },
  { "red", { 255, 0, 0, 255 } },        { "purple", { 128, 0, 128, 255 } },
  { "fuchsia", { 255, 0, 255, 255 } },  { "green", { 0, 128, 0, 255 } },
  { "lime", { 0, 255, 0, 255 } },       { "olive", { 128, 128, 0, 255 } },
  { "yellow", { 255, 255, 0, 255 } },   { "navy", { 0, 0, 128, 255 } },
  { "blue", { 0, 0, 255, 255 } },       { "teal", { 0, 128, 128, 255 } },
  { "aqua", { 0, 255, 255, 255 } },     { "transparent", { 0, 0, 0, 0 } },
};

/* #rgb, #rgba, #rrggbb or #rrggbbaa; alpha is opaque where it is not said. */
static gboolean
parse_hex (const char *digits, guint8 *colour)
{
  gsize n_digits = strspn (digits, "0123456789abcdefABCDEF");
  gboolean is_short = n_digits == 3 || n_digits == 4;

  if (digits[n_digits] != '\0' || (!is_short && n_digits != 6 && n_digits != 8))
    return FALSE;

  colour[3] = 255;
  for (gsize i = 0; i < n_digits; i++)
    {
      guint8 value = g_ascii_xdigit_value (digits[i]);

      if (is_short)
        colour[i] = value * 17;
      else if (i % 2 == 0)
        colour[i / 2] = value << 4;
      else
        colour[i / 2] |= value;
    }
  return TRUE;
}

static gboolean
parse_name (const char *text, guint8 *colour)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (names[i].name, text) == 0)
      {
        memcpy (colour, names[i].colour, sizeof names[i].colour);
        return TRUE;
      }
  return FALSE;
}

/**
 * thimble_rendition_parse_background:
 * @self: whose background is set; untouched on failure
 * @text: one of the sixteen basic colours of CSS, "transparent", #rgb, #rgba, #rrggbb or #rrggbbaa,
 *   in any case
 *
 * Returns: whether @text is a colour; if not, @error is set in %THIMBLE_PRESET_ERROR
 */
gboolean
thimble_rendition_parse_background (ThimbleRendition *self, const char *text, GError **error)
{
  guint8 colour[4];

  g_return_val_if_fail (self != NULL && text != NULL, FALSE);

  if (text[0] == '#' ? !parse_hex (text + 1, colour) : !parse_name (text, colour))
    {
      g_set_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
                   "“%s” is not a colour: write a name such as white, black or transparent, or "
                   "#rgb, #rgba, #rrggbb or #rrggbbaa.", text);
      return FALSE;
    }
  memcpy (self->background, colour, sizeof colour);
  return TRUE;
}

/**
 * thimble_rendition_dup_background:
 *
 * Returns: (transfer full): the colour as #rrggbb, or as #rrggbbaa where it is not opaque
 */
char *
thimble_rendition_dup_background (const ThimbleRendition *self)
{
  const guint8 *colour = self->background;

  if (colour[3] == 255)
    return g_strdup_printf ("#%02x%02x%02x", colour[0], colour[1], colour[2]);
  return g_strdup_printf ("#%02x%02x%02x%02x", colour[0], colour[1], colour[2], colour[3]);
}
