/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The main loop of a worker: sets itself up, then takes groups of works, one after the other, until
 * its parent is gone. It opens nothing, starts nothing, and holds nothing but its socket, standard
 * error and the inputs of the works it was given. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-worker-program.h"

#include "thimble-executor-private.h"
#include "thimble-io-error.h"
#include "thimble-memory.h"
#include "thimble-sandbox.h"
#include "thimble-worker-context.h"

#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct
{
  const ThimbleWorkerProgram *program;
  ThimbleWorkerContext context;
  GBytes *recipes[THIMBLE_WIRE_N_RECIPES]; /* owned */
} Worker;

static gboolean
map_shared (Worker *worker, ThimbleWorkerPacket *packet)
{
  guint8 *memory = MAP_FAILED;

  if (packet->n_fds == 1)
    memory = mmap (NULL, THIMBLE_WIRE_PAGE + THIMBLE_WIRE_RING, PROT_READ | PROT_WRITE, MAP_SHARED,
                   packet->fds[0], 0);
  if (memory == MAP_FAILED)
    return FALSE;
  close (packet->fds[0]);
  packet->n_fds = 0;
  worker->context.shared = (ThimbleWireShared *) (gpointer) memory;
  worker->context.ring = memory + THIMBLE_WIRE_PAGE;
  return TRUE;
}

/* Whether the parent speaks as this worker does. Its recipes and ours have the same size only by
 * chance where it is of another version. */
static gboolean
check_version (const ThimbleWorkerPacket *packet, GError **error)
{
  const ThimbleWireSetup *setup = (gconstpointer) packet->bytes;
  gsize n_head = offsetof (ThimbleWireSetup, version) + sizeof setup->version;

  if (packet->n_bytes >= n_head
      && strncmp (setup->version, VERSION, sizeof setup->version) == 0)
    return TRUE;
  g_set_error (error, THIMBLE_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "The worker is of version %s and not of the program's, which was updated while it "
               "ran. Start it anew.",
               VERSION);
  return FALSE;
}

static gboolean
set_up (Worker *worker)
{
  g_autoptr(ThimbleWorkerPacket) packet = thimble_worker_context_receive (&worker->context);
  const ThimbleWireSetup *setup = (gconstpointer) packet->bytes;
  const ThimbleWireHeader ready = { .type = THIMBLE_WIRE_READY };
  const int kept = THIMBLE_WIRE_SOCKET;
  g_autoptr(GError) error = NULL;

  if (setup->header.type != THIMBLE_WIRE_SETUP)
    return FALSE;
  if (!check_version (packet, &error))
    {
      thimble_worker_context_send_failed (error);
      return FALSE;
    }
  if (packet->n_bytes != sizeof *setup || !map_shared (worker, packet))
    return FALSE;
  worker->context.free_bytes = setup->free_bytes;
  if (!thimble_sandbox_begin ((pid_t) setup->parent, &kept, 1, &error)
      || (worker->program->prepare != NULL
          && !worker->program->prepare (setup->max_memory, &error)))
    {
      thimble_worker_context_send_failed (error);
      return FALSE;
    }
  return thimble_wire_send (THIMBLE_WIRE_SOCKET, &ready, sizeof ready, NULL, 0, NULL, 0);
}

static gboolean
take_recipe (Worker *worker, const ThimbleWorkerPacket *packet)
{
  const ThimbleWireRecipe *recipe = (gconstpointer) packet->bytes;

  if (packet->n_bytes < sizeof *recipe || recipe->number >= THIMBLE_WIRE_N_RECIPES
      || recipe->n_bytes != packet->n_bytes - sizeof *recipe)
    return FALSE;
  g_clear_pointer (&worker->recipes[recipe->number], g_bytes_unref);
  worker->recipes[recipe->number] = g_bytes_new (recipe + 1, recipe->n_bytes);
  return TRUE;
}

/* Before the first work, and before anything that a stranger made. */
static gboolean
initialize (Worker *worker)
{
  const ThimbleWireHeader ready = { .type = THIMBLE_WIRE_READY };
  g_autoptr(GError) error = NULL;

  if (worker->program->initialize != NULL && !worker->program->initialize (&error))
    {
      thimble_worker_context_send_failed (error);
      return FALSE;
    }
  return thimble_wire_send (THIMBLE_WIRE_SOCKET, &ready, sizeof ready, NULL, 0, NULL, 0);
}

/* Makes the works of a group again; they take its descriptors. */
static gboolean
take_works (Worker *worker, ThimbleWorkerPacket *packet, ThimbleWork **works)
{
  const ThimbleWireGroup *group = (gconstpointer) packet->bytes;
  guint n_inputs = 0;

  for (guint i = 0; i < group->n_works; i++)
    {
      gint32 number = group->works[i].recipe;
      g_autoptr(ThimbleInput) input = NULL;

      if (number >= THIMBLE_WIRE_N_RECIPES
          || (group->works[i].has_input && n_inputs == packet->n_fds))
        return FALSE;
      if (group->works[i].has_input)
        {
          input = thimble_input_new_for_fd (packet->fds[n_inputs]);
          packet->fds[n_inputs++] = -1;
        }
      works[i] = thimble_work_new (group->operation,
                                   number >= 0 ? worker->recipes[number] : NULL, input);
    }
  return TRUE;
}

static gboolean
run_group (Worker *worker, ThimbleWorkerPacket *packet)
{
  const ThimbleWireGroup *group = (gconstpointer) packet->bytes;
  const ThimbleOperation *operation;
  ThimbleWork *works[THIMBLE_WIRE_MAX_WORKS] = { NULL };
  gboolean done;

  if (packet->n_bytes != sizeof *group || group->n_works == 0
      || group->n_works > THIMBLE_WIRE_MAX_WORKS
      || memchr (group->operation, '\0', sizeof group->operation) == NULL)
    return FALSE;
  operation = thimble_executor_find_operation (worker->program->operations, group->operation, NULL);
  if (operation == NULL || group->n_works > MAX (operation->max_works, 1))
    return FALSE;

  done = take_works (worker, packet, works);
  if (done)
    {
      thimble_worker_context_begin (&worker->context, group->header.serial, group->n_works);
      operation->run (&worker->context.context, works, group->n_works);
      thimble_worker_context_finish (&worker->context, operation->name);
    }
  for (guint i = 0; i < group->n_works; i++)
    g_clear_pointer (&works[i], thimble_work_unref);
  return done;
}

/**
 * thimble_worker_program_run:
 * @program: what this worker is
 *
 * Works for the parent until that is gone. All there is to do in main; nothing may have been opened
 * before.
 *
 * Returns: the exit status: 0 where all went well, 1 for a parent that makes no sense or a worker
 *   that could not be set up
 */
int
thimble_worker_program_run (const ThimbleWorkerProgram *program)
{
  Worker worker = { .program = program };
  gboolean goes_on;

  thimble_memory_keep_freed_blocks ();
  thimble_memory_use_large_pages ();
  thimble_worker_context_init (&worker.context);
  goes_on = chdir ("/") == 0 && set_up (&worker);
  while (goes_on)
    {
      g_autoptr(ThimbleWorkerPacket) packet = thimble_worker_context_receive (&worker.context);

      switch (packet->header.type)
        {
        case THIMBLE_WIRE_START:
          goes_on = initialize (&worker);
          break;
        case THIMBLE_WIRE_RECIPE:
          goes_on = take_recipe (&worker, packet);
          break;
        case THIMBLE_WIRE_GROUP:
          goes_on = run_group (&worker, packet);
          break;
        default:
          goes_on = FALSE;
        }
    }
  for (guint i = 0; i < THIMBLE_WIRE_N_RECIPES; i++)
    g_clear_pointer (&worker.recipes[i], g_bytes_unref);
  thimble_worker_context_clear (&worker.context);
  return 1;
}
