/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drawn in the text's colour, so that it is right on dark ground and in high contrast. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-fit-picture.h"

#define WIDTH 36
#define HEIGHT 24
#define BOX 20

struct _ThimbleFitPicture
{
  GtkWidget parent_instance;

  ThimbleFit fit;
};

enum
{
  PROP_0,
  PROP_FIT,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (ThimbleFitPicture, thimble_fit_picture, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

static void
append_rectangle (GtkSnapshot *snapshot, float width, float height, GdkRGBA colour, double opacity)
{
  graphene_rect_t rectangle
    = GRAPHENE_RECT_INIT ((WIDTH - width) / 2, (HEIGHT - height) / 2, width, height);

  colour.alpha *= (float) opacity;
  gtk_snapshot_append_color (snapshot, &colour, &rectangle);
}

static void
append_box (GtkSnapshot *snapshot, const GdkRGBA *colour)
{
  const float widths[4] = { 1, 1, 1, 1 };
  const GdkRGBA colours[4] = { *colour, *colour, *colour, *colour };
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (
    &outline, &GRAPHENE_RECT_INIT ((WIDTH - BOX) / 2, (HEIGHT - BOX) / 2, BOX, BOX), 2);
  gtk_snapshot_append_border (snapshot, &outline, widths, colours);
}

static void
thimble_fit_picture_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ThimbleFitPicture *self = THIMBLE_FIT_PICTURE (widget);
  const float inner = BOX - 4;
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((gtk_widget_get_width (widget) - WIDTH) / 2,
                                                (gtk_widget_get_height (widget) - HEIGHT) / 2));
  switch (self->fit)
    {
    case THIMBLE_FIT_INSIDE:
      append_rectangle (snapshot, inner, inner * 0.6f, colour, 0.8);
      break;
    case THIMBLE_FIT_COVER: /* what is cut off is pale */
      append_rectangle (snapshot, inner / 0.6f, inner, colour, 0.25);
      append_rectangle (snapshot, inner, inner, colour, 0.7);
      break;
    case THIMBLE_FIT_CONTAIN: /* and so are the margins */
      append_rectangle (snapshot, inner, inner, colour, 0.25);
      append_rectangle (snapshot, inner, inner * 0.6f, colour, 0.7);
      break;
    case THIMBLE_FIT_FILL:
    default:
      append_rectangle (snapshot, inner, inner, colour, 0.8);
      break;
    }
  append_box (snapshot, &colour);
}

static void
thimble_fit_picture_measure (GtkWidget *widget,
                             GtkOrientation orientation,
                             int for_size,
                             int *minimum,
                             int *natural,
                             int *minimum_baseline,
                             int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : HEIGHT;
}

static void
thimble_fit_picture_set_property (GObject *object,
                                  guint id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  ThimbleFitPicture *self = THIMBLE_FIT_PICTURE (object);

  switch (id)
    {
    case PROP_FIT:
      self->fit = g_value_get_int (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thimble_fit_picture_class_init (ThimbleFitPictureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = thimble_fit_picture_set_property;
  properties[PROP_FIT] = g_param_spec_int ("fit", NULL, NULL, THIMBLE_FIT_INSIDE, THIMBLE_FIT_FILL,
                                           THIMBLE_FIT_INSIDE,
                                           G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY
                                             | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  widget_class->snapshot = thimble_fit_picture_snapshot;
  widget_class->measure = thimble_fit_picture_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
thimble_fit_picture_init (ThimbleFitPicture *self)
{
}
