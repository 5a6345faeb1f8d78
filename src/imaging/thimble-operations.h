/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-recipe.h"
#include "thimble-work.h"

G_BEGIN_DECLS

/* The operations on images, as a table for an executor, ended by a row without name:
 *
 *   "thumbnail"     ThimbleThumbnailRecipe -> ThimbleThumbnailReply and its outputs
 *   "probe"         ThimbleThumbnailRecipe -> ThimbleProbeReply; reads the header only
 *   "verify-whole"  ThimbleThumbnailRecipe -> ThimbleProbeReply; decodes all, fails if cut short
 *   "inspect"       ThimbleThumbnailRecipe -> ThimbleInspectReply; what it is, and is its end there
 *   "page-links"    the page's URL -> ThimblePageLinksReply and the links of a page's images
 */
extern const ThimbleOperation thimble_image_operations[];

G_END_DECLS
