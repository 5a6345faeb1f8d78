/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "formats" and "presets": what there is. */

#include "config.h"

#include "thimble-cli-make.h"

#include "thimble-cli-words.h"
#include "thimble-engine.h"
#include "thimble-preset-store.h"
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

      g_autoptr(GString) line = g_string_new (NULL);

      thimble_cli_words_append_cell (line, format->name, 11);
      /* Translators: what can be done with an image format. */
      thimble_cli_words_append_cell (line, format->can_write ? _("read, write") : _("read"), 22);
      thimble_cli_words_append_cell (line, format->codec, 15);
      printf ("%s%s\n", line->str, format->extensions);
    }
  return THIMBLE_EXIT_ALL_MADE;
}

static void
print_preset (ThimblePreset *preset)
{
  g_autoptr(GString) sizes = g_string_new (NULL);
  const char *name = thimble_preset_get_name (preset);

  for (guint i = 0; i < thimble_preset_get_n_renditions (preset); i++)
    {
      g_autofree char *size = thimble_rendition_dup_size (thimble_preset_get_rendition (preset, i));

      g_string_append_printf (sizes, "%s%s", i > 0 ? ", " : "", size);
    }
  printf ("%s%*s %s\n", name, (int) MAX (0, 20 - g_utf8_strlen (name, -1)), "", sizes->str);
}

/**
 * thimble_cli_presets:
 *
 * Prints the presets by name, with their sizes: those that come with Thimble, then the user's own.
 */
int
thimble_cli_presets (char **arguments)
{
  g_autoptr(ThimblePresetStore) store = NULL;
  g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GPtrArray) builtin = NULL;
  g_autoptr(GPtrArray) own = NULL;

  if (!takes_nothing (arguments))
    return THIMBLE_EXIT_USAGE;
  store = thimble_preset_store_new (NULL);
  builtin = thimble_presets_get_builtin ();
  own = thimble_preset_store_list (store, problems);
  for (guint i = 0; i < builtin->len; i++)
    print_preset (builtin->pdata[i]);
  for (guint i = 0; i < own->len; i++)
    print_preset (own->pdata[i]);
  for (guint i = 0; i < problems->len; i++)
    thimble_cli_complain ("%s", (const char *) problems->pdata[i]);
  return problems->len > 0 ? THIMBLE_EXIT_SOME_FAILED : THIMBLE_EXIT_ALL_MADE;
}
