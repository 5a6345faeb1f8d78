/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Puts what is chosen here into the grid's list. Counts are read a few times a second at most; a
 * state that no image is in has no button, unless it is the one that is shown.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-filter-bar.h"

#include "thimble-settings.h"
#include "thimble-throttle.h"

#include <glib/gi18n.h>

#define COUNT_INTERVAL_MS 200

#define BIT(state) (1u << (state))

/* The buttons, from the left. */
static const struct
{
  const char *label; /* followed by the count */
  ThimbleStateSet states;
} groups[] = {
  /* Translators: so many images are shown, of this state or of those below; a count follows. */
  { NC_ ("filter", "All"), THIMBLE_ALL_STATES },
  { NC_ ("filter", "Waiting"),
    BIT (THIMBLE_ITEM_WAITING) | BIT (THIMBLE_ITEM_DOWNLOADING) | BIT (THIMBLE_ITEM_RUNNING) },
  { NC_ ("filter", "Done"), BIT (THIMBLE_ITEM_DONE) },
  { NC_ ("filter", "Up to Date"), BIT (THIMBLE_ITEM_SKIPPED) },
  { NC_ ("filter", "Failed"), BIT (THIMBLE_ITEM_FAILED) },
  { NC_ ("filter", "Cancelled"), BIT (THIMBLE_ITEM_CANCELLED) },
};

struct _ThimbleFilterBar
{
  AdwBin parent_instance;

  GtkBox *states_box;
  GtkSearchBar *search_bar;
  GtkSearchEntry *search_entry;
  GtkAdjustment *zoom_adjustment;
  GtkToggleButton *buttons[G_N_ELEMENTS (groups)];

  ThimbleImageGrid *grid; /* (nullable) until set up; not owned, beside this in the window */
  ThimbleBatch *batch;    /* (nullable) until set up */
  ThimbleThrottle *count; /* shows the counts */
  GSettings *store;       /* (nullable): what is kept */
  GSimpleAction *sort_action;
};

G_DEFINE_FINAL_TYPE (ThimbleFilterBar, thimble_filter_bar, ADW_TYPE_BIN)

static guint
count_states (ThimbleBatch *batch, ThimbleStateSet states)
{
  guint n = 0;

  for (guint state = 0; state <= THIMBLE_ITEM_CANCELLED; state++)
    if (states & BIT (state))
      n += thimble_batch_count (batch, (ThimbleItemState) state);
  return n;
}

static void
show_counts_cb (gpointer user_data)
{
  ThimbleFilterBar *self = user_data;

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      guint n = count_states (self->batch, groups[i].states);
      const char *state = g_dpgettext2 (NULL, "filter", groups[i].label);
      /* Translators: a state, and how many images are in it: "Failed 8". */
      g_autofree char *label = g_strdup_printf (_ ("%s %'u"), state, n);

      gtk_button_set_label (GTK_BUTTON (self->buttons[i]), label);
      gtk_widget_set_visible (GTK_WIDGET (self->buttons[i]),
                              i == 0 || n > 0 || gtk_toggle_button_get_active (self->buttons[i]));
    }
}

static void
batch_changed_cb (ThimbleFilterBar *self)
{
  thimble_throttle_call (self->count);
}

static void
toggled_cb (ThimbleFilterBar *self, GtkToggleButton *button)
{
  if (self->grid == NULL || !gtk_toggle_button_get_active (button))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    if (self->buttons[i] == button)
      thimble_image_list_set_states (thimble_image_grid_get_list (self->grid), groups[i].states);
  thimble_throttle_call (self->count);
}

static void
search_changed_cb (GtkSearchEntry *entry, gpointer user_data)
{
  ThimbleFilterBar *self = THIMBLE_FILTER_BAR (user_data);

  if (self->grid != NULL)
    thimble_image_list_set_query (thimble_image_grid_get_list (self->grid),
                                  gtk_editable_get_text (GTK_EDITABLE (entry)));
}

/* From the search, Enter goes to what was found. */
static void
search_activated_cb (GtkSearchEntry *entry, gpointer user_data)
{
  ThimbleFilterBar *self = THIMBLE_FILTER_BAR (user_data);

  if (self->grid != NULL)
    gtk_widget_child_focus (GTK_WIDGET (self->grid), GTK_DIR_TAB_FORWARD);
}

static void
sort_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ThimbleFilterBar *self = THIMBLE_FILTER_BAR (user_data);
  const char *name = g_variant_get_string (parameter, NULL);

  g_simple_action_set_state (action, parameter);
  if (self->grid != NULL)
    thimble_image_list_set_sort (thimble_image_grid_get_list (self->grid),
                                 thimble_sort_from_name (name));
  if (self->store != NULL)
    g_settings_set_string (self->store, "sort", name);
}

static void
search_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  thimble_filter_bar_search (THIMBLE_FILTER_BAR (user_data));
}

static void
thimble_filter_bar_dispose (GObject *object)
{
  ThimbleFilterBar *self = THIMBLE_FILTER_BAR (object);

  g_clear_pointer (&self->count, thimble_throttle_free);
  g_clear_object (&self->batch);
  g_clear_object (&self->store);
  self->grid = NULL;

  G_OBJECT_CLASS (thimble_filter_bar_parent_class)->dispose (object);
}

static void
thimble_filter_bar_class_init (ThimbleFilterBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = thimble_filter_bar_dispose;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/thimble/Thimble/thimble-filter-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ThimbleFilterBar, states_box);
  gtk_widget_class_bind_template_child (widget_class, ThimbleFilterBar, search_bar);
  gtk_widget_class_bind_template_child (widget_class, ThimbleFilterBar, search_entry);
  gtk_widget_class_bind_template_child (widget_class, ThimbleFilterBar, zoom_adjustment);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
}

static void
thimble_filter_bar_init (ThimbleFilterBar *self)
{
  static const GActionEntry entries[] = {
    { .name = "search", .activate = search_cb },
    { .name = "sort", .parameter_type = "s", .state = "'found'", .activate = sort_cb },
  };
  g_autoptr(GSimpleActionGroup) actions = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), self);
  self->sort_action
    = G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (actions), "sort"));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "view", G_ACTION_GROUP (actions));
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      GtkWidget *button = gtk_toggle_button_new ();

      self->buttons[i] = GTK_TOGGLE_BUTTON (button);
      gtk_widget_add_css_class (button, "state-button");
      gtk_widget_set_visible (button, i == 0);
      if (i > 0)
        gtk_toggle_button_set_group (self->buttons[i], self->buttons[0]);
      g_signal_connect_object (button, "toggled", G_CALLBACK (toggled_cb), self,
                               G_CONNECT_SWAPPED);
      gtk_box_append (self->states_box, button);
    }
  gtk_toggle_button_set_active (self->buttons[0], TRUE);
  self->count = thimble_throttle_new (COUNT_INTERVAL_MS, show_counts_cb, self);
}

static void
thimble_filter_bar_load (ThimbleFilterBar *self)
{
  g_autofree char *sort = NULL;

  self->store = thimble_settings_open_store ();
  if (self->store == NULL)
    return;
  g_settings_bind (self->store, "zoom", self->grid, "zoom", G_SETTINGS_BIND_DEFAULT);
  sort = g_settings_get_string (self->store, "sort");
  g_action_activate (G_ACTION (self->sort_action), g_variant_new_string (sort));
}

/**
 * thimble_filter_bar_set_up:
 * @grid: what it is for, in the same window
 * @batch: what the grid shows
 *
 * Shows how many images are in which state, and what was kept of zoom and order. Called once.
 */
void
thimble_filter_bar_set_up (ThimbleFilterBar *self, ThimbleImageGrid *grid, ThimbleBatch *batch)
{
  g_return_if_fail (THIMBLE_IS_FILTER_BAR (self));
  g_return_if_fail (THIMBLE_IS_IMAGE_GRID (grid));
  g_return_if_fail (THIMBLE_IS_BATCH (batch));
  g_return_if_fail (self->grid == NULL);

  self->grid = grid;
  self->batch = g_object_ref (batch);
  g_object_bind_property (grid, "zoom", self->zoom_adjustment, "value",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  gtk_search_bar_set_key_capture_widget (self->search_bar, GTK_WIDGET (grid));
  g_signal_connect_object (batch, "changed-states", G_CALLBACK (batch_changed_cb), self,
                           G_CONNECT_SWAPPED);
  thimble_filter_bar_load (self);
  show_counts_cb (self);
}

/**
 * thimble_filter_bar_show_states:
 * @states: those of one of the buttons
 *
 * Shows the images in these states, as if the button had been clicked.
 */
void
thimble_filter_bar_show_states (ThimbleFilterBar *self, ThimbleStateSet states)
{
  g_return_if_fail (THIMBLE_IS_FILTER_BAR (self));

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    if (groups[i].states == states)
      gtk_toggle_button_set_active (self->buttons[i], TRUE);
}

/**
 * thimble_filter_bar_search:
 *
 * Shows the search, with the focus in it.
 */
void
thimble_filter_bar_search (ThimbleFilterBar *self)
{
  g_return_if_fail (THIMBLE_IS_FILTER_BAR (self));

  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}
