/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  BOMB_IS_MADE,      /* what is harmful in it is passed over, or is not as bad as it looks */
  BOMB_IS_TOO_LARGE,
  BOMB_IS_REFUSED,   /* too large, corrupt or unsupported, as its loader sees it */
} BombEnd;

/**
 * Bomb:
 * @name: a file's name
 * @make: (transfer full): makes the file
 * @end: how a thumbnail of it ends with the usual limits
 *
 * A small file that says or hides something enormous.
 */
typedef struct
{
  const char *name;
  GByteArray *(*make) (void);
  BombEnd end;
} Bomb;

extern const Bomb bombs[];

GByteArray *bombs_make_jpeg_huge (void);
GByteArray *bombs_make_jpeg_scans (void);
GByteArray *bombs_make_jpeg_icc (void);
GByteArray *bombs_make_jpeg_exif (void);

G_END_DECLS
