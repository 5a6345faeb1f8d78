/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The size of one, in bytes. */
#define THIMBLE_BODY_BUFFER_SIZE (64 * 1024)

/**
 * ThimbleBodyBuffers:
 *
 * Buffers of one size that bodies are read into, kept from one to the next. Those that results hold
 * are bounded. From any thread.
 */
typedef struct _ThimbleBodyBuffers ThimbleBodyBuffers;

ThimbleBodyBuffers *thimble_body_buffers_new (void);
ThimbleBodyBuffers *thimble_body_buffers_ref (ThimbleBodyBuffers *self);
void thimble_body_buffers_unref (ThimbleBodyBuffers *self);
guint8 *thimble_body_buffers_take (ThimbleBodyBuffers *self);
void thimble_body_buffers_give_back (ThimbleBodyBuffers *self, guint8 *buffer);
GBytes *thimble_body_buffers_hold (ThimbleBodyBuffers *self, guint8 **buffer, gsize n_bytes);

G_END_DECLS
