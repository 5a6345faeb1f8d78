/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Presets as text and as files: what is written is read, and mistakes are named. */

#include "thimble-preset-file.h"
#include "thimble-presets.h"

#include <glib/gstdio.h>
#include <string.h>

static void
assert_same (ThimblePreset *a, ThimblePreset *b)
{
  g_assert_cmpstr (thimble_preset_get_name (a), ==, thimble_preset_get_name (b));
  g_assert_cmpstr (thimble_preset_get_destination (a), ==, thimble_preset_get_destination (b));
  g_assert_cmpstr (thimble_preset_get_name_template (a), ==, thimble_preset_get_name_template (b));
  g_assert_cmpint (thimble_preset_get_scaling (a), ==, thimble_preset_get_scaling (b));
  g_assert_cmpuint (thimble_preset_get_n_renditions (a), ==, thimble_preset_get_n_renditions (b));
  for (guint i = 0; i < thimble_preset_get_n_renditions (a); i++)
    g_assert_true (thimble_rendition_equal (thimble_preset_get_rendition (a, i),
                                            thimble_preset_get_rendition (b, i)));
}

static void
assert_round_trip (ThimblePreset *preset)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ThimblePreset) read = NULL;
  g_autofree char *text = thimble_preset_dup_text (preset, &error);

  g_assert_no_error (error);
  read = thimble_preset_new_from_text (text, strlen (text), &error);
  g_assert_no_error (error);
  assert_same (preset, read);
}

static void
test_round_trip (void)
{
  g_autoptr(GPtrArray) builtin = thimble_presets_get_builtin ();
  g_autoptr(ThimblePreset) preset = thimble_preset_new (" Große; “Bilder”\n[x]=\\ ");
  const char *const sizes[] = { "128", "800x600", "800x", "x600", "12.5%", "0.01%", "100%" };
  ThimbleRendition renditions[G_N_ELEMENTS (sizes)];

  for (guint i = 0; i < builtin->len; i++)
    assert_round_trip (builtin->pdata[i]);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      thimble_rendition_init (&renditions[i]);
      g_assert_true (thimble_rendition_parse_size (&renditions[i], sizes[i], NULL));
      renditions[i].fit = i % 4;
      renditions[i].gravity = i + 3;
      renditions[i].enlarge = i % 2;
      renditions[i].format = i % 4;
      renditions[i].quality = 1 + 16 * i;
      renditions[i].metadata = i % 2;
      renditions[i].background[i % 4] = i;
    }
  g_assert_true (thimble_preset_set_renditions (preset, renditions, G_N_ELEMENTS (sizes), NULL));
  g_assert_true (thimble_preset_set_name_template (preset, " {name}-{label}; #.{ext}", NULL));
  thimble_preset_set_destination (preset, "  /a b/c\\d ");
  thimble_preset_set_scaling (preset, THIMBLE_SCALING_FINE);
  assert_round_trip (preset);
}

/* What is not said is the default. */
static void
test_short (void)
{
  const char *text = "# mine\n[Preset]\nName=Mine\n\n[Rendition 1]\nSize=50%\nFit=Cover\n";
  g_autoptr(GError) error = NULL;
  g_autoptr(ThimblePreset) preset = thimble_preset_new_from_text (text, strlen (text), &error);
  const ThimbleRendition *r;

  g_assert_no_error (error);
  r = thimble_preset_get_rendition (preset, 0);
  g_assert_cmpuint (r->percent, ==, 5000);
  g_assert_cmpint (r->fit, ==, THIMBLE_FIT_COVER);
  g_assert_cmpint (r->quality, ==, 80);
  g_assert_null (thimble_preset_get_destination (preset));
}

static void
test_mistakes (void)
{
  static const struct
  {
    const char *text;
    const char *words;
  } rows[] = {
    { "", "" },
    { "Name=x\n", "" },
    { "[Preset]\n", "Name" },
    { "[Preset]\nName=x\nScale=fast\n", "Scale in [Preset]: There is no such key" },
    { "[Preset]\nName=x\nScaling=slow\n", "“slow” is not valid: write fast or fine" },
    { "[Preset]\nName=x\nNameTemplate=a\n", "needs {name}" },
    { "[Preset]\nName=x\n[Rendition 2]\nSize=1\n", "numbered without a gap" },
    { "[Preset]\nName=x\n[Renditions]\n", "group of unknown name" },
    { "[Preset]\nName=x\n[Rendition 1]\nSize=0\n", "Size in [Rendition 1]: " },
    { "[Preset]\nName=x\n[Rendition 1]\nQuality=101\n", "from 1 to 100" },
    { "[Preset]\nName=x\n[Rendition 1]\nQuality=8o\n", "from 1 to 100" },
    { "[Preset]\nName=x\n[Rendition 1]\nEnlarge=yes\n", "true or false" },
    { "[Preset]\nName=x\n[Rendition 1]\nFormat=gif\n", "same, jpeg, png or webp" },
    { "[Preset]\nName=x\n[Rendition 1]\nsize=1\n", "no such key" },
    { "[Preset]\nName=x\n[Rendition 1]\n[Rendition 2]\n", "“128” is given more than once" },
    { "[Preset]\nName=x\nNameTemplate={name}\n[Rendition 1]\n[Rendition 2]\nSize=1\n",
      "needs {label}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (thimble_preset_new_from_text (rows[i].text, strlen (rows[i].text), &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, rows[i].words));
    }
}

static void
test_file (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("thimble-preset-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "shop.preset", NULL);
  g_autoptr(ThimblePreset) preset = thimble_presets_find_builtin ("Shop");
  g_autoptr(ThimblePreset) read = NULL;

  g_assert_null (thimble_preset_load_from_file (path, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);

  g_assert_true (thimble_preset_save_to_file (preset, path, &error));
  g_assert_no_error (error);
  read = thimble_preset_load_from_file (path, &error);
  g_assert_no_error (error);
  assert_same (preset, read);

  thimble_preset_set_destination (preset, "/caf\351");
  g_assert_false (thimble_preset_save_to_file (preset, path, &error));
  g_assert_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID);
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (path, "[Preset]\nName=x\nx=y\n", -1, NULL));
  g_assert_null (thimble_preset_load_from_file (path, &error));
  g_assert_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, path));

  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/preset-file/round-trip", test_round_trip);
  g_test_add_func ("/preset-file/short", test_short);
  g_test_add_func ("/preset-file/mistakes", test_mistakes);
  g_test_add_func ("/preset-file/file", test_file);
  return g_test_run ();
}
