/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bad-server.h"
#include "thimble-downloader.h"

G_BEGIN_DECLS

/* A downloader into a folder of its own, with short times, and the server that misbehaves. Here
 * 127.0.0.1 is the internet, and 127.0.0.2 is a private network. */
typedef struct
{
  BadServer *server;
  ThimbleDownloader *downloader;
  ThimbleDownloaderConfig config;
  char *folder;
} DownloadFixture;

void download_fixture_set_up (DownloadFixture *fixture, gconstpointer data);
void download_fixture_tear_down (DownloadFixture *fixture, gconstpointer data);
void download_fixture_restart (DownloadFixture *fixture);
ThimbleFuture *download_fixture_submit (DownloadFixture *fixture, const char *path);
ThimbleDownload *download_fixture_wait (ThimbleFuture *future, GError **error);
void download_fixture_assert_body (ThimbleDownload *download, const char *path);
guint download_fixture_count_files (DownloadFixture *fixture);

#define download_test_add(path, func)                                                              \
  g_test_add (path, DownloadFixture, NULL, download_fixture_set_up, func,                          \
              download_fixture_tear_down)

G_END_DECLS
