/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every point at which a run can be killed or a call can fail: at each call that works on files in
 * the destination. After each: all files under their final names are whole, and the next run leaves
 * what a calm one does. By default a few of the points are tried, others every time; all with
 *
 *     meson test -C build --suite faults --test-args='-m slow' --timeout-multiplier 100
 *
 * THIMBLE_FAULTS_EXECUTOR says where works run. */

#include "faults-fixture.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#define N_IMAGES 6
#define N_QUICK 4 /* points tried of each fault */

static const Scenario scenarios[] = {
  { "fresh", NULL, "-s 48,32", FALSE },
  { "again", "-s 48,32 -q 80", "-s 48,24 -q 40 --prune", FALSE },
  { "adopt", "-s 48", "-s 48", TRUE },
};

typedef struct
{
  const char *name;
  int code; /* 0 for none */
  gboolean goes_on;
} Kind;

static const Kind kinds[] = {
  { "kill", 0, FALSE },        { "remove", 0, FALSE },        { "no-space", ENOSPC, FALSE },
  { "disk-full", ENOSPC, TRUE }, { "quota", EDQUOT, TRUE },   { "io-error", EIO, FALSE },
  { "io-errors", EIO, TRUE },  { "read-only", EROFS, TRUE },  { "no-descriptor", EMFILE, FALSE },
  { "in-the-way", EEXIST, FALSE }, { "slow", 0, TRUE },
};

typedef struct
{
  const Scenario *scenario;
  const Kind *kind;
} Case;

static guint n_points; /* tried in all */

static void
check (gboolean holds, const char *context, const Ran *ran)
{
  if (holds)
    return;
  g_test_message ("%s: status %d, %u records, %u made: %s", context, ran->status, ran->n_records,
                  ran->n_done, ran->err);
  g_assert_not_reached ();
}

/* What a run must say for itself that a fault did not kill. */
static void
check_end (World *world, const Kind *kind, const char *context, const Ran *ran)
{
  check (ran->status == 0 || ran->status == 1 || ran->status == 3, context, ran);
  check (ran->n_records == world->n_images, context, ran);
  if (ran->status == 0)
    world_assert_made (world, context);
  else
    check (strstr (ran->err, world->out) != NULL, context, ran);
  if (kind->goes_on && (kind->code == ENOSPC || kind->code == EDQUOT) && ran->status != 0)
    check (strstr (ran->err, "full") != NULL || strstr (ran->err, "disk I/O error") != NULL
             || strstr (ran->err, g_strerror (kind->code)) != NULL,
           context, ran);
}

static void
try_point (World *world, const Case *point, const Fault *fault)
{
  g_autofree char *context
    = g_strdup_printf ("%s, %s at call %" G_GUINT64_FORMAT, point->scenario->name,
                       point->kind->name, fault->at);
  g_auto(Ran) ran = { 0 };
  g_auto(Ran) again = { 0 };

  n_points++;
  world_reset (world);
  world_run (world, fault, &ran);
  world_assert_whole (world, context);
  if (g_str_equal (fault->what, "kill"))
    check (ran.status == -SIGKILL || *world->count < fault->at, context, &ran);
  else if (g_str_equal (fault->what, "slow"))
    check (ran.status == 0 && ran.n_records == world->n_images, context, &ran);
  else if (!g_str_equal (fault->what, "remove"))
    check_end (world, point->kind, context, &ran);
  else
    check (ran.status == 0 || ran.status == 1 || ran.status == 3, context, &ran);
  world_run_again (world, context, &again);
}

static void
test_points (gconstpointer user_data)
{
  const Case *point = user_data;
  g_autofree char *number = g_strdup_printf ("%d", point->kind->code);
  Fault fault = { point->kind->code != 0 ? number : point->kind->name, 0, point->kind->goes_on };
  g_autoptr(World) world = world_new (point->scenario, N_IMAGES, 64);
  g_auto(Ran) ran = { 0 };
  guint64 n;
  guint64 step;

  world_reset (world);
  world_run (world, &fault, &ran);
  g_assert_cmpint (ran.status, ==, 0);
  n = *world->count;
  g_assert_cmpuint (n, >, 0);
  step = g_test_slow () ? 1 : MAX (1, n / N_QUICK);
  for (fault.at = step == 1 ? 1 : (guint64) g_test_rand_int_range (1, step + 1); fault.at <= n;
       fault.at += step)
    try_point (world, point, &fault);
  g_test_message ("%" G_GUINT64_FORMAT " calls", n);
}

int
main (int argc, char **argv)
{
  g_autoptr(GArray) cases = g_array_new (FALSE, FALSE, sizeof (Case));
  int status;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    for (guint j = 0; j < G_N_ELEMENTS (kinds); j++)
      {
        Case one = { &scenarios[i], &kinds[j] };
        g_array_append_val (cases, one);
      }
  for (guint i = 0; i < cases->len; i++)
    {
      const Case *one = &g_array_index (cases, Case, i);
      g_autofree char *path
        = g_strdup_printf ("/faults/%s/%s", one->scenario->name, one->kind->name);
      g_test_add_data_func (path, one, test_points);
    }
  status = g_test_run ();
  g_test_message ("%u points tried", n_points);
  return status;
}
