/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links in text that people paste or keep: anywhere in words, in Markdown, in the strings of JSON.
 * Where a file has image links and others, the image links are meant. */

#include "thimble-link-list.h"

#include <string.h>

typedef struct
{
  GPtrArray *links;  /* owned: all, in their order, each once */
  GPtrArray *images; /* of them, what is an image by its place or its name */
  GHashTable *seen;  /* of links */
} Finding;

static gboolean
has_prefix (const char *at, const char *end, const char *prefix)
{
  gsize n = strlen (prefix);

  return (gsize) (end - at) > n && g_ascii_strncasecmp (at, prefix, n) == 0;
}

static gboolean
starts_link (const char *at, const char *end)
{
  return has_prefix (at, end, "http://") || has_prefix (at, end, "https://")
         || has_prefix (at, end, "data:image/");
}

/* Whether the path ends as those of images do. */
static gboolean
looks_like_image (const char *link)
{
  static const char *const extensions[]
    = { "jpg", "jpeg", "jpe", "png", "webp", "gif", "avif", "heic", "heif", "tif",
        "tiff", "bmp", "svg", "ico", "jxl" };
  gsize n = strcspn (link, "?#");
  const char *dot = g_strrstr_len (link, n, ".");

  if (g_ascii_strncasecmp (link, "data:", 5) == 0)
    return TRUE;
  for (guint i = 0; dot != NULL && i < G_N_ELEMENTS (extensions); i++)
    if ((gsize) (link + n - dot) == strlen (extensions[i]) + 1
        && g_ascii_strncasecmp (dot + 1, extensions[i], strlen (extensions[i])) == 0)
      return TRUE;
  return FALSE;
}

static void
add (Finding *finding, const char *link, gsize n, gboolean is_image)
{
  char *copy = g_strndup (link, n);

  if (g_hash_table_contains (finding->seen, copy))
    {
      g_free (copy);
      return;
    }
  g_ptr_array_add (finding->links, copy);
  g_hash_table_add (finding->seen, copy);
  if (is_image || looks_like_image (copy))
    g_ptr_array_add (finding->images, copy);
}

/* Characters that RFC 3986 has in no URL, or that surround links: what is outside ASCII is in many. */
static gboolean
ends_link (char c)
{
  return (guchar) c <= ' ' || c == 0x7f || strchr ("<>\"`{}|\\^", c) != NULL;
}

/* Where a link in words ends: punctuation after it is the sentence's, and a bracket that it does not
 * open is not its own. */
static const char *
find_end (const char *start, const char *end)
{
  const char *at = start;
  int depth = 0;

  while (at < end && !ends_link (*at))
    {
      if (*at == '(' || *at == '[')
        depth++;
      else if ((*at == ')' || *at == ']') && --depth < 0)
        break;
      at++;
    }
  while (at > start && strchr (".,;:!?'*", at[-1]) != NULL)
    at--;
  return at;
}

static void
find_in_words (Finding *finding, const char *text, const char *end, gboolean is_markdown)
{
  for (const char *at = text; at < end; at++)
    {
      const char *link_end;
      gboolean is_image;

      if (!starts_link (at, end) || (at > text && g_ascii_isalnum (at[-1])))
        continue;
      /* "![words](link" or "src="link": the place says that it is an image. */
      is_image = is_markdown && at - text >= 2 && at[-1] == '(' && at[-2] == ']';
      if (is_image)
        {
          const char *open = g_strrstr_len (text, at - 2 - text, "[");
          is_image = open != NULL && open > text && open[-1] == '!';
        }
      link_end = find_end (at, end);
      add (finding, at, link_end - at, is_image);
      at = MAX (at, link_end - 1);
    }
}

static gboolean
read_hex (const char *at, const char *end, guint32 *value)
{
  *value = 0;
  if (end - at < 4)
    return FALSE;
  for (guint i = 0; i < 4; i++)
    {
      if (!g_ascii_isxdigit (at[i]))
        return FALSE;
      *value = *value << 4 | g_ascii_xdigit_value (at[i]);
    }
  return TRUE;
}

/* One string of JSON (RFC 8259, section 7) from after its quote on; leaves *at behind the end. */
static char *
read_json_string (const char **at, const char *end)
{
  GString *string = g_string_new (NULL);
  const char *p = *at;

  for (; p < end && *p != '"'; p++)
    {
      guint32 code;

      if (*p != '\\')
        g_string_append_c (string, *p);
      else if (p + 1 >= end)
        break;
      else if (*++p == 'u' && read_hex (p + 1, end, &code))
        {
          if (code > 0 && g_unichar_validate (code))
            g_string_append_unichar (string, code);
          p += 4;
        }
      else if (strchr ("bfnrt", *p) == NULL)
        g_string_append_c (string, *p);
    }
  *at = MIN (p + 1, end);
  return g_string_free (string, FALSE);
}

static void
find_in_json (Finding *finding, const char *text, const char *end)
{
  while (text < end && (text = memchr (text, '"', end - text)) != NULL)
    {
      g_autofree char *string = NULL;

      text++;
      string = read_json_string (&text, end);
      if (starts_link (string, string + strlen (string)) && strpbrk (string, " \n") == NULL)
        add (finding, string, strlen (string), FALSE);
      else
        find_in_words (finding, string, string + strlen (string), FALSE);
    }
}

/**
 * thimble_link_list_find:
 * @text: need not be UTF-8
 *
 * Finds the image links of a text. Where none looks like one, all links are taken: many shops' links
 * have no extension. Each link is given once. Any thread.
 *
 * Returns: (transfer full) (element-type utf8): the links in their order
 */
GPtrArray *
thimble_link_list_find (const char *text, gsize n_bytes, ThimbleLinkSyntax syntax)
{
  Finding finding = { .links = g_ptr_array_new_with_free_func (g_free),
                      .images = g_ptr_array_new (),
                      .seen = g_hash_table_new (g_str_hash, g_str_equal) };
  GPtrArray *result = g_ptr_array_new_with_free_func (g_free);
  const GPtrArray *wanted;

  if (syntax == THIMBLE_LINK_SYNTAX_JSON)
    find_in_json (&finding, text, text + n_bytes);
  else
    find_in_words (&finding, text, text + n_bytes, syntax == THIMBLE_LINK_SYNTAX_MARKDOWN);

  wanted = finding.images->len > 0 && syntax != THIMBLE_LINK_SYNTAX_TEXT ? finding.images
                                                                          : finding.links;
  for (guint i = 0; i < wanted->len; i++)
    g_ptr_array_add (result, g_strdup (wanted->pdata[i]));
  g_hash_table_unref (finding.seen);
  g_ptr_array_unref (finding.images);
  g_ptr_array_unref (finding.links);
  return result;
}
