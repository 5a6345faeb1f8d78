/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The real workers: what they are allowed, and that they give what a thread gives. */

#include "thimble-codec.h"
#include "thimble-errors.h"
#include "thimble-operations.h"
#include "thimble-process-executor.h"
#include "thimble-recipe.h"
#include "thimble-serial-executor.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define PATIENCE_MS 60000
#define NICENESS 19 /* the most, so that it is seen however nice the test itself is */

static ThimbleExecutor *
create_with_budget (gboolean with_other, int niceness, ThimbleBudget *budget)
{
  g_autofree char *worker = g_build_filename (g_getenv ("THIMBLE_WORKERS"), "thimble-worker", NULL);
  g_autofree char *other
    = g_build_filename (g_getenv ("THIMBLE_WORKERS"), "thimble-pixbuf-worker", NULL);
  const ThimbleProcessConfig config = {
    .executor = { .operations = thimble_image_operations, .max_workers = 1, .budget = budget },
    .worker = worker,
    .other_worker = with_other ? other : NULL,
    .max_memory = G_GUINT64_CONSTANT (1) << 30,
    .max_output_bytes = 16 * 1000 * 1000,
    .max_pixels = 10 * 1000 * 1000,
    .free_bytes = budget != NULL ? G_GUINT64_CONSTANT (1) << 30 : 0,
    .timeout_us = 30 * G_USEC_PER_SEC,
    .niceness = niceness,
  };

  return thimble_process_executor_new (&config);
}

static ThimbleExecutor *
create (gboolean with_other, int niceness)
{
  return create_with_budget (with_other, niceness, NULL);
}

static GBytes *
make_png (int width, int height)
{
  g_autoptr(ThimbleRaster) raster = thimble_raster_new (THIMBLE_LAYOUT_RGB, width, height);
  const ThimbleEncodeOptions options = { .quality = 80 };
  GByteArray *out = g_byte_array_new ();
  g_autoptr(GError) error = NULL;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width * 3; x++)
      thimble_raster_row (raster, y)[x] = (guint8) (x * 7 + y * 3);
  g_assert_true (thimble_png_codec.encode (raster, &options, out, &error));
  g_assert_no_error (error);
  return g_byte_array_free_to_bytes (out);
}

/* A GIF of one red pixel (GIF89a, sections 18 to 22). */
static GBytes *
make_gif (void)
{
  static const guint8 gif[] = "GIF89a\1\0\1\0\x80\0\0\xff\0\0\0\0\0"
                              ",\0\0\0\0\1\0\1\0\0\2\2\x44\1\0;";

  return g_bytes_new_static (gif, sizeof gif - 1);
}

static GBytes *
make_recipe (guint size_px, ThimbleFormat format)
{
  ThimbleThumbnailRecipe recipe = { .max_pixels = 10 * 1000 * 1000,
                                    .max_bytes = 10 * 1000 * 1000,
                                    .scaling = THIMBLE_SCALING_FAST,
                                    .n_renditions = 1 };

  recipe.renditions[0] = (ThimbleRenditionRecipe) { .width = size_px,
                                                    .height = size_px,
                                                    .fit = THIMBLE_FIT_INSIDE,
                                                    .format = format,
                                                    .quality = 80,
                                                    .background = { 255, 255, 255, 255 } };
  return g_bytes_new (&recipe, sizeof recipe);
}

static ThimbleFuture *
submit (ThimbleExecutor *executor, const char *operation, GBytes *image, GBytes *recipe)
{
  g_autoptr(ThimbleInput) input = thimble_input_new_for_bytes (image);
  g_autoptr(ThimbleWork) work = thimble_work_new (operation, recipe, input);
  g_autoptr(GError) error = NULL;
  ThimbleFuture *future = thimble_executor_submit (executor, work, &error);

  g_assert_no_error (error);
  return future;
}

/* Outputs of all sizes are those of an executor without isolation: in the ring, many in turn, so
 * that it goes round, and larger than it. */
static void
test_same_outputs (void)
{
  static const guint sizes_px[] = { 64, 300, 350, 362, 700, 350, 64, 900, 200 };
  const ThimbleExecutorConfig config = { .operations = thimble_image_operations };
  g_autoptr(ThimbleExecutor) processes = create (FALSE, 0);
  g_autoptr(ThimbleExecutor) serial = thimble_serial_executor_new (&config);
  g_autoptr(GBytes) image = make_png (900, 900);

  for (guint i = 0; i < G_N_ELEMENTS (sizes_px); i++)
    {
      g_autoptr(GBytes) recipe = make_recipe (sizes_px[i], THIMBLE_FORMAT_PIXELS);
      g_autoptr(ThimbleFuture) one = submit (processes, "thumbnail", image, recipe);
      g_autoptr(ThimbleFuture) other = submit (serial, "thumbnail", image, recipe);
      g_autoptr(GError) error = NULL;
      ThimbleWorkResult *result = thimble_future_result (one, PATIENCE_MS, &error);
      ThimbleWorkResult *expected = thimble_future_result (other, PATIENCE_MS, NULL);

      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (thimble_work_result_get_output (result, 0)), ==,
                        sizes_px[i] * sizes_px[i] * 4);
      g_assert_true (g_bytes_equal (thimble_work_result_get_output (result, 0),
                                    thimble_work_result_get_output (expected, 0)));
    }
  thimble_executor_shutdown (processes, THIMBLE_SHUTDOWN_DRAIN);
}

/* Outputs that have memory of their own are counted, here as all that is, and given back. */
static void
test_output_counts (void)
{
  g_autoptr(ThimbleBudget) budget = thimble_budget_new (1);
  g_autoptr(ThimbleExecutor) processes = create_with_budget (FALSE, 0, budget);
  g_autoptr(GBytes) image = make_png (900, 900);
  g_autoptr(GBytes) recipe = make_recipe (900, THIMBLE_FORMAT_PIXELS);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(ThimbleFuture) future = submit (processes, "thumbnail", image, recipe);

      g_assert_nonnull (thimble_future_result (future, PATIENCE_MS, NULL));
    }
  thimble_executor_shutdown (processes, THIMBLE_SHUTDOWN_DRAIN);
  g_assert_cmpuint (thimble_budget_get_peak (budget), >=, 900 * 900 * 4);
  thimble_budget_reserve (budget, G_MAXUINT64); /* waits for ever where something is not */
  thimble_budget_release (budget, G_MAXUINT64);
}

/* More than a worker may send is the work's own failure. */
static void
test_output_too_large (void)
{
  g_autoptr(ThimbleExecutor) processes = create (FALSE, 0);
  g_autoptr(GBytes) image = make_png (2100, 2100);
  g_autoptr(GBytes) large = make_recipe (2100, THIMBLE_FORMAT_PIXELS);
  g_autoptr(GBytes) small = make_recipe (64, THIMBLE_FORMAT_JPEG);
  g_autoptr(ThimbleFuture) fails = submit (processes, "thumbnail", image, large);
  g_autoptr(ThimbleFuture) next = submit (processes, "thumbnail", image, small);
  g_autoptr(GError) error = NULL;

  g_assert_null (thimble_future_result (fails, PATIENCE_MS, &error));
  g_assert_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE);
  g_assert_nonnull (thimble_future_result (next, PATIENCE_MS, NULL));
  thimble_executor_shutdown (processes, THIMBLE_SHUTDOWN_DRAIN);
}

/* What the common worker has no codec for goes to the other kind, which says the rest. */
static void
test_needs_kind (void)
{
  g_autoptr(ThimbleExecutor) processes = create (TRUE, 0);
  g_autoptr(GBytes) gif = make_gif ();
  g_autoptr(GBytes) text = g_bytes_new_static ("no image", 8);
  g_autoptr(GBytes) png = make_png (40, 30);
  g_autoptr(GBytes) recipe = make_recipe (64, THIMBLE_FORMAT_PNG);
  g_autoptr(ThimbleFuture) known = submit (processes, "probe", gif, recipe);
  g_autoptr(ThimbleFuture) unknown = submit (processes, "probe", text, recipe);
  g_autoptr(ThimbleFuture) common = submit (processes, "probe", png, recipe);
  g_autoptr(GError) error = NULL;
  ThimbleWorkResult *result = thimble_future_result (known, PATIENCE_MS, &error);
  const ThimbleProbeReply *reply;

  g_assert_no_error (error);
  reply = g_bytes_get_data (thimble_work_result_get_reply (result), NULL);
  g_assert_cmpstr (reply->format_name, ==, "gif");
  g_assert_cmpuint (reply->width, ==, 1);

  g_assert_null (thimble_future_result (unknown, PATIENCE_MS, &error));
  g_assert_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_UNSUPPORTED);
  g_assert_nonnull (thimble_future_result (common, PATIENCE_MS, NULL));
  thimble_executor_shutdown (processes, THIMBLE_SHUTDOWN_DRAIN);
}

static GLogWriterOutput
count_lost (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer n_lost)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE") && strstr (fields[i].value, "Lost a worker") != NULL)
      g_atomic_int_inc ((int *) n_lost);
  return g_log_writer_default (level, fields, n_fields, NULL);
}

/* A chunk of both kinds: each work goes to its own, and no worker is lost over that. */
static void
test_needs_kind_in_chunk (void)
{
  static int n_lost;
  g_autoptr(ThimbleExecutor) processes = create (TRUE, 0);
  g_autoptr(GBytes) gif = make_gif ();
  g_autoptr(GBytes) png = make_png (40, 30);
  g_autoptr(GBytes) recipe = make_recipe (64, THIMBLE_FORMAT_PNG);
  ThimbleInput *inputs[] = { thimble_input_new_for_bytes (gif),
                             thimble_input_new_for_bytes (png) };
  ThimbleWork *works[16];
  g_autoptr(GPtrArray) futures = NULL;
  g_autoptr(GError) error = NULL;

  g_log_set_writer_func (count_lost, &n_lost, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (works); i++)
    works[i] = thimble_work_new ("thumbnail", recipe, inputs[i % 4 == 1]);
  futures = thimble_executor_map (processes, works, G_N_ELEMENTS (works), G_N_ELEMENTS (works),
                                  &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (works); i++)
    {
      g_assert_nonnull (
        thimble_future_result (g_ptr_array_index (futures, i), PATIENCE_MS, &error));
      g_assert_no_error (error);
      thimble_work_unref (works[i]);
    }
  thimble_executor_shutdown (processes, THIMBLE_SHUTDOWN_DRAIN);
  g_assert_cmpint (n_lost, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++)
    g_clear_pointer (&inputs[i], thimble_input_unref);
}

static char *
read_proc (int pid, const char *name)
{
  g_autofree char *number = g_strdup_printf ("%d", pid);
  g_autofree char *path = g_build_filename ("/proc", number, name, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

/* A worker without works has its socket and standard error, and nothing else; only root may see. */
static void
assert_no_descriptors (const char *pid)
{
  g_autofree char *path = g_build_filename ("/proc", pid, "fd", NULL);
  g_autoptr(GDir) descriptors = g_dir_open (path, 0, NULL);
  const char *name;

  while (descriptors != NULL && (name = g_dir_read_name (descriptors)) != NULL)
    if (!g_str_equal (name, "0") && !g_str_equal (name, "2"))
      {
        g_autofree char *link = g_build_filename (path, name, NULL);
        g_autofree char *target = g_file_read_link (link, NULL);

        g_error ("A worker has %s open, as %s", target, name);
      }
}

/* Each child of this process is closed, and stands back as far as it should: that is what the kernel
 * says of it. */
static void
test_closed (void)
{
  g_autoptr(ThimbleExecutor) processes = create (TRUE, NICENESS);
  g_autoptr(GBytes) gif = make_gif ();
  g_autoptr(GBytes) recipe = make_recipe (64, THIMBLE_FORMAT_PNG);
  g_autoptr(ThimbleFuture) future = submit (processes, "thumbnail", gif, recipe);
  g_autoptr(GDir) proc = g_dir_open ("/proc", 0, NULL);
  g_autofree char *parent = g_strdup_printf ("PPid:\t%d\n", getpid ());
  guint n_closed = 0;
  const char *name;

  g_assert_nonnull (thimble_future_result (future, PATIENCE_MS, NULL));
  while ((name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *status = g_ascii_isdigit (*name) ? read_proc (atoi (name), "status") : NULL;

      if (status == NULL || strstr (status, parent) == NULL)
        continue;
      g_assert_nonnull (strstr (status, "Seccomp:\t2\n"));
      g_assert_nonnull (strstr (status, "NoNewPrivs:\t1\n"));
      assert_no_descriptors (name);
      g_assert_cmpint (getpriority (PRIO_PROCESS, (id_t) atoi (name)), ==, NICENESS);
      n_closed++;
    }
  g_assert_cmpuint (n_closed, ==, 2);
  thimble_executor_shutdown (processes, THIMBLE_SHUTDOWN_DRAIN);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/worker/images/same-outputs", test_same_outputs);
  g_test_add_func ("/worker/images/output-counts", test_output_counts);
  g_test_add_func ("/worker/images/output-too-large", test_output_too_large);
  g_test_add_func ("/worker/images/needs-kind", test_needs_kind);
  g_test_add_func ("/worker/images/needs-kind-in-chunk", test_needs_kind_in_chunk);
  g_test_add_func ("/worker/images/closed", test_closed);
  return g_test_run ();
}
