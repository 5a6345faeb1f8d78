/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleInput:
 *
 * Where the bytes of one image are: a path, an open file descriptor, or bytes in memory. Immutable
 * but for the descriptor, which is used up by the one work that reads it; counted by reference,
 * from any thread. A path is opened by [method@Input.read], never before.
 */
typedef struct _ThimbleInput ThimbleInput;

ThimbleInput *thimble_input_new_for_path (const char *path);
ThimbleInput *thimble_input_new_for_fd (int fd);
ThimbleInput *thimble_input_new_for_bytes (GBytes *bytes);
ThimbleInput *thimble_input_new_opened (int folder_fd, const char *path, GError **error);
ThimbleInput *thimble_input_ref (ThimbleInput *self);
void thimble_input_unref (ThimbleInput *self);
GBytes *thimble_input_get_bytes (ThimbleInput *self);
int thimble_input_get_fd (ThimbleInput *self);
int thimble_input_open (ThimbleInput *self, GError **error);
const guint8 *thimble_input_read (ThimbleInput *self,
                                  GByteArray *buffer,
                                  guint64 max_bytes,
                                  gsize *n_bytes,
                                  GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleInput, thimble_input_unref)

G_END_DECLS
