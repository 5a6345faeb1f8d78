/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Is what was downloaded an image, and is it whole? A worker looks; what it answers, together with
 * what the server said of the length, decides. */

#include "thimble-arrival.h"

#include "thimble-engine-private.h"
#include "thimble-errors.h"
#include "thimble-image-end.h"
#include "thimble-inspect.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>

/* Before the other works of the executor: who is here can be made next. */
#define INSPECT_PRIORITY 1
/* What a thread deals with before it lets others go first: they take it less than a millisecond. */
#define FILES_IN_A_TURN 4

/* Returns (transfer full): the work that looks at a file, or %NULL with @error set. */
static ThimbleWork *
new_work (GBytes *limits, ThimbleDownload *download, GError **error)
{
  g_autoptr(ThimbleInput) input = NULL;
  int fd = -1;

  if (!thimble_download_open (download, error))
    return NULL;
  fd = fcntl (download->fd, F_DUPFD_CLOEXEC, 0);
  if (fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot be looked at: %s.",
                   g_strerror (errno));
      return NULL;
    }
  input = thimble_input_new_for_fd (fd);
  return thimble_work_new ("inspect", limits, input);
}

/* Returns whether the worker's answer makes sense. */
static gboolean
read_reply (ThimbleFuture *future, ThimbleInspectReply *reply, GError **error)
{
  ThimbleWorkResult *result = thimble_future_get_result (future, error);
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

static void
finish (ThimbleArrival *arrival)
{
  ThimbleInspectReply reply = { 0 };

  if (!read_reply (arrival->future, &reply, &arrival->error))
    return;
  if (check_whole (arrival->download, &reply, &arrival->error))
    g_strlcpy (arrival->extension, reply.extension, sizeof arrival->extension);
  else
    arrival->may_come_whole
      = !arrival->download->has_proven_length && reply.end == THIMBLE_IMAGE_END_MISSING;
}

/**
 * thimble_arrival_let_others:
 * @n_files: that were dealt with
 *
 * To be called after each of many files: lets go first, every now and then, who waits for this
 * processor. The scheduler would leave it to a thread that writes files for milliseconds, in which
 * the network is not read, or the server, where it is on this machine, does not send.
 */
void
thimble_arrival_let_others (guint n_files)
{
  if (n_files % FILES_IN_A_TURN == FILES_IN_A_TURN - 1)
    sched_yield ();
}

/**
 * thimble_arrival_submit:
 * @limits: a #ThimbleThumbnailRecipe
 * @arrivals: (array length=n_arrivals) (inout): what came, zeroed but for @download
 *
 * Has workers look at files, a handful each: each file is looked at by itself; that they go together
 * saves most of the way there and back. Blocks on the disk. [func@arrival_finish] must follow.
 */
void
thimble_arrival_submit (ThimbleEngine *engine,
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
      ThimbleWork *work = new_work (limits, arrivals[i].download, &arrivals[i].error);

      if (work != NULL)
        g_ptr_array_add (works, work);
      thimble_arrival_let_others (i);
    }
  if (works->len == 0)
    return;
  futures = thimble_executor_map (executor, (ThimbleWork *const *) works->pdata, works->len,
                                  THIMBLE_INSPECT_MAX_WORKS, &error);
  for (guint i = 0; i < n_arrivals; i++)
    if (arrivals[i].error == NULL && futures != NULL)
      arrivals[i].future = g_object_ref (futures->pdata[n++]);
    else if (arrivals[i].error == NULL)
      arrivals[i].error = g_error_copy (error);
  for (guint i = 0; futures != NULL && i < futures->len; i += THIMBLE_INSPECT_MAX_WORKS)
    thimble_executor_set_priority (executor, futures->pdata[i], INSPECT_PRIORITY);
}

/**
 * thimble_arrival_wait:
 *
 * Waits for the workers: not on the main thread.
 *
 * Returns: whether they have looked at all; %FALSE when the time is over
 */
gboolean
thimble_arrival_wait (ThimbleArrival *arrivals, guint n_arrivals, gint64 timeout_ms)
{
  /* The last one first: when it is done, the others are, or soon. */
  for (guint i = n_arrivals; i-- > 0;)
    if (arrivals[i].future != NULL)
      {
        thimble_future_result (arrivals[i].future, timeout_ms, NULL);
        if (thimble_future_get_state (arrivals[i].future) != THIMBLE_FUTURE_DONE)
          return FALSE;
      }
  return TRUE;
}

/**
 * thimble_arrival_finish:
 *
 * Waits for the workers: not on the main thread. Fills in what became of each.
 */
void
thimble_arrival_finish (ThimbleArrival *arrivals, guint n_arrivals)
{
  thimble_arrival_wait (arrivals, n_arrivals, -1);
  for (guint i = 0; i < n_arrivals; i++)
    {
      if (arrivals[i].future != NULL)
        finish (&arrivals[i]);
      g_clear_object (&arrivals[i].future);
    }
}
