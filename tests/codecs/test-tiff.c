/* SPDX-License-Identifier: GPL-3.0-or-later */

/* TIFF's kinds of pixels, as they come through libtiff and gdk-pixbuf: alpha multiplied in or not,
 * and grey with its profile. */

#include "pixbuf-test.h"

#include <string.h>

typedef struct
{
  guint photometric; /* 1 grey, 2 RGB */
  guint n_channels;
  guint extra;       /* ExtraSamples: 0 none, 1 multiplied in, 2 not */
  const char *pixel; /* of @n_channels bytes; the picture has nothing else */
  const char *icc_space; /* of the profile, four letters; NULL for no profile */
} TiffRecipe;

#define SIDE 4
#define N_PROFILE_BYTES 132

/* Entries in ascending order, as the standard wants them. */
static GByteArray *
make_tiff (const TiffRecipe *recipe)
{
  GByteArray *file = g_byte_array_new ();
  guint n_pixel_bytes = SIDE * SIDE * recipe->n_channels;
  guint n_entries = 9 + (recipe->extra != 0) + (recipe->icc_space != NULL);
  guint bits = 8 + 2 + 12 * n_entries + 4, pixels = bits + 8, icc = pixels + n_pixel_bytes;
  const guint entries[][4] = {
    { 256, 4, 1, SIDE },
    { 257, 4, 1, SIDE },
    { 258, 3, recipe->n_channels, recipe->n_channels == 1 ? 8 : bits },
    { 259, 3, 1, 1 },
    { 262, 3, 1, recipe->photometric },
    { 273, 4, 1, pixels },
    { 277, 3, 1, recipe->n_channels },
    { 278, 4, 1, SIDE },
    { 279, 4, 1, n_pixel_bytes },
    { 338, 3, 1, recipe->extra },
    { 34675, 7, N_PROFILE_BYTES, icc },
  };

  pixbuf_test_put_bytes (file, "II*\0", 4);
  pixbuf_test_put_le_32 (file, 8);
  pixbuf_test_put_le_16 (file, n_entries);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      if ((entries[i][0] == 338 && recipe->extra == 0)
          || (entries[i][0] == 34675 && recipe->icc_space == NULL))
        continue;
      pixbuf_test_put_le_16 (file, entries[i][0]);
      pixbuf_test_put_le_16 (file, entries[i][1]);
      pixbuf_test_put_le_32 (file, entries[i][2]);
      /* Two SHORTs fit into the entry itself. */
      pixbuf_test_put_le_32 (
        file, entries[i][0] == 258 && recipe->n_channels == 2 ? 0x00080008 : entries[i][3]);
    }
  pixbuf_test_put_le_32 (file, 0);
  for (int i = 0; i < 4; i++)
    pixbuf_test_put_le_16 (file, 8);
  for (int i = 0; i < SIDE * SIDE; i++)
    pixbuf_test_put_bytes (file, recipe->pixel, recipe->n_channels);
  if (recipe->icc_space != NULL)
    {
      char profile[N_PROFILE_BYTES] = { 0 };

      memcpy (profile + 16, recipe->icc_space, 4);
      pixbuf_test_put_bytes (file, profile, sizeof profile);
    }
  return file;
}

static void
test_alpha (void)
{
  static const struct
  {
    TiffRecipe recipe;
    ThimbleLayout layout;
    const char *pixel;
  } table[] = {
    { { 2, 4, 1, "\x50\x28\x00\x80", NULL }, THIMBLE_LAYOUT_RGBA, "\x9f\x50\x00\x80" },
    { { 2, 4, 2, "\x9f\x50\x00\x80", NULL }, THIMBLE_LAYOUT_RGBA, "\x9f\x50\x00\x80" },
    { { 1, 2, 1, "\x50\x80", NULL }, THIMBLE_LAYOUT_GRAY_ALPHA, "\x9f\x80" },
    { { 1, 2, 2, "\x9f\x80", NULL }, THIMBLE_LAYOUT_GRAY_ALPHA, "\x9f\x80" },
    { { 2, 4, 2, "\x9f\x50\x00\xff", NULL }, THIMBLE_LAYOUT_RGB, "\x9f\x50\x00" },
    { { 1, 1, 0, "\x9f", NULL }, THIMBLE_LAYOUT_GRAY, "\x9f" },
  };

  if (!pixbuf_test_has_loader ("tiff"))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GByteArray) file = make_tiff (&table[i].recipe);
      g_autoptr (ThimbleRaster) raster = codec_test_decode_whole (&thimble_pixbuf_codec, file);
      int n_channels = thimble_layout_get_n_channels (table[i].layout);

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (raster->layout, ==, table[i].layout);
      g_assert_false (raster->premultiplied);
      for (int c = 0; c < n_channels; c++)
        g_assert_cmpint (ABS (thimble_raster_row (raster, SIDE - 1)[(SIDE - 1) * n_channels + c]
                              - (guint8) table[i].pixel[c]), <=, 1);
    }
}

/* A profile comes along where it is one for the pixels that are given. */
static void
test_profile (void)
{
  static const struct
  {
    TiffRecipe recipe;
    gboolean has_profile;
  } table[] = {
    { { 1, 1, 0, "\x9f", "GRAY" }, TRUE },
    { { 1, 1, 0, "\x9f", "RGB " }, FALSE },
    { { 2, 3, 0, "\x9f\x50\x00", "RGB " }, TRUE },
    { { 2, 3, 0, "\x9f\x50\x00", "GRAY" }, FALSE },
    { { 5, 4, 0, "\x9f\x50\x00\x00", "CMYK" }, FALSE },
  };

  if (!pixbuf_test_has_loader ("tiff"))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GByteArray) file = make_tiff (&table[i].recipe);
      g_auto (ThimbleImageInfo) info = { 0 };
      g_autoptr (GError) error = NULL;

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_true (
        thimble_pixbuf_codec.read_header (file->data, file->len, &info, &error));
      g_assert_no_error (error);
      g_assert_cmpint (info.icc != NULL, ==, table[i].has_profile);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tiff/alpha", test_alpha);
  g_test_add_func ("/tiff/profile", test_profile);
  return g_test_run ();
}
