/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is said of a download: is its end there, whatever the place it was cut at; and the images of a
 * web page. */

#include "thimble-codec.h"
#include "thimble-image-end.h"
#include "thimble-page-links.h"

#include <string.h>

/* --- ends ------------------------------------------------------------------------------------- */

static GBytes *
make_gif (void)
{
  static const guint8 gif[]
    = "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff\x21\xf9\4\1\0\0\0\0\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0\x3b";

  return g_bytes_new_static (gif, sizeof gif - 1);
}

static GBytes *
make_iso (void)
{
  static const guint8 iso[] = "\0\0\0\x14" "ftypavif\0\0\0\0avif\0\0\0\x0c" "meta\0\0\0\0"
                              "\0\0\0\x0c" "mdat\1\2\3\4";

  return g_bytes_new_static (iso, sizeof iso - 1);
}

/* Whole it has its end, and cut anywhere it has not. */
static void
assert_ends (GBytes *bytes)
{
  gsize n_bytes;
  const guint8 *data = g_bytes_get_data (bytes, &n_bytes);

  g_assert_cmpint (thimble_image_end_find (data, n_bytes), ==, THIMBLE_IMAGE_END_FOUND);
  for (gsize n = 12; n < n_bytes; n++)
    {
      /* Where a read past the end is seen. */
      g_autofree guint8 *cut = g_memdup2 (data, n);
      g_assert_cmpint (thimble_image_end_find (cut, n), ==, THIMBLE_IMAGE_END_MISSING);
    }
}

static ThimbleRaster *
make_gradient (void)
{
  ThimbleRaster *raster = thimble_raster_new (THIMBLE_LAYOUT_RGB, 64, 48);

  for (guint y = 0; y < 48; y++)
    for (guint x = 0; x < 3 * 64; x++)
      raster->pixels[y * raster->stride + x] = x + 5 * y;
  return raster;
}

static void
test_ends (void)
{
  static const ThimbleFormat formats[]
    = { THIMBLE_FORMAT_JPEG, THIMBLE_FORMAT_PNG, THIMBLE_FORMAT_WEBP };
  g_autoptr(GBytes) gif = make_gif ();
  g_autoptr(GBytes) iso = make_iso ();

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      const ThimbleCodec *codec = thimble_codec_for_format (formats[i]);
      const ThimbleEncodeOptions options = { .quality = 80 };
      g_autoptr(ThimbleRaster) raster = make_gradient ();
      g_autoptr(GByteArray) out = g_byte_array_new ();
      g_autoptr(GBytes) bytes = NULL;
      GError *error = NULL;

      codec->encode (raster, &options, out, &error);
      g_assert_no_error (error);
      bytes = g_bytes_new (out->data, out->len);
      assert_ends (bytes);
    }
  assert_ends (gif);
  assert_ends (iso);
}

static void
test_unknown_ends (void)
{
  g_assert_cmpint (thimble_image_end_find ((const guint8 *) "BM", 2), ==,
                   THIMBLE_IMAGE_END_UNKNOWN);
  g_assert_cmpint (thimble_image_end_find (NULL, 0), ==, THIMBLE_IMAGE_END_UNKNOWN);
}

/* Random bytes after each format's first ones: no read past the end, and it ends. */
static void
test_random_ends (void)
{
  static const char *const heads[] = { "\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "GIF89a", "RIFF",
                                       ("\x7f\x7f\x7f\x14" "ftypavif") };
  g_autoptr(GRand) rand = g_rand_new_with_seed (7);

  for (guint i = 0; i < 20000; i++)
    {
      const char *head = heads[i % G_N_ELEMENTS (heads)];
      gsize n = strlen (head) + g_rand_int_range (rand, 0, 200);
      g_autofree guint8 *bytes = g_malloc (n);

      for (gsize j = 0; j < n; j++)
        bytes[j] = j < strlen (head) ? head[j] : g_rand_int_range (rand, 0, 256);
      g_assert_cmpint (thimble_image_end_find (bytes, n), <=, THIMBLE_IMAGE_END_MISSING);
    }
}

/* --- pages ------------------------------------------------------------------------------------ */

static const struct
{
  const char *page;
  const char *links; /* each ended by a line end */
} pages[] = {
  { "<img src=a.jpg>", "http://h/d/a.jpg\n" },
  { "<IMG SRC='/a b.jpg'><img src=\"//x/y\">", "http://h/a%20b.jpg\nhttp://x/y\n" },
  { "<img src=s.jpg srcset='a.jpg 100w, b.jpg 800w,c.jpg 400w'>", "http://h/d/b.jpg\n" },
  { "<img srcset='a.jpg, b,c.jpg 2x'>", "http://h/d/b,c.jpg\n" },
  { "<picture><source srcset='w.webp 2x'><img src=p.png></picture>",
    "http://h/d/w.webp\nhttp://h/d/p.png\n" },
  { "<meta property='og:image' content='http://x/o?a=1&amp;b=2'>", "http://x/o?a=1&b=2\n" },
  { "<meta name=twitter:image content=t.png><link rel=image_src href=l.png>",
    "http://h/d/t.png\nhttp://h/d/l.png\n" },
  { "<base href='http://other/z/'><img src=a>", "http://other/z/a\n" },
  { "<img src=data:image/gif;base64,R0 data-src=lazy.jpg>", "http://h/d/lazy.jpg\n" },
  { "<img src=a><img src=a>", "http://h/d/a\n" },
  { "<!-- <img src=a> --><script>'<img src=b>'</script><img src=c>", "http://h/d/c\n" },
  { "<img src=javascript:alert(1)><img src=file:///etc/passwd><img src=ftp://x/y>", "" },
  { "<imgx src=a><p src=b>a < b", "" },
  { "<img src=&#x61;&#98;>", "http://h/d/ab\n" },
  { "<img src='a\nb'>", "http://h/d/ab\n" },
  { "<img src=\"", "" },
  { "<img", "" },
  { "<", "" },
  { "<!--", "" },
  { "<script><img src=a>", "" },
  { "", "" },
};

static void
test_pages (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      gsize n_bytes = strlen (pages[i].page);
      g_autofree char *page = g_memdup2 (pages[i].page, n_bytes);
      guint32 n_links;
      gboolean is_cut;
      g_autoptr(GString) links
        = thimble_page_links_find (page, n_bytes, "http://h/d/page", &n_links, &is_cut);

      g_assert_cmpstr (links->str, ==, pages[i].links);
      g_assert_false (is_cut);
    }
}

/* Pieces of pages in any order: it ends, soon, without a read past the end. */
static void
test_random_pages (void)
{
  static const char *const pieces[]
    = { "<img ", "src=", "'", "\"", ">", "<!--", "-->", "<script>", "</script", "srcset=", "a 2x,",
        "&#", "&amp;", "=", "/", "<", " ", "\n", "http://x/", "<base href=", "\xff" };
  g_autoptr(GRand) rand = g_rand_new_with_seed (3);

  for (guint i = 0; i < 5000; i++)
    {
      g_autoptr(GString) text = g_string_new (NULL);
      g_autofree char *page = NULL;
      g_autoptr(GString) links = NULL;
      guint32 n_links;
      gboolean is_cut;

      for (int n = g_rand_int_range (rand, 0, 60); n > 0; n--)
        g_string_append (text, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
      page = g_memdup2 (text->str, text->len);
      links = thimble_page_links_find (page, text->len, i % 2 ? "http://h/" : NULL, &n_links,
                                       &is_cut);
      g_assert_true (g_utf8_validate (links->str, -1, NULL));
    }
}

static void
test_many_links (void)
{
  g_autoptr(GString) page = g_string_new (NULL);
  g_autoptr(GString) links = NULL;
  guint32 n_links;
  gboolean is_cut;

  for (guint i = 0; i < 10100; i++)
    g_string_append_printf (page, "<img src=%u>", i);
  links = thimble_page_links_find (page->str, page->len, "http://h/", &n_links, &is_cut);
  g_assert_cmpuint (n_links, ==, 10000);
  g_assert_true (is_cut);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inspect/ends/cut-anywhere", test_ends);
  g_test_add_func ("/inspect/ends/unknown", test_unknown_ends);
  g_test_add_func ("/inspect/ends/random", test_random_ends);
  g_test_add_func ("/inspect/pages/table", test_pages);
  g_test_add_func ("/inspect/pages/random", test_random_pages);
  g_test_add_func ("/inspect/pages/many", test_many_links);
  return g_test_run ();
}
