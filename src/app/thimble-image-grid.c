/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A GtkGridView over a batch. Soon after anything moved, the cells in view load their pictures. States
 * change thousands of times a second in a run; cells show them ten times, the filter looks once. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-image-grid.h"

#include "thimble-bound-cells.h"
#include "thimble-grid-actions.h"
#include "thimble-grid-menu.h"
#include "thimble-throttle.h"

#define LOOK_DELAY_MS 16
#define REPAINT_INTERVAL_MS 100
#define REFILTER_INTERVAL_MS 1000

struct _ThimbleImageGrid
{
  AdwBin parent_instance;

  GtkScrolledWindow *scroller;
  GtkGridView *view;
  GtkWidget *nothing_page; /* lies over the view while nothing matches */
  GMenuModel *context_menu;

  ThimbleBatch *batch;         /* (nullable) until set up */
  ThimblePreviewer *previewer; /* (nullable) until set up */
  ThimbleImageList *list;      /* (nullable) until set up */
  ThimbleTextureCache *cache;
  ThimbleBoundCells *bound;
  ThimbleGridMenu *menu;
  int zoom;                /* 0 to THIMBLE_MAX_ZOOM */
  gboolean can_change;     /* items may be removed, and tried again */
  gboolean has_results;    /* the first of a run are shown at once */
  guint look_source;       /* 0, or a look at what is in view is due */
  ThimbleThrottle *repaint;  /* has cells show new states */
  ThimbleThrottle *refilter; /* has the list look at new states; from the set-up on */
};

enum
{
  PROP_0,
  PROP_ZOOM,
  N_PROPS
};

enum
{
  VIEWED,
  ACTIVATED,
  RETRY_REQUESTED,
  REMOVE_REQUESTED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (ThimbleImageGrid, thimble_image_grid, ADW_TYPE_BIN)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* The squares of the zoom levels, in CSS pixels. */
static const int sizes[THIMBLE_MAX_ZOOM + 1] = { 64, 96, THIMBLE_IMAGE_CELL_SIZE, 208, 288 };

static void
thimble_image_grid_fit_columns (ThimbleImageGrid *self)
{
  thimble_bound_cells_fit_columns (self->view, gtk_widget_get_width (GTK_WIDGET (self->scroller)),
                                   sizes[self->zoom]);
}

static gboolean
look_cb (gpointer user_data)
{
  ThimbleImageGrid *self = user_data;
  g_autoptr(GPtrArray) items = NULL;

  self->look_source = 0;
  thimble_image_grid_fit_columns (self);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return G_SOURCE_REMOVE;
  items = thimble_bound_cells_load_pictures (self->bound, GTK_WIDGET (self->scroller),
                                             self->previewer, self->cache);
  g_signal_emit (self, signals[VIEWED], 0, items);
  return G_SOURCE_REMOVE;
}

static void
thimble_image_grid_queue_look (ThimbleImageGrid *self)
{
  if (self->look_source == 0 && self->previewer != NULL)
    self->look_source = g_timeout_add (LOOK_DELAY_MS, look_cb, self);
}

static void
repaint (ThimbleImageGrid *self)
{
  if (thimble_bound_cells_refresh (self->bound))
    thimble_image_grid_queue_look (self);
}

static void
scale_factor_changed_cb (ThimbleImageGrid *self)
{
  thimble_bound_cells_drop_pictures (self->bound);
  thimble_image_grid_queue_look (self);
}

static void
states_changed_cb (ThimbleImageGrid *self)
{
  gboolean had_results = self->has_results;

  self->has_results = thimble_batch_count (self->batch, THIMBLE_ITEM_DONE) > 0;
  if (self->has_results && !had_results)
    thimble_throttle_call_now (self->repaint);
  else
    thimble_throttle_call (self->repaint);
  thimble_throttle_call (self->refilter);
}

static void
batch_changed_cb (ThimbleImageGrid *self)
{
  if (thimble_batch_get_n_items (self->batch) == 0)
    thimble_texture_cache_clear (self->cache);
}

static void
update_actions (ThimbleImageGrid *self)
{
  thimble_grid_actions_update (self, self->can_change);
}

static void
list_changed_cb (ThimbleImageGrid *self)
{
  gtk_widget_set_visible (self->nothing_page, thimble_image_list_get_n_items (self->list) == 0
                                                && thimble_batch_get_n_items (self->batch) > 0);
  update_actions (self);
  thimble_image_grid_queue_look (self);
}

static void
cell_set_up_cb (GtkListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  GtkWidget *cell = thimble_image_cell_new ();

  thimble_grid_actions_add_drag_source (THIMBLE_IMAGE_GRID (user_data), cell);
  gtk_list_item_set_child (list_item, cell);
}

static void
cell_bound_cb (GtkListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  ThimbleImageGrid *self = THIMBLE_IMAGE_GRID (user_data);
  ThimbleImageCell *cell = THIMBLE_IMAGE_CELL (gtk_list_item_get_child (list_item));

  thimble_image_cell_set_size (cell, sizes[self->zoom]);
  thimble_image_cell_bind (cell, gtk_list_item_get_item (list_item));
  thimble_bound_cells_add (self->bound, list_item);
}

static void
cell_unbound_cb (GtkListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  thimble_image_cell_unbind (THIMBLE_IMAGE_CELL (gtk_list_item_get_child (list_item)));
  thimble_bound_cells_remove (THIMBLE_IMAGE_GRID (user_data)->bound, list_item);
}

static void
activated_cb (GtkGridView *view, guint position, gpointer user_data)
{
  g_signal_emit (user_data, signals[ACTIVATED], 0, position);
}

static gboolean
scrolled_cb (GtkEventControllerScroll *controller, double dx, double dy, gpointer user_data)
{
  ThimbleImageGrid *self = THIMBLE_IMAGE_GRID (user_data);
  GdkModifierType state
    = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if ((state & GDK_CONTROL_MASK) == 0)
    return GDK_EVENT_PROPAGATE;
  thimble_image_grid_set_zoom (self, CLAMP (self->zoom + (dy < 0 ? 1 : -1), 0, THIMBLE_MAX_ZOOM));
  return GDK_EVENT_STOP;
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  thimble_grid_menu_pop_up_at_focus (THIMBLE_IMAGE_GRID (widget)->menu);
}

/* Tab leaves the grid, arrows move in it: the view itself would go through all cells, and who has
 * thousands would never come to the settings. */
static gboolean
thimble_image_grid_focus (GtkWidget *widget, GtkDirectionType direction)
{
  if ((direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD)
      && gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  return GTK_WIDGET_CLASS (thimble_image_grid_parent_class)->focus (widget, direction);
}

static void
thimble_image_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GTK_WIDGET_CLASS (thimble_image_grid_parent_class)
    ->size_allocate (widget, width, height, baseline);
  thimble_image_grid_queue_look (THIMBLE_IMAGE_GRID (widget));
}

/* By now all is laid out, and what came into view is known. */
static void
thimble_image_grid_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ThimbleImageGrid *self = THIMBLE_IMAGE_GRID (widget);

  if (thimble_bound_cells_draw (self->bound, GTK_WIDGET (self->scroller)))
    thimble_image_grid_queue_look (self);
  GTK_WIDGET_CLASS (thimble_image_grid_parent_class)->snapshot (widget, snapshot);
}

static void
thimble_image_grid_dispose (GObject *object)
{
  ThimbleImageGrid *self = THIMBLE_IMAGE_GRID (object);

  g_clear_handle_id (&self->look_source, g_source_remove);
  g_clear_pointer (&self->repaint, thimble_throttle_free);
  g_clear_pointer (&self->refilter, thimble_throttle_free);
  g_clear_pointer (&self->menu, thimble_grid_menu_free);
  g_clear_object (&self->previewer);
  g_clear_object (&self->batch);

  G_OBJECT_CLASS (thimble_image_grid_parent_class)->dispose (object);
}

static void
thimble_image_grid_finalize (GObject *object)
{
  ThimbleImageGrid *self = THIMBLE_IMAGE_GRID (object);

  g_clear_object (&self->list);
  g_clear_object (&self->cache);
  thimble_bound_cells_free (self->bound);

  G_OBJECT_CLASS (thimble_image_grid_parent_class)->finalize (object);
}

static void
thimble_image_grid_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_ZOOM:
      g_value_set_int (value, THIMBLE_IMAGE_GRID (object)->zoom);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thimble_image_grid_set_property (GObject *object,
                                 guint id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_ZOOM:
      thimble_image_grid_set_zoom (THIMBLE_IMAGE_GRID (object), g_value_get_int (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thimble_image_grid_bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/thimble/Thimble/thimble-image-grid.ui");
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageGrid, scroller);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageGrid, view);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageGrid, nothing_page);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageGrid, context_menu);
  gtk_widget_class_bind_template_callback (widget_class, cell_set_up_cb);
  gtk_widget_class_bind_template_callback (widget_class, cell_bound_cb);
  gtk_widget_class_bind_template_callback (widget_class, cell_unbound_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, scrolled_cb);
}

static void
thimble_image_grid_class_init (ThimbleImageGridClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = thimble_image_grid_dispose;
  object_class->finalize = thimble_image_grid_finalize;
  object_class->get_property = thimble_image_grid_get_property;
  object_class->set_property = thimble_image_grid_set_property;
  widget_class->focus = thimble_image_grid_focus;
  widget_class->size_allocate = thimble_image_grid_size_allocate;
  widget_class->snapshot = thimble_image_grid_snapshot;

  properties[PROP_ZOOM] = g_param_spec_int (
    "zoom", NULL, NULL, 0, THIMBLE_MAX_ZOOM, THIMBLE_DEFAULT_ZOOM,
    G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[VIEWED] = g_signal_new ("viewed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[ACTIVATED] = g_signal_new ("activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[RETRY_REQUESTED] = g_signal_new ("retry-requested", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[REMOVE_REQUESTED] = g_signal_new ("remove-requested", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                            NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  thimble_grid_actions_install (widget_class);
  gtk_widget_class_install_action (widget_class, "grid.menu", NULL, menu_action);
  thimble_image_grid_bind_template (widget_class);
}

static void
connect_to (ThimbleImageGrid *self, gpointer object, const char *signal, GCallback callback)
{
  g_signal_connect_object (object, signal, callback, self, G_CONNECT_SWAPPED);
}

static void
thimble_image_grid_init (ThimbleImageGrid *self)
{
  GtkAdjustment *adjustment;

  self->zoom = THIMBLE_DEFAULT_ZOOM;
  self->bound = thimble_bound_cells_new ();
  self->repaint = thimble_throttle_new (REPAINT_INTERVAL_MS, (ThimbleThrottled) repaint, self);
  self->cache = thimble_texture_cache_new (THIMBLE_TEXTURE_CACHE_MAX_BYTES);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->menu
    = thimble_grid_menu_new (GTK_WIDGET (self), self->view, self->bound, self->context_menu);
  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  connect_to (self, adjustment, "value-changed", G_CALLBACK (thimble_image_grid_queue_look));
  connect_to (self, adjustment, "changed", G_CALLBACK (thimble_image_grid_queue_look));
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
  GtkSelectionModel *selection;

  g_return_if_fail (THIMBLE_IS_IMAGE_GRID (self));
  g_return_if_fail (THIMBLE_IS_BATCH (batch));
  g_return_if_fail (THIMBLE_IS_PREVIEWER (previewer));
  g_return_if_fail (self->batch == NULL);

  self->batch = g_object_ref (batch);
  self->previewer = g_object_ref (previewer);
  self->list = thimble_image_list_new (batch);
  self->refilter = thimble_throttle_new (REFILTER_INTERVAL_MS,
                                         (ThimbleThrottled) thimble_image_list_refilter,
                                         self->list);
  selection = thimble_image_list_get_selection (self->list);
  gtk_grid_view_set_model (self->view, thimble_image_list_get_view_model (self->list));

  connect_to (self, batch, "changed-states", G_CALLBACK (states_changed_cb));
  connect_to (self, batch, "items-changed", G_CALLBACK (batch_changed_cb));
  connect_to (self, selection, "selection-changed", G_CALLBACK (update_actions));
  connect_to (self, selection, "items-changed", G_CALLBACK (list_changed_cb));
  list_changed_cb (self);
}

/**
 * thimble_image_grid_get_list:
 *
 * Returns: (transfer none): what is shown, and in which order
 */
ThimbleImageList *
thimble_image_grid_get_list (ThimbleImageGrid *self)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_GRID (self), NULL);

  return self->list;
}

/**
 * thimble_image_grid_get_previewer:
 *
 * Returns: (transfer none): who makes the pictures
 */
ThimblePreviewer *
thimble_image_grid_get_previewer (ThimbleImageGrid *self)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_GRID (self), NULL);

  return self->previewer;
}

/**
 * thimble_image_grid_find_cell:
 * @cell: a cell, or what is in it
 *
 * Returns: which position it shows, or %GTK_INVALID_LIST_POSITION
 */
guint
thimble_image_grid_find_cell (ThimbleImageGrid *self, GtkWidget *cell)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_GRID (self), GTK_INVALID_LIST_POSITION);

  return thimble_bound_cells_find_widget (self->bound, cell);
}

/**
 * thimble_image_grid_set_can_change:
 * @can_change: whether items may be removed and tried again now
 */
void
thimble_image_grid_set_can_change (ThimbleImageGrid *self, gboolean can_change)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_GRID (self));
  g_return_if_fail (self->list != NULL);

  self->can_change = can_change;
  update_actions (self);
}

/**
 * thimble_image_grid_select:
 * @position: of the item in what is shown
 *
 * Selects one item, and no other, brings it into view and gives it the keyboard.
 */
void
thimble_image_grid_select (ThimbleImageGrid *self, guint position)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_GRID (self));
  g_return_if_fail (self->list != NULL);

  thimble_image_list_select (self->list, position);
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
  thimble_bound_cells_focus (self->bound, position);
}

/**
 * thimble_image_grid_set_zoom:
 * @zoom: 0 to %THIMBLE_MAX_ZOOM
 *
 * Sets how large the pictures are.
 */
void
thimble_image_grid_set_zoom (ThimbleImageGrid *self, int zoom)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_GRID (self));
  g_return_if_fail (zoom >= 0 && zoom <= THIMBLE_MAX_ZOOM);

  if (self->zoom == zoom)
    return;
  self->zoom = zoom;
  thimble_bound_cells_set_size (self->bound, sizes[zoom]);
  thimble_image_grid_fit_columns (self);
  thimble_image_grid_queue_look (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ZOOM]);
}

/**
 * thimble_image_grid_get_zoom:
 *
 * Returns: 0 to %THIMBLE_MAX_ZOOM
 */
int
thimble_image_grid_get_zoom (ThimbleImageGrid *self)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_GRID (self), THIMBLE_DEFAULT_ZOOM);

  return self->zoom;
}
