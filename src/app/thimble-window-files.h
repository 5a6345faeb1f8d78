/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ThimbleFilesChosen:
 * @files: (array length=n_files): what was chosen, at least one
 * @user_data: the window that asked
 */
typedef void (*ThimbleFilesChosen) (GFile *const *files, guint n_files, gpointer user_data);

void thimble_window_files_choose_folders (GtkWindow *window, ThimbleFilesChosen chosen);
void thimble_window_files_choose_images (GtkWindow *window, ThimbleFilesChosen chosen);
void thimble_window_files_choose_report (GtkWindow *window,
                                         const char *name,
                                         ThimbleFilesChosen chosen);

G_END_DECLS
