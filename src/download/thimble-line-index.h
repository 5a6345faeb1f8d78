/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where in a file the line is that counts for a hash: an open-addressing table of 16 bytes a slot.
 * One thread at a time. */
typedef struct _ThimbleLineIndex ThimbleLineIndex;

ThimbleLineIndex *thimble_line_index_new (void);
void thimble_line_index_free (ThimbleLineIndex *self);
void thimble_line_index_set (ThimbleLineIndex *self, guint64 hash, goffset offset);
goffset thimble_line_index_get (ThimbleLineIndex *self, guint64 hash);
gsize thimble_line_index_get_n_hashes (ThimbleLineIndex *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleLineIndex, thimble_line_index_free)

G_END_DECLS
