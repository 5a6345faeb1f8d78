/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The images of a web page: of `img` and `source` the largest that `srcset` offers, else `src`; and
 * what the page says it should be shown with (`og:image`). Only tags and their attributes are read,
 * after the HTML standard's tokenization (section 13.2.5), without building a tree: nothing in a
 * page can make this deep or slow. */

#include "thimble-page-links.h"

#include <string.h>

#define MAX_LINKS 10000
#define MAX_LINK_BYTES (64 * 1024)

typedef struct
{
  const char *at;
  const char *end;
  char *base;         /* owned; absolute, or NULL where the page's own URL is not known */
  GString *links;     /* owned */
  GHashTable *seen;   /* owned: the links, owned */
  gboolean is_cut;
} Page;

/* The attributes of one tag that count; owned. */
typedef struct
{
  char *src;
  char *lazy_src;
  char *srcset;
  char *property;
  char *content;
  char *href;
  char *rel;
} Tag;

static void
tag_clear (Tag *tag)
{
  g_free (tag->src);
  g_free (tag->lazy_src);
  g_free (tag->srcset);
  g_free (tag->property);
  g_free (tag->content);
  g_free (tag->href);
  g_free (tag->rel);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tag, tag_clear)

/* --- links ------------------------------------------------------------------------------------ */

/* The references that occur in URLs; any other stays as it is. Returns the bytes read, 0 for none. */
static gsize
read_reference (const char *at, const char *end, gunichar *character)
{
  static const struct
  {
    const char *name;
    gunichar character;
  } names[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' },
                { "&apos;", '\'' } };
  gboolean is_hex;
  guint64 value = 0;
  const char *p;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if ((gsize) (end - at) >= strlen (names[i].name)
        && g_ascii_strncasecmp (at, names[i].name, strlen (names[i].name)) == 0)
      {
        *character = names[i].character;
        return strlen (names[i].name);
      }
  if (end - at < 4 || at[1] != '#')
    return 0;
  is_hex = at[2] == 'x' || at[2] == 'X';
  for (p = at + (is_hex ? 3 : 2); p < end && p - at < 12; p++)
    {
      int digit = is_hex ? g_ascii_xdigit_value (*p) : g_ascii_digit_value (*p);
      if (digit < 0)
        break;
      value = value * (is_hex ? 16 : 10) + digit;
    }
  if (p >= end || *p != ';' || value < 0x20 || value > 0x10ffff || !g_unichar_validate (value))
    return 0;
  *character = value;
  return p + 1 - at;
}

static char *
decode (const char *text, gsize n)
{
  g_autoptr(GString) decoded = g_string_sized_new (n);
  const char *end = text + n;

  while (text < end)
    {
      gunichar character;
      gsize n_reference = *text == '&' ? read_reference (text, end, &character) : 0;

      if (n_reference > 0)
        g_string_append_unichar (decoded, character);
      else if (*text != '\n' && *text != '\r' && *text != '\t')
        g_string_append_c (decoded, *text);
      text += MAX (n_reference, 1);
    }
  return g_strstrip (g_string_free (g_steal_pointer (&decoded), FALSE));
}

static void
add_link (Page *page, const char *reference)
{
  g_autofree char *link = NULL;

  if (reference == NULL || reference[0] == '\0' || strlen (reference) > MAX_LINK_BYTES)
    return;
  if (g_ascii_strncasecmp (reference, "data:", 5) == 0)
    link = g_strdup (reference);
  else
    link = g_uri_resolve_relative (page->base, reference,
                                   G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
  if (link == NULL
      || !(g_str_has_prefix (link, "http://") || g_str_has_prefix (link, "https://")
           || g_str_has_prefix (link, "data:image/"))
      || !g_utf8_validate (link, -1, NULL) || strpbrk (link, "\r\n") != NULL
      || g_hash_table_contains (page->seen, link))
    return;
  if (g_hash_table_size (page->seen) >= MAX_LINKS)
    {
      page->is_cut = TRUE;
      return;
    }
  g_string_append (page->links, link);
  g_string_append_c (page->links, '\n');
  g_hash_table_add (page->seen, g_steal_pointer (&link));
}

/* HTML, section 4.8.4.2.1: candidates "URL 2x" or "URL 800w" between commas; a URL may have commas in
 * it, but not at its end. Returns the largest. */
static char *
choose_largest (const char *srcset)
{
  g_autofree char *best = NULL;
  double best_size = -1;

  while (*srcset != '\0')
    {
      const char *url = srcset + strspn (srcset, " ,\f");
      gsize n = strcspn (url, " \f");
      double size = 1;

      if (n == 0)
        break;
      srcset = url + n;
      if (url[n - 1] == ',')
        n--;
      else
        {
          srcset += strspn (srcset, " \f");
          size = g_ascii_strtod (srcset, NULL);
          size = *srcset == '\0' || *srcset == ',' ? 1 : size;
          srcset += strcspn (srcset, ",");
        }
      if (size > best_size)
        {
          best_size = size;
          g_free (best);
          best = g_strndup (url, n);
        }
    }
  return g_steal_pointer (&best);
}

static gboolean
is_picture_property (const char *property)
{
  static const char *const properties[]
    = { "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src" };

  for (guint i = 0; property != NULL && i < G_N_ELEMENTS (properties); i++)
    if (g_ascii_strcasecmp (property, properties[i]) == 0)
      return TRUE;
  return FALSE;
}

static void
take_tag (Page *page, const char *name, const Tag *tag)
{
  if (g_str_equal (name, "img") || g_str_equal (name, "source"))
    {
      g_autofree char *largest = tag->srcset != NULL ? choose_largest (tag->srcset) : NULL;

      if (largest != NULL)
        add_link (page, largest);
      else if (g_str_equal (name, "img"))
        add_link (page, tag->lazy_src != NULL ? tag->lazy_src : tag->src);
    }
  else if (g_str_equal (name, "meta") && is_picture_property (tag->property))
    add_link (page, tag->content);
  else if (g_str_equal (name, "link") && tag->rel != NULL
           && g_ascii_strcasecmp (tag->rel, "image_src") == 0)
    add_link (page, tag->href);
  else if (g_str_equal (name, "base") && tag->href != NULL)
    {
      char *base = g_uri_resolve_relative (page->base, tag->href,
                                           G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
      if (base != NULL)
        {
          g_free (page->base);
          page->base = base;
        }
    }
}

/* --- tags ------------------------------------------------------------------------------------- */

static void
skip_space (Page *page)
{
  while (page->at < page->end && g_ascii_isspace (*page->at))
    page->at++;
}

static char *
read_name (Page *page, const char *ends)
{
  const char *start = page->at;

  while (page->at < page->end && !g_ascii_isspace (*page->at) && strchr (ends, *page->at) == NULL)
    page->at++;
  return g_ascii_strdown (start, MIN (page->at - start, 64));
}

static char *
read_value (Page *page)
{
  const char *start;
  const char *end;

  if (page->at < page->end && (*page->at == '"' || *page->at == '\''))
    {
      start = page->at + 1;
      end = memchr (start, *page->at, page->end - start);
      end = end != NULL ? end : page->end;
      page->at = MIN (end + 1, page->end);
      return decode (start, end - start);
    }
  start = page->at;
  while (page->at < page->end && !g_ascii_isspace (*page->at) && *page->at != '>')
    page->at++;
  return decode (start, page->at - start);
}

/* The first of two equal attributes counts. */
static void
take_attribute (Tag *tag, const char *name, char *value)
{
  const struct
  {
    const char *name;
    char **field;
  } fields[] = { { "src", &tag->src },           { "data-src", &tag->lazy_src },
                 { "srcset", &tag->srcset },     { "data-srcset", &tag->srcset },
                 { "property", &tag->property }, { "name", &tag->property },
                 { "content", &tag->content },   { "href", &tag->href },
                 { "rel", &tag->rel } };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_str_equal (fields[i].name, name) && *fields[i].field == NULL)
      {
        *fields[i].field = value;
        return;
      }
  g_free (value);
}

static void
read_attributes (Page *page, Tag *tag)
{
  for (;;)
    {
      g_autofree char *name = NULL;

      while (page->at < page->end && (g_ascii_isspace (*page->at) || *page->at == '/'))
        page->at++;
      if (page->at >= page->end || *page->at == '>')
        return;
      name = read_name (page, "=>/");
      skip_space (page);
      if (page->at < page->end && *page->at == '=')
        {
          page->at++;
          skip_space (page);
          take_attribute (tag, name, read_value (page));
        }
      else if (name[0] == '\0')
        page->at++;
    }
}

static void
skip_past (Page *page, const char *mark)
{
  const char *found = g_strstr_len (page->at, page->end - page->at, mark);

  page->at = found != NULL ? found + strlen (mark) : page->end;
}

/* Text in which no tag begins but the one that ends it. */
static void
skip_raw_text (Page *page, const char *name)
{
  gsize n = strlen (name);

  while ((page->at = memchr (page->at, '<', page->end - page->at)) != NULL)
    {
      if ((gsize) (page->end - page->at) > n + 2 && page->at[1] == '/'
          && g_ascii_strncasecmp (page->at + 2, name, n) == 0)
        return;
      page->at++;
    }
  page->at = page->end;
}

static gboolean
has_raw_text (const char *name)
{
  static const char *const names[] = { "script", "style", "textarea", "title", "xmp", "iframe" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], name))
      return TRUE;
  return FALSE;
}

/* At a "<". */
static void
read_tag (Page *page)
{
  g_autofree char *name = NULL;
  g_auto(Tag) tag = { 0 };

  page->at++;
  if (page->end - page->at >= 3 && memcmp (page->at, "!--", 3) == 0)
    {
      skip_past (page, "-->");
      return;
    }
  if (page->at >= page->end || !g_ascii_isalpha (*page->at))
    return;
  name = read_name (page, "/>");
  read_attributes (page, &tag);
  take_tag (page, name, &tag);
  if (has_raw_text (name))
    skip_raw_text (page, name);
}

/**
 * thimble_page_links_find:
 * @page: HTML, as bytes; what is not UTF-8 in a link makes that link none
 * @base: (nullable): the page's URL, which links are relative to
 * @n_links: (out): how many
 * @is_cut: (out): whether there were more than 10,000
 *
 * A pure function. Any thread.
 *
 * Returns: (transfer full): absolute http, https and data links, each once and ended by a line end
 */
GString *
thimble_page_links_find (const char *page,
                         gsize n_bytes,
                         const char *base,
                         guint32 *n_links,
                         gboolean *is_cut)
{
  Page state = { .at = page,
                 .end = page + n_bytes,
                 .base = base != NULL && base[0] != '\0' ? g_strdup (base) : NULL,
                 .links = g_string_new (NULL),
                 .seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };

  while (state.at < state.end
         && (state.at = memchr (state.at, '<', state.end - state.at)) != NULL)
    read_tag (&state);
  *n_links = g_hash_table_size (state.seen);
  *is_cut = state.is_cut;
  g_free (state.base);
  g_hash_table_unref (state.seen);
  return state.links;
}
