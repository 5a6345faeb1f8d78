/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-batch.h"
#include "thimble-source.h"
#include "thimble-thumbnail-maker.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleScanReport:
 * @n_found: images
 * @n_other: files that are no images, counted and left alone
 * @n_hidden: hidden files and folders, left out
 * @problems: (element-type utf8): sentences on what could not be read or was passed over
 */
typedef struct
{
  guint n_found;
  guint n_other;
  guint n_hidden;
  GPtrArray *problems;
} ThimbleScanReport;

void thimble_scan_report_free (ThimbleScanReport *self);

/**
 * ThimbleScanner:
 *
 * Finds the images of sources on a thread of its own and appends them to a batch in pieces, on the
 * main thread. Folders are walked in byte order of their names, symbolic links are followed once,
 * hidden names and the excluded folder are left out.
 */
#define THIMBLE_TYPE_SCANNER (thimble_scanner_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleScanner, thimble_scanner, THIMBLE, SCANNER, GObject)

ThimbleScanner *thimble_scanner_new (ThimbleBatch *batch);
void thimble_scanner_set_engine (ThimbleScanner *self,
                                 ThimbleEngine *engine,
                                 const ThimbleRunOptions *options);
void thimble_scanner_scan_async (ThimbleScanner *self,
                                 ThimbleSource *const *sources,
                                 guint n_sources,
                                 const char *destination,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
ThimbleScanReport *thimble_scanner_scan_finish (ThimbleScanner *self,
                                                GAsyncResult *result,
                                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleScanReport, thimble_scan_report_free)

G_END_DECLS
