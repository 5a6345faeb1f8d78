/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a preset accepts, tells of and hashes; name templates. */

#include "thimble-name-template.h"
#include "thimble-presets.h"

#include <string.h>

static void
count_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  guint *n_notified = user_data;

  *n_notified += 1;
}

static ThimblePreset *
new_with_sizes (const char *const *sizes, guint n_sizes, GError **error)
{
  g_autoptr(ThimblePreset) preset = thimble_preset_new ("Test");
  ThimbleRendition renditions[20];

  for (guint i = 0; i < n_sizes; i++)
    {
      thimble_rendition_init (&renditions[i]);
      g_assert_true (thimble_rendition_parse_size (&renditions[i], sizes[i], NULL));
    }
  if (!thimble_preset_set_renditions (preset, renditions, n_sizes, error))
    {
      g_assert_cmpuint (thimble_preset_get_n_renditions (preset), ==, 1);
      return NULL;
    }
  return g_steal_pointer (&preset);
}

static void
test_renditions (void)
{
  const char *const twice[] = { "64", "800x600", "64x64" };
  const char *const sizes[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9",
                                "10", "11", "12", "13", "14", "15", "16", "17" };
  g_autoptr(ThimblePreset) preset = NULL;
  g_autoptr(GError) same_error = NULL;
  g_autoptr(GError) many_error = NULL;
  g_autoptr(GError) none_error = NULL;

  g_assert_null (new_with_sizes (twice, G_N_ELEMENTS (twice), &same_error));
  g_assert_error (same_error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID);
  g_assert_nonnull (strstr (same_error->message, "“64”"));

  g_assert_null (new_with_sizes (sizes, 17, &many_error));
  g_assert_error (many_error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID);
  g_assert_null (new_with_sizes (sizes, 0, &none_error));
  g_assert_error (none_error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID);

  preset = new_with_sizes (sizes, 16, NULL);
  g_assert_cmpuint (thimble_preset_get_n_renditions (preset), ==, 16);
  g_assert_cmpuint (thimble_preset_get_rendition (preset, 15)->width, ==, 16);
}

static void
test_notifies_on_change_only (void)
{
  g_autoptr(ThimblePreset) preset = thimble_preset_new ("Test");
  g_autoptr(GArray) renditions = NULL;
  ThimbleRendition r = *thimble_preset_get_rendition (preset, 0);
  guint n_notified = 0;

  g_signal_connect (preset, "notify", G_CALLBACK (count_cb), &n_notified);
  thimble_preset_set_destination (preset, NULL);
  thimble_preset_set_scaling (preset, THIMBLE_SCALING_FAST);
  g_assert_true (thimble_preset_set_name_template (preset, NULL, NULL));
  g_assert_true (thimble_preset_set_renditions (preset, &r, 1, NULL));
  g_assert_cmpuint (n_notified, ==, 0);

  g_object_set (preset, "destination", "/out", "scaling", THIMBLE_SCALING_FINE, NULL);
  g_assert_true (thimble_preset_set_name_template (preset, "{name}.x", NULL));
  g_assert_false (thimble_preset_set_name_template (preset, "x", NULL));
  r.quality = 90;
  g_assert_true (thimble_preset_set_renditions (preset, &r, 1, NULL));
  g_assert_cmpuint (n_notified, ==, 4);
  g_assert_cmpstr (thimble_preset_get_destination (preset), ==, "/out");
  g_assert_cmpstr (thimble_preset_get_name_template (preset), ==, "{name}.x");

  g_object_get (preset, "renditions", &renditions, NULL);
  g_assert_cmpuint (renditions->len, ==, 1);
  g_assert_cmpint (g_array_index (renditions, ThimbleRendition, 0).quality, ==, 90);
}

static void
test_copy_is_its_own (void)
{
  g_autoptr(ThimblePreset) copy = NULL;
  ThimblePreset *preset = thimble_preset_new ("Test");
  ThimbleRendition r = *thimble_preset_get_rendition (preset, 0);

  thimble_preset_set_destination (preset, "/a");
  g_assert_true (thimble_preset_set_name_template (preset, "{index}", NULL));
  thimble_preset_set_scaling (preset, THIMBLE_SCALING_FINE);
  copy = thimble_preset_copy (preset);
  r.quality = 1;
  g_assert_true (thimble_preset_set_renditions (preset, &r, 1, NULL));
  thimble_preset_set_destination (preset, "/b");
  g_assert_finalize_object (preset);

  g_assert_cmpstr (thimble_preset_get_name (copy), ==, "Test");
  g_assert_cmpstr (thimble_preset_get_destination (copy), ==, "/a");
  g_assert_cmpstr (thimble_preset_get_name_template (copy), ==, "{index}");
  g_assert_cmpint (thimble_preset_get_scaling (copy), ==, THIMBLE_SCALING_FINE);
  g_assert_cmpint (thimble_preset_get_rendition (copy, 0)->quality, ==, 80);
}

static char *
hash_of (const ThimbleRendition *r, ThimbleScaling scaling)
{
  g_autoptr(ThimblePreset) preset = thimble_preset_new ("Hash");

  thimble_preset_set_scaling (preset, scaling);
  g_assert_true (thimble_preset_set_renditions (preset, r, 1, NULL));
  return thimble_preset_dup_settings_hash (preset, 0);
}

/* Every field that decides an output's bytes changes the hash; nothing else does. */
static void
test_settings_hash (void)
{
  g_autoptr(GHashTable) hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *fine = NULL;
  g_autofree char *named = NULL;
  g_autofree char *moved = NULL;
  g_autoptr(ThimblePreset) preset = thimble_preset_new ("Another name");
  ThimbleRendition plain, r;

  thimble_rendition_init (&plain);
  for (guint i = 0; i < 12; i++)
    {
      char *hash;

      r = plain;
      switch (i)
        {
        case 0: break;
        case 1: r.width = 12; break;
        case 2: r.height = 12; break;
        case 3: r.width = r.height = 0; r.percent = 128; break;
        case 4: r.fit = THIMBLE_FIT_COVER; break;
        case 5: r.fit = THIMBLE_FIT_COVER; r.gravity = THIMBLE_GRAVITY_NORTH; break;
        case 6: r.enlarge = TRUE; break;
        case 7: r.format = THIMBLE_FORMAT_JPEG; break;
        case 8: r.quality = 81; break;
        case 9: r.metadata = THIMBLE_METADATA_KEEP; break;
        case 10: r.background[0] = 254; break;
        case 11: r.background[3] = 254; break;
        default: g_assert_not_reached ();
        }
      hash = hash_of (&r, THIMBLE_SCALING_FAST);
      g_assert_cmpuint (strlen (hash), ==, 16);
      g_assert_cmpuint (strspn (hash, "0123456789abcdef"), ==, 16);
      g_assert_true (g_hash_table_add (hashes, hash));
    }
  fine = hash_of (&plain, THIMBLE_SCALING_FINE);
  g_assert_false (g_hash_table_contains (hashes, fine));

  thimble_preset_set_destination (preset, "/somewhere");
  g_assert_true (thimble_preset_set_name_template (preset, "{name}", NULL));
  named = thimble_preset_dup_settings_hash (preset, 0);
  g_assert_true (g_hash_table_contains (hashes, named));

  r = plain;
  r.gravity = THIMBLE_GRAVITY_SOUTH;
  moved = hash_of (&r, THIMBLE_SCALING_FAST);
  g_assert_cmpstr (moved, ==, named);
}

static void
test_good_templates (void)
{
  static const char *const templates[] = {
    "{name}", "{index}", "{name}.{ext}", "{name}-{label}.{ext}", "{label}/{name}.{ext}",
    "{folder}/{name}.{ext}", "{folder}-{name}", "thumbs/{width}x{height}/{index}.{ext}",
    "{name}{folder}", "a.{name}", ".{name}", "Übersicht {name}.{ext}", "{folder}{folder}/{name}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (templates); i++)
    {
      g_autoptr(GError) error = NULL;

      thimble_name_template_check (templates[i], &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (thimble_name_template_get_fields ("a{name}/{ext}{ext}"), ==,
                    THIMBLE_NAME_FIELD_NAME | THIMBLE_NAME_FIELD_EXT);
}

static void
test_bad_templates (void)
{
  static const struct
  {
    const char *name_template;
    const char *words;
  } rows[] = {
    { "", "needs {name} or {index}" },
    { "{label}.{ext}", "needs {name} or {index}" },
    { "{folder}", "needs {name} or {index}" },
    { "{nam}", "the fields are {name}, {label}" },
    { "{Name}", "the fields are" },
    { "{name}{", "the fields are" },
    { "{name}}", "the fields are" },
    { "{{name}}", "the fields are" },
    { "{name", "the fields are" },
    { "{name}{}", "the fields are" },
    { "/{name}", "begin with a slash" },
    { "/tmp/{name}", "begin with a slash" },
    { "a//{name}", "without a name" },
    { "{name}/", "without a name" },
    { "../{name}", "“..”" },
    { "a/../{name}", "“..”" },
    { "./{name}", "“.”" },
    { "{name}/..", "“..”" },
    { "{folder}../{name}", "“..”" },
    { ".{folder}./{name}", "“..”" },
    { "..{folder}/{name}", "“..”" },
    { "{name}/{folder}", "without a name" },
    { ".thimble/{name}", ".thimble" },
    { ".thim{folder}ble/{name}", ".thimble" },
    { "\xff{name}", "UTF-8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (thimble_name_template_check (rows[i].name_template, &error));
      g_assert_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, rows[i].words));
    }
}

/* The pieces of a template, put together again, are the template. */
static void
test_template_pieces (void)
{
  const char *rest = "a/{folder}/{name}-{width}×{height}.{ext}";
  const char *literal;
  gsize n_literal;
  ThimbleNameField field;
  g_autoptr(GString) seen = g_string_new (NULL);

  for (guint i = 0; i < 20 && thimble_name_template_next (&rest, &literal, &n_literal, &field); i++)
    {
      g_string_append_len (seen, literal, n_literal);
      g_string_append_printf (seen, "<%d>", field);
    }
  g_assert_cmpstr (seen->str, ==, "a/<32>/<1>-<4>×<8>.<16>");
}

static void
test_sizes_and_template (void)
{
  const char *const sizes[] = { "1", "2" };
  g_autoptr(ThimblePreset) preset = new_with_sizes (sizes, 2, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (thimble_preset_check (preset, &error));
  g_assert_true (thimble_preset_set_name_template (preset, "{name}.{ext}", NULL));
  g_assert_false (thimble_preset_check (preset, &error));
  g_assert_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_true (thimble_preset_set_name_template (preset, "{label}/{name}.{ext}", NULL));
  g_assert_true (thimble_preset_check (preset, &error));
  g_assert_no_error (error);
}

static void
test_builtin (void)
{
  g_autoptr(GPtrArray) presets = thimble_presets_get_builtin ();
  g_autoptr(ThimblePreset) shop = thimble_presets_find_builtin ("shop");
  g_autoptr(ThimblePreset) responsive = thimble_presets_find_builtin ("Responsive");
  g_autofree char *label = NULL;

  g_assert_cmpuint (presets->len, ==, 6);
  for (guint i = 0; i < presets->len; i++)
    g_assert_true (thimble_preset_check (presets->pdata[i], NULL));
  g_assert_cmpuint (thimble_preset_get_n_renditions (shop), ==, 3);
  g_assert_cmpuint (thimble_preset_get_rendition (shop, 2)->width, ==, 200);
  label = thimble_rendition_dup_label (thimble_preset_get_rendition (responsive, 4));
  g_assert_cmpstr (label, ==, "1920w");
  g_assert_null (thimble_presets_find_builtin ("nothing"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/preset/renditions", test_renditions);
  g_test_add_func ("/preset/notifies-on-change-only", test_notifies_on_change_only);
  g_test_add_func ("/preset/copy-is-its-own", test_copy_is_its_own);
  g_test_add_func ("/preset/settings-hash", test_settings_hash);
  g_test_add_func ("/preset/good-templates", test_good_templates);
  g_test_add_func ("/preset/bad-templates", test_bad_templates);
  g_test_add_func ("/preset/template-pieces", test_template_pieces);
  g_test_add_func ("/preset/sizes-and-template", test_sizes_and_template);
  g_test_add_func ("/preset/builtin", test_builtin);
  return g_test_run ();
}
