/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One trial of a comparison: "make" in a process of its own, so that its times and its memory are
 * its own, into a temporary folder that goes with it. Its last JSON line says what it took. */

#include "config.h"

#include "thimble-cli-trial.h"

#include <ftw.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define MAX_OPEN_FOLDERS 16

/* Of the run that goes on, or 0; a signal handler reads it. */
static volatile pid_t running_pid;

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

static void
remove_folder (const char *path)
{
  nftw (path, remove_cb, MAX_OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* The user's words with ours behind them, so that ours hold; but before a "--", behind which all
 * words are sources. */
static GPtrArray *
list_words (const ThimbleTrial *self, char **arguments, const char *folder)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  guint end = 1;

  while (arguments[end] != NULL && !g_str_equal (arguments[end], "--"))
    end++;
  g_ptr_array_add (words, g_strdup ("/proc/self/exe"));
  g_ptr_array_add (words, g_strdup ("make"));
  for (guint i = 1; i < end; i++)
    g_ptr_array_add (words, g_strdup (arguments[i]));
  g_ptr_array_add (words, g_strdup_printf ("--executor=%s",
                                           thimble_executor_kind_get_name (self->executor)));
  g_ptr_array_add (words, g_strdup_printf ("--workers=%u", self->n_workers));
  g_ptr_array_add (words, g_strdup_printf ("--output=%s", folder));
  g_ptr_array_add (words, g_strdup_printf ("--catalog=%s/.thimble", folder));
  g_ptr_array_add (words, g_strdup ("--json=-"));
  g_ptr_array_add (words, g_strdup ("--progress=never"));
  for (guint i = end; arguments[i] != NULL; i++)
    g_ptr_array_add (words, g_strdup (arguments[i]));
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
  self->n_items = read_number (line, "items");
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

/* What "make" says when it can't begin. It is short: it fits in the pipe. */
static char *
dup_complaint (GSubprocess *process)
{
  GInputStream *stream = g_subprocess_get_stderr_pipe (process);
  char text[1024] = "";
  g_autofree char *valid = NULL;
  gsize n_read = 0;

  g_input_stream_read_all (stream, text, sizeof text - 1, &n_read, NULL, NULL);
  text[n_read] = '\0';
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
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;
  gboolean is_read;

  process = g_subprocess_newv ((const char *const *) words->pdata,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                               &error);
  if (process == NULL)
    {
      self->message = g_strdup (error->message);
      return FALSE;
    }
  running_pid = (pid_t) g_ascii_strtoll (g_subprocess_get_identifier (process), NULL, 10);
  is_read = read_lines (self, process, &error);
  running_pid = 0;
  if (!is_read)
    {
      self->message = dup_complaint (process);
      g_subprocess_wait (process, NULL, NULL);
      if (self->message != NULL && self->message[0] == '\0')
        {
          g_free (self->message);
          self->message = g_strdup (error->message);
        }
      return FALSE;
    }
  g_subprocess_wait (process, NULL, NULL);
  if (self->seconds > 0 && self->images_per_second > 0)
    return TRUE;
  self->message = dup_complaint (process);
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
  remove_folder (folder);
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
