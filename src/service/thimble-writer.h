/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleWriter:
 *
 * Puts whole files under their final names: each is written in a folder of this run,
 * `.thimble/run-XXXXXX` in the destination, and renamed when it is complete. The folder is locked
 * as long as the run lives; folders of dead runs are removed when the next one begins.
 *
 * Usable from several threads at once; every call blocks on the disk.
 */
typedef struct _ThimbleWriter ThimbleWriter;

ThimbleWriter *thimble_writer_new (const char *destination, gboolean is_private);
void thimble_writer_remove_dead_runs (ThimbleWriter *self);
void thimble_writer_free (ThimbleWriter *self);
gboolean thimble_writer_stage (ThimbleWriter *self, GBytes *bytes, guint *staged, GError **error);
gboolean thimble_writer_place (ThimbleWriter *self,
                               guint staged,
                               const char *path,
                               gboolean may_replace,
                               GError **error);
void thimble_writer_discard (ThimbleWriter *self, guint staged);
gboolean thimble_writer_error_is_fatal (const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleWriter, thimble_writer_free)

G_END_DECLS
