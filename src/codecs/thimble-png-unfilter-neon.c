/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "thimble-png-unfilter.h"

ThimblePngUnfilter
thimble_png_unfilter_get_neon (void)
{
  return NULL;
}
