/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ThimbleGradualList:
 *
 * A model for a view, as another one, but that its first items come a few at a time. What is
 * selected is the other's, of all its items. Main thread only.
 */
#define THIMBLE_TYPE_GRADUAL_LIST (thimble_gradual_list_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleGradualList, thimble_gradual_list, THIMBLE, GRADUAL_LIST, GObject)

ThimbleGradualList *thimble_gradual_list_new (GtkSelectionModel *model);
void thimble_gradual_list_show_all (ThimbleGradualList *self);

G_END_DECLS
