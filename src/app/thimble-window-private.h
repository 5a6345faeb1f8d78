/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-filter-bar.h"
#include "thimble-image-grid.h"
#include "thimble-image-view.h"
#include "thimble-progress-bar.h"
#include "thimble-settings-panel.h"
#include "thimble-summary-bar.h"
#include "thimble-throttle.h"
#include "thimble-window.h"

G_BEGIN_DECLS

/* What the files of the window share: the window itself, its actions, and how images come in. */
struct _ThimbleWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toast_overlay;
  AdwWindowTitle *title;
  GtkSpinner *scan_spinner;
  GtkWidget *settings_button;
  GtkWidget *start_button;
  GtkButton *pause_button;
  GtkButton *cancel_button;
  GtkRevealer *go_on_revealer;
  GtkStack *stack;
  AdwFlap *flap;
  GtkStack *content_stack; /* the grid, or the large view */
  ThimbleFilterBar *filter_bar;
  ThimbleImageGrid *grid;
  ThimbleImageView *image_view;
  ThimbleSettingsPanel *panel;
  GtkRevealer *bottom_revealer;
  GtkStack *bottom_stack;
  GtkBox *progress_box;
  ThimbleProgressBar *progress_bar;
  ThimbleSummaryBar *summary_bar;
  GtkRevealer *drop_revealer;
  GtkDropTarget *drop_target;

  ThimbleSession *session;
  ThimbleThrottle *follow;   /* shows states and progress */
  ThimbleSettings *settings; /* of the last run, or as loaded; what is set is in the panel */
  ThimbleUnfinished *unfinished; /* (nullable): a run to go on with */
  char *problems;            /* (nullable): of the last scan, a line each */
  guint inhibit_cookie;      /* 0 while the computer may sleep */
  gboolean has_items;        /* what is shown is for images, not for none */
  gboolean starts_when_scanned; /* what is scanned is of a run to go on with */
  gboolean is_closing;       /* hidden, and to be destroyed when nothing goes on */
};

void thimble_window_install_actions (GtkWidgetClass *widget_class);
void thimble_window_install_intake (GtkWidgetClass *widget_class);
void thimble_window_connect_drop (ThimbleWindow *self);
void thimble_window_scanned (ThimbleWindow *self, ThimbleScanReport *report, GError *error);
void thimble_window_update (ThimbleWindow *self);
void thimble_window_show_progress (ThimbleWindow *self);
void thimble_window_start (ThimbleWindow *self, GPtrArray *items);
gboolean thimble_window_has_focus_in (ThimbleWindow *self, GtkWidget *widget);
void thimble_window_look_for_unfinished (ThimbleWindow *self);
void thimble_window_ask_to_close (ThimbleWindow *self);
void thimble_window_close_if_idle (ThimbleWindow *self);

G_END_DECLS
