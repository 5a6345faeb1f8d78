/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of outputs: rules, clashes, and that they depend on nothing else. */

#include "test-run.h"

#include "thimble-naming.h"
#include "thimble-paths.h"

#include <string.h>

typedef struct
{
  const char *root; /* NULL for a file named by itself */
  const char *path; /* absolute */
} File;

static GPtrArray *
make_origins (const File *files, guint n_files)
{
  GPtrArray *origins = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_origin_unref);
  g_autoptr(GHashTable) roots = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < n_files; i++)
    {
      g_autofree char *parent = g_path_get_dirname (files[i].path);
      g_autofree char *name = g_path_get_basename (files[i].path);
      g_autofree char *root_name = NULL;
      g_autofree char *below = NULL;
      g_autoptr(ThimbleFolder) folder = NULL;
      guint root = 0;

      if (files[i].root != NULL)
        {
          g_hash_table_add (roots, (gpointer) files[i].root);
          root = g_str_hash (files[i].root) | 1;
          root_name = g_path_get_basename (files[i].root);
          below = g_str_equal (parent, files[i].root)
                    ? g_strdup ("")
                    : thimble_path_relative_to (parent, files[i].root);
        }
      folder = thimble_folder_new (parent, below != NULL ? below : "",
                                   root_name != NULL ? root_name : "", root);
      g_ptr_array_add (origins, thimble_origin_new (folder, name));
      ((ThimbleOrigin *) origins->pdata[i])->index = i + 1;
    }
  return origins;
}

/* Folders are those that files name as their roots. */
static ThimbleNaming *
new_naming (ThimblePreset *preset,
            GPtrArray *origins,
            const guint8 *is_excluded,
            guint n_origins,
            const char *destination,
            GError **error)
{
  g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n_origins; i++)
    {
      const ThimbleFolder *folder = ((ThimbleOrigin *) origins->pdata[i])->folder;
      gsize n_below = strlen (folder->below);
      g_autofree char *root
        = g_strndup (folder->path, strlen (folder->path) - (n_below > 0 ? n_below + 1 : 0));

      if (folder->root != 0
          && !g_ptr_array_find_with_equal_func (folders, root, g_str_equal, NULL))
        g_ptr_array_add (folders, g_steal_pointer (&root));
    }
  return thimble_naming_new (preset, folders, (ThimbleOrigin *const *) origins->pdata, is_excluded,
                             n_origins, destination, error);
}

static ThimblePreset *
make_preset (const char *sizes, ThimbleFormat format, const char *name_template)
{
  ThimblePreset *preset = test_preset_new (sizes, format, "/out");
  GError *error = NULL;

  if (name_template != NULL)
    thimble_preset_set_name_template (preset, name_template, &error);
  g_assert_no_error (error);
  return preset;
}

static void
assert_plans (const File *files,
              guint n_files,
              ThimblePreset *preset,
              const char *destination,
              const char *const *plans)
{
  g_autoptr(GPtrArray) origins = make_origins (files, n_files);
  g_autofree guint8 *is_excluded = g_new0 (guint8, n_files + 1);
  g_autoptr(ThimbleNaming) naming = NULL;
  GError *error = NULL;

  naming = new_naming (preset, origins, is_excluded, n_files, destination, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n_files; i++)
    {
      g_autofree char *plan = thimble_naming_dup_plan (naming, i, 0);
      g_assert_cmpstr (plan, ==, plans[i]);
    }
}

static void
test_rules (void)
{
  static const struct
  {
    const char *path;
    const char *root;
    const char *sizes;
    ThimbleFormat format;
    const char *name_template;
    const char *destination;
    const char *plan;
  } rows[] = {
    { "/p/a.jpg", "/p", "128", THIMBLE_FORMAT_SAME, NULL, "/out", "a.jpg" },
    { "/p/a.JPG", "/p", "128", THIMBLE_FORMAT_SAME, NULL, "/out", "a.JPG" },
    { "/p/a.jpeg", "/p", "128", THIMBLE_FORMAT_JPEG, NULL, "/out", "a.jpeg" },
    { "/p/a.png", "/p", "128", THIMBLE_FORMAT_JPEG, NULL, "/out", "a.jpg" },
    { "/p/a.gif", "/p", "128", THIMBLE_FORMAT_SAME, NULL, "/out", "a.?" },
    { "/p/a.gif", "/p", "128", THIMBLE_FORMAT_WEBP, NULL, "/out", "a.webp" },
    { "/p/a", "/p", "128", THIMBLE_FORMAT_SAME, NULL, "/out", "a.?" },
    { "/p/b/c/a.b.jpg", "/p", "128", THIMBLE_FORMAT_SAME, NULL, "/out", "b/c/a.b.jpg" },
    { "/p/a.jpg", "/p", "32,64", THIMBLE_FORMAT_SAME, NULL, "/out", "a-32.jpg" },
    { "/p/a.jpg", "/p", "800x", THIMBLE_FORMAT_SAME, NULL, "/p", "a-800w.jpg" },
    { "/p/a.jpg", "/p", "50%", THIMBLE_FORMAT_SAME, NULL, "/p/out", "a-50pct.jpg" },
    { "/p/a.jpg", NULL, "128", THIMBLE_FORMAT_SAME, NULL, "/p", "a-128.jpg" },
    { "/p/a.jpg", NULL, "128", THIMBLE_FORMAT_SAME, NULL, "/p/out", "a.jpg" },
    { "/p/a.jpg", "/p", "128", THIMBLE_FORMAT_SAME, "{folder}/{index}_{name}.{ext}", "/out",
      "1_a.jpg" },
    { "/p/b/a.jpg", "/p", "128", THIMBLE_FORMAT_SAME, "{index}_{name}", "/out", "b/1_a.jpg" },
    { "/p/b/a.jpg", "/p", "128", THIMBLE_FORMAT_SAME, "{label}/{folder}/{name}.{ext}", "/out",
      "128/b/a.jpg" },
    { "/p/a.jpg", "/p", "128", THIMBLE_FORMAT_SAME, "{name}_{width}x{height}", "/out",
      "a_?x?.jpg" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      File file = { rows[i].root, rows[i].path };
      g_autoptr(ThimblePreset) preset
        = make_preset (rows[i].sizes, rows[i].format, rows[i].name_template);

      assert_plans (&file, 1, preset, rows[i].destination, &rows[i].plan);
    }
}

static void
test_clashes (void)
{
  static const File files[] = {
    { "/p", "/p/a.jpg" }, { "/p", "/p/a.png" },  { "/p", "/p/b.jpg" },
    { "/p", "/p/c.gif" }, { "/p", "/p/c.png" },  { "/p", "/p/d/a.jpg" },
    { "/p", "/p/e.jpg" }, { "/p", "/p/e.jpeg" },
  };
  static const char *const as_jpeg[] = { "a.jpg.jpg", "a.png.jpg", "b.jpg",     "c.gif.jpg",
                                         "c.png.jpg", "d/a.jpg",   "e.jpg",     "e.jpeg" };
  static const char *const same[] = { "a.jpg",     "a.png",   "b.jpg", "c.gif.?",
                                      "c.png.png", "d/a.jpg", "e.jpg", "e.jpeg" };
  g_autoptr(ThimblePreset) jpeg = make_preset ("128", THIMBLE_FORMAT_JPEG, NULL);
  g_autoptr(ThimblePreset) keep = make_preset ("128", THIMBLE_FORMAT_SAME, NULL);

  assert_plans (files, G_N_ELEMENTS (files), jpeg, "/out", as_jpeg);
  assert_plans (files, G_N_ELEMENTS (files), keep, "/out", same);
}

static void
test_roots (void)
{
  static const File two[] = { { "/x/shop", "/x/shop/a.jpg" }, { "/y/blog", "/y/blog/a.jpg" } };
  static const File equal[] = { { "/x/p", "/x/p/a.jpg" }, { "/y/p", "/y/p/a.jpg" } };
  static const char *const apart[] = { "shop/a.jpg", "blog/a.jpg" };
  g_autoptr(ThimblePreset) preset = make_preset ("128", THIMBLE_FORMAT_SAME, NULL);
  g_autoptr(GPtrArray) origins = make_origins (equal, 2);
  guint8 is_excluded[2] = { 0 };
  g_autoptr(ThimbleNaming) naming = NULL;
  g_autofree char *one = NULL;
  g_autofree char *other = NULL;

  assert_plans (two, 2, preset, "/out", apart);

  naming = new_naming (preset, origins, is_excluded, 2,
                               "/out", NULL);
  one = thimble_naming_dup_plan (naming, 0, 0);
  other = thimble_naming_dup_plan (naming, 1, 0);
  g_assert_cmpstr (one, !=, other);
  g_assert_true (g_str_has_prefix (one, "p/a.jpg-"));
}

/* What a folder that was named holds, or that it holds nothing yet, changes no other's names. */
static void
test_empty_folders (void)
{
  static const File file = { "/x/shop", "/x/shop/a.jpg" };
  static const char *const rows[][3] = {
    { "/y/blog", "/out", "shop/a.jpg" },
    { "/y/blog", "/y/blog", "shop/a-128.jpg" },
    { "/y/blog", "/y/blog/out", "shop/a-128.jpg" },
    { "/x/shop/new", "/out", "a.jpg" },
    { "/x", "/out", "a.jpg" },
  };
  g_autoptr(ThimblePreset) preset = make_preset ("128", THIMBLE_FORMAT_SAME, NULL);
  g_autoptr(GPtrArray) origins = make_origins (&file, 1);
  guint8 is_excluded[1] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GPtrArray) folders = g_ptr_array_new ();
      g_autoptr(ThimbleNaming) naming = NULL;
      g_autofree char *plan = NULL;

      g_ptr_array_add (folders, (gpointer) file.root);
      g_ptr_array_add (folders, (gpointer) rows[i][0]);
      naming = thimble_naming_new (preset, folders, (ThimbleOrigin *const *) origins->pdata,
                                   is_excluded, 1, rows[i][1], NULL);
      plan = thimble_naming_dup_plan (naming, 0, 0);
      g_assert_cmpstr (plan, ==, rows[i][2]);
    }
}

/* Neither the order nor what else lies elsewhere changes a name. */
static void
test_order (void)
{
  static const File forward[] = { { "/p", "/p/a.jpg" }, { "/p", "/p/a.png" }, { "/p", "/p/z.png" } };
  static const File backward[] = { { "/p", "/p/z.png" }, { "/p", "/p/a.png" }, { "/p", "/p/a.jpg" } };
  static const char *const names[] = { "a.jpg.webp", "a.png.webp", "z.webp" };
  static const char *const reversed[] = { "z.webp", "a.png.webp", "a.jpg.webp" };
  g_autoptr(ThimblePreset) preset = make_preset ("64", THIMBLE_FORMAT_WEBP, NULL);

  assert_plans (forward, 3, preset, "/out", names);
  assert_plans (backward, 3, preset, "/out", reversed);
}

/* What is in a file may be other than its name says: its output's name tells, and clashes with none. */
static void
test_surprise (void)
{
  static const File files[] = { { "/p", "/p/a.jpg" }, { "/p", "/p/a.jpg.png" } };
  g_autoptr(ThimblePreset) preset = make_preset ("128", THIMBLE_FORMAT_SAME, NULL);
  g_autoptr(GPtrArray) origins = make_origins (files, 2);
  guint8 is_excluded[2] = { 0 };
  g_autoptr(ThimbleNaming) naming = new_naming (preset, origins, is_excluded, 2, "/out", NULL);
  g_autofree char *expected = thimble_naming_dup_path (naming, 0, 0, THIMBLE_FORMAT_JPEG, 1, 1);
  g_autofree char *surprise = thimble_naming_dup_path (naming, 0, 0, THIMBLE_FORMAT_PNG, 1, 1);
  g_autofree char *other = thimble_naming_dup_path (naming, 1, 0, THIMBLE_FORMAT_PNG, 1, 1);

  g_assert_cmpstr (expected, ==, "a.jpg");
  g_assert_cmpstr (other, ==, "a.jpg.png");
  g_assert_true (g_str_has_prefix (surprise, "a.jpg-"));
  g_assert_true (g_str_has_suffix (surprise, ".png"));
}

/* A source whose name says nothing may be what another one's name says. */
static void
test_nameless_surprise (void)
{
  static const File files[] = { { "/p", "/p/a" }, { "/p", "/p/a.webp" }, { "/p", "/p/b" } };
  g_autoptr(ThimblePreset) preset = make_preset ("128", THIMBLE_FORMAT_SAME, NULL);
  g_autoptr(GPtrArray) origins = make_origins (files, 3);
  guint8 is_excluded[3] = { 0 };
  g_autoptr(ThimbleNaming) naming = new_naming (preset, origins, is_excluded, 3, "/out", NULL);
  g_autofree char *surprise = thimble_naming_dup_path (naming, 0, 0, THIMBLE_FORMAT_WEBP, 1, 1);
  g_autofree char *other = thimble_naming_dup_path (naming, 1, 0, THIMBLE_FORMAT_WEBP, 1, 1);
  g_autofree char *alone = thimble_naming_dup_path (naming, 2, 0, THIMBLE_FORMAT_WEBP, 1, 1);

  g_assert_cmpstr (other, ==, "a.webp");
  g_assert_true (g_str_has_prefix (surprise, "a-"));
  g_assert_true (g_str_has_suffix (surprise, ".webp"));
  g_assert_cmpstr (alone, ==, "b.webp");
}

/* Files named one by one have the same number; a name without {name} must still tell them apart. */
static void
test_numbers_clash (void)
{
  static const File files[] = { { "/p", "/p/a.jpg" }, { "/p", "/p/b.jpg" }, { "/p", "/p/c.jpg" } };
  g_autoptr(ThimblePreset) preset = make_preset ("128", THIMBLE_FORMAT_SAME, "{index}.{ext}");
  g_autoptr(GPtrArray) origins = make_origins (files, 3);
  guint8 is_excluded[3] = { 0 };
  g_autoptr(ThimbleNaming) naming = NULL;
  static const char *const plans[] = { "1-a.jpg.jpg", "1-b.jpg.jpg", "3.jpg" };

  ((ThimbleOrigin *) origins->pdata[1])->index = 1;
  naming = new_naming (preset, origins, is_excluded, 3,
                               "/out", NULL);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *plan = thimble_naming_dup_plan (naming, i, 0);
      g_assert_cmpstr (plan, ==, plans[i]);
    }
}

/* No name, however odd, leads out of the destination or into the catalog's folder. */
static void
test_stays_inside (void)
{
  static const struct
  {
    File file;
    const char *name_template;
    const char *plan;
  } rows[] = {
    { { NULL, "/p/...jpg" }, "{name}/{index}.{ext}", "-./1.jpg" },
    { { NULL, "/p/..jpg" }, "{name}/{index}.{ext}", "-/1.jpg" },
    { { NULL, "/p/..jpg" }, "x/.{name}/{index}.{ext}", "x/-./1.jpg" },
    { { NULL, "/p/thimble.jpg" }, ".{name}/{index}.{ext}", "-thimble/1.jpg" },
    { { NULL, "/p/.thimble.jpg" }, "{name}.{ext}", ".thimble.jpg" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(ThimblePreset) preset
        = make_preset ("128", THIMBLE_FORMAT_SAME, rows[i].name_template);
      assert_plans (&rows[i].file, 1, preset, "/out", &rows[i].plan);
    }
}

static void
test_template_needs_label (void)
{
  static const File file = { "/p", "/p/a.jpg" };
  g_autoptr(ThimblePreset) preset = make_preset ("32,64", THIMBLE_FORMAT_SAME, "{name}.{ext}");
  g_autoptr(GPtrArray) origins = make_origins (&file, 1);
  guint8 is_excluded[1] = { 0 };
  g_autoptr(GError) error = NULL;

  g_assert_null (new_naming (preset, origins, is_excluded, 1, "/out", &error));
  g_assert_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID);
}

static void
test_relative_paths (void)
{
  static const char *const rows[][3] = {
    { "/a/b/c.jpg", "/a/b", "c.jpg" },       { "/a/b/c.jpg", "/a/b/out", "../c.jpg" },
    { "/a/b/c.jpg", "/a/bc", "../b/c.jpg" }, { "/a/c.jpg", "/x/y", "../../a/c.jpg" },
    { "/c.jpg", "/", "c.jpg" },              { "/a/b/c.jpg", "/", "a/b/c.jpg" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *relative = thimble_path_relative_to (rows[i][0], rows[i][1]);
      g_autofree char *back = g_canonicalize_filename (relative, rows[i][1]);

      g_assert_cmpstr (relative, ==, rows[i][2]);
      g_assert_cmpstr (back, ==, rows[i][0]);
    }
  g_assert_true (thimble_path_is_below ("/a/b", "/a"));
  g_assert_false (thimble_path_is_below ("/ab", "/a"));
  g_assert_false (thimble_path_is_below ("/a", "/a"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/naming/rules", test_rules);
  g_test_add_func ("/naming/clashes", test_clashes);
  g_test_add_func ("/naming/roots", test_roots);
  g_test_add_func ("/naming/empty-folders", test_empty_folders);
  g_test_add_func ("/naming/order", test_order);
  g_test_add_func ("/naming/surprise", test_surprise);
  g_test_add_func ("/naming/nameless-surprise", test_nameless_surprise);
  g_test_add_func ("/naming/numbers-clash", test_numbers_clash);
  g_test_add_func ("/naming/stays-inside", test_stays_inside);
  g_test_add_func ("/naming/template-needs-label", test_template_needs_label);
  g_test_add_func ("/paths/relative", test_relative_paths);
  return g_test_run ();
}
