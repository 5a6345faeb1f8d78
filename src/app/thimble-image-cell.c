/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The grid binds hundreds of cells that nobody sees, so a bind only takes two texts; the cell is drawn
 * when it comes into view. The picture is asked for when the grid finds the cell in view, and let go
 * when it is out of view; a picture that comes late, for what the cell showed before, is dropped
 * because its request was cancelled.
 *
 * A cell does not listen to its item: the grid calls refresh on all cells, at most ten times a
 * second, and a cell that has nothing new does nothing. Nothing that a cell shows changes its size.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-image-cell.h"

#include "thimble-cell-drawing.h"
#include "thimble-item-actions.h"
#include "thimble-item-words.h"

#define ICON_WITHOUT_PICTURE "image-x-generic-symbolic"

struct _ThimbleImageCell
{
  GtkWidget parent_instance;

  ThimbleCellDrawing drawing;      /* what is shown; its texts and texture are owned by the cell */
  gboolean is_in_view;             /* or near it; elsewhere nothing is drawn */
  ThimbleItem *item;               /* (nullable): what is bound */
  char *name;                      /* (nullable): of the item, UTF-8 */
  char *status;                    /* (nullable): the line below it */
  GdkTexture *texture;             /* (nullable) */
  ThimbleItemResult *shown_result; /* (nullable): what the status tells */
  guint64 shown_bytes;             /* of a link, likewise */
  gboolean waits_for_file;         /* the picture was asked for, and is not downloaded */
  GCancellable *request;           /* (nullable): since the picture was asked for; kept when it
                                    * has come, so that it is asked for once */
};

G_DEFINE_FINAL_TYPE (ThimbleImageCell, thimble_image_cell, GTK_TYPE_WIDGET)

/* How much of a link's file is here, from 0 to 1, or negative where that is not known. */
static double
get_progress (ThimbleItem *item)
{
  guint64 n_bytes = thimble_item_get_n_bytes_in_all (item);

  if (thimble_item_get_state (item) != THIMBLE_ITEM_DOWNLOADING || n_bytes == 0)
    return -1;
  return MIN (1, (double) thimble_item_get_n_bytes_received (item) / n_bytes);
}

/* The grid's own widget around the cell has the focus, so a screen reader asks it, not the cell, which
 * is only its picture. To name both would take most of the time of a bind. */
static void
thimble_image_cell_update_accessible (ThimbleImageCell *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  const char *word = thimble_item_state_get_word (self->drawing.state);
  g_autofree char *label = NULL;

  if (self->drawing.state == THIMBLE_ITEM_FAILED)
    label = g_strdup_printf ("%s, %s, %s", self->name, word, self->status);
  else
    label = g_strdup_printf ("%s, %s", self->name, word);

  if (parent != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
thimble_image_cell_show_state (ThimbleImageCell *self)
{
  g_free (self->status);
  self->status = thimble_item_describe_status (self->item, self->name);
  self->drawing.status = self->status;
  self->drawing.state = thimble_item_get_state (self->item);
  self->drawing.progress = get_progress (self->item);
  self->shown_bytes = thimble_item_get_n_bytes_received (self->item);
  g_clear_pointer (&self->shown_result, thimble_item_result_unref);
  if (thimble_item_get_result (self->item) != NULL)
    self->shown_result = thimble_item_result_ref (thimble_item_get_result (self->item));

  thimble_image_cell_update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
thimble_image_cell_show_picture (ThimbleImageCell *self, GdkTexture *texture, const char *icon_name)
{
  g_set_object (&self->texture, texture);
  self->drawing.texture = texture;
  self->drawing.icon_name = icon_name;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* What a request for a picture carries. */
typedef struct
{
  ThimbleImageCell *cell;
  ThimbleTextureCache *cache;
  ThimbleOrigin *origin;
  GCancellable *request;
  guint size_px;
} PictureRequest;

static void
picture_request_free (PictureRequest *self)
{
  g_object_unref (self->cell);
  g_object_unref (self->cache);
  thimble_origin_unref (self->origin);
  g_object_unref (self->request);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PictureRequest, picture_request_free)

static void
picture_requested_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(PictureRequest) request = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(ThimblePreview) preview = NULL;
  g_autoptr(GdkTexture) texture = NULL;
  gboolean is_current = request->cell->request == request->request;

  preview = thimble_previewer_request_finish (THIMBLE_PREVIEWER (object), result, &error);
  if (preview == NULL)
    {
      if (is_current && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        thimble_image_cell_show_picture (request->cell, NULL, "image-missing-symbolic");
      return;
    }

  texture = gdk_memory_texture_new (preview->width, preview->height,
                                    GDK_MEMORY_R8G8B8A8_PREMULTIPLIED, preview->pixels,
                                    (gsize) preview->width * 4);
  thimble_texture_cache_insert (request->cache, request->origin, request->size_px, texture);
  if (is_current)
    thimble_image_cell_show_picture (request->cell, texture, ICON_WITHOUT_PICTURE);
}

/* Both lines in full. They are put together when they are wanted: to set a tooltip's text asks the
 * X server each time where the pointer is, which is too much for a bind.
 */
static gboolean
thimble_image_cell_query_tooltip (GtkWidget *widget,
                                  int x,
                                  int y,
                                  gboolean keyboard_tooltip,
                                  GtkTooltip *tooltip)
{
  ThimbleImageCell *self = THIMBLE_IMAGE_CELL (widget);
  g_autofree char *text = NULL;

  if (self->item == NULL)
    return FALSE;

  text = g_strdup_printf ("%s\n%s", self->name, self->status);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
thimble_image_cell_measure (GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  int size = THIMBLE_IMAGE_CELL (widget)->drawing.size;

  if (orientation == GTK_ORIENTATION_VERTICAL)
    size = thimble_cell_drawing_get_height (widget, size);
  *minimum = *natural = size;
}

static void
thimble_image_cell_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ThimbleImageCell *self = THIMBLE_IMAGE_CELL (widget);

  if (self->item != NULL && self->is_in_view)
    thimble_cell_drawing_snapshot (&self->drawing, widget, snapshot);
}

static void
thimble_image_cell_dispose (GObject *object)
{
  ThimbleImageCell *self = THIMBLE_IMAGE_CELL (object);

  thimble_image_cell_unbind (self);

  G_OBJECT_CLASS (thimble_image_cell_parent_class)->dispose (object);
}

static void
thimble_image_cell_class_init (ThimbleImageCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = thimble_image_cell_dispose;
  widget_class->measure = thimble_image_cell_measure;
  widget_class->snapshot = thimble_image_cell_snapshot;
  widget_class->query_tooltip = thimble_image_cell_query_tooltip;
  gtk_widget_class_set_css_name (widget_class, "imagecell");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
thimble_image_cell_init (ThimbleImageCell *self)
{
  self->drawing = (ThimbleCellDrawing) { .icon_name = ICON_WITHOUT_PICTURE,
                                         .progress = -1,
                                         .size = THIMBLE_IMAGE_CELL_SIZE };
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}

/**
 * thimble_image_cell_new:
 *
 * Returns: (transfer full): a cell without an item
 */
GtkWidget *
thimble_image_cell_new (void)
{
  return g_object_new (THIMBLE_TYPE_IMAGE_CELL, NULL);
}

/**
 * thimble_image_cell_bind:
 * @item: what to show from now on
 *
 * Shows the name and the state of an item, and an icon in the place of its picture.
 */
void
thimble_image_cell_bind (ThimbleImageCell *self, ThimbleItem *item)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_CELL (self));
  g_return_if_fail (THIMBLE_IS_ITEM (item));
  g_return_if_fail (self->item == NULL);

  self->item = g_object_ref (item);
  self->name = thimble_origin_dup_display_name (thimble_item_get_origin (item));
  self->drawing.name = self->name;
  thimble_image_cell_show_state (self);
}

/**
 * thimble_image_cell_set_size:
 * @size: of the picture's square, in CSS pixels
 *
 * Sets how large the cell is. A picture for another size is let go.
 */
void
thimble_image_cell_set_size (ThimbleImageCell *self, int size)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_CELL (self));

  if (self->drawing.size == size)
    return;
  self->drawing.size = size;
  thimble_image_cell_drop_picture (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * thimble_image_cell_set_in_view:
 * @is_in_view: whether the cell is in view, or may soon be
 *
 * Has the cell drawn. What was drawn before it went out of view is let go with the item.
 */
void
thimble_image_cell_set_in_view (ThimbleImageCell *self, gboolean is_in_view)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_CELL (self));

  if (self->is_in_view == is_in_view)
    return;
  self->is_in_view = is_in_view;
  if (is_in_view)
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * thimble_image_cell_unbind:
 *
 * Lets go of the item, and of its picture.
 */
void
thimble_image_cell_unbind (ThimbleImageCell *self)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_CELL (self));

  thimble_image_cell_drop_picture (self);
  self->is_in_view = FALSE;
  self->drawing.name = self->drawing.status = NULL;
  g_clear_object (&self->item);
  g_clear_pointer (&self->shown_result, thimble_item_result_unref);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->status, g_free);
}

/**
 * thimble_image_cell_get_item:
 *
 * Returns: (transfer none) (nullable): what is bound
 */
ThimbleItem *
thimble_image_cell_get_item (ThimbleImageCell *self)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_CELL (self), NULL);

  return self->item;
}

/**
 * thimble_image_cell_refresh:
 *
 * Shows the state that the item has now.
 */
void
thimble_image_cell_refresh (ThimbleImageCell *self)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_CELL (self));

  if (self->item == NULL
      || (self->drawing.state == thimble_item_get_state (self->item)
          && self->shown_result == thimble_item_get_result (self->item)
          && self->shown_bytes == thimble_item_get_n_bytes_received (self->item)))
    return;

  thimble_image_cell_show_state (self);
}

/**
 * thimble_image_cell_lacks_picture:
 *
 * Returns: whether thimble_image_cell_load_picture() is still to be called for the item
 */
gboolean
thimble_image_cell_lacks_picture (ThimbleImageCell *self)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_CELL (self), FALSE);

  return self->item != NULL && self->request == NULL && !self->waits_for_file;
}

/**
 * thimble_image_cell_wants_picture:
 *
 * Returns: whether there is a file now to make the picture of, that was not there when it was asked
 *   for last
 */
gboolean
thimble_image_cell_wants_picture (ThimbleImageCell *self)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_CELL (self), FALSE);

  return self->item != NULL && self->waits_for_file && thimble_item_has_picture (self->item);
}

/**
 * thimble_image_cell_load_picture:
 * @previewer: who makes the picture if the cache has none
 * @cache: where pictures are kept
 *
 * Shows the item's picture as soon as there is one. Does nothing where that has been asked before, and
 * for a link that is not downloaded.
 */
void
thimble_image_cell_load_picture (ThimbleImageCell *self,
                                 ThimblePreviewer *previewer,
                                 ThimbleTextureCache *cache)
{
  PictureRequest *request;
  GdkTexture *texture;
  ThimbleOrigin *origin;
  g_autoptr(ThimbleOrigin) file = NULL;
  guint size_px;

  g_return_if_fail (THIMBLE_IS_IMAGE_CELL (self));
  g_return_if_fail (THIMBLE_IS_PREVIEWER (previewer));
  g_return_if_fail (THIMBLE_IS_TEXTURE_CACHE (cache));
  g_return_if_fail (self->item != NULL);

  if (self->request != NULL)
    return;

  file = thimble_item_dup_picture_origin (self->item);
  self->waits_for_file = file == NULL;
  if (file == NULL)
    return;
  self->request = g_cancellable_new ();
  origin = thimble_item_get_origin (self->item);
  size_px = self->drawing.size * gtk_widget_get_scale_factor (GTK_WIDGET (self));
  texture = thimble_texture_cache_lookup (cache, origin, size_px);
  if (texture != NULL)
    {
      thimble_image_cell_show_picture (self, texture, ICON_WITHOUT_PICTURE);
      return;
    }

  request = g_new0 (PictureRequest, 1);
  request->cell = g_object_ref (self);
  request->cache = g_object_ref (cache);
  request->origin = thimble_origin_ref (origin);
  request->request = g_object_ref (self->request);
  request->size_px = size_px;
  thimble_previewer_request_async (previewer, file, size_px, self->request,
                                   picture_requested_cb, request);
}

/**
 * thimble_image_cell_drop_picture:
 *
 * Lets the picture go, or the request for it.
 */
void
thimble_image_cell_drop_picture (ThimbleImageCell *self)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_CELL (self));

  self->waits_for_file = FALSE;
  if (self->request == NULL)
    return;

  g_cancellable_cancel (self->request);
  g_clear_object (&self->request);
  thimble_image_cell_show_picture (self, NULL, ICON_WITHOUT_PICTURE);
}

/**
 * thimble_image_cell_get_texture:
 *
 * Returns: (transfer none) (nullable): the picture that is shown, %NULL while that is an icon
 */
GdkTexture *
thimble_image_cell_get_texture (ThimbleImageCell *self)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_CELL (self), NULL);

  return self->texture;
}

/**
 * thimble_image_cell_get_status:
 *
 * Returns: (transfer none): what the line below the name says
 */
const char *
thimble_image_cell_get_status (ThimbleImageCell *self)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_CELL (self), NULL);

  return self->status;
}
