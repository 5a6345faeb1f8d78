/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Real works, for a process that has closed itself: the operation "thumbnail" from a descriptor, in
 * every format that the kind of worker reads and in every format that is written. Where text is
 * drawn, it must be there, and in more than one font. */

#include "closed-works.h"

#include "codec-test.h"
#include "thimble-operations.h"
#include "thimble-pixbuf-codec.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lcms2.h>

#define SIDE 128

static const char drawing[]
  = "<svg xmlns='http://www.w3.org/2000/svg' width='128' height='128' font-size='30'>"
    "<filter id='f'><feGaussianBlur stdDeviation='3'/></filter>"
    "<rect x='10' y='100' width='20' height='20' fill='red' filter='url(#f)'/>"
    "<text x='2' y='30' font-family='serif'>Thimble</text>"
    "<text x='2' y='70' font-family='monospace' font-weight='bold'>Mimble</text></svg>";

static int fds[4]; /* of what is worked on, in memory */
static guint n_fds;
static gboolean has_text;

static int
add_fd (void)
{
  int fd = memfd_create ("work", MFD_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpuint (n_fds, <, G_N_ELEMENTS (fds));
  fds[n_fds++] = fd;
  return fd;
}

/* Not sRGB, so that the colours must be converted. */
static GBytes *
make_profile (void)
{
  static const cmsCIExyY white = { 0.3127, 0.329, 1 };
  static const cmsCIExyYTRIPLE primaries
    = { { 0.64, 0.33, 1 }, { 0.21, 0.71, 1 }, { 0.15, 0.06, 1 } };
  cmsToneCurve *curve = cmsBuildGamma (NULL, 1.8);
  cmsToneCurve *curves[] = { curve, curve, curve };
  cmsHPROFILE profile = cmsCreateRGBProfile (&white, &primaries, curves);
  cmsUInt32Number n_bytes = 0;
  guint8 *bytes;

  g_assert_true (cmsSaveProfileToMem (profile, NULL, &n_bytes));
  bytes = g_malloc (n_bytes);
  g_assert_true (cmsSaveProfileToMem (profile, bytes, &n_bytes));
  cmsCloseProfile (profile);
  cmsFreeToneCurve (curve);
  return g_bytes_new_take (bytes, n_bytes);
}

/* In a process of its own, so that no library has been used when this one is closed. */
static void
write_picture (int fd, const ThimbleCodec *codec)
{
  pid_t child = fork ();
  int status = -1;

  if (child == 0)
    {
      g_autoptr (ThimbleRaster) raster = codec_test_gradient (THIMBLE_LAYOUT_RGB, 700, 500);
      g_autoptr (GByteArray) file = g_byte_array_new ();
      g_autoptr (GBytes) icc = make_profile ();
      ThimbleEncodeOptions options = { .quality = 90, .icc = icc };

      g_assert_true (codec->encode (raster, &options, file, NULL));
      _exit (write (fd, file->data, file->len) == (ssize_t) file->len ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

/* Before the process is closed: does as a worker of the kind, and makes the inputs. */
void
closed_works_prepare (ThimbleSandboxKind kind)
{
  static const ThimbleCodec *const codecs[]
    = { &thimble_jpeg_codec, &thimble_png_codec, &thimble_webp_codec };

  if (kind == THIMBLE_SANDBOX_PIXBUF)
    {
      thimble_codec_register_fallback (&thimble_pixbuf_codec);
      thimble_pixbuf_codec_load_all ();
      if (!thimble_sandbox_leaves_fonts ())
        thimble_pixbuf_codec_load_fonts ();
      g_assert_cmpint (write (add_fd (), drawing, strlen (drawing)), ==, strlen (drawing));
      has_text = TRUE;
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++)
    write_picture (add_fd (), codecs[i]);
}

/* Of pixels with straight alpha: the dark ones in some rows. */
static guint
count_dark (GBytes *output, guint first_row, guint n_rows)
{
  const guint8 *pixels = g_bytes_get_data (output, NULL);
  guint n_dark = 0;

  for (guint i = first_row * SIDE; i < (first_row + n_rows) * SIDE; i++)
    n_dark += pixels[4 * i] < 128;
  return n_dark;
}

static void
check_text (GBytes *output)
{
  g_assert_cmpuint (g_bytes_get_size (output), ==, SIDE * SIDE * 4);
  g_assert_cmpuint (count_dark (output, 5, 30), >, 100);
  g_assert_cmpuint (count_dark (output, 45, 30), >, 100);
}

static void
end_cb (ThimbleWorkContext *context, guint index, ThimbleWorkResult *result, GError *error)
{
  g_assert_no_error (error);
  for (guint i = 0; i < thimble_work_result_get_n_outputs (result); i++)
    g_assert_cmpuint (g_bytes_get_size (thimble_work_result_get_output (result, i)), >, 100);
  if (has_text)
    check_text (thimble_work_result_get_output (result, 3));
  thimble_work_result_unref (result);
}

static gboolean
should_stop_cb (ThimbleWorkContext *context, guint index)
{
  return FALSE;
}

static void
reserve_cb (ThimbleWorkContext *context, guint64 n_bytes)
{
}

/* After the process is closed; a work that fails ends it. */
long
closed_works_run (ThimbleSandboxKind kind)
{
  static const ThimbleFormat formats[]
    = { THIMBLE_FORMAT_JPEG, THIMBLE_FORMAT_PNG, THIMBLE_FORMAT_WEBP, THIMBLE_FORMAT_PIXELS };
  ThimbleThumbnailRecipe recipe = { .max_pixels = 1000000, .max_bytes = 1 << 20,
                                    .n_renditions = G_N_ELEMENTS (formats) };
  ThimbleWorkContext context = { end_cb, should_stop_cb, reserve_cb, g_byte_array_new () };
  g_autoptr (GBytes) recipe_bytes = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    recipe.renditions[i] = (ThimbleRenditionRecipe) {
      .width = SIDE, .height = SIDE, .format = formats[i], .quality = 80,
      .background = { 255, 255, 255, 255 },
    };
  recipe_bytes = g_bytes_new (&recipe, sizeof recipe);
  for (guint i = 0; i < n_fds; i++)
    {
      g_autoptr (ThimbleInput) input = thimble_input_new_for_fd (fds[i]);
      g_autoptr (ThimbleWork) work = thimble_work_new ("thumbnail", recipe_bytes, input);

      thimble_image_operations[0].run (&context, &work, 1);
    }
  thimble_work_context_clear_buffers (&context);
  return n_fds;
}
