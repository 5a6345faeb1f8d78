/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The operation "thumbnail": from the bytes of one image to its encoded outputs. The header tells
 * where every output lands and so how large the picture must be decoded; it is decoded once, then
 * each output is drawn from it and encoded. Between these stages it looks whether it shall stop.
 *
 * Of several works, those that one codec decodes together are gathered first. */

#include "thimble-thumbnail.h"

#include "thimble-compose.h"
#include "thimble-content-hash.h"
#include "thimble-geometry.h"
#include "thimble-io-error.h"
#include "thimble-orientation.h"
#include "thimble-reading.h"
#include "thimble-render.h"

/* A group is decoded when it has as many bytes: of files, or of what decoding takes. */
#define MAX_GROUP_FILE_BYTES (12 * 1024 * 1024)
#define MAX_GROUP_DECODE_BYTES (256 * 1024 * 1024)

typedef struct
{
  ThimbleWorkContext *context;
  guint index;
  ThimbleThumbnailRecipe recipe;
  ThimbleReading reading;
  ThimbleDecodeRequest request; /* stored orientation */
  ThimblePicture picture;
  ThimbleRendition renditions[THIMBLE_MAX_RENDITIONS];
  GBytes *outputs[THIMBLE_MAX_RENDITIONS];
  ThimbleDecodeCost cost;
  guint64 n_needed_bytes; /* to decode and draw */
  ThimbleThumbnailReply reply;
} Job;

static void
job_free (Job *job)
{
  thimble_reading_clear (&job->reading);
  g_clear_pointer (&job->picture.raster, thimble_raster_unref);
  for (guint i = 0; i < THIMBLE_MAX_RENDITIONS; i++)
    g_clear_pointer (&job->outputs[i], g_bytes_unref);
  g_free (job);
}

static gboolean
go_on (const Job *job, GError **error)
{
  if (!thimble_work_context_should_stop (job->context, job->index))
    return TRUE;
  g_set_error_literal (error, THIMBLE_IO_ERROR, G_IO_ERROR_CANCELLED, "was cancelled.");
  return FALSE;
}

/* The longest side that a file of @format can have. */
static int
get_max_side (ThimbleFormat format)
{
  switch (format)
    {
    case THIMBLE_FORMAT_JPEG:
      return 65500; /* libjpeg's JPEG_MAX_DIMENSION */
    case THIMBLE_FORMAT_WEBP:
      return 16383; /* RFC 9649, section 2.4: 14 bits */
    case THIMBLE_FORMAT_SAME:
    case THIMBLE_FORMAT_PNG:
    case THIMBLE_FORMAT_PIXELS:
    case THIMBLE_FORMAT_OTHER:
    default:
      return G_MAXUINT16;
    }
}

static gboolean
check_output (const Job *job, const ThimbleRendition *rendition, GError **error)
{
  const ThimblePlacement *placement = &rendition->placement;
  ThimbleFormat format = rendition->recipe->format;
  int max_side;

  if (format == THIMBLE_FORMAT_SAME)
    format = job->reading.info.format;
  max_side = get_max_side (format);
  if (placement->width > max_side || placement->height > max_side)
    {
      g_set_error (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                   "would become %d×%d pixels; a side of a %s file has at most %d. "
                   "Choose a smaller size or another format.",
                   placement->width, placement->height, thimble_format_get_name (format), max_side);
      return FALSE;
    }
  return thimble_reading_check_pixels (placement->width, placement->height, "would become",
                                       job->recipe.max_pixels, error);
}

/* A vector image is drawn in its own proportions, and stretched as pixels if at all: librsvg turns
 * what is rotated in it the wrong way when it is to stretch. */
static void
keep_proportions (guint32 width, guint32 height, guint32 *min_width, guint32 *min_height)
{
  double scale = MAX ((double) *min_width / width, (double) *min_height / height);

  *min_width = MAX (*min_width, (guint32) (width * scale + 0.5));
  *min_height = MAX (*min_height, (guint32) (height * scale + 0.5));
}

/* How large the decoder must give the picture for one output, in stored orientation. */
static void
add_to_request (Job *job, const ThimbleRendition *rendition)
{
  const ThimbleImageInfo *info = &job->reading.info;
  guint32 width, height, min_width, min_height;

  thimble_reading_get_upright_size (&job->reading, &width, &height);
  /* A vector image is drawn at the very size, so that more of it gains nothing. */
  thimble_geometry_get_decode_size (&rendition->placement, width, height,
                                    info->is_scalable ? THIMBLE_SCALING_FAST : job->recipe.scaling,
                                    &min_width, &min_height);
  if (info->is_scalable)
    keep_proportions (width, height, &min_width, &min_height);
  else
    {
      min_width = MIN (min_width, width);
      min_height = MIN (min_height, height);
    }
  if (thimble_orientation_swaps_sides (info->orientation))
    {
      guint32 swapped = min_width;

      min_width = min_height;
      min_height = swapped;
    }
  job->request.min_width = MAX (job->request.min_width, min_width);
  job->request.min_height = MAX (job->request.min_height, min_height);
}

static gboolean
plan (Job *job, GError **error)
{
  guint32 width, height;

  thimble_reading_get_upright_size (&job->reading, &width, &height);
  for (guint i = 0; i < job->recipe.n_renditions + job->recipe.n_others; i++)
    {
      ThimbleRendition *rendition = &job->renditions[i];

      rendition->recipe = &job->recipe.renditions[i];
      if (!thimble_geometry_place (width, height, job->reading.info.is_scalable, rendition->recipe,
                                   &rendition->placement, error)
          || !check_output (job, rendition, error))
        return FALSE;
      add_to_request (job, rendition);
    }
  /* Converting a thumbnail from YCC costs less than converting what it is made from. */
  job->request.allow_ycc = TRUE;
  return thimble_reading_check_pixels (job->request.min_width, job->request.min_height,
                                       "would be drawn at", job->recipe.max_pixels, error);
}

/* What drawing takes beside the decoded picture: for the largest output its drawn pixels twice
 * (before and after a step), the padded ones and the encoder's; a row between the passes; and what
 * the box filter makes, at most a quarter of the decoded picture, or half where only one side is
 * much larger than the output's. */
static guint64
estimate_drawing_bytes (const Job *job)
{
  const ThimbleImageInfo *info = &job->reading.info;
  guint64 row_bytes = 8 * (guint64) (info->is_scalable ? job->request.min_width : info->width);
  guint64 largest = 0;

  for (guint i = 0; i < job->recipe.n_renditions; i++)
    {
      const ThimbleRendition *rendition = &job->renditions[i];
      const ThimblePlacement *placement = &rendition->placement;
      guint64 n_drawn = (guint64) placement->draw_width * placement->draw_height;
      guint64 n_whole = (guint64) placement->width * placement->height;

      guint64 n_boxed = job->cost.n_bytes / (rendition->recipe->fit == THIMBLE_FIT_FILL ? 2 : 4);

      largest = MAX (largest, 4 * (2 * n_drawn + 2 * n_whole) + n_boxed);
    }
  return largest + row_bytes;
}

static gboolean
make_output (Job *job, guint i, GError **error)
{
  ThimbleOutputReply *reply = &job->reply.outputs[i];
  g_autoptr(ThimbleRaster) raster = NULL;
  gint64 begin = g_get_monotonic_time ();
  gint64 drawn;

  if (!go_on (job, error))
    return FALSE;
  raster = thimble_render_draw (&job->picture, &job->renditions[i], error);
  drawn = g_get_monotonic_time ();
  job->reply.resize_us += drawn - begin;
  if (raster == NULL || !go_on (job, error))
    return FALSE;

  job->outputs[i] = thimble_render_encode (&job->picture, &job->renditions[i], raster, error);
  job->reply.encode_us += g_get_monotonic_time () - drawn;
  reply->width = raster->width;
  reply->height = raster->height;
  reply->format = job->renditions[i].format;
  return job->outputs[i] != NULL;
}

static gboolean
premultiply (Job *job, GError **error)
{
  ThimbleRaster *raster;

  if (job->picture.is_opaque) /* times one */
    {
      job->picture.raster->premultiplied
        = thimble_layout_has_alpha (job->picture.raster->layout);
      return TRUE;
    }
  raster = thimble_compose_premultiply (job->picture.raster, error);
  if (raster == NULL)
    return FALSE;
  thimble_raster_unref (job->picture.raster);
  job->picture.raster = raster;
  return TRUE;
}

/* First the outputs whose pixels are the decoded ones, untouched; then alpha is multiplied in for
 * those that are resampled. */
static gboolean
make_outputs (Job *job, GError **error)
{
  gint64 begin = g_get_monotonic_time ();
  gboolean is_exact[THIMBLE_MAX_RENDITIONS] = { FALSE };

  job->picture.is_opaque = thimble_compose_is_opaque (job->picture.raster);
  for (guint i = 0; i < job->recipe.n_renditions; i++)
    {
      thimble_render_prepare (&job->picture, &job->renditions[i]);
      is_exact[i] = thimble_render_is_exact (&job->picture, &job->renditions[i]);
    }
  job->reply.resize_us += g_get_monotonic_time () - begin;
  for (guint i = 0; i < job->recipe.n_renditions; i++)
    if (is_exact[i] && !make_output (job, i, error))
      return FALSE;

  begin = g_get_monotonic_time ();
  if (!premultiply (job, error))
    return FALSE;
  job->reply.resize_us += g_get_monotonic_time () - begin;
  for (guint i = 0; i < job->recipe.n_renditions; i++)
    if (!is_exact[i] && !make_output (job, i, error))
      return FALSE;
  return TRUE;
}

static ThimbleWorkResult *
make_result (Job *job, GError **error)
{
  g_autoptr(GBytes) reply = NULL;

  thimble_content_hash_bytes (job->reading.bytes, job->reading.n_bytes, job->reply.content_hash);
  thimble_reading_fill_probe (&job->reading, &job->reply.source);
  if (!make_outputs (job, error))
    return NULL;
  job->reply.n_outputs = job->recipe.n_renditions;
  reply = g_bytes_new (&job->reply, sizeof job->reply);
  return thimble_work_result_new (reply, job->outputs, job->recipe.n_renditions);
}

/* Ends a job: with what is made of its picture, or with @error where it has none. */
static void
end_job (Job *job, GError *error)
{
  ThimbleWorkResult *result = NULL;

  if (job->picture.raster != NULL)
    result = make_result (job, &error);
  if (result != NULL)
    thimble_work_context_return_result (job->context, job->index, result);
  else
    thimble_work_context_return_error (job->context, job->index, error);
  job_free (job);
}

/* Reads a work up to its header, and finds out what it takes. */
static gboolean
begin_job (Job *job, ThimbleWork *work, guint slot, GError **error)
{
  gint64 begin = g_get_monotonic_time ();
  const ThimbleReading *reading = &job->reading;

  if (!thimble_recipe_parse (thimble_work_get_recipe (work), &job->recipe, error)
      || !go_on (job, error)
      || !thimble_reading_open (job->context, work, slot, &job->recipe, &job->reading, error)
      || !plan (job, error))
    return FALSE;
  job->picture.info = reading->info; /* borrowed */
  job->cost = reading->codec->estimate (reading->bytes, reading->n_bytes, &reading->info,
                                        &job->request);
  job->n_needed_bytes = job->cost.n_bytes + estimate_drawing_bytes (job);
  job->reply.decode_us = g_get_monotonic_time () - begin;
  return TRUE;
}

/* --- several works ---------------------------------------------------------------------------- */

/* Works that wait to be decoded together, by one codec. */
typedef struct
{
  ThimbleWorkContext *context;
  Job *jobs[THIMBLE_THUMBNAIL_MAX_WORKS];
  guint n_jobs;
  guint64 n_file_bytes;
  guint64 n_result_bytes;  /* of all */
  guint64 n_passing_bytes; /* what the one that needs most takes beside its result */
} Group;

static guint64
get_needed_bytes (const Group *group)
{
  return group->n_result_bytes + group->n_passing_bytes;
}

static void
decode_jobs (Job *const *jobs, guint n_jobs, GError **errors)
{
  const ThimbleCodec *codec = jobs[0]->reading.codec;
  ThimbleDecoding decodings[THIMBLE_THUMBNAIL_MAX_WORKS];
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 0; i < n_jobs; i++)
    decodings[i] = (ThimbleDecoding) {
      .bytes = jobs[i]->reading.bytes,
      .n_bytes = jobs[i]->reading.n_bytes,
      .info = &jobs[i]->reading.info,
      .request = &jobs[i]->request,
    };
  if (codec->decode_several != NULL)
    codec->decode_several (decodings, n_jobs);
  else
    for (guint i = 0; i < n_jobs; i++)
      decodings[i].raster = codec->decode (decodings[i].bytes, decodings[i].n_bytes,
                                           decodings[i].info, decodings[i].request,
                                           &decodings[i].error);
  for (guint i = 0; i < n_jobs; i++)
    {
      jobs[i]->picture.raster = decodings[i].raster;
      jobs[i]->reply.decode_us += (g_get_monotonic_time () - begin) / n_jobs;
      errors[i] = decodings[i].error;
    }
}

/* Decodes the group's jobs that shall go on, and ends all. */
static void
run_group (Group *group)
{
  Job *jobs[THIMBLE_THUMBNAIL_MAX_WORKS];
  GError *errors[THIMBLE_THUMBNAIL_MAX_WORKS];
  guint n_jobs = 0;

  if (group->n_jobs == 0)
    return;
  thimble_work_context_reserve (group->context, get_needed_bytes (group));
  for (guint i = 0; i < group->n_jobs; i++)
    {
      GError *error = NULL;

      if (go_on (group->jobs[i], &error))
        jobs[n_jobs++] = group->jobs[i];
      else
        end_job (group->jobs[i], error);
    }
  if (n_jobs > 0)
    decode_jobs (jobs, n_jobs, errors);
  for (guint i = 0; i < n_jobs; i++)
    end_job (jobs[i], errors[i]);
  *group = (Group) { .context = group->context };
}

static void
add_job (Group *group, Job *job)
{
  group->jobs[group->n_jobs++] = job;
  group->n_file_bytes += job->reading.n_bytes;
  group->n_result_bytes += job->cost.n_result_bytes;
  group->n_passing_bytes
    = MAX (group->n_passing_bytes, job->n_needed_bytes - job->cost.n_result_bytes);
}

static gboolean
has_room_for (const Group *group, Job *job)
{
  Group with = *group;

  if (group->n_jobs == 0)
    return TRUE;
  add_job (&with, job);
  return job->cost.gains_company && job->reading.codec == group->jobs[0]->reading.codec
         && get_needed_bytes (&with) <= MAX_GROUP_DECODE_BYTES;
}

/* A job that has no room in the group goes alone. Its bytes are in the next buffer, and those of
 * the group's jobs in the ones before. */
static void
take_job (Group *group, Job *job)
{
  guint slot = group->n_jobs;

  if (!has_room_for (group, job))
    {
      Group alone = { .context = group->context };

      add_job (&alone, job);
      run_group (&alone);
      thimble_work_context_drop_buffer (group->context, slot);
      return;
    }
  add_job (group, job);
  if (group->n_jobs == THIMBLE_THUMBNAIL_MAX_WORKS || group->n_file_bytes >= MAX_GROUP_FILE_BYTES
      || get_needed_bytes (group) >= MAX_GROUP_DECODE_BYTES
      || !job->cost.gains_company)
    {
      gboolean is_large = job->reading.n_bytes > MAX_GROUP_FILE_BYTES;

      run_group (group);
      if (is_large)
        thimble_work_context_drop_buffer (group->context, slot);
    }
}

/**
 * thimble_thumbnail_run:
 *
 * The operation "thumbnail", see [struct@Operation]. Each work is read, decoded once and drawn in
 * all its sizes. A work's error is of its input, a #ThimbleImageError, %G_IO_ERROR_INVALID_ARGUMENT
 * for a recipe that is none, or %G_IO_ERROR_CANCELLED.
 */
void
thimble_thumbnail_run (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  Group group = { .context = context };

  for (guint i = 0; i < n_works; i++)
    {
      GError *error = NULL;
      Job *job = g_new0 (Job, 1);

      job->context = context;
      job->index = i;
      if (begin_job (job, works[i], group.n_jobs, &error))
        take_job (&group, job);
      else
        end_job (job, error);
    }
  run_group (&group);
}
