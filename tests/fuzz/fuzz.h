/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the fuzz targets share. Each has one function that libFuzzer calls with bytes, which gives
 * no result: a crash, a sanitizer's report, an assertion or a hang is a finding. */

#include "thimble-codec.h"

G_BEGIN_DECLS

/* More pixels or memory than this says nothing new and takes long. */
#define FUZZ_MAX_PIXELS (96 * 96)
#define FUZZ_MAX_DECODE_BYTES (16 << 20)

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *bytes, gsize n_bytes);

void fuzz_decode (const ThimbleCodec *codec, const guint8 *bytes, gsize n_bytes);
gboolean fuzz_header (const ThimbleCodec *codec,
                      const guint8 *bytes,
                      gsize n_bytes,
                      ThimbleImageInfo *info);

G_END_DECLS
