/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Libraries that are loaded when they are first needed. What most runs do without, and what brings
 * many others along, would otherwise cost each start milliseconds of relocations. */

#include "thimble-library.h"

#include "thimble-io-error.h"

#include <dlfcn.h>

/**
 * thimble_library_load:
 * @name: its file's name as the linker would have noted it (DT_SONAME): “libz.so.1”
 * @functions: (array length=n_functions): their names
 * @table: (array length=n_functions): where their addresses go
 *
 * Loads a library, for as long as the program runs, and looks up what is called of it. @table is
 * only to be used where this succeeds. Any thread; nothing keeps two from loading the same.
 *
 * Returns: whether all of it is there; if not, @error is %G_IO_ERROR_NOT_FOUND: a sentence
 */
gboolean
thimble_library_load (const char *name,
                      const char *const *functions,
                      gpointer *table,
                      guint n_functions,
                      GError **error)
{
  /* As if linked: its functions are bound when they are called, and its plug-ins may use it. */
  gpointer library = dlopen (name, RTLD_LAZY | RTLD_GLOBAL);

  for (guint i = 0; library != NULL && i < n_functions; i++)
    if ((table[i] = dlsym (library, functions[i])) == NULL)
      library = NULL;
  if (library != NULL)
    return TRUE;
  g_set_error (error, THIMBLE_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               "The library “%s” cannot be used: %s. Install it, or Thimble anew.", name,
               dlerror ());
  return FALSE;
}
