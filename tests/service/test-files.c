/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Folders and images for tests. */

#include "test-files.h"

#include "thimble-codec.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

TestFolder *
test_folder_new (void)
{
  GError *error = NULL;
  char *folder = g_dir_make_tmp ("thimble-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_tree (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      GStatBuf info;

      if (g_lstat (child, &info) == 0 && S_ISDIR (info.st_mode))
        {
          g_chmod (child, 0700);
          remove_tree (child);
        }
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

void
test_folder_free (TestFolder *folder)
{
  remove_tree (folder);
  g_free (folder);
}

static char *
make_place (const char *folder, const char *name)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0777), ==, 0);
  return path;
}

/* Returns the path. What is written looks as old as a minute, so that its stamp can be trusted. */
char *
test_write_bytes (const char *folder, const char *name, GBytes *bytes)
{
  char *path = make_place (folder, name);
  GError *error = NULL;
  gsize n_bytes;
  const char *data = g_bytes_get_data (bytes, &n_bytes);

  g_file_set_contents (path, data, n_bytes, &error);
  g_assert_no_error (error);
  test_set_mtime (path, 60);
  return path;
}

char *
test_write (const char *folder, const char *name, const char *text)
{
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));

  return test_write_bytes (folder, name, bytes);
}

/* A gradient, which differs from one size to the next. */
static ThimbleRaster *
make_raster (ThimbleLayout layout, int width, int height)
{
  ThimbleRaster *raster = thimble_raster_new (layout, width, height);
  int n_channels = thimble_layout_get_n_channels (layout);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < n_channels; c++)
        thimble_raster_row (raster, y)[x * n_channels + c] = (x * (c + 1) + y * 3 + width) & 255;
  return raster;
}

static GBytes *
encode (const ThimbleCodec *codec, ThimbleLayout layout, int width, int height)
{
  g_autoptr(ThimbleRaster) raster = make_raster (layout, width, height);
  ThimbleEncodeOptions options = { .quality = 90 };
  GByteArray *out = g_byte_array_new ();
  GError *error = NULL;

  codec->encode (raster, &options, out, &error);
  g_assert_no_error (error);
  return g_byte_array_free_to_bytes (out);
}

GBytes *
test_make_jpeg (int width, int height)
{
  return encode (&thimble_jpeg_codec, THIMBLE_LAYOUT_RGB, width, height);
}

char *
test_write_jpeg (const char *folder, const char *name, int width, int height)
{
  g_autoptr(GBytes) bytes = test_make_jpeg (width, height);

  return test_write_bytes (folder, name, bytes);
}

char *
test_write_png (const char *folder, const char *name, int width, int height, gboolean alpha)
{
  g_autoptr(GBytes) bytes = encode (
    &thimble_png_codec, alpha ? THIMBLE_LAYOUT_RGBA : THIMBLE_LAYOUT_RGB, width, height);

  return test_write_bytes (folder, name, bytes);
}

/* The file's SHA-256, or "missing". */
char *
test_read_hash (const char *path)
{
  g_autofree char *contents = NULL;
  gsize n_bytes;

  if (!g_file_get_contents (path, &contents, &n_bytes, NULL))
    return g_strdup ("missing");
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) contents, n_bytes);
}

/* Files below a folder, those in ".thimble" left out. */
guint
test_count_files (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (folder, name, NULL);

      if (g_str_equal (name, ".thimble"))
        continue;
      n += g_file_test (child, G_FILE_TEST_IS_DIR) ? test_count_files (child) : 1;
    }
  return n;
}

void
test_set_mtime (const char *path, gint64 seconds_ago)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  struct timespec times[2] = { { .tv_sec = now - seconds_ago }, { .tv_sec = now - seconds_ago } };

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}
