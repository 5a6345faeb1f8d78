/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether what is to be made will fit. */

#include "thimble-run-private.h"

#include <sys/statvfs.h>

static guint64
estimate (ThimbleRun *run)
{
  guint64 sum = 0;

  for (guint i = 0; i < run->origins->len; i++)
    if (!run->is_excluded[i])
      sum += thimble_recipes_estimate_space (run->recipes, G_MAXUINT32, run->origins->pdata[i]);
  return sum / MAX (1, run->options.n_shards);
}

/* What is there already needs no room: only counted where the estimate says there is a problem. */
static guint64
count_existing (ThimbleRun *run)
{
  guint64 sum = 0;

  for (guint i = 0; i < run->origins->len; i++)
    {
      ThimbleJob *job;

      if (run->is_excluded[i])
        continue;
      job = thimble_job_new (run, i);
      for (guint j = 0; job->plans[j] != NULL; j++)
        {
          g_autoptr(ThimbleRecord) record
            = thimble_catalog_lookup (run->catalog, job->source, job->plans[j]);
          sum += record != NULL ? MAX (4096, record->n_bytes) : 0;
        }
      thimble_job_free (job);
    }
  return sum;
}

/**
 * thimble_run_warn_if_full:
 *
 * Says so before a run whose outputs would probably not fit. It is only an estimate: the run goes on,
 * and stops where the disk is really full. Blocks.
 */
void
thimble_run_warn_if_full (ThimbleRun *run)
{
  struct statvfs info;
  guint64 needed;
  guint64 available;

  if (run->destination_fd < 0 || run->options.dry_run || fstatvfs (run->destination_fd, &info) < 0)
    return;
  available = (guint64) info.f_bavail * info.f_frsize;
  needed = estimate (run);
  if (needed <= available || needed <= available + count_existing (run))
    return;

  {
    g_autofree char *needed_text = g_format_size (needed);
    g_autofree char *available_text = g_format_size (available);
    g_autofree char *place = g_filename_display_name (run->destination);
    thimble_run_push_warning (
      run, g_strdup_printf ("About %s would be made, and “%s” has %s left. The run stops where it is "
                            "full; what is done stays done.",
                            needed_text, place, available_text));
  }
}
