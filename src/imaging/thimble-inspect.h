/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-work.h"

G_BEGIN_DECLS

/* Files that are looked at in one call: they are looked at in a moment, what takes its time is the way
 * there and back. */
#define THIMBLE_INSPECT_MAX_WORKS 16

/**
 * ThimbleInspectReply:
 * @end: a #ThimbleImageEnd
 * @extension: what a file of this kind is called, without the dot; ends with a zero byte
 *
 * The reply of the operation "inspect".
 */
typedef struct
{
  guint32 end;
  char extension[12];
} ThimbleInspectReply;

/**
 * ThimblePageLinksReply:
 * @n_links: lines of the output
 * @is_cut: whether there were more than are taken
 *
 * The reply of the operation "page-links", whose recipe is the page's URL, or no bytes where that is not
 * known, and whose one output is the links, each ended by a line end.
 */
typedef struct
{
  guint32 n_links;
  guint32 is_cut;
} ThimblePageLinksReply;

/* The longest page that "page-links" takes. */
#define THIMBLE_PAGE_MAX_BYTES (16 * 1024 * 1024)

void thimble_inspect_run (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works);
void thimble_page_links_run (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works);

G_END_DECLS
