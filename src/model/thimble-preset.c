/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is made of each image, where it goes and what it is called. Window and command line fill
 * one of these in their own ways and hand a copy to the service, which knows nothing else. */

#include "thimble-preset.h"

#include "thimble-name-template.h"

struct _ThimblePreset
{
  GObject parent_instance;

  char *name;          /* owned */
  char *destination;   /* owned; NULL for the default */
  char *name_template; /* owned, checked; NULL for the default */
  GArray *renditions;  /* owned, of ThimbleRendition, 1 to 16; replaced, never written */
  ThimbleScaling scaling;
};

enum
{
  PROP_0,
  PROP_NAME,
  PROP_DESTINATION,
  PROP_NAME_TEMPLATE,
  PROP_SCALING,
  PROP_RENDITIONS,
  N_PROPS,
};

G_DEFINE_FINAL_TYPE (ThimblePreset, thimble_preset, G_TYPE_OBJECT)
G_DEFINE_QUARK (thimble-preset-error-quark, thimble_preset_error)

static GParamSpec *properties[N_PROPS];

static const ThimbleRendition *
peek (ThimblePreset *self, guint index)
{
  return &g_array_index (self->renditions, ThimbleRendition, index);
}

static void
thimble_preset_finalize (GObject *object)
{
  ThimblePreset *self = THIMBLE_PRESET (object);

  g_free (self->name);
  g_free (self->destination);
  g_free (self->name_template);
  g_array_unref (self->renditions);
  G_OBJECT_CLASS (thimble_preset_parent_class)->finalize (object);
}

static void
thimble_preset_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ThimblePreset *self = THIMBLE_PRESET (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_DESTINATION:
      g_value_set_string (value, self->destination);
      break;
    case PROP_NAME_TEMPLATE:
      g_value_set_string (value, self->name_template);
      break;
    case PROP_SCALING:
      g_value_set_enum (value, self->scaling);
      break;
    case PROP_RENDITIONS:
      g_value_set_boxed (value, self->renditions);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thimble_preset_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ThimblePreset *self = THIMBLE_PRESET (object);

  switch (id)
    {
    case PROP_NAME:
      self->name = g_value_dup_string (value);
      break;
    case PROP_DESTINATION:
      thimble_preset_set_destination (self, g_value_get_string (value));
      break;
    case PROP_SCALING:
      thimble_preset_set_scaling (self, g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thimble_preset_class_init (ThimblePresetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable
    = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = thimble_preset_finalize;
  object_class->get_property = thimble_preset_get_property;
  object_class->set_property = thimble_preset_set_property;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "",
                                               readable | G_PARAM_WRITABLE
                                                 | G_PARAM_CONSTRUCT_ONLY);
  properties[PROP_DESTINATION]
    = g_param_spec_string ("destination", NULL, NULL, NULL, readable | G_PARAM_WRITABLE);
  properties[PROP_NAME_TEMPLATE]
    = g_param_spec_string ("name-template", NULL, NULL, NULL, readable);
  properties[PROP_SCALING]
    = g_param_spec_enum ("scaling", NULL, NULL, THIMBLE_TYPE_SCALING, THIMBLE_SCALING_FAST,
                         readable | G_PARAM_WRITABLE);
  properties[PROP_RENDITIONS]
    = g_param_spec_boxed ("renditions", NULL, NULL, G_TYPE_ARRAY, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
thimble_preset_init (ThimblePreset *self)
{
  ThimbleRendition rendition;

  thimble_rendition_init (&rendition);
  self->renditions = g_array_new (FALSE, FALSE, sizeof rendition);
  g_array_append_val (self->renditions, rendition);
}

/**
 * thimble_preset_new:
 * @name: what people call it
 *
 * Returns: (transfer full): a preset with one rendition, as [method@Rendition.init] makes it
 */
ThimblePreset *
thimble_preset_new (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);
  return g_object_new (THIMBLE_TYPE_PRESET, "name", name, NULL);
}

/**
 * thimble_preset_copy:
 *
 * Returns: (transfer full): a preset of its own with the same values; who holds the only reference
 *   may read it from any thread
 */
ThimblePreset *
thimble_preset_copy (ThimblePreset *self)
{
  g_return_val_if_fail (THIMBLE_IS_PRESET (self), NULL);
  return thimble_preset_copy_as (self, self->name);
}

/**
 * thimble_preset_copy_as:
 * @name: what people call the copy
 *
 * Returns: (transfer full): as [method@Preset.copy], under another name
 */
ThimblePreset *
thimble_preset_copy_as (ThimblePreset *self, const char *name)
{
  ThimblePreset *copy;

  g_return_val_if_fail (THIMBLE_IS_PRESET (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  copy = thimble_preset_new (name);
  copy->destination = g_strdup (self->destination);
  copy->name_template = g_strdup (self->name_template);
  copy->scaling = self->scaling;
  g_array_unref (copy->renditions);
  copy->renditions = g_array_ref (self->renditions);
  return copy;
}

/**
 * thimble_preset_get_name:
 *
 * Returns: (transfer none): what people call it
 */
const char *
thimble_preset_get_name (ThimblePreset *self)
{
  g_return_val_if_fail (THIMBLE_IS_PRESET (self), NULL);
  return self->name;
}

/**
 * thimble_preset_get_destination:
 *
 * Returns: (transfer none) (nullable) (type filename): as it was set
 */
const char *
thimble_preset_get_destination (ThimblePreset *self)
{
  g_return_val_if_fail (THIMBLE_IS_PRESET (self), NULL);
  return self->destination;
}

static void
replace_string (ThimblePreset *self, char **field, const char *value, guint property)
{
  if (g_strcmp0 (*field, value) == 0)
    return;
  g_free (*field);
  *field = g_strdup (value);
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/**
 * thimble_preset_set_destination:
 * @path: (nullable) (type filename): the folder that outputs go to, or %NULL where the preset
 *   leaves that open
 */
void
thimble_preset_set_destination (ThimblePreset *self, const char *path)
{
  g_return_if_fail (THIMBLE_IS_PRESET (self));
  replace_string (self, &self->destination, path, PROP_DESTINATION);
}

/**
 * thimble_preset_get_name_template:
 *
 * Returns: (transfer none) (nullable): a template that is checked, or %NULL for the default, which
 *   the service decides for each run
 */
const char *
thimble_preset_get_name_template (ThimblePreset *self)
{
  g_return_val_if_fail (THIMBLE_IS_PRESET (self), NULL);
  return self->name_template;
}

/**
 * thimble_preset_set_name_template:
 * @name_template: (nullable): see [func@name_template_check], or %NULL for the default
 *
 * Returns: whether it was accepted; if not, nothing has changed and @error is set in
 *   %THIMBLE_PRESET_ERROR
 */
gboolean
thimble_preset_set_name_template (ThimblePreset *self, const char *name_template, GError **error)
{
  g_return_val_if_fail (THIMBLE_IS_PRESET (self), FALSE);

  if (name_template != NULL && !thimble_name_template_check (name_template, error))
    return FALSE;
  replace_string (self, &self->name_template, name_template, PROP_NAME_TEMPLATE);
  return TRUE;
}

/**
 * thimble_preset_get_scaling:
 */
ThimbleScaling
thimble_preset_get_scaling (ThimblePreset *self)
{
  g_return_val_if_fail (THIMBLE_IS_PRESET (self), THIMBLE_SCALING_FAST);
  return self->scaling;
}

/**
 * thimble_preset_set_scaling:
 */
void
thimble_preset_set_scaling (ThimblePreset *self, ThimbleScaling scaling)
{
  g_return_if_fail (THIMBLE_IS_PRESET (self));
  g_return_if_fail ((guint) scaling <= THIMBLE_SCALING_FINE);

  if (self->scaling == scaling)
    return;
  self->scaling = scaling;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SCALING]);
}

/**
 * thimble_preset_get_n_renditions:
 *
 * Returns: 1 to %THIMBLE_PRESET_MAX_RENDITIONS
 */
guint
thimble_preset_get_n_renditions (ThimblePreset *self)
{
  g_return_val_if_fail (THIMBLE_IS_PRESET (self), 0);
  return self->renditions->len;
}

/**
 * thimble_preset_get_rendition:
 * @index: less than the number of renditions
 *
 * Returns: (transfer none): a rendition, valid until renditions are set
 */
const ThimbleRendition *
thimble_preset_get_rendition (ThimblePreset *self, guint index)
{
  g_return_val_if_fail (THIMBLE_IS_PRESET (self), NULL);
  g_return_val_if_fail (index < self->renditions->len, NULL);
  return peek (self, index);
}

static gboolean
check_renditions (const ThimbleRendition *renditions, guint n_renditions, GError **error)
{
  g_autoptr(GHashTable) labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (n_renditions < 1 || n_renditions > THIMBLE_PRESET_MAX_RENDITIONS)
    {
      g_set_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
                   "%u sizes were given; there may be 1 to %d.", n_renditions,
                   THIMBLE_PRESET_MAX_RENDITIONS);
      return FALSE;
    }
  for (guint i = 0; i < n_renditions; i++)
    {
      char *label;

      if (!thimble_rendition_check (&renditions[i], error))
        return FALSE;
      label = thimble_rendition_dup_label (&renditions[i]);
      if (!g_hash_table_contains (labels, label))
        {
          g_hash_table_add (labels, label);
          continue;
        }
      g_set_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
                   "The size “%s” is given more than once.", label);
      g_free (label);
      return FALSE;
    }
  return TRUE;
}

static gboolean
has_renditions (ThimblePreset *self, const ThimbleRendition *renditions, guint n_renditions)
{
  if (self->renditions->len != n_renditions)
    return FALSE;
  for (guint i = 0; i < n_renditions; i++)
    if (!thimble_rendition_equal (peek (self, i), &renditions[i]))
      return FALSE;
  return TRUE;
}

/**
 * thimble_preset_set_renditions:
 * @renditions: (array length=n_renditions): what to make of each image, in order; copied
 * @n_renditions: 1 to %THIMBLE_PRESET_MAX_RENDITIONS
 *
 * Two renditions must not have the same label.
 *
 * Returns: whether they were accepted; if not, nothing has changed and @error is set in
 *   %THIMBLE_PRESET_ERROR
 */
gboolean
thimble_preset_set_renditions (ThimblePreset *self,
                               const ThimbleRendition *renditions,
                               guint n_renditions,
                               GError **error)
{
  g_return_val_if_fail (THIMBLE_IS_PRESET (self), FALSE);
  g_return_val_if_fail (renditions != NULL || n_renditions == 0, FALSE);

  if (!check_renditions (renditions, n_renditions, error))
    return FALSE;
  if (has_renditions (self, renditions, n_renditions))
    return TRUE;

  g_array_unref (self->renditions);
  self->renditions = g_array_sized_new (FALSE, FALSE, sizeof *renditions, n_renditions);
  g_array_append_vals (self->renditions, renditions, n_renditions);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RENDITIONS]);
  return TRUE;
}

/* {cache} stands for a folder that only some sizes have. */
static gboolean
check_cache_folders (ThimblePreset *self, GError **error)
{
  for (guint i = 0; i < self->renditions->len; i++)
    if (thimble_rendition_get_cache_folder (peek (self, i)) == NULL)
      {
        g_set_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
                     "The name template “%s” has {cache}: the desktop’s thumbnail cache has folders "
                     "for the sizes 128, 256, 512 and 1024 only.", self->name_template);
        return FALSE;
      }
  return TRUE;
}

/**
 * thimble_preset_check:
 *
 * Whether sizes and name template go together: with several sizes a template needs {label},
 * {-label}, {width}, {height} or {cache}. To be asked when a run begins, as the two are set one after the other.
 *
 * Returns: whether a run may begin; if not, @error is set in %THIMBLE_PRESET_ERROR
 */
gboolean
thimble_preset_check (ThimblePreset *self, GError **error)
{
  const guint sizes
    = THIMBLE_NAME_FIELD_LABEL | THIMBLE_NAME_FIELD_WIDTH | THIMBLE_NAME_FIELD_HEIGHT
      | THIMBLE_NAME_FIELD_DASH_LABEL | THIMBLE_NAME_FIELD_CACHE;
  guint fields;

  g_return_val_if_fail (THIMBLE_IS_PRESET (self), FALSE);

  if (self->name_template == NULL)
    return TRUE;
  fields = thimble_name_template_get_fields (self->name_template);
  if ((fields & THIMBLE_NAME_FIELD_CACHE) != 0 && !check_cache_folders (self, error))
    return FALSE;
  if (self->renditions->len == 1 || (fields & sizes) != 0)
    return TRUE;
  g_set_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
               "The name template “%s” needs {label}: without it all %u sizes of an image would "
               "be one file.", self->name_template, self->renditions->len);
  return FALSE;
}

/**
 * thimble_preset_dup_settings_hash:
 * @index: of a rendition
 *
 * Stands for all that decides the bytes of that output beside the source: the rendition, the
 * scaling and %THIMBLE_ENGINE_VERSION; not for names, nor for what the other renditions are.
 *
 * Returns: (transfer full): 16 hex digits, the beginning of a SHA-256; the same on every machine
 */
char *
thimble_preset_dup_settings_hash (ThimblePreset *self, guint index)
{
  g_autofree char *background = NULL;
  g_autofree char *text = NULL;
  g_autofree char *hash = NULL;
  const ThimbleRendition *r;
  gboolean has_gravity;

  g_return_val_if_fail (THIMBLE_IS_PRESET (self), NULL);
  g_return_val_if_fail (index < self->renditions->len, NULL);

  r = peek (self, index);
  has_gravity = r->fit == THIMBLE_FIT_COVER || r->fit == THIMBLE_FIT_CONTAIN;
  background = thimble_rendition_dup_background (r);
  text = g_strdup_printf ("engine %d\nscaling %s\nbox %ux%u\npercent %u\nfit %s\ngravity %s\n"
                          "enlarge %d\nformat %s\nquality %d\nmetadata %s\nbackground %s\n",
                          THIMBLE_ENGINE_VERSION, thimble_scaling_get_name (self->scaling),
                          r->width, r->height, r->percent, thimble_fit_get_name (r->fit),
                          has_gravity ? thimble_gravity_get_name (r->gravity) : "-",
                          r->enlarge != FALSE, thimble_format_get_name (r->format), r->quality,
                          thimble_metadata_get_name (r->metadata), background);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  return g_strndup (hash, 16);
}
