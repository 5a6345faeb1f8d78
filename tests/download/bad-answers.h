/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bad-server.h"

G_BEGIN_DECLS

/* The strong validator of every body. */
#define ETAG "ETag: \"one\"\r\n"

gboolean bad_behaviour_good (BadRequest *request);

gboolean bad_answer_disposition (BadRequest *request);
gboolean bad_answer_429 (BadRequest *request);
gboolean bad_answer_429_after (BadRequest *request);
gboolean bad_answer_503 (BadRequest *request);
gboolean bad_answer_503_always (BadRequest *request);
gboolean bad_answer_503_date (BadRequest *request);
gboolean bad_answer_503_long (BadRequest *request);
gboolean bad_answer_404 (BadRequest *request);
gboolean bad_answer_408 (BadRequest *request);
gboolean bad_answer_204 (BadRequest *request);
gboolean bad_answer_304 (BadRequest *request);
gboolean bad_answer_redirect (BadRequest *request);
gboolean bad_answer_redirect_loop (BadRequest *request);
gboolean bad_answer_redirects (BadRequest *request);
gboolean bad_answer_redirect_nowhere (BadRequest *request);

G_END_DECLS
