/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of the orientation in XMP. */

#include "thimble-xmp.h"

static void
check (const char *before, const char *after)
{
  g_autoptr(GBytes) xmp = g_bytes_new (before, strlen (before));
  g_autoptr(GBytes) result = thimble_xmp_rewrite (xmp);

  g_assert_cmpmem (g_bytes_get_data (result, NULL), g_bytes_get_size (result), after,
                   strlen (after));
}

static void
test_orientation (void)
{
  check ("<a tiff:Orientation=\"6\" b=\"6\"/>", "<a tiff:Orientation=\"1\" b=\"6\"/>");
  check ("<a tiff:Orientation = '8'/>", "<a tiff:Orientation = '1'/>");
  check ("<tiff:Orientation>3</tiff:Orientation><b>3</b>",
         "<tiff:Orientation>1</tiff:Orientation><b>3</b>");
  check ("<tiff:Orientation> 5 </tiff:Orientation> <x tiff:Orientation=\"2\">",
         "<tiff:Orientation> 1 </tiff:Orientation> <x tiff:Orientation=\"1\">");
}

static void
test_others (void)
{
  static const char *const packets[] = {
    "", "<a/>", "tiff:Orientation", "tiff:Orientation=", "tiff:Orientation=\"",
    "tiff:Orientation=\"6", "tiff:Orientation>", "<tiff:Orientation>6", "tiff:Orientation=6 ",
    "tiff:Orientation=\"66\"", "tiff:Orientation=\"9\"", "tiff:OrientationX=\"6\"",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (packets); i++)
    check (packets[i], packets[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xmp/orientation", test_orientation);
  g_test_add_func ("/xmp/others", test_others);
  return g_test_run ();
}
