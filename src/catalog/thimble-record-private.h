/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-catalog.h"

G_BEGIN_DECLS

gboolean thimble_record_is_sound (const ThimbleRecord *self);

G_END_DECLS
