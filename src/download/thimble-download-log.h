/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleDownloadEntry:
 * @name: of the file, in the folder of downloads
 * @n_bytes: of the file when it was downloaded
 * @mtime_ns: likewise
 * @etag: (nullable): as the server gave it
 * @last_modified: (nullable): likewise
 *
 * What is known of a link that was downloaded.
 */
typedef struct
{
  char *name;
  gint64 n_bytes;
  gint64 mtime_ns;
  char *etag;
  char *last_modified;
} ThimbleDownloadEntry;

void thimble_download_entry_free (ThimbleDownloadEntry *self);

/**
 * ThimbleDownloadLog:
 *
 * Which file is which link's, as lines of text that are only added. One thread at a time.
 */
typedef struct _ThimbleDownloadLog ThimbleDownloadLog;

ThimbleDownloadLog *thimble_download_log_open (const char *path, GError **error);
void thimble_download_log_close (ThimbleDownloadLog *self);
char *thimble_download_log_make_key (const char *url);
ThimbleDownloadEntry *thimble_download_log_lookup (ThimbleDownloadLog *self, const char *key);
gboolean thimble_download_log_has_name (ThimbleDownloadLog *self, const char *name);
gboolean thimble_download_log_add (ThimbleDownloadLog *self,
                                   const char *key,
                                   const char *url,
                                   const ThimbleDownloadEntry *entry,
                                   GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleDownloadEntry, thimble_download_entry_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleDownloadLog, thimble_download_log_close)

G_END_DECLS
