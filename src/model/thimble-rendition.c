/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One output of each image, and the ways people write it: sizes ("128", "800x600", "800x", "50%")
 * and their labels in file names. Colours are in thimble-background.c. */

#include "thimble-rendition.h"

#include "thimble-preset.h"

#include <string.h>

/**
 * thimble_rendition_init:
 * @self: (out caller-allocates): set to what is made if nothing is said: 128×128, inside, not
 *   enlarged, the source's format at quality 80 on white, no metadata
 */
void
thimble_rendition_init (ThimbleRendition *self)
{
  *self = (ThimbleRendition) {
    .width = 128,
    .height = 128,
    .fit = THIMBLE_FIT_INSIDE,
    .gravity = THIMBLE_GRAVITY_CENTRE,
    .format = THIMBLE_FORMAT_SAME,
    .quality = 80,
    .metadata = THIMBLE_METADATA_NONE,
    .background = { 255, 255, 255, 255 },
  };
}

/* Reads digits, at least one; stops counting where any limit here is passed. */
static gboolean
read_number (const char **text, guint64 *number)
{
  const char *p = *text;

  *number = 0;
  for (; g_ascii_isdigit (*p); p++)
    *number = MIN (*number * 10 + (guint64) (*p - '0'), G_MAXUINT32);
  if (p == *text)
    return FALSE;
  *text = p;
  return TRUE;
}

/* "x", "X" or "×" (U+00D7). */
static gboolean
skip_times (const char **text)
{
  const char *const times = "\303\227";

  if (**text == 'x' || **text == 'X')
    *text += 1;
  else if (g_str_has_prefix (*text, times))
    *text += strlen (times);
  else
    return FALSE;
  return TRUE;
}

/* Up to two digits after the point, as hundredths. */
static gboolean
read_hundredths (const char **text, guint64 *hundredths)
{
  const char *p = *text + 1;

  *hundredths = 0;
  if (**text != '.')
    return TRUE;
  for (guint unit = 10; unit > 0 && g_ascii_isdigit (*p); unit /= 10, p++)
    *hundredths += (guint64) (*p - '0') * unit;
  if (p == *text + 1)
    return FALSE;
  *text = p;
  return TRUE;
}

static gboolean
parse_percent (const char *text, guint64 *percent)
{
  guint64 whole, hundredths;

  if (!read_number (&text, &whole) || !read_hundredths (&text, &hundredths)
      || !g_str_equal (text, "%"))
    return FALSE;
  *percent = whole * 100 + hundredths;
  return TRUE;
}

static gboolean
parse_box (const char *text, guint64 *width, guint64 *height, gboolean *has_width,
           gboolean *has_height)
{
  *width = *height = 0;
  *has_width = read_number (&text, width);
  if (*has_width && *text == '\0')
    {
      *height = *width;
      *has_height = TRUE;
      return TRUE;
    }
  if (!skip_times (&text))
    return FALSE;
  *has_height = read_number (&text, height);
  return *text == '\0' && (*has_width || *has_height);
}

/**
 * thimble_rendition_parse_size:
 * @self: whose width, height and percent are set, nothing else; untouched on failure
 * @text: "128" (the box 128×128), "800x600", "800x" (the width), "x600" (the height), with "x" or
 *   "×", sides from 1 to 65535; or "50%", "12.5%", from 0.01 % to 10000 %
 *
 * Returns: whether @text is a size; if not, @error is set in %THIMBLE_PRESET_ERROR
 */
gboolean
thimble_rendition_parse_size (ThimbleRendition *self, const char *text, GError **error)
{
  guint64 width = 0, height = 0, percent = 0;
  gboolean has_width = FALSE, has_height = FALSE;

  g_return_val_if_fail (self != NULL && text != NULL, FALSE);

  if (parse_percent (text, &percent))
    {
      if (percent < 1 || percent > THIMBLE_MAX_PERCENT)
        {
          g_set_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
                       "The size “%s” is out of range: a percentage is from 0.01%% to 10000%%.",
                       text);
          return FALSE;
        }
    }
  else if (!parse_box (text, &width, &height, &has_width, &has_height))
    {
      g_set_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
                   "“%s” is not a size: write 128, 800x600, 800x, x600 or 12.5%% (at most two "
                   "decimals).", text);
      return FALSE;
    }
  else if ((has_width && (width < 1 || width > THIMBLE_MAX_SIDE))
           || (has_height && (height < 1 || height > THIMBLE_MAX_SIDE)))
    {
      g_set_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
                   "The size “%s” is out of range: a side is from 1 to %d pixels.", text,
                   THIMBLE_MAX_SIDE);
      return FALSE;
    }

  self->width = width;
  self->height = height;
  self->percent = percent;
  return TRUE;
}

/**
 * thimble_rendition_dup_label:
 *
 * The size as it stands in file names. It depends on the size only, not on how it was written:
 * "128x128" is the box of "128".
 *
 * Returns: (transfer full): "128", "800x600", "800w", "600h", "50pct" or "12.5pct"
 */
char *
thimble_rendition_dup_label (const ThimbleRendition *self)
{
  guint whole = self->percent / 100;
  guint hundredths = self->percent % 100;

  if (self->percent > 0 && hundredths == 0)
    return g_strdup_printf ("%upct", whole);
  if (self->percent > 0 && hundredths % 10 == 0)
    return g_strdup_printf ("%u.%upct", whole, hundredths / 10);
  if (self->percent > 0)
    return g_strdup_printf ("%u.%02upct", whole, hundredths);
  if (self->height == 0)
    return g_strdup_printf ("%uw", self->width);
  if (self->width == 0)
    return g_strdup_printf ("%uh", self->height);
  if (self->width == self->height)
    return g_strdup_printf ("%u", self->width);
  return g_strdup_printf ("%ux%u", self->width, self->height);
}

static gboolean
has_good_size (const ThimbleRendition *self)
{
  if (self->percent > 0)
    return self->percent <= THIMBLE_MAX_PERCENT && self->width == 0 && self->height == 0;
  return (self->width > 0 || self->height > 0) && self->width <= THIMBLE_MAX_SIDE
         && self->height <= THIMBLE_MAX_SIDE;
}

/**
 * thimble_rendition_check:
 *
 * Returns: whether every field is in its range; if not, @error (%THIMBLE_PRESET_ERROR) says which
 *   and what the range is
 */
gboolean
thimble_rendition_check (const ThimbleRendition *self, GError **error)
{
  const char *problem = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  if (!has_good_size (self))
    problem = "The size must be a box with sides from 1 to 65535 pixels, one side, or from 0.01% "
              "to 10000%.";
  else if (self->quality < 1 || self->quality > 100)
    problem = "The quality must be from 1 to 100.";
  else if ((guint) self->fit > THIMBLE_FIT_FILL)
    problem = "The fit must be inside, cover, contain or fill.";
  else if ((guint) self->gravity > THIMBLE_GRAVITY_ATTENTION)
    problem = "The gravity must be centre, a compass point or attention.";
  else if ((guint) self->format > THIMBLE_FORMAT_WEBP)
    problem = "The format must be same, jpeg, png or webp.";
  else if ((guint) self->metadata > THIMBLE_METADATA_DESKTOP)
    problem = "The metadata must be none, keep or desktop.";
  else if (self->metadata == THIMBLE_METADATA_DESKTOP && self->format != THIMBLE_FORMAT_PNG)
    problem = "The desktop’s metadata goes into PNG only: write Format=png.";

  if (problem != NULL)
    g_set_error_literal (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID, problem);
  return problem == NULL;
}

/**
 * thimble_rendition_get_cache_folder:
 *
 * Returns: (transfer none) (nullable): the folder of the desktop's thumbnail cache for this size, as
 *   in the Thumbnail Managing Standard 0.9.0, section "Thumbnail Directory"; %NULL for a size that
 *   it has no folder for
 */
const char *
thimble_rendition_get_cache_folder (const ThimbleRendition *self)
{
  static const struct
  {
    guint32 side_px;
    const char *folder;
  } folders[] = { { 128, "normal" }, { 256, "large" }, { 512, "x-large" }, { 1024, "xx-large" } };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    if (self->width == folders[i].side_px && self->height == folders[i].side_px)
      return folders[i].folder;
  return NULL;
}

/**
 * thimble_rendition_dup_size:
 *
 * Returns: (transfer full): the size as [method@Rendition.parse_size] reads it: "128", "800x600",
 *   "800x", "x600", "50%", "12.5%"
 */
char *
thimble_rendition_dup_size (const ThimbleRendition *self)
{
  if (self->percent > 0)
    {
      g_autofree char *label = thimble_rendition_dup_label (self);

      return g_strdup_printf ("%.*s%%", (int) (strlen (label) - strlen ("pct")), label);
    }
  if (self->height == 0)
    return g_strdup_printf ("%ux", self->width);
  if (self->width == 0)
    return g_strdup_printf ("x%u", self->height);
  return thimble_rendition_dup_label (self);
}

/**
 * thimble_rendition_equal:
 *
 * Returns: whether @a and @b ask for the same output
 */
gboolean
thimble_rendition_equal (const ThimbleRendition *a, const ThimbleRendition *b)
{
  return a->width == b->width && a->height == b->height && a->percent == b->percent
         && a->fit == b->fit && a->gravity == b->gravity && !a->enlarge == !b->enlarge
         && a->format == b->format && a->quality == b->quality && a->metadata == b->metadata
         && memcmp (a->background, b->background, sizeof a->background) == 0;
}
