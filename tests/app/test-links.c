/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links in the window: from text that is dropped, or typed into the dialog, to thumbnails. */

#include "config.h"

#include "bad-server.h"
#include "window-fixture.h"

#include "thimble-image-cell.h"
#include "thimble-image-view.h"
#include "thimble-item-actions.h"
#include "thimble-item-words.h"
#include "thimble-links-dialog.h"
#include "thimble-settings.h"

/* The bytes of an image of this name become what the server sends at a path. */
static char *
serve_image (WindowFixture *fixture, BadServer *server, const char *path)
{
  g_autofree char *file = g_build_filename (fixture->images, "source.png", NULL);
  g_autoptr(GBytes) body = NULL;
  g_autoptr(GError) error = NULL;
  char *contents;
  gsize n_bytes;

  window_fixture_make_image (fixture, "source.png", 160, 120);
  g_assert_true (g_file_get_contents (file, &contents, &n_bytes, &error));
  g_assert_no_error (error);
  body = g_bytes_new_take (contents, n_bytes);
  bad_server_add_body (server, path, body);
  return bad_server_dup_url (server, path);
}

static void
drop_text (WindowFixture *fixture, const char *text)
{
  g_auto(GValue) value = G_VALUE_INIT;
  gboolean is_taken = FALSE;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  g_signal_emit_by_name (window_fixture_get (fixture, "drop_target"), "drop", &value, 10.0, 10.0,
                         &is_taken);
  g_assert_true (is_taken);
}

static gboolean
has_two (WindowFixture *fixture)
{
  return thimble_batch_get_n_items (window_fixture_get_batch (fixture)) == 2
         && !thimble_session_get_scanning (fixture->session);
}

static gboolean
has_one (WindowFixture *fixture)
{
  return thimble_batch_get_n_items (window_fixture_get_batch (fixture)) == 1
         && !thimble_session_get_scanning (fixture->session);
}

static gboolean
view_shows_picture (WindowFixture *fixture)
{
  GtkWidget *view = window_fixture_get (fixture, "image_view");
  GtkWidget *picture = GTK_WIDGET (
    gtk_widget_get_template_child (view, THIMBLE_TYPE_IMAGE_VIEW, "picture"));

  return gtk_widget_get_mapped (picture);
}

static gboolean
shows_picture (WindowFixture *fixture)
{
  GtkWidget *cell = widget_find (GTK_WIDGET (fixture->window), THIMBLE_TYPE_IMAGE_CELL, 0);

  return cell != NULL && thimble_image_cell_get_texture (THIMBLE_IMAGE_CELL (cell)) != NULL;
}

/* Two links in words: one becomes a thumbnail, whose cell then shows what was downloaded; the other
 * fails and says why. The large view shows either.
 */
static void
test_drop (WindowFixture *fixture, gconstpointer data)
{
  g_autoptr(BadServer) server = bad_server_new ();
  g_autofree char *good = serve_image (fixture, server, "/good/1.png");
  g_autofree char *bad = bad_server_dup_url (server, "/404/2.png");
  g_autofree char *text = g_strdup_printf ("The lamp: <%s>, and\nits box (%s).", good, bad);
  ThimbleBatch *batch = window_fixture_get_batch (fixture);
  ThimbleItem *first;
  ThimbleItem *second;
  g_autofree char *status = NULL;
  GtkStack *stack = window_fixture_get (fixture, "content_stack");

  drop_text (fixture, text);
  window_fixture_wait (fixture, has_two);
  first = thimble_batch_peek (batch, 0);
  second = thimble_batch_peek (batch, 1);
  status = thimble_item_describe_status (first, "1.png");
  g_assert_cmpstr (status, ==, "127.0.0.1");
  g_assert_false (shows_picture (fixture));

  window_fixture_run (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpint (thimble_item_get_state (first), ==, THIMBLE_ITEM_DONE);
  g_assert_nonnull (thimble_item_get_result (first)->original);
  g_assert_cmpint (thimble_item_get_state (second), ==, THIMBLE_ITEM_FAILED);
  g_assert_cmpint (thimble_item_get_result (second)->error_kind, ==, THIMBLE_ERROR_KIND_NETWORK);
  window_fixture_wait (fixture, shows_picture);

  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *page;

      g_signal_emit_by_name (window_fixture_get (fixture, "grid"), "activated", i);
      g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "image");
      page = widget_find_label (GTK_WIDGET (fixture->window), "Could Not Download");
      g_assert_true ((page != NULL) == (i == 1));
      gtk_widget_activate_action (window_fixture_get (fixture, "image_view"), "image.close", NULL);
    }
}

/* Originals are not kept: the cell and the large view show the largest thumbnail instead, Copy Path
 * and Show in Folder have one, and a second run finds all up to date.
 */
static void
test_not_kept (WindowFixture *fixture, gconstpointer data)
{
  g_autoptr(BadServer) server = bad_server_new ();
  g_autoptr(GSettings) store = thimble_settings_open_store ();
  g_autofree char *url = serve_image (fixture, server, "/304/1.png");
  GtkStack *stack = window_fixture_get (fixture, "content_stack");
  ThimbleItem *item;

  g_settings_set_boolean (store, "keep-originals", FALSE);
  drop_text (fixture, url);
  window_fixture_wait (fixture, has_one);
  item = thimble_batch_peek (window_fixture_get_batch (fixture), 0);
  g_assert_false (thimble_item_has_picture (item));
  for (guint i = 0; i < 2; i++)
    {
      ThimbleItemResult *result;
      g_autoptr(ThimbleOrigin) shown = NULL;
      g_autofree char *path = NULL;
      g_autofree char *to_show = NULL;

      window_fixture_run (fixture);
      g_assert_no_error (fixture->error);
      g_assert_cmpint (thimble_item_get_state (item), ==,
                       i == 0 ? THIMBLE_ITEM_DONE : THIMBLE_ITEM_SKIPPED);
      result = thimble_item_get_result (item);
      g_assert_null (result->original);
      g_assert_cmpint (result->original_bytes, >, 0);
      shown = thimble_item_dup_picture_origin (item);
      path = thimble_origin_dup_path (shown);
      g_assert_cmpstr (path, ==, result->outputs[0].path);
      to_show = thimble_item_dup_path_to_show (item);
      g_assert_true (g_file_test (to_show, G_FILE_TEST_EXISTS));
      window_fixture_wait (fixture, shows_picture);
    }
  g_signal_emit_by_name (window_fixture_get (fixture, "grid"), "activated", 0);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "image");
  window_fixture_wait (fixture, view_shows_picture);
  g_assert_nonnull (widget_find_label (GTK_WIDGET (fixture->window), "160 × 120 · Not kept"));
  g_assert_null (widget_find_label (GTK_WIDGET (fixture->window), "Can’t Be Shown"));
  g_settings_reset (store, "keep-originals");
}

/* How much of a link's file is here. */
static void
test_progress (WindowFixture *fixture, gconstpointer data)
{
  g_autoptr(ThimbleFolder) folder = thimble_folder_new ("/", "", "", 0);
  g_autoptr(ThimbleOrigin) origin
    = thimble_origin_new_for_url (folder, "https://shop.example/a.jpg", "a.jpg");
  g_autoptr(ThimbleItem) item = thimble_item_new (origin);
  static const struct
  {
    guint64 n_bytes;
    guint64 n_bytes_in_all;
    const char *words;
  } rows[] = {
    { 0, 0, "Connecting" },
    { 1500, 0, "1.5 kB" },
    { 1500, 3000, "1.5 kB of 3.0 kB" },
  };

  thimble_item_set_state (item, THIMBLE_ITEM_DOWNLOADING);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *status = NULL;
      g_auto(GStrv) parts = NULL;
      g_autofree char *plain = NULL;

      thimble_item_set_received (item, rows[i].n_bytes, rows[i].n_bytes_in_all);
      status = thimble_item_describe_status (item, "a.jpg");
      parts = g_strsplit (status, "\u00a0", -1); /* between a number and its unit */
      plain = g_strjoinv (" ", parts);
      g_assert_cmpstr (plain, ==, rows[i].words);
    }
}

static GtkWidget *
get_child (GtkWidget *dialog, const char *id)
{
  return GTK_WIDGET (
    gtk_widget_get_template_child (dialog, THIMBLE_TYPE_LINKS_DIALOG, id));
}

static gpointer open_dialog;

static gboolean
dialog_is_gone (WindowFixture *fixture)
{
  return open_dialog == NULL;
}

/* The dialog counts links and names lines that have none; what it adds is scanned. */
static void
test_dialog (WindowFixture *fixture, gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (fixture->window);
  GtkWidget *dialog;
  GtkWidget *problems;

  gtk_widget_activate_action (window, "win.add-links", NULL);
  dialog = window_fixture_find_toplevel (THIMBLE_TYPE_LINKS_DIALOG);
  problems = get_child (dialog, "problems_label");
  g_assert_false (gtk_widget_is_sensitive (get_child (dialog, "add_button")));
  g_assert_nonnull (widget_find_label (dialog, "No links yet"));
  g_assert_false (gtk_widget_get_visible (problems));

  thimble_links_dialog_set_text (THIMBLE_LINKS_DIALOG (dialog),
                                 "https://a.example/1.jpg\nwww.a.example/2.jpg\n"
                                 "https://a.example/1.jpg\nhttps://a.example/3.jpg");
  g_assert_nonnull (widget_find_label (dialog, "2 links"));
  g_assert_true (gtk_widget_get_visible (problems));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (problems)), ==,
                   "Line 2: “www.a.example/2.jpg” needs https:// before it.");

  /* It lives until the clipboard it asked has answered, and not longer. */
  open_dialog = dialog;
  g_object_add_weak_pointer (G_OBJECT (dialog), &open_dialog);
  g_signal_emit_by_name (get_child (dialog, "add_button"), "clicked");
  window_fixture_wait (fixture, has_two);
  window_fixture_wait (fixture, dialog_is_gone);
}

#define N_MANY 2000

static char *
dup_many_links (void)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < N_MANY; i++)
    g_string_append_printf (text, "https://a.example/a/rather/long/path/%u.jpg\n", i);
  g_string_append (text, "www.a.example/last.jpg");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
is_looked_at (WindowFixture *fixture)
{
  return widget_find_label (open_dialog, "Looking for links…") == NULL;
}

static gboolean
has_many (WindowFixture *fixture)
{
  return thimble_batch_get_n_items (window_fixture_get_batch (fixture)) == N_MANY;
}

/* Much text is looked at on a thread: what is overtaken is never shown, and what is added meanwhile
 * is what the look finds. */
static void
test_much_text (WindowFixture *fixture, gconstpointer data)
{
  g_autofree char *text = dup_many_links ();
  ThimbleLinksDialog *dialog;
  GtkWidget *add;

  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.add-links", NULL);
  open_dialog = window_fixture_find_toplevel (THIMBLE_TYPE_LINKS_DIALOG);
  g_object_add_weak_pointer (open_dialog, &open_dialog);
  dialog = open_dialog;
  add = get_child (GTK_WIDGET (dialog), "add_button");

  thimble_links_dialog_set_text (dialog, text);
  g_assert_false (is_looked_at (fixture));
  g_assert_false (gtk_widget_is_sensitive (add));
  window_fixture_wait (fixture, is_looked_at);
  g_assert_nonnull (widget_find_label (open_dialog, "2000 links"));
  g_assert_nonnull (widget_find_label (
    open_dialog, "Line 2001: “www.a.example/last.jpg” needs https:// before it."));
  g_assert_true (gtk_widget_is_sensitive (add));

  thimble_links_dialog_set_text (dialog, text);
  thimble_links_dialog_set_text (dialog, "https://a.example/1.jpg");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_nonnull (widget_find_label (open_dialog, "1 link"));

  thimble_links_dialog_set_text (dialog, text);
  g_signal_emit_by_name (add, "clicked");
  g_assert_nonnull (open_dialog);
  window_fixture_wait (fixture, has_many);
  window_fixture_wait (fixture, dialog_is_gone);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (WindowFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/links/drop", test_drop },
    { "/links/not-kept", test_not_kept },
    { "/links/progress", test_progress },
    { "/links/dialog", test_dialog },
    { "/links/much-text", test_much_text },
  };

  gtk_test_init (&argc, &argv);
  adw_init ();

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, WindowFixture, NULL, window_fixture_set_up, tests[i].test,
                window_fixture_tear_down);
  return g_test_run ();
}
