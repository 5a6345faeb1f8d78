/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The matrix: what a server does wrong, and what becomes of the link. Every file that is kept is the
 * server's byte for byte; every case that can recover does. */

#include "download-fixture.h"

#include "thimble-errors.h"

/* What a link comes to. */
typedef enum
{
  WHOLE,     /* the right body, and its length was proved */
  UNPROVEN,  /* a body, whose end nobody proved */
  NETWORK,
  STATUS,
  TIMEOUT,
  REFUSED,
  TOO_LARGE,
} Outcome;

typedef struct
{
  const char *path;
  Outcome outcome;
  guint n_requests; /* 0 where it is not counted */
} Case;

static const Case cases[] = {
  { "/good/a", WHOLE, 1 },
  { "/no-validator/a", WHOLE, 1 },
  { "/closed-keep-alive/a", WHOLE, 1 },
  { "/slow/a", WHOLE, 1 },
  { "/empty/a", WHOLE, 1 },
  { "/short-length/a", WHOLE, 2 },
  { "/short-length-anew/a", WHOLE, 2 },
  { "/short-length-always/a", NETWORK, 5 },
  { "/short-chunk/a", UNPROVEN, 0 },
  { "/chunked/a", UNPROVEN, 1 },
  { "/closed-at-end/a", UNPROVEN, 1 },
  { "/gzip/a", NETWORK, 1 },
  { "/reset-in-head/a", WHOLE, 2 },
  { "/reset-in-body/a", WHOLE, 3 },
  { "/closed-at-once/a", WHOLE, 2 },
  { "/drip/a", TIMEOUT, 2 },
  { "/stall/a", WHOLE, 2 },
  { "/silence/a", TIMEOUT, 2 },
  { "/429/a", WHOLE, 3 },
  { "/429-after/a", WHOLE, 3 },
  { "/503/a", WHOLE, 5 },
  { "/503-always/a", STATUS, 5 },
  { "/503-date/a", WHOLE, 2 },
  { "/503-long/a", WHOLE, 2 },
  { "/404/a", STATUS, 1 },
  { "/408/a", WHOLE, 2 },
  { "/204/a", STATUS, 1 },
  { "/304/asked-for-nothing", STATUS, 1 },
  { "/redirects/10", WHOLE, 1 },
  { "/redirects/11", REFUSED, 1 },
  { "/redirect-loop/a", REFUSED, 11 },
  { "/redirect/file:%2F%2F%2Fetc%2Fpasswd", REFUSED, 1 },
  { "/redirect/data:image%2Fgif;base64,R0lGODlhAQABAAAAACw=", REFUSED, 1 },
  { "/redirect/resource:%2F%2F%2Forg", REFUSED, 1 },
  { "/redirect/ftp:%2F%2F127.0.0.1%2Fa", REFUSED, 1 },
  { "/redirect/http:%2F%2F127.0.0.2%2Fa", REFUSED, 1 },
  { "/redirect/http:%2F%2Flocalhost%2Fa", REFUSED, 1 },
  { "/redirect/http:%2F%2F%2Fa", NETWORK, 1 },
  { "/redirect-nowhere/a", NETWORK, 1 },
  { "/two-lengths/a", NETWORK, 1 },
  { "/no-length/a", NETWORK, 0 },
  { "/wrong-range/a", WHOLE, 3 },
  { "/broken-range/a", WHOLE, 3 },
  { "/changed-validator/a", WHOLE, 0 },
  { "/whole-for-range/a", WHOLE, 2 },
  { "/range-unasked/a", NETWORK, 1 },
  { "/no-more-ranges/a", WHOLE, 3 },
  { "/html/a", WHOLE, 1 },
  { "/huge-head/a", NETWORK, 0 },
  { "/broken-head/a", NETWORK, 1 },
  { "/hints-for-ever/a", TIMEOUT, 2 },
  { "/endless/a", TOO_LARGE, 1 },
  { "/said-large/a", TOO_LARGE, 1 },
};

static Outcome
get_outcome (const ThimbleDownload *download, const GError *error)
{
  if (download != NULL)
    return download->has_proven_length ? WHOLE : UNPROVEN;
  if (g_error_matches (error, THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE))
    return TOO_LARGE;
  g_assert_cmpstr (g_quark_to_string (error->domain), ==,
                   g_quark_to_string (THIMBLE_DOWNLOAD_ERROR));
  switch ((ThimbleDownloadError) error->code)
    {
    case THIMBLE_DOWNLOAD_ERROR_STATUS:
      return STATUS;
    case THIMBLE_DOWNLOAD_ERROR_TIMEOUT:
      return TIMEOUT;
    case THIMBLE_DOWNLOAD_ERROR_REFUSED:
      return REFUSED;
    case THIMBLE_DOWNLOAD_ERROR_NETWORK:
    case THIMBLE_DOWNLOAD_ERROR_CERTIFICATE:
    default:
      return NETWORK;
    }
}

static const char *
get_body_path (const Case *one)
{
  return g_str_has_prefix (one->path, "/redirects/") ? "/redirects/0" : one->path;
}

static gboolean
is_other_body (const char *path)
{
  return g_str_has_prefix (path, "/html/") || g_str_has_prefix (path, "/short-chunk/")
         || g_str_has_prefix (path, "/empty/");
}

static void
test_behaviour (DownloadFixture *fixture, gconstpointer data)
{
  const Case *one = data;
  g_autoptr(ThimbleFuture) future = download_fixture_submit (fixture, one->path);
  g_autoptr(GError) error = NULL;
  ThimbleDownload *download = download_fixture_wait (future, &error);

  if (error != NULL)
    g_test_message ("%s", error->message);
  g_assert_cmpint (get_outcome (download, error), ==, one->outcome);
  if (one->n_requests > 0)
    g_assert_cmpuint (bad_server_get_n_requests (fixture->server, one->path), ==,
                      one->n_requests);
  if (error != NULL)
    {
      g_assert_true (g_str_has_suffix (error->message, "."));
      return;
    }
  if (!is_other_body (one->path))
    download_fixture_assert_body (download, get_body_path (one));
  thimble_download_forget (download);
  g_assert_cmpuint (download_fixture_count_files (fixture), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/download/behaviours", cases[i].path, NULL);

      g_test_add (path, DownloadFixture, &cases[i], download_fixture_set_up, test_behaviour,
                  download_fixture_tear_down);
    }
  return g_test_run ();
}
