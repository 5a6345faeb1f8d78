/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Puts the service's parts in order for a window: one thing goes on at a time, and cancel means
 * whatever that is.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-session.h"

#include "thimble-intake.h"
#include "thimble-removal.h"
#include "thimble-settings.h"

struct _ThimbleSession
{
  GObject parent_instance;

  ThimbleBatch *batch;
  ThimbleIntake *intake;
  ThimblePreviewer *previewer;
  ThimbleThumbnailMaker *maker;
  GCancellable *running; /* (nullable): while a run goes on */
  gboolean is_quitting;  /* what is cancelled is to be gone on with at the next start */
  GPtrArray *first;      /* (nullable): ThimbleItem: what is looked at */
  ThimbleUnfinished *origin; /* where the images come from, and which are removed */
  ThimbleRemoval *removal; /* (nullable): what was removed last, and can be put back */
  gboolean is_isolated;  /* works run in processes of their own */
};

enum
{
  PROP_0,
  PROP_SCANNING,
  PROP_RUNNING,
  PROP_PAUSED,
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

static void
scanning_changed_cb (ThimbleSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SCANNING]);
}

static void
scanned_cb (ThimbleSession *self, ThimbleScanReport *report, GError *error)
{
  g_signal_emit (self, signals[SCANNED], 0, report, error);
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
  if (!self->is_quitting)
    thimble_unfinished_forget ();
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  g_signal_emit (self, signals[RUN_FINISHED], 0, summary, error);
  thimble_intake_set_held (self->intake, FALSE);
}

static void
thimble_session_finalize (GObject *object)
{
  ThimbleSession *self = THIMBLE_SESSION (object);

  g_assert (self->running == NULL);

  thimble_unfinished_free (self->origin);
  g_clear_pointer (&self->first, g_ptr_array_unref);
  g_clear_pointer (&self->removal, thimble_removal_free);
  g_clear_object (&self->maker);
  g_clear_object (&self->previewer);
  g_clear_object (&self->intake);
  g_clear_object (&self->batch);

  G_OBJECT_CLASS (thimble_session_parent_class)->finalize (object);
}

static void
thimble_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ThimbleSession *self = THIMBLE_SESSION (object);

  switch (id)
    {
    case PROP_SCANNING:
      g_value_set_boolean (value, thimble_intake_get_scanning (self->intake));
      break;

    case PROP_RUNNING:
      g_value_set_boolean (value, self->running != NULL);
      break;

    case PROP_PAUSED:
      g_value_set_boolean (value, thimble_session_get_paused (THIMBLE_SESSION (object)));
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
  properties[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE, flags);
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
  self->origin = thimble_unfinished_new ();
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
  self->intake = thimble_intake_new (self->batch, engine);
  self->previewer = thimble_previewer_new (engine);
  self->is_isolated = thimble_engine_get_kind (engine) == THIMBLE_EXECUTOR_KIND_PROCESSES;
  self->maker = thimble_thumbnail_maker_new (engine, self->batch);
  g_signal_connect_object (self->intake, "notify::scanning", G_CALLBACK (scanning_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->intake, "scanned", G_CALLBACK (scanned_cb), self,
                           G_CONNECT_SWAPPED);
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
  g_return_if_fail (THIMBLE_IS_SESSION (self));
  g_return_if_fail (sources != NULL || n_sources == 0);

  for (guint i = 0; i < n_sources; i++)
    g_ptr_array_add (self->origin->sources, thimble_source_ref (sources[i]));
  thimble_intake_add (self->intake, sources, n_sources, destination);
}

/**
 * thimble_session_go_on:
 * @unfinished: what a run was on that was not finished
 * @destination: (type filename): where thumbnails go, no images are looked for there
 *
 * Adds the images of that run. Only while there are none.
 */
void
thimble_session_go_on (ThimbleSession *self,
                       const ThimbleUnfinished *unfinished,
                       const char *destination)
{
  g_return_if_fail (THIMBLE_IS_SESSION (self));
  g_return_if_fail (unfinished != NULL);
  g_return_if_fail (self->running == NULL && !thimble_session_get_scanning (self));

  for (guint i = 0; i < unfinished->removed->len; i++)
    g_ptr_array_add (self->origin->removed, g_strdup (unfinished->removed->pdata[i]));
  thimble_session_add (self, (ThimbleSource *const *) unfinished->sources->pdata,
                       unfinished->sources->len, destination);
  thimble_intake_leave_out (self->intake, self->origin->removed);
}

static void
thimble_session_set_maker_first (ThimbleSession *self)
{
  g_autoptr(GArray) positions = NULL;

  if (self->first == NULL)
    return;
  positions = thimble_items_locate (self->batch, self->first);
  thimble_thumbnail_maker_set_first (self->maker, (const guint *) (gpointer) positions->data,
                                     positions->len);
}

static void
thimble_session_run (ThimbleSession *self, ThimblePreset *preset, gboolean only_waiting)
{
  ThimbleRunOptions options;

  thimble_preferences_get_run_options (&options);
  options.only_waiting = only_waiting;
  thimble_removal_settle (g_steal_pointer (&self->removal), self->origin->removed);
  thimble_intake_set_held (self->intake, TRUE);
  self->running = g_cancellable_new ();
  thimble_unfinished_keep (self->origin);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  thimble_thumbnail_maker_make_thumbnails_async (self->maker, preset, &options, self->running,
                                                 thumbnails_made_cb, g_object_ref (self));
  thimble_session_set_maker_first (self);
}

/**
 * thimble_session_start:
 * @preset: what to make, copied
 * @items: (nullable) (element-type ThimbleItem): what to try again; %NULL to make all
 *
 * Begins to make thumbnails: of all images, or of these and those that wait, while what else has
 * ended stays as it is. Only while nothing goes on.
 */
void
thimble_session_start (ThimbleSession *self, ThimblePreset *preset, GPtrArray *items)
{
  g_return_if_fail (THIMBLE_IS_SESSION (self));
  g_return_if_fail (THIMBLE_IS_PRESET (preset));
  g_return_if_fail (self->running == NULL && !thimble_session_get_scanning (self));

  for (guint i = 0; items != NULL && i < items->len; i++)
    thimble_item_set_state (items->pdata[i], THIMBLE_ITEM_WAITING);
  thimble_session_run (self, preset, items != NULL);
}

/**
 * thimble_session_set_paused:
 * @paused: whether the run that goes on is to wait
 */
void
thimble_session_set_paused (ThimbleSession *self, gboolean paused)
{
  g_return_if_fail (THIMBLE_IS_SESSION (self));

  if (self->running == NULL || paused == thimble_session_get_paused (self))
    return;
  thimble_thumbnail_maker_set_paused (self->maker, paused);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAUSED]);
}

/**
 * thimble_session_get_paused:
 *
 * Returns: whether a run goes on, and waits
 */
gboolean
thimble_session_get_paused (ThimbleSession *self)
{
  g_return_val_if_fail (THIMBLE_IS_SESSION (self), FALSE);

  return thimble_thumbnail_maker_get_paused (self->maker);
}

/**
 * thimble_session_set_first:
 * @items: (element-type ThimbleItem): what is looked at
 *
 * Says what is made before the rest.
 */
void
thimble_session_set_first (ThimbleSession *self, GPtrArray *items)
{
  g_return_if_fail (THIMBLE_IS_SESSION (self));
  g_return_if_fail (items != NULL);

  g_clear_pointer (&self->first, g_ptr_array_unref);
  self->first = g_ptr_array_ref (items);
  if (self->running != NULL)
    thimble_session_set_maker_first (self);
}

/**
 * thimble_session_remove:
 * @items: (element-type ThimbleItem): what is to go; what is not in the batch is left out
 *
 * Removes images. Only while no run goes on.
 */
void
thimble_session_remove (ThimbleSession *self, GPtrArray *items)
{
  ThimbleRemoval *removal;

  g_return_if_fail (THIMBLE_IS_SESSION (self));
  g_return_if_fail (items != NULL);
  g_return_if_fail (self->running == NULL);

  removal = thimble_removal_new (self->batch, items);
  if (removal == NULL)
    return;
  thimble_removal_settle (g_steal_pointer (&self->removal), self->origin->removed);
  self->removal = removal;
}

/**
 * thimble_session_undo_remove:
 *
 * Puts back what was removed last. Only while no run goes on.
 *
 * Returns: whether there was anything
 */
gboolean
thimble_session_undo_remove (ThimbleSession *self)
{
  g_autoptr(ThimbleRemoval) removal = NULL;

  g_return_val_if_fail (THIMBLE_IS_SESSION (self), FALSE);
  g_return_val_if_fail (self->running == NULL, FALSE);

  removal = g_steal_pointer (&self->removal);
  if (removal == NULL)
    return FALSE;
  thimble_removal_undo (removal);
  return TRUE;
}

/**
 * thimble_session_cancel:
 * @to_go_on: whether the next start is to offer to go on with a run: the program ends
 *
 * Ends what goes on: a run finishes soon with what is done, a scan with what was found. Sources
 * that wait for the end of a run are scanned then, unless the program ends.
 */
void
thimble_session_cancel (ThimbleSession *self, gboolean to_go_on)
{
  g_return_if_fail (THIMBLE_IS_SESSION (self));

  self->is_quitting = to_go_on;
  if (self->running == NULL || to_go_on)
    thimble_intake_cancel (self->intake);
  if (self->running != NULL)
    g_cancellable_cancel (self->running);
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

  g_ptr_array_set_size (self->origin->sources, 0);
  g_ptr_array_set_size (self->origin->removed, 0);
  g_clear_pointer (&self->removal, thimble_removal_free);
  thimble_intake_clear (self->intake);
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

  return thimble_intake_get_scanning (self->intake);
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
