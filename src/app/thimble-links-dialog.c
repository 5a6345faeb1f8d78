/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks at the text a moment after the last key, so that typing stays light in a long list; at one
 * that is longer than somebody types, on a thread. The
 * lines without a link are underlined where they stand; the first few are named below with their
 * reason. What is added is what the window would take if the text were pasted into it.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-links-dialog.h"

#include "thimble-pasted-links.h"
#include "thimble-source.h"

#include <glib/gi18n.h>
#include <string.h>

#define LOOK_DELAY_MS 150
/* Bytes of text that are looked at in a moment. */
#define N_QUICK (32 * 1024)
/* Lines that are named with their reason, and lines that are underlined. */
#define N_NAMED 3
#define N_MARKED 1000
/* Characters of a line that are shown. */
#define N_SHOWN 48

struct _ThimbleLinksDialog
{
  AdwWindow parent_instance;

  GtkTextBuffer *buffer;
  GtkTextView *view;
  GtkLabel *hint; /* lies over the view while there is no text */
  GtkLabel *count_label;
  GtkLabel *problems_label;
  GtkSwitch *pages_switch;
  GtkWidget *add_button;

  GtkTextTag *mark; /* of lines without a link; owned by the buffer */
  guint look_source; /* 0, or a look at the text is due */
  GPtrArray *links; /* ThimbleSource: found by the last look */
  GCancellable *look; /* or NULL; of the look that goes on on a thread */
  gboolean adds_at_end; /* of that look */
};

enum
{
  ADDED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (ThimbleLinksDialog, thimble_links_dialog, ADW_TYPE_WINDOW)

static guint signals[N_SIGNALS];

static char *
dup_line (ThimbleLinksDialog *self, guint line, GtkTextIter *start, GtkTextIter *end)
{
  g_autofree char *text = NULL;
  g_autofree char *shown = NULL;

  gtk_text_buffer_get_iter_at_line (self->buffer, start, (int) line);
  *end = *start;
  if (!gtk_text_iter_ends_line (end))
    gtk_text_iter_forward_to_line_end (end);
  text = g_strstrip (gtk_text_buffer_get_text (self->buffer, start, end, FALSE));
  if (g_utf8_strlen (text, -1) <= N_SHOWN)
    return g_steal_pointer (&text);
  shown = g_utf8_substring (text, 0, N_SHOWN);
  return g_strconcat (shown, "…", NULL);
}

static char *
describe_problem (const ThimbleLineWithout *without, const char *text)
{
  guint number = without->line + 1;

  switch (without->why)
    {
    case THIMBLE_NO_LINK_SCHEME_MISSING:
      /* Translators: the second is a line of text that was pasted. */
      return g_strdup_printf (_ ("Line %u: “%s” needs https:// before it."), number, text);

    case THIMBLE_NO_LINK_SCHEME_UNKNOWN:
      return g_strdup_printf (
        _ ("Line %u: “%s” can’t be downloaded; only http, https and data links can."), number,
        text);

    case THIMBLE_NO_LINK_IN_IT:
    default:
      return g_strdup_printf (_ ("Line %u: “%s” has no link."), number, text);
    }
}

static void
thimble_links_dialog_show_problems (ThimbleLinksDialog *self, GArray *without)
{
  g_autoptr(GString) problems = g_string_new (NULL);
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_remove_tag (self->buffer, self->mark, &start, &end);
  for (guint i = 0; i < MIN (without->len, N_MARKED); i++)
    {
      const ThimbleLineWithout *row = &g_array_index (without, ThimbleLineWithout, i);
      g_autofree char *text = dup_line (self, row->line, &start, &end);
      g_autofree char *problem = describe_problem (row, text);

      gtk_text_buffer_apply_tag (self->buffer, self->mark, &start, &end);
      if (i < N_NAMED)
        g_string_append_printf (problems, "%s%s", i > 0 ? "\n" : "", problem);
    }
  if (without->len > N_NAMED)
    {
      guint n = without->len - N_NAMED;

      g_string_append_c (problems, '\n');
      g_string_append_printf (problems, ngettext ("%'u more line is underlined.",
                                                  "%'u more lines are underlined.", n), n);
    }
  gtk_label_set_label (self->problems_label, problems->str);
  gtk_widget_set_visible (GTK_WIDGET (self->problems_label), without->len > 0);
}

static void
thimble_links_dialog_show (ThimbleLinksDialog *self, ThimblePastedLinks *look)
{
  g_autofree char *count = NULL;

  g_clear_pointer (&self->links, g_ptr_array_unref);
  self->links = g_ptr_array_ref (look->links);
  if (self->links->len > 0)
    count = g_strdup_printf (ngettext ("%'u link", "%'u links", self->links->len),
                             self->links->len);
  else
    count = g_strdup (_ ("No links yet"));
  gtk_label_set_label (self->count_label, count);
  gtk_widget_set_sensitive (self->add_button, self->links->len > 0);
  thimble_links_dialog_show_problems (self, look->without);
}

static void thimble_links_dialog_add (ThimbleLinksDialog *self);

/* A look that was overtaken was cancelled. */
static void
looked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(ThimbleLinksDialog) self = user_data;
  g_autoptr(ThimblePastedLinks) look = thimble_pasted_links_look_finish (result, NULL);

  if (look == NULL)
    return;
  g_clear_object (&self->look);
  thimble_links_dialog_show (self, look);
  if (self->adds_at_end)
    thimble_links_dialog_add (self);
}

static void
stop_look (ThimbleLinksDialog *self)
{
  g_clear_handle_id (&self->look_source, g_source_remove);
  if (self->look != NULL)
    g_cancellable_cancel (self->look);
  g_clear_object (&self->look);
  self->adds_at_end = FALSE;
}

static void
thimble_links_dialog_look (ThimbleLinksDialog *self)
{
  GtkTextIter start;
  GtkTextIter end;
  g_autofree char *text = NULL;

  stop_look (self);
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  text = gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
  if (strlen (text) <= N_QUICK)
    {
      g_autoptr(ThimblePastedLinks) look = thimble_pasted_links_look (text);

      thimble_links_dialog_show (self, look);
      return;
    }
  self->look = g_cancellable_new ();
  gtk_widget_set_sensitive (self->add_button, FALSE);
  gtk_label_set_label (self->count_label, _ ("Looking for links…"));
  thimble_pasted_links_look_async (text, self->look, looked_cb, g_object_ref (self));
}

static gboolean
look_cb (gpointer user_data)
{
  ThimbleLinksDialog *self = user_data;

  self->look_source = 0;
  thimble_links_dialog_look (self);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (ThimbleLinksDialog *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->hint),
                          gtk_text_buffer_get_char_count (self->buffer) == 0);
  stop_look (self);
  self->look_source = g_timeout_add (LOOK_DELAY_MS, look_cb, self);
}

static void
thimble_links_dialog_add (ThimbleLinksDialog *self)
{
  g_autoptr(GPtrArray) sources
    = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_source_unref);
  gboolean are_pages = gtk_switch_get_active (self->pages_switch);

  for (guint i = 0; i < self->links->len; i++)
    {
      ThimbleSource *link = self->links->pdata[i];

      g_ptr_array_add (sources, are_pages ? thimble_source_new (THIMBLE_SOURCE_PAGE,
                                                                thimble_source_get_location (link))
                                          : thimble_source_ref (link));
    }
  if (sources->len == 0)
    return;
  g_signal_emit (self, signals[ADDED], 0, sources);
  gtk_window_close (GTK_WINDOW (self));
}

/* The text may have changed a moment ago. */
static void
added_cb (ThimbleLinksDialog *self)
{
  if (self->look_source != 0)
    thimble_links_dialog_look (self);
  if (self->look != NULL)
    self->adds_at_end = TRUE;
  else
    thimble_links_dialog_add (self);
}

/* What lies on the clipboard is offered if it has links: that is why the dialog was opened. */
static void
clipboard_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(ThimbleLinksDialog) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (object), result, NULL);
  g_autofree char *start = text != NULL ? g_strndup (text, N_QUICK) : NULL;
  g_autoptr(GPtrArray) links = start != NULL ? thimble_pasted_links_find (start) : NULL;

  if (links != NULL && links->len > 0 && gtk_text_buffer_get_char_count (self->buffer) == 0)
    thimble_links_dialog_set_text (self, text);
}

static void
thimble_links_dialog_realize (GtkWidget *widget)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);
  g_autoptr(GdkContentFormats) formats = gdk_content_formats_union_deserialize_gtypes (
    gdk_content_formats_ref (gdk_clipboard_get_formats (clipboard)));

  GTK_WIDGET_CLASS (thimble_links_dialog_parent_class)->realize (widget);
  /* To be asked for a text that it does not have makes GTK 4.8 leak. */
  if (gdk_content_formats_contain_gtype (formats, G_TYPE_STRING))
    gdk_clipboard_read_text_async (clipboard, NULL, clipboard_read_cb, g_object_ref (widget));
}

static void
thimble_links_dialog_dispose (GObject *object)
{
  ThimbleLinksDialog *self = THIMBLE_LINKS_DIALOG (object);

  stop_look (self);
  g_clear_pointer (&self->links, g_ptr_array_unref);

  G_OBJECT_CLASS (thimble_links_dialog_parent_class)->dispose (object);
}

static void
thimble_links_dialog_class_init (ThimbleLinksDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = thimble_links_dialog_dispose;
  widget_class->realize = thimble_links_dialog_realize;
  signals[ADDED] = g_signal_new ("added", THIMBLE_TYPE_LINKS_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/thimble/Thimble/thimble-links-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ThimbleLinksDialog, buffer);
  gtk_widget_class_bind_template_child (widget_class, ThimbleLinksDialog, view);
  gtk_widget_class_bind_template_child (widget_class, ThimbleLinksDialog, hint);
  gtk_widget_class_bind_template_child (widget_class, ThimbleLinksDialog, count_label);
  gtk_widget_class_bind_template_child (widget_class, ThimbleLinksDialog, problems_label);
  gtk_widget_class_bind_template_child (widget_class, ThimbleLinksDialog, pages_switch);
  gtk_widget_class_bind_template_child (widget_class, ThimbleLinksDialog, add_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, added_cb);
}

static void
thimble_links_dialog_init (ThimbleLinksDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->mark = gtk_text_buffer_create_tag (self->buffer, NULL, "underline", PANGO_UNDERLINE_ERROR,
                                           NULL);
  thimble_links_dialog_look (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/**
 * thimble_links_dialog_new:
 * @parent: (nullable): the window it belongs to
 *
 * Returns: (transfer none): the dialog, not yet shown; it begins with the links on the clipboard, if
 *   there are any; GTK owns it
 */
GtkWidget *
thimble_links_dialog_new (GtkWindow *parent)
{
  return g_object_new (THIMBLE_TYPE_LINKS_DIALOG, "transient-for", parent, NULL);
}

/**
 * thimble_links_dialog_set_text:
 * @text: UTF-8
 *
 * Puts a text into the dialog, in place of what is there, and looks at it.
 */
void
thimble_links_dialog_set_text (ThimbleLinksDialog *self, const char *text)
{
  g_return_if_fail (THIMBLE_IS_LINKS_DIALOG (self));
  g_return_if_fail (text != NULL);

  gtk_text_buffer_set_text (self->buffer, text, -1);
  thimble_links_dialog_look (self);
}
