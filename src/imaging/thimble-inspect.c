/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The operations on what was downloaded: is it an image, which kind, is it whole; and if it is a web
 * page, which images it shows. They look at bytes that a server sent, so they run where nothing can
 * be had from them. */

#include "thimble-inspect.h"

#include "thimble-image-end.h"
#include "thimble-io-error.h"
#include "thimble-page-links.h"
#include "thimble-reading.h"

#include <string.h>

/* Where the word for a format is not what its files are called. */
static const struct
{
  const char *format;
  const char *extension;
} extensions[] = {
  { "jpeg", "jpg" },
  { "tiff", "tif" },
  { "heif", "heic" },
};

static const char *
get_extension (const char *format_name)
{
  for (guint i = 0; i < G_N_ELEMENTS (extensions); i++)
    if (g_str_equal (extensions[i].format, format_name))
      return extensions[i].extension;
  return format_name;
}

/* An end that is missing is told before the header is read: it may be missing too. */
static ThimbleWorkResult *
inspect (ThimbleWorkContext *context, ThimbleWork *work, GError **error)
{
  g_auto(ThimbleReading) reading = { 0 };
  g_autoptr(GBytes) bytes = NULL;
  ThimbleThumbnailRecipe recipe;
  ThimbleInspectReply reply = { 0 };

  if (!thimble_recipe_parse_limits (thimble_work_get_recipe (work), &recipe, error)
      || !thimble_reading_read (context, work, 0, recipe.max_bytes, &reading, error)
      || !thimble_reading_find_codec (&reading, error))
    return NULL;
  reply.end = thimble_image_end_find (reading.bytes, reading.n_bytes);
  if (reply.end != THIMBLE_IMAGE_END_MISSING)
    {
      if (!reading.codec->read_header (reading.bytes, reading.n_bytes, &reading.info, error))
        return NULL;
      g_strlcpy (reply.extension, get_extension (reading.info.format_name),
                 sizeof reply.extension);
    }
  bytes = g_bytes_new (&reply, sizeof reply);
  return thimble_work_result_new (bytes, NULL, 0);
}

static ThimbleWorkResult *
find_links (ThimbleWorkContext *context, ThimbleWork *work, GError **error)
{
  g_auto(ThimbleReading) reading = { 0 };
  GBytes *recipe = thimble_work_get_recipe (work);
  g_autofree char *base = NULL;
  g_autoptr(GString) lines = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GBytes) output = NULL;
  ThimblePageLinksReply reply = { 0 };
  gboolean is_cut;

  if (recipe == NULL)
    {
      g_set_error_literal (error, THIMBLE_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "cannot be worked on: there is no recipe.");
      return NULL;
    }
  base = g_strndup (g_bytes_get_data (recipe, NULL), g_bytes_get_size (recipe));
  if (!thimble_reading_read (context, work, 0, THIMBLE_PAGE_MAX_BYTES, &reading, error))
    return NULL;
  lines = thimble_page_links_find ((const char *) reading.bytes, reading.n_bytes, base,
                                   &reply.n_links, &is_cut);
  reply.is_cut = is_cut;
  bytes = g_bytes_new (&reply, sizeof reply);
  output = g_bytes_new (lines->str, lines->len);
  return thimble_work_result_new (bytes, &output, 1);
}

typedef ThimbleWorkResult *(*RunOne) (ThimbleWorkContext *context,
                                      ThimbleWork *work,
                                      GError **error);

/* All are told at the end: they take so little that whoever waits would else wake for each. */
static void
run_each (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works, RunOne run_one)
{
  g_autofree ThimbleWorkResult **results = g_new0 (ThimbleWorkResult *, n_works);
  g_autofree GError **errors = g_new0 (GError *, n_works);

  for (guint i = 0; i < n_works; i++)
    results[i] = run_one (context, works[i], &errors[i]);
  for (guint i = 0; i < n_works; i++)
    if (results[i] != NULL)
      thimble_work_context_return_result (context, i, results[i]);
    else
      thimble_work_context_return_error (context, i, errors[i]);
}

/**
 * thimble_inspect_run:
 *
 * The operation "inspect": #ThimbleThumbnailRecipe -> #ThimbleInspectReply.
 */
void
thimble_inspect_run (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  run_each (context, works, n_works, inspect);
}

/**
 * thimble_page_links_run:
 *
 * The operation "page-links": the page's URL as text -> #ThimblePageLinksReply and the links.
 */
void
thimble_page_links_run (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  run_each (context, works, n_works, find_links);
}
