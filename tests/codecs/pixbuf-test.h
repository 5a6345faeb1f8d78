/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* For tests that build files byte by byte. A format whose loader is not installed is skipped, with
 * the reason printed. */

#include "codec-test.h"
#include "thimble-pixbuf-codec.h"

G_BEGIN_DECLS

void pixbuf_test_put_le_16 (GByteArray *file, guint value);
void pixbuf_test_put_le_32 (GByteArray *file, guint value);
void pixbuf_test_put_bytes (GByteArray *file, const char *bytes, gsize n_bytes);
gboolean pixbuf_test_has_loader (const char *name);

G_END_DECLS
