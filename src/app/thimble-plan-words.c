/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A plan in words: what would happen, what files would be called, and how a page uses them. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-plan-words.h"

#include "thimble-name-template.h"

#include <glib/gi18n.h>

static void
append_part (GString *text, guint n, char *part)
{
  if (n > 0 && text->len > 0)
    /* Translators: between the parts of a list: "352 images are new, 1 is made again". */
    g_string_append (text, C_ ("list", ", "));
  if (n > 0)
    g_string_append (text, part);
  g_free (part);
}

/* "352 images are new, 1 is made again", or "" where nothing would happen. */
static char *
describe_counts (const ThimblePlan *plan)
{
  GString *text = g_string_new (NULL);

  append_part (text, plan->n_new,
               g_strdup_printf (ngettext ("%'u image is new", "%'u images are new", plan->n_new),
                                plan->n_new));
  /* Translators: of images. */
  append_part (text, plan->n_replaced,
               g_strdup_printf (ngettext ("%'u is made again", "%'u are made again",
                                          plan->n_replaced),
                                plan->n_replaced));
  /* Translators: of images. */
  append_part (text, plan->n_up_to_date,
               g_strdup_printf (ngettext ("%'u is up to date", "%'u are up to date",
                                          plan->n_up_to_date),
                                plan->n_up_to_date));
  /* Translators: of images. */
  append_part (text, plan->n_failed,
               g_strdup_printf (ngettext ("%'u can’t be made", "%'u can’t be made",
                                          plan->n_failed),
                                plan->n_failed));
  append_part (text, plan->n_removed,
               g_strdup_printf (ngettext ("%'u file is removed", "%'u files are removed",
                                          plan->n_removed),
                                plan->n_removed));
  return g_string_free (text, FALSE);
}

/**
 * thimble_plan_describe:
 *
 * Returns: (transfer full): what a run would do, and the space it takes; "" without images
 */
char *
thimble_plan_describe (const ThimblePlan *plan)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *counts = describe_counts (plan);
  g_autofree char *needed = g_format_size (plan->n_bytes_needed);
  g_autofree char *available = g_format_size (plan->n_bytes_free);

  if (plan->n_items == 0)
    return g_strdup ("");
  if (plan->n_new + plan->n_replaced > 0 && plan->n_bytes_free != G_MAXUINT64)
    /* Translators: "352 images are new, 1 is made again", then the space on the disk that this
     * takes, and how much is free there: “4.2 MB” and “20 GB”. */
    g_string_append_printf (text, _ ("%s. About %s, of %s free."), counts, needed, available);
  else if (counts[0] != '\0')
    /* Translators: "12 are up to date, 1 file is removed". */
    g_string_append_printf (text, _ ("%s."), counts);
  if (plan->failure != NULL)
    g_string_append_printf (text, "\n%s", plan->failure);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * thimble_plan_describe_names:
 *
 * Returns: (transfer full): what the first image's files would be called
 */
char *
thimble_plan_describe_names (const ThimblePlan *plan)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; plan->examples[i] != NULL; i++)
    {
      g_autofree char *name = g_filename_display_name (plan->examples[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? C_ ("list", ", ") : "", name);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * thimble_plan_dup_srcset:
 * @preset: that the plan is of
 *
 * Returns: (transfer full) (nullable): an HTML element that offers all sizes, each by its width
 *   (HTML Living Standard, "Srcset attributes"), with the first image's files; %NULL where the
 *   preset has not several sizes that are all widths
 */
char *
thimble_plan_dup_srcset (const ThimblePlan *plan, ThimblePreset *preset)
{
  g_autoptr(GString) set = g_string_new (NULL);
  g_autofree char *middle = NULL;
  guint n = thimble_preset_get_n_renditions (preset);

  if (n < 2 || g_strv_length (plan->examples) != n)
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      const ThimbleRendition *rendition = thimble_preset_get_rendition (preset, i);
      g_autofree char *escaped = g_uri_escape_string (plan->examples[i], "/", FALSE);

      if (rendition->width == 0 || rendition->height != 0)
        return NULL;
      g_string_append_printf (set, "%s%s %uw", i > 0 ? ", " : "", escaped, rendition->width);
    }
  middle = g_uri_escape_string (plan->examples[n / 2], "/", FALSE);
  return g_strdup_printf ("<img src=\"%s\" srcset=\"%s\" sizes=\"100vw\" alt=\"\">", middle,
                          set->str);
}

/**
 * thimble_plan_replaces_tree:
 * @preset: what is made
 *
 * Returns: whether the destination gets all images at full size under their own names, so that it can
 *   take the place of the folder they came from
 */
gboolean
thimble_plan_replaces_tree (ThimblePreset *preset)
{
  const char *name = thimble_preset_get_name_template (preset);

  if (name == NULL || (thimble_name_template_get_fields (name) & THIMBLE_NAME_FIELD_DASH_LABEL) == 0)
    return FALSE;
  for (guint i = 0; i < thimble_preset_get_n_renditions (preset); i++)
    if (thimble_preset_get_rendition (preset, i)->percent == 100 * 100)
      return TRUE;
  return FALSE;
}
