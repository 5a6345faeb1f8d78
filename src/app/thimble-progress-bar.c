/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shows a ThimbleProgress. Whoever has the progress calls; it changes at most ten times a
 * second, since more can't be read and each change is told to screen readers.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-progress-bar.h"

#include <glib/gi18n.h>
#include <math.h>

struct _ThimbleProgressBar
{
  AdwBin parent_instance;

  GtkBox *bars;
  GtkLabel *first_label; /* what the first bar is of */
  GtkLabel *scheduled_label;
  GtkProgressBar *scheduled_bar;
  GtkProgressBar *bar;
  GtkLabel *count_label;
  GtkLabel *rate_label;
};

G_DEFINE_FINAL_TYPE (ThimbleProgressBar, thimble_progress_bar, ADW_TYPE_BIN)

static char *
describe_time_left (double seconds)
{
  guint left = (guint) ceil (MAX (seconds, 1));

  if (left < 60)
    /* Translators: time: seconds, minutes, hours; abbreviations. */
    return g_strdup_printf (_ ("%u s left"), left);
  if (left < 3600)
    return g_strdup_printf (_ ("%u min left"), (left + 30) / 60);
  return g_strdup_printf (_ ("%u h %u min left"), left / 3600, left % 3600 / 60);
}

/**
 * thimble_progress_describe_rate:
 * @progress: of a run
 *
 * Returns: (transfer full): "1,240 images/s · 5 s left", as much of it as is known
 */
char *
thimble_progress_describe_rate (const ThimbleProgress *progress)
{
  g_autoptr(GString) text = g_string_new (NULL);

  g_return_val_if_fail (progress != NULL, NULL);

  if (progress->images_per_second >= 10)
    g_string_append_printf (text, _ ("%'.0f images/s"), progress->images_per_second);
  else if (progress->images_per_second > 0)
    g_string_append_printf (text, _ ("%.1f images/s"), progress->images_per_second);

  if (progress->seconds_left >= 0 && progress->n_finished < progress->n_items)
    {
      g_autofree char *left = describe_time_left (progress->seconds_left);

      if (text->len > 0)
        g_string_append (text, " · ");
      g_string_append (text, left);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
thimble_progress_bar_class_init (ThimbleProgressBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/thimble/Thimble/thimble-progress-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ThimbleProgressBar, bars);
  gtk_widget_class_bind_template_child (widget_class, ThimbleProgressBar, first_label);
  gtk_widget_class_bind_template_child (widget_class, ThimbleProgressBar, scheduled_label);
  gtk_widget_class_bind_template_child (widget_class, ThimbleProgressBar, scheduled_bar);
  gtk_widget_class_bind_template_child (widget_class, ThimbleProgressBar, bar);
  gtk_widget_class_bind_template_child (widget_class, ThimbleProgressBar, count_label);
  gtk_widget_class_bind_template_child (widget_class, ThimbleProgressBar, rate_label);
}

static void
thimble_progress_bar_init (ThimbleProgressBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static double
get_fraction (guint n, guint n_all)
{
  return n_all > 0 ? (double) n / n_all : 0;
}

/* What comes before resizing: downloading, or where there are no links the handing out of work. */
static void
thimble_progress_bar_show_first (ThimbleProgressBar *self, const ThimbleProgress *progress)
{
  gboolean has_links = progress->n_links > 0;
  guint n = has_links ? progress->n_downloaded : progress->n_scheduled;
  guint n_all = has_links ? progress->n_links : progress->n_items;
  /* Translators: images are being handed to those who make thumbnails of them. */
  const char *label = has_links ? _ ("Downloading") : _ ("Scheduling");
  g_autofree char *count = g_strdup_printf (_ ("%'u of %'u"), n, n_all);
  g_autofree char *text = NULL;

  if (progress->bytes_per_second > 0)
    {
      g_autofree char *rate = g_format_size ((guint64) progress->bytes_per_second);

      /* Translators: "12 of 40", and a size a second: "1.2 MB/s". */
      text = g_strdup_printf (_ ("%s · %s/s"), count, rate);
    }
  gtk_progress_bar_set_fraction (self->scheduled_bar, get_fraction (n, n_all));
  gtk_label_set_label (self->first_label, label);
  gtk_label_set_label (self->scheduled_label, text != NULL ? text : count);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scheduled_bar),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/**
 * thimble_progress_bar_set_narrow:
 * @narrow: whether there is no room for two bars side by side
 *
 * Puts one bar above the other, or both side by side.
 */
void
thimble_progress_bar_set_narrow (ThimbleProgressBar *self, gboolean narrow)
{
  g_return_if_fail (THIMBLE_IS_PROGRESS_BAR (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->bars),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_spacing (self->bars, narrow ? 9 : 18);
}

/**
 * thimble_progress_bar_show:
 * @progress: of the run, now
 * @paused: whether it waits
 *
 * Shows how far a run is.
 */
void
thimble_progress_bar_show (ThimbleProgressBar *self,
                           const ThimbleProgress *progress,
                           gboolean paused)
{
  g_autofree char *count = NULL;
  g_autofree char *rate = NULL;

  g_return_if_fail (THIMBLE_IS_PROGRESS_BAR (self));
  g_return_if_fail (progress != NULL);

  thimble_progress_bar_show_first (self, progress);
  gtk_progress_bar_set_fraction (self->bar,
                                 get_fraction (progress->n_finished, progress->n_items));
  count = g_strdup_printf (_ ("Resizing %'u of %'u"), progress->n_finished, progress->n_items);
  rate = paused ? g_strdup (_ ("Paused")) : thimble_progress_describe_rate (progress);
  gtk_label_set_label (self->count_label, count);
  gtk_label_set_label (self->rate_label, rate);
}
