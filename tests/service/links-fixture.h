/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bad-server.h"
#include "test-run.h"

G_BEGIN_DECLS

/* A server that misbehaves, and a list of links to it that are to become thumbnails. */
typedef struct
{
  BadServer *server;
  TestFolder *folder;
  char *destination;
  char *list;     /* the list's path */
  GString *links; /* what is in it */
  char *page;     /* the URL of a page to take instead, or NULL */
} LinksFixture;

/* A part of a trip. */
typedef void (*LinksPart) (ThimbleThumbnailMaker *maker,
                           ThimblePreset *preset,
                           const ThimbleRunOptions *options,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);

void links_fixture_set_up (LinksFixture *fixture, gconstpointer data);
void links_fixture_tear_down (LinksFixture *fixture, gconstpointer data);
void links_fixture_add_image (LinksFixture *fixture, const char *path, int width, gboolean is_png);
void links_fixture_add_link (LinksFixture *fixture, const char *path);
char *links_fixture_run (LinksFixture *fixture, LinksPart start, const ThimbleRunOptions *options);
char *links_fixture_make (LinksFixture *fixture);
void links_fixture_assert_files (LinksFixture *fixture, const char *folder, const char *expected);

#define links_test_add(path, func)                                                                 \
  g_test_add (path, LinksFixture, NULL, links_fixture_set_up, func, links_fixture_tear_down)

G_END_DECLS
