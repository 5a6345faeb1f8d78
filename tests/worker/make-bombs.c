/* SPDX-License-Identifier: GPL-3.0-or-later */

/* make-bombs FOLDER: writes the bombs of bombs.c as files, to try a whole run on. The folder is made
 * where it is missing. */

#include "bombs.h"

#include <glib/gstdio.h>

int
main (int argc, char **argv)
{
  if (argc != 2)
    {
      g_printerr ("make-bombs FOLDER\n");
      return 2;
    }
  g_mkdir_with_parents (argv[1], 0777); /* or the first file tells why not */
  for (const Bomb *bomb = bombs; bomb->name != NULL; bomb++)
    {
      g_autoptr (GByteArray) file = bomb->make ();
      g_autofree char *path = g_build_filename (argv[1], bomb->name, NULL);
      g_autoptr (GError) error = NULL;

      if (!g_file_set_contents (path, (const char *) file->data, file->len, &error))
        {
          g_printerr ("make-bombs: %s\n", error->message);
          return 1;
        }
    }
  return 0;
}
