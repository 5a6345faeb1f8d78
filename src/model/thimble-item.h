/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-image-types.h"
#include "thimble-origin.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleItemState:
 * @THIMBLE_ITEM_WAITING: nothing done yet
 * @THIMBLE_ITEM_DOWNLOADING: on its way here
 * @THIMBLE_ITEM_RUNNING: being made
 * @THIMBLE_ITEM_DONE: made
 * @THIMBLE_ITEM_SKIPPED: up to date, nothing was done
 * @THIMBLE_ITEM_FAILED: has an error
 * @THIMBLE_ITEM_CANCELLED: the user stopped it
 */
typedef enum
{
  THIMBLE_ITEM_WAITING,
  THIMBLE_ITEM_DOWNLOADING,
  THIMBLE_ITEM_RUNNING,
  THIMBLE_ITEM_DONE,
  THIMBLE_ITEM_SKIPPED,
  THIMBLE_ITEM_FAILED,
  THIMBLE_ITEM_CANCELLED,
} ThimbleItemState;

/**
 * ThimbleWhy:
 * @THIMBLE_WHY_UP_TO_DATE: nothing had to be done
 *
 * Why an item was made, or would be.
 */
typedef enum
{
  THIMBLE_WHY_UP_TO_DATE,
  THIMBLE_WHY_MISSING,
  THIMBLE_WHY_SOURCE_CHANGED,
  THIMBLE_WHY_SETTINGS_CHANGED,
  THIMBLE_WHY_OUTPUT_CHANGED,
  THIMBLE_WHY_FORCED,
} ThimbleWhy;

/** ThimbleErrorKind: what kind of failure, as in the reports' "kind". */
typedef enum
{
  THIMBLE_ERROR_KIND_NONE,
  THIMBLE_ERROR_KIND_TOO_LARGE,
  THIMBLE_ERROR_KIND_CORRUPT,
  THIMBLE_ERROR_KIND_UNSUPPORTED,
  THIMBLE_ERROR_KIND_NETWORK,
  THIMBLE_ERROR_KIND_TIMEOUT,
  THIMBLE_ERROR_KIND_CRASHED,
  THIMBLE_ERROR_KIND_CONFLICT,
  THIMBLE_ERROR_KIND_IO,
} ThimbleErrorKind;

/**
 * ThimbleOutput:
 * @path: absolute
 * @label: interned
 * @was_made: made in this run, not found up to date
 */
typedef struct
{
  char *path;
  const char *label;
  guint32 width;
  guint32 height;
  ThimbleFormat format;
  gboolean was_made;
  gint64 n_bytes;
} ThimbleOutput;

/**
 * ThimbleItemResult:
 * @why: why it was made, or up to date
 * @error_kind: none where there is no error
 * @width: of the source, upright, pixels; 0 where it is not known
 * @height: likewise
 * @format: (nullable): of the source: "jpeg", "gif", …; interned
 * @message: (nullable): the error, a sentence that names the file
 * @original: (nullable): of a link, the absolute path of what was downloaded, if it is kept
 * @original_bytes: of what was downloaded
 * @outputs: (array length=n_outputs): what there is now
 *
 * How an item ended. Immutable once shared, counted by reference, from any thread.
 */
typedef struct
{
  ThimbleWhy why;
  ThimbleErrorKind error_kind;
  guint32 width;
  guint32 height;
  const char *format;
  double download_seconds;
  double decode_seconds;
  double resize_seconds;
  double encode_seconds;
  char *message;
  char *original;
  gint64 original_bytes;
  guint n_outputs;
  gatomicrefcount ref_count;
  ThimbleOutput outputs[];
} ThimbleItemResult;

#define THIMBLE_TYPE_ITEM_STATE (thimble_item_state_get_type ())
GType thimble_item_state_get_type (void);

#define THIMBLE_TYPE_ITEM_RESULT (thimble_item_result_get_type ())
GType thimble_item_result_get_type (void);

ThimbleItemResult *thimble_item_result_new (guint n_outputs);
ThimbleItemResult *thimble_item_result_ref (ThimbleItemResult *self);
void thimble_item_result_unref (ThimbleItemResult *self);

/**
 * ThimbleItem:
 *
 * One image and its state. Properties "state" and "result" notify when they change, and so does
 * "n-bytes-received" while a link is on its way. Main thread only; other threads get its origin, which is immutable.
 */
#define THIMBLE_TYPE_ITEM (thimble_item_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleItem, thimble_item, THIMBLE, ITEM, GObject)

ThimbleItem *thimble_item_new (ThimbleOrigin *origin);
ThimbleOrigin *thimble_item_get_origin (ThimbleItem *self);
ThimbleItemState thimble_item_get_state (ThimbleItem *self);
void thimble_item_set_received (ThimbleItem *self, guint64 n_bytes, guint64 n_bytes_in_all);
guint64 thimble_item_get_n_bytes_received (ThimbleItem *self);
guint64 thimble_item_get_n_bytes_in_all (ThimbleItem *self);
void thimble_item_set_state (ThimbleItem *self, ThimbleItemState state);
ThimbleItemResult *thimble_item_get_result (ThimbleItem *self);
void thimble_item_end (ThimbleItem *self, ThimbleItemState state, ThimbleItemResult *result);
void thimble_item_drop_result (ThimbleItem *self);
gboolean thimble_item_is_ended (ThimbleItem *self);
gboolean thimble_item_is_in_batch (ThimbleItem *self);

void thimble_items_drop (GPtrArray *items);

const char *thimble_item_state_get_name (ThimbleItemState state);
const char *thimble_why_get_name (ThimbleWhy why);
const char *thimble_error_kind_get_name (ThimbleErrorKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleItemResult, thimble_item_result_unref)

G_END_DECLS
