/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the program speaks to the person: in passing, by a toast, or so that it must be read, by a
 * dialog. Texts are plain: file names in them may hold what would be markup.
 */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-messages.h"

#include <glib/gi18n.h>

#define TOAST_S 5

/**
 * thimble_messages_offer:
 * @overlay: where it appears
 * @text: a sentence
 * @button: (nullable): what its button says, with a mnemonic; %NULL for no button
 * @action_name: (nullable): what the button does
 * @timeout_s: how long it is there
 *
 * Says something, and offers to do something about it.
 */
void
thimble_messages_offer (AdwToastOverlay *overlay,
                        const char *text,
                        const char *button,
                        const char *action_name,
                        guint timeout_s)
{
  GtkWidget *label;
  AdwToast *toast;

  g_return_if_fail (ADW_IS_TOAST_OVERLAY (overlay));
  g_return_if_fail (text != NULL);

  /* A toast's own title is cut where the line ends, and a file's path is long. */
  label = g_object_new (GTK_TYPE_LABEL,
                        "label", text,
                        "wrap", TRUE,
                        "wrap-mode", PANGO_WRAP_WORD_CHAR,
                        "max-width-chars", 50,
                        "xalign", 0.0,
                        NULL);
  gtk_widget_add_css_class (label, "heading");
  toast = g_object_new (ADW_TYPE_TOAST, "custom-title", label, "timeout", timeout_s, NULL);
  if (button != NULL)
    {
      adw_toast_set_button_label (toast, button);
      adw_toast_set_action_name (toast, action_name);
    }
  adw_toast_overlay_add_toast (overlay, toast);
}

/**
 * thimble_messages_show_toast:
 * @overlay: where it appears
 * @text: a sentence
 * @action_name: (nullable): what its button, “Details”, does; %NULL for no button
 *
 * Says something in passing.
 */
void
thimble_messages_show_toast (AdwToastOverlay *overlay, const char *text, const char *action_name)
{
  thimble_messages_offer (overlay, text, action_name != NULL ? _ ("_Details") : NULL, action_name,
                          TOAST_S);
}

/**
 * thimble_messages_show_dialog:
 * @parent: (nullable): the window it belongs to
 * @heading: what happened, in few words
 * @body: the facts, and what to do
 *
 * Says something that has to be read.
 *
 * Returns: (transfer none): the dialog, which is shown; GTK owns it
 */
GtkWindow *
thimble_messages_show_dialog (GtkWindow *parent, const char *heading, const char *body)
{
  GtkWindow *dialog;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (heading != NULL && body != NULL, NULL);

  dialog = GTK_WINDOW (adw_message_dialog_new (parent, heading, body));
  gtk_window_set_title (dialog, heading);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (dialog);
  return dialog;
}
