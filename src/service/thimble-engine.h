/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleServiceError:
 * @THIMBLE_SERVICE_ERROR_CONFLICT: a file that Thimble did not make is in the way
 * @THIMBLE_SERVICE_ERROR_DESTINATION: the destination can't be made or written; the run stops
 * @THIMBLE_SERVICE_ERROR_NO_SPACE: the destination is full, or would be; the run stops
 * @THIMBLE_SERVICE_ERROR_NO_ISOLATION: the executor asked for can't be had
 * @THIMBLE_SERVICE_ERROR_SOURCE: a source can't be read
 */
typedef enum
{
  THIMBLE_SERVICE_ERROR_CONFLICT,
  THIMBLE_SERVICE_ERROR_DESTINATION,
  THIMBLE_SERVICE_ERROR_NO_SPACE,
  THIMBLE_SERVICE_ERROR_NO_ISOLATION,
  THIMBLE_SERVICE_ERROR_SOURCE,
} ThimbleServiceError;

#define THIMBLE_SERVICE_ERROR (thimble_service_error_quark ())
GQuark thimble_service_error_quark (void);

/** ThimbleExecutorKind: where works run. */
typedef enum
{
  THIMBLE_EXECUTOR_KIND_SERIAL,
  THIMBLE_EXECUTOR_KIND_THREADS,
  THIMBLE_EXECUTOR_KIND_PROCESSES,
} ThimbleExecutorKind;

/**
 * ThimbleEngine:
 *
 * The executor that a window or a command runs its images on, with its memory budget. Everything
 * the service does with pixels goes through one engine, so that what the user sees can go before
 * what runs in the background.
 */
#define THIMBLE_TYPE_ENGINE (thimble_engine_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleEngine, thimble_engine, THIMBLE, ENGINE, GObject)

/**
 * ThimbleEngineLimits:
 * @max_pixels: the most that an image of any work may have
 * @max_bytes: the most that a source file of any work may have
 * @timeout_seconds: processor time that one image may take, at least 0.001; only processes know
 *   how to end what takes longer
 * @niceness: how far processes stand back behind other programs and the window, 0 to 19, as
 *   setpriority() has it
 *
 * What one image may take. Works have limits of their own in their recipes; these are what the
 * memory and the time of a worker process are limited by.
 */
typedef struct
{
  guint64 max_pixels;
  guint64 max_bytes;
  double timeout_seconds;
  int niceness;
} ThimbleEngineLimits;

#define THIMBLE_ENGINE_LIMITS_INIT                                                                 \
  { .max_pixels = 100 * 1000 * 1000, .max_bytes = 256 * 1000 * 1000, .timeout_seconds = 30 }

ThimbleEngine *thimble_engine_new (ThimbleExecutorKind kind, guint max_workers, GError **error);
ThimbleEngine *thimble_engine_new_full (ThimbleExecutorKind kind,
                                        guint max_workers,
                                        const ThimbleEngineLimits *limits,
                                        GError **error);
ThimbleExecutorKind thimble_engine_get_kind (ThimbleEngine *self);
guint thimble_engine_get_max_workers (ThimbleEngine *self);
gboolean thimble_engine_try (ThimbleEngine *self, GError **error);
void thimble_engine_shutdown (ThimbleEngine *self);
const char *thimble_executor_kind_get_name (ThimbleExecutorKind kind);
gboolean thimble_executor_kind_from_name (const char *name, ThimbleExecutorKind *kind);

/** ThimbleKnownFormat: a row of `thimble-cli formats`. */
typedef struct
{
  char *name;
  char *extensions;
  gboolean can_read;
  gboolean can_write;
  char *codec;
} ThimbleKnownFormat;

void thimble_known_format_free (ThimbleKnownFormat *self);
GPtrArray *thimble_engine_list_formats (void);

G_END_DECLS
