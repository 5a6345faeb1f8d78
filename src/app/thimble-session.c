/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Puts the service's parts in order for a window: sources wait while others are scanned and while a
 * run goes on, so that a run has the items it began with, and cancel means whatever goes on.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-session.h"

struct _ThimbleSession
{
  GObject parent_instance;

  ThimbleBatch *batch;
  ThimbleScanner *scanner;
  ThimblePreviewer *previewer;
  ThimbleThumbnailMaker *maker;
  GPtrArray *sources;    /* ThimbleSource, owned: to be scanned next */
  char *destination;     /* (nullable): left out of the next scan */
  GCancellable *running; /* (nullable): while a run goes on */
  GCancellable *scanning; /* (nullable): while a scan goes on */
  gboolean is_isolated;  /* works run in processes of their own */
  gboolean is_cleared;   /* what the scan that goes on still brings is not wanted */
  guint first;           /* what is looked at: from this position … */
  guint n_first;         /* … so many */
};

enum
{
  PROP_0,
  PROP_SCANNING,
  PROP_RUNNING,
  N_PROPS
};

enum
{
  SCANNED,
  PROGRESSED,
  WARNED,
  RUN_FINISHED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (ThimbleSession, thimble_session, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void thimble_session_scan_next (ThimbleSession *self);

static void
scanned_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(ThimbleSession) self = user_data;
  g_autoptr(ThimbleScanReport) report = NULL;
  g_autoptr(GError) error = NULL;

  report = thimble_scanner_scan_finish (THIMBLE_SCANNER (object), result, &error);

  if (self->is_cleared)
    thimble_batch_clear (self->batch);
  self->is_cleared = FALSE;
  g_clear_object (&self->scanning);
  thimble_session_scan_next (self);
  if (self->scanning == NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SCANNING]);
  g_signal_emit (self, signals[SCANNED], 0, report, error);
}

/* Scans what waits, unless something goes on. */
static void
thimble_session_scan_next (ThimbleSession *self)
{
  g_autoptr(GPtrArray) sources = NULL;

  if (self->sources->len == 0 || self->scanning != NULL || self->running != NULL)
    return;

  sources = g_steal_pointer (&self->sources);
  self->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_source_unref);
  self->scanning = g_cancellable_new ();
  thimble_scanner_scan_async (self->scanner, (ThimbleSource *const *) sources->pdata, sources->len,
                              self->destination, self->scanning, scanned_cb, g_object_ref (self));
}

static void
progressed_cb (ThimbleSession *self)
{
  g_signal_emit (self, signals[PROGRESSED], 0);
}

static void
warned_cb (ThimbleSession *self, const char *message)
{
  g_signal_emit (self, signals[WARNED], 0, message);
}

static void
thumbnails_made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(ThimbleSession) self = user_data;
  g_autoptr(ThimbleRunSummary) summary = NULL;
  g_autoptr(GError) error = NULL;

  summary = thimble_thumbnail_maker_make_thumbnails_finish (THIMBLE_THUMBNAIL_MAKER (object),
                                                            result, &error);
  g_clear_object (&self->running);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  g_signal_emit (self, signals[RUN_FINISHED], 0, summary, error);

  thimble_session_scan_next (self);
  if (self->scanning != NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SCANNING]);
}

static void
thimble_session_finalize (GObject *object)
{
  ThimbleSession *self = THIMBLE_SESSION (object);

  g_assert (self->scanning == NULL && self->running == NULL);

  g_clear_object (&self->maker);
  g_clear_object (&self->previewer);
  g_clear_object (&self->scanner);
  g_clear_object (&self->batch);
  g_ptr_array_unref (self->sources);
  g_free (self->destination);

  G_OBJECT_CLASS (thimble_session_parent_class)->finalize (object);
}

static void
thimble_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ThimbleSession *self = THIMBLE_SESSION (object);

  switch (id)
    {
    case PROP_SCANNING:
      g_value_set_boolean (value, self->scanning != NULL);
      break;

    case PROP_RUNNING:
      g_value_set_boolean (value, self->running != NULL);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thimble_session_class_init (ThimbleSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = thimble_session_finalize;
  object_class->get_property = thimble_session_get_property;

  properties[PROP_SCANNING] = g_param_spec_boolean ("scanning", NULL, NULL, FALSE, flags);
  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SCANNED]
    = g_signal_new ("scanned", THIMBLE_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_POINTER);
  signals[PROGRESSED]
    = g_signal_new ("progressed", THIMBLE_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 0);
  signals[WARNED] = g_signal_new ("warned", THIMBLE_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[RUN_FINISHED]
    = g_signal_new ("run-finished", THIMBLE_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_POINTER);
}

static void
thimble_session_init (ThimbleSession *self)
{
  self->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_source_unref);
}

/**
 * thimble_session_new:
 * @engine: what works run on
 *
 * Returns: (transfer full): a session without images
 */
ThimbleSession *
thimble_session_new (ThimbleEngine *engine)
{
  ThimbleSession *self;

  g_return_val_if_fail (THIMBLE_IS_ENGINE (engine), NULL);

  self = g_object_new (THIMBLE_TYPE_SESSION, NULL);
  self->batch = thimble_batch_new ();
  self->scanner = thimble_scanner_new (self->batch);
  self->previewer = thimble_previewer_new (engine);
  self->is_isolated = thimble_engine_get_kind (engine) == THIMBLE_EXECUTOR_KIND_PROCESSES;
  self->maker = thimble_thumbnail_maker_new (engine, self->batch);
  g_signal_connect_object (self->maker, "progressed", G_CALLBACK (progressed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->maker, "warned", G_CALLBACK (warned_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * thimble_session_get_isolated:
 *
 * Returns: whether images are read where they can do no harm
 */
gboolean
thimble_session_get_isolated (ThimbleSession *self)
{
  g_return_val_if_fail (THIMBLE_IS_SESSION (self), FALSE);

  return self->is_isolated;
}

/**
 * thimble_session_get_batch:
 *
 * Returns: (transfer none): the images
 */
ThimbleBatch *
thimble_session_get_batch (ThimbleSession *self)
{
  g_return_val_if_fail (THIMBLE_IS_SESSION (self), NULL);

  return self->batch;
}

/**
 * thimble_session_get_previewer:
 *
 * Returns: (transfer none): who makes pictures to look at
 */
ThimblePreviewer *
thimble_session_get_previewer (ThimbleSession *self)
{
  g_return_val_if_fail (THIMBLE_IS_SESSION (self), NULL);

  return self->previewer;
}

/**
 * thimble_session_add:
 * @sources: (array length=n_sources) (transfer none): where to look for images
 * @destination: (type filename): where thumbnails go, no images are looked for there
 *
 * Adds the images of sources to the batch; after what goes on now, if something does.
 */
void
thimble_session_add (ThimbleSession *self,
                     ThimbleSource *const *sources,
                     guint n_sources,
                     const char *destination)
{
  gboolean was_scanning;

  g_return_if_fail (THIMBLE_IS_SESSION (self));
  g_return_if_fail (sources != NULL || n_sources == 0);

  g_free (self->destination);
  self->destination = g_strdup (destination);
  for (guint i = 0; i < n_sources; i++)
    g_ptr_array_add (self->sources, thimble_source_ref (sources[i]));

  was_scanning = self->scanning != NULL;
  thimble_session_scan_next (self);
  if (!was_scanning && self->scanning != NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SCANNING]);
}

/**
 * thimble_session_start:
 * @preset: what to make, copied
 *
 * Begins to make the thumbnails of all images. Only while nothing goes on.
 */
void
thimble_session_start (ThimbleSession *self, ThimblePreset *preset)
{
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;

  g_return_if_fail (THIMBLE_IS_SESSION (self));
  g_return_if_fail (THIMBLE_IS_PRESET (preset));
  g_return_if_fail (self->running == NULL && self->scanning == NULL);

  self->running = g_cancellable_new ();
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  thimble_thumbnail_maker_make_thumbnails_async (self->maker, preset, &options, self->running,
                                                 thumbnails_made_cb, g_object_ref (self));
  thimble_thumbnail_maker_set_first (self->maker, self->first, self->n_first);
}

/**
 * thimble_session_set_first:
 * @position: in the batch
 * @n_items: how many from there
 *
 * Says what is looked at: it is made before the rest.
 */
void
thimble_session_set_first (ThimbleSession *self, guint position, guint n_items)
{
  g_return_if_fail (THIMBLE_IS_SESSION (self));

  self->first = position;
  self->n_first = n_items;
  if (self->running != NULL)
    thimble_thumbnail_maker_set_first (self->maker, position, n_items);
}

/**
 * thimble_session_cancel:
 *
 * Ends what goes on: a run finishes soon with what is done, a scan with what was found. Sources
 * that wait for the end of a run are scanned then.
 */
void
thimble_session_cancel (ThimbleSession *self)
{
  g_return_if_fail (THIMBLE_IS_SESSION (self));

  if (self->running != NULL)
    g_cancellable_cancel (self->running);
  else
    g_ptr_array_set_size (self->sources, 0);
  if (self->scanning != NULL)
    g_cancellable_cancel (self->scanning);
}

/**
 * thimble_session_clear:
 *
 * Removes all images. Only while no run goes on; a scan is cancelled.
 */
void
thimble_session_clear (ThimbleSession *self)
{
  g_return_if_fail (THIMBLE_IS_SESSION (self));
  g_return_if_fail (self->running == NULL);

  thimble_session_cancel (self);
  self->is_cleared = self->scanning != NULL;
  thimble_batch_clear (self->batch);
}

/**
 * thimble_session_get_scanning:
 *
 * Returns: whether images are looked for
 */
gboolean
thimble_session_get_scanning (ThimbleSession *self)
{
  g_return_val_if_fail (THIMBLE_IS_SESSION (self), FALSE);

  return self->scanning != NULL;
}

/**
 * thimble_session_get_running:
 *
 * Returns: whether a run goes on
 */
gboolean
thimble_session_get_running (ThimbleSession *self)
{
  g_return_val_if_fail (THIMBLE_IS_SESSION (self), FALSE);

  return self->running != NULL;
}

/**
 * thimble_session_get_progress:
 * @progress: (out): how far the run is
 */
void
thimble_session_get_progress (ThimbleSession *self, ThimbleProgress *progress)
{
  g_return_if_fail (THIMBLE_IS_SESSION (self));
  g_return_if_fail (progress != NULL);

  thimble_thumbnail_maker_get_progress (self->maker, progress);
}
