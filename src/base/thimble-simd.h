/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Simple inner loops are plain C, compiled for the baseline of the architecture and once more for
 * AVX2, chosen when the program is loaded (ifunc). They use whole numbers only, so that both give
 * the same pixels. Sanitizers can't stand code that runs before they do. */

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) \
  || __has_feature(memory_sanitizer)
#define THIMBLE_HAS_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define THIMBLE_HAS_SANITIZER 1
#endif

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__has_attribute) \
  && !defined(THIMBLE_HAS_SANITIZER)
#if __has_attribute(target_clones)
#define THIMBLE_CLONES __attribute__ ((target_clones ("avx2", "default")))
#endif
#endif
#ifndef THIMBLE_CLONES
#define THIMBLE_CLONES
#endif
