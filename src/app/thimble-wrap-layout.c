/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GtkFlowBox puts its children into columns of equal width; words and sizes are of any width. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-wrap-layout.h"

#define SPACING 6

struct _ThimbleWrapLayout
{
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (ThimbleWrapLayout, thimble_wrap_layout, GTK_TYPE_LAYOUT_MANAGER)

/* Goes over the lines of a width, and places the children if they are to be. Returns the height. */
static int
lay_out (GtkWidget *widget, int width, gboolean place)
{
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int x = 0, y = 0, line_height = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkRequisition minimum, natural;
      int child_width;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_get_preferred_size (child, &minimum, &natural);
      child_width = MAX (minimum.width, MIN (natural.width, width));
      if (x > 0 && x + child_width > width)
        {
          x = 0;
          y += line_height + SPACING;
          line_height = 0;
        }
      if (place)
        gtk_widget_size_allocate (child,
                                  &(GtkAllocation) { is_rtl ? width - x - child_width : x, y,
                                                     child_width, natural.height },
                                  -1);
      x += child_width + SPACING;
      line_height = MAX (line_height, natural.height);
    }
  return y + line_height;
}

static GtkSizeRequestMode
thimble_wrap_layout_get_request_mode (GtkLayoutManager *layout, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_width (GtkWidget *widget, int *minimum, int *natural)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum, child_natural;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural,
                          NULL, NULL);
      *minimum = MAX (*minimum, child_minimum);
      *natural += child_natural + (*natural > 0 ? SPACING : 0);
    }
}

static void
thimble_wrap_layout_measure (GtkLayoutManager *layout,
                             GtkWidget *widget,
                             GtkOrientation orientation,
                             int for_size,
                             int *minimum,
                             int *natural,
                             int *minimum_baseline,
                             int *natural_baseline)
{
  int least = 0, most = 0;

  *minimum = *natural = 0;
  measure_width (widget, &least, &most);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = least;
      *natural = most;
    }
  else
    {
      *minimum = *natural = lay_out (widget, for_size >= 0 ? for_size : most, FALSE);
    }
}

static void
thimble_wrap_layout_allocate (GtkLayoutManager *layout,
                              GtkWidget *widget,
                              int width,
                              int height,
                              int baseline)
{
  lay_out (widget, width, TRUE);
}

static void
thimble_wrap_layout_class_init (ThimbleWrapLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->get_request_mode = thimble_wrap_layout_get_request_mode;
  layout_class->measure = thimble_wrap_layout_measure;
  layout_class->allocate = thimble_wrap_layout_allocate;
}

static void
thimble_wrap_layout_init (ThimbleWrapLayout *self)
{
}
