/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The common worker: JPEG, PNG and WebP, and nothing that loads code of others. What it has no
 * codec for it sends on to the other kind, thimble-pixbuf-worker. */

#include "thimble-codec.h"
#include "thimble-operations.h"
#include "thimble-sandbox.h"
#include "thimble-worker-context.h"
#include "thimble-worker-program.h"

static gboolean
read_header (const guint8 *bytes, gsize n_bytes, ThimbleImageInfo *info, GError **error)
{
  g_set_error_literal (error, THIMBLE_NEEDS_KIND_ERROR, 0, "is for another kind of worker.");
  return FALSE;
}

/* Stands where the gdk-pixbuf codec does in a program that has it. */
static const ThimbleCodec needs_kind_codec = {
  .name = "another worker",
  .format = THIMBLE_FORMAT_OTHER,
  .can_read = thimble_codec_may_be_image,
  .read_header = read_header,
};

static gboolean
prepare (guint64 max_memory, GError **error)
{
  thimble_codec_register_fallback (&needs_kind_codec);
  return thimble_sandbox_close (THIMBLE_SANDBOX_CLOSED, max_memory, error);
}

int
main (void)
{
  static const ThimbleWorkerProgram program = { .operations = thimble_image_operations,
                                                .prepare = prepare };

  return thimble_worker_program_run (&program);
}
