/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A GtkGridView over a batch. A short while after anything moved, the grid has the cells in view
 * load their pictures. States change thousands of times a second in a run; the cells are refreshed
 * at most ten times.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-image-grid.h"

#include "thimble-bound-cells.h"
#include "thimble-file-opener.h"
#include "thimble-picture.h"

#define LOOK_DELAY_MS 16
#define REFRESH_INTERVAL_MS 100
#define DETACH_AT_ITEMS 64

struct _ThimbleImageGrid
{
  AdwBin parent_instance;

  GtkScrolledWindow *scroller;
  GtkGridView *view;
  GMenuModel *context_menu;
  GtkPopover *popover; /* a child of the grid */

  ThimbleBatch *batch;         /* (nullable) until set up */
  ThimblePreviewer *previewer; /* (nullable) until set up */
  GtkSelectionModel *selection;
  ThimbleTextureCache *cache;
  ThimbleBoundCells *bound;
  guint look_source;           /* 0, or a look at what is in view is due */
  guint refresh_source;        /* 0, or states were repainted less than an interval ago */
  gboolean needs_refresh;      /* states have changed since they were repainted */
};

enum
{
  VIEWED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (ThimbleImageGrid, thimble_image_grid, ADW_TYPE_BIN)

static guint signals[N_SIGNALS];

/* The view binds thirty rows of as many cells as it may have side by side, and makes and measures
 * them all: it may have as many as fit, and it finds out itself how many that is.
 */
static void
thimble_image_grid_fit_columns (ThimbleImageGrid *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self->scroller));

  if (width > 0)
    gtk_grid_view_set_max_columns (self->view, (guint) MAX (width / THIMBLE_PICTURE_SIZE, 2));
}

static gboolean
look_cb (gpointer user_data)
{
  ThimbleImageGrid *self = user_data;
  guint first;
  guint n_items;

  self->look_source = 0;
  thimble_image_grid_fit_columns (self);
  if (thimble_bound_cells_load_pictures (self->bound, GTK_WIDGET (self->scroller), self->previewer,
                                         self->cache, &first, &n_items))
    g_signal_emit (self, signals[VIEWED], 0, first, n_items);
  return G_SOURCE_REMOVE;
}

static void
thimble_image_grid_queue_look (ThimbleImageGrid *self)
{
  if (self->look_source == 0 && self->previewer != NULL)
    self->look_source = g_timeout_add (LOOK_DELAY_MS, look_cb, self);
}

static void
scale_factor_changed_cb (ThimbleImageGrid *self)
{
  thimble_bound_cells_drop_pictures (self->bound);
  thimble_image_grid_queue_look (self);
}

static gboolean
refresh_cb (gpointer user_data)
{
  ThimbleImageGrid *self = user_data;

  if (!self->needs_refresh)
    {
      self->refresh_source = 0;
      return G_SOURCE_REMOVE;
    }

  self->needs_refresh = FALSE;
  thimble_bound_cells_refresh (self->bound);
  return G_SOURCE_CONTINUE;
}

static void
states_changed_cb (ThimbleImageGrid *self)
{
  if (self->refresh_source != 0)
    {
      self->needs_refresh = TRUE;
      return;
    }

  thimble_bound_cells_refresh (self->bound);
  self->refresh_source = g_timeout_add (REFRESH_INTERVAL_MS, refresh_cb, self);
}

static void
items_changed_cb (ThimbleImageGrid *self)
{
  if (thimble_batch_get_n_items (self->batch) == 0)
    thimble_texture_cache_clear (self->cache);
}

static void
cell_set_up_cb (GtkListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  gtk_list_item_set_child (list_item, thimble_image_cell_new ());
}

static void
cell_bound_cb (GtkListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  ThimbleImageGrid *self = THIMBLE_IMAGE_GRID (user_data);

  thimble_image_cell_bind (THIMBLE_IMAGE_CELL (gtk_list_item_get_child (list_item)),
                           gtk_list_item_get_item (list_item));
  thimble_bound_cells_add (self->bound, list_item);
  thimble_image_grid_queue_look (self);
}

static void
cell_unbound_cb (GtkListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  ThimbleImageGrid *self = THIMBLE_IMAGE_GRID (user_data);

  thimble_image_cell_unbind (THIMBLE_IMAGE_CELL (gtk_list_item_get_child (list_item)));
  thimble_bound_cells_remove (self->bound, list_item);
}

/* The thumbnail that was made of an item; the image itself where there is none. */
static char *
dup_path_to_show (ThimbleItem *item)
{
  ThimbleItemResult *result = thimble_item_get_result (item);

  if (result != NULL && result->n_outputs > 0 && result->outputs[0].path != NULL)
    return g_strdup (result->outputs[0].path);
  return thimble_origin_dup_path (thimble_item_get_origin (item));
}

static void
thimble_image_grid_open (ThimbleImageGrid *self, guint position)
{
  ThimbleItem *item = thimble_batch_peek (self->batch, position);
  g_autofree char *path = NULL;

  if (item == NULL)
    return;
  path = dup_path_to_show (item);
  thimble_file_opener_open (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), path);
}

static void
activated_cb (GtkGridView *view, guint position, gpointer user_data)
{
  thimble_image_grid_open (THIMBLE_IMAGE_GRID (user_data), position);
}

/* The first selected item, or an invalid position. */
static guint
thimble_image_grid_get_first_selected (ThimbleImageGrid *self)
{
  g_autoptr(GtkBitset) selected = gtk_selection_model_get_selection (self->selection);

  return gtk_bitset_is_empty (selected) ? GTK_INVALID_LIST_POSITION
                                        : gtk_bitset_get_minimum (selected);
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleImageGrid *self = THIMBLE_IMAGE_GRID (widget);

  thimble_image_grid_open (self, thimble_image_grid_get_first_selected (self));
}

static void
show_in_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleImageGrid *self = THIMBLE_IMAGE_GRID (widget);
  guint position = thimble_image_grid_get_first_selected (self);
  ThimbleItem *item = thimble_batch_peek (self->batch, position);
  g_autofree char *path = NULL;

  if (item == NULL)
    return;
  path = dup_path_to_show (item);
  thimble_file_opener_show_in_folder (GTK_WINDOW (gtk_widget_get_root (widget)), path);
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleImageGrid *self = THIMBLE_IMAGE_GRID (widget);
  g_autoptr(GtkBitset) current = gtk_selection_model_get_selection (self->selection);
  g_autoptr(GtkBitset) selected = gtk_bitset_copy (current);
  guint64 n_selected = gtk_bitset_get_size (selected);
  gboolean is_detached = n_selected >= DETACH_AT_ITEMS;

  if (n_selected == thimble_batch_get_n_items (self->batch))
    {
      thimble_batch_clear (self->batch);
      return;
    }

  /* The view does much at each change of its model; to begin anew is less than many changes. */
  if (is_detached)
    gtk_multi_selection_set_model (GTK_MULTI_SELECTION (self->selection), NULL);

  /* From the end, so that the positions before it stay what they were. */
  for (guint64 i = n_selected; i > 0; i--)
    thimble_batch_remove (self->batch, gtk_bitset_get_nth (selected, i - 1));

  if (is_detached)
    {
      gtk_multi_selection_set_model (GTK_MULTI_SELECTION (self->selection),
                                     G_LIST_MODEL (self->batch));
      gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u",
                                  MIN (gtk_bitset_get_minimum (selected),
                                       thimble_batch_get_n_items (self->batch) - 1));
    }
  gtk_widget_grab_focus (GTK_WIDGET (self->view)); /* or the next widget had it */
}

static void
selection_changed_cb (ThimbleImageGrid *self)
{
  gboolean has_selected
    = thimble_image_grid_get_first_selected (self) != GTK_INVALID_LIST_POSITION;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "grid.open", has_selected);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "grid.show-in-folder", has_selected);
}

static void
thimble_image_grid_pop_up (ThimbleImageGrid *self, double x, double y)
{
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);
  guint position = widget != NULL ? thimble_bound_cells_find_widget (self->bound, widget)
                                  : GTK_INVALID_LIST_POSITION;
  graphene_point_t point = GRAPHENE_POINT_INIT ((float) x, (float) y);
  graphene_point_t place;

  if (position == GTK_INVALID_LIST_POSITION
      || !gtk_widget_compute_point (GTK_WIDGET (self->view), GTK_WIDGET (self), &point, &place))
    return;

  if (!gtk_selection_model_is_selected (self->selection, position))
    gtk_selection_model_select_item (self->selection, position, TRUE);
  gtk_widget_grab_focus (
    gtk_widget_get_parent (thimble_bound_cells_find_position (self->bound, position)));
  gtk_popover_set_pointing_to (self->popover,
                               &(GdkRectangle){ (int) place.x, (int) place.y, 1, 1 });
  gtk_popover_popup (self->popover);
}

static void
secondary_pressed_cb (GtkGestureClick *gesture,
                      int n_press,
                      double x,
                      double y,
                      gpointer user_data)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  thimble_image_grid_pop_up (THIMBLE_IMAGE_GRID (user_data), x, y);
}

static void
long_pressed_cb (GtkGestureLongPress *gesture, double x, double y, gpointer user_data)
{
  thimble_image_grid_pop_up (THIMBLE_IMAGE_GRID (user_data), x, y);
}

/* The menu key: the menu comes up at the cell that has the focus, or at the selected one. */
static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ThimbleImageGrid *self = THIMBLE_IMAGE_GRID (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  guint position = focus != NULL ? thimble_bound_cells_find_widget (self->bound, focus)
                                 : GTK_INVALID_LIST_POSITION;
  GtkWidget *cell;
  graphene_rect_t bounds;

  if (position == GTK_INVALID_LIST_POSITION)
    position = thimble_image_grid_get_first_selected (self);
  cell = thimble_bound_cells_find_position (self->bound, position);
  if (cell != NULL && gtk_widget_compute_bounds (cell, GTK_WIDGET (self->view), &bounds))
    thimble_image_grid_pop_up (self, bounds.origin.x + bounds.size.width / 2,
                               bounds.origin.y + bounds.size.height / 2);
}

/* Tab leaves the grid, arrows move in it: the view itself would go through all cells, and who has
 * thousands would never come to the settings.
 */
static gboolean
thimble_image_grid_focus (GtkWidget *widget, GtkDirectionType direction)
{
  ThimbleImageGrid *self = THIMBLE_IMAGE_GRID (widget);

  if ((direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD)
      && gtk_widget_get_focus_child (widget) == GTK_WIDGET (self->scroller))
    return FALSE;
  return GTK_WIDGET_CLASS (thimble_image_grid_parent_class)->focus (widget, direction);
}

static void
thimble_image_grid_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (thimble_image_grid_parent_class)->map (widget);
  thimble_image_grid_queue_look (THIMBLE_IMAGE_GRID (widget));
}

static void
thimble_image_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GTK_WIDGET_CLASS (thimble_image_grid_parent_class)
    ->size_allocate (widget, width, height, baseline);
  thimble_image_grid_queue_look (THIMBLE_IMAGE_GRID (widget));
}

static void
thimble_image_grid_dispose (GObject *object)
{
  ThimbleImageGrid *self = THIMBLE_IMAGE_GRID (object);

  g_clear_handle_id (&self->look_source, g_source_remove);
  g_clear_handle_id (&self->refresh_source, g_source_remove);
  g_clear_pointer ((GtkWidget **) &self->popover, gtk_widget_unparent);
  g_clear_object (&self->previewer);
  g_clear_object (&self->batch);

  G_OBJECT_CLASS (thimble_image_grid_parent_class)->dispose (object);
}

static void
thimble_image_grid_finalize (GObject *object)
{
  ThimbleImageGrid *self = THIMBLE_IMAGE_GRID (object);

  g_clear_object (&self->selection);
  g_clear_object (&self->cache);
  thimble_bound_cells_free (self->bound);

  G_OBJECT_CLASS (thimble_image_grid_parent_class)->finalize (object);
}

static void
thimble_image_grid_class_init (ThimbleImageGridClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = thimble_image_grid_dispose;
  object_class->finalize = thimble_image_grid_finalize;
  widget_class->focus = thimble_image_grid_focus;
  widget_class->map = thimble_image_grid_map;
  widget_class->size_allocate = thimble_image_grid_size_allocate;

  signals[VIEWED] = g_signal_new ("viewed", THIMBLE_TYPE_IMAGE_GRID, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);

  gtk_widget_class_install_action (widget_class, "grid.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "grid.show-in-folder", NULL,
                                   show_in_folder_action);
  gtk_widget_class_install_action (widget_class, "grid.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "grid.menu", NULL, menu_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "grid.remove", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "grid.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "grid.menu",
                                       NULL);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/thimble/Thimble/thimble-image-grid.ui");
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageGrid, scroller);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageGrid, view);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageGrid, context_menu);
  gtk_widget_class_bind_template_callback (widget_class, cell_set_up_cb);
  gtk_widget_class_bind_template_callback (widget_class, cell_bound_cb);
  gtk_widget_class_bind_template_callback (widget_class, cell_unbound_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, secondary_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, long_pressed_cb);
}

static void
thimble_image_grid_init (ThimbleImageGrid *self)
{
  GtkAdjustment *adjustment;

  self->bound = thimble_bound_cells_new ();
  self->cache = thimble_texture_cache_new (THIMBLE_TEXTURE_CACHE_MAX_BYTES);
  gtk_widget_init_template (GTK_WIDGET (self));

  self->popover = GTK_POPOVER (gtk_popover_menu_new_from_model (self->context_menu));
  gtk_popover_set_has_arrow (self->popover, FALSE);
  gtk_widget_set_halign (GTK_WIDGET (self->popover), GTK_ALIGN_START);
  gtk_widget_set_parent (GTK_WIDGET (self->popover), GTK_WIDGET (self));
  g_signal_connect_object (self->popover, "closed", G_CALLBACK (gtk_widget_grab_focus),
                           self->view, G_CONNECT_SWAPPED);

  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (adjustment, "value-changed",
                           G_CALLBACK (thimble_image_grid_queue_look), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed",
                           G_CALLBACK (thimble_image_grid_queue_look), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (scale_factor_changed_cb), NULL);
}

/**
 * thimble_image_grid_set_up:
 * @batch: what to show
 * @previewer: who makes the pictures
 *
 * Shows a batch. Called once.
 */
void
thimble_image_grid_set_up (ThimbleImageGrid *self,
                           ThimbleBatch *batch,
                           ThimblePreviewer *previewer)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_GRID (self));
  g_return_if_fail (THIMBLE_IS_BATCH (batch));
  g_return_if_fail (THIMBLE_IS_PREVIEWER (previewer));
  g_return_if_fail (self->batch == NULL);

  self->batch = g_object_ref (batch);
  self->previewer = g_object_ref (previewer);
  self->selection
    = GTK_SELECTION_MODEL (gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (batch))));
  gtk_grid_view_set_model (self->view, self->selection);

  g_signal_connect_object (batch, "changed-states", G_CALLBACK (states_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (batch, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "selection-changed",
                           G_CALLBACK (selection_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed",
                           G_CALLBACK (selection_changed_cb), self, G_CONNECT_SWAPPED);
  selection_changed_cb (self);
}

/**
 * thimble_image_grid_set_can_remove:
 * @can_remove: whether items may be removed now
 */
void
thimble_image_grid_set_can_remove (ThimbleImageGrid *self, gboolean can_remove)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_GRID (self));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "grid.remove", can_remove);
}

/**
 * thimble_image_grid_select:
 * @position: of the item in the batch
 *
 * Selects one item, and no other.
 */
void
thimble_image_grid_select (ThimbleImageGrid *self, guint position)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_GRID (self));
  g_return_if_fail (self->selection != NULL);

  gtk_selection_model_select_item (self->selection, position, TRUE);
}
