/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-catalog.h"

G_BEGIN_DECLS

/**
 * ThimbleCrashList:
 *
 * The sources that ended the process which read them, beside a destination's catalog: they are not
 * tried again before they change, or Thimble does. From any thread.
 */
typedef struct _ThimbleCrashList ThimbleCrashList;

ThimbleCrashList *thimble_crash_list_open (const char *folder);
void thimble_crash_list_free (ThimbleCrashList *self);
char *thimble_crash_list_lookup (ThimbleCrashList *self,
                                 const char *source,
                                 const ThimbleStamp *stamp);
gboolean thimble_crash_list_add (ThimbleCrashList *self,
                                 const char *source,
                                 const ThimbleStamp *stamp,
                                 const char *message,
                                 GError **error);
void thimble_crash_list_remove (ThimbleCrashList *self, const char *source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleCrashList, thimble_crash_list_free)

G_END_DECLS
