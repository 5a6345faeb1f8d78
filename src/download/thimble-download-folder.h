/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-download-log.h"
#include "thimble-download.h"

#include <sys/stat.h>

G_BEGIN_DECLS

/**
 * ThimbleDownloadFolder:
 *
 * The folder that downloaded files are kept in: unfinished ones in `.thimble-partial/`, with the log
 * of which file is which link's. One program at a time has it. From any thread; every function may
 * block on the disk.
 */
typedef struct _ThimbleDownloadFolder ThimbleDownloadFolder;

ThimbleDownloadFolder *thimble_download_folder_open (const char *path, GError **error);
void thimble_download_folder_free (ThimbleDownloadFolder *self);
const char *thimble_download_folder_get_path (ThimbleDownloadFolder *self);
const char *thimble_download_folder_get_partial_path (ThimbleDownloadFolder *self);
ThimbleDownloadEntry *thimble_download_folder_lookup (ThimbleDownloadFolder *self,
                                                      const char *url,
                                                      gboolean *is_here);
gboolean thimble_download_folder_remove (ThimbleDownloadFolder *self,
                                         const char *url,
                                         GError **error);
void thimble_download_folder_write_out (ThimbleDownload *const *downloads,
                                        guint n_downloads);
char *thimble_download_folder_place (ThimbleDownloadFolder *self,
                                     const char *url,
                                     const char *stem,
                                     const char *extension,
                                     ThimbleDownload *download,
                                     struct stat *info,
                                     GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleDownloadFolder, thimble_download_folder_free)

G_END_DECLS
