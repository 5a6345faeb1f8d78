/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sources wait while others are scanned, and while a run goes on, so that a run has the items it
 * began with.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-intake.h"

#include "thimble-removal.h"

struct _ThimbleIntake
{
  GObject parent_instance;

  ThimbleBatch *batch;
  ThimbleScanner *scanner;
  GPtrArray *sources;     /* ThimbleSource: to be scanned next */
  char *destination;      /* (nullable): left out of the next scan */
  GPtrArray *left_out;    /* (nullable): paths of images that are not to come in again */
  GCancellable *scanning; /* (nullable): while a scan goes on */
  gboolean is_held;       /* nothing is scanned now */
  gboolean is_cleared;    /* what the scan that goes on still brings is not wanted */
};

enum
{
  PROP_0,
  PROP_SCANNING,
  N_PROPS
};

enum
{
  SCANNED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (ThimbleIntake, thimble_intake, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void thimble_intake_scan_next (ThimbleIntake *self);

static void
scanned_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(ThimbleIntake) self = user_data;
  g_autoptr(ThimbleScanReport) report = NULL;
  g_autoptr(GError) error = NULL;

  report = thimble_scanner_scan_finish (THIMBLE_SCANNER (object), result, &error);

  if (self->is_cleared)
    thimble_batch_clear (self->batch);
  self->is_cleared = FALSE;
  if (self->left_out != NULL && self->sources->len == 0)
    {
      g_autoptr(ThimbleRemoval) removal G_GNUC_UNUSED
        = thimble_removal_new_for_paths (self->batch, self->left_out);

      g_clear_pointer (&self->left_out, g_ptr_array_unref);
    }
  g_clear_object (&self->scanning);
  thimble_intake_scan_next (self);
  if (self->scanning == NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SCANNING]);
  g_signal_emit (self, signals[SCANNED], 0, report, error);
}

/* Scans what waits, unless something goes on. */
static void
thimble_intake_scan_next (ThimbleIntake *self)
{
  g_autoptr(GPtrArray) sources = NULL;

  if (self->sources->len == 0 || self->scanning != NULL || self->is_held)
    return;

  sources = g_steal_pointer (&self->sources);
  self->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_source_unref);
  self->scanning = g_cancellable_new ();
  thimble_scanner_scan_async (self->scanner, (ThimbleSource *const *) sources->pdata, sources->len,
                              self->destination, self->scanning, scanned_cb, g_object_ref (self));
}

static void
thimble_intake_start (ThimbleIntake *self)
{
  gboolean was_scanning = self->scanning != NULL;

  thimble_intake_scan_next (self);
  if (!was_scanning && self->scanning != NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SCANNING]);
}

static void
thimble_intake_finalize (GObject *object)
{
  ThimbleIntake *self = THIMBLE_INTAKE (object);

  g_assert (self->scanning == NULL);

  g_clear_object (&self->scanner);
  g_clear_object (&self->batch);
  g_clear_pointer (&self->left_out, g_ptr_array_unref);
  g_ptr_array_unref (self->sources);
  g_free (self->destination);

  G_OBJECT_CLASS (thimble_intake_parent_class)->finalize (object);
}

static void
thimble_intake_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SCANNING:
      g_value_set_boolean (value, thimble_intake_get_scanning (THIMBLE_INTAKE (object)));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thimble_intake_class_init (ThimbleIntakeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thimble_intake_finalize;
  object_class->get_property = thimble_intake_get_property;

  properties[PROP_SCANNING] = g_param_spec_boolean (
    "scanning", NULL, NULL, FALSE,
    G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SCANNED]
    = g_signal_new ("scanned", THIMBLE_TYPE_INTAKE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_POINTER);
}

static void
thimble_intake_init (ThimbleIntake *self)
{
  self->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_source_unref);
}

/**
 * thimble_intake_new:
 * @batch: what images come into
 *
 * Returns: (transfer full): an intake that is not held
 */
ThimbleIntake *
thimble_intake_new (ThimbleBatch *batch)
{
  ThimbleIntake *self;

  g_return_val_if_fail (THIMBLE_IS_BATCH (batch), NULL);

  self = g_object_new (THIMBLE_TYPE_INTAKE, NULL);
  self->batch = g_object_ref (batch);
  self->scanner = thimble_scanner_new (batch);
  return self;
}

/**
 * thimble_intake_add:
 * @sources: (array length=n_sources) (transfer none): where to look for images
 * @destination: (type filename): where thumbnails go, no images are looked for there
 *
 * Adds the images of sources to the batch, after what goes on now.
 */
void
thimble_intake_add (ThimbleIntake *self,
                    ThimbleSource *const *sources,
                    guint n_sources,
                    const char *destination)
{
  g_return_if_fail (THIMBLE_IS_INTAKE (self));
  g_return_if_fail (sources != NULL || n_sources == 0);

  g_free (self->destination);
  self->destination = g_strdup (destination);
  for (guint i = 0; i < n_sources; i++)
    g_ptr_array_add (self->sources, thimble_source_ref (sources[i]));
  thimble_intake_start (self);
}

/**
 * thimble_intake_leave_out:
 * @paths: (element-type filename): of images
 *
 * Has these images go again when the sources that were added are scanned: they had been removed
 * before the program was ended.
 */
void
thimble_intake_leave_out (ThimbleIntake *self, GPtrArray *paths)
{
  g_return_if_fail (THIMBLE_IS_INTAKE (self));
  g_return_if_fail (paths != NULL);

  g_clear_pointer (&self->left_out, g_ptr_array_unref);
  self->left_out = g_ptr_array_ref (paths);
}

/**
 * thimble_intake_set_held:
 * @held: whether nothing is to be scanned now; what is added waits
 */
void
thimble_intake_set_held (ThimbleIntake *self, gboolean held)
{
  g_return_if_fail (THIMBLE_IS_INTAKE (self));

  self->is_held = held;
  thimble_intake_start (self);
}

/**
 * thimble_intake_cancel:
 *
 * Ends a scan that goes on with what was found, and forgets sources that wait for its end.
 */
void
thimble_intake_cancel (ThimbleIntake *self)
{
  g_return_if_fail (THIMBLE_IS_INTAKE (self));

  g_ptr_array_set_size (self->sources, 0);
  if (self->scanning != NULL)
    g_cancellable_cancel (self->scanning);
}

/**
 * thimble_intake_clear:
 *
 * Ends a scan that goes on, and removes all images.
 */
void
thimble_intake_clear (ThimbleIntake *self)
{
  g_return_if_fail (THIMBLE_IS_INTAKE (self));

  thimble_intake_cancel (self);
  self->is_cleared = self->scanning != NULL;
  thimble_batch_clear (self->batch);
}

/**
 * thimble_intake_get_scanning:
 *
 * Returns: whether images are looked for
 */
gboolean
thimble_intake_get_scanning (ThimbleIntake *self)
{
  g_return_val_if_fail (THIMBLE_IS_INTAKE (self), FALSE);

  return self->scanning != NULL;
}
