/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The registry: which codec reads some bytes, which writes a format, and what is said of bytes that
 * none reads. JPEG, PNG and WebP are always there; one more codec, the fallback, is asked last and
 * only where a program registered it, so that a program decides which loaders it brings in. */

#include "thimble-codec-private.h"

static const ThimbleCodec *const codecs[] = {
  &thimble_jpeg_codec,
  &thimble_png_codec,
  &thimble_webp_codec,
};

static const ThimbleCodec *fallback; /* atomic */

/**
 * thimble_image_info_clear:
 * @info: an info, or one that is all zero
 *
 * Drops what @info holds and zeroes it.
 */
void
thimble_image_info_clear (ThimbleImageInfo *info)
{
  g_clear_pointer (&info->icc, g_bytes_unref);
  g_clear_pointer (&info->exif, g_bytes_unref);
  g_clear_pointer (&info->xmp, g_bytes_unref);
  *info = (ThimbleImageInfo) { 0 };
}

/**
 * thimble_codec_for_bytes:
 * @bytes: (array length=n_bytes): the file, or at least its first 32 bytes; more (1 KiB) tell an
 *   SVG that begins with comments
 *
 * Finds the codec for an image by its first bytes; a name's extension counts nothing. Any thread.
 *
 * Returns: (nullable): the codec, or %NULL if none reads this;
 *   [func@codec_set_unsupported] makes the error for that
 */
const ThimbleCodec *
thimble_codec_for_bytes (const guint8 *bytes, gsize n_bytes)
{
  const ThimbleCodec *last = g_atomic_pointer_get (&fallback);

  for (gsize i = 0; i < G_N_ELEMENTS (codecs); i++)
    if (codecs[i]->can_read (bytes, n_bytes))
      return codecs[i];

  return last != NULL && last->can_read (bytes, n_bytes) ? last : NULL;
}

/**
 * thimble_codec_for_format:
 * @format: what shall be written
 *
 * Any thread.
 *
 * Returns: (nullable): the codec that encodes @format, or %NULL where none does: SAME, PIXELS and
 *   OTHER are no file formats of a codec
 */
const ThimbleCodec *
thimble_codec_for_format (ThimbleFormat format)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codecs); i++)
    if (codecs[i]->format == format)
      return codecs[i];

  return NULL;
}

/**
 * thimble_codec_register_fallback:
 * @codec: (nullable): a codec that lives for ever, or %NULL for none
 *
 * Has @codec asked for all bytes that no other codec reads. Called at the start of a program or of
 * a worker, before images are read; a second call replaces the first. Any thread.
 */
void
thimble_codec_register_fallback (const ThimbleCodec *codec)
{
  g_atomic_pointer_set (&fallback, codec);
}

/**
 * thimble_codec_looks_like_image:
 * @bytes: (array length=n_bytes): the first bytes of a file, 32 if there are as many
 *
 * For files without an extension: whether these bytes begin an image that a registered codec could
 * read. Any thread.
 */
gboolean
thimble_codec_looks_like_image (const guint8 *bytes, gsize n_bytes)
{
  return thimble_codec_for_bytes (bytes, n_bytes) != NULL;
}

/* Sets the one error for an allocation that failed. */
void
thimble_codec_set_no_memory (GError **error)
{
  g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                       "needs more memory than there is.");
}

/* Whether a raster may have these sides; for formats that allow any. */
gboolean
thimble_codec_check_sides (guint32 width, guint32 height, GError **error)
{
  if (width == 0 || height == 0)
    g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                         "is broken: it has no pixels.");
  else if (width > THIMBLE_CODEC_MAX_SIDE || height > THIMBLE_CODEC_MAX_SIDE)
    g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                 "is %u×%u pixels; no side may be longer than %d.", width, height,
                 THIMBLE_CODEC_MAX_SIDE);
  else
    return TRUE;
  return FALSE;
}
