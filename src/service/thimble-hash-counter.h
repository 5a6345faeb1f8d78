/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The highest count that is told. */
#define THIMBLE_HASH_COUNTER_MANY 3

/* How often each of many 64-bit hashes was added: an open-addressing table of 8 bytes a slot. One
 * thread fills it; afterwards any thread may look. */
typedef struct _ThimbleHashCounter ThimbleHashCounter;

ThimbleHashCounter *thimble_hash_counter_new (void);
void thimble_hash_counter_free (ThimbleHashCounter *self);
void thimble_hash_counter_add (ThimbleHashCounter *self, guint64 hash);
guint thimble_hash_counter_get (ThimbleHashCounter *self, guint64 hash);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleHashCounter, thimble_hash_counter_free)

G_END_DECLS
