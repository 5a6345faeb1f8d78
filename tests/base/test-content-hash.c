/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The hash of a file is the hash of its bytes, in the canonical form of XXH3-128. */

#include "thimble-content-hash.h"

#include <glib/gstdio.h>
#include <string.h>

/* The value of xxhsum -H2 of nothing; the form does not depend on the machine. */
static void
test_empty (void)
{
  char hash[THIMBLE_CONTENT_HASH_SIZE];

  thimble_content_hash_bytes ((const guint8 *) "", 0, hash);
  g_assert_cmpstr (hash, ==, "99aa06d3014798d86001c324468d497f");
}

static void
test_file (void)
{
  static const gsize sizes[] = { 0, 1, 240, 241, 256 * 1024, 256 * 1024 + 1, 1000003 };
  g_autofree char *folder = g_dir_make_tmp ("thimble-hash-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree guint8 *bytes = g_malloc0 (sizes[i] + 1);
      char of_bytes[THIMBLE_CONTENT_HASH_SIZE];
      char of_file[THIMBLE_CONTENT_HASH_SIZE];
      g_autoptr(GError) error = NULL;

      for (gsize j = 0; j < sizes[i]; j++)
        bytes[j] = j * 7 % 253;
      g_assert_true (g_file_set_contents (path, (const char *) bytes, sizes[i], NULL));
      thimble_content_hash_bytes (bytes, sizes[i], of_bytes);
      g_assert_true (thimble_content_hash_file (path, of_file, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (strlen (of_file), ==, THIMBLE_CONTENT_HASH_SIZE - 1);
      g_assert_cmpstr (of_file, ==, of_bytes);
      g_assert_true (g_hash_table_add (seen, g_strdup (of_file)));
      if (sizes[i] == 0)
        continue;
      bytes[sizes[i] / 2] ^= 1;
      thimble_content_hash_bytes (bytes, sizes[i], of_bytes);
      g_assert_cmpstr (of_file, !=, of_bytes);
    }
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_errors (void)
{
  char hash[THIMBLE_CONTENT_HASH_SIZE];
  g_autoptr(GError) error = NULL;

  g_assert_false (thimble_content_hash_file ("/not/there", hash, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (thimble_content_hash_file (g_get_tmp_dir (), hash, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/content-hash/empty", test_empty);
  g_test_add_func ("/content-hash/file", test_file);
  g_test_add_func ("/content-hash/errors", test_errors);
  return g_test_run ();
}
