/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-batch.h"
#include "thimble-thumbnail-maker.h"

G_BEGIN_DECLS

/**
 * ThimblePlan:
 * @n_items: images of the run
 * @n_new: images that get files where there are none
 * @n_replaced: images of which a file is made again
 * @n_up_to_date: images that nothing is done for
 * @n_failed: images that are known to fail
 * @n_removed: files that would be removed
 * @n_bytes_needed: space that is needed, estimated
 * @n_bytes_each: size of one image's files together, estimated
 * @n_bytes_free: at the destination, or %G_MAXUINT64 where that can't be told
 * @failure: (nullable): why the first of the failing images fails, a sentence
 * @examples: (array zero-terminated=1): what the first image's files are called, below the
 *   destination, one for each size
 *
 * What a run would do.
 */
typedef struct
{
  guint n_items;
  guint n_new;
  guint n_replaced;
  guint n_up_to_date;
  guint n_failed;
  guint n_removed;
  guint64 n_bytes_needed;
  guint64 n_bytes_each;
  guint64 n_bytes_free;
  char *failure;
  char **examples;
} ThimblePlan;

void thimble_plan_free (ThimblePlan *self);

/**
 * ThimblePlanner:
 *
 * Tells what a run would do, by a dry run on a thread of its own: the batch's items don't notice.
 */
#define THIMBLE_TYPE_PLANNER (thimble_planner_get_type ())
G_DECLARE_FINAL_TYPE (ThimblePlanner, thimble_planner, THIMBLE, PLANNER, GObject)

ThimblePlanner *thimble_planner_new (ThimbleEngine *engine);
void thimble_planner_plan_async (ThimblePlanner *self,
                                 ThimblePreset *preset,
                                 const ThimbleRunOptions *options,
                                 ThimbleBatch *batch,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
ThimblePlan *thimble_planner_plan_finish (ThimblePlanner *self,
                                          GAsyncResult *result,
                                          GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimblePlan, thimble_plan_free)

G_END_DECLS
