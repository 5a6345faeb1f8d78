/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ThimbleJpegUnstuff:
 * @to: where the data goes; does not overlap with @from
 * @n_room: bytes that may be written, those behind the data included
 * @from: (inout): entropy-coded data, and where it stopped
 * @end: of the file; nothing is read from there on
 *
 * Copies entropy-coded data without the zeros stuffed in behind 0xFF (ITU-T T.81, F.1.2.3), until
 * @n_room bytes are written, or at @end, or at an 0xFF that is not data: one without a zero behind
 * it. Any thread.
 *
 * Returns: how many bytes were written
 */
typedef gsize (*ThimbleJpegUnstuff) (guint8 *to,
                                     gsize n_room,
                                     const guint8 **from,
                                     const guint8 *end);

gsize thimble_jpeg_unstuff_portable (guint8 *to,
                                     gsize n_room,
                                     const guint8 **from,
                                     const guint8 *end);
ThimbleJpegUnstuff thimble_jpeg_unstuff_get_avx2 (void);
ThimbleJpegUnstuff thimble_jpeg_unstuff_get_avx512 (void);
ThimbleJpegUnstuff thimble_jpeg_unstuff_get (void);

G_END_DECLS
