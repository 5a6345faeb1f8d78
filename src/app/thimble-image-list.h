/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-batch.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ThimbleStateSet:
 *
 * States of items, a bit each: `1 << THIMBLE_ITEM_FAILED`.
 */
typedef guint ThimbleStateSet;

#define THIMBLE_ALL_STATES ((ThimbleStateSet) ((1 << (THIMBLE_ITEM_CANCELLED + 1)) - 1))

/**
 * ThimbleSort:
 * @THIMBLE_SORT_FOUND: as they were found
 * @THIMBLE_SORT_NAME: by name, numbers in it as numbers
 * @THIMBLE_SORT_SIZE: largest file first
 * @THIMBLE_SORT_DATE: changed last first
 */
typedef enum
{
  THIMBLE_SORT_FOUND,
  THIMBLE_SORT_NAME,
  THIMBLE_SORT_SIZE,
  THIMBLE_SORT_DATE,
} ThimbleSort;

const char *thimble_sort_get_name (ThimbleSort sort);
ThimbleSort thimble_sort_from_name (const char *name);

/**
 * ThimbleImageList:
 *
 * What the grid shows of a batch: those that match, in the order asked for, and which of them are
 * selected. Filters and sorts in small steps, so that a hundred thousand images stop nothing. Main
 * thread only.
 */
#define THIMBLE_TYPE_IMAGE_LIST (thimble_image_list_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleImageList, thimble_image_list, THIMBLE, IMAGE_LIST, GObject)

ThimbleImageList *thimble_image_list_new (ThimbleBatch *batch);
GtkSelectionModel *thimble_image_list_get_selection (ThimbleImageList *self);
GtkSelectionModel *thimble_image_list_get_view_model (ThimbleImageList *self);
void thimble_image_list_select (ThimbleImageList *self, guint position);
guint thimble_image_list_get_n_items (ThimbleImageList *self);
ThimbleItem *thimble_image_list_peek (ThimbleImageList *self, guint position);
guint thimble_image_list_find (ThimbleImageList *self, ThimbleItem *item);
void thimble_image_list_set_states (ThimbleImageList *self, ThimbleStateSet states);
ThimbleStateSet thimble_image_list_get_states (ThimbleImageList *self);
void thimble_image_list_set_query (ThimbleImageList *self, const char *query);
void thimble_image_list_set_sort (ThimbleImageList *self, ThimbleSort sort);
ThimbleSort thimble_image_list_get_sort (ThimbleImageList *self);
void thimble_image_list_refilter (ThimbleImageList *self);
guint thimble_image_list_get_first_selected (ThimbleImageList *self);
GPtrArray *thimble_image_list_dup_selected (ThimbleImageList *self);

G_END_DECLS
