/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleDownloadError:
 * @THIMBLE_DOWNLOAD_ERROR_NETWORK: the connection, or what came over it, was at fault
 * @THIMBLE_DOWNLOAD_ERROR_STATUS: the server answered with a status that is no success
 * @THIMBLE_DOWNLOAD_ERROR_TIMEOUT: it was too slow, or took too long
 * @THIMBLE_DOWNLOAD_ERROR_CERTIFICATE: the server's certificate is not to be trusted
 * @THIMBLE_DOWNLOAD_ERROR_REFUSED: a redirect, or a link, that is not followed
 *
 * Why a link did not become a file. A message is a predicate that continues the link, as those of
 * #ThimbleImageError; an image over the limit of bytes is %THIMBLE_IMAGE_ERROR_TOO_LARGE.
 */
typedef enum
{
  THIMBLE_DOWNLOAD_ERROR_NETWORK,
  THIMBLE_DOWNLOAD_ERROR_STATUS,
  THIMBLE_DOWNLOAD_ERROR_TIMEOUT,
  THIMBLE_DOWNLOAD_ERROR_CERTIFICATE,
  THIMBLE_DOWNLOAD_ERROR_REFUSED,
} ThimbleDownloadError;

#define THIMBLE_DOWNLOAD_ERROR (thimble_download_error_quark ())
GQuark thimble_download_error_quark (void);

/**
 * ThimbleDownloadRequest:
 * @url: an http, https or data URL, byte for byte as the user gave it
 * @etag: (nullable): of the file that is already here, to be asked for only if it changed
 * @last_modified: (nullable): likewise, where there is no @etag
 * @serial: the caller's own number, which progress is told with
 * @is_from_internet: somebody on the internet named it, not the user: it is not followed into a private
 *   network
 */
typedef struct
{
  const char *url;
  const char *etag;
  const char *last_modified;
  guint serial;
  gboolean is_from_internet;
} ThimbleDownloadRequest;

/**
 * ThimbleDownload:
 * @is_unchanged: the file that is already here is still what the server has; nothing came
 * @path: (nullable): where what came lies, or is to lie, in the folder of unfinished files: to be
 *   opened and looked at, then given its name or removed by the caller
 * @note_path: (nullable): of a note that lies beside it, and goes when it does
 * @bytes: (nullable): what came, where it is not in the file yet
 * @fd: of the file once it was opened with [method@Download.open], or -1
 * @url: (nullable): where it came from, if it was redirected
 * @n_bytes: of that file
 * @is_from_internet: whether it came from a public address, or on the word of one
 * @has_proven_length: whether the server said how many bytes there are, and so many came; where it
 *   did not, nothing but the image's own end tells whether it is whole
 * @etag: (nullable): as the server gave it
 * @last_modified: (nullable): likewise
 * @n_received: bytes of the body that came over the network in this run, all attempts together
 * @n_attempts: requests that it took
 * @seconds: from the first byte asked for to the last one here
 *
 * What became of a link.
 */
typedef struct
{
  gboolean is_unchanged;
  gboolean is_from_internet;
  gboolean has_proven_length;
  char *path;
  char *note_path;
  GBytes *bytes;
  int fd;
  char *url;
  guint64 n_bytes;
  char *etag;
  char *last_modified;
  guint64 n_received;
  guint n_attempts;
  double seconds;
} ThimbleDownload;

gboolean thimble_download_open (ThimbleDownload *self, GError **error);
void thimble_download_close (ThimbleDownload *self);
void thimble_download_forget (ThimbleDownload *self);
void thimble_download_free (ThimbleDownload *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleDownload, thimble_download_free)

G_END_DECLS
