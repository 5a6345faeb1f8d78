/* SPDX-License-Identifier: GPL-3.0-or-later */

/* pixbuf-peer THREADS SIZES OUT LIST: thumbnails as a GTK program in C would make them, for
 * tests/bench/peers to measure: gdk-pixbuf loads each file of LIST scaled to the largest of SIZES
 * (comma-separated), turns it upright, scales that to the others and saves JPEGs of quality 75. */

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <stdlib.h>

static char **sizes;
static const char *out;

static void
save (GdkPixbuf *pixbuf, const char *path, const char *size)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *target = g_strdup_printf ("%s/%s-%s.jpg", out, name, size);

  gdk_pixbuf_save (pixbuf, target, "jpeg", NULL, "quality", "75", NULL);
}

/* Transparent pictures go on white. */
static GdkPixbuf *
flatten (GdkPixbuf *pixbuf)
{
  int width = gdk_pixbuf_get_width (pixbuf), height = gdk_pixbuf_get_height (pixbuf);

  if (!gdk_pixbuf_get_has_alpha (pixbuf))
    return g_object_ref (pixbuf);
  return gdk_pixbuf_composite_color_simple (pixbuf, width, height, GDK_INTERP_NEAREST, 255, 16,
                                            0xffffff, 0xffffff);
}

static void
make_cb (gpointer data, gpointer user_data)
{
  g_autofree char *path = data;
  int largest = 0;
  g_autoptr(GdkPixbuf) loaded = NULL;
  g_autoptr(GdkPixbuf) upright = NULL;
  g_autoptr(GdkPixbuf) flat = NULL;

  for (char **size = sizes; *size != NULL; size++)
    largest = MAX (largest, atoi (*size));
  loaded = gdk_pixbuf_new_from_file_at_size (path, largest, largest, NULL);
  if (loaded == NULL)
    return;
  upright = gdk_pixbuf_apply_embedded_orientation (loaded);
  flat = flatten (upright);
  for (char **size = sizes; *size != NULL; size++)
    {
      double scale = atof (*size) / largest;
      g_autoptr(GdkPixbuf) scaled = gdk_pixbuf_scale_simple (
        flat, MAX (1, (int) (gdk_pixbuf_get_width (flat) * scale + 0.5)),
        MAX (1, (int) (gdk_pixbuf_get_height (flat) * scale + 0.5)), GDK_INTERP_BILINEAR);

      save (scaled, path, *size);
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *list = NULL;
  g_auto(GStrv) paths = NULL;
  GThreadPool *pool;

  if (argc != 5 || !g_file_get_contents (argv[4], &list, NULL, NULL))
    return 2;
  sizes = g_strsplit (argv[2], ",", -1);
  out = argv[3];
  paths = g_strsplit (g_strchomp (list), "\n", -1);
  pool = g_thread_pool_new (make_cb, NULL, atoi (argv[1]), TRUE, NULL);
  for (char **path = paths; *path != NULL; path++)
    g_thread_pool_push (pool, g_strdup (*path), NULL);
  g_thread_pool_free (pool, FALSE, TRUE);
  g_strfreev (sizes);
  return 0;
}
