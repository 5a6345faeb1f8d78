/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the server does that misbehaves, each behaviour in a few lines. Most of them misbehave once
 * and serve well when they are asked again, so that a test sees whether the link recovers. */

#include "bad-answers.h"

#include <string.h>

#define N ((int) g_bytes_get_size (request->body))

/* The whole body or the asked for rest of it, as a good server sends it. */
static gboolean
serve (BadRequest *request, const char *etag)
{
  gint64 from = request->range;

  if (from >= N)
    bad_request_print (request, "HTTP/1.1 416 No\r\nContent-Range: bytes */%d\r\n"
                                "Content-Length: 0\r\n\r\n", N);
  else if (from > 0)
    {
      bad_request_print (request, "HTTP/1.1 206 Partial Content\r\n%sContent-Length: %d\r\n"
                                  "Content-Range: bytes %d-%d/%d\r\n\r\n",
                         etag, (int) (N - from), (int) from, N - 1, N);
      bad_request_write_body (request, from, N);
    }
  else
    {
      bad_request_print (request, "HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n", etag, N);
      bad_request_write_body (request, 0, N);
    }
  return TRUE;
}

gboolean
bad_behaviour_good (BadRequest *request)
{
  return serve (request, ETAG);
}

static gboolean
no_validator (BadRequest *request)
{
  request->range = -1;
  return serve (request, "");
}

/* Half of it, with the length of all: the connection is closed. */
static gboolean
short_length (BadRequest *request)
{
  if (request->n_before > 0)
    return bad_behaviour_good (request);
  bad_request_print (request, "HTTP/1.1 200 OK\r\n" ETAG "Content-Length: %d\r\n\r\n", N);
  bad_request_write_body (request, 0, N / 2);
  return FALSE;
}

static gboolean
short_length_anew (BadRequest *request)
{
  if (request->n_before > 0)
    return no_validator (request);
  bad_request_print (request, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", N);
  bad_request_write_body (request, 0, N / 2);
  return FALSE;
}

static gboolean
short_length_always (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", N);
  bad_request_write_body (request, 0, N / 2);
  return FALSE;
}

/* Ends at the border of a chunk: libsoup takes it for all. */
static gboolean
short_chunk (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n",
                     N / 2);
  bad_request_write_body (request, 0, N / 2);
  bad_request_print (request, "\r\n");
  return FALSE;
}

static gboolean
chunked (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n", N);
  bad_request_write_body (request, 0, N);
  bad_request_print (request, "\r\n0\r\n\r\n");
  return TRUE;
}

static gboolean
closed_at_end (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  bad_request_write_body (request, 0, N);
  return FALSE;
}

static gboolean
gzip (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                              "Content-Length: 20\r\n\r\n");
  bad_request_write (request, "\x1f\x8b\x08\0\0\0\0\0\0\x03\xb3\xb1\xaf\xc8\xcdQ(K-*", 20);
  return FALSE;
}

static gboolean
reset_in_head (BadRequest *request)
{
  if (request->n_before > 0)
    return bad_behaviour_good (request);
  bad_request_print (request, "HTTP/1.1 200 OK\r\nContent-Le");
  bad_request_reset (request);
  return FALSE;
}

static gboolean
reset_in_body (BadRequest *request)
{
  if (request->n_before > 1)
    return bad_behaviour_good (request);
  bad_request_print (request, "HTTP/1.1 200 OK\r\n" ETAG "Content-Length: %d\r\n\r\n", N);
  bad_request_write_body (request, 0, N / 3);
  bad_request_reset (request);
  return FALSE;
}

static gboolean
closed_at_once (BadRequest *request)
{
  return request->n_before > 0 ? bad_behaviour_good (request) : FALSE;
}

/* A byte now and then, for ever. */
static gboolean
drip (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", N);
  for (guint i = 0; i < 200; i++)
    {
      bad_request_write_body (request, i, i + 1);
      bad_request_wait (request, 50);
    }
  return FALSE;
}

/* Stops in the middle, once. */
static gboolean
stall (BadRequest *request)
{
  if (request->n_before > 0)
    return bad_behaviour_good (request);
  bad_request_print (request, "HTTP/1.1 200 OK\r\n" ETAG "Content-Length: %d\r\n\r\n", N);
  bad_request_write_body (request, 0, N / 2);
  bad_request_wait (request, 10000);
  return FALSE;
}

static gboolean
silence (BadRequest *request)
{
  bad_request_wait (request, 10000);
  return FALSE;
}

static gboolean
two_lengths (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n"
                              "Content-Length: 2000\r\n\r\n");
  bad_request_write_body (request, 0, 2000);
  return FALSE;
}

static gboolean
no_length (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n");
  bad_request_write_body (request, 0, 2000);
  return FALSE;
}

/* Breaks off, then goes on elsewhere than it says, or than it was asked. */
static gboolean
wrong_range (BadRequest *request)
{
  if (request->n_before == 0)
    return short_length (request);
  if (request->range <= 0)
    return bad_behaviour_good (request);
  bad_request_print (request, "HTTP/1.1 206 Partial Content\r\n" ETAG "Content-Length: 100\r\n"
                              "Content-Range: bytes 0-99/%d\r\n\r\n", N);
  bad_request_write_body (request, 0, 100);
  return TRUE;
}

static gboolean
broken_range (BadRequest *request)
{
  if (request->n_before == 0)
    return short_length (request);
  if (request->range <= 0)
    return bad_behaviour_good (request);
  bad_request_print (request, "HTTP/1.1 206 Partial Content\r\n" ETAG "Content-Length: 100\r\n"
                              "Content-Range: pages 3\r\n\r\n");
  bad_request_write_body (request, 0, 100);
  return TRUE;
}

static gboolean
changed_validator (BadRequest *request)
{
  if (request->n_before == 0)
    return short_length (request);
  return serve (request, "ETag: \"two\"\r\n");
}

/* 200 to a range: all of it, from the start. */
static gboolean
whole_for_range (BadRequest *request)
{
  if (request->n_before == 0)
    return short_length (request);
  request->range = -1;
  return serve (request, "ETag: \"two\"\r\n");
}

static gboolean
range_unasked (BadRequest *request)
{
  request->range = 100;
  return bad_behaviour_good (request);
}

static gboolean
no_more_ranges (BadRequest *request)
{
  if (request->n_before == 0)
    return short_length (request);
  if (request->range <= 0)
    return bad_behaviour_good (request);
  bad_request_print (request, "HTTP/1.1 416 No\r\nContent-Range: bytes */7\r\n"
                              "Content-Length: 0\r\n\r\n");
  return TRUE;
}

static gboolean
html (BadRequest *request)
{
  static const char page[] = "<!DOCTYPE html><title>Sorry</title>";

  bad_request_print (request, "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n"
                              "Content-Length: %d\r\n\r\n%s", (int) strlen (page), page);
  return TRUE;
}

static gboolean
huge_head (BadRequest *request)
{
  g_autofree char *line = g_strnfill (1000, 'x');

  bad_request_print (request, "HTTP/1.1 200 OK\r\n");
  for (guint i = 0; i < 100000; i++)
    bad_request_print (request, "X-%u: %s\r\n", i, i < 2000 ? line : "");
  return FALSE;
}

static gboolean
broken_head (BadRequest *request)
{
  bad_request_print (request, "BANANA\r\n\r\n");
  return FALSE;
}

static gboolean
hints_for_ever (BadRequest *request)
{
  for (guint i = 0; i < 400; i++)
    {
      bad_request_print (request, "HTTP/1.1 103 Wait\r\n\r\n");
      bad_request_wait (request, 25);
    }
  return FALSE;
}

static gboolean
endless (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (guint i = 0; i < 1000; i++)
    {
      bad_request_print (request, "%x\r\n", N);
      bad_request_write_body (request, 0, N);
      bad_request_print (request, "\r\n");
    }
  return FALSE;
}

static gboolean
said_large (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n");
  bad_request_write_body (request, 0, N);
  return FALSE;
}

/* Says that the connection stays, and closes it. */
static gboolean
closed_keep_alive (BadRequest *request)
{
  bad_behaviour_good (request);
  return FALSE;
}

static gboolean
empty (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  return TRUE;
}

/* As slowly as is allowed, and a little faster. */
static gboolean
slow (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 200 OK\r\n" ETAG "Content-Length: %d\r\n\r\n", N);
  for (guint i = 0; i < 20; i++)
    {
      bad_request_write_body (request, i * (N / 20), (i + 1) * (N / 20));
      bad_request_wait (request, 20);
    }
  return TRUE;
}

/* Who was sent elsewhere must not bring what the user wanted sent here. */
static gboolean
tells_headers (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n",
                     bad_request_has (request, "X-Secret: 42") ? "410 Told" : "411 Silent");
  return TRUE;
}

static const struct
{
  const char *name;
  BadBehaviour behaviour;
} behaviours[] = {
  { "good", bad_behaviour_good },
  { "no-validator", no_validator },
  { "short-length", short_length },
  { "short-length-anew", short_length_anew },
  { "short-length-always", short_length_always },
  { "short-chunk", short_chunk },
  { "chunked", chunked },
  { "closed-at-end", closed_at_end },
  { "gzip", gzip },
  { "reset-in-head", reset_in_head },
  { "reset-in-body", reset_in_body },
  { "closed-at-once", closed_at_once },
  { "drip", drip },
  { "stall", stall },
  { "silence", silence },
  { "disposition", bad_answer_disposition },
  { "429", bad_answer_429 },
  { "429-after", bad_answer_429_after },
  { "503", bad_answer_503 },
  { "503-always", bad_answer_503_always },
  { "503-date", bad_answer_503_date },
  { "503-long", bad_answer_503_long },
  { "404", bad_answer_404 },
  { "408", bad_answer_408 },
  { "204", bad_answer_204 },
  { "304", bad_answer_304 },
  { "redirect", bad_answer_redirect },
  { "redirect-loop", bad_answer_redirect_loop },
  { "redirects", bad_answer_redirects },
  { "redirect-nowhere", bad_answer_redirect_nowhere },
  { "two-lengths", two_lengths },
  { "no-length", no_length },
  { "wrong-range", wrong_range },
  { "broken-range", broken_range },
  { "changed-validator", changed_validator },
  { "whole-for-range", whole_for_range },
  { "range-unasked", range_unasked },
  { "no-more-ranges", no_more_ranges },
  { "html", html },
  { "huge-head", huge_head },
  { "broken-head", broken_head },
  { "hints-for-ever", hints_for_ever },
  { "endless", endless },
  { "said-large", said_large },
  { "closed-keep-alive", closed_keep_alive },
  { "empty", empty },
  { "slow", slow },
  { "tells-headers", tells_headers },
};

BadBehaviour
bad_behaviour_find (const char *path)
{
  gsize n = strcspn (path + 1, "/?");

  for (guint i = 0; i < G_N_ELEMENTS (behaviours); i++)
    if (strlen (behaviours[i].name) == n && strncmp (behaviours[i].name, path + 1, n) == 0)
      return behaviours[i].behaviour;
  return NULL;
}
