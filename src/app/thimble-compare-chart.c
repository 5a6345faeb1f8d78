/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Images a second as a bar for each trial, and a line over the bars of one executor: how it grows
 * with the workers. Drawn with cairo, as the same goes into a file. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-compare-chart.h"

#include <glib/gi18n.h>

#define MARGIN 12.0
#define LABELS 40.0 /* height below the bars */
#define ABOVE 22.0  /* height above the highest bar */
#define GAP 4.0     /* at least, between two texts */
#define PNG_WIDTH 960
#define PNG_HEIGHT 480

typedef struct
{
  ThimbleCompareRun *run;
  cairo_t *cairo;
  GdkRGBA text;
  double left, base, slot, bar, scale; /* pixels; a bar's place, its width; a unit's height */
} Chart;

/* Blue, orange, green and purple as libadwaita has them, told apart by their lightness too. */
static void
set_executor_colour (cairo_t *cairo, const char *executor)
{
  if (g_str_equal (executor, "processes"))
    cairo_set_source_rgb (cairo, 0x26 / 255.0, 0xa2 / 255.0, 0x69 / 255.0);
  else if (g_str_equal (executor, "threads"))
    cairo_set_source_rgb (cairo, 0x35 / 255.0, 0x84 / 255.0, 0xe4 / 255.0);
  else if (g_str_equal (executor, "downloads"))
    cairo_set_source_rgb (cairo, 0x81 / 255.0, 0x3d / 255.0, 0x9c / 255.0);
  else
    cairo_set_source_rgb (cairo, 0xe6 / 255.0, 0x61 / 255.0, 0x00 / 255.0);
}

/* In smaller letters where it is too long for a bar's place. */
static void
draw_text (Chart *chart, const char *text, double middle, double top)
{
  g_autoptr(PangoLayout) layout = pango_cairo_create_layout (chart->cairo);
  g_autoptr(PangoFontDescription) font = pango_font_description_from_string ("Sans 9");
  int width, height;

  pango_layout_set_text (layout, text, -1);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_set_font_description (layout, font);
  pango_layout_get_pixel_size (layout, &width, &height);
  if (width > chart->slot - GAP)
    {
      pango_font_description_set_size (
        font, (int) (pango_font_description_get_size (font) * (chart->slot - GAP) / width));
      pango_layout_set_font_description (layout, font);
      pango_layout_get_pixel_size (layout, &width, &height);
    }
  gdk_cairo_set_source_rgba (chart->cairo, &chart->text);
  cairo_move_to (chart->cairo, middle - width / 2.0, top);
  pango_cairo_show_layout (chart->cairo, layout);
}

static void
draw_trial (Chart *chart, guint i, const ThimbleCompareTrial *trial)
{
  double middle = chart->left + (i + 0.5) * chart->slot;
  double height = trial->images_per_second * chart->scale;
  g_autofree char *label
    = g_strdup_printf ("%u\n%s", trial->n_workers, thimble_compare_trial_get_label (trial));
  g_autofree char *value = g_strdup_printf ("%'.0f", trial->images_per_second);

  if (trial->error == NULL)
    {
      set_executor_colour (chart->cairo, trial->executor);
      cairo_rectangle (chart->cairo, middle - chart->bar / 2, chart->base - height, chart->bar,
                       height);
      cairo_fill (chart->cairo);
    }
  draw_text (chart, trial->error != NULL ? "–" : value, middle, chart->base - height - 18);
  draw_text (chart, label, middle, chart->base + 4);
}

/* From one trial to the next of the same executor, between their bars: above them are numbers. */
static void
draw_curve (Chart *chart, GArray *trials)
{
  for (guint i = 1; i < trials->len; i++)
    {
      const ThimbleCompareTrial *from = &g_array_index (trials, ThimbleCompareTrial, i - 1);
      const ThimbleCompareTrial *to = &g_array_index (trials, ThimbleCompareTrial, i);

      if (from->executor != to->executor || from->error != NULL || to->error != NULL)
        continue;
      gdk_cairo_set_source_rgba (chart->cairo, &chart->text);
      cairo_set_line_width (chart->cairo, 2);
      cairo_move_to (chart->cairo, chart->left + (i - 0.5) * chart->slot + chart->bar / 2,
                     chart->base - from->images_per_second * chart->scale);
      cairo_line_to (chart->cairo, chart->left + (i + 0.5) * chart->slot - chart->bar / 2,
                     chart->base - to->images_per_second * chart->scale);
      cairo_stroke (chart->cairo);
    }
}

/**
 * thimble_compare_chart_draw:
 * @cairo: to draw on, from 0, 0
 * @width: pixels
 * @height: pixels
 * @text: colour of text and lines
 *
 * Draws the trials that there are, with room for those to come.
 */
void
thimble_compare_chart_draw (ThimbleCompareRun *run,
                            cairo_t *cairo,
                            int width,
                            int height,
                            const GdkRGBA *text)
{
  GArray *trials = thimble_compare_run_get_trials (run);
  guint n = MAX (trials->len, thimble_compare_run_get_n_expected (run));
  Chart chart = { .run = run, .cairo = cairo, .text = *text, .left = MARGIN };
  double most = 0;

  for (guint i = 0; i < trials->len; i++)
    most = MAX (most, g_array_index (trials, ThimbleCompareTrial, i).images_per_second);
  chart.base = height - LABELS;
  chart.slot = (width - 2 * MARGIN) / MAX (n, 1);
  chart.bar = MIN (chart.slot * 0.6, 64);
  chart.scale = most > 0 ? (chart.base - ABOVE) / most : 0;
  for (guint i = 0; i < trials->len; i++)
    draw_trial (&chart, i, &g_array_index (trials, ThimbleCompareTrial, i));
  draw_curve (&chart, trials);
}

static cairo_status_t
append_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/**
 * thimble_compare_chart_dup_png:
 *
 * Returns: (transfer full): the chart as a PNG, black on white
 */
GBytes *
thimble_compare_chart_dup_png (ThimbleCompareRun *run)
{
  cairo_surface_t *surface
    = cairo_image_surface_create (CAIRO_FORMAT_RGB24, PNG_WIDTH, PNG_HEIGHT);
  cairo_t *cairo = cairo_create (surface);
  GByteArray *png = g_byte_array_new ();

  cairo_set_source_rgb (cairo, 1, 1, 1);
  cairo_paint (cairo);
  thimble_compare_chart_draw (run, cairo, PNG_WIDTH, PNG_HEIGHT, &(GdkRGBA) { 0, 0, 0, 1 });
  cairo_destroy (cairo);
  cairo_surface_write_to_png_stream (surface, append_cb, png);
  cairo_surface_destroy (surface);
  return g_byte_array_free_to_bytes (png);
}
