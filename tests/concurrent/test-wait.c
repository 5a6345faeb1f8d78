/* SPDX-License-Identifier: GPL-3.0-or-later */

/* wait and as_completed over futures that the test ends when it likes, or never. */

#include "thimble-wait.h"

#define N_FUTURES 5

typedef struct
{
  ThimbleFuture *futures[N_FUTURES];
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  for (guint i = 0; i < N_FUTURES; i++)
    {
      fixture->futures[i] = thimble_future_new (NULL, NULL, NULL);
      g_assert_true (thimble_future_start (fixture->futures[i]));
    }
}

/* Nobody holds a future any more: what waited for it has let go of it. */
static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  for (guint i = 0; i < N_FUTURES; i++)
    g_assert_finalize_object (fixture->futures[i]);
}

static void
succeed (Fixture *fixture, guint index)
{
  thimble_future_return_result (fixture->futures[index], NULL);
}

static void
fail (Fixture *fixture, guint index, int code)
{
  thimble_future_return_error (fixture->futures[index],
                               g_error_new (G_IO_ERROR, code, "failed."));
}

static gboolean
is_so (Fixture *fixture, ThimbleWaitFor wait_for)
{
  return thimble_wait (fixture->futures, N_FUTURES, wait_for, 0, NULL);
}

static void
test_wait_for (Fixture *fixture, gconstpointer user_data)
{
  g_assert_false (is_so (fixture, THIMBLE_WAIT_FIRST_COMPLETED));
  fail (fixture, 2, G_IO_ERROR_CANCELLED);
  g_assert_true (is_so (fixture, THIMBLE_WAIT_FIRST_COMPLETED));
  succeed (fixture, 1);
  g_assert_false (is_so (fixture, THIMBLE_WAIT_FIRST_ERROR));
  fail (fixture, 4, G_IO_ERROR_FAILED);
  g_assert_true (is_so (fixture, THIMBLE_WAIT_FIRST_ERROR));
  g_assert_false (is_so (fixture, THIMBLE_WAIT_ALL_COMPLETED));
  succeed (fixture, 0);
  succeed (fixture, 3);
  g_assert_true (is_so (fixture, THIMBLE_WAIT_ALL_COMPLETED));
}

/* Without an error, the first error is waited for until all are done. */
static void
test_no_error (Fixture *fixture, gconstpointer user_data)
{
  for (guint i = 0; i < N_FUTURES; i++)
    {
      g_assert_false (is_so (fixture, THIMBLE_WAIT_FIRST_ERROR));
      succeed (fixture, i);
    }
  g_assert_true (is_so (fixture, THIMBLE_WAIT_FIRST_ERROR));
}

static void
test_none (void)
{
  g_autoptr(ThimbleAsCompleted) completed = thimble_as_completed (NULL, 0);
  g_autoptr(GError) error = NULL;

  g_assert_true (thimble_wait (NULL, 0, THIMBLE_WAIT_ALL_COMPLETED, -1, NULL));
  g_assert_true (thimble_wait (NULL, 0, THIMBLE_WAIT_FIRST_COMPLETED, -1, NULL));
  g_assert_null (thimble_as_completed_next (completed, -1, &error));
  g_assert_no_error (error);
}

static void
test_same_twice (Fixture *fixture, gconstpointer user_data)
{
  ThimbleFuture *twice[] = { fixture->futures[0], fixture->futures[0] };
  g_autoptr(ThimbleAsCompleted) completed = thimble_as_completed (twice, 2);
  g_autoptr(ThimbleFuture) future = NULL;

  g_assert_false (thimble_wait (twice, 2, THIMBLE_WAIT_ALL_COMPLETED, 0, NULL));
  succeed (fixture, 0);
  g_assert_true (thimble_wait (twice, 2, THIMBLE_WAIT_ALL_COMPLETED, 0, NULL));
  future = thimble_as_completed_next (completed, 0, NULL);
  g_assert_true (future == fixture->futures[0]);
  g_assert_null (thimble_as_completed_next (completed, -1, NULL));
}

static gpointer
succeed_thread (gpointer user_data)
{
  for (guint i = 0; i < N_FUTURES; i++)
    succeed (user_data, i);
  return NULL;
}

static void
test_wakes (Fixture *fixture, gconstpointer user_data)
{
  GThread *thread = g_thread_new ("succeed", succeed_thread, fixture);

  g_assert_true (
    thimble_wait (fixture->futures, N_FUTURES, THIMBLE_WAIT_ALL_COMPLETED, -1, NULL));
  g_thread_join (thread);
}

typedef struct
{
  guint n_called;
  gboolean satisfied;
  GError *error;
} Waited;

static void
waited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Waited *waited = user_data;

  waited->n_called++;
  waited->satisfied = thimble_wait_finish (result, &waited->error);
}

static void
iterate_until (const guint *n_called, guint n_wanted)
{
  while (*n_called < n_wanted)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (*n_called, ==, n_wanted);
}

static void
test_async (Fixture *fixture, gconstpointer user_data)
{
  Waited waited = { 0, FALSE, NULL };

  thimble_wait_async (fixture->futures, N_FUTURES, THIMBLE_WAIT_ALL_COMPLETED, 60000, NULL,
                      waited_cb, &waited);
  for (guint i = 0; i < N_FUTURES; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_cmpuint (waited.n_called, ==, 0);
      succeed (fixture, i);
    }
  iterate_until (&waited.n_called, 1);
  g_assert_true (waited.satisfied);

  /* All are done: still not called before the context is iterated. */
  thimble_wait_async (fixture->futures, N_FUTURES, THIMBLE_WAIT_ALL_COMPLETED, 60000, NULL,
                      waited_cb, &waited);
  g_assert_cmpuint (waited.n_called, ==, 1);
  iterate_until (&waited.n_called, 2);
  g_assert_true (waited.satisfied);
}

static void
test_async_timeout (Fixture *fixture, gconstpointer user_data)
{
  Waited waited = { 0, FALSE, NULL };

  thimble_wait_async (fixture->futures, N_FUTURES, THIMBLE_WAIT_FIRST_COMPLETED, 1, NULL,
                      waited_cb, &waited);
  iterate_until (&waited.n_called, 1);
  g_assert_error (waited.error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&waited.error);
  succeed (fixture, 0);
  iterate_until (&waited.n_called, 1);
}

static void
test_async_cancel (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  Waited waited = { 0, FALSE, NULL };

  thimble_wait_async (fixture->futures, N_FUTURES, THIMBLE_WAIT_ALL_COMPLETED, -1, cancellable,
                      waited_cb, &waited);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_cancellable_cancel (cancellable);
  iterate_until (&waited.n_called, 1);
  g_assert_error (waited.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&waited.error);
}

/* What was done before comes first; what is dropped early leaves nothing behind. */
static void
test_as_completed (Fixture *fixture, gconstpointer user_data)
{
  static const guint order[] = { 3, 4, 2, 0 };
  g_autoptr(ThimbleAsCompleted) completed = NULL;

  succeed (fixture, 3);
  fail (fixture, 4, G_IO_ERROR_FAILED);
  completed = thimble_as_completed (fixture->futures, N_FUTURES);
  succeed (fixture, 2);
  fail (fixture, 0, G_IO_ERROR_CANCELLED);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      g_autoptr(ThimbleFuture) future = thimble_as_completed_next (completed, -1, NULL);

      g_assert_true (future == fixture->futures[order[i]]);
    }
  g_assert_finalize_object (g_steal_pointer (&completed));
}

typedef struct
{
  guint n_called;
  ThimbleFuture *future;
  GError *error;
} Next;

static void
next_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Next *next = user_data;

  next->n_called++;
  next->future = thimble_as_completed_next_finish (THIMBLE_AS_COMPLETED (source), result,
                                                   &next->error);
}

static void
test_as_completed_async (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr(ThimbleAsCompleted) completed = NULL;
  Next next = { 0, NULL, NULL };

  completed = thimble_as_completed (fixture->futures, 2);
  thimble_as_completed_next_async (completed, NULL, next_cb, &next);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (next.n_called, ==, 0);
  succeed (fixture, 1);
  iterate_until (&next.n_called, 1);
  g_assert_true (next.future == fixture->futures[1]);
  g_clear_object (&next.future);

  succeed (fixture, 0);
  thimble_as_completed_next_async (completed, NULL, next_cb, &next);
  iterate_until (&next.n_called, 2);
  g_assert_true (next.future == fixture->futures[0]);
  g_clear_object (&next.future);

  thimble_as_completed_next_async (completed, NULL, next_cb, &next);
  iterate_until (&next.n_called, 3);
  g_assert_null (next.future);
  g_assert_no_error (next.error);
}

/* A wait that is cancelled loses no future. */
static void
test_as_completed_cancel (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(ThimbleAsCompleted) completed = NULL;
  Next next = { 0, NULL, NULL };

  completed = thimble_as_completed (fixture->futures, N_FUTURES);
  thimble_as_completed_next_async (completed, cancellable, next_cb, &next);
  g_cancellable_cancel (cancellable);
  iterate_until (&next.n_called, 1);
  g_assert_null (next.future);
  g_assert_error (next.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&next.error);

  thimble_as_completed_next_async (completed, cancellable, next_cb, &next);
  iterate_until (&next.n_called, 2);
  g_assert_error (next.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&next.error);

  /* Taken for the task before it was cancelled: it arrives all the same. */
  g_cancellable_reset (cancellable);
  thimble_as_completed_next_async (completed, cancellable, next_cb, &next);
  succeed (fixture, 2);
  g_cancellable_cancel (cancellable);
  iterate_until (&next.n_called, 3);
  g_assert_true (next.future == fixture->futures[2]);
  g_clear_object (&next.future);

  succeed (fixture, 0);
  next.future = thimble_as_completed_next (completed, -1, NULL);
  g_assert_true (next.future == fixture->futures[0]);
  g_clear_object (&next.future);
}

/* Waiters that come and go while others end the futures, in many orders. */
static void
test_race (void)
{
  for (guint i = 0; i < 500; i++)
    {
      Fixture fixture;
      g_autoptr(ThimbleAsCompleted) completed = NULL;
      g_autoptr(ThimbleAsCompleted) dropped = NULL;
      GThread *thread;
      guint n_yielded = 0;
      ThimbleFuture *future;

      set_up (&fixture, NULL);
      completed = thimble_as_completed (fixture.futures, N_FUTURES);
      thread = g_thread_new ("succeed", succeed_thread, &fixture);
      dropped = thimble_as_completed (fixture.futures, N_FUTURES);
      g_clear_object (&dropped);
      thimble_wait (fixture.futures, N_FUTURES, THIMBLE_WAIT_FIRST_COMPLETED, i % 2, NULL);
      while ((future = thimble_as_completed_next (completed, -1, NULL)) != NULL)
        {
          n_yielded++;
          g_object_unref (future);
        }
      g_assert_cmpuint (n_yielded, ==, N_FUTURES);
      g_thread_join (thread);
      g_clear_object (&completed);
      tear_down (&fixture, NULL);
    }
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add ("/wait/wait-for", test_wait_for);
  add ("/wait/no-error", test_no_error);
  g_test_add_func ("/wait/none", test_none);
  add ("/wait/same-twice", test_same_twice);
  add ("/wait/wakes", test_wakes);
  add ("/wait/async", test_async);
  add ("/wait/async-timeout", test_async_timeout);
  add ("/wait/async-cancel", test_async_cancel);
  add ("/as-completed/order", test_as_completed);
  add ("/as-completed/async", test_as_completed_async);
  add ("/as-completed/cancel", test_as_completed_cancel);
  g_test_add_func ("/as-completed/race", test_race);
  return g_test_run ();
}
