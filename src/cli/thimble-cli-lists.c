/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "formats" and "presets": what there is. */

#include "config.h"

#include "thimble-cli-make.h"

#include "thimble-engine.h"
#include "thimble-presets.h"

#include <glib/gi18n.h>
#include <stdio.h>

static gboolean
takes_nothing (char **arguments)
{
  if (arguments[0] == NULL || arguments[1] == NULL)
    return TRUE;
  thimble_cli_complain (_("“%s” takes no arguments."), arguments[0]);
  return FALSE;
}

/**
 * thimble_cli_formats:
 *
 * Prints what is read and written, a line each.
 */
int
thimble_cli_formats (char **arguments)
{
  g_autoptr(GPtrArray) formats = NULL;

  if (!takes_nothing (arguments))
    return THIMBLE_EXIT_USAGE;
  formats = thimble_engine_list_formats ();
  for (guint i = 0; i < formats->len; i++)
    {
      const ThimbleKnownFormat *format = formats->pdata[i];

      /* Translators: what can be done with an image format. */
      printf ("%-10s %-12s %-14s %s\n", format->name,
              format->can_write ? _("read, write") : _("read"), format->codec, format->extensions);
    }
  return THIMBLE_EXIT_ALL_MADE;
}

/**
 * thimble_cli_presets:
 *
 * Prints the presets by name, with their sizes.
 */
int
thimble_cli_presets (char **arguments)
{
  g_autoptr(GPtrArray) presets = NULL;

  if (!takes_nothing (arguments))
    return THIMBLE_EXIT_USAGE;
  presets = thimble_presets_get_builtin ();
  for (guint i = 0; i < presets->len; i++)
    {
      ThimblePreset *preset = presets->pdata[i];
      g_autoptr(GString) sizes = g_string_new (NULL);

      for (guint j = 0; j < thimble_preset_get_n_renditions (preset); j++)
        {
          g_autofree char *label
            = thimble_rendition_dup_label (thimble_preset_get_rendition (preset, j));
          g_string_append_printf (sizes, "%s%s", j > 0 ? ", " : "", label);
        }
      printf ("%-14s %s\n", thimble_preset_get_name (preset), sizes->str);
    }
  return THIMBLE_EXIT_ALL_MADE;
}
