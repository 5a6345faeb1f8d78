/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a comparison of ways to work means, in the language of who reads it. */

#include "config.h"

#include "thimble-comparison.h"

#include <glib/gi18n-lib.h>

/* A way has to be that much faster than one image after the other to be called so. */
#define NOTABLE 1.05

/**
 * thimble_comparison_describe:
 * @executor: of the fastest trial
 * @n_workers: of the fastest trial
 * @images_per_second: of the fastest trial; 0 where no trial ended well
 * @serial_per_second: of one image after the other; 0 where that trial did not end well
 *
 * Returns: (transfer full): a sentence or two
 */
char *
thimble_comparison_describe (ThimbleExecutorKind executor,
                             guint n_workers,
                             double images_per_second,
                             double serial_per_second)
{
  g_autofree char *way = NULL;

  if (images_per_second <= 0 || serial_per_second <= 0)
    return g_strdup (_("There was too little to measure."));
  if (images_per_second < NOTABLE * serial_per_second)
    return g_strdup_printf (_("On this computer one image after the other is as fast as any other "
                              "way: %.0f images a second."),
                            serial_per_second);
  if (executor == THIMBLE_EXECUTOR_KIND_PROCESSES)
    /* Translators: stands in “On this computer the fastest is …”. */
    way = g_strdup_printf (ngettext ("%u process", "%u processes", n_workers), n_workers);
  else
    /* Translators: stands in “On this computer the fastest is …”. */
    way = g_strdup_printf (ngettext ("%u thread", "%u threads", n_workers), n_workers);
  /* Translators: “2 threads”, a factor, and two rates. */
  return g_strdup_printf (_("On this computer the fastest is %s: %.1f times as fast as one image "
                            "after the other, %.0f instead of %.0f images a second."),
                          way, images_per_second / serial_per_second, images_per_second,
                          serial_per_second);
}
