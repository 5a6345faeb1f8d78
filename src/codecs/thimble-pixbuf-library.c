/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fills the table of what is called of gdk-pixbuf, and calls the one thing wanted of fontconfig. */

#include "thimble-pixbuf-library.h"

#include "thimble-io-error.h"
#include "thimble-library.h"

#include <fontconfig/fontconfig.h>

#define PIXBUF_LIBRARY "libgdk_pixbuf-2.0.so.0"
#define FONTS_LIBRARY "libfontconfig.so.1"
#define NAME(name) "gdk_pixbuf_" #name,

static const char *const names[] = { THIMBLE_PIXBUF_FUNCTIONS (NAME) };

ThimblePixbufLibrary thimble_pixbuf;

G_STATIC_ASSERT (sizeof thimble_pixbuf == sizeof names);

/* Loads gdk-pixbuf, once for each process: from one thread. */
gboolean
thimble_pixbuf_library_load (GError **error)
{
  return thimble_library_load (PIXBUF_LIBRARY, names, (gpointer *) &thimble_pixbuf,
                               G_N_ELEMENTS (names), error);
}

/* Has fontconfig, which the loaders use, read its list of fonts. */
gboolean
thimble_pixbuf_library_load_fonts (GError **error)
{
  static const char *const name = "FcInit";
  __typeof__ (FcInit) *init = NULL;

  if (!thimble_library_load (FONTS_LIBRARY, &name, (gpointer *) &init, 1, error))
    return FALSE;
  if (init ())
    return TRUE;
  g_set_error_literal (error, THIMBLE_IO_ERROR, G_IO_ERROR_FAILED,
                       "fontconfig has no list of fonts.");
  return FALSE;
}
