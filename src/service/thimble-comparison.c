/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a comparison of ways to work means, in the language of who reads it. */

#include "config.h"

#include "thimble-comparison.h"

#include <glib/gi18n-lib.h>

/* A way has to be that much faster than one image after the other to be called so. */
#define NOTABLE 1.05

/**
 * thimble_comparison_take_trial:
 * @executor: where images were made
 * @n_workers: by how many workers
 * @images_per_second: how fast
 *
 * Takes a trial that ended well.
 */
void
thimble_comparison_take_trial (ThimbleComparison *self,
                               ThimbleExecutorKind executor,
                               guint n_workers,
                               double images_per_second)
{
  if (executor == THIMBLE_EXECUTOR_KIND_SERIAL)
    self->serial_per_second = MAX (self->serial_per_second, images_per_second);
  if (images_per_second <= self->images_per_second)
    return;
  self->executor = executor;
  self->n_workers = n_workers;
  self->images_per_second = images_per_second;
}

/**
 * thimble_comparison_take_download:
 * @n_at_once: how many images were downloaded at once
 * @images_per_second: how fast
 *
 * Takes a trial of downloads that ended well.
 */
void
thimble_comparison_take_download (ThimbleComparison *self,
                                  guint n_at_once,
                                  double images_per_second)
{
  if (n_at_once > 1)
    self->parallel_per_second = MAX (self->parallel_per_second, images_per_second);
  else
    self->single_per_second = MAX (self->single_per_second, images_per_second);
}

static char *
describe_work (const ThimbleComparison *self)
{
  g_autofree char *way = NULL;

  if (self->images_per_second <= 0 || self->serial_per_second <= 0)
    return g_strdup (_("There was too little to measure."));
  if (self->images_per_second < NOTABLE * self->serial_per_second)
    return g_strdup_printf (_("On this computer one image after the other is as fast as any other "
                              "way: %.0f images a second."),
                            self->serial_per_second);
  if (self->executor == THIMBLE_EXECUTOR_KIND_PROCESSES)
    /* Translators: stands in “On this computer the fastest is …”. */
    way = g_strdup_printf (ngettext ("%u process", "%u processes", self->n_workers),
                           self->n_workers);
  else
    /* Translators: stands in “On this computer the fastest is …”. */
    way = g_strdup_printf (ngettext ("%u thread", "%u threads", self->n_workers), self->n_workers);
  /* Translators: “2 threads”, a factor, and two rates. */
  return g_strdup_printf (_("On this computer the fastest is %s: %.1f times as fast as one image "
                            "after the other, %.0f instead of %.0f images a second."),
                          way, self->images_per_second / self->serial_per_second,
                          self->images_per_second, self->serial_per_second);
}

/* (nullable): what the downloads mean. */
static char *
describe_downloads (const ThimbleComparison *self)
{
  if (self->single_per_second <= 0 || self->parallel_per_second <= 0)
    return NULL;
  if (self->parallel_per_second < NOTABLE * self->single_per_second)
    return g_strdup_printf (_("Downloading several at once is not faster than one after the other: "
                              "%.1f images a second."),
                            self->single_per_second);
  /* Translators: a factor, and two rates. */
  return g_strdup_printf (_("Downloading several at once is %.1f times as fast as one after the "
                            "other, %.1f instead of %.1f images a second."),
                          self->parallel_per_second / self->single_per_second,
                          self->parallel_per_second, self->single_per_second);
}

/**
 * thimble_comparison_describe:
 *
 * Returns: (transfer full): what it means, in a sentence or two
 */
char *
thimble_comparison_describe (const ThimbleComparison *self)
{
  g_autofree char *work = describe_work (self);
  g_autofree char *downloads = describe_downloads (self);

  return downloads != NULL ? g_strdup_printf ("%s %s", work, downloads) : g_steal_pointer (&work);
}
