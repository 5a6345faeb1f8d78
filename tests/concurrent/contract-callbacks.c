/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Executor contract: who is told when a work ends, where, and how often. */

#include "executor-contract.h"

typedef struct
{
  GMainContext *context;
  GThread *thread; /* where it must be called */
  int n_called;    /* atomic */
  int n_destroyed; /* atomic */
} Told;

static void
told_cb (ThimbleFuture *future, gpointer user_data)
{
  Told *told = user_data;

  g_assert_true (g_thread_self () == told->thread);
  g_assert_cmpint (thimble_future_get_state (future), ==, THIMBLE_FUTURE_DONE);
  g_assert_cmpint (told->n_destroyed, ==, 0);
  g_atomic_int_inc (&told->n_called);
}

static void
told_destroy (gpointer user_data)
{
  Told *told = user_data;

  g_atomic_int_inc (&told->n_destroyed);
}

static void
check_told_once (Told *told)
{
  while (g_atomic_int_get (&told->n_destroyed) == 0)
    g_main_context_iteration (told->context, TRUE);
  while (g_main_context_iteration (told->context, FALSE))
    ;
  g_assert_cmpint (told->n_called, ==, 1);
  g_assert_cmpint (told->n_destroyed, ==, 1);
}

/* A thread that is not the one that submits, with a context of its own, hears of the future there;
 * added before the end or after it makes no difference. */
static gpointer
listen_thread (gpointer user_data)
{
  ThimbleFuture *future = user_data;
  g_autoptr(GMainContext) context = g_main_context_new ();
  Told early = { context, g_thread_self (), 0, 0 };
  Told late = { context, g_thread_self (), 0, 0 };

  g_main_context_push_thread_default (context);
  thimble_future_add_done_callback (future, told_cb, &early, told_destroy);
  g_assert_cmpint (g_atomic_int_get (&early.n_called), ==, 0);
  check_told_once (&early);

  thimble_future_add_done_callback (future, told_cb, &late, told_destroy);
  g_assert_cmpint (late.n_called, ==, 0);
  check_told_once (&late);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_callback_contexts (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 2);
  Told here = { NULL, g_thread_self (), 0, 0 };

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr(ThimbleFuture) future = test_submit (executor, "echo", "");
      GThread *thread = g_thread_new ("listen", listen_thread, future);

      here.n_called = here.n_destroyed = 0;
      thimble_future_add_done_callback (future, told_cb, &here, told_destroy);
      check_told_once (&here);
      g_thread_join (thread);
    }
}

typedef struct
{
  gint n_left;
  gint n_calls[1000];
} Exactly;

typedef struct
{
  Exactly *all;
  guint index;
} One;

static void
count_one_cb (ThimbleFuture *future, gpointer user_data)
{
  One *one = user_data;

  one->all->n_calls[one->index]++;
  one->all->n_left--;
}

/* Callbacks that are added while works end are neither lost nor called twice. */
static void
test_exactly_once (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 2);
  Exactly all = { G_N_ELEMENTS (all.n_calls), { 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (all.n_calls); i++)
    {
      g_autoptr(ThimbleFuture) future = test_submit (executor, "echo", "");
      One *one = g_new (One, 1);

      *one = (One){ &all, i };
      thimble_future_add_done_callback (future, count_one_cb, one, g_free);
    }
  while (all.n_left > 0)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < G_N_ELEMENTS (all.n_calls); i++)
    g_assert_cmpint (all.n_calls[i], ==, 1);
}

typedef struct
{
  ThimbleExecutor *executor;
  GAsyncQueue *ended;
  int n_left; /* atomic */
} Chain;

static void
submit_next_hook (ThimbleFuture *future, gpointer user_data)
{
  Chain *chain = user_data;
  g_autoptr(ThimbleFuture) next = NULL;

  g_assert_cmpint (thimble_future_get_state (future), ==, THIMBLE_FUTURE_DONE);
  g_async_queue_push (chain->ended, g_object_ref (future));
  if (g_atomic_int_add (&chain->n_left, -1) <= 0)
    return;
  next = test_submit (chain->executor, "buffer", "");
  thimble_future_add_done_hook (next, submit_next_hook, chain, NULL);
}

/* A hook may do with the executor what it likes, submit included: no lock is held. */
static void
test_submit_from_hook (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 1);
  g_autoptr(GAsyncQueue) ended = g_async_queue_new_full (g_object_unref);
  Chain chain = { executor, ended, 100 };
  g_autoptr(ThimbleFuture) first = test_submit (executor, "buffer", "");

  thimble_future_add_done_hook (first, submit_next_hook, &chain, NULL);
  for (guint i = 0; i < 101; i++)
    {
      g_autoptr(ThimbleFuture) future = NULL;

      future = g_async_queue_timeout_pop (ended, TEST_PATIENCE_MS * G_GUINT64_CONSTANT (1000));
      g_assert_nonnull (future);
      test_get_number (future);
    }
  thimble_executor_shutdown (executor, THIMBLE_SHUTDOWN_DRAIN);
  g_assert_cmpint (g_async_queue_length (ended), ==, 0);
}

static void
thread_hook (ThimbleFuture *future, gpointer user_data)
{
  *(GThread **) user_data = g_thread_self ();
}

static void
test_late_hook (const TestExecutor *row)
{
  g_autoptr(ThimbleExecutor) executor = test_create (row, 1);
  g_autoptr(ThimbleFuture) future = test_submit (executor, "echo", "");
  GThread *thread = NULL;

  test_assert_reply (future, "");
  thimble_future_add_done_hook (future, thread_hook, &thread, NULL);
  g_assert_true (thread == g_thread_self ());
}

void
test_contract_add_callbacks (const TestExecutor *row)
{
  test_contract_add (row, "callback-contexts", test_callback_contexts);
  test_contract_add (row, "callback-exactly-once", test_exactly_once);
  test_contract_add (row, "hook-submits", test_submit_from_hook);
  test_contract_add (row, "hook-late", test_late_hook);
}
