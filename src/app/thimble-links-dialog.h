/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ThimbleLinksDialog:
 *
 * A place to type or paste many links into. They are looked at shortly after each change: how many
 * there are, and which lines have none and why.
 *
 * Signals: "added" (GPtrArray *sources): the links, at least one, or the pages whose images are
 * meant; the dialog closes then.
 */
#define THIMBLE_TYPE_LINKS_DIALOG (thimble_links_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleLinksDialog, thimble_links_dialog, THIMBLE, LINKS_DIALOG, AdwWindow)

GtkWidget *thimble_links_dialog_new (GtkWindow *parent);
void thimble_links_dialog_set_text (ThimbleLinksDialog *self, const char *text);

G_END_DECLS
