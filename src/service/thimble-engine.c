/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The executor of a window or a command, with what it needs: the table of operations on images, the
 * gdk-pixbuf fallback, and a budget that keeps large pictures from being decoded all at once. */

#include "thimble-engine-private.h"

#include "thimble-budget.h"
#include "thimble-codec.h"
#include "thimble-isolation.h"
#include "thimble-memory.h"
#include "thimble-operations.h"
#include "thimble-pixbuf-codec.h"
#include "thimble-process-executor.h"
#include "thimble-serial-executor.h"
#include "thimble-thread-executor.h"

#include <unistd.h>

struct _ThimbleEngine
{
  GObject parent_instance;

  ThimbleExecutorKind kind;
  ThimbleExecutor *executor; /* owned */
};

G_DEFINE_FINAL_TYPE (ThimbleEngine, thimble_engine, G_TYPE_OBJECT)
G_DEFINE_QUARK (thimble-service-error-quark, thimble_service_error)

static const char *const kind_names[] = { "serial", "threads", "processes" };

/* Decoded pictures may take a quarter of the memory there is, at least 64 MiB. */
static guint64
choose_budget (void)
{
  guint64 n_pages = MAX (0, sysconf (_SC_PHYS_PAGES));
  guint64 page_size = MAX (0, sysconf (_SC_PAGESIZE));

  return MAX (n_pages * page_size / 4, 64 * 1024 * 1024);
}

static void
thimble_engine_finalize (GObject *object)
{
  ThimbleEngine *self = THIMBLE_ENGINE (object);

  g_clear_object (&self->executor);
  G_OBJECT_CLASS (thimble_engine_parent_class)->finalize (object);
}

static void
thimble_engine_class_init (ThimbleEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thimble_engine_finalize;
}

static void
thimble_engine_init (ThimbleEngine *self)
{
}

/**
 * thimble_engine_new:
 *
 * As [ctor@Engine.new_full] with the usual limits.
 *
 * Returns: (transfer full) (nullable): an engine, or %NULL with @error set
 */
ThimbleEngine *
thimble_engine_new (ThimbleExecutorKind kind, guint max_workers, GError **error)
{
  static const ThimbleEngineLimits limits = THIMBLE_ENGINE_LIMITS_INIT;

  return thimble_engine_new_full (kind, max_workers, &limits, error);
}

static ThimbleExecutor *
new_executor (ThimbleExecutorKind kind,
              const ThimbleExecutorConfig *config,
              const ThimbleEngineLimits *limits,
              GError **error)
{
  switch (kind)
    {
    case THIMBLE_EXECUTOR_KIND_SERIAL:
      return thimble_serial_executor_new (config);
    case THIMBLE_EXECUTOR_KIND_THREADS:
      return thimble_thread_executor_new (config);
    case THIMBLE_EXECUTOR_KIND_PROCESSES:
    default:
      return thimble_isolation_new_executor (config, limits, error);
    }
}

/**
 * thimble_engine_new_full:
 * @kind: where works run
 * @max_workers: 0 for the processors this process may use
 * @limits: of all works to come
 *
 * Starts nothing, so that who finds all up to date has nothing to pay for; see [method@Engine.try].
 *
 * Returns: (transfer full) (nullable): an engine, or %NULL with @error set to
 *   %THIMBLE_SERVICE_ERROR_NO_ISOLATION where the system has no isolation: there is no falling back to
 *   less than asked for
 */
ThimbleEngine *
thimble_engine_new_full (ThimbleExecutorKind kind,
                         guint max_workers,
                         const ThimbleEngineLimits *limits,
                         GError **error)
{
  g_autoptr(ThimbleBudget) budget = thimble_budget_new (choose_budget ());
  ThimbleExecutorConfig config = { .operations = thimble_image_operations,
                                   .max_workers = max_workers,
                                   .budget = budget };
  ThimbleExecutor *executor;
  ThimbleEngine *self;

  g_return_val_if_fail (limits != NULL, NULL);

  thimble_memory_keep_freed_blocks ();
  thimble_codec_register_fallback (&thimble_pixbuf_codec);
  executor = new_executor (kind, &config, limits, error);
  if (executor == NULL)
    return NULL;
  self = g_object_new (THIMBLE_TYPE_ENGINE, NULL);
  self->kind = kind;
  self->executor = executor;
  return self;
}

ThimbleExecutorKind
thimble_engine_get_kind (ThimbleEngine *self)
{
  g_return_val_if_fail (THIMBLE_IS_ENGINE (self), THIMBLE_EXECUTOR_KIND_SERIAL);
  return self->kind;
}

guint
thimble_engine_get_max_workers (ThimbleEngine *self)
{
  g_return_val_if_fail (THIMBLE_IS_ENGINE (self), 1);
  return thimble_executor_get_max_workers (self->executor);
}

/**
 * thimble_engine_try:
 *
 * Finds out whether images can be read: with processes, that the first can be started and closed
 * off. To be called before the first work is submitted. Costs nothing once it was so. Any thread that
 * may block for some milliseconds.
 *
 * Returns: whether they can; if not, @error is %THIMBLE_SERVICE_ERROR_NO_ISOLATION
 */
gboolean
thimble_engine_try (ThimbleEngine *self, GError **error)
{
  g_return_val_if_fail (THIMBLE_IS_ENGINE (self), FALSE);

  return self->kind != THIMBLE_EXECUTOR_KIND_PROCESSES
         || thimble_isolation_try (self->executor, error);
}

/*< private >
 * thimble_engine_prepare:
 * @n_works: how many, at least
 *
 * Says that there will be works: what it takes to run them is begun, and not waited for. Any
 * thread.
 */
void
thimble_engine_prepare (ThimbleEngine *self, guint n_works)
{
  if (self->kind == THIMBLE_EXECUTOR_KIND_PROCESSES)
    thimble_process_executor_prepare (THIMBLE_PROCESS_EXECUTOR (self->executor), n_works);
}

/*< private >
 * thimble_engine_get_executor:
 *
 * Returns: (transfer none): for the service's own use
 */
ThimbleExecutor *
thimble_engine_get_executor (ThimbleEngine *self)
{
  return self->executor;
}

/**
 * thimble_engine_shutdown:
 *
 * Cancels what is queued, waits for what runs, ends the workers. Blocks; for the end of a program.
 */
void
thimble_engine_shutdown (ThimbleEngine *self)
{
  g_return_if_fail (THIMBLE_IS_ENGINE (self));
  thimble_executor_shutdown (self->executor, THIMBLE_SHUTDOWN_CANCEL);
}

const char *
thimble_executor_kind_get_name (ThimbleExecutorKind kind)
{
  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (kind_names), NULL);
  return kind_names[kind];
}

gboolean
thimble_executor_kind_from_name (const char *name, ThimbleExecutorKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kind_names); i++)
    if (g_str_equal (kind_names[i], name))
      {
        *kind = i;
        return TRUE;
      }
  return FALSE;
}
