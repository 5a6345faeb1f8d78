/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-source.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

GPtrArray *thimble_transfer_list_value (const GValue *value);
void thimble_transfer_read_async (GdkClipboard *clipboard,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
GdkContentFormats *thimble_transfer_get_picture_formats (void);
void thimble_transfer_read_drop_async (GdkDrop *drop,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
GPtrArray *thimble_transfer_read_finish (gpointer object,
                                         GAsyncResult *result,
                                         GError **error);

G_END_DECLS
