/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A menu that comes up at a cell selects the cell, unless it is one of several that are selected,
 * and gives it the focus, so that the keyboard goes on from there when the menu closes.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-grid-menu.h"

struct _ThimbleGridMenu
{
  GtkWidget *grid;          /* not owned: it owns this */
  GtkGridView *view;        /* not owned, in the grid */
  ThimbleBoundCells *bound; /* not owned, the grid's */
  GtkPopover *popover;      /* a child of the grid */
};

/* Shows the menu for the cell at a point of the view, if there is one. */
static void
thimble_grid_menu_pop_up (ThimbleGridMenu *self, double x, double y)
{
  GtkSelectionModel *selection = gtk_grid_view_get_model (self->view);
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);
  guint position = widget != NULL ? thimble_bound_cells_find_widget (self->bound, widget)
                                  : GTK_INVALID_LIST_POSITION;
  graphene_point_t point = GRAPHENE_POINT_INIT ((float) x, (float) y);
  graphene_point_t place;

  if (position == GTK_INVALID_LIST_POSITION
      || !gtk_widget_compute_point (GTK_WIDGET (self->view), self->grid, &point, &place))
    return;

  if (!gtk_selection_model_is_selected (selection, position))
    gtk_selection_model_select_item (selection, position, TRUE);
  thimble_bound_cells_focus (self->bound, position);
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
  thimble_grid_menu_pop_up (user_data, x, y);
}

static void
long_pressed_cb (GtkGestureLongPress *gesture, double x, double y, gpointer user_data)
{
  thimble_grid_menu_pop_up (user_data, x, y);
}

/**
 * thimble_grid_menu_new:
 * @grid: the actions' widget
 * @view: whose cells it is for
 * @bound: the view's cells
 * @menu: what to choose from
 *
 * Returns: (transfer full): a menu, which comes up at a secondary press and at a long one
 */
ThimbleGridMenu *
thimble_grid_menu_new (GtkWidget *grid,
                       GtkGridView *view,
                       ThimbleBoundCells *bound,
                       GMenuModel *menu)
{
  ThimbleGridMenu *self = g_new0 (ThimbleGridMenu, 1);
  GtkGesture *press;
  GtkGesture *long_press;

  self->grid = grid;
  self->view = view;
  self->bound = bound;
  self->popover = GTK_POPOVER (gtk_popover_menu_new_from_model (menu));
  gtk_popover_set_has_arrow (self->popover, FALSE);
  gtk_widget_set_halign (GTK_WIDGET (self->popover), GTK_ALIGN_START);
  gtk_widget_set_parent (GTK_WIDGET (self->popover), grid);
  g_signal_connect_object (self->popover, "closed", G_CALLBACK (gtk_widget_grab_focus), view,
                           G_CONNECT_SWAPPED);

  press = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (press), GDK_BUTTON_SECONDARY);
  g_signal_connect (press, "pressed", G_CALLBACK (secondary_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (view), GTK_EVENT_CONTROLLER (press));
  long_press = gtk_gesture_long_press_new ();
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (long_press), TRUE);
  g_signal_connect (long_press, "pressed", G_CALLBACK (long_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (view), GTK_EVENT_CONTROLLER (long_press));
  return self;
}

/**
 * thimble_grid_menu_free:
 * @self: (transfer full): what to let go, while the grid is still there
 */
void
thimble_grid_menu_free (ThimbleGridMenu *self)
{
  gtk_widget_unparent (GTK_WIDGET (self->popover));
  g_free (self);
}

/**
 * thimble_grid_menu_pop_up_at_focus:
 *
 * Shows the menu for the cell that has the focus, or for the first selected one.
 */
void
thimble_grid_menu_pop_up_at_focus (ThimbleGridMenu *self)
{
  g_autoptr(GtkBitset) selected
    = gtk_selection_model_get_selection (gtk_grid_view_get_model (self->view));
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (self->grid));
  guint position = focus != NULL ? thimble_bound_cells_find_widget (self->bound, focus)
                                 : GTK_INVALID_LIST_POSITION;
  GtkWidget *cell;
  graphene_rect_t bounds;

  if (position == GTK_INVALID_LIST_POSITION && !gtk_bitset_is_empty (selected))
    position = gtk_bitset_get_minimum (selected);
  cell = thimble_bound_cells_find_position (self->bound, position);
  if (cell != NULL && gtk_widget_compute_bounds (cell, GTK_WIDGET (self->view), &bounds))
    thimble_grid_menu_pop_up (self, bounds.origin.x + bounds.size.width / 2,
                              bounds.origin.y + bounds.size.height / 2);
}
