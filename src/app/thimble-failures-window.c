/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A list of sentences: a failure's message names the file, the fact, the limit and what to do, so
 * it is all that a row needs. What is shown is what had failed when the window was opened.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-failures-window.h"

#include "thimble-file-opener.h"

#include <glib/gi18n.h>

struct _ThimbleFailuresWindow
{
  AdwWindow parent_instance;

  AdwWindowTitle *title;
  GtkListView *view;
};

G_DEFINE_FINAL_TYPE (ThimbleFailuresWindow, thimble_failures_window, ADW_TYPE_WINDOW)

static char *
dup_reason (ThimbleItem *item)
{
  ThimbleItemResult *result = thimble_item_get_result (item);

  if (result != NULL && result->message != NULL)
    return g_strdup (result->message);
  return thimble_origin_dup_display_name (thimble_item_get_origin (item));
}

static void
row_set_up_cb (GtkListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  gtk_list_item_set_child (list_item, g_object_new (GTK_TYPE_LABEL,
                                                    "wrap", TRUE,
                                                    "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                                    "xalign", 0.0,
                                                    "width-chars", 20,
                                                    NULL));
}

static void
row_bound_cb (GtkListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  GtkWidget *label = gtk_list_item_get_child (list_item);
  g_autofree char *reason = dup_reason (gtk_list_item_get_item (list_item));

  gtk_label_set_label (GTK_LABEL (label), reason);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (label)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, reason, -1);
}

static void
activated_cb (GtkListView *view, guint position, gpointer user_data)
{
  g_autoptr(ThimbleItem) item
    = g_list_model_get_item (G_LIST_MODEL (gtk_list_view_get_model (view)), position);
  g_autofree char *path = thimble_origin_dup_path (thimble_item_get_origin (item));

  thimble_file_opener_show_in_folder (GTK_WINDOW (user_data), path);
}

static void
thimble_failures_window_class_init (ThimbleFailuresWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/thimble/Thimble/thimble-failures-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ThimbleFailuresWindow, title);
  gtk_widget_class_bind_template_child (widget_class, ThimbleFailuresWindow, view);
  gtk_widget_class_bind_template_callback (widget_class, row_set_up_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_bound_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
}

static void
thimble_failures_window_init (ThimbleFailuresWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * thimble_failures_window_new:
 * @parent: the window it belongs to
 * @batch: whose failed items are shown
 *
 * Returns: (transfer none): a window, not yet shown; GTK owns it
 */
GtkWidget *
thimble_failures_window_new (GtkWindow *parent, ThimbleBatch *batch)
{
  ThimbleFailuresWindow *self;
  g_autoptr(GListStore) failed = g_list_store_new (THIMBLE_TYPE_ITEM);
  g_autoptr(GPtrArray) found = g_ptr_array_new ();
  g_autoptr(GtkNoSelection) selection = NULL;
  g_autofree char *subtitle = NULL;

  g_return_val_if_fail (GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (THIMBLE_IS_BATCH (batch), NULL);

  for (guint i = 0; i < thimble_batch_get_n_items (batch); i++)
    if (thimble_item_get_state (thimble_batch_peek (batch, i)) == THIMBLE_ITEM_FAILED)
      g_ptr_array_add (found, thimble_batch_peek (batch, i));
  g_list_store_splice (failed, 0, 0, found->pdata, found->len);

  self = g_object_new (THIMBLE_TYPE_FAILURES_WINDOW, "transient-for", parent, NULL);
  subtitle = g_strdup_printf (ngettext ("%'u image", "%'u images", found->len), found->len);
  adw_window_title_set_subtitle (self->title, subtitle);
  selection = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (failed)));
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  return GTK_WIDGET (self);
}
