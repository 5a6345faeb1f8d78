/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "integrate": an entry “Make Thumbnails” in the menus of the user's file managers, and Thimble
 * ahead of other thumbnailers. All is in the user's own folders, is done only when asked for, and
 * goes again with --remove; what is there of other programs stays as it is. */

#include "config.h"

#include "thimble-cli-integrate.h"

#include "thimble-cli-make.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define THUMBNAILER APPLICATION_ID ".thumbnailer"

/* By this line a script is known as ours, whatever language gave it its name. */
#define MARK "# Made by thimble-cli integrate; --remove removes it."

/**
 * thimble_cli_write_own:
 * @path: (type filename): absolute
 * @text: all of it
 * @mode: as for open()
 *
 * Writes a file of the user's whole, with the folders above it, and says so.
 *
 * Returns: whether it is there
 */
gboolean
thimble_cli_write_own (const char *path, const char *text, int mode, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                   _("“%s” cannot be made: %s"), folder, g_strerror (errno));
      return FALSE;
    }
  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, mode, error))
    return FALSE;
  printf (_("%s: written\n"), path);
  return TRUE;
}

/**
 * thimble_cli_remove_own:
 * @path: (type filename): absolute
 *
 * Removes a file of ours and says so; one that is not there is no error.
 *
 * Returns: whether it is gone
 */
gboolean
thimble_cli_remove_own (const char *path, GError **error)
{
  if (g_unlink (path) == 0)
    printf (_("%s: removed\n"), path);
  else if (errno != ENOENT)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                   _("“%s” cannot be removed: %s"), path, g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}

static char *
dup_scripts_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "nautilus", "scripts", NULL);
}

static gboolean
is_own_script (const char *path)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, MARK) != NULL;
}

static gboolean
remove_scripts (GError **error)
{
  g_autofree char *folder = dup_scripts_folder ();
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  gboolean is_done = TRUE;
  const char *name;

  while (dir != NULL && is_done && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (is_own_script (path))
        is_done = thimble_cli_remove_own (path, error);
    }
  return is_done;
}

/* Nautilus hands a script the names of what is selected, in the folder that it shows. Ours are gone
 * by now, so what has the name is somebody's own. */
static gboolean
write_script (const char *program, GError **error)
{
  g_autofree char *folder = dup_scripts_folder ();
  g_autofree char *path = g_build_filename (folder, _("Make Thumbnails"), NULL);
  g_autofree char *quoted = g_shell_quote (program);
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\n" MARK "\n"
                                           "[ \"$#\" -gt 0 ] || set -- .\n"
                                           "exec %s \"$@\"\n",
                                           quoted);

  if (g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
                   _("“%s” is another script and stays as it is. Give it another name."), path);
      return FALSE;
    }
  return thimble_cli_write_own (path, text, 0755, error);
}

static char *
dup_thumbnailer (void)
{
  return g_build_filename (g_get_user_data_dir (), "thumbnailers", THUMBNAILER, NULL);
}

/* The user's entries are looked at before those of the system, where it depends on the order of
 * their names on disk whose is first. */
static gboolean
write_thumbnailer (const char *program, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (program);
  g_autofree char *installed
    = g_build_filename (folder, "..", "share", "thumbnailers", THUMBNAILER, NULL);
  g_autofree char *path = dup_thumbnailer ();
  g_autofree char *text = NULL;

  return g_file_get_contents (installed, &text, NULL, error)
         && thimble_cli_write_own (path, text, 0644, error);
}

/* The window's program: installed beside this one. */
static char *
find_program (GError **error)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", error);
  g_autofree char *folder = NULL;
  g_autofree char *program = NULL;

  if (self == NULL)
    return NULL;
  if (access ("/.flatpak-info", F_OK) == 0)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_PERM,
                           _("A Flatpak cannot reach the menus of file managers. “Open With” of a "
                             "folder or image opens Thimble."));
      return NULL;
    }
  folder = g_path_get_dirname (self);
  program = g_build_filename (folder, "thimble", NULL);
  if (access (program, X_OK) == 0)
    return g_steal_pointer (&program);
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
               _("“%s” is not there, which the menus would open. Call the “thimble-cli” of an "
                 "installed Thimble."),
               program);
  return NULL;
}

static gboolean
is_installed (const char *name)
{
  g_autofree char *path = g_find_program_in_path (name);

  return path != NULL;
}

static gboolean
add_all (GError **error)
{
  g_autofree char *program = find_program (error);

  if (program == NULL || !remove_scripts (error))
    return FALSE;
  if (is_installed ("nautilus") && !write_script (program, error))
    return FALSE;
  if (is_installed ("thunar") && !thimble_cli_set_thunar_action (program, error))
    return FALSE;
  return write_thumbnailer (program, error);
}

static gboolean
remove_all (GError **error)
{
  g_autofree char *thumbnailer = dup_thumbnailer ();

  return remove_scripts (error) && thimble_cli_set_thunar_action (NULL, error)
         && thimble_cli_remove_own (thumbnailer, error);
}

/**
 * thimble_cli_integrate:
 * @arguments: (array zero-terminated=1): the command's name and the words after it
 *
 * Returns: a #ThimbleExit
 */
int
thimble_cli_integrate (char **arguments)
{
  gboolean removes = FALSE;
  const GOptionEntry what[] = {
    { "remove", 0, 0, G_OPTION_ARG_NONE, &removes, N_("Remove what was added"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr(GOptionContext) context = g_option_context_new (
    _("– add “Make Thumbnails” to the menus of Nautilus and Thunar"));
  g_autoptr(GError) error = NULL;

  g_option_context_add_main_entries (context, what, GETTEXT_PACKAGE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  if (g_option_context_parse_strv (context, &arguments, &error) && g_strv_length (arguments) > 1)
    g_set_error (&error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("“%s” is too much: there is only --remove."), arguments[1]);
  if (error == NULL && (removes ? remove_all (&error) : add_all (&error)))
    return THIMBLE_EXIT_ALL_MADE;
  thimble_cli_complain ("%s", error->message);
  return error->domain == G_OPTION_ERROR ? THIMBLE_EXIT_USAGE : THIMBLE_EXIT_COULD_NOT_GO_ON;
}
