/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The grid binds hundreds of cells that nobody sees, so a bind only sets two labels. The picture is
 * asked for when the grid finds the cell in view, and let go when it is out of view; a picture that
 * comes late, for what the cell showed before, is dropped because its request was cancelled.
 *
 * A cell does not listen to its item: the grid calls refresh on all cells, at most ten times a
 * second, and a cell that has nothing new does nothing.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-image-cell.h"

#include "thimble-picture.h"

#include <glib/gi18n.h>
#include <string.h>

struct _ThimbleImageCell
{
  AdwBin parent_instance;

  ThimblePicture *picture;
  GtkLabel *name_label;
  GtkLabel *status_label;

  int size;                        /* of the picture's square, in CSS pixels */
  ThimbleItem *item;               /* (nullable): what is bound */
  char *name;                      /* (nullable): of the item, UTF-8 */
  ThimbleItemState shown_state;    /* what the labels tell */
  ThimbleItemResult *shown_result; /* (nullable): likewise */
  GCancellable *request;           /* (nullable): since the picture was asked for; kept when it
                                    * has come, so that it is asked for once */
};

G_DEFINE_FINAL_TYPE (ThimbleImageCell, thimble_image_cell, ADW_TYPE_BIN)

/* How a state looks. The words are in the order of ThimbleItemState. */
static const struct
{
  const char *word;
  const char *icon_name;
  const char *css_class;
} looks[] = {
  [THIMBLE_ITEM_WAITING] = { N_ ("Waiting"), NULL, NULL },
  [THIMBLE_ITEM_DOWNLOADING] = { N_ ("Downloading"), "content-loading-symbolic", "running" },
  [THIMBLE_ITEM_RUNNING] = { N_ ("Working"), "content-loading-symbolic", "running" },
  [THIMBLE_ITEM_DONE] = { N_ ("Done"), "object-select-symbolic", "done" },
  [THIMBLE_ITEM_SKIPPED] = { N_ ("Up to date"), "object-select-symbolic", "up-to-date" },
  [THIMBLE_ITEM_FAILED] = { N_ ("Failed"), "dialog-warning-symbolic", "failed" },
  [THIMBLE_ITEM_CANCELLED] = { N_ ("Cancelled"), "process-stop-symbolic", "cancelled" },
};

/* What has been made, in a few words: "128 × 85 · 3.8 kB", or "3 sizes · 25.1 kB". */
static char *
describe_outputs (const ThimbleItemResult *result)
{
  g_autofree char *size = NULL;
  guint64 n_bytes = 0;

  for (guint i = 0; i < result->n_outputs; i++)
    n_bytes += MAX (0, result->outputs[i].n_bytes);
  size = g_format_size (n_bytes);

  if (result->n_outputs == 1)
    return g_strdup_printf ("%u × %u · %s", result->outputs[0].width, result->outputs[0].height,
                            size);
  return g_strdup_printf (ngettext ("%u size · %s", "%u sizes · %s", result->n_outputs),
                          result->n_outputs, size);
}

/* The reason of a failure without the name of the file, which stands above it. */
static const char *
skip_name (const char *message, const char *name)
{
  g_autofree char *prefix = g_strdup_printf ("“%s” ", name);

  return g_str_has_prefix (message, prefix) ? message + strlen (prefix) : message;
}

static char *
describe_status (ThimbleItem *item, const char *name)
{
  ThimbleItemState state = thimble_item_get_state (item);
  ThimbleItemResult *result = thimble_item_get_result (item);

  switch (state)
    {
    case THIMBLE_ITEM_WAITING:
      return g_format_size (MAX (0, thimble_item_get_origin (item)->size));

    case THIMBLE_ITEM_DONE:
      if (result != NULL && result->n_outputs > 0)
        return describe_outputs (result);
      break;

    case THIMBLE_ITEM_FAILED:
      if (result != NULL && result->message != NULL)
        return g_strdup (skip_name (result->message, name));
      break;

    case THIMBLE_ITEM_DOWNLOADING:
    case THIMBLE_ITEM_RUNNING:
    case THIMBLE_ITEM_SKIPPED:
    case THIMBLE_ITEM_CANCELLED:
      break;

    default:
      g_assert_not_reached ();
    }

  return g_strdup (_ (looks[state].word));
}

/* The grid's own widget around the cell has the focus, so a screen reader asks it, not the cell. */
static void
thimble_image_cell_update_accessible (ThimbleImageCell *self, const char *status)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *label = NULL;

  if (self->shown_state == THIMBLE_ITEM_FAILED)
    label = g_strdup_printf ("%s, %s, %s", self->name, _ (looks[self->shown_state].word), status);
  else
    label = g_strdup_printf ("%s, %s", self->name, _ (looks[self->shown_state].word));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  if (parent != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
thimble_image_cell_show_state (ThimbleImageCell *self)
{
  ThimbleItemState state = thimble_item_get_state (self->item);
  g_autofree char *status = describe_status (self->item, self->name);

  if (looks[self->shown_state].css_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), looks[self->shown_state].css_class);
  if (looks[state].css_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), looks[state].css_class);

  thimble_picture_set_badge (self->picture, looks[state].icon_name);
  gtk_label_set_label (self->status_label, status);

  self->shown_state = state;
  g_clear_pointer (&self->shown_result, thimble_item_result_unref);
  if (thimble_item_get_result (self->item) != NULL)
    self->shown_result = thimble_item_result_ref (thimble_item_get_result (self->item));

  thimble_image_cell_update_accessible (self, status);
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
        thimble_picture_set_icon_name (request->cell->picture, "image-missing-symbolic");
      return;
    }

  texture = gdk_memory_texture_new (preview->width, preview->height,
                                    GDK_MEMORY_R8G8B8A8_PREMULTIPLIED, preview->pixels,
                                    (gsize) preview->width * 4);
  thimble_texture_cache_insert (request->cache, request->origin, request->size_px, texture);
  if (is_current)
    thimble_picture_set_texture (request->cell->picture, texture);
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

  text = g_strdup_printf ("%s\n%s", self->name, gtk_label_get_label (self->status_label));
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
thimble_image_cell_dispose (GObject *object)
{
  ThimbleImageCell *self = THIMBLE_IMAGE_CELL (object);

  g_cancellable_cancel (self->request);
  g_clear_object (&self->request);
  g_clear_object (&self->item);
  g_clear_pointer (&self->shown_result, thimble_item_result_unref);
  g_clear_pointer (&self->name, g_free);

  G_OBJECT_CLASS (thimble_image_cell_parent_class)->dispose (object);
}

static void
thimble_image_cell_class_init (ThimbleImageCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = thimble_image_cell_dispose;
  widget_class->query_tooltip = thimble_image_cell_query_tooltip;

  g_type_ensure (THIMBLE_TYPE_PICTURE);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/thimble/Thimble/thimble-image-cell.ui");
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageCell, picture);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageCell, name_label);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageCell, status_label);
}

static void
thimble_image_cell_init (ThimbleImageCell *self)
{
  self->size = THIMBLE_PICTURE_SIZE;
  gtk_widget_init_template (GTK_WIDGET (self));
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
  gtk_label_set_label (self->name_label, self->name);
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

  if (self->size == size)
    return;
  self->size = size;
  thimble_image_cell_drop_picture (self);
  thimble_picture_set_size (self->picture, size);
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
  g_clear_object (&self->item);
  g_clear_pointer (&self->shown_result, thimble_item_result_unref);
  g_clear_pointer (&self->name, g_free);
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
      || (self->shown_state == thimble_item_get_state (self->item)
          && self->shown_result == thimble_item_get_result (self->item)))
    return;

  thimble_image_cell_show_state (self);
}

/**
 * thimble_image_cell_load_picture:
 * @previewer: who makes the picture if the cache has none
 * @cache: where pictures are kept
 *
 * Shows the item's picture as soon as there is one. Does nothing where that has been asked before.
 */
void
thimble_image_cell_load_picture (ThimbleImageCell *self,
                                 ThimblePreviewer *previewer,
                                 ThimbleTextureCache *cache)
{
  PictureRequest *request;
  GdkTexture *texture;
  ThimbleOrigin *origin;
  guint size_px;

  g_return_if_fail (THIMBLE_IS_IMAGE_CELL (self));
  g_return_if_fail (THIMBLE_IS_PREVIEWER (previewer));
  g_return_if_fail (THIMBLE_IS_TEXTURE_CACHE (cache));
  g_return_if_fail (self->item != NULL);

  if (self->request != NULL)
    return;

  self->request = g_cancellable_new ();
  origin = thimble_item_get_origin (self->item);
  size_px = self->size * gtk_widget_get_scale_factor (GTK_WIDGET (self));
  texture = thimble_texture_cache_lookup (cache, origin, size_px);
  if (texture != NULL)
    {
      thimble_picture_set_texture (self->picture, texture);
      return;
    }

  request = g_new0 (PictureRequest, 1);
  request->cell = g_object_ref (self);
  request->cache = g_object_ref (cache);
  request->origin = thimble_origin_ref (origin);
  request->request = g_object_ref (self->request);
  request->size_px = size_px;
  thimble_previewer_request_async (previewer, origin, size_px, self->request,
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

  if (self->request == NULL)
    return;

  g_cancellable_cancel (self->request);
  g_clear_object (&self->request);
  thimble_picture_set_texture (self->picture, NULL);
  thimble_picture_set_icon_name (self->picture, "image-x-generic-symbolic");
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

  return thimble_picture_get_texture (self->picture);
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

  return gtk_label_get_label (self->status_label);
}
