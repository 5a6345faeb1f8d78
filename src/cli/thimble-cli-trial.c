/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One trial of a comparison: "make" or "download" in a process of its own, so that its times and its memory are
 * its own, into a temporary folder that goes with it. Its last JSON line says what it took. */

#include "config.h"

#include "thimble-cli-trial.h"

#include "thimble-source.h"

#include <ftw.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define MAX_OPEN_FOLDERS 16

/* Of the run that goes on, or 0; a signal handler reads it. */
static volatile pid_t running_pid;

/**
 * thimble_trial_get_name:
 *
 * Returns: (transfer none): what the trial is called in the table
 */
const char *
thimble_trial_get_name (const ThimbleTrial *self)
{
  return self->is_download ? "downloads" : thimble_executor_kind_get_name (self->executor);
}

void
thimble_trial_clear (ThimbleTrial *self)
{
  g_clear_pointer (&self->message, g_free);
}

static int
remove_cb (const char *path, const struct stat *info, int type, struct FTW *walk)
{
  remove (path);
  return 0;
}

/**
 * thimble_trial_remove_folder:
 * @path: (type filename): a folder of ours
 *
 * Removes it with what is in it.
 */
void
thimble_trial_remove_folder (const char *path)
{
  nftw (path, remove_cb, MAX_OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* A link as a source; that of a page is the value of an option. */
static gboolean
is_link (char **arguments, guint i)
{
  return thimble_source_is_url (arguments[i]) && !g_str_equal (arguments[i - 1], "--page");
}

static void
add_ours (const ThimbleTrial *self, GPtrArray *words, const char *folder)
{
  if (self->is_download)
    {
      g_ptr_array_add (words, g_strdup_printf ("--connections=%u", self->n_workers));
      g_ptr_array_add (words, g_strdup_printf ("--per-host=%u", self->per_host));
    }
  else
    {
      g_ptr_array_add (words, g_strdup_printf ("--executor=%s", thimble_trial_get_name (self)));
      g_ptr_array_add (words, g_strdup_printf ("--workers=%u", self->n_workers));
    }
  if (self->downloads != NULL)
    g_ptr_array_add (words, g_strdup_printf ("--downloads=%s", self->downloads));
  g_ptr_array_add (words, g_strdup_printf ("--output=%s", folder));
  g_ptr_array_add (words, g_strdup_printf ("--catalog=%s/.thimble", folder));
  g_ptr_array_add (words, g_strdup ("--json=-"));
  g_ptr_array_add (words, g_strdup ("--progress=never"));
}

/* The user's words with ours behind them, so that ours hold; but before a "--", behind which all
 * words are sources. Where images are made of links, their files are read instead: the network is
 * not what is measured then. (Links of lists and pages are still asked whether they have changed.) */
static GPtrArray *
list_words (const ThimbleTrial *self, char **arguments, const char *folder)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  gboolean takes_files = !self->is_download && self->downloads != NULL;
  gboolean has_links = FALSE;
  guint end = 1;

  while (arguments[end] != NULL && !g_str_equal (arguments[end], "--"))
    end++;
  g_ptr_array_add (words, g_strdup ("/proc/self/exe"));
  g_ptr_array_add (words, g_strdup (self->is_download ? "download" : "make"));
  for (guint i = 1; arguments[i] != NULL; i++)
    {
      if (i == end)
        add_ours (self, words, folder);
      if (takes_files && is_link (arguments, i))
        has_links = TRUE;
      else
        g_ptr_array_add (words, g_strdup (arguments[i]));
    }
  if (arguments[end] == NULL)
    add_ours (self, words, folder);
  if (has_links)
    g_ptr_array_add (words, g_strdup (self->downloads));
  g_ptr_array_add (words, NULL);
  return words;
}

/* A number of a line that "make" wrote: flat there, and in the C locale. */
static double
read_number (const char *line, const char *name)
{
  g_autofree char *key = g_strdup_printf ("\"%s\":", name);
  const char *found = strstr (line, key);

  return found != NULL ? g_ascii_strtod (found + strlen (key), NULL) : 0;
}

static void
read_summary (ThimbleTrial *self, const char *line)
{
  self->n_done = read_number (line, "done") + read_number (line, "skipped");
  self->seconds = read_number (line, "seconds");
  self->user_seconds = read_number (line, "user_seconds");
  self->system_seconds = read_number (line, "system_seconds");
  self->images_per_second = read_number (line, "images_per_second");
  self->peak_rss_bytes = read_number (line, "peak_rss_bytes");
}

/* Reads all lines of a run: the last one is its summary. */
static gboolean
read_lines (ThimbleTrial *self, GSubprocess *process, GError **error)
{
  g_autoptr(GDataInputStream) lines
    = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autoptr(GError) local = NULL;
  gboolean found = FALSE;
  char *line;

  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, &local)) != NULL)
    {
      if (g_str_has_prefix (line, "{\"summary\":true"))
        {
          read_summary (self, line);
          found = TRUE;
        }
      g_free (line);
    }
  if (local == NULL && found)
    return TRUE;
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("it ended without a result"));
  return FALSE;
}

/* The beginning of what a run said on standard error, which is a file: a pipe that nobody reads
 * would be full after some hundred failures. */
static char *
dup_complaint (const char *errors)
{
  FILE *stream = fopen (errors, "re");
  char text[1024] = "";
  g_autofree char *valid = NULL;

  if (stream == NULL)
    return NULL;
  text[fread (text, 1, sizeof text - 1, stream)] = '\0';
  fclose (stream);
  valid = g_utf8_make_valid (text, -1);
  g_strstrip (valid);
  if (g_str_has_prefix (valid, "thimble-cli: "))
    memmove (valid, valid + strlen ("thimble-cli: "),
             strlen (valid) - strlen ("thimble-cli: ") + 1);
  return g_steal_pointer (&valid);
}

static gboolean
run_in (ThimbleTrial *self, char **arguments, const char *folder)
{
  g_autoptr(GPtrArray) words = list_words (self, arguments, folder);
  g_autoptr(GSubprocessLauncher) launcher
    = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *errors = g_build_filename (folder, ".errors", NULL);
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;
  gboolean is_read;

  g_subprocess_launcher_set_stderr_file_path (launcher, errors);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) words->pdata, &error);
  if (process == NULL)
    {
      self->message = g_strdup (error->message);
      return FALSE;
    }
  running_pid = (pid_t) g_ascii_strtoll (g_subprocess_get_identifier (process), NULL, 10);
  is_read = read_lines (self, process, &error);
  running_pid = 0;
  g_subprocess_wait (process, NULL, NULL);
  if (!is_read)
    {
      self->message = dup_complaint (errors);
      if (self->message != NULL && self->message[0] == '\0')
        {
          g_free (self->message);
          self->message = g_strdup (error->message);
        }
      return FALSE;
    }
  if (self->seconds > 0 && self->images_per_second > 0 && self->n_done > 0)
    return TRUE;
  self->message = dup_complaint (errors);
  return FALSE;
}

/**
 * thimble_trial_run:
 * @self: with executor and number of workers; the rest is set
 * @arguments: (array zero-terminated=1): of "make", the command's name first
 *
 * Does the work once. Blocks as long as that takes.
 *
 * Returns: whether there is a result; if not, the message says why
 */
gboolean
thimble_trial_run (ThimbleTrial *self, char **arguments)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("thimble-compare-XXXXXX", &error);
  gboolean done;

  if (folder == NULL)
    {
      self->message = g_strdup (error->message);
      return FALSE;
    }
  done = run_in (self, arguments, folder);
  thimble_trial_remove_folder (folder);
  return done;
}

/**
 * thimble_trial_interrupt:
 *
 * Asks the run that goes on to end in good order. For signal handlers.
 */
void
thimble_trial_interrupt (void)
{
  if (running_pid > 0)
    kill (running_pid, SIGTERM);
}
