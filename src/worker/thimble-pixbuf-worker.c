/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The worker for what only gdk-pixbuf reads. Its loaders are code of others, which opens files when
 * it is loaded: all of them are loaded before the sandbox closes. */

#include "thimble-codec.h"
#include "thimble-operations.h"
#include "thimble-pixbuf-codec.h"
#include "thimble-sandbox.h"
#include "thimble-worker-program.h"

static gboolean
prepare (guint64 max_memory, GError **error)
{
  thimble_pixbuf_codec_load_all ();
  if (!thimble_sandbox_leaves_fonts ())
    thimble_pixbuf_codec_load_fonts ();
  thimble_codec_register_fallback (&thimble_pixbuf_codec);
  return thimble_sandbox_close (THIMBLE_SANDBOX_PIXBUF, max_memory, error);
}

int
main (void)
{
  static const ThimbleWorkerProgram program = { .operations = thimble_image_operations,
                                                .prepare = prepare };

  return thimble_worker_program_run (&program);
}
