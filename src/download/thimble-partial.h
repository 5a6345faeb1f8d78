/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-body-buffers.h"
#include "thimble-download.h"

G_BEGIN_DECLS

/**
 * ThimblePartial:
 *
 * What has come of a link, in memory while it is little, then in a file, with what is needed to go on
 * with it: `KEY.part` and `KEY.info` in the folder of unfinished files, the key being a hash of the
 * URL. One thread at a time.
 */
typedef struct _ThimblePartial ThimblePartial;

ThimblePartial *thimble_partial_new (ThimbleBodyBuffers *buffers,
                                     const char *folder,
                                     const char *url);
void thimble_partial_free (ThimblePartial *self);
gboolean thimble_partial_open (ThimblePartial *self, GError **error);
void thimble_partial_close (ThimblePartial *self);
guint8 *thimble_partial_get_space (ThimblePartial *self, gsize *n_bytes);
gboolean thimble_partial_append (ThimblePartial *self, gsize n_bytes, GError **error);
gboolean thimble_partial_restart (ThimblePartial *self, GError **error);
void thimble_partial_set_validator (ThimblePartial *self, const char *validator);
const char *thimble_partial_get_validator (ThimblePartial *self);
guint64 thimble_partial_get_n_bytes (ThimblePartial *self);
void thimble_partial_remove (ThimblePartial *self);
gboolean thimble_partial_release (ThimblePartial *self, ThimbleDownload *download, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimblePartial, thimble_partial_free)

G_END_DECLS
