/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A list of sentences below their causes: a failure's message names the file, the fact, the limit
 * and what to do, so it is all that a row needs. What is shown is what had failed when the window was
 * opened. The causes are rows of the same list as the images: there may be a hundred thousand.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-failures-window.h"

#include "thimble-failure-words.h"
#include "thimble-file-opener.h"
#include "thimble-gradual-list.h"

#include <glib/gi18n.h>

/* A row is an item that failed, or a cause with its items. */
#define THIMBLE_TYPE_FAILURE_CAUSE (thimble_failure_cause_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleFailureCause, thimble_failure_cause, THIMBLE, FAILURE_CAUSE, GObject)

struct _ThimbleFailureCause
{
  GObject parent_instance;

  GPtrArray *items; /* ThimbleItem: that failed for it */
  ThimbleErrorKind kind;
};

G_DEFINE_FINAL_TYPE (ThimbleFailureCause, thimble_failure_cause, G_TYPE_OBJECT)

struct _ThimbleFailuresWindow
{
  AdwWindow parent_instance;

  AdwWindowTitle *title;
  GtkListView *view;
};

enum
{
  RETRY_REQUESTED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (ThimbleFailuresWindow, thimble_failures_window, ADW_TYPE_WINDOW)

static guint signals[N_SIGNALS];

static const char *const causes[] = {
  /* Translators: why images failed: headings, a count follows. */
  [THIMBLE_ERROR_KIND_NONE] = N_ ("Failed"),
  [THIMBLE_ERROR_KIND_TOO_LARGE] = N_ ("Too Large"),
  /* Translators: an image whose file is broken. */
  [THIMBLE_ERROR_KIND_CORRUPT] = N_ ("Damaged"),
  [THIMBLE_ERROR_KIND_UNSUPPORTED] = N_ ("Not a Known Format"),
  [THIMBLE_ERROR_KIND_NETWORK] = N_ ("Could Not Be Downloaded"),
  [THIMBLE_ERROR_KIND_TIMEOUT] = N_ ("Took Too Long"),
  /* Translators: an image that made the program that read it end. */
  [THIMBLE_ERROR_KIND_CRASHED] = N_ ("Stopped the Program That Reads It"),
  [THIMBLE_ERROR_KIND_CONFLICT] = N_ ("Another File Is in the Way"),
  [THIMBLE_ERROR_KIND_IO] = N_ ("Could Not Be Read or Written"),
};

static void
thimble_failure_cause_finalize (GObject *object)
{
  ThimbleFailureCause *self = THIMBLE_FAILURE_CAUSE (object);

  g_clear_pointer (&self->items, g_ptr_array_unref);

  G_OBJECT_CLASS (thimble_failure_cause_parent_class)->finalize (object);
}

static void
thimble_failure_cause_class_init (ThimbleFailureCauseClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thimble_failure_cause_finalize;
}

static void
thimble_failure_cause_init (ThimbleFailureCause *self)
{
}

static char *
dup_text (gpointer row)
{
  ThimbleItemResult *result;

  if (THIMBLE_IS_FAILURE_CAUSE (row))
    {
      ThimbleFailureCause *cause = row;

      /* Translators: a cause of failures, and how many images failed for it: "Damaged (8)". */
      return g_strdup_printf (_ ("%s (%'u)"), _ (causes[cause->kind]), cause->items->len);
    }

  result = thimble_item_get_result (row);
  if (result != NULL && result->message != NULL)
    return thimble_failure_localize (result->message);
  return thimble_origin_dup_display_name (thimble_item_get_origin (row));
}

static void
retry_clicked_cb (GtkButton *button, gpointer user_data)
{
  GtkListItem *list_item = GTK_LIST_ITEM (user_data);
  ThimbleFailureCause *cause = gtk_list_item_get_item (list_item);
  GtkWidget *window = gtk_widget_get_ancestor (GTK_WIDGET (button), THIMBLE_TYPE_FAILURES_WINDOW);
  g_autoptr(GPtrArray) items = g_ptr_array_ref (cause->items);

  g_signal_emit (window, signals[RETRY_REQUESTED], 0, items);
  gtk_window_close (GTK_WINDOW (window));
}

static void
row_set_up_cb (GtkListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_box_append (GTK_BOX (box), g_object_new (GTK_TYPE_LABEL,
                                               "wrap", TRUE,
                                               "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                               "xalign", 0.0,
                                               "hexpand", TRUE,
                                               "width-chars", 16,
                                               NULL));
  gtk_list_item_set_child (list_item, box);
}

/* The view has two hundred rows at once, of which few are causes: the button is made for these. */
static void
show_button (GtkListItem *list_item, GtkWidget *box, gboolean is_cause)
{
  GtkWidget *button = gtk_widget_get_last_child (box);

  if (!GTK_IS_BUTTON (button))
    {
      if (!is_cause)
        return;
      button = gtk_button_new_with_mnemonic (_ ("_Try Again"));
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      g_signal_connect_object (button, "clicked", G_CALLBACK (retry_clicked_cb), list_item, 0);
      gtk_box_append (GTK_BOX (box), button);
    }
  gtk_widget_set_visible (button, is_cause);
}

static void
row_bound_cb (GtkListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  gpointer row = gtk_list_item_get_item (list_item);
  GtkWidget *box = gtk_list_item_get_child (list_item);
  GtkWidget *label = gtk_widget_get_first_child (box);
  gboolean is_cause = THIMBLE_IS_FAILURE_CAUSE (row);
  g_autofree char *text = dup_text (row);

  gtk_label_set_label (GTK_LABEL (label), text);
  if (is_cause)
    gtk_widget_add_css_class (label, "heading");
  else
    gtk_widget_remove_css_class (label, "heading");
  show_button (list_item, box, is_cause);
  gtk_list_item_set_activatable (list_item, !is_cause);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (box)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
activated_cb (GtkListView *view, guint position, gpointer user_data)
{
  g_autoptr(GObject) row
    = g_list_model_get_item (G_LIST_MODEL (gtk_list_view_get_model (view)), position);
  g_autofree char *path = NULL;

  if (!THIMBLE_IS_ITEM (row))
    return;
  path = thimble_origin_dup_path (thimble_item_get_origin (THIMBLE_ITEM (row)));
  thimble_file_opener_show_in_folder (GTK_WINDOW (user_data), path);
}

static void
thimble_failures_window_class_init (ThimbleFailuresWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[RETRY_REQUESTED]
    = g_signal_new ("retry-requested", THIMBLE_TYPE_FAILURES_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/thimble/Thimble/thimble-failures-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ThimbleFailuresWindow, title);
  gtk_widget_class_bind_template_child (widget_class, ThimbleFailuresWindow, view);
  gtk_widget_class_bind_template_callback (widget_class, row_set_up_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_bound_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
}

static void
thimble_failures_window_init (ThimbleFailuresWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* The failed items, an array a cause; those without any are NULL. */
static guint
sort_failures (ThimbleBatch *batch, GPtrArray *by_kind[G_N_ELEMENTS (causes)])
{
  guint n_failed = 0;

  for (guint i = 0; i < thimble_batch_get_n_items (batch); i++)
    {
      ThimbleItem *item = thimble_batch_peek (batch, i);
      ThimbleItemResult *result = thimble_item_get_result (item);
      guint kind = result != NULL ? result->error_kind : THIMBLE_ERROR_KIND_NONE;

      if (thimble_item_get_state (item) != THIMBLE_ITEM_FAILED || kind >= G_N_ELEMENTS (causes))
        continue;
      if (by_kind[kind] == NULL)
        by_kind[kind] = g_ptr_array_new_with_free_func (g_object_unref);
      g_ptr_array_add (by_kind[kind], g_object_ref (item));
      n_failed++;
    }
  return n_failed;
}

/* Each cause before its images. */
static GListModel *
create_rows (GPtrArray *by_kind[G_N_ELEMENTS (causes)])
{
  GListStore *rows = g_list_store_new (G_TYPE_OBJECT);

  for (guint kind = 0; kind < G_N_ELEMENTS (causes); kind++)
    {
      g_autoptr(ThimbleFailureCause) cause = NULL;

      if (by_kind[kind] == NULL)
        continue;
      cause = g_object_new (THIMBLE_TYPE_FAILURE_CAUSE, NULL);
      cause->kind = (ThimbleErrorKind) kind;
      cause->items = g_ptr_array_ref (by_kind[kind]);
      g_list_store_append (rows, cause);
      g_list_store_splice (rows, g_list_model_get_n_items (G_LIST_MODEL (rows)), 0,
                           by_kind[kind]->pdata, by_kind[kind]->len);
    }
  return G_LIST_MODEL (rows);
}

/**
 * thimble_failures_window_new:
 * @parent: the window it belongs to
 * @batch: whose failed items are shown
 *
 * Returns: (transfer none): a window, not yet shown; GTK owns it
 */
GtkWidget *
thimble_failures_window_new (GtkWindow *parent, ThimbleBatch *batch)
{
  ThimbleFailuresWindow *self;
  GPtrArray *by_kind[G_N_ELEMENTS (causes)] = { NULL };
  g_autoptr(GtkNoSelection) rows = NULL;
  g_autoptr(ThimbleGradualList) shown = NULL;
  g_autofree char *subtitle = NULL;
  guint n_failed;

  g_return_val_if_fail (GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (THIMBLE_IS_BATCH (batch), NULL);

  self = g_object_new (THIMBLE_TYPE_FAILURES_WINDOW, "transient-for", parent, NULL);
  n_failed = sort_failures (batch, by_kind);
  rows = gtk_no_selection_new (create_rows (by_kind));
  for (guint i = 0; i < G_N_ELEMENTS (by_kind); i++)
    g_clear_pointer (&by_kind[i], g_ptr_array_unref);
  subtitle = g_strdup_printf (ngettext ("%'u image", "%'u images", n_failed), n_failed);
  adw_window_title_set_subtitle (self->title, subtitle);
  shown = thimble_gradual_list_new (GTK_SELECTION_MODEL (rows));
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (shown));
  return GTK_WIDGET (self);
}
