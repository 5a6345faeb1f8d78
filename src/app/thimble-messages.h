/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void thimble_messages_show_toast (AdwToastOverlay *overlay,
                                  const char *text,
                                  const char *action_name);
void thimble_messages_offer (AdwToastOverlay *overlay,
                             const char *text,
                             const char *button,
                             const char *action_name,
                             guint timeout_s);
GtkWindow *thimble_messages_show_dialog (GtkWindow *parent, const char *heading, const char *body);

G_END_DECLS
