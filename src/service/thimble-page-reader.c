/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The images of a web page, as links. A page is what a stranger wrote: it is read by an operation,
 * where the executor runs those, and what comes back is looked at like any other link. */

#include "thimble-page-reader.h"

#include "thimble-downloader.h"
#include "thimble-engine-private.h"
#include "thimble-inspect.h"
#include "thimble-source.h"

#include <glib/gstdio.h>
#include <string.h>

/* Before thumbnails: somebody waits to see what there is. */
#define PRIORITY 1

static GPtrArray *
split_links (GBytes *output)
{
  GPtrArray *links = g_ptr_array_new_with_free_func (g_free);
  const char *at = g_bytes_get_data (output, NULL);
  const char *end = at + g_bytes_get_size (output);

  while (at < end)
    {
      const char *line_end = memchr (at, '\n', end - at);
      g_autofree char *link = g_strndup (at, (line_end != NULL ? line_end : end) - at);

      if (thimble_source_is_url (link))
        g_ptr_array_add (links, g_steal_pointer (&link));
      at = line_end != NULL ? line_end + 1 : end;
    }
  return links;
}

/* Takes @fd. */
static GPtrArray *
run_operation (ThimbleEngine *engine, int fd, const char *base, GError **error)
{
  g_autoptr(ThimbleInput) input = thimble_input_new_for_fd (fd);
  g_autoptr(GBytes) recipe = g_bytes_new (base, base != NULL ? strlen (base) : 0);
  g_autoptr(ThimbleWork) work = thimble_work_new ("page-links", recipe, input);
  g_autoptr(ThimbleFuture) future = thimble_executor_submit_with_priority (
    thimble_engine_get_executor (engine), work, PRIORITY, error);
  ThimbleWorkResult *result;

  if (future == NULL)
    return NULL;
  result = thimble_future_result (future, -1, error);
  if (result == NULL)
    return NULL;
  if (thimble_work_result_get_n_outputs (result) != 1)
    {
      g_set_error_literal (error, THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_CRASHED,
                           "got an answer that makes no sense from its worker.");
      return NULL;
    }
  return split_links (thimble_work_result_get_output (result, 0));
}

/**
 * thimble_page_reader_read_file:
 * @path: of an HTML file; links in it that are not absolute have nothing to start from
 *
 * Blocks.
 *
 * Returns: (transfer full) (element-type utf8) (nullable): the links, or %NULL with @error set to a
 *   predicate
 */
GPtrArray *
thimble_page_reader_read_file (ThimbleEngine *engine, const char *path, GError **error)
{
  g_autoptr(ThimbleInput) input = thimble_input_new_for_path (path);
  int fd = thimble_input_open (input, error);

  return fd >= 0 ? run_operation (engine, fd, NULL, error) : NULL;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer future)
{
  thimble_future_request_stop (future);
}

static GPtrArray *
read_with (ThimbleEngine *engine,
           ThimbleDownloader *downloader,
           const char *url,
           GCancellable *cancellable,
           gboolean *is_from_internet,
           GError **error)
{
  const ThimbleDownloadRequest request = { .url = url };
  g_autoptr(ThimbleFuture) future = thimble_downloader_submit (downloader, &request);
  gulong handler = cancellable != NULL
                     ? g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), future, NULL)
                     : 0;
  ThimbleDownload *page = thimble_future_result (future, -1, error);
  GPtrArray *links = NULL;

  g_cancellable_disconnect (cancellable, handler);
  if (page == NULL)
    return NULL;
  *is_from_internet = page->is_from_internet;
  if (thimble_download_open (page, error))
    links = run_operation (engine, g_steal_fd (&page->fd), page->url != NULL ? page->url : url,
                           error);
  thimble_download_forget (page);
  return links;
}

/* With what is left of a page that did not come whole: it is not gone on with. */
static void
remove_folder (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

/**
 * thimble_page_reader_read_url:
 * @options: its headers and certificates count
 * @url: http or https
 * @is_from_internet: (out): whether the page is of a public address, so that its links must not lead
 *   into a private network
 *
 * Blocks.
 *
 * Returns: (transfer full) (element-type utf8) (nullable): the links, or %NULL with @error set to a
 *   predicate
 */
GPtrArray *
thimble_page_reader_read_url (ThimbleEngine *engine,
                              const ThimbleRunOptions *options,
                              const char *url,
                              GCancellable *cancellable,
                              gboolean *is_from_internet,
                              GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("thimble-page-XXXXXX", error);
  ThimbleDownloaderConfig config = THIMBLE_DOWNLOADER_CONFIG_INIT;
  g_autoptr(ThimbleDownloader) downloader = NULL;
  GPtrArray *links = NULL;

  *is_from_internet = FALSE;
  if (folder == NULL)
    return NULL;
  config.partial_folder = folder;
  config.max_bytes = THIMBLE_PAGE_MAX_BYTES;
  config.headers = options->headers;
  config.ca_file = options->ca_file;
  downloader = thimble_downloader_new (&config, error);
  if (downloader != NULL)
    {
      links = read_with (engine, downloader, url, cancellable, is_from_internet, error);
      thimble_downloader_shutdown (downloader);
    }
  remove_folder (folder);
  return links;
}
