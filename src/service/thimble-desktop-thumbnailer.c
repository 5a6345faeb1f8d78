/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One thumbnail for the desktop: a program that it starts for one file, told where the picture has
 * to go. There is no run, no catalog and no folder of ours, as what is made and kept is the
 * desktop's affair; but the picture is the one of the preset "Desktop thumbnails". */

#include "config.h"

#include "thimble-desktop-thumbnailer.h"

#include "thimble-desktop-thumbnail.h"
#include "thimble-engine-private.h"
#include "thimble-executor.h"
#include "thimble-presets.h"
#include "thimble-recipes.h"
#include "thimble-reply.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The source as a file manager sees it now. */
static ThimbleOrigin *
look_at_source (const char *path, struct stat *info, GError **error)
{
  ThimbleOrigin *origin;
  int why = 0;

  if (stat (path, info) != 0)
    why = errno;
  else if (!S_ISREG (info->st_mode))
    why = S_ISDIR (info->st_mode) ? EISDIR : EINVAL;
  if (why != 0)
    {
      g_autofree char *display = g_filename_display_name (path);

      g_set_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_SOURCE,
                   _("“%s” can’t be read: %s. Name an image file."), display, g_strerror (why));
      return NULL;
    }
  origin = thimble_origin_new_for_path (path);
  origin->size = info->st_size;
  origin->mtime_ns = (gint64) info->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000)
                     + info->st_mtim.tv_nsec;
  return origin;
}

/* Originals are never touched, not even when asked to. */
static gboolean
check_output (const char *output, const struct stat *source, GError **error)
{
  g_autofree char *display = g_filename_display_name (output);
  struct stat info;

  if (stat (output, &info) != 0 || info.st_dev != source->st_dev || info.st_ino != source->st_ino)
    return TRUE;
  g_set_error (error, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_CONFLICT,
               _("“%s” is the image itself. Name another file for the thumbnail."), display);
  return FALSE;
}

static GBytes *
dup_recipe (guint size_px)
{
  static const ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autoptr(ThimblePreset) preset = thimble_presets_find_builtin ("Desktop thumbnails");
  ThimbleRendition rendition = *thimble_preset_get_rendition (preset, 0);
  g_autoptr(ThimbleRecipes) recipes = NULL;

  rendition.width = size_px;
  rendition.height = size_px;
  thimble_preset_set_renditions (preset, &rendition, 1, NULL);
  recipes = thimble_recipes_new (preset, &options);
  return g_bytes_ref (thimble_recipes_get (recipes, 1));
}

/* The file for the desktop, or NULL with a predicate as the error. */
static GBytes *
make_file (ThimbleEngine *engine, const ThimbleOrigin *origin, guint size_px, GError **error)
{
  g_autofree char *path = thimble_origin_dup_path (origin);
  g_autoptr(ThimbleInput) input = thimble_input_new_for_path (path);
  g_autoptr(GBytes) recipe = dup_recipe (size_px);
  g_autoptr(ThimbleWork) work = thimble_work_new ("thumbnail", recipe, input);
  g_autoptr(ThimbleFuture) future
    = thimble_executor_submit (thimble_engine_get_executor (engine), work, error);
  const ThimbleThumbnailReply *reply;
  ThimbleWorkResult *result;

  if (future == NULL)
    return NULL;
  result = thimble_future_result (future, -1, error);
  reply = result != NULL ? thimble_reply_check (result, 1, error) : NULL;
  if (reply == NULL)
    return NULL;
  return thimble_desktop_thumbnail_new (thimble_work_result_get_output (result, 0), origin,
                                        reply->source.width, reply->source.height);
}

/* Whole or not at all, and for nobody else's eyes (Thumbnail Managing Standard 0.9.0, "Thumbnail
 * Directory"). Without fsync: a thumbnail that is lost with the power is made again. An empty file
 * is a place that is kept, as Tumbler does: it has it open, and would not see another instead. */
static gboolean
write_file (const char *output, GBytes *file, GError **error)
{
  g_autoptr(GError) cause = NULL;
  struct stat info;
  gboolean is_kept = lstat (output, &info) == 0 && S_ISREG (info.st_mode) && info.st_size == 0;
  gsize n_bytes;
  const char *bytes = g_bytes_get_data (file, &n_bytes);

  if (g_file_set_contents_full (output, bytes, (gssize) n_bytes,
                                is_kept ? G_FILE_SET_CONTENTS_NONE : G_FILE_SET_CONTENTS_CONSISTENT,
                                0600, &cause))
    return TRUE;
  if (is_kept && truncate (output, 0) != 0)
    g_debug ("What was written stays: %s", g_strerror (errno));
  g_set_error (error, THIMBLE_SERVICE_ERROR,
               g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOSPC)
                 ? THIMBLE_SERVICE_ERROR_NO_SPACE
                 : THIMBLE_SERVICE_ERROR_DESTINATION,
               _("The thumbnail can’t be written: %s"), cause->message);
  return FALSE;
}

/**
 * thimble_desktop_thumbnailer_make:
 * @engine: where the image is read
 * @source: (type filename): absolute, of an image
 * @output: (type filename): the PNG to be; what is there is replaced, unless it is @source, and
 *   what is empty is filled
 * @size_px: of the square that it fits inside, 1 to %THIMBLE_DESKTOP_MAX_SIZE
 *
 * Makes what the Thumbnail Managing Standard 0.9.0 wants in one file, its text chunks included.
 * Blocks for as long as it takes; any thread.
 *
 * Returns: whether it is there; otherwise nothing is, and @error says why: that it can't be written
 *   in %THIMBLE_SERVICE_ERROR, all else is the image's fault
 */
gboolean
thimble_desktop_thumbnailer_make (ThimbleEngine *engine,
                                  const char *source,
                                  const char *output,
                                  guint size_px,
                                  GError **error)
{
  g_autoptr(ThimbleOrigin) origin = NULL;
  g_autoptr(GBytes) file = NULL;
  struct stat info;

  g_return_val_if_fail (THIMBLE_IS_ENGINE (engine), FALSE);
  g_return_val_if_fail (source != NULL && g_path_is_absolute (source), FALSE);
  g_return_val_if_fail (output != NULL, FALSE);
  g_return_val_if_fail (size_px > 0 && size_px <= THIMBLE_DESKTOP_MAX_SIZE, FALSE);

  origin = look_at_source (source, &info, error);
  if (origin == NULL || !check_output (output, &info, error))
    return FALSE;
  file = make_file (engine, origin, size_px, error);
  if (file == NULL)
    {
      g_autofree char *name = thimble_origin_dup_display_name (origin);

      g_prefix_error (error, "“%s” ", name);
      return FALSE;
    }
  return write_file (output, file, error);
}
