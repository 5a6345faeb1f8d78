/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What became of a link, as data that goes from the downloader's thread to whoever asked. */

#include "thimble-download.h"

#include <string.h>
#include <unistd.h>

G_DEFINE_QUARK (thimble-download-error-quark, thimble_download_error)

/**
 * thimble_download_forget:
 *
 * Removes what came, unless it has been given its name, and the note to go on with it. Until then
 * a program that is killed finds both again. Blocks.
 */
void
thimble_download_forget (ThimbleDownload *self)
{
  g_autofree char *note_path = NULL;

  if (self->path == NULL)
    return;
  note_path = g_strdup_printf ("%.*s.info", (int) (strlen (self->path) - strlen (".part")),
                               self->path);
  unlink (self->path);
  unlink (note_path);
}

void
thimble_download_free (ThimbleDownload *self)
{
  g_free (self->path);
  g_free (self->url);
  g_free (self->etag);
  g_free (self->last_modified);
  g_free (self);
}
