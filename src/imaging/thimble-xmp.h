/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GBytes *thimble_xmp_rewrite (GBytes *xmp);

G_END_DECLS
