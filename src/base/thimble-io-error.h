/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** THIMBLE_IO_ERROR: what %G_IO_ERROR is, for code that workers run. */
#define THIMBLE_IO_ERROR (thimble_io_error_quark ())
GQuark thimble_io_error_quark (void);
GIOErrorEnum thimble_io_error_from_errno (int number);

G_END_DECLS
