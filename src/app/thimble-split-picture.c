/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Both pictures are scaled to the same rectangle if they have nearly the same shape, so that what is
 * on one side of the line goes on at the other; a picture that was cut to another shape keeps its
 * own. The smaller one is drawn with all its blur: that is what is looked for here.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-split-picture.h"

#include <glib/gi18n.h>
#include <math.h>

#define KEY_STEP 0.05
/* A thumbnail's sides are whole pixels: its shape differs a little from that of its source. */
#define SAME_SHAPE 0.05

struct _ThimbleSplitPicture
{
  GtkWidget parent_instance;

  GdkTexture *first;  /* (nullable) */
  GdkTexture *second; /* (nullable) */
  double split;       /* 0 to 1, of the first picture's width */
  double drag_split;  /* where the line was when it was taken hold of */
};

enum
{
  PROP_0,
  PROP_SPLIT,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (ThimbleSplitPicture, thimble_split_picture, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

/* Where a picture goes: as large as it fits, in the middle. */
static void
thimble_split_picture_place (ThimbleSplitPicture *self, GdkTexture *texture, graphene_rect_t *rect)
{
  double outer_width = gtk_widget_get_width (GTK_WIDGET (self));
  double outer_height = gtk_widget_get_height (GTK_WIDGET (self));
  double width = gdk_texture_get_width (texture);
  double height = gdk_texture_get_height (texture);
  double scale = MIN (outer_width / width, outer_height / height);

  width *= scale;
  height *= scale;
  graphene_rect_init (rect, (float) ((outer_width - width) / 2),
                      (float) ((outer_height - height) / 2), (float) width, (float) height);
}

static gboolean
have_same_shape (GdkTexture *one, GdkTexture *other)
{
  double ratio = (double) gdk_texture_get_width (one) / gdk_texture_get_height (one)
                 * gdk_texture_get_height (other) / gdk_texture_get_width (other);

  return fabs (ratio - 1) < SAME_SHAPE;
}

static void
snapshot_part (GtkSnapshot *snapshot,
               GdkTexture *texture,
               const graphene_rect_t *rect,
               const graphene_rect_t *part)
{
  gtk_snapshot_push_clip (snapshot, part);
  gtk_snapshot_append_texture (snapshot, texture, rect);
  gtk_snapshot_pop (snapshot);
}

/* A line that is seen on every picture, and a knob to take hold of. */
static void
snapshot_line (GtkSnapshot *snapshot, float x, const graphene_rect_t *rect)
{
  const GdkRGBA white = { 1, 1, 1, 1 };
  const GdkRGBA shade = { 0, 0, 0, 0.5 };
  float y = rect->origin.y + rect->size.height / 2;
  GskRoundedRect knob;

  gtk_snapshot_append_color (
    snapshot, &shade, &GRAPHENE_RECT_INIT (x - 2, rect->origin.y, 4, rect->size.height));
  gtk_snapshot_append_color (
    snapshot, &white, &GRAPHENE_RECT_INIT (x - 1, rect->origin.y, 2, rect->size.height));
  gsk_rounded_rect_init_from_rect (&knob, &GRAPHENE_RECT_INIT (x - 7, y - 18, 14, 36), 7);
  gtk_snapshot_append_outset_shadow (snapshot, &knob, &shade, 0, 1, 1, 3);
  gtk_snapshot_push_rounded_clip (snapshot, &knob);
  gtk_snapshot_append_color (snapshot, &white, &knob.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
thimble_split_picture_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ThimbleSplitPicture *self = THIMBLE_SPLIT_PICTURE (widget);
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget);
  GdkTexture *only = self->first != NULL ? self->first : self->second;
  graphene_rect_t first_rect;
  graphene_rect_t second_rect;
  float x;

  if (only == NULL || width <= 0 || height <= 0)
    return;
  thimble_split_picture_place (self, only, &first_rect);
  if (!thimble_split_picture_has_both (self))
    {
      gtk_snapshot_append_texture (snapshot, only, &first_rect);
      return;
    }

  second_rect = first_rect;
  if (!have_same_shape (self->first, self->second))
    thimble_split_picture_place (self, self->second, &second_rect);
  x = roundf (first_rect.origin.x + first_rect.size.width * (float) self->split);
  snapshot_part (snapshot, self->first, &first_rect, &GRAPHENE_RECT_INIT (0, 0, x, height));
  snapshot_part (snapshot, self->second, &second_rect,
                 &GRAPHENE_RECT_INIT (x, 0, MAX (width - x, 0), height));
  snapshot_line (snapshot, x, &first_rect);
}

static void
drag_begun_cb (GtkGestureDrag *gesture, double x, double y, gpointer user_data)
{
  ThimbleSplitPicture *self = THIMBLE_SPLIT_PICTURE (user_data);
  graphene_rect_t rect;

  if (!thimble_split_picture_has_both (self))
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  thimble_split_picture_place (self, self->first, &rect);
  thimble_split_picture_set_split (self, (x - rect.origin.x) / rect.size.width);
  self->drag_split = self->split;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
dragged_cb (GtkGestureDrag *gesture, double dx, double dy, gpointer user_data)
{
  ThimbleSplitPicture *self = THIMBLE_SPLIT_PICTURE (user_data);
  graphene_rect_t rect;

  if (!thimble_split_picture_has_both (self))
    return;
  thimble_split_picture_place (self, self->first, &rect);
  thimble_split_picture_set_split (self, self->drag_split + dx / rect.size.width);
}

static gboolean
step_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  ThimbleSplitPicture *self = THIMBLE_SPLIT_PICTURE (widget);

  thimble_split_picture_set_split (self, self->split + g_variant_get_double (args));
  return TRUE;
}

static void
thimble_split_picture_dispose (GObject *object)
{
  ThimbleSplitPicture *self = THIMBLE_SPLIT_PICTURE (object);

  g_clear_object (&self->first);
  g_clear_object (&self->second);

  G_OBJECT_CLASS (thimble_split_picture_parent_class)->dispose (object);
}

static void
thimble_split_picture_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SPLIT:
      g_value_set_double (value, THIMBLE_SPLIT_PICTURE (object)->split);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thimble_split_picture_set_property (GObject *object,
                                    guint id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SPLIT:
      thimble_split_picture_set_split (THIMBLE_SPLIT_PICTURE (object),
                                       g_value_get_double (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thimble_split_picture_class_init (ThimbleSplitPictureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = thimble_split_picture_dispose;
  object_class->get_property = thimble_split_picture_get_property;
  object_class->set_property = thimble_split_picture_set_property;
  widget_class->snapshot = thimble_split_picture_snapshot;

  properties[PROP_SPLIT] = g_param_spec_double (
    "split", NULL, NULL, 0, 1, 0.5,
    G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "splitpicture");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, GDK_SHIFT_MASK, step_cb, "d",
                                -KEY_STEP);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, GDK_SHIFT_MASK, step_cb, "d",
                                KEY_STEP);
}

/* GTK before 4.10 takes the value of its own sliders only to the accessibility bus: in words, it
 * comes there from this one too. */
static void
thimble_split_picture_update_accessible (ThimbleSplitPicture *self)
{
  g_autofree char *text
    = g_strdup_printf (_ ("The original takes %.0f %% of the width"), self->split * 100);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, self->split,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
thimble_split_picture_init (ThimbleSplitPicture *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->split = 0.5;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begun_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (dragged_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, 1.0, -1);
  thimble_split_picture_update_accessible (self);
}

/**
 * thimble_split_picture_set_textures:
 * @first: (nullable): seen before the line
 * @second: (nullable): seen after the line
 *
 * Sets what is seen.
 */
void
thimble_split_picture_set_textures (ThimbleSplitPicture *self,
                                    GdkTexture *first,
                                    GdkTexture *second)
{
  g_return_if_fail (THIMBLE_IS_SPLIT_PICTURE (self));

  g_set_object (&self->first, first);
  g_set_object (&self->second, second);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * thimble_split_picture_set_split:
 * @split: of the width; what is beyond 0 and 1 is brought back to these
 *
 * Moves the line.
 */
void
thimble_split_picture_set_split (ThimbleSplitPicture *self, double split)
{
  g_return_if_fail (THIMBLE_IS_SPLIT_PICTURE (self));

  split = CLAMP (split, 0, 1);
  if (self->split == split)
    return;
  self->split = split;
  thimble_split_picture_update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SPLIT]);
}

/**
 * thimble_split_picture_get_split:
 *
 * Returns: where the line is, 0 to 1
 */
double
thimble_split_picture_get_split (ThimbleSplitPicture *self)
{
  g_return_val_if_fail (THIMBLE_IS_SPLIT_PICTURE (self), 0);

  return self->split;
}

/**
 * thimble_split_picture_has_both:
 *
 * Returns: whether there are two pictures, and the line between them
 */
gboolean
thimble_split_picture_has_both (ThimbleSplitPicture *self)
{
  g_return_val_if_fail (THIMBLE_IS_SPLIT_PICTURE (self), FALSE);

  return self->first != NULL && self->second != NULL;
}
