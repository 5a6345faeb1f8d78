/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chips show what the preset has: they are made anew when it changes, there are sixteen at most. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-size-chips.h"

#include "thimble-wrap-layout.h"

#include <glib/gi18n.h>

struct _ThimbleSizeChips
{
  GtkWidget parent_instance;
};

enum
{
  REMOVED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (ThimbleSizeChips, thimble_size_chips, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

/**
 * thimble_size_describe:
 *
 * Returns: (transfer full): a size as people read it: “128”, “800 × 600”, “800 wide”, “50 %”
 */
char *
thimble_size_describe (const ThimbleRendition *rendition)
{
  if (rendition->percent > 0)
    /* Translators: a size, as a part of the original's: "50 %". */
    return g_strdup_printf (_ ("%g %%"), rendition->percent / 100.0);
  if (rendition->height == 0)
    /* Translators: a size: so many pixels wide, and as high as it comes. */
    return g_strdup_printf (_ ("%u wide"), rendition->width);
  if (rendition->width == 0)
    /* Translators: a size: so many pixels high, and as wide as it comes. */
    return g_strdup_printf (_ ("%u high"), rendition->height);
  if (rendition->width == rendition->height)
    return g_strdup_printf ("%u", rendition->width);
  return g_strdup_printf ("%u × %u", rendition->width, rendition->height);
}

static void
remove_cb (GtkButton *button, gpointer user_data)
{
  ThimbleSizeChips *self
    = THIMBLE_SIZE_CHIPS (gtk_widget_get_ancestor (GTK_WIDGET (button), THIMBLE_TYPE_SIZE_CHIPS));

  g_signal_emit (self, signals[REMOVED], 0, GPOINTER_TO_UINT (user_data));
}

static GtkWidget *
make_chip (const ThimbleRendition *rendition, guint index, gboolean is_last)
{
  g_autofree char *text = thimble_size_describe (rendition);
  /* Translators: a size like "800 × 600" or "50 %". */
  g_autofree char *name = g_strdup_printf (_ ("Remove the Size %s"), text);
  GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *button;

  gtk_widget_add_css_class (chip, "size-chip");
  gtk_box_append (GTK_BOX (chip), gtk_label_new (text));
  if (is_last)
    {
      gtk_widget_add_css_class (chip, "last");
      return chip;
    }
  button = gtk_button_new_from_icon_name ("window-close-symbolic");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  g_signal_connect (button, "clicked", G_CALLBACK (remove_cb), GUINT_TO_POINTER (index));
  gtk_box_append (GTK_BOX (chip), button);
  return chip;
}

static void
thimble_size_chips_remove_all (ThimbleSizeChips *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
}

static void
thimble_size_chips_dispose (GObject *object)
{
  thimble_size_chips_remove_all (THIMBLE_SIZE_CHIPS (object));
  G_OBJECT_CLASS (thimble_size_chips_parent_class)->dispose (object);
}

static void
thimble_size_chips_class_init (ThimbleSizeChipsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = thimble_size_chips_dispose;
  signals[REMOVED] = g_signal_new ("removed", THIMBLE_TYPE_SIZE_CHIPS, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_layout_manager_type (widget_class, THIMBLE_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
thimble_size_chips_init (ThimbleSizeChips *self)
{
}

/**
 * thimble_size_chips_show:
 *
 * Shows the sizes of a preset.
 */
void
thimble_size_chips_show (ThimbleSizeChips *self, ThimblePreset *preset)
{
  guint n;

  g_return_if_fail (THIMBLE_IS_SIZE_CHIPS (self));
  g_return_if_fail (THIMBLE_IS_PRESET (preset));

  thimble_size_chips_remove_all (self);
  n = thimble_preset_get_n_renditions (preset);
  for (guint i = 0; i < n; i++)
    gtk_widget_set_parent (make_chip (thimble_preset_get_rendition (preset, i), i, n == 1),
                           GTK_WIDGET (self));
}
