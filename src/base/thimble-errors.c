/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The error domain that codecs and imaging share. Domains of one room live in that room. */

#include "thimble-errors.h"

G_DEFINE_QUARK (thimble-image-error-quark, thimble_image_error)
