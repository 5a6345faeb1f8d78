/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-source.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleUnfinished:
 * @sources: (element-type ThimbleSource): what the run's images came from
 * @removed: (element-type filename): paths of images that were found there and then removed
 *
 * What a run that was not finished was on. What of it is done is known to the catalog, and what was
 * to be made to the settings. Owned by who got it.
 */
typedef struct
{
  GPtrArray *sources;
  GPtrArray *removed;
} ThimbleUnfinished;

ThimbleUnfinished *thimble_unfinished_new (void);
void thimble_unfinished_free (ThimbleUnfinished *self);
void thimble_unfinished_keep (ThimbleUnfinished *self);
void thimble_unfinished_forget (void);
void thimble_unfinished_load_async (GAsyncReadyCallback callback, gpointer user_data);
ThimbleUnfinished *thimble_unfinished_load_finish (GAsyncResult *result, GError **error);
void thimble_unfinished_flush (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleUnfinished, thimble_unfinished_free)

G_END_DECLS
