/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be done with the selected images of a grid, by keys, by its menu and by dragging. What
 * changes the batch is only asked for here, by signals: the window does it.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-grid-actions.h"

#include "thimble-file-opener.h"
#include "thimble-image-cell.h"
#include "thimble-item-actions.h"

static GPtrArray *
dup_selected (ThimbleImageGrid *grid)
{
  return thimble_image_list_dup_selected (thimble_image_grid_get_list (grid));
}

static void
view_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleImageGrid *grid = THIMBLE_IMAGE_GRID (widget);

  g_signal_emit_by_name (grid, "activated", thimble_image_list_get_first_selected (
                                              thimble_image_grid_get_list (grid)));
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleImageGrid *grid = THIMBLE_IMAGE_GRID (widget);
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));
  ThimbleImageList *list = thimble_image_grid_get_list (grid);
  guint position = thimble_image_list_get_first_selected (list);
  g_autofree char *path = thimble_item_dup_path_to_show (thimble_image_list_peek (list, position));

  if (g_str_equal (name, "grid.open"))
    thimble_file_opener_open (window, path);
  else
    thimble_file_opener_show_in_folder (window, path);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleImageGrid *grid = THIMBLE_IMAGE_GRID (widget);
  g_autoptr(GPtrArray) items = dup_selected (grid);

  if (g_str_equal (name, "grid.copy-path"))
    thimble_items_copy_paths (items, gtk_widget_get_clipboard (widget));
  else
    thimble_items_copy_image (items, gtk_widget_get_clipboard (widget),
                              thimble_image_grid_get_previewer (grid));
}

static void
retry_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleImageGrid *grid = THIMBLE_IMAGE_GRID (widget);
  g_autoptr(GPtrArray) items = dup_selected (grid);

  g_signal_emit_by_name (grid, "retry-requested", items);
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleImageGrid *grid = THIMBLE_IMAGE_GRID (widget);
  g_autoptr(GPtrArray) items = dup_selected (grid);

  /* Selected rows that go make the selection look for them among those that come. */
  gtk_selection_model_unselect_all (
    thimble_image_list_get_selection (thimble_image_grid_get_list (grid)));
  g_signal_emit_by_name (grid, "remove-requested", items);
}

static void
zoom_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleImageGrid *grid = THIMBLE_IMAGE_GRID (widget);
  int n_steps = g_variant_get_int32 (parameter);
  int zoom = n_steps == 0 ? THIMBLE_DEFAULT_ZOOM : thimble_image_grid_get_zoom (grid) + n_steps;

  thimble_image_grid_set_zoom (grid, CLAMP (zoom, 0, THIMBLE_MAX_ZOOM));
}

/* Results are dragged; where there are none the press is the view's, which then draws a rubber band.
 */
static GdkContentProvider *
drag_prepared_cb (GtkDragSource *source, double x, double y, gpointer user_data)
{
  ThimbleImageGrid *grid = THIMBLE_IMAGE_GRID (user_data);
  ThimbleImageList *list = thimble_image_grid_get_list (grid);
  GtkWidget *cell = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (source));
  GtkSelectionModel *selection = thimble_image_list_get_selection (list);
  guint position = thimble_image_grid_find_cell (grid, cell);
  g_autoptr(GPtrArray) items = NULL;
  GdkContentProvider *provider;
  GdkFileList *files;

  if (position == GTK_INVALID_LIST_POSITION)
    return NULL;

  if (gtk_selection_model_is_selected (selection, position))
    {
      items = thimble_image_list_dup_selected (list);
    }
  else
    {
      items = g_ptr_array_new_with_free_func (g_object_unref);
      g_ptr_array_add (items, g_list_model_get_item (G_LIST_MODEL (selection), position));
    }
  files = thimble_items_dup_results (items);
  if (files == NULL)
    return NULL;
  provider = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, files);
  g_boxed_free (GDK_TYPE_FILE_LIST, files);
  return provider;
}

static void
drag_begun_cb (GtkDragSource *source, GdkDrag *drag, gpointer user_data)
{
  GtkWidget *cell = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (source));
  GdkTexture *texture = thimble_image_cell_get_texture (THIMBLE_IMAGE_CELL (cell));

  if (texture != NULL)
    gtk_drag_source_set_icon (source, GDK_PAINTABLE (texture), 0, 0);
}

static void
install_keys (GtkWidgetClass *widget_class)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = {
    { GDK_KEY_Return, GDK_SHIFT_MASK, "grid.open" },
    { GDK_KEY_o, GDK_CONTROL_MASK | GDK_ALT_MASK, "grid.show-in-folder" },
    { GDK_KEY_c, GDK_CONTROL_MASK, "grid.copy-image" },
    { GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "grid.copy-path" },
    { GDK_KEY_r, GDK_CONTROL_MASK, "grid.retry" },
    { GDK_KEY_Delete, 0, "grid.remove" },
    { GDK_KEY_Menu, 0, "grid.menu" },
    { GDK_KEY_F10, GDK_SHIFT_MASK, "grid.menu" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (widget_class, keys[i].key, keys[i].modifiers,
                                         keys[i].action, NULL);
}

/**
 * thimble_grid_actions_install:
 * @widget_class: the grid's
 *
 * Adds the actions that are taken on what is selected, and their keys.
 */
void
thimble_grid_actions_install (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "grid.view", NULL, view_action);
  gtk_widget_class_install_action (widget_class, "grid.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "grid.show-in-folder", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "grid.copy-image", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "grid.copy-path", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "grid.retry", NULL, retry_action);
  gtk_widget_class_install_action (widget_class, "grid.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "grid.zoom", "i", zoom_action);
  install_keys (widget_class);
}

/**
 * thimble_grid_actions_update:
 * @grid: whose selection may have changed
 * @can_change: whether items may be removed and tried again now
 *
 * Has those actions enabled that can be taken.
 */
void
thimble_grid_actions_update (ThimbleImageGrid *grid, gboolean can_change)
{
  GtkWidget *widget = GTK_WIDGET (grid);
  gboolean has_selected
    = thimble_image_list_get_first_selected (thimble_image_grid_get_list (grid))
      != GTK_INVALID_LIST_POSITION;

  gtk_widget_action_set_enabled (widget, "grid.view", has_selected);
  gtk_widget_action_set_enabled (widget, "grid.open", has_selected);
  gtk_widget_action_set_enabled (widget, "grid.show-in-folder", has_selected);
  gtk_widget_action_set_enabled (widget, "grid.copy-image", has_selected);
  gtk_widget_action_set_enabled (widget, "grid.copy-path", has_selected);
  gtk_widget_action_set_enabled (widget, "grid.retry", has_selected && can_change);
  gtk_widget_action_set_enabled (widget, "grid.remove", has_selected && can_change);
}

/**
 * thimble_grid_actions_add_drag_source:
 * @grid: that the cell is in
 * @cell: a new cell
 *
 * Has the results of a cell's image, or of all that are selected, be dragged out of it.
 */
void
thimble_grid_actions_add_drag_source (ThimbleImageGrid *grid, GtkWidget *cell)
{
  GtkDragSource *source = gtk_drag_source_new ();

  g_signal_connect_object (source, "prepare", G_CALLBACK (drag_prepared_cb), grid, 0);
  g_signal_connect (source, "drag-begin", G_CALLBACK (drag_begun_cb), NULL);
  gtk_widget_add_controller (cell, GTK_EVENT_CONTROLLER (source));
}
