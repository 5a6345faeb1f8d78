/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A cell is drawn, not put together from widgets: the grid has hundreds, and labels that get a new
 * text are measured anew, and the window with them, in each frame of a scroll. So a cell's height
 * depends on the font alone, and its lines are laid out when they are drawn.
 *
 * A texture is not scaled: it was asked for in device pixels, so it is put on the grid of device
 * pixels, one to one, and stays sharp at every scale factor.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-cell-drawing.h"

#include <adwaita.h>
#include <math.h>

#define CORNER_RADIUS 6
#define CORNER_SHARE 8 /* and at most this part of a side: a strip keeps its ends */
#define BAR_HEIGHT 4
#define BAR_MARGIN 8
#define BADGE_RING 2
#define LINES_GAP 6

/* As libadwaita's "caption" has it. */
#define CAPTION_SCALE 0.82

/* How large a badge is: it covers little of a small square. */
typedef struct
{
  int size;
  int margin;
  int icon_size;
} BadgeSize;

#define SMALL_SQUARE 80
static const BadgeSize badge = { 22, 5, 12 };
static const BadgeSize small_badge = { 16, 3, 10 };

/* How a state looks; colours by their names in the theme. */
static const struct
{
  const char *icon_name; /* of the badge, NULL for none */
  const char *colour;    /* of its ground, NULL for grey */
} looks[] = {
  [THIMBLE_ITEM_WAITING] = { NULL, NULL },
  [THIMBLE_ITEM_DOWNLOADING] = { "folder-download-symbolic", "accent_bg_color" },
  [THIMBLE_ITEM_RUNNING] = { "content-loading-symbolic", "accent_bg_color" },
  [THIMBLE_ITEM_DONE] = { "object-select-symbolic", "success_bg_color" },
  [THIMBLE_ITEM_SKIPPED] = { "object-select-symbolic", NULL },
  [THIMBLE_ITEM_FAILED] = { "dialog-warning-symbolic", "error_bg_color" },
  [THIMBLE_ITEM_CANCELLED] = { "process-stop-symbolic", NULL },
};

static const GdkRGBA grey = { 0.369f, 0.361f, 0.392f, 1 };
static const GdkRGBA white = { 1, 1, 1, 1 };

/* --- colours ---------------------------------------------------------------------------------- */

static GdkRGBA
get_colour (GtkWidget *widget, double alpha)
{
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  colour.alpha *= (float) alpha;
  return colour;
}

/* What is @alpha of the text's colour for most, and @contrast of it in high contrast. */
static GdkRGBA
get_contrast_colour (GtkWidget *widget, double alpha, double contrast)
{
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (widget));

  return get_colour (widget, adw_style_manager_get_high_contrast (manager) ? contrast : alpha);
}

static GdkRGBA
look_up_colour (GtkWidget *widget, const char *name, const GdkRGBA *otherwise)
{
  GdkRGBA colour = *otherwise;

  if (name != NULL)
    gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &colour);
  return colour;
}

/* --- the picture ------------------------------------------------------------------------------ */

static void
append_icon (GtkWidget *widget,
             GtkSnapshot *snapshot,
             const char *icon_name,
             int size,
             double x,
             double y,
             const GdkRGBA *colour)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));
  g_autoptr(GtkIconPaintable) icon
    = gtk_icon_theme_lookup_icon (theme, icon_name, NULL, size,
                                  gtk_widget_get_scale_factor (widget),
                                  gtk_widget_get_direction (widget), 0);
  const GdkRGBA colours[] = { *colour, *colour, *colour, *colour };

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, size, size,
                                            colours, G_N_ELEMENTS (colours));
  gtk_snapshot_restore (snapshot);
}

static void
append_round (GtkSnapshot *snapshot,
              const graphene_rect_t *rect,
              double radius,
              const GdkRGBA *colour)
{
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, rect, (float) radius);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, colour, rect);
  gtk_snapshot_pop (snapshot);
}

/* The size of the texture in CSS pixels, or less if the square is smaller; the whole square while
 * there is none. */
static void
place_picture (const ThimbleCellDrawing *self,
               GtkWidget *widget,
               const graphene_rect_t *square,
               graphene_rect_t *rect)
{
  double scale = gtk_widget_get_scale_factor (widget);
  double width, height, shrink;

  *rect = *square;
  if (self->texture == NULL)
    return;
  width = gdk_texture_get_width (self->texture) / scale;
  height = gdk_texture_get_height (self->texture) / scale;
  shrink = MAX (1, MAX (width, height) / self->size);
  width /= shrink;
  height /= shrink;
  graphene_rect_init (rect,
                      (float) (floor ((square->origin.x + (self->size - width) / 2) * scale)
                               / scale),
                      (float) (floor ((self->size - height) / 2 * scale) / scale), (float) width,
                      (float) height);
}

static void
append_picture (const ThimbleCellDrawing *self,
                GtkWidget *widget,
                GtkSnapshot *snapshot,
                const graphene_rect_t *rect)
{
  const float widths[4] = { 1, 1, 1, 1 };
  const GdkRGBA edge = get_contrast_colour (widget, 0.12, 0.5);
  const GdkRGBA edges[4] = { edge, edge, edge, edge };
  const float side = MIN (rect->size.width, rect->size.height);
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, rect, MIN (CORNER_RADIUS, side / CORNER_SHARE));
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_texture (snapshot, self->texture, rect);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, widths, edges);
}

static void
append_placeholder (const ThimbleCellDrawing *self,
                    GtkWidget *widget,
                    GtkSnapshot *snapshot,
                    const graphene_rect_t *square)
{
  const GdkRGBA ground = get_contrast_colour (widget, 0.05, 0.1);
  const GdkRGBA colour = get_contrast_colour (widget, 0.3, 0.7);
  int size = self->size / 3;

  append_round (snapshot, square, CORNER_RADIUS, &ground);
  append_icon (widget, snapshot, self->icon_name, size, square->origin.x + (self->size - size) / 2,
               (self->size - size) / 2, &colour);
}

/* A groove, and the part of it that is done, as a progress bar has them. */
static void
append_bar (const ThimbleCellDrawing *self,
            GtkWidget *widget,
            GtkSnapshot *snapshot,
            const graphene_rect_t *square)
{
  const GdkRGBA groove = get_colour (widget, 0.2);
  const GdkRGBA colour = get_contrast_colour (widget, 0.8, 1);
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  graphene_rect_t rect
    = GRAPHENE_RECT_INIT (square->origin.x + BAR_MARGIN,
                          (float) (self->size - BAR_MARGIN - BAR_HEIGHT),
                          (float) (self->size - 2 * BAR_MARGIN), BAR_HEIGHT);
  float done = rect.size.width * (float) self->progress;
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &rect, BAR_HEIGHT / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &groove, &rect);
  rect.origin.x += is_rtl ? rect.size.width - done : 0;
  rect.size.width = done;
  gtk_snapshot_append_color (snapshot, &colour, &rect);
  gtk_snapshot_pop (snapshot);
}

/* In the corner of the picture; of the square where that would hide the picture; and in the middle of
 * a strip. */
static void
place_badge (const graphene_rect_t *square,
             const graphene_rect_t *picture,
             const BadgeSize *size,
             gboolean is_rtl,
             graphene_rect_t *rect)
{
  const float room = (float) (size->size + 2 * size->margin);
  gboolean is_hidden = picture->size.width < 2 * room && picture->size.height < 2 * room;
  const graphene_rect_t *around = is_hidden ? square : picture;

  graphene_rect_init (rect,
                      is_rtl ? around->origin.x + size->margin
                             : around->origin.x + around->size.width - size->margin - size->size,
                      around->origin.y + around->size.height - size->margin - size->size,
                      size->size, size->size);
  if (around->size.width < room)
    rect->origin.x = around->origin.x + (around->size.width - size->size) / 2;
  if (around->size.height < room)
    rect->origin.y = around->origin.y + (around->size.height - size->size) / 2;
}

/* It lies on a picture of any colour: it brings its own ground. */
static void
append_badge (const ThimbleCellDrawing *self,
              GtkWidget *widget,
              GtkSnapshot *snapshot,
              const graphene_rect_t *square,
              const graphene_rect_t *picture)
{
  const GdkRGBA shade = { 0, 0, 0, 0.12f };
  const GdkRGBA ground = look_up_colour (widget, looks[self->state].colour, &grey);
  const BadgeSize *size = self->size < SMALL_SQUARE ? &small_badge : &badge;
  graphene_rect_t rect, ring;

  place_badge (square, picture, size, gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL, &rect);
  graphene_rect_inset_r (&rect, -BADGE_RING, -BADGE_RING, &ring);
  append_round (snapshot, &ring, ring.size.width / 2, &shade);
  append_round (snapshot, &rect, size->size / 2.0, &ground);
  append_icon (widget, snapshot, looks[self->state].icon_name, size->icon_size,
               rect.origin.x + (size->size - size->icon_size) / 2.0,
               rect.origin.y + (size->size - size->icon_size) / 2.0, &white);
}

/* --- the lines -------------------------------------------------------------------------------- */

static PangoLayout *
create_line (GtkWidget *widget, const char *text, gboolean is_caption)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);

  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_set_ellipsize (layout, is_caption ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_MIDDLE);
  if (is_caption)
    {
      g_autoptr(PangoAttrList) attributes = pango_attr_list_new ();

      pango_attr_list_insert (attributes, pango_attr_scale_new (CAPTION_SCALE));
      pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
      pango_layout_set_attributes (layout, attributes);
    }
  return layout;
}

static int
append_line (GtkWidget *widget,
             GtkSnapshot *snapshot,
             const char *text,
             gboolean is_caption,
             int y,
             const GdkRGBA *colour)
{
  g_autoptr(PangoLayout) layout = create_line (widget, text, is_caption);
  int height;

  pango_layout_set_width (layout, gtk_widget_get_width (widget) * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, NULL, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, (float) y));
  gtk_snapshot_append_layout (snapshot, layout, colour);
  gtk_snapshot_restore (snapshot);
  return y + height;
}

static void
append_lines (const ThimbleCellDrawing *self, GtkWidget *widget, GtkSnapshot *snapshot)
{
  const GdkRGBA colour = get_colour (widget, 1);
  const GdkRGBA dim = get_contrast_colour (widget, 0.55, 0.9);
  const GdkRGBA status = self->state == THIMBLE_ITEM_FAILED
                           ? look_up_colour (widget, "error_color", &dim)
                           : dim;
  int y = append_line (widget, snapshot, self->name, FALSE, self->size + LINES_GAP, &colour);

  append_line (widget, snapshot, self->status, TRUE, y, &status);
}

/* --- the whole -------------------------------------------------------------------------------- */

/**
 * thimble_cell_drawing_get_height:
 * @widget: that has the font
 * @size: the side of the picture's square, in CSS pixels
 *
 * Returns: how high the square and the lines are, in CSS pixels
 */
int
thimble_cell_drawing_get_height (GtkWidget *widget, int size)
{
  /* All cells have one font: what it was measured for is kept. */
  static PangoFontDescription *measured;
  static double measured_resolution;
  static int height;
  PangoContext *context = gtk_widget_get_pango_context (widget);
  const PangoFontDescription *font = pango_context_get_font_description (context);
  double resolution = pango_cairo_context_get_resolution (context);

  if (measured == NULL || measured_resolution != resolution
      || !pango_font_description_equal (measured, font))
    {
      g_autoptr(PangoLayout) name = create_line (widget, "Mg", FALSE);
      g_autoptr(PangoLayout) status = create_line (widget, "Mg", TRUE);
      int name_height, status_height;

      pango_layout_get_pixel_size (name, NULL, &name_height);
      pango_layout_get_pixel_size (status, NULL, &status_height);
      height = name_height + status_height;
      g_clear_pointer (&measured, pango_font_description_free);
      measured = pango_font_description_copy (font);
      measured_resolution = resolution;
    }
  return size + LINES_GAP + height;
}

/**
 * thimble_cell_drawing_snapshot:
 * @widget: whose colours, font, width and direction count
 *
 * Draws a cell.
 */
void
thimble_cell_drawing_snapshot (const ThimbleCellDrawing *self,
                               GtkWidget *widget,
                               GtkSnapshot *snapshot)
{
  graphene_rect_t square
    = GRAPHENE_RECT_INIT ((float) ((gtk_widget_get_width (widget) - self->size) / 2), 0,
                          (float) self->size, (float) self->size);
  graphene_rect_t rect;

  place_picture (self, widget, &square, &rect);
  gtk_snapshot_push_opacity (snapshot, self->state == THIMBLE_ITEM_CANCELLED ? 0.6 : 1);
  if (self->texture != NULL)
    append_picture (self, widget, snapshot, &rect);
  else
    append_placeholder (self, widget, snapshot, &square);
  gtk_snapshot_pop (snapshot);
  if (self->texture == NULL && self->progress >= 0)
    append_bar (self, widget, snapshot, &square);
  /* A bar at the foot says more than a badge, which would lie on it. */
  if (looks[self->state].icon_name != NULL && self->progress < 0)
    append_badge (self, widget, snapshot, &square, &rect);
  append_lines (self, widget, snapshot);
}
