/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Futures without an executor: the test itself makes them come true, at the moment it likes. */

#include "thimble-future.h"

typedef struct
{
  GObject *object; /* borrowed */
  guint n_cancelled;
  guint n_stop_requested;
} Maker;

static Maker maker;

static void
maker_cancelled (ThimbleFuture *future, gpointer object)
{
  g_assert_true (object == maker.object);
  g_assert_cmpint (thimble_future_get_state (future), ==, THIMBLE_FUTURE_DONE);
  maker.n_cancelled++;
}

static void
maker_stop_requested (ThimbleFuture *future, gpointer object)
{
  g_assert_true (object == maker.object);
  g_assert_true (thimble_future_should_stop (future));
  maker.n_stop_requested++;
}

static const ThimbleFutureMaker maker_funcs = { maker_cancelled, maker_stop_requested };

/* A future whose maker object is @object, a new one. */
static ThimbleFuture *
future_new (GObject **object)
{
  *object = g_object_new (G_TYPE_OBJECT, NULL);
  maker = (Maker){ .object = *object };
  return thimble_future_new (&maker_funcs, *object, g_free);
}

static void
count_hook (ThimbleFuture *future, gpointer user_data)
{
  g_assert_cmpint (thimble_future_get_state (future), ==, THIMBLE_FUTURE_DONE);
  (*(guint *) user_data)++;
}

static void
count_destroy (gpointer user_data)
{
  (*(guint *) user_data) += 100;
}

static void
test_states (void)
{
  GObject *object;
  g_autoptr(ThimbleFuture) future = future_new (&object);
  GObject *held = thimble_future_dup_maker (future);

  g_assert_true (held == object);
  g_object_unref (held);
  g_assert_cmpint (thimble_future_get_state (future), ==, THIMBLE_FUTURE_SCHEDULED);
  g_assert_true (thimble_future_start (future));
  g_assert_cmpint (thimble_future_get_state (future), ==, THIMBLE_FUTURE_RUNNING);
  g_assert_false (thimble_future_start (future));
  g_assert_false (thimble_future_cancel (future));
  thimble_future_return_result (future, g_strdup ("result"));
  g_assert_cmpint (thimble_future_get_state (future), ==, THIMBLE_FUTURE_DONE);
  g_assert_cmpstr (thimble_future_get_result (future, NULL), ==, "result");
  g_assert_null (thimble_future_get_error (future));
  g_assert_false (thimble_future_start (future));
  g_assert_false (thimble_future_reschedule (future));
  g_assert_cmpuint (maker.n_cancelled, ==, 0);

  /* The maker is let go when the future is done. */
  g_assert_null (thimble_future_dup_maker (future));
  g_assert_finalize_object (object);
}

static void
test_cancel (void)
{
  GObject *object;
  g_autoptr(ThimbleFuture) future = future_new (&object);
  guint n_called = 0;

  thimble_future_add_done_hook (future, count_hook, &n_called, count_destroy);
  g_assert_true (thimble_future_cancel (future));
  g_assert_cmpuint (n_called, ==, 101);
  g_assert_cmpuint (maker.n_cancelled, ==, 1);
  g_assert_false (thimble_future_start (future));
  g_assert_false (thimble_future_cancel (future));
  g_assert_true (thimble_future_is_cancelled (future));

  /* What a maker says after that, who could not know, is dropped. */
  thimble_future_return_result (future, g_strdup ("late"));
  thimble_future_return_error (future, g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "late"));
  g_assert_error (thimble_future_get_error (future), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (n_called, ==, 101);
  g_object_unref (object);
}

static void
test_request_stop (void)
{
  GObject *object;
  g_autoptr(ThimbleFuture) future = future_new (&object);

  thimble_future_start (future);
  g_assert_false (thimble_future_should_stop (future));
  thimble_future_request_stop (future);
  thimble_future_request_stop (future);
  g_assert_cmpuint (maker.n_stop_requested, ==, 1);
  g_assert_cmpuint (maker.n_cancelled, ==, 0);
  g_assert_cmpint (thimble_future_get_state (future), ==, THIMBLE_FUTURE_RUNNING);

  /* It may end well for all that. */
  thimble_future_return_result (future, g_strdup ("made it"));
  g_assert_false (thimble_future_is_cancelled (future));
  g_object_unref (object);
}

/* Work that lost its worker runs again; who looks at it sees it running all the time. */
static void
test_reschedule (void)
{
  GObject *object;
  g_autoptr(ThimbleFuture) future = future_new (&object);

  g_assert_false (thimble_future_reschedule (future));
  thimble_future_start (future);
  g_assert_true (thimble_future_reschedule (future));
  g_assert_cmpint (thimble_future_get_state (future), ==, THIMBLE_FUTURE_RUNNING);
  g_assert_false (thimble_future_cancel (future));
  g_assert_true (thimble_future_start (future));
  g_assert_false (thimble_future_start (future));
  g_assert_true (thimble_future_reschedule (future));
  g_assert_true (thimble_future_start (future));
  thimble_future_return_result (future, NULL);
  g_assert_cmpint (thimble_future_get_state (future), ==, THIMBLE_FUTURE_DONE);
  g_object_unref (object);
}

static void
test_reschedule_stopped (void)
{
  GObject *object;
  g_autoptr(ThimbleFuture) before = future_new (&object);
  g_autoptr(ThimbleFuture) between = NULL;
  guint n_called = 0;

  thimble_future_start (before);
  thimble_future_request_stop (before);
  thimble_future_add_done_hook (before, count_hook, &n_called, NULL);
  g_assert_false (thimble_future_reschedule (before));
  g_assert_true (thimble_future_is_cancelled (before));
  g_assert_cmpuint (n_called, ==, 1);
  g_object_unref (object);

  between = future_new (&object);
  thimble_future_add_done_hook (between, count_hook, &n_called, NULL);
  thimble_future_start (between);
  g_assert_true (thimble_future_reschedule (between));
  thimble_future_request_stop (between);
  g_assert_cmpuint (maker.n_stop_requested, ==, 1);
  g_assert_false (thimble_future_start (between));
  g_assert_true (thimble_future_is_cancelled (between));
  g_assert_cmpuint (n_called, ==, 2);
  g_object_unref (object);
}

static void
test_ended_twice (void)
{
  GObject *object;
  g_autoptr(ThimbleFuture) future = future_new (&object);

  thimble_future_start (future);
  thimble_future_return_result (future, g_strdup ("first"));
  g_test_expect_message ("thimble", G_LOG_LEVEL_CRITICAL, "*ended twice*");
  thimble_future_return_result (future, g_strdup ("second"));
  g_test_assert_expected_messages ();
  g_assert_cmpstr (thimble_future_get_result (future, NULL), ==, "first");
  g_object_unref (object);
}

static void
test_hooks (void)
{
  GObject *object;
  g_autoptr(ThimbleFuture) future = future_new (&object);
  guint n_kept = 0;
  guint n_taken_back = 0;

  thimble_future_add_done_hook (future, count_hook, &n_taken_back, count_destroy);
  thimble_future_add_done_hook (future, count_hook, &n_kept, count_destroy);
  thimble_future_add_done_hook (future, count_hook, &n_taken_back, count_destroy);
  g_assert_true (thimble_future_remove_done_hook (future, count_hook, &n_taken_back));
  g_assert_cmpuint (n_taken_back, ==, 100);
  g_assert_true (thimble_future_remove_done_hook (future, count_hook, &n_taken_back));
  g_assert_false (thimble_future_remove_done_hook (future, count_hook, &n_taken_back));
  g_assert_cmpuint (n_taken_back, ==, 200);
  thimble_future_start (future);
  thimble_future_return_result (future, NULL);
  g_assert_cmpuint (n_kept, ==, 101);
  g_assert_cmpuint (n_taken_back, ==, 200);
  g_assert_false (thimble_future_remove_done_hook (future, count_hook, &n_kept));
  g_object_unref (object);
}

/* A future that never ends takes those who listened with it, without calling them. */
static void
test_dropped (void)
{
  GObject *object;
  ThimbleFuture *future = future_new (&object);
  guint n_hook = 0;
  guint n_callback = 0;

  thimble_future_add_done_hook (future, count_hook, &n_hook, count_destroy);
  thimble_future_add_done_callback (future, count_hook, &n_callback, count_destroy);
  g_assert_finalize_object (future);
  g_assert_finalize_object (object);
  g_assert_cmpuint (n_hook, ==, 100);
  g_assert_cmpuint (n_callback, ==, 100);
}

static void
test_callback_is_posted (void)
{
  GObject *object;
  g_autoptr(ThimbleFuture) future = future_new (&object);
  guint n_called = 0;

  thimble_future_start (future);
  thimble_future_return_result (future, NULL);
  thimble_future_add_done_callback (future, count_hook, &n_called, count_destroy);
  g_assert_cmpuint (n_called, ==, 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_called, ==, 101);
  g_object_unref (object);
}

static gpointer
cancel_thread (gpointer user_data)
{
  return GINT_TO_POINTER (thimble_future_cancel (user_data));
}

/* Of those who start and cancel at one moment just one succeeds, and the end is told once. */
static void
test_race (void)
{
  guint n_started = 0;

  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr(ThimbleFuture) future = thimble_future_new (NULL, NULL, NULL);
      GThread *thread = g_thread_new ("cancel", cancel_thread, future);
      gboolean started;
      gboolean cancelled;
      guint n_called = 0;

      thimble_future_add_done_hook (future, count_hook, &n_called, NULL);
      started = thimble_future_start (future);
      n_started += started;
      cancelled = GPOINTER_TO_INT (g_thread_join (thread));
      g_assert_cmpint (started, !=, cancelled);
      if (started)
        thimble_future_return_result (future, NULL);
      g_assert_cmpuint (n_called, ==, 1);
    }
  g_test_message ("%u of 2000 were started before they were cancelled", n_started);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/future/states", test_states);
  g_test_add_func ("/future/cancel", test_cancel);
  g_test_add_func ("/future/request-stop", test_request_stop);
  g_test_add_func ("/future/reschedule", test_reschedule);
  g_test_add_func ("/future/reschedule-stopped", test_reschedule_stopped);
  g_test_add_func ("/future/ended-twice", test_ended_twice);
  g_test_add_func ("/future/hooks", test_hooks);
  g_test_add_func ("/future/dropped", test_dropped);
  g_test_add_func ("/future/callback-is-posted", test_callback_is_posted);
  g_test_add_func ("/future/race", test_race);
  return g_test_run ();
}
