/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What bytes are that no codec here reads, in a few words for a message. Whoever sees "is a PDF
 * document, not an image." knows what to do; "unsupported format" tells nothing. Only the first
 * bytes count, after the lists of signatures in the formats' own standards. */

#include "thimble-codec.h"

#include <string.h>

typedef struct
{
  guint8 offset;
  guint8 n_magic;
  gboolean is_image;
  const char *magic;
  const char *description;
} Signature;

#define MAGIC(offset, magic, is_image, description)                                                \
  { offset, sizeof magic - 1, is_image, magic, description }

/* The first that fits counts. */
static const Signature signatures[] = {
  MAGIC (0, "\xff\xd8\xff", TRUE, "a JPEG image"),
  MAGIC (0, "\x89PNG\r\n\x1a\n", TRUE, "a PNG image"),
  MAGIC (8, "WEBP", TRUE, "a WebP image"),
  MAGIC (0, "GIF8", TRUE, "a GIF image"),
  MAGIC (0, "II*\0", TRUE, "a TIFF image"),
  MAGIC (0, "MM\0*", TRUE, "a TIFF image"),
  MAGIC (0, "II+\0", TRUE, "a BigTIFF image"),
  MAGIC (0, "MM\0+", TRUE, "a BigTIFF image"),
  MAGIC (4, "ftypavif", TRUE, "an AVIF image"),
  MAGIC (4, "ftypavis", TRUE, "an AVIF image"),
  MAGIC (4, "ftypheic", TRUE, "a HEIF image"),
  MAGIC (4, "ftypheix", TRUE, "a HEIF image"),
  MAGIC (4, "ftyphevc", TRUE, "a HEIF image"),
  MAGIC (4, "ftypmif1", TRUE, "a HEIF image"),
  MAGIC (4, "ftypmsf1", TRUE, "a HEIF image"),
  MAGIC (4, "ftypcrx ", TRUE, "a raw photograph"),
  MAGIC (4, "ftypqt  ", FALSE, "a QuickTime video"),
  MAGIC (4, "ftypM4A ", FALSE, "a sound file"),
  MAGIC (4, "ftyp", FALSE, "an MP4 video"),
  MAGIC (0, "\xff\x0a", TRUE, "a JPEG XL image"),
  MAGIC (0, "\0\0\0\x0cJXL ", TRUE, "a JPEG XL image"),
  MAGIC (0, "\0\0\0\x0cjP  ", TRUE, "a JPEG 2000 image"),
  MAGIC (0, "\xff\x4f\xff\x51", TRUE, "a JPEG 2000 image"),
  MAGIC (0, "8BPS", TRUE, "a Photoshop image"),
  MAGIC (0, "gimp xcf", TRUE, "a GIMP image"),
  MAGIC (0, "\x76\x2f\x31\x01", TRUE, "an OpenEXR image"),
  MAGIC (0, "#?RADIANCE", TRUE, "a Radiance image"),
  MAGIC (0, "qoif", TRUE, "a QOI image"),
  MAGIC (0, "DDS ", TRUE, "a DDS image"),
  MAGIC (0, "\0\0\1\0", TRUE, "an icon"),
  MAGIC (0, "icns", TRUE, "an icon"),
  MAGIC (0, "%PDF-", FALSE, "a PDF document"),
  MAGIC (0, "%!PS", FALSE, "a PostScript document"),
  MAGIC (0, "PK\3\4", FALSE, "a ZIP archive"),
  MAGIC (0, "PK\5\6", FALSE, "an empty ZIP archive"),
  MAGIC (0, "\x1f\x8b", FALSE, "a gzip archive"),
  MAGIC (0, "BZh", FALSE, "a bzip2 archive"),
  MAGIC (0, "\xfd" "7zXZ", FALSE, "an XZ archive"),
  MAGIC (0, "\x28\xb5\x2f\xfd", FALSE, "a Zstandard archive"),
  MAGIC (0, "7z\xbc\xaf\x27\x1c", FALSE, "a 7-Zip archive"),
  MAGIC (0, "Rar!\x1a\7", FALSE, "a RAR archive"),
  MAGIC (0, "\x7f" "ELF", FALSE, "a program"),
  MAGIC (0, "MZ", FALSE, "a program"),
  MAGIC (0, "#!", FALSE, "a script"),
  MAGIC (0, "SQLite format 3", FALSE, "an SQLite database"),
  MAGIC (0, "\x1a\x45\xdf\xa3", FALSE, "a Matroska video"),
  MAGIC (8, "AVI ", FALSE, "an AVI video"),
  MAGIC (8, "WAVE", FALSE, "a sound file"),
  MAGIC (0, "\0\0\1\xba", FALSE, "an MPEG video"),
  MAGIC (0, "\0\0\1\xb3", FALSE, "an MPEG video"),
  MAGIC (0, "OggS", FALSE, "a sound file"),
  MAGIC (0, "fLaC", FALSE, "a sound file"),
  MAGIC (0, "ID3", FALSE, "a sound file"),
};

#undef MAGIC

static const Signature *
find_signature (const guint8 *bytes, gsize n_bytes)
{
  for (gsize i = 0; i < G_N_ELEMENTS (signatures); i++)
    {
      const Signature *signature = &signatures[i];

      if (n_bytes >= (gsize) signature->offset + signature->n_magic
          && memcmp (bytes + signature->offset, signature->magic, signature->n_magic) == 0)
        return signature;
    }
  return NULL;
}

static gboolean
starts_with_tag (const guint8 *text, gsize n_bytes, const char *tag)
{
  gsize n_tag = strlen (tag);

  return n_bytes >= n_tag && g_ascii_strncasecmp ((const char *) text, tag, n_tag) == 0;
}

/* Text has no control characters but white space, escape and form feed; which encoding above ASCII
 * it is in does not matter here. */
static gboolean
is_text (const guint8 *bytes, gsize n_bytes)
{
  for (gsize i = 0; i < n_bytes; i++)
    if (bytes[i] < 0x20 && !(bytes[i] >= '\t' && bytes[i] <= '\r') && bytes[i] != 0x1b)
      return FALSE;

  return TRUE;
}

static const char *
describe_text (const guint8 *bytes, gsize n_bytes)
{
  gsize start = n_bytes >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

  while (start < n_bytes && g_ascii_isspace (bytes[start]))
    start++;
  bytes += start;
  n_bytes -= start;

  if (starts_with_tag (bytes, n_bytes, "<!doctype html")
      || starts_with_tag (bytes, n_bytes, "<html") || starts_with_tag (bytes, n_bytes, "<head")
      || starts_with_tag (bytes, n_bytes, "<body"))
    return "an HTML page";
  if (starts_with_tag (bytes, n_bytes, "<svg"))
    return "an SVG image";
  if (starts_with_tag (bytes, n_bytes, "<?xml"))
    return "an XML document";
  return "a text file";
}

/**
 * thimble_codec_describe_bytes:
 * @bytes: (array length=n_bytes): the start of a file; its first 512 bytes count at most
 *
 * Says what the bytes are, to continue "is": "a text file", "an HTML page", "a PDF document",
 * "empty", "an AVIF image"; "a file of unknown kind" where nothing fits. Any thread.
 *
 * Returns: a static string
 */
const char *
thimble_codec_describe_bytes (const guint8 *bytes, gsize n_bytes)
{
  const Signature *signature = find_signature (bytes, n_bytes);
  gsize n_looked_at = MIN (n_bytes, 512);

  if (n_bytes == 0)
    return "empty";
  if (signature != NULL)
    return signature->description;
  if (is_text (bytes, n_looked_at))
    return describe_text (bytes, n_looked_at);
  return "a file of unknown kind";
}

/**
 * thimble_codec_may_be_image:
 * @bytes: (array length=n_bytes): the start of a file; its first 512 bytes count at most
 *
 * For who has not all codecs: whether it is worth while to ask others. Text may be: some images are
 * written as text. Any thread.
 *
 * Returns: %FALSE for what is known to be something else, and for no bytes
 */
gboolean
thimble_codec_may_be_image (const guint8 *bytes, gsize n_bytes)
{
  const Signature *signature = find_signature (bytes, n_bytes);

  if (signature != NULL)
    return signature->is_image || signature->magic[0] == '\x1f'; /* SVG comes compressed, too */
  return n_bytes > 0 && strcmp (thimble_codec_describe_bytes (bytes, n_bytes), "an HTML page") != 0;
}

/**
 * thimble_codec_set_unsupported:
 * @bytes: (array length=n_bytes): a file for which [func@codec_for_bytes] found nothing
 * @error: set to %THIMBLE_IMAGE_ERROR_UNSUPPORTED
 *
 * Says the one thing that is said of such a file: "is a text file, not an image.", "is empty.", or
 * "is an AVIF image, which no loader here reads." Any thread.
 */
void
thimble_codec_set_unsupported (const guint8 *bytes, gsize n_bytes, GError **error)
{
  const char *description = thimble_codec_describe_bytes (bytes, n_bytes);
  const Signature *signature = find_signature (bytes, n_bytes);

  if (n_bytes == 0)
    g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_UNSUPPORTED, "is %s.",
                 description);
  else if ((signature != NULL && signature->is_image) || g_str_has_suffix (description, " image"))
    g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_UNSUPPORTED,
                 "is %s, which no loader here reads.", description);
  else
    g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_UNSUPPORTED,
                 "is %s, not an image.", description);
}
