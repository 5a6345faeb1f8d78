/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long many downloads take to let their connections go when they are paused, to be on their way
 * again, and to end when they are stopped, for tests/bench/downloads. The links must take longer
 * than that to come.
 *
 *   bench-pause LIST FOLDER */

#include "config.h"

#include "thimble-downloader.h"
#include "thimble-wait.h"

/* How often it is looked, and how long at most. */
#define LOOK_US 500
#define MAX_LOOKS 20000
/* A while in which bytes of all come. */
#define RUN_US (G_USEC_PER_SEC * 3 / 2)

static guint
count_active (ThimbleDownloader *downloader)
{
  g_autoptr(GArray) progress = g_array_new (FALSE, FALSE, sizeof (ThimbleDownloaderProgress));

  thimble_downloader_get_progress (downloader, progress);
  return progress->len;
}

/* Returns the milliseconds until @n_active are on their way; -1 where that is never. */
static double
wait_until (ThimbleDownloader *downloader, guint n_active)
{
  gint64 begin_us = g_get_monotonic_time ();

  for (guint i = 0; i < MAX_LOOKS; i++)
    {
      if (count_active (downloader) == n_active)
        return (g_get_monotonic_time () - begin_us) / 1e3;
      g_usleep (LOOK_US);
    }
  return -1;
}

static double
stop (GPtrArray *futures)
{
  gint64 begin_us = g_get_monotonic_time ();

  for (guint i = 0; i < futures->len; i++)
    thimble_future_request_stop (futures->pdata[i]);
  for (guint i = 0; i < futures->len; i++)
    thimble_future_result (futures->pdata[i], -1, NULL);
  return (g_get_monotonic_time () - begin_us) / 1e3;
}

int
main (int argc, char **argv)
{
  ThimbleDownloaderConfig config = THIMBLE_DOWNLOADER_CONFIG_INIT;
  g_autoptr(GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(ThimbleDownloader) downloader = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto(GStrv) links = NULL;
  double paused_ms;
  double resumed_ms;

  if (argc != 3 || !g_file_get_contents (argv[1], &text, NULL, &error))
    {
      g_printerr ("bench-pause LIST FOLDER\n");
      return 2;
    }
  links = g_strsplit (g_strchomp (text), "\n", -1);
  config.partial_folder = argv[2];
  config.connections = config.per_host = g_strv_length (links);
  downloader = thimble_downloader_new (&config, &error);
  if (downloader == NULL)
    g_error ("%s", error->message);
  for (guint i = 0; links[i] != NULL; i++)
    {
      const ThimbleDownloadRequest request = { .url = links[i], .serial = i };

      g_ptr_array_add (futures, thimble_downloader_submit (downloader, &request));
    }
  wait_until (downloader, futures->len);
  g_usleep (RUN_US);
  thimble_downloader_set_paused (downloader, TRUE);
  paused_ms = wait_until (downloader, 0);
  g_usleep (RUN_US);
  thimble_downloader_set_paused (downloader, FALSE);
  resumed_ms = wait_until (downloader, futures->len);
  g_usleep (RUN_US);
  g_print ("%u downloads: %.1f ms to the pause, %.1f ms until all go on, %.1f ms to their end\n",
           futures->len, paused_ms, resumed_ms, stop (futures));
  thimble_downloader_shutdown (downloader);
  return paused_ms < 0 || resumed_ms < 0;
}
