/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What all operations on images begin with: read the input, find who reads its format, read the
 * header, and refuse what is over the limits before a pixel is decoded. */

#include "thimble-reading.h"

#include "thimble-io-error.h"
#include "thimble-orientation.h"

/* What a raster can have at most, see thimble_raster_new(). */
#define MAX_SIDE (1 << 24)

/* "100 megapixels", "0.5 megapixels", "1000 pixels". */
static char *
describe_pixels (guint64 n_pixels)
{
  if (n_pixels < 100000)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " pixels", n_pixels);
  if (n_pixels % 1000000 == 0)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " megapixels", n_pixels / 1000000);
  return g_strdup_printf ("%.1f megapixels", n_pixels / 1e6);
}

/**
 * thimble_reading_check_pixels:
 * @verb: what the message says of the size: "is", "would become"
 *
 * Returns: whether @width × @height are no more than @max_pixels; if not, @error is
 *   %THIMBLE_IMAGE_ERROR_TOO_LARGE
 */
gboolean
thimble_reading_check_pixels (guint64 width,
                              guint64 height,
                              const char *verb,
                              guint64 max_pixels,
                              GError **error)
{
  g_autofree char *limit = NULL;

  /* Both sides are at most 32 bits long, so their product fits. */
  if (width * height <= max_pixels && width <= MAX_SIDE && height <= MAX_SIDE)
    return TRUE;

  limit = describe_pixels (max_pixels);
  if (width * height > max_pixels)
    g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                 "%s %" G_GUINT64_FORMAT "×%" G_GUINT64_FORMAT " pixels; the limit is %s. "
                 "Raise the limit on pixels to allow it.",
                 verb, width, height, limit);
  else
    g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                 "%s %" G_GUINT64_FORMAT "×%" G_GUINT64_FORMAT " pixels; a side has at most %d.",
                 verb, width, height, MAX_SIDE);
  return FALSE;
}

static gboolean
check_info (const ThimbleImageInfo *info, guint64 max_pixels, GError **error)
{
  if (info->width == 0 || info->height == 0)
    {
      g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                           "is broken: it has no pixels.");
      return FALSE;
    }
  /* The nominal size of a vector image is never drawn; what is drawn is checked later. */
  return info->is_scalable
         || thimble_reading_check_pixels (info->width, info->height, "is", max_pixels, error);
}

/**
 * thimble_reading_read:
 * @context: whose buffer takes the bytes
 * @slot: which of its buffers, see [method@WorkContext.get_buffer]
 * @reading: (out caller-allocates): zeroed; to be cleared in any case
 *
 * Returns: whether the whole input could be read, which has at most @max_bytes; if not, @error is what
 *   the input said
 */
gboolean
thimble_reading_read (ThimbleWorkContext *context,
                      ThimbleWork *work,
                      guint slot,
                      guint64 max_bytes,
                      ThimbleReading *reading,
                      GError **error)
{
  ThimbleInput *input = thimble_work_get_input (work);

  if (input == NULL)
    {
      g_set_error_literal (error, THIMBLE_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "cannot be worked on: there is no input.");
      return FALSE;
    }
  reading->bytes = thimble_input_read (input, thimble_work_context_get_buffer (context, slot), max_bytes,
                                       &reading->n_bytes, error);
  return reading->bytes != NULL;
}

/**
 * thimble_reading_find_codec:
 * @reading: its bytes are there
 *
 * Returns: whether somebody reads such bytes; if not, @error is %THIMBLE_IMAGE_ERROR_UNSUPPORTED
 */
gboolean
thimble_reading_find_codec (ThimbleReading *reading, GError **error)
{
  reading->codec = thimble_codec_for_bytes (reading->bytes, reading->n_bytes);
  if (reading->codec == NULL)
    thimble_codec_set_unsupported (reading->bytes, reading->n_bytes, error);
  return reading->codec != NULL;
}

/**
 * thimble_reading_open:
 * @context: whose buffer takes the bytes
 * @slot: which of its buffers, see [method@WorkContext.get_buffer]
 * @recipe: its limits are right
 * @reading: (out caller-allocates): zeroed; to be cleared in any case
 *
 * Returns: whether the header could be read and is within the limits; if not, @error is what the
 *   input or the codec said, or a #ThimbleImageError
 */
gboolean
thimble_reading_open (ThimbleWorkContext *context,
                      ThimbleWork *work,
                      guint slot,
                      const ThimbleThumbnailRecipe *recipe,
                      ThimbleReading *reading,
                      GError **error)
{
  if (!thimble_reading_read (context, work, slot, recipe->max_bytes, reading, error)
      || !thimble_reading_find_codec (reading, error)
      || !reading->codec->read_header (reading->bytes, reading->n_bytes, &reading->info, error)
      || !check_info (&reading->info, recipe->max_pixels, error))
    return FALSE;
  thimble_work_context_tell_pixels (context, (guint64) reading->info.width * reading->info.height);
  return TRUE;
}

/**
 * thimble_reading_get_upright_size:
 * @width: (out): pixels after orientation
 * @height: (out): likewise
 */
void
thimble_reading_get_upright_size (const ThimbleReading *reading, guint32 *width, guint32 *height)
{
  gboolean swap = thimble_orientation_swaps_sides (reading->info.orientation);

  *width = swap ? reading->info.height : reading->info.width;
  *height = swap ? reading->info.width : reading->info.height;
}

/**
 * thimble_reading_fill_probe:
 * @probe: (out caller-allocates): what the header says, for the reply
 */
void
thimble_reading_fill_probe (const ThimbleReading *reading, ThimbleProbeReply *probe)
{
  *probe = (ThimbleProbeReply) {
    .format = reading->info.format,
    .has_alpha = reading->info.has_alpha != FALSE,
    .is_scalable = reading->info.is_scalable != FALSE,
  };
  thimble_reading_get_upright_size (reading, &probe->width, &probe->height);
  g_strlcpy (probe->format_name, reading->info.format_name, sizeof probe->format_name);
}

void
thimble_reading_clear (ThimbleReading *reading)
{
  thimble_image_info_clear (&reading->info);
}
