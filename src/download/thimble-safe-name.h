/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *thimble_safe_name (const char *text);
char *thimble_safe_name_for_url (const char *url);

G_END_DECLS
