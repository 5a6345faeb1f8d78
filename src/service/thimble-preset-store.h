/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-preset.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/** THIMBLE_PRESET_NAME_MAX: characters that the name of an own preset may have. */
#define THIMBLE_PRESET_NAME_MAX 60

/**
 * ThimblePresetStore:
 *
 * The user's own presets: a preset file each in one folder, that window and command line share.
 * Functions that block are for the command line; a window uses those that end with _async, from its
 * main thread. They take turns.
 */
#define THIMBLE_TYPE_PRESET_STORE (thimble_preset_store_get_type ())
G_DECLARE_FINAL_TYPE (ThimblePresetStore, thimble_preset_store, THIMBLE, PRESET_STORE, GObject)

ThimblePresetStore *thimble_preset_store_new (const char *folder);
gboolean thimble_preset_store_check_name (const char *name, GError **error);
GPtrArray *thimble_preset_store_list (ThimblePresetStore *self, GPtrArray *problems);
ThimblePreset *thimble_preset_store_find (ThimblePresetStore *self,
                                          const char *name,
                                          GError **error);

void thimble_preset_store_list_async (ThimblePresetStore *self,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
void thimble_preset_store_save_async (ThimblePresetStore *self,
                                      ThimblePreset *preset,
                                      const char *former_name,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
void thimble_preset_store_remove_async (ThimblePresetStore *self,
                                        const char *name,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
void thimble_preset_store_import_async (ThimblePresetStore *self,
                                        const char *path,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
void thimble_preset_store_export_async (ThimblePresetStore *self,
                                        ThimblePreset *preset,
                                        const char *path,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
GPtrArray *thimble_preset_store_finish (ThimblePresetStore *self,
                                        GAsyncResult *result,
                                        GError **error);

G_END_DECLS
