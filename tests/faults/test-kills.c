/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs that are killed at any time, and runs that meet in one destination. A few by default; 200
 * kills with
 *
 *     meson test -C build --suite faults --test-args='-m slow' --timeout-multiplier 100 */

#include "faults-fixture.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

/* Kills of one run, which goes on after each but the last. */
#define N_IN_A_ROW 3

/* What may be made again: the records that are being written and those that came meanwhile (see
 * MAX_UNWRITTEN in the catalog). Then, as what is on the way may end in any order, for each kill what
 * two workers have of chunks (see max_in_flight of a run) and four threads are writing. */
#define MAX_AGAIN (512 + N_IN_A_ROW * (2 * 24 + 4))

static const Scenario fresh = { "fresh", NULL, "-s 48,32", FALSE };
static const Scenario again = { "again", "-s 48 -q 80", "-s 48 -q 40", FALSE };

static guint n_kills;
static guint max_again;

/* Waits for a run; returns its exit status, or minus the signal that killed it. */
static int
wait_for (GPid pid)
{
  int wait_status = 0;

  while (waitpid (pid, &wait_status, 0) < 0)
    g_assert_cmpint (errno, ==, EINTR);
  return WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : -WTERMSIG (wait_status);
}

/* How long a run takes that makes everything. */
static gint64
measure (World *world)
{
  gint64 begin = g_get_monotonic_time ();

  world_reset (world);
  g_assert_cmpint (wait_for (world_start (world, "")), ==, 0);
  return g_get_monotonic_time () - begin;
}

/* Kills a run at a time that nothing depends on. Returns whether it was killed. */
static gboolean
start_and_kill (World *world, gint64 duration_us)
{
  GPid pid = world_start (world, "");
  int status;

  g_usleep (g_test_rand_int_range (0, duration_us));
  kill (pid, SIGKILL);
  status = wait_for (pid);
  g_assert_true (status == 0 || status == -SIGKILL);
  n_kills += status != 0;
  world_assert_whole (world, "after a kill");
  return status != 0;
}

/* The run goes on where it was killed; what is made, beside what was missing, is made again. */
static void
go_on (World *world)
{
  guint n_missing = world->n_images - world_count_made (world);
  g_auto(Ran) ran = { 0 };

  world_run_again (world, "after kills", &ran);
  g_assert_cmpuint (ran.n_done, >=, n_missing);
  g_assert_cmpuint (ran.n_done - n_missing, <=, MAX_AGAIN);
  max_again = MAX (max_again, ran.n_done - n_missing);
}

static void
test_random (gconstpointer user_data)
{
  guint n_wanted = n_kills + (g_test_slow () ? 100 : 4);
  g_autoptr(World) world = world_new (user_data, g_test_slow () ? 2000 : 100, 100);
  gint64 duration_us = measure (world);

  for (guint i = 0; n_kills < n_wanted && i < 1000; i++)
    {
      world_reset (world);
      for (guint j = 0; j < N_IN_A_ROW && start_and_kill (world, duration_us); j++)
        ;
      if (user_data == &again)
        go_on (world);
      else
        {
          g_auto(Ran) ran = { 0 };
          world_run_again (world, "after kills", &ran);
        }
    }
  g_assert_cmpuint (n_kills, >=, n_wanted);
}

static void
test_two_at_once (gconstpointer user_data)
{
  g_autoptr(World) world = world_new (user_data, 40, 100);
  guint n_rounds = g_test_slow () ? 100 : 4;

  for (guint i = 0; i < n_rounds; i++)
    {
      GPid one;
      GPid other;
      g_auto(Ran) ran = { 0 };

      world_reset (world);
      one = world_start (world, "");
      other = world_start (world, "");
      g_assert_cmpint (wait_for (one), ==, 0);
      g_assert_cmpint (wait_for (other), ==, 0);
      world_assert_made (world, "two at once");
      world_run_again (world, "two at once", &ran);
      g_assert_cmpuint (ran.n_done, ==, 0);
    }
}

/* A run that is killed takes nothing from the one beside it. */
static void
test_one_of_two_killed (gconstpointer user_data)
{
  g_autoptr(World) world = world_new (user_data, 40, 100);
  gint64 duration_us = measure (world);
  guint n_rounds = g_test_slow () ? 100 : 4;

  for (guint i = 0; i < n_rounds; i++)
    {
      GPid one;
      g_auto(Ran) ran = { 0 };

      world_reset (world);
      one = world_start (world, "");
      start_and_kill (world, duration_us);
      g_assert_cmpint (wait_for (one), ==, 0);
      world_assert_made (world, "one of two killed");
      world_run_again (world, "one of two killed", &ran);
      g_assert_cmpuint (ran.n_done, ==, 0);
    }
}

/* Halves of the work on two machines, as it were. */
static void
test_shards (void)
{
  g_autoptr(World) world = world_new (&fresh, 40, 100);
  GPid one;
  GPid other;
  g_auto(Ran) ran = { 0 };

  world_reset (world);
  one = world_start (world, " --shard 1/2");
  other = world_start (world, " --shard 2/2");
  g_assert_cmpint (wait_for (one), ==, 0);
  g_assert_cmpint (wait_for (other), ==, 0);
  world_run_again (world, "shards", &ran);
  g_assert_cmpuint (ran.n_done, ==, 0);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/kills/random/fresh", &fresh, test_random);
  g_test_add_data_func ("/kills/random/again", &again, test_random);
  g_test_add_data_func ("/kills/two-at-once/fresh", &fresh, test_two_at_once);
  g_test_add_data_func ("/kills/two-at-once/again", &again, test_two_at_once);
  g_test_add_data_func ("/kills/one-of-two/fresh", &fresh, test_one_of_two_killed);
  g_test_add_data_func ("/kills/one-of-two/again", &again, test_one_of_two_killed);
  g_test_add_func ("/kills/shards", test_shards);
  status = g_test_run ();
  g_test_message ("%u kills; at most %u images made again", n_kills, max_again);
  return status;
}
