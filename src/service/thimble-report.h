/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-batch.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleReportFormat:
 * @THIMBLE_REPORT_CSV: a header, then a line for each output, or for each image that has none
 * @THIMBLE_REPORT_JSON: a JSON value for each image, a line each, as `thimble-cli --json` writes
 */
typedef enum
{
  THIMBLE_REPORT_CSV,
  THIMBLE_REPORT_JSON,
} ThimbleReportFormat;

void thimble_report_save_async (ThimbleBatch *batch,
                                ThimbleReportFormat format,
                                GFile *file,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean thimble_report_save_finish (GAsyncResult *result, GError **error);

G_END_DECLS
