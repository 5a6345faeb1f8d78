/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

void thimble_memory_keep_freed_blocks (void);
void thimble_memory_use_large_pages (void);
void thimble_memory_return_freed_blocks (void);
