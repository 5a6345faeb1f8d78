/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-engine.h"
#include "thimble-origin.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimblePreview:
 * @pixels: premultiplied sRGB, R G B A, rows without padding
 *
 * Pixels to show an image with. Owned by who got it.
 */
typedef struct
{
  GBytes *pixels;
  int width;
  int height;
} ThimblePreview;

void thimble_preview_free (ThimblePreview *self);

/**
 * ThimblePreviewer:
 *
 * Makes small pictures for the window on the engine, ahead of a run's own works. Nothing is
 * written. Later requests go before earlier ones: what was scrolled into view last is seen now.
 */
#define THIMBLE_TYPE_PREVIEWER (thimble_previewer_get_type ())
G_DECLARE_FINAL_TYPE (ThimblePreviewer, thimble_previewer, THIMBLE, PREVIEWER, GObject)

ThimblePreviewer *thimble_previewer_new (ThimbleEngine *engine);
void thimble_previewer_request_async (ThimblePreviewer *self,
                                      ThimbleOrigin *origin,
                                      guint size_px,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
ThimblePreview *thimble_previewer_request_finish (ThimblePreviewer *self,
                                                  GAsyncResult *result,
                                                  GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimblePreview, thimble_preview_free)

G_END_DECLS
