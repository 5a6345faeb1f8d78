/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What goes out of the window to other programs: results, as files, as paths and as pixels. Pixels
 * come from the previewer like all that the window shows; GDK writes them in the formats that the
 * other program asks for.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-item-actions.h"

/* The longest side of a picture that is copied, in pixels: what the previewer gives. */
#define MAX_COPY_PX 4096

/**
 * thimble_item_dup_path_to_show:
 *
 * Returns: (transfer full) (type filename): the thumbnail that was made of an item, the first of
 *   several; the image itself where there is none, and the URL of a link that is not downloaded
 */
char *
thimble_item_dup_path_to_show (ThimbleItem *item)
{
  ThimbleItemResult *result = thimble_item_get_result (item);

  g_return_val_if_fail (THIMBLE_IS_ITEM (item), NULL);

  if (result != NULL && result->n_outputs > 0 && result->outputs[0].path != NULL)
    return g_strdup (result->outputs[0].path);
  if (result != NULL && result->original != NULL)
    return g_strdup (result->original);
  return thimble_origin_dup_path (thimble_item_get_origin (item));
}

/* Returns the path of the thumbnail with the most pixels, or %NULL where there is none. */
static const char *
find_largest_output (const ThimbleItemResult *result)
{
  const ThimbleOutput *largest = NULL;

  for (guint i = 0; i < result->n_outputs; i++)
    {
      const ThimbleOutput *output = &result->outputs[i];

      if (output->path != NULL
          && (largest == NULL
              || (guint64) output->width * output->height
                   > (guint64) largest->width * largest->height))
        largest = output;
    }
  return largest != NULL ? largest->path : NULL;
}

/* Returns the file that a link's picture is made of, or %NULL. */
static const char *
find_picture_path (ThimbleItem *item)
{
  const ThimbleItemResult *result = thimble_item_get_result (item);

  if (result == NULL)
    return NULL;
  return result->original != NULL ? result->original : find_largest_output (result);
}

/**
 * thimble_item_has_picture:
 *
 * Returns: whether [func@item_dup_picture_origin] has a file
 */
gboolean
thimble_item_has_picture (ThimbleItem *item)
{
  g_return_val_if_fail (THIMBLE_IS_ITEM (item), FALSE);

  return thimble_item_get_origin (item)->url == NULL || find_picture_path (item) != NULL;
}

/**
 * thimble_item_dup_picture_origin:
 *
 * Returns: (transfer full) (nullable): the file that has the item's picture: of a link, what was
 *   downloaded, or where that is not kept the largest thumbnail; %NULL before there is either
 */
ThimbleOrigin *
thimble_item_dup_picture_origin (ThimbleItem *item)
{
  ThimbleOrigin *origin = thimble_item_get_origin (item);
  const char *path;

  g_return_val_if_fail (THIMBLE_IS_ITEM (item), NULL);

  if (origin->url == NULL)
    return thimble_origin_ref (origin);
  path = find_picture_path (item);
  return path != NULL ? thimble_origin_new_for_path (path) : NULL;
}

/**
 * thimble_items_dup_results:
 * @items: (element-type ThimbleItem): any
 *
 * Returns: (transfer full) (nullable): the files that were made of them; %NULL where none were
 */
GdkFileList *
thimble_items_dup_results (GPtrArray *items)
{
  g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (items != NULL, NULL);

  for (guint i = 0; i < items->len; i++)
    {
      ThimbleItemResult *result = thimble_item_get_result (items->pdata[i]);

      for (guint j = 0; result != NULL && j < result->n_outputs; j++)
        if (result->outputs[j].path != NULL)
          g_ptr_array_add (files, g_file_new_for_path (result->outputs[j].path));
    }

  if (files->len == 0)
    return NULL;
  return gdk_file_list_new_from_array ((GFile **) files->pdata, files->len);
}

/**
 * thimble_items_copy_paths:
 * @items: (element-type ThimbleItem): any
 *
 * Puts the paths of what Open would open on the clipboard, a line each.
 */
void
thimble_items_copy_paths (GPtrArray *items, GdkClipboard *clipboard)
{
  g_autoptr(GString) text = g_string_new (NULL);

  g_return_if_fail (items != NULL);
  g_return_if_fail (GDK_IS_CLIPBOARD (clipboard));

  for (guint i = 0; i < items->len; i++)
    {
      g_autofree char *path = thimble_item_dup_path_to_show (items->pdata[i]);
      g_autofree char *name = g_filename_display_name (path);

      if (i > 0)
        g_string_append_c (text, '\n');
      g_string_append (text, name);
    }
  gdk_clipboard_set_text (clipboard, text->str);
}

/* What is copied while its pixels are made. */
typedef struct
{
  GdkClipboard *clipboard;
  GdkFileList *files;
} Copy;

static void
copy_free (Copy *self)
{
  g_object_unref (self->clipboard);
  g_boxed_free (GDK_TYPE_FILE_LIST, self->files);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Copy, copy_free)

static void
copied_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Copy) copy = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(ThimblePreview) preview
    = thimble_previewer_request_finish (THIMBLE_PREVIEWER (object), result, &error);
  GdkContentProvider *providers[2];
  g_autoptr(GdkContentProvider) provider = NULL;
  g_autoptr(GdkTexture) texture = NULL;

  if (preview == NULL)
    {
      g_debug ("Could not make an image to copy: %s", error->message);
      return;
    }

  texture = gdk_memory_texture_new (preview->width, preview->height,
                                    GDK_MEMORY_R8G8B8A8_PREMULTIPLIED, preview->pixels,
                                    (gsize) preview->width * 4);
  providers[0] = gdk_content_provider_new_typed (GDK_TYPE_TEXTURE, texture);
  providers[1] = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, copy->files);
  provider = gdk_content_provider_new_union (providers, G_N_ELEMENTS (providers));
  gdk_clipboard_set_content (copy->clipboard, provider);
}

/**
 * thimble_items_copy_image:
 * @items: (element-type ThimbleItem): at least one
 * @previewer: who makes the pixels
 *
 * Puts what Open would open of the first item on the clipboard: its pixels for an image editor, the
 * files of all for a file manager. Where the file manager pastes, the files are copied.
 * A link that is not downloaded has no pixels: then it is the paths.
 */
void
thimble_items_copy_image (GPtrArray *items, GdkClipboard *clipboard, ThimblePreviewer *previewer)
{
  g_autoptr(GPtrArray) files = NULL;
  g_autoptr(ThimbleOrigin) origin = NULL;
  g_autofree char *path = NULL;
  Copy *copy;

  g_return_if_fail (items != NULL && items->len > 0);
  g_return_if_fail (GDK_IS_CLIPBOARD (clipboard));
  g_return_if_fail (THIMBLE_IS_PREVIEWER (previewer));

  files = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < items->len; i++)
    {
      g_autofree char *shown = thimble_item_dup_path_to_show (items->pdata[i]);

      g_ptr_array_add (files, g_file_new_for_commandline_arg (shown));
    }
  path = thimble_item_dup_path_to_show (items->pdata[0]);
  if (!g_path_is_absolute (path))
    {
      thimble_items_copy_paths (items, clipboard);
      return;
    }
  origin = thimble_origin_new_for_path (path);

  copy = g_new0 (Copy, 1);
  copy->clipboard = g_object_ref (clipboard);
  copy->files = gdk_file_list_new_from_array ((GFile **) files->pdata, files->len);
  thimble_previewer_request_async (previewer, origin, MAX_COPY_PX, NULL, copied_cb, copy);
}
