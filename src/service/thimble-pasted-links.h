/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleNoLink:
 * @THIMBLE_NO_LINK_IN_IT: words, or anything else
 * @THIMBLE_NO_LINK_SCHEME_MISSING: what looks like an address without "https://" before it
 * @THIMBLE_NO_LINK_SCHEME_UNKNOWN: an address of a kind that can't be downloaded, such as "ftp://"
 *
 * Why a line gives no link.
 */
typedef enum
{
  THIMBLE_NO_LINK_IN_IT,
  THIMBLE_NO_LINK_SCHEME_MISSING,
  THIMBLE_NO_LINK_SCHEME_UNKNOWN,
} ThimbleNoLink;

/** ThimbleLineWithout: a line that gives no link, numbered from 0. */
typedef struct
{
  guint line;
  ThimbleNoLink why;
} ThimbleLineWithout;

/**
 * ThimblePastedLinks:
 * @links: (element-type ThimbleSource): as [func@pasted_links_find]
 * @without: (element-type ThimbleLineWithout): as [func@pasted_links_check]
 *
 * What a text has.
 */
typedef struct
{
  GPtrArray *links;
  GArray *without;
} ThimblePastedLinks;

void thimble_pasted_links_free (ThimblePastedLinks *self);
ThimblePastedLinks *thimble_pasted_links_look (const char *text);
void thimble_pasted_links_look_async (const char *text,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
ThimblePastedLinks *thimble_pasted_links_look_finish (GAsyncResult *result, GError **error);
GPtrArray *thimble_pasted_links_find (const char *text);
GArray *thimble_pasted_links_check (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimblePastedLinks, thimble_pasted_links_free)

G_END_DECLS
