/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Answers of the server that misbehaves in their heads: statuses, redirects, and other names. */

#include "bad-answers.h"

#include <string.h>

static gboolean
refuse (BadRequest *request, int status, const char *headers, guint n_times)
{
  if (request->n_before >= n_times)
    return bad_behaviour_good (request);
  bad_request_print (request, "HTTP/1.1 %d No\r\n%sContent-Length: 3\r\n\r\nno\n", status,
                     headers);
  return TRUE;
}

/* "/disposition/N/…": what came is to be called otherwise. */
gboolean
bad_answer_disposition (BadRequest *request)
{
  static const char *const dispositions[] = {
    "attachment; filename=served.jpg",
    "attachment; filename=\"../../served.jpg\"",
    "attachment; filename=\"/etc/served\"",
    "attachment; filename=\"..\\..\\served.jpg\"",
    "attachment; filename*=UTF-8''%2e%2e%2f%2e%2e%2fserved.jpg",
    "attachment; filename*=UTF-8''served%00.jpg",
    "attachment; filename*=UTF-8''served%E2%80%AEgpj.exe",
    "attachment; filename=served.jpg; filename=\"../served.jpg\"",
    "inline; filename=\"served.html\"",
    "attachment; filename=\"served",
    "attachment; filename=\".served\"; size=999999999999999999999",
    "attachment; filename=\"\xff\xfeserved.jpg\"",
    "served",
  };
  const char *number = strchr (request->path + 1, '/');
  guint64 index = number != NULL ? g_ascii_strtoull (number + 1, NULL, 10) : 0;

  bad_request_print (request, "HTTP/1.1 200 OK\r\nContent-Disposition: %s\r\nContent-Length: %u\r\n"
                              "\r\n",
                     dispositions[index % G_N_ELEMENTS (dispositions)],
                     (guint) g_bytes_get_size (request->body));
  bad_request_write_body (request, 0, g_bytes_get_size (request->body));
  return TRUE;
}

gboolean
bad_answer_429 (BadRequest *request)
{
  return refuse (request, 429, "", 2);
}

gboolean
bad_answer_429_after (BadRequest *request)
{
  return refuse (request, 429, "Retry-After: 0\r\n", 2);
}

gboolean
bad_answer_503 (BadRequest *request)
{
  return refuse (request, 503, "", 4);
}

gboolean
bad_answer_503_always (BadRequest *request)
{
  return refuse (request, 503, "", G_MAXUINT);
}

gboolean
bad_answer_503_date (BadRequest *request)
{
  return refuse (request, 503, "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n", 1);
}

gboolean
bad_answer_503_long (BadRequest *request)
{
  return refuse (request, 503, "Retry-After: 86400\r\n", 1);
}

gboolean
bad_answer_404 (BadRequest *request)
{
  return refuse (request, 404, "", G_MAXUINT);
}

gboolean
bad_answer_408 (BadRequest *request)
{
  return refuse (request, 408, "", 1);
}

gboolean
bad_answer_204 (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 204 Nothing\r\n\r\n");
  return TRUE;
}

gboolean
bad_answer_304 (BadRequest *request)
{
  if (!bad_request_has (request, "If-None-Match: \"one\"")
      && !bad_request_has (request, "/asked-for-nothing"))
    return bad_behaviour_good (request);
  bad_request_print (request, "HTTP/1.1 304 Same\r\n" ETAG "\r\n");
  return TRUE;
}

/* "/redirect/TARGET": to what follows. */
gboolean
bad_answer_redirect (BadRequest *request)
{
  const char *target = strchr (request->path + 1, '/') + 1;
  g_autofree char *location = g_uri_unescape_string (target, NULL);

  bad_request_print (request, "HTTP/1.1 302 There\r\nLocation: %s\r\nContent-Length: 5\r\n\r\n"
                              "there", location);
  return TRUE;
}

gboolean
bad_answer_redirect_loop (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 307 Round\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
                     request->path);
  return TRUE;
}

/* "/redirects/N": so many, then a good answer. */
gboolean
bad_answer_redirects (BadRequest *request)
{
  guint n = g_ascii_strtoull (strrchr (request->path, '/') + 1, NULL, 10);

  if (n == 0)
    return bad_behaviour_good (request);
  bad_request_print (request, "HTTP/1.1 301 On\r\nLocation: /redirects/%u\r\n"
                              "Content-Length: 0\r\n\r\n", n - 1);
  return TRUE;
}

gboolean
bad_answer_redirect_nowhere (BadRequest *request)
{
  bad_request_print (request, "HTTP/1.1 302 Somewhere\r\nContent-Length: 0\r\n\r\n");
  return TRUE;
}
