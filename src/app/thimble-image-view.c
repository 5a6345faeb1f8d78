/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks the previewer for two pictures: of the original, as large as it is shown, and of the output
 * that is looked at, as it is. What comes late, for what was looked at before, is dropped because
 * its request was cancelled. The two textures are all that is kept.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-image-view.h"

#include "thimble-failure-words.h"
#include "thimble-item-actions.h"
#include "thimble-item-words.h"
#include "thimble-split-picture.h"

#include <glib/gi18n.h>

/* The longest side that pictures are asked for with, in device pixels. */
#define SMALL_PX 1024
#define LARGE_PX 2048

struct _ThimbleImageView
{
  AdwBin parent_instance;

  AdwWindowTitle *title;
  ThimbleSplitPicture *picture;
  GtkStack *stack;
  AdwStatusPage *page;
  GtkDropDown *outputs;
  GtkLabel *original_label;
  GtkLabel *original_path;
  GtkWidget *output_box;
  GtkLabel *output_label;
  GtkLabel *output_path;

  ThimbleImageList *list;        /* (nullable) until set up */
  ThimblePreviewer *previewer;   /* (nullable) until set up */
  ThimbleItem *item;             /* (nullable): what is looked at */
  ThimbleItemResult *result;     /* (nullable): what is shown of it */
  guint position;                /* of the item in the list, when it was shown */
  GCancellable *original_request; /* (nullable) */
  GCancellable *output_request;   /* (nullable) */
  GdkTexture *original;          /* (nullable) */
  GdkTexture *output;            /* (nullable) */
};

enum
{
  CLOSED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (ThimbleImageView, thimble_image_view, ADW_TYPE_BIN)

static guint signals[N_SIGNALS];

/* --- pictures --------------------------------------------------------------------------------- */

/* What a request for a picture carries. */
typedef struct
{
  ThimbleImageView *view;
  GCancellable *request;
  gboolean is_output;
} PictureRequest;

static void
picture_request_free (PictureRequest *self)
{
  g_object_unref (self->view);
  g_object_unref (self->request);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PictureRequest, picture_request_free)

/* In place of the picture. The page takes markup, and texts name files and links. */
static void
thimble_image_view_show_page (ThimbleImageView *self, const char *title, const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_status_page_set_title (self->page, title);
  adw_status_page_set_description (self->page, markup);
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->page));
}

static void
picture_requested_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(PictureRequest) request = user_data;
  ThimbleImageView *self = request->view;
  g_autoptr(GError) error = NULL;
  g_autoptr(ThimblePreview) preview
    = thimble_previewer_request_finish (THIMBLE_PREVIEWER (object), result, &error);
  GdkTexture **texture = request->is_output ? &self->output : &self->original;

  if (g_cancellable_is_cancelled (request->request))
    return;
  if (preview == NULL)
    {
      if (!request->is_output)
        {
          g_autofree char *reason = thimble_failure_localize (error->message);

          thimble_image_view_show_page (self, _ ("Can’t Be Shown"), reason);
        }
      return;
    }

  g_clear_object (texture);
  *texture = gdk_memory_texture_new (preview->width, preview->height,
                                     GDK_MEMORY_R8G8B8A8_PREMULTIPLIED, preview->pixels,
                                     (gsize) preview->width * 4);
  thimble_split_picture_set_textures (self->picture, self->original, self->output);
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->picture));
}

static void
thimble_image_view_request (ThimbleImageView *self, ThimbleOrigin *origin, gboolean is_output)
{
  GCancellable **cancellable = is_output ? &self->output_request : &self->original_request;
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  int side = scale * MAX (gtk_widget_get_width (GTK_WIDGET (self)),
                          gtk_widget_get_height (GTK_WIDGET (self)));
  PictureRequest *request = g_new0 (PictureRequest, 1);

  *cancellable = g_cancellable_new ();
  request->view = g_object_ref (self);
  request->request = g_object_ref (*cancellable);
  request->is_output = is_output;
  thimble_previewer_request_async (self->previewer, origin, side <= SMALL_PX ? SMALL_PX : LARGE_PX,
                                   *cancellable, picture_requested_cb, request);
}

static void
drop_request (GCancellable **request, GdkTexture **texture)
{
  g_cancellable_cancel (*request);
  g_clear_object (request);
  g_clear_object (texture);
}

/* --- facts ------------------------------------------------------------------------------------ */

static void
show_path (GtkLabel *label, const char *path)
{
  g_autofree char *name = g_filename_display_name (path);

  gtk_label_set_label (label, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (label), name);
}

static void
thimble_image_view_show_original (ThimbleImageView *self)
{
  ThimbleOrigin *origin = thimble_item_get_origin (self->item);
  gboolean is_here = self->result != NULL && self->result->original != NULL;
  g_autofree char *size = thimble_item_describe_original (self->item);
  g_autofree char *path
    = is_here ? g_strdup (self->result->original) : thimble_origin_dup_path (origin);
  g_autofree char *text = NULL;

  if (self->result != NULL && self->result->width > 0)
    text = g_strdup_printf ("%u × %u · %s", self->result->width, self->result->height, size);
  gtk_label_set_label (self->original_label, text != NULL ? text : size);
  show_path (self->original_path, path);
}

/* Asks for the original's picture, once there is a file that has it. */
static void
thimble_image_view_request_original (ThimbleImageView *self)
{
  g_autoptr(ThimbleOrigin) file = thimble_item_dup_picture_origin (self->item);
  gboolean is_failed = thimble_item_get_state (self->item) == THIMBLE_ITEM_FAILED;

  if (self->original_request != NULL)
    return;
  if (file != NULL)
    {
      thimble_image_view_request (self, file, FALSE);
      return;
    }
  if (is_failed && self->result != NULL && self->result->message != NULL)
    {
      g_autofree char *reason = thimble_failure_localize (self->result->message);

      thimble_image_view_show_page (self, _ ("Could Not Download"), reason);
    }
  else
    thimble_image_view_show_page (self, _ ("Not Downloaded"), _ ("Start brings the image here."));
}

static char *
describe_time (const ThimbleItemResult *result)
{
  double seconds = result->decode_seconds + result->resize_seconds + result->encode_seconds;

  if (seconds <= 0)
    return NULL;
  if (seconds < 0.01)
    /* Translators: milliseconds; below, seconds. */
    return g_strdup_printf (_ ("%.1f ms"), seconds * 1000);
  if (seconds < 1)
    return g_strdup_printf (_ ("%.0f ms"), seconds * 1000);
  return g_strdup_printf (_ ("%.1f s"), seconds);
}

static void
thimble_image_view_show_output (ThimbleImageView *self)
{
  guint selected = gtk_drop_down_get_selected (self->outputs);
  const ThimbleOutput *output;
  g_autofree char *size = NULL;
  g_autofree char *time = NULL;
  g_autofree char *text = NULL;
  g_autoptr(ThimbleOrigin) origin = NULL;

  drop_request (&self->output_request, &self->output);
  thimble_split_picture_set_textures (self->picture, self->original, NULL);
  if (self->result == NULL || selected >= self->result->n_outputs)
    return;

  output = &self->result->outputs[selected];
  size = g_format_size (MAX (0, output->n_bytes));
  time = describe_time (self->result);
  if (time != NULL)
    text = g_strdup_printf ("%u × %u · %s · %s", output->width, output->height, size, time);
  else
    text = g_strdup_printf ("%u × %u · %s", output->width, output->height, size);
  gtk_label_set_label (self->output_label, text);
  show_path (self->output_path, output->path);
  origin = thimble_origin_new_for_path (output->path);
  thimble_image_view_request (self, origin, TRUE);
}

static void
output_selected_cb (ThimbleImageView *self)
{
  if (self->item != NULL)
    thimble_image_view_show_output (self);
}

/* The outputs to choose from; one needs no choice. */
static void
thimble_image_view_list_outputs (ThimbleImageView *self)
{
  g_autoptr(GtkStringList) labels = gtk_string_list_new (NULL);
  guint n_outputs = self->result != NULL ? self->result->n_outputs : 0;

  for (guint i = 0; i < n_outputs; i++)
    gtk_string_list_append (labels, self->result->outputs[i].label);
  g_signal_handlers_block_by_func (self->outputs, output_selected_cb, self);
  gtk_drop_down_set_model (self->outputs, G_LIST_MODEL (labels));
  g_signal_handlers_unblock_by_func (self->outputs, output_selected_cb, self);
  gtk_widget_set_visible (GTK_WIDGET (self->outputs), n_outputs > 1);
  gtk_widget_set_visible (self->output_box, n_outputs > 0);
}

static void
thimble_image_view_take_result (ThimbleImageView *self)
{
  ThimbleItemResult *result = thimble_item_get_result (self->item);

  g_clear_pointer (&self->result, thimble_item_result_unref);
  self->result = result != NULL ? thimble_item_result_ref (result) : NULL;
  thimble_image_view_show_original (self);
  thimble_image_view_list_outputs (self);
  thimble_image_view_show_output (self);
  thimble_image_view_request_original (self);
}

/* --- the widget ------------------------------------------------------------------------------- */

static void
thimble_image_view_go (ThimbleImageView *self, int n_steps)
{
  guint n_items = thimble_image_list_get_n_items (self->list);
  guint position = self->position;

  if (n_items == 0)
    return;
  if (thimble_image_list_peek (self->list, position) != self->item)
    position = thimble_image_list_find (self->list, self->item);
  if (position == GTK_INVALID_LIST_POSITION)
    position = 0;
  else
    position = (guint) CLAMP ((gint64) position + n_steps, 0, (gint64) n_items - 1);
  thimble_image_view_show (self, position);
}

static void
go_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  thimble_image_view_go (THIMBLE_IMAGE_VIEW (widget), g_str_equal (name, "image.next") ? 1 : -1);
}

static void
close_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[CLOSED], 0);
}

static void
thimble_image_view_dispose (GObject *object)
{
  ThimbleImageView *self = THIMBLE_IMAGE_VIEW (object);

  drop_request (&self->original_request, &self->original);
  drop_request (&self->output_request, &self->output);
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);
  g_clear_pointer (&self->result, thimble_item_result_unref);
  g_clear_object (&self->list);
  g_clear_object (&self->previewer);

  G_OBJECT_CLASS (thimble_image_view_parent_class)->dispose (object);
}

static void
thimble_image_view_bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/thimble/Thimble/thimble-image-view.ui");
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageView, title);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageView, picture);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageView, stack);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageView, page);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageView, outputs);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageView, original_label);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageView, original_path);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageView, output_box);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageView, output_label);
  gtk_widget_class_bind_template_child (widget_class, ThimbleImageView, output_path);
  gtk_widget_class_bind_template_callback (widget_class, output_selected_cb);
}

static void
thimble_image_view_class_init (ThimbleImageViewClass *klass)
{
  static const struct
  {
    guint key;
    const char *action;
  } keys[] = {
    { GDK_KEY_Left, "image.previous" },      { GDK_KEY_Up, "image.previous" },
    { GDK_KEY_Page_Up, "image.previous" },   { GDK_KEY_Right, "image.next" },
    { GDK_KEY_Down, "image.next" },          { GDK_KEY_Page_Down, "image.next" },
    { GDK_KEY_Escape, "image.close" },       { GDK_KEY_BackSpace, "image.close" },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = thimble_image_view_dispose;
  signals[CLOSED] = g_signal_new ("closed", THIMBLE_TYPE_IMAGE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "image.previous", NULL, go_action);
  gtk_widget_class_install_action (widget_class, "image.next", NULL, go_action);
  gtk_widget_class_install_action (widget_class, "image.close", NULL, close_action);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (widget_class, keys[i].key, 0, keys[i].action, NULL);
  g_type_ensure (THIMBLE_TYPE_SPLIT_PICTURE);
  thimble_image_view_bind_template (widget_class);
}

static void
thimble_image_view_init (ThimbleImageView *self)
{
  GtkWidget *toggle;

  gtk_widget_init_template (GTK_WIDGET (self));
  /* The keyboard is on the button inside the list of sizes, which GTK leaves without a name. */
  toggle = gtk_widget_get_first_child (GTK_WIDGET (self->outputs));
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Which Size Is Shown"), -1);
  /* The picture has the original at its left in every language, and so have the words below it. */
  gtk_widget_set_direction (gtk_widget_get_parent (self->output_box), GTK_TEXT_DIR_LTR);
}

/**
 * thimble_image_view_set_up:
 * @list: what the arrow keys go through
 * @previewer: who makes the pictures
 *
 * To be called once, before anything is shown.
 */
void
thimble_image_view_set_up (ThimbleImageView *self,
                           ThimbleImageList *list,
                           ThimblePreviewer *previewer)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_VIEW (self));
  g_return_if_fail (THIMBLE_IS_IMAGE_LIST (list));
  g_return_if_fail (THIMBLE_IS_PREVIEWER (previewer));
  g_return_if_fail (self->list == NULL);

  self->list = g_object_ref (list);
  self->previewer = g_object_ref (previewer);
}

/**
 * thimble_image_view_show:
 * @position: in the list
 *
 * Shows an image, and follows what becomes of it.
 */
void
thimble_image_view_show (ThimbleImageView *self, guint position)
{
  ThimbleItem *item;
  g_autofree char *name = NULL;
  g_autofree char *subtitle = NULL;

  g_return_if_fail (THIMBLE_IS_IMAGE_VIEW (self));
  g_return_if_fail (self->list != NULL);

  item = thimble_image_list_peek (self->list, position);
  if (item == NULL || item == self->item)
    return;
  thimble_image_view_clear (self);
  self->item = g_object_ref (item);
  self->position = position;
  g_signal_connect_object (item, "notify::result", G_CALLBACK (thimble_image_view_take_result),
                           self, G_CONNECT_SWAPPED);

  name = thimble_origin_dup_display_name (thimble_item_get_origin (item));
  /* Translators: the first number says which image is shown, the second how many there are. */
  subtitle = g_strdup_printf (_ ("%'u of %'u"), self->position + 1,
                              thimble_image_list_get_n_items (self->list));
  adw_window_title_set_title (self->title, name);
  adw_window_title_set_subtitle (self->title, subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  thimble_image_view_take_result (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->picture));
}

/**
 * thimble_image_view_clear:
 *
 * Lets go of what was looked at, and of its pictures.
 */
void
thimble_image_view_clear (ThimbleImageView *self)
{
  g_return_if_fail (THIMBLE_IS_IMAGE_VIEW (self));

  drop_request (&self->original_request, &self->original);
  drop_request (&self->output_request, &self->output);
  thimble_split_picture_set_textures (self->picture, NULL, NULL);
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->picture));
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);
  g_clear_pointer (&self->result, thimble_item_result_unref);
}

/**
 * thimble_image_view_get_item:
 *
 * Returns: (transfer none) (nullable): what is looked at
 */
ThimbleItem *
thimble_image_view_get_item (ThimbleImageView *self)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_VIEW (self), NULL);

  return self->item;
}

/**
 * thimble_image_view_get_position:
 *
 * Returns: where in the list that was, when it was shown
 */
guint
thimble_image_view_get_position (ThimbleImageView *self)
{
  g_return_val_if_fail (THIMBLE_IS_IMAGE_VIEW (self), GTK_INVALID_LIST_POSITION);

  return self->position;
}
