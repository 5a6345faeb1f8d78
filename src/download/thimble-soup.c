/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fills the table of what is called of libsoup. */

#include "thimble-soup.h"

#include "thimble-library.h"

#define LIBRARY "libsoup-3.0.so.0"
#define NAME(name) "soup_" #name,

static const char *const names[] = { THIMBLE_SOUP_FUNCTIONS (NAME) };

ThimbleSoup thimble_soup;

G_STATIC_ASSERT (sizeof thimble_soup == sizeof names);

static gpointer
load (gpointer data)
{
  GError *error = NULL;

  thimble_library_load (LIBRARY, names, (gpointer *) &thimble_soup, G_N_ELEMENTS (names), &error);
  return error;
}

/**
 * thimble_soup_load:
 *
 * Loads libsoup, once; %thimble_soup is only to be used after that. Takes some milliseconds. Any
 * thread.
 *
 * Returns: whether it could be loaded; if not, @error is that of thimble_library_load()
 */
gboolean
thimble_soup_load (GError **error)
{
  static GOnce once = G_ONCE_INIT;
  const GError *failure = g_once (&once, load, NULL);

  if (failure != NULL && error != NULL)
    *error = g_error_copy (failure);
  return failure == NULL;
}
