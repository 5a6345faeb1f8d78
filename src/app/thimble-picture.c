/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Draws a texture without scaling it: the texture was asked for in device pixels, so it is put on
 * the grid of device pixels, one to one, and stays sharp at every scale factor. GtkPicture would
 * stretch it to its allocation, and could not round the corners of what it shows.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-picture.h"

#include <math.h>

#define CORNER_RADIUS 6

struct _ThimblePicture
{
  GtkWidget parent_instance;

  GtkWidget *icon;     /* shown while there is no texture */
  GtkWidget *badge;    /* in the lower corner at the end of a line, of what is shown */
  GdkTexture *texture; /* (nullable) */
  int size;            /* of the square, in CSS pixels */
};

G_DEFINE_FINAL_TYPE (ThimblePicture, thimble_picture, GTK_TYPE_WIDGET)

static void
thimble_picture_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  ThimblePicture *self = THIMBLE_PICTURE (widget);

  /* Children are asked, as GTK wants it, but fit in any case. */
  gtk_widget_measure (self->icon, orientation, -1, NULL, NULL, NULL, NULL);
  gtk_widget_measure (self->badge, orientation, -1, NULL, NULL, NULL, NULL);
  *minimum = *natural = self->size;
}

/* Where the texture goes: its own size in CSS pixels, or less if the widget is smaller; the whole
 * widget while there is none. */
static void
thimble_picture_place (ThimblePicture *self, graphene_rect_t *rect)
{
  double outer_width = gtk_widget_get_width (GTK_WIDGET (self));
  double outer_height = gtk_widget_get_height (GTK_WIDGET (self));
  double scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  double width = outer_width;
  double height = outer_height;
  double shrink;

  if (self->texture != NULL)
    {
      width = gdk_texture_get_width (self->texture) / scale;
      height = gdk_texture_get_height (self->texture) / scale;
      shrink = MAX (1, MAX (width / outer_width, height / outer_height));
      width /= shrink;
      height /= shrink;
    }

  graphene_rect_init (rect, floor ((outer_width - width) / 2 * scale) / scale,
                      floor ((outer_height - height) / 2 * scale) / scale, width, height);
}

static void
thimble_picture_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ThimblePicture *self = THIMBLE_PICTURE (widget);
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkAllocation allocation = { 0, 0, width, height };
  GtkRequisition size;
  graphene_rect_t rect;

  gtk_widget_size_allocate (self->icon, &allocation, -1);

  /* A picture that is smaller than the badge has it in its middle. */
  gtk_widget_get_preferred_size (self->badge, &size, NULL);
  thimble_picture_place (self, &rect);
  allocation.x = is_rtl ? (int) rect.origin.x
                        : (int) (rect.origin.x + rect.size.width) - size.width;
  allocation.y = (int) (rect.origin.y + rect.size.height) - size.height;
  if (rect.size.width < size.width)
    allocation.x = (width - size.width) / 2;
  if (rect.size.height < size.height)
    allocation.y = (height - size.height) / 2;
  allocation.width = size.width;
  allocation.height = size.height;
  gtk_widget_size_allocate (self->badge, &allocation, -1);
}

static void
thimble_picture_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ThimblePicture *self = THIMBLE_PICTURE (widget);
  const float border_width[4] = { 1, 1, 1, 1 };
  GskRoundedRect outline;
  graphene_rect_t rect;
  GdkRGBA colour;
  GdkRGBA border_colour[4];

  if (self->texture == NULL)
    {
      gtk_widget_snapshot_child (widget, self->icon, snapshot);
      gtk_widget_snapshot_child (widget, self->badge, snapshot);
      return;
    }

  thimble_picture_place (self, &rect);
  gsk_rounded_rect_init_from_rect (&outline, &rect, CORNER_RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_texture (snapshot, self->texture, &rect);
  gtk_snapshot_pop (snapshot);

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  colour.alpha *= 0.12;
  for (guint i = 0; i < G_N_ELEMENTS (border_colour); i++)
    border_colour[i] = colour;
  gtk_snapshot_append_border (snapshot, &outline, border_width, border_colour);
  gtk_widget_snapshot_child (widget, self->badge, snapshot);
}

static void
thimble_picture_dispose (GObject *object)
{
  ThimblePicture *self = THIMBLE_PICTURE (object);

  g_clear_pointer (&self->icon, gtk_widget_unparent);
  g_clear_pointer (&self->badge, gtk_widget_unparent);
  g_clear_object (&self->texture);

  G_OBJECT_CLASS (thimble_picture_parent_class)->dispose (object);
}

static void
thimble_picture_class_init (ThimblePictureClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = thimble_picture_dispose;
  widget_class->measure = thimble_picture_measure;
  widget_class->size_allocate = thimble_picture_size_allocate;
  widget_class->snapshot = thimble_picture_snapshot;
  gtk_widget_class_set_css_name (widget_class, "thimblepicture");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
thimble_picture_init (ThimblePicture *self)
{
  self->size = THIMBLE_PICTURE_SIZE;
  self->icon = g_object_new (GTK_TYPE_IMAGE,
                             "icon-name", "image-x-generic-symbolic",
                             "pixel-size", 48,
                             "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                             NULL);
  gtk_widget_add_css_class (self->icon, "placeholder");
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));

  self->badge = g_object_new (GTK_TYPE_IMAGE,
                              "visible", FALSE,
                              "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                              NULL);
  gtk_widget_add_css_class (self->badge, "badge");
  gtk_widget_set_parent (self->badge, GTK_WIDGET (self));
}

/**
 * thimble_picture_new:
 *
 * Returns: (transfer full): a picture that shows an icon
 */
GtkWidget *
thimble_picture_new (void)
{
  return g_object_new (THIMBLE_TYPE_PICTURE, NULL);
}

/**
 * thimble_picture_set_size:
 * @size: of the square, in CSS pixels
 *
 * Sets how large the square is. The texture stays: it is for who sets the size to bring a sharp one.
 */
void
thimble_picture_set_size (ThimblePicture *self, int size)
{
  g_return_if_fail (THIMBLE_IS_PICTURE (self));
  g_return_if_fail (size > 0);

  if (self->size == size)
    return;
  self->size = size;
  gtk_image_set_pixel_size (GTK_IMAGE (self->icon), size / 3);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * thimble_picture_set_texture:
 * @texture: (nullable): pixels of the screen, at most the square's size × the scale factor a side;
 *   %NULL shows the icon
 *
 * Sets what is shown.
 */
void
thimble_picture_set_texture (ThimblePicture *self, GdkTexture *texture)
{
  g_return_if_fail (THIMBLE_IS_PICTURE (self));
  g_return_if_fail (texture == NULL || GDK_IS_TEXTURE (texture));

  if (g_set_object (&self->texture, texture))
    gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/**
 * thimble_picture_get_texture:
 *
 * Returns: (transfer none) (nullable): what is shown
 */
GdkTexture *
thimble_picture_get_texture (ThimblePicture *self)
{
  g_return_val_if_fail (THIMBLE_IS_PICTURE (self), NULL);

  return self->texture;
}

/**
 * thimble_picture_set_icon_name:
 * @icon_name: shown while there is no texture
 *
 * Sets the icon.
 */
void
thimble_picture_set_icon_name (ThimblePicture *self, const char *icon_name)
{
  g_return_if_fail (THIMBLE_IS_PICTURE (self));
  g_return_if_fail (icon_name != NULL);

  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon_name);
}

/**
 * thimble_picture_set_badge:
 * @icon_name: (nullable): %NULL for no badge
 *
 * Sets the badge. How it looks is for the style sheet.
 */
void
thimble_picture_set_badge (ThimblePicture *self, const char *icon_name)
{
  g_return_if_fail (THIMBLE_IS_PICTURE (self));

  gtk_widget_set_visible (self->badge, icon_name != NULL);
  if (icon_name != NULL)
    gtk_image_set_from_icon_name (GTK_IMAGE (self->badge), icon_name);
}
