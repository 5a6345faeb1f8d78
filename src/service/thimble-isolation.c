/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The process pool for images: where its workers' programs are, and what each worker may have. */

#include "config.h"

#include "thimble-isolation.h"

#include "thimble-process-executor.h"
#include "thimble-sandbox.h"

#include <unistd.h>

/* What a pixel may take on its way, in bytes: the coefficients of a progressive JPEG (6), the
 * decoded picture (4), what is drawn from it at full size before and after a step, padded and for
 * the encoder (16), and what the box filter makes (at most half of what was decoded). */
#define BYTES_PER_PIXEL 32
/* The file, and what is encoded from it where it is as large. */
#define BYTES_PER_BYTE 2
/* What there is beside images. */
#define BASE_BYTES (64 * 1024 * 1024)
/* Pictures may be decoded without asking up to this size: nearly all are, and asking takes time. */
#define FREE_BYTES (32 * 1024 * 1024)
/* What the outputs of a work have at most: pixels at full size, or files of about as much. */
#define OUTPUT_BYTES_PER_PIXEL 5

/* Workers lie beside the program that has them where that was installed from, in the folder of
 * their room where it was built, and in one of their own where it is installed. */
static char *
find_program (const char *name)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;
  const char *chosen = g_getenv ("THIMBLE_WORKERS");
  const char *const folders[] = { chosen, folder, folder, folder };
  static const char *const below[] = { "", "", "../worker", "../libexec/thimble" };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = NULL;

      if (folders[i] == NULL)
        continue;
      path = g_build_filename (folders[i], below[i], name, NULL);
      if (access (path, X_OK) == 0)
        return g_steal_pointer (&path);
    }
  return g_build_filename (WORKER_DIR, name, NULL);
}

static void
set_no_isolation (const GError *cause, GError **error)
{
  g_set_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_NO_ISOLATION,
               "Images cannot be read in isolation. %s To read them without isolation, which is only "
               "for images that you trust, start “thimble-cli --executor threads” or “thimble "
               "--without-isolation”.",
               cause->message);
}

/**
 * thimble_isolation_new_executor:
 * @config: as for the other executors
 * @limits: what one image may take
 *
 * Returns: (transfer full) (nullable): the process pool, or %NULL with @error set to
 *   %THIMBLE_SERVICE_ERROR_NO_ISOLATION where the system has none; no worker is started
 */
ThimbleExecutor *
thimble_isolation_new_executor (const ThimbleExecutorConfig *config,
                                const ThimbleEngineLimits *limits,
                                GError **error)
{
  g_autofree char *worker = find_program ("thimble-worker");
  g_autofree char *other_worker = find_program ("thimble-pixbuf-worker");
  const ThimbleProcessConfig processes = {
    .executor = *config,
    .worker = worker,
    .other_worker = other_worker,
    .max_memory
    = BASE_BYTES + limits->max_pixels * BYTES_PER_PIXEL + limits->max_bytes * BYTES_PER_BYTE,
    .max_output_bytes = BASE_BYTES + limits->max_pixels * OUTPUT_BYTES_PER_PIXEL,
    .max_pixels = limits->max_pixels,
    .free_bytes = FREE_BYTES,
    .timeout_us = (gint64) (limits->timeout_seconds * G_USEC_PER_SEC),
    .niceness = limits->niceness,
  };
  g_autoptr(GError) cause = NULL;

  if (thimble_sandbox_probe (&cause))
    return thimble_process_executor_new (&processes);
  set_no_isolation (cause, error);
  return NULL;
}

/**
 * thimble_isolation_try:
 * @executor: of thimble_isolation_new_executor()
 *
 * Returns: whether a worker can be started and closed off, once one was; if not, @error is
 *   %THIMBLE_SERVICE_ERROR_NO_ISOLATION. Blocks
 */
gboolean
thimble_isolation_try (ThimbleExecutor *executor, GError **error)
{
  g_autoptr(GError) cause = NULL;

  if (thimble_process_executor_try (THIMBLE_PROCESS_EXECUTOR (executor), &cause))
    return TRUE;
  set_no_isolation (cause, error);
  return FALSE;
}
