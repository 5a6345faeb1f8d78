/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Is what was downloaded an image, and is it whole? A worker looks; what it answers, together with
 * what the server said of the length, decides. */

#include "thimble-arrival.h"

#include "thimble-engine-private.h"
#include "thimble-errors.h"
#include "thimble-image-end.h"
#include "thimble-inspect.h"

#include <string.h>

/* Before the other works of the executor: who is here can be made next. */
#define INSPECT_PRIORITY 1

/* Returns (transfer full): the work that looks at a file, or %NULL with @error set. */
static ThimbleWork *
new_work (GBytes *limits, const char *path, GError **error)
{
  g_autoptr(ThimbleInput) by_path = thimble_input_new_for_path (path);
  g_autoptr(ThimbleInput) input = NULL;
  int fd = thimble_input_open (by_path, error);

  if (fd < 0)
    return NULL;
  input = thimble_input_new_for_fd (fd);
  return thimble_work_new ("inspect", limits, input);
}

/* Waits for the worker. Returns whether its answer makes sense. */
static gboolean
read_reply (ThimbleFuture *future, ThimbleInspectReply *reply, GError **error)
{
  ThimbleWorkResult *result = thimble_future_result (future, -1, error);
  GBytes *bytes;

  if (result == NULL)
    return FALSE;
  bytes = thimble_work_result_get_reply (result);
  if (bytes != NULL && g_bytes_get_size (bytes) == sizeof *reply)
    {
      memcpy (reply, g_bytes_get_data (bytes, NULL), sizeof *reply);
      /* A worker's reply is untrusted: a file is named with it. */
      if (memchr (reply->extension, '\0', sizeof reply->extension) != NULL
          && strspn (reply->extension, "abcdefghijklmnopqrstuvwxyz0123456789")
               == strlen (reply->extension)
          && (reply->extension[0] != '\0' || reply->end == THIMBLE_IMAGE_END_MISSING))
        return TRUE;
    }
  g_set_error_literal (error, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_CRASHED,
                       "got an answer that makes no sense from its worker.");
  return FALSE;
}

/* Whether what came is all there is; where it can't be known, it is not. */
static gboolean
check_whole (const ThimbleDownload *download, const ThimbleInspectReply *reply, GError **error)
{
  if (reply->end == THIMBLE_IMAGE_END_FOUND
      || (reply->end == THIMBLE_IMAGE_END_UNKNOWN && download->has_proven_length))
    return TRUE;
  if (download->has_proven_length)
    g_set_error_literal (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_CORRUPT,
                         "is cut short on the server: its end is missing.");
  else if (reply->end == THIMBLE_IMAGE_END_MISSING)
    g_set_error_literal (error, THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_NETWORK,
                         "was not downloaded: it came without its end.");
  else
    g_set_error_literal (error, THIMBLE_DOWNLOAD_ERROR, THIMBLE_DOWNLOAD_ERROR_NETWORK,
                         "was not kept: the server did not say how long it is, and its format has "
                         "no end to tell whether it is whole.");
  return FALSE;
}

/* A worker has the file, and its future is here. */
static void
finish (ThimbleArrival *arrival, ThimbleFuture *future)
{
  ThimbleInspectReply reply = { 0 };

  if (!read_reply (future, &reply, &arrival->error))
    return;
  if (check_whole (arrival->download, &reply, &arrival->error))
    g_strlcpy (arrival->extension, reply.extension, sizeof arrival->extension);
  else
    arrival->may_come_whole
      = !arrival->download->has_proven_length && reply.end == THIMBLE_IMAGE_END_MISSING;
}

/**
 * thimble_arrival_check:
 * @limits: a #ThimbleThumbnailRecipe
 * @arrivals: (array length=n_arrivals) (inout): what came, to be looked at by one worker; all but
 *   @download is filled in
 *
 * Waits for a worker: not on the main thread. Each file is looked at by itself; that they go
 * together saves most of the way there and back.
 */
void
thimble_arrival_check (ThimbleEngine *engine,
                       GBytes *limits,
                       ThimbleArrival *arrivals,
                       guint n_arrivals)
{
  ThimbleExecutor *executor = thimble_engine_get_executor (engine);
  g_autoptr(GPtrArray) works = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_work_unref);
  g_autoptr(GPtrArray) futures = NULL;
  g_autoptr(GError) error = NULL;
  guint n = 0;

  for (guint i = 0; i < n_arrivals; i++)
    {
      ThimbleWork *work = new_work (limits, arrivals[i].download->path, &arrivals[i].error);

      if (work != NULL)
        g_ptr_array_add (works, work);
    }
  if (works->len == 0)
    return;
  futures = thimble_executor_map (executor, (ThimbleWork *const *) works->pdata, works->len,
                                  works->len, &error);
  if (futures != NULL)
    thimble_executor_set_priority (executor, futures->pdata[0], INSPECT_PRIORITY);
  for (guint i = 0; i < n_arrivals; i++)
    if (arrivals[i].error == NULL && futures != NULL)
      finish (&arrivals[i], futures->pdata[n++]);
    else if (arrivals[i].error == NULL)
      arrivals[i].error = g_error_copy (error);
}
