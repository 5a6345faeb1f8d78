/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The entry in Thunar's menu. Thunar keeps the user's custom actions in one XML file, so ours is
 * put into the text of that file and cut out of it, and all else stays as it is, to the byte. */

#include "config.h"

#include "thimble-cli-integrate.h"

#include <glib/gi18n.h>
#include <string.h>

#define ACTION_ID "<unique-id>" APPLICATION_ID "</unique-id>"
#define ACTION_BEGIN "<action>"
#define ACTION_END "</action>"
#define LIST_END "</actions>"

/* The actions of a user who has changed none: the system's, as Thunar has them. */
static char *
dup_default (void)
{
  const char *const *folders = g_get_system_config_dirs ();

  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folders[i], "Thunar", "uca.xml", NULL);
      char *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL))
        return text;
    }
  return g_strdup ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<actions>\n</actions>\n");
}

/* Whether it is a list of actions, as far as must be known to change it. */
static gboolean
check_list (const char *path, const char *text, GError **error)
{
  static const GMarkupParser parser = { 0 };
  g_autoptr(GMarkupParseContext) context
    = g_markup_parse_context_new (&parser, G_MARKUP_DEFAULT_FLAGS, NULL, NULL);
  g_autoptr(GError) cause = NULL;

  if (g_markup_parse_context_parse (context, text, -1, &cause)
      && g_markup_parse_context_end_parse (context, &cause) && strstr (text, LIST_END) != NULL)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
               _("“%s” is no list of Thunar’s actions and stays as it is: %s"), path,
               cause != NULL ? cause->message : LIST_END);
  return FALSE;
}

/* Without our action, where there is one. */
static void
cut_action (GString *text)
{
  const char *id = strstr (text->str, ACTION_ID);
  const char *begin
    = id != NULL ? g_strrstr_len (text->str, id - text->str, ACTION_BEGIN) : NULL;
  const char *end = id != NULL ? strstr (id, ACTION_END) : NULL;

  if (begin == NULL || end == NULL)
    return;
  end += strlen (ACTION_END);
  end += *end == '\n';
  g_string_erase (text, begin - text->str, end - begin);
}

static void
put_action (GString *text, const char *program)
{
  g_autofree char *quoted = g_shell_quote (program);
  g_autofree char *action = g_markup_printf_escaped (
    ACTION_BEGIN "\n"
    "\t<icon>" APPLICATION_ID "</icon>\n"
    "\t<name>%s</name>\n"
    "\t<unique-id>" APPLICATION_ID "</unique-id>\n"
    "\t<command>%s %%F</command>\n"
    "\t<description>%s</description>\n"
    "\t<patterns>*</patterns>\n"
    "\t<startup-notify/>\n"
    "\t<directories/>\n"
    "\t<image-files/>\n" ACTION_END "\n",
    _("Make Thumbnails"), quoted, _("Open in Thimble, which makes thumbnails"));

  g_string_insert (text, g_strrstr (text->str, LIST_END) - text->str, action);
}

/**
 * thimble_cli_set_thunar_action:
 * @program: (type filename) (nullable): what the action starts; %NULL for no such action
 *
 * Adds, changes or removes the action in the user's list. A list that is the system's again after
 * that is removed. Thunar reads it when it starts.
 *
 * Returns: whether it is so; if not, the list is as it was
 */
gboolean
thimble_cli_set_thunar_action (const char *program, GError **error)
{
  g_autofree char *path
    = g_build_filename (g_get_user_config_dir (), "Thunar", "uca.xml", NULL);
  g_autofree char *usual = dup_default ();
  g_autofree char *old = NULL;
  g_autoptr(GString) text = NULL;
  g_autoptr(GError) cause = NULL;

  if (!g_file_get_contents (path, &old, NULL, &cause)
      && !g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  text = g_string_new (old != NULL ? old : usual);
  if (program == NULL && strstr (text->str, ACTION_ID) == NULL)
    return TRUE;
  if (!check_list (path, text->str, error))
    return FALSE;
  cut_action (text);
  if (program != NULL)
    put_action (text, program);
  if (g_str_equal (text->str, usual))
    return thimble_cli_remove_own (path, error);
  return thimble_cli_write_own (path, text->str, 0644, error);
}
