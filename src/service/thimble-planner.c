/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A dry run whose results are only counted. A timer on the main thread takes them, as a run waits
 * when nobody listens. */

#include "thimble-planner.h"

#include "thimble-run-private.h"

#include <string.h>

#include <sys/statvfs.h>

#define TICK_MS 50

struct _ThimblePlanner
{
  GObject parent_instance;

  ThimbleEngine *engine; /* owned */
};

G_DEFINE_FINAL_TYPE (ThimblePlanner, thimble_planner, G_TYPE_OBJECT)

/* One plan on its way. */
typedef struct
{
  ThimbleRun *run;   /* owned */
  ThimblePlan *plan; /* owned: counted on the main thread, the rest set on the run's */
  GSource *tick;     /* owned */
} Planning;

static void
planning_free (gpointer data)
{
  Planning *self = data;

  if (self->tick != NULL)
    g_source_destroy (self->tick);
  g_clear_pointer (&self->tick, g_source_unref);
  g_clear_pointer (&self->run, thimble_run_free);
  g_clear_pointer (&self->plan, thimble_plan_free);
  g_free (self);
}

void
thimble_plan_free (ThimblePlan *self)
{
  g_free (self->failure);
  g_strfreev (self->examples);
  g_free (self);
}

static void
thimble_planner_finalize (GObject *object)
{
  g_clear_object (&THIMBLE_PLANNER (object)->engine);
  G_OBJECT_CLASS (thimble_planner_parent_class)->finalize (object);
}

static void
thimble_planner_class_init (ThimblePlannerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thimble_planner_finalize;
}

static void
thimble_planner_init (ThimblePlanner *self)
{
}

/**
 * thimble_planner_new:
 * @engine: what looks into files that are in the way
 */
ThimblePlanner *
thimble_planner_new (ThimbleEngine *engine)
{
  ThimblePlanner *self;

  g_return_val_if_fail (THIMBLE_IS_ENGINE (engine), NULL);

  self = g_object_new (THIMBLE_TYPE_PLANNER, NULL);
  self->engine = g_object_ref (engine);
  return self;
}

static void
count_result (ThimblePlan *plan, ThimbleItemState state, const ThimbleItemResult *result)
{
  if (state == THIMBLE_ITEM_SKIPPED)
    plan->n_up_to_date++;
  else if (state == THIMBLE_ITEM_FAILED && plan->n_failed++ == 0)
    plan->failure = g_strdup (result->message);
  else if (state == THIMBLE_ITEM_DONE && result->why == THIMBLE_WHY_MISSING)
    plan->n_new++;
  else if (state == THIMBLE_ITEM_DONE)
    plan->n_replaced++;
}

static gboolean
take_events_cb (gpointer user_data)
{
  Planning *self = user_data;
  g_autoptr(GArray) events = thimble_run_take_events (self->run);

  for (guint i = 0; i < events->len; i++)
    {
      ThimbleRunEvent *event = &g_array_index (events, ThimbleRunEvent, i);

      if (event->result != NULL)
        count_result (self->plan, event->state, event->result);
      g_clear_pointer (&event->result, thimble_item_result_unref);
      g_clear_pointer (&event->warning, g_free);
      self->plan->n_items -= event->is_excluded;
    }
  return G_SOURCE_CONTINUE;
}

/* --- on the run's thread ---------------------------------------------------------------------- */

/* An image to show names with where there is none. */
static ThimbleOrigin *
make_stand_in (void)
{
  g_autoptr(ThimbleFolder) folder = thimble_folder_new ("/", "", "", 0);
  ThimbleOrigin *origin = thimble_origin_new (folder, "mug.jpg");

  origin->index = 1;
  origin->size = 2000000;
  return origin;
}

/* A box that one side is free of is shown as a picture of three by two. */
static char *
dup_example (ThimbleRun *run, guint index, guint i, const ThimbleOrigin *origin)
{
  const ThimbleRendition *rendition = thimble_preset_get_rendition (run->preset, i);
  const char *dot = strrchr (origin->name, '.');
  ThimbleFormat format = rendition->format;
  guint32 width = rendition->width != 0 ? rendition->width : rendition->height * 3 / 2;
  guint32 height = rendition->height != 0 ? rendition->height : rendition->width * 2 / 3;

  if (format == THIMBLE_FORMAT_SAME)
    format = thimble_format_from_extension (dot != NULL ? dot + 1 : "");
  if (format == THIMBLE_FORMAT_OTHER)
    format = THIMBLE_FORMAT_JPEG;
  return thimble_naming_dup_path (run->naming, index, i, format, MAX (width, 1), MAX (height, 1));
}

static void
describe_first (ThimbleRun *run, ThimblePlan *plan)
{
  guint n = thimble_preset_get_n_renditions (run->preset);
  guint index = 0;

  while (index + 1 < run->origins->len && run->is_excluded[index])
    index++;
  plan->examples = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      const ThimbleOrigin *origin = run->origins->pdata[index];

      plan->examples[i] = dup_example (run, index, i, origin);
      plan->n_bytes_each += thimble_recipes_estimate_bytes (run->recipes, i, origin);
    }
}

/* Of the destination, or of the folder it will be made in. */
static guint64
find_free_bytes (const char *destination)
{
  g_autofree char *folder = g_strdup (destination);
  struct statvfs info;

  while (statvfs (folder, &info) < 0)
    {
      char *parent = g_path_get_dirname (folder);

      if (g_str_equal (parent, folder))
        {
          g_free (parent);
          return G_MAXUINT64;
        }
      g_free (folder);
      folder = parent;
    }
  return (guint64) info.f_bavail * info.f_frsize;
}

static void
plan_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Planning *self = task_data;
  g_autoptr(ThimbleRunSummary) summary = NULL;
  GError *error = NULL;

  summary = thimble_run_execute (self->run, &error);
  if (summary == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self->plan->n_removed = summary->n_pruned;
  self->plan->n_bytes_needed = summary->n_bytes_needed;
  self->plan->n_bytes_free = find_free_bytes (self->run->destination);
  describe_first (self->run, self->plan);
  g_task_return_boolean (task, TRUE);
}

/* --- on the main thread ----------------------------------------------------------------------- */

/* The inner task has no source object: its last reference may go on the thread. */
static void
planned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Planning *self = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean is_planned = g_task_propagate_boolean (G_TASK (result), &error);

  take_events_cb (self);
  if (g_task_return_error_if_cancelled (task))
    g_clear_error (&error);
  else if (!is_planned)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&self->plan),
                           (GDestroyNotify) thimble_plan_free);
}

static GPtrArray *
list_origins (ThimbleBatch *batch, gboolean *is_stand_in)
{
  guint n = thimble_batch_get_n_items (batch);
  GPtrArray *origins
    = g_ptr_array_new_full (n + 1, (GDestroyNotify) thimble_origin_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (origins, thimble_origin_ref (
                                thimble_item_get_origin (thimble_batch_peek (batch, i))));
  *is_stand_in = n == 0;
  if (n == 0)
    g_ptr_array_add (origins, make_stand_in ());
  return origins;
}

/**
 * thimble_planner_plan_async:
 * @preset: what would be made; copied
 * @options: how; copied; a dry run whatever they say
 * @batch: the images, as they are now
 * @cancellable: (nullable): cancelled when the plan is no longer wanted
 *
 * Works out what a run would do. Main thread; all that blocks is done on another one. Without
 * images the plan has names of an example.
 */
void
thimble_planner_plan_async (ThimblePlanner *self,
                            ThimblePreset *preset,
                            const ThimbleRunOptions *options,
                            ThimbleBatch *batch,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  ThimbleRunOptions dry = *options;
  Planning *planning = g_new0 (Planning, 1);
  g_autoptr(GPtrArray) folders = NULL;
  g_autoptr(GPtrArray) origins = NULL;
  g_autoptr(GTask) worker = NULL;
  gboolean is_stand_in;
  GTask *task;

  g_return_if_fail (THIMBLE_IS_PLANNER (self));
  g_return_if_fail (THIMBLE_IS_PRESET (preset));

  dry.dry_run = TRUE;
  folders = thimble_batch_dup_folders (batch);
  origins = list_origins (batch, &is_stand_in);
  planning->plan = g_new0 (ThimblePlan, 1);
  planning->plan->n_items = is_stand_in ? 0 : origins->len;
  planning->run = thimble_run_new (self->engine, THIMBLE_RUN_ALL, preset, &dry, origins, folders,
                                   cancellable);
  planning->tick = g_timeout_source_new (TICK_MS);
  g_source_set_callback (planning->tick, take_events_cb, planning, NULL);
  g_source_attach (planning->tick, g_main_context_get_thread_default ());

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thimble_planner_plan_async);
  g_task_set_task_data (task, planning, planning_free);
  worker = g_task_new (NULL, NULL, planned_cb, task);
  g_task_set_source_tag (worker, plan_thread);
  g_task_set_task_data (worker, planning, NULL);
  g_task_run_in_thread (worker, plan_thread);
}

/**
 * thimble_planner_plan_finish:
 *
 * Returns: (transfer full) (nullable): the plan, or %NULL with @error set as a run would set it
 */
ThimblePlan *
thimble_planner_plan_finish (ThimblePlanner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
