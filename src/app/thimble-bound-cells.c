/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GtkGridView binds hundreds of cells that can't be seen. What is bound is kept here, so that what
 * is to be done with all of them, or with those in view, takes one pass over a few hundred
 * pointers.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-bound-cells.h"

struct _ThimbleBoundCells
{
  GPtrArray *list_items; /* GtkListItem, none owned: each is in here from bind to unbind */
};

static ThimbleImageCell *
get_cell (ThimbleBoundCells *self, guint index)
{
  return THIMBLE_IMAGE_CELL (
    gtk_list_item_get_child (g_ptr_array_index (self->list_items, index)));
}

static guint
get_position (ThimbleBoundCells *self, guint index)
{
  return gtk_list_item_get_position (g_ptr_array_index (self->list_items, index));
}

/* Last positions first. */
static int
compare_positions (gconstpointer a, gconstpointer b)
{
  guint one = gtk_list_item_get_position (*(GtkListItem *const *) a);
  guint other = gtk_list_item_get_position (*(GtkListItem *const *) b);

  return one < other ? 1 : one > other ? -1 : 0;
}

/* Whether a cell is in view, or less than half a page away from it. */
static gboolean
is_near_view (GtkWidget *cell, GtkWidget *viewport)
{
  double page = gtk_widget_get_height (viewport);
  graphene_rect_t bounds;

  return gtk_widget_get_mapped (cell) && gtk_widget_compute_bounds (cell, viewport, &bounds)
         && bounds.origin.y < page * 1.5
         && bounds.origin.y + bounds.size.height > page * -0.5;
}

/**
 * thimble_bound_cells_new:
 *
 * Returns: (transfer full): none yet
 */
ThimbleBoundCells *
thimble_bound_cells_new (void)
{
  ThimbleBoundCells *self = g_new0 (ThimbleBoundCells, 1);

  self->list_items = g_ptr_array_new ();
  return self;
}

/**
 * thimble_bound_cells_free:
 * @self: (transfer full): what to let go
 */
void
thimble_bound_cells_free (ThimbleBoundCells *self)
{
  g_ptr_array_unref (self->list_items);
  g_free (self);
}

/**
 * thimble_bound_cells_add:
 * @list_item: whose child is a #ThimbleImageCell and has been bound
 */
void
thimble_bound_cells_add (ThimbleBoundCells *self, GtkListItem *list_item)
{
  g_assert (THIMBLE_IS_IMAGE_CELL (gtk_list_item_get_child (list_item)));

  g_ptr_array_add (self->list_items, list_item);
}

/**
 * thimble_bound_cells_remove:
 * @list_item: that is being unbound
 */
void
thimble_bound_cells_remove (ThimbleBoundCells *self, GtkListItem *list_item)
{
  g_ptr_array_remove_fast (self->list_items, list_item);
}

/**
 * thimble_bound_cells_refresh:
 *
 * Has all cells show the states that their items have now.
 *
 * Returns: whether a cell could load a picture now, and could not before
 */
gboolean
thimble_bound_cells_refresh (ThimbleBoundCells *self)
{
  gboolean wants_picture = FALSE;

  for (guint i = 0; i < self->list_items->len; i++)
    {
      thimble_image_cell_refresh (get_cell (self, i));
      wants_picture |= thimble_image_cell_wants_picture (get_cell (self, i));
    }
  return wants_picture;
}

/**
 * thimble_bound_cells_drop_pictures:
 *
 * Has all cells let go of their pictures.
 */
void
thimble_bound_cells_drop_pictures (ThimbleBoundCells *self)
{
  for (guint i = 0; i < self->list_items->len; i++)
    thimble_image_cell_drop_picture (get_cell (self, i));
}

/**
 * thimble_bound_cells_set_size:
 * @size: of the pictures' squares, in CSS pixels
 *
 * Sets how large all cells are.
 */
void
thimble_bound_cells_set_size (ThimbleBoundCells *self, int size)
{
  for (guint i = 0; i < self->list_items->len; i++)
    thimble_image_cell_set_size (get_cell (self, i), size);
}

/**
 * thimble_bound_cells_fit_columns:
 * @view: that binds the cells
 * @width: of the view, in CSS pixels
 * @size: of the pictures' squares, likewise
 *
 * The view binds thirty rows of as many cells as it may have side by side, and makes and measures
 * them all: it may have as many as fit, and it finds out itself how many that is.
 */
void
thimble_bound_cells_fit_columns (GtkGridView *view, int width, int size)
{
  guint n_columns = (guint) MAX (width / size, 1);

  if (width <= 0)
    return;
  gtk_grid_view_set_min_columns (view, MIN (n_columns, 2));
  gtk_grid_view_set_max_columns (view, MAX (n_columns, 2));
}

/**
 * thimble_bound_cells_draw:
 * @viewport: what cells are seen through, laid out
 *
 * Has cells in view and near it drawn.
 *
 * Returns: whether one of them has not been asked for its picture yet
 */
gboolean
thimble_bound_cells_draw (ThimbleBoundCells *self, GtkWidget *viewport)
{
  gboolean lacks_picture = FALSE;

  for (guint i = 0; i < self->list_items->len; i++)
    {
      ThimbleImageCell *cell = get_cell (self, i);

      gboolean is_near = is_near_view (GTK_WIDGET (cell), viewport);

      thimble_image_cell_set_in_view (cell, is_near);
      lacks_picture |= is_near && thimble_image_cell_lacks_picture (cell);
    }
  return lacks_picture;
}

/**
 * thimble_bound_cells_load_pictures:
 * @viewport: what cells are seen through
 * @previewer: who makes pictures
 * @cache: where they are kept
 *
 * Has cells in view and near it load their pictures, and the others let go of theirs. What is asked
 * for last is made first, so they are asked from the last to the first.
 *
 * Returns: (transfer full) (element-type ThimbleItem): the items of these cells, from the last
 */
GPtrArray *
thimble_bound_cells_load_pictures (ThimbleBoundCells *self,
                                   GtkWidget *viewport,
                                   ThimblePreviewer *previewer,
                                   ThimbleTextureCache *cache)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_sort (self->list_items, compare_positions);
  for (guint i = 0; i < self->list_items->len; i++)
    {
      if (!is_near_view (GTK_WIDGET (get_cell (self, i)), viewport))
        {
          thimble_image_cell_drop_picture (get_cell (self, i));
          continue;
        }
      thimble_image_cell_load_picture (get_cell (self, i), previewer, cache);
      g_ptr_array_add (items, g_object_ref (thimble_image_cell_get_item (get_cell (self, i))));
    }
  return items;
}

/**
 * thimble_bound_cells_find_widget:
 * @widget: any
 *
 * Returns: the position of the cell that the widget is, is in, or is the grid's frame of; or
 *   %GTK_INVALID_LIST_POSITION
 */
guint
thimble_bound_cells_find_widget (ThimbleBoundCells *self, GtkWidget *widget)
{
  for (guint i = 0; i < self->list_items->len; i++)
    {
      GtkWidget *cell = GTK_WIDGET (get_cell (self, i));

      if (widget == cell || gtk_widget_is_ancestor (widget, cell)
          || widget == gtk_widget_get_parent (cell))
        return get_position (self, i);
    }

  return GTK_INVALID_LIST_POSITION;
}

/**
 * thimble_bound_cells_find_position:
 * @position: of an item
 *
 * Returns: (transfer none) (nullable): the cell that shows it
 */
GtkWidget *
thimble_bound_cells_find_position (ThimbleBoundCells *self, guint position)
{
  for (guint i = 0; i < self->list_items->len; i++)
    if (get_position (self, i) == position)
      return GTK_WIDGET (get_cell (self, i));

  return NULL;
}

/**
 * thimble_bound_cells_focus:
 * @position: of an item
 *
 * Gives the keyboard to the view's widget around the cell that shows it, if there is one.
 */
void
thimble_bound_cells_focus (ThimbleBoundCells *self, guint position)
{
  GtkWidget *cell = thimble_bound_cells_find_position (self, position);

  if (cell != NULL)
    gtk_widget_grab_focus (gtk_widget_get_parent (cell));
}
