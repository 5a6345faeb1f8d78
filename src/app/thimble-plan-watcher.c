/* SPDX-License-Identifier: GPL-3.0-or-later */

/* While images are looked for or made nothing is planned: it would look at what just changes. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-plan-watcher.h"

#include "thimble-settings.h"

#define DELAY_MS 300

struct _ThimblePlanWatcher
{
  GObject parent_instance;

  ThimbleSession *session;
  ThimblePlanner *planner;
  ThimblePreset *preset;  /* (nullable): what would be made, with its destination */
  GCancellable *planning; /* (nullable): while a plan is made */
  guint timeout;          /* 0 while none is waited for */
};

enum
{
  PLANNED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (ThimblePlanWatcher, thimble_plan_watcher, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
planned_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(ThimblePlanWatcher) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(ThimblePlan) plan = NULL;

  plan = thimble_planner_plan_finish (THIMBLE_PLANNER (object), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->planning);
  g_signal_emit (self, signals[PLANNED], 0, plan, error);
}

static void
thimble_plan_watcher_stop (ThimblePlanWatcher *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->planning != NULL)
    g_cancellable_cancel (self->planning);
  g_clear_object (&self->planning);
}

static gboolean
timeout_cb (gpointer user_data)
{
  ThimblePlanWatcher *self = user_data;
  ThimbleRunOptions options;

  self->timeout = 0;
  thimble_preferences_get_run_options (&options);
  self->planning = g_cancellable_new ();
  thimble_planner_plan_async (self->planner, self->preset, &options,
                              thimble_session_get_batch (self->session), self->planning,
                              planned_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
changed_cb (ThimblePlanWatcher *self)
{
  thimble_plan_watcher_stop (self);
  if (self->preset != NULL && !thimble_session_get_running (self->session)
      && !thimble_session_get_scanning (self->session))
    self->timeout = g_timeout_add (DELAY_MS, timeout_cb, self);
}

static void
thimble_plan_watcher_dispose (GObject *object)
{
  ThimblePlanWatcher *self = THIMBLE_PLAN_WATCHER (object);

  thimble_plan_watcher_stop (self);
  g_clear_object (&self->session);
  g_clear_object (&self->planner);
  g_clear_object (&self->preset);
  G_OBJECT_CLASS (thimble_plan_watcher_parent_class)->dispose (object);
}

static void
thimble_plan_watcher_class_init (ThimblePlanWatcherClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = thimble_plan_watcher_dispose;
  signals[PLANNED] = g_signal_new ("planned", THIMBLE_TYPE_PLAN_WATCHER, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_POINTER,
                                   G_TYPE_POINTER);
}

static void
thimble_plan_watcher_init (ThimblePlanWatcher *self)
{
}

/**
 * thimble_plan_watcher_new:
 * @session: whose images it is about
 * @engine: what looks into files that are in the way
 *
 * Returns: (transfer full): a watcher, without a plan before it has a preset
 */
ThimblePlanWatcher *
thimble_plan_watcher_new (ThimbleSession *session, ThimbleEngine *engine)
{
  ThimblePlanWatcher *self;

  g_return_val_if_fail (THIMBLE_IS_SESSION (session), NULL);

  self = g_object_new (THIMBLE_TYPE_PLAN_WATCHER, NULL);
  self->session = g_object_ref (session);
  self->planner = thimble_planner_new (engine);
  g_signal_connect_object (session, "notify", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (thimble_session_get_batch (session), "items-changed",
                           G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * thimble_plan_watcher_set_preset:
 * @preset: (nullable): what would be made, with its destination; copied. %NULL where that can't be
 *
 * Plans anew.
 */
void
thimble_plan_watcher_set_preset (ThimblePlanWatcher *self, ThimblePreset *preset)
{
  g_return_if_fail (THIMBLE_IS_PLAN_WATCHER (self));

  g_clear_object (&self->preset);
  self->preset = preset != NULL ? thimble_preset_copy (preset) : NULL;
  changed_cb (self);
}
