/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether bytes begin an SVG, plain or compressed. An SVG is an XML document whose root element is
 * svg (XML 1.0, section 2.8): the prolog is skipped, and what follows must be that element; an HTML
 * page with a drawing in it is none. */

#include "thimble-pixbuf-private.h"

#include <gio/gio.h>
#include <string.h>

/* A prolog longer than this is no longer looked through. */
#define MAX_PROLOG_BYTES 16384

typedef struct
{
  const char *text;
  gsize n_bytes;
} Text;

static gboolean
starts_with (const Text *text, const char *prefix)
{
  gsize n_prefix = strlen (prefix);

  return text->n_bytes >= n_prefix && memcmp (text->text, prefix, n_prefix) == 0;
}

static void
advance (Text *text, gsize n_bytes)
{
  text->text += n_bytes;
  text->n_bytes -= n_bytes;
}

static gboolean
skip_past (Text *text, const char *end)
{
  const char *found = memmem (text->text, text->n_bytes, end, strlen (end));

  if (found == NULL)
    return FALSE;
  advance (text, (gsize) (found - text->text) + strlen (end));
  return TRUE;
}

/* A document type may hold declarations in brackets, with ">" in them. */
static gboolean
skip_document_type (Text *text)
{
  const char *bracket = memchr (text->text, '[', text->n_bytes);
  const char *end = memchr (text->text, '>', text->n_bytes);

  if (bracket != NULL && end != NULL && bracket < end && !skip_past (text, "]"))
    return FALSE;
  return skip_past (text, ">");
}

/* Returns: whether @text now begins with the root element */
static gboolean
skip_prolog (Text *text)
{
  if (starts_with (text, "\xef\xbb\xbf"))
    advance (text, 3);

  for (;;)
    {
      while (text->n_bytes > 0 && g_ascii_isspace (text->text[0]))
        advance (text, 1);

      if (starts_with (text, "<?"))
        {
          if (!skip_past (text, "?>"))
            return FALSE;
        }
      else if (starts_with (text, "<!--"))
        {
          if (!skip_past (text, "-->"))
            return FALSE;
        }
      else if (starts_with (text, "<!DOCTYPE"))
        {
          if (!skip_document_type (text))
            return FALSE;
        }
      else
        return TRUE;
    }
}

static gboolean
is_svg (const guint8 *bytes, gsize n_bytes)
{
  Text text = { .text = (const char *) bytes, .n_bytes = MIN (n_bytes, MAX_PROLOG_BYTES) };

  if (!skip_prolog (&text) || !(starts_with (&text, "<svg") || starts_with (&text, "<svg:svg")))
    return FALSE;
  advance (&text, starts_with (&text, "<svg:svg") ? 8 : 4);
  return text.n_bytes == 0 || g_ascii_isspace (text.text[0]) || text.text[0] == '>';
}

static gboolean
is_compressed_svg (const guint8 *bytes, gsize n_bytes)
{
  g_autoptr (GZlibDecompressor) inflater = NULL;
  guint8 text[1024];
  gsize n_read, n_written = 0;

  if (n_bytes < 18 || bytes[0] != 0x1f || bytes[1] != 0x8b)
    return FALSE;

  inflater = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  if (g_converter_convert (G_CONVERTER (inflater), bytes, MIN (n_bytes, MAX_PROLOG_BYTES), text,
                           sizeof text, G_CONVERTER_NO_FLAGS, &n_read, &n_written, NULL)
      == G_CONVERTER_ERROR)
    return FALSE;
  return is_svg (text, n_written);
}

/* Any thread. */
gboolean
thimble_svg_matches (const guint8 *bytes, gsize n_bytes)
{
  return is_svg (bytes, n_bytes) || is_compressed_svg (bytes, n_bytes);
}
