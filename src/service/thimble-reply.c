/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a worker says it made, before anything of it is used: a worker that was taken over says what
 * it likes. Looks at fixed fields and at the first bytes of outputs; decodes nothing. */

#include "thimble-reply.h"

#include "thimble-executor.h"
#include "thimble-output-size.h"

#include <string.h>

/**
 * thimble_reply_is_word:
 * @text: (array length=n_bytes): a name in a worker's reply
 *
 * Returns: whether it ends, and may be recorded and shown: visible ASCII
 */
gboolean
thimble_reply_is_word (const char *text, gsize n_bytes)
{
  gsize n = strnlen (text, n_bytes);

  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isgraph (text[i]))
      return FALSE;
  return n < n_bytes;
}

/* Whether an output is the file that the reply says it is. */
static gboolean
check_output (const ThimbleOutputReply *output, GBytes *bytes)
{
  ThimbleFormat format;
  guint32 width_px, height_px;
  gsize n_bytes;
  const guint8 *data = g_bytes_get_data (bytes, &n_bytes);

  return thimble_output_size_read (data, n_bytes, &format, &width_px, &height_px)
         && format == output->format && width_px == output->width && height_px == output->height
         && width_px > 0 && height_px > 0;
}

/**
 * thimble_reply_check:
 * @result: of the operation "thumbnail"
 * @n_outputs: how many the recipe asked for
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the reply, owned by @result, or %NULL with @error set where
 *   it is not what such a work answers; the message is a predicate
 */
const ThimbleThumbnailReply *
thimble_reply_check (ThimbleWorkResult *result, guint n_outputs, GError **error)
{
  GBytes *bytes = thimble_work_result_get_reply (result);
  gsize size = 0;
  const ThimbleThumbnailReply *reply = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  gboolean is_good = size == sizeof *reply && reply->n_outputs == n_outputs
                     && thimble_work_result_get_n_outputs (result) == n_outputs
                     && reply->source.width > 0 && reply->source.height > 0
                     && thimble_reply_is_word (reply->source.format_name,
                                               sizeof reply->source.format_name)
                     && thimble_reply_is_word (reply->content_hash, sizeof reply->content_hash);

  for (guint i = 0; is_good && i < n_outputs; i++)
    is_good = check_output (&reply->outputs[i], thimble_work_result_get_output (result, i));
  if (is_good)
    return reply;
  g_set_error_literal (error, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_CRASHED,
                       "got an answer that makes no sense from its worker.");
  return NULL;
}
