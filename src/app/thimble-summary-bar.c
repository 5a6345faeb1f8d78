/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Puts a ThimbleRunSummary into words: only what there is any of, what was made first. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-summary-bar.h"

#include <glib/gi18n.h>

struct _ThimbleSummaryBar
{
  AdwBin parent_instance;

  GtkBox *box;
  GtkImage *icon;
  GtkLabel *label;
  GtkLabel *details_label;
  GtkButton *failures_button;
  GtkButton *folder_button;
};

enum
{
  PROP_0,
  PROP_NARROW,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (ThimbleSummaryBar, thimble_summary_bar, ADW_TYPE_BIN)

static GParamSpec *properties[N_PROPS];

static char *
describe_seconds (double seconds)
{
  if (seconds < 0.1)
    /* Translators: milliseconds; below, seconds and minutes: abbreviations. */
    return g_strdup_printf (_ ("%.0f ms"), MAX (seconds * 1000, 1));
  if (seconds < 10)
    return g_strdup_printf (_ ("%.1f s"), seconds);
  if (seconds < 60)
    return g_strdup_printf (_ ("%.0f s"), seconds);
  return g_strdup_printf (_ ("%u min %u s"), (guint) seconds / 60, (guint) seconds % 60);
}

static void
append_part (GString *text, char *part)
{
  if (text->len > 0)
    /* Translators: between the parts of a list: "3 made, 1 failed". */
    g_string_append (text, C_ ("list", ", "));
  g_string_append (text, part);
  g_free (part);
}

/* The second line: "472 images/s · 51.2 MB made from 3.1 GB", as much of it as is worth telling. */
static char *
describe_details (const ThimbleRunSummary *summary)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (summary->n_done > 1 && summary->seconds > 0)
    /* Translators: images a second. */
    g_string_append_printf (text, _ ("%'.0f images/s"), summary->n_done / summary->seconds);
  if (summary->n_bytes_made > 0)
    {
      g_autofree char *made = g_format_size (summary->n_bytes_made);
      g_autofree char *read = g_format_size (summary->n_bytes_read);

      if (text->len > 0)
        g_string_append (text, " · ");
      if (summary->n_bytes_made < summary->n_bytes_read)
        {
          g_autofree char *saved
            = g_format_size (summary->n_bytes_read - summary->n_bytes_made);

          /* Translators: sizes of files: "51.2 MB from 3.1 GB, 3.0 GB less". */
          g_string_append_printf (text, _ ("%s from %s, %s less"), made, read, saved);
        }
      else
        {
          /* Translators: sizes of files: "51.2 MB from 3.1 MB". */
          g_string_append_printf (text, _ ("%s from %s"), made, read);
        }
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * thimble_run_summary_describe:
 * @summary: of a run
 *
 * Returns: (transfer full): "1,000 made, 3 failed in 2.1 s"
 */
char *
thimble_run_summary_describe (const ThimbleRunSummary *summary)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *seconds = NULL;

  g_return_val_if_fail (summary != NULL, NULL);

  if (summary->n_done > 0)
    /* Translators: how many thumbnails were made; parts of "3 made, 1 failed". */
    append_part (text, g_strdup_printf (ngettext ("%'u made", "%'u made", summary->n_done),
                                        summary->n_done));
  if (summary->n_skipped > 0)
    append_part (text, g_strdup_printf (ngettext ("%'u up to date", "%'u up to date",
                                                  summary->n_skipped),
                                        summary->n_skipped));
  if (summary->n_failed > 0)
    append_part (text, g_strdup_printf (ngettext ("%'u failed", "%'u failed", summary->n_failed),
                                        summary->n_failed));
  if (summary->n_cancelled > 0)
    append_part (text, g_strdup_printf (ngettext ("%'u cancelled", "%'u cancelled",
                                                  summary->n_cancelled),
                                        summary->n_cancelled));
  if (text->len == 0)
    return g_strdup (_ ("There was nothing to do"));

  seconds = describe_seconds (summary->seconds);
  /* Translators: "1,000 made, 3 failed" and "2.1 s". */
  return g_strdup_printf (_ ("%s in %s"), text->str, seconds);
}

static gboolean
thimble_summary_bar_get_narrow (ThimbleSummaryBar *self)
{
  return gtk_orientable_get_orientation (GTK_ORIENTABLE (self->box)) == GTK_ORIENTATION_VERTICAL;
}

static void
thimble_summary_bar_set_narrow (ThimbleSummaryBar *self, gboolean narrow)
{
  if (thimble_summary_bar_get_narrow (self) == narrow)
    return;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->box), narrow ? GTK_ORIENTATION_VERTICAL
                                                                     : GTK_ORIENTATION_HORIZONTAL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
}

static void
thimble_summary_bar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_NARROW:
      g_value_set_boolean (value, thimble_summary_bar_get_narrow (THIMBLE_SUMMARY_BAR (object)));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thimble_summary_bar_set_property (GObject *object,
                                  guint id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_NARROW:
      thimble_summary_bar_set_narrow (THIMBLE_SUMMARY_BAR (object), g_value_get_boolean (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
thimble_summary_bar_class_init (ThimbleSummaryBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = thimble_summary_bar_get_property;
  object_class->set_property = thimble_summary_bar_set_property;
  properties[PROP_NARROW] = g_param_spec_boolean (
    "narrow", NULL, NULL, FALSE,
    G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/thimble/Thimble/thimble-summary-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ThimbleSummaryBar, box);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSummaryBar, icon);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSummaryBar, label);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSummaryBar, details_label);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSummaryBar, failures_button);
  gtk_widget_class_bind_template_child (widget_class, ThimbleSummaryBar, folder_button);
}

static void
thimble_summary_bar_init (ThimbleSummaryBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
thimble_summary_bar_show_icon (ThimbleSummaryBar *self, const ThimbleRunSummary *summary)
{
  const char *icon_name = "object-select-symbolic";
  const char *css_class = "success";

  if (summary->n_failed > 0)
    {
      icon_name = "dialog-warning-symbolic";
      css_class = "warning";
    }
  else if (summary->n_cancelled > 0)
    {
      icon_name = "process-stop-symbolic";
      css_class = "dim-label";
    }

  gtk_image_set_from_icon_name (self->icon, icon_name);
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), (const char *[]){ css_class, NULL });
}

/**
 * thimble_summary_bar_show:
 * @summary: of the run that ended
 *
 * Says how a run ended.
 */
void
thimble_summary_bar_show (ThimbleSummaryBar *self, const ThimbleRunSummary *summary)
{
  g_autofree char *text = NULL;
  g_autofree char *details = NULL;
  g_autofree char *failed = NULL;

  g_return_if_fail (THIMBLE_IS_SUMMARY_BAR (self));
  g_return_if_fail (summary != NULL);

  text = thimble_run_summary_describe (summary);
  failed = g_strdup_printf (ngettext ("%'u Failed…", "%'u Failed…", summary->n_failed),
                            summary->n_failed);
  gtk_label_set_label (self->label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->label), TRUE); /* while empty, GTK mismeasures it */
  details = describe_details (summary);
  gtk_label_set_label (self->details_label, details);
  gtk_widget_set_visible (GTK_WIDGET (self->details_label), details[0] != '\0');
  gtk_button_set_label (self->failures_button, failed);
  gtk_widget_set_visible (GTK_WIDGET (self->failures_button), summary->n_failed > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->folder_button),
                          summary->n_done > 0 || summary->n_skipped > 0);
  thimble_summary_bar_show_icon (self, summary);
}
