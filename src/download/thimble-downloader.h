/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-download.h"
#include "thimble-future.h"

G_BEGIN_DECLS

/**
 * ThimbleDownloaderConfig:
 * @partial_folder: where unfinished files lie; exists, and nobody else downloads into it
 * @connections: at once in all
 * @per_host: at once to one host
 * @max_bytes: of one file
 * @headers: (nullable) (array zero-terminated=1): "Name: value", sent with requests to the host
 *   that the link names, never to one that it redirects to
 * @ca_file: (nullable): certificates to trust instead of the system's
 * @max_retries: after the first attempt
 * @retry_ms: before the first retry; doubled each time, less up to half of it at random
 * @max_retry_after_s: what a server may ask for with Retry-After
 * @stall_ms: so long may a transfer stay under @min_bytes_per_second
 * @second_stall_ms: likewise once it has stalled before
 * @min_bytes_per_second: the floor of speed
 * @max_seconds: for one link, all attempts and waits together
 * @is_private: whether an address is of a network of one's own
 *
 * How links are downloaded. %THIMBLE_DOWNLOADER_CONFIG_INIT has what is right for users.
 */
typedef struct
{
  const char *partial_folder;
  guint connections;
  guint per_host;
  guint64 max_bytes;
  const char *const *headers;
  const char *ca_file;
  guint max_retries;
  guint retry_ms;
  guint max_retry_after_s;
  guint stall_ms;
  guint second_stall_ms;
  guint min_bytes_per_second;
  guint max_seconds;
  gboolean (*is_private) (GInetAddress *address);
} ThimbleDownloaderConfig;

gboolean thimble_address_is_private (GInetAddress *address);

#define THIMBLE_DOWNLOADER_CONFIG_INIT                                                             \
  {                                                                                                \
    .connections = 32, .per_host = 6, .max_bytes = 256 * 1000 * 1000, .max_retries = 4,            \
    .retry_ms = 1000, .max_retry_after_s = 120, .stall_ms = 20000, .second_stall_ms = 5000,        \
    .min_bytes_per_second = 1000, .max_seconds = 3600, .is_private = thimble_address_is_private    \
  }

/**
 * ThimbleDownloaderProgress:
 * @serial: of the request
 * @n_bytes: here so far, those of an earlier run included
 * @n_bytes_in_all: 0 where the server has not said
 */
typedef struct
{
  guint serial;
  guint64 n_bytes;
  guint64 n_bytes_in_all;
} ThimbleDownloaderProgress;

/**
 * ThimbleDownloader:
 *
 * Brings links here: one libsoup session on one thread of its own, so that HTTP/2 connections are
 * shared, with its own queue in front, so that who waits for a retry holds no connection. Each
 * submitted link is a future whose result is a #ThimbleDownload. Public functions may be called
 * from any thread.
 */
#define THIMBLE_TYPE_DOWNLOADER (thimble_downloader_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleDownloader, thimble_downloader, THIMBLE, DOWNLOADER, GObject)

ThimbleDownloader *thimble_downloader_new (const ThimbleDownloaderConfig *config, GError **error);
ThimbleFuture *thimble_downloader_submit (ThimbleDownloader *self,
                                          const ThimbleDownloadRequest *request);
void thimble_downloader_set_paused (ThimbleDownloader *self, gboolean paused);
void thimble_downloader_get_progress (ThimbleDownloader *self, GArray *progress);
guint64 thimble_downloader_get_n_received (ThimbleDownloader *self);
void thimble_downloader_shutdown (ThimbleDownloader *self);

G_END_DECLS
