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

/* Asks a worker. Returns whether the answer makes sense. */
static gboolean
inspect (ThimbleEngine *engine,
         GBytes *limits,
         const char *path,
         ThimbleInspectReply *reply,
         GError **error)
{
  g_autoptr(ThimbleInput) by_path = thimble_input_new_for_path (path);
  g_autoptr(ThimbleInput) input = NULL;
  g_autoptr(ThimbleWork) work = NULL;
  g_autoptr(ThimbleFuture) future = NULL;
  ThimbleWorkResult *result;
  GBytes *bytes;
  int fd = thimble_input_open (by_path, error);

  if (fd < 0)
    return FALSE;
  input = thimble_input_new_for_fd (fd);
  work = thimble_work_new ("inspect", limits, input);
  future = thimble_executor_submit_with_priority (thimble_engine_get_executor (engine), work,
                                                  INSPECT_PRIORITY, error);
  if (future == NULL)
    return FALSE;
  result = thimble_future_result (future, -1, error);
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

/**
 * thimble_arrival_check:
 * @limits: a #ThimbleThumbnailRecipe
 * @extension: (out caller-allocates): what a file of this kind is called,
 *   %THIMBLE_ARRIVAL_EXTENSION_SIZE bytes
 * @may_come_whole: (out): where the check fails, whether another attempt may bring more
 *
 * Waits for a worker: not on the main thread.
 *
 * Returns: whether it is an image and whole; if not, @error is of %THIMBLE_IMAGE_ERROR,
 *   %THIMBLE_DOWNLOAD_ERROR or %THIMBLE_EXECUTOR_ERROR
 */
gboolean
thimble_arrival_check (ThimbleEngine *engine,
                       GBytes *limits,
                       const ThimbleDownload *download,
                       char *extension,
                       gboolean *may_come_whole,
                       GError **error)
{
  ThimbleInspectReply reply = { 0 };
  gboolean is_whole = inspect (engine, limits, download->path, &reply, error)
                      && check_whole (download, &reply, error);

  *may_come_whole = !download->has_proven_length && reply.end == THIMBLE_IMAGE_END_MISSING;
  g_strlcpy (extension, reply.extension, THIMBLE_ARRIVAL_EXTENSION_SIZE);
  return is_whole;
}
