/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PNG through libpng: the header, what its chunks hold, and the codec's table of functions. The
 * chunks (PNG third edition, section 5) are walked in place, because metadata may stand after the
 * pixels, where libpng gets only by decoding them; libpng reads the header and the compressed
 * profile. */

#include "thimble-codec-private.h"
#include "thimble-exif.h"
#include "thimble-png-fast.h"
#include "thimble-png-private.h"

#include <string.h>

#define N_SIGNATURE_BYTES 8
#define N_CHUNK_FRAME_BYTES 12 /* length, type, CRC */

/* zlib's window and state, libpng's structs. */
#define N_FIXED_BYTES (256 * 1024)

typedef struct
{
  const guint8 *bytes;
  gsize n_bytes;
  gsize position;

  /* the chunk that next_chunk found */
  const char *type;
  const guint8 *data;
  gsize n_data;
} Walker;

static gboolean
can_read (const guint8 *bytes, gsize n_bytes)
{
  return n_bytes >= N_SIGNATURE_BYTES && png_sig_cmp (bytes, 0, N_SIGNATURE_BYTES) == 0;
}

static gboolean
next_chunk (Walker *walker)
{
  const guint8 *p = walker->bytes + walker->position;
  gsize n_left = walker->n_bytes - walker->position;
  gsize length;

  if (n_left < N_CHUNK_FRAME_BYTES)
    return FALSE;
  length = png_get_uint_32 (p);
  if (length > n_left - N_CHUNK_FRAME_BYTES)
    return FALSE;

  walker->type = (const char *) p + 4;
  walker->data = p + 8;
  walker->n_data = length;
  walker->position += N_CHUNK_FRAME_BYTES + length;
  return TRUE;
}

/* XMP is an iTXt chunk of this keyword, not compressed, with no language and no translated keyword
 * (XMP part 3, section 1.1.5). */
static void
read_text (const Walker *walker, ThimbleImageInfo *info)
{
  static const char header[] = "XML:com.adobe.xmp\0\0\0\0";

  if (info->xmp == NULL && walker->n_data > sizeof header
      && memcmp (walker->data, header, sizeof header) == 0)
    info->xmp = g_bytes_new (walker->data + sizeof header, walker->n_data - sizeof header);
}

static void
read_chunks (const guint8 *bytes, gsize n_bytes, ThimbleImageInfo *info)
{
  Walker walker = { .bytes = bytes, .n_bytes = n_bytes, .position = N_SIGNATURE_BYTES };

  while (next_chunk (&walker))
    {
      if (memcmp (walker.type, "tRNS", 4) == 0)
        info->has_alpha = TRUE;
      else if (memcmp (walker.type, "iTXt", 4) == 0)
        read_text (&walker, info);
      else if (memcmp (walker.type, "acTL", 4) == 0 && walker.n_data == 8)
        info->n_frames = MAX (1, png_get_uint_32 (walker.data));
      else if (memcmp (walker.type, "eXIf", 4) == 0 && info->exif == NULL)
        {
          info->exif = g_bytes_new (walker.data, walker.n_data);
          info->orientation = thimble_exif_get_orientation (walker.data, walker.n_data);
        }
      else if (memcmp (walker.type, "IEND", 4) == 0)
        return;
    }
}

/* Returns: %FALSE with @png's error set */
static gboolean
read_first_chunks (ThimblePng *png)
{
  if (setjmp (png_jmpbuf (png->png)))
    return FALSE;
  png_set_keep_unknown_chunks (png->png, PNG_HANDLE_CHUNK_AS_DEFAULT, (png_const_bytep) "iCCP", 1);
  png_read_info (png->png, png->png_info);
  return TRUE;
}

static void
fill_info (ThimblePng *png, ThimbleImageInfo *info)
{
  png_charp name;
  png_bytep profile;
  png_uint_32 n_profile;
  int compression;

  info->width = png_get_image_width (png->png, png->png_info);
  info->height = png_get_image_height (png->png, png->png_info);
  info->has_alpha = (png_get_color_type (png->png, png->png_info) & PNG_COLOR_MASK_ALPHA) != 0;
  if (png_get_iCCP (png->png, png->png_info, &name, &compression, &profile, &n_profile) != 0
      && n_profile > 0)
    info->icc = g_bytes_new (profile, n_profile);
}

static gboolean
read_header (const guint8 *bytes, gsize n_bytes, ThimbleImageInfo *info, GError **error)
{
  ThimblePng png;
  gboolean ok = thimble_png_open (&png, bytes, n_bytes) && read_first_chunks (&png);

  if (ok)
    fill_info (&png, info);
  thimble_png_close (&png);
  if (!ok)
    {
      g_propagate_error (error, png.error);
      return FALSE;
    }
  if (!thimble_codec_check_sides (info->width, info->height, error))
    return FALSE;

  info->format = THIMBLE_FORMAT_PNG;
  g_strlcpy (info->format_name, "png", sizeof info->format_name);
  info->orientation = 1;
  info->n_frames = 1;
  read_chunks (bytes, n_bytes, info);
  return TRUE;
}

/* The picture as it is given; and what is held to make it, the fast way or libpng's, which wants a
 * few rows of up to 16 bits a channel. */
static ThimbleDecodeCost
estimate (const guint8 *bytes,
          gsize n_bytes,
          const ThimbleImageInfo *info,
          const ThimbleDecodeRequest *request)
{
  guint64 n_slow_bytes = (guint64) info->width * (8 * 4 + 4 + 2 * 4) + N_FIXED_BYTES;
  guint64 n_fast_bytes = 0;
  guint factor = 1;
  ThimblePngHeader header;

  if (thimble_png_header_parse (bytes, n_bytes, &header))
    {
      factor = (guint) thimble_png_header_get_factor (&header, request);
      n_fast_bytes = thimble_png_fast_get_n_bytes (&header, n_bytes);
    }
  return (ThimbleDecodeCost) {
    .n_bytes = ((guint64) (info->width / factor + 1) * 4 + 64) * (info->height / factor + 1)
               + MAX (n_slow_bytes, n_fast_bytes),
  };
}

const ThimbleCodec thimble_png_codec = {
  .name = "png",
  .format = THIMBLE_FORMAT_PNG,
  .can_read = can_read,
  .read_header = read_header,
  .estimate = estimate,
  .decode = thimble_png_decode,
  .encode = thimble_png_encode,
};
