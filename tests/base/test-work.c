/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Works, results, and what operations ask of their context. */

#include "thimble-work.h"

static void
count_free (gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_work (void)
{
  guint n_freed = 0;
  g_autoptr(GBytes) recipe = g_bytes_new_with_free_func ("r", 1, count_free, &n_freed);
  g_autoptr(ThimbleInput) input = thimble_input_new_for_path ("/not/opened");
  g_autofree char *name = g_strdup ("resize");
  ThimbleWork *work = thimble_work_new (name, recipe, input);
  g_autoptr(ThimbleWork) other = thimble_work_new ("resize", NULL, NULL);

  name[0] = 'x';
  g_assert_cmpstr (thimble_work_get_operation (work), ==, "resize");
  g_assert_true (thimble_work_get_operation (work) == thimble_work_get_operation (other));
  g_assert_true (thimble_work_get_recipe (work) == recipe);
  g_assert_true (thimble_work_get_input (work) == input);
  g_assert_null (thimble_work_get_recipe (other));
  g_assert_null (thimble_work_get_input (other));

  g_clear_pointer (&recipe, g_bytes_unref);
  thimble_work_unref (thimble_work_ref (work));
  g_assert_cmpuint (n_freed, ==, 0);
  thimble_work_unref (work);
  g_assert_cmpuint (n_freed, ==, 1);
}

static void
test_result (void)
{
  guint n_freed = 0;
  GBytes *reply = g_bytes_new_with_free_func ("r", 1, count_free, &n_freed);
  GBytes *outputs[] = {
    g_bytes_new_with_free_func ("a", 1, count_free, &n_freed),
    g_bytes_new_with_free_func ("b", 1, count_free, &n_freed),
  };
  ThimbleWorkResult *result = thimble_work_result_new (reply, outputs, G_N_ELEMENTS (outputs));

  g_assert_true (thimble_work_result_get_reply (result) == reply);
  g_assert_cmpuint (thimble_work_result_get_n_outputs (result), ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (outputs); i++)
    {
      g_assert_true (thimble_work_result_get_output (result, i) == outputs[i]);
      g_bytes_unref (outputs[i]);
    }
  g_bytes_unref (reply);
  thimble_work_result_unref (thimble_work_result_ref (result));
  g_assert_cmpuint (n_freed, ==, 0);
  thimble_work_result_unref (result);
  g_assert_cmpuint (n_freed, ==, 3);
}

static void
test_empty_result (void)
{
  g_autoptr(ThimbleWorkResult) result = thimble_work_result_new (NULL, NULL, 0);

  g_assert_null (thimble_work_result_get_reply (result));
  g_assert_cmpuint (thimble_work_result_get_n_outputs (result), ==, 0);
}

/* A context that writes down what it is asked. */
typedef struct
{
  ThimbleWorkContext context;
  guint index;
  ThimbleWorkResult *result;
  GError *error;
  guint64 n_reserved;
} Recorder;

static void
record_end (ThimbleWorkContext *context, guint index, ThimbleWorkResult *result, GError *error)
{
  Recorder *recorder = (Recorder *) context;

  recorder->index = index;
  recorder->result = result;
  recorder->error = error;
}

static gboolean
record_should_stop (ThimbleWorkContext *context, guint index)
{
  return index == 3;
}

static void
record_reserve (ThimbleWorkContext *context, guint64 n_bytes)
{
  ((Recorder *) context)->n_reserved = n_bytes;
}

static void
test_context (void)
{
  g_autoptr(GByteArray) buffer = g_byte_array_new ();
  Recorder recorder = { { record_end, record_should_stop, record_reserve, buffer } };
  ThimbleWorkContext *context = &recorder.context;
  g_autoptr(ThimbleWorkResult) result = thimble_work_result_new (NULL, NULL, 0);
  g_autoptr(GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "failed.");

  thimble_work_context_return_result (context, 1, result);
  g_assert_cmpuint (recorder.index, ==, 1);
  g_assert_true (recorder.result == result);
  g_assert_null (recorder.error);
  thimble_work_context_return_error (context, 2, error);
  g_assert_cmpuint (recorder.index, ==, 2);
  g_assert_null (recorder.result);
  g_assert_true (recorder.error == error);
  g_assert_true (thimble_work_context_should_stop (context, 3));
  g_assert_false (thimble_work_context_should_stop (context, 4));
  thimble_work_context_reserve (context, G_MAXUINT64);
  g_assert_cmpuint (recorder.n_reserved, ==, G_MAXUINT64);
  g_assert_true (thimble_work_context_get_buffer (context, 0) == buffer);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/works/work", test_work);
  g_test_add_func ("/works/result", test_result);
  g_test_add_func ("/works/empty-result", test_empty_result);
  g_test_add_func ("/works/context", test_context);
  return g_test_run ();
}
