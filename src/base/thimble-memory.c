/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a process that decodes asks of malloc(). */

#include "thimble-memory.h"

#include <glib.h>
#include <malloc.h>
#include <sys/mman.h>

/* The most that glibc takes: larger blocks are mapped each by itself. */
#define MAX_HEAP_BLOCK (32 * 1024 * 1024)

#define MAX_KEPT (64 * 1024 * 1024)

#define LARGE_PAGE ((gsize) 2 << 20)
#define N_LARGE (4 * LARGE_PAGE)
/* By how much glibc's heap grows at least, if not told otherwise. */
#define GROWTH (128 * 1024)

/**
 * thimble_memory_keep_freed_blocks:
 *
 * Has up to 64 MiB of freed memory stay with the process. Every picture needs blocks of some
 * megabytes for some milliseconds; given back and asked for again each time, they are cleared by
 * the kernel page by page, which takes a fifth of the time of a large PNG. For processes that
 * decode; called before others threads are there.
 */
void
thimble_memory_keep_freed_blocks (void)
{
#ifdef M_TRIM_THRESHOLD
  mallopt (M_MMAP_THRESHOLD, MAX_HEAP_BLOCK);
  mallopt (M_TRIM_THRESHOLD, MAX_KEPT);
#endif
}

/**
 * thimble_memory_use_large_pages:
 *
 * Has the first 8 MiB of the heap in pages of 2 MiB where the system has such: most pictures need no
 * more, and to take them from the kernel page by page takes four times as long. For processes that
 * live for a few hundred pictures; called when there is one thread, and after
 * thimble_memory_keep_freed_blocks(), without which it does nothing.
 */
void
thimble_memory_use_large_pages (void)
{
#ifdef M_TRIM_THRESHOLD
  guint8 *block;
  gsize n_skipped;

  /* More than there is, so that the heap grows, and by so much more, which nobody touches yet. */
  mallopt (M_TOP_PAD, N_LARGE + LARGE_PAGE);
  block = g_try_malloc (2 * GROWTH);
  mallopt (M_TOP_PAD, GROWTH);
  n_skipped = -(guintptr) block & (LARGE_PAGE - 1);
  if (block != NULL)
    madvise (block + n_skipped, N_LARGE, MADV_HUGEPAGE); /* only advice, wherever that is */
  g_free (block);
#endif
}

/**
 * thimble_memory_return_freed_blocks:
 *
 * Gives the system what lies free between blocks in use, whatever was asked to be kept. To be called
 * when much was freed that will not be needed again. From any thread; takes about a millisecond for
 * each hundred megabytes.
 */
void
thimble_memory_return_freed_blocks (void)
{
#ifdef M_TRIM_THRESHOLD
  malloc_trim (0);
#endif
}
