/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links that would write elsewhere, by their names, by a list's or by what the server says; and
 * pages on the internet that would lead into a private network. */

#include "links-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define N_LINKS 200

/* The last parts of links. */
static const char *const url_names[] = {
  "..%2F..%2Fpasswd", "%2e%2e%2fpasswd", "..%5C..%5Cpasswd", "%2Fetc%2Fpasswd", "%2e%2e%20", "%2e",
  "%00.jpg", "a%00.jpg", "passwd%00.jpg", "a%0Ab.jpg", "a%0D%0Ab", "%1b%5b31mred.jpg", "%7f",
  "%e2%80%aegpj.exe", "%e2%81%a6a%e2%81%a9.jpg", "%ef%bb%bfa.jpg", "%ff%fe.jpg",
  "%c0%ae%c0%ae%c0%af", ".bashrc", ".thimble-partial", ".thimble-partial%2Flock", "downloads.log",
  "-rf", "--output=x", "~", "~root", "con", "NUL.jpg", "aux.png", "com1", "lpt9.jpg",
  "C:%5Cwin.ini", "a:b", "image", "image.jpg", "trailing.%20.%20", "%20%20", "cafe%cc%81.jpg",
  "caf%c3%a9.jpg", "$(reboot)", "%60reboot%60", "a;b|c", "%25%30%30.jpg", "%252e%252e%252f",
  "a.jpg.exe", "a.html", "a.desktop", "linked.jpg",
};

/* The names and folders that lists give; "@" stands for a folder that is not the destination. */
static const char *const list_names[] = {
  "../passwd", "../../passwd", "/etc/passwd", "@/passwd", "..", ".", "...", "\\\\server\\share",
  "..\\..\\passwd", ".ssh/authorized_keys", "\xe2\x80\xaegpj.exe", "con", "a/../../b", "\xff\xfe",
  "linked", "originals-x", ".thimble/catalog", "x\ty", "{folder}", "$HOME",
};

/* A JPEG that no other link has: with a comment of its own. */
static GBytes *
dup_body (LinksFixture *fixture, guint32 index)
{
  static const guint8 comment[] = { 0xff, 0xd8, 0xff, 0xfe, 0x00, 0x06 };
  g_autofree char *file = test_write_jpeg (fixture->folder, "source", 40, 30);
  g_autofree char *contents = NULL;
  GByteArray *body = g_byte_array_new ();
  gsize n_bytes;

  g_assert_true (g_file_get_contents (file, &contents, &n_bytes, NULL));
  g_byte_array_append (body, comment, sizeof comment);
  g_byte_array_append (body, (const guint8 *) &index, sizeof index);
  g_byte_array_append (body, (const guint8 *) contents + 2, n_bytes - 2);
  return g_byte_array_free_to_bytes (body);
}

/* Adds a row to the list; every second one has a name and a folder. */
static void
add_row (LinksFixture *fixture, guint index, const char *url)
{
  const char *name = list_names[index % G_N_ELEMENTS (list_names)];
  const char *folder = list_names[index / 7 % G_N_ELEMENTS (list_names)];
  g_autoptr(GString) row = g_string_new (NULL);

  if (index % 2 == 0)
    g_string_printf (row, "\"%s\",,\n", url);
  else
    g_string_printf (row, "\"%s\",\"%s\",\"%s\"\n", url, name, folder);
  g_string_replace (row, "@", fixture->folder, 0);
  g_string_append (fixture->links, row->str);
}

/* Puts links on the server. Returns the sums of what it has for them. */
static GHashTable *
add_links (LinksFixture *fixture)
{
  GHashTable *sums = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_string_assign (fixture->links, "url,name,folder\n");
  for (guint i = 0; i < N_LINKS; i++)
    {
      g_autofree char *folder = g_strdup_printf ("/disposition/%u", i);
      const char *name = url_names[i % G_N_ELEMENTS (url_names)];
      g_autofree char *path = g_strconcat (folder, "/", name, NULL);
      g_autofree char *url = bad_server_dup_url (fixture->server, path);
      g_autoptr(GBytes) body = dup_body (fixture, i);

      bad_server_add_body (fixture->server, folder, body); /* names may come in other escapes */
      g_hash_table_add (sums, g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body));
      add_row (fixture, i, url);
    }
  return sums;
}

/* What lies below @path, with its sums, but for what lies below @but. */
static void
collect (const char *path, const char *but, GHashTable *files)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      g_autofree char *contents = NULL;
      gsize n_bytes;

      if (g_strcmp0 (child, but) == 0)
        continue;
      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        collect (child, but, files);
      else if (g_file_get_contents (child, &contents, &n_bytes, NULL))
        g_hash_table_insert (files, g_steal_pointer (&child),
                             g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) contents,
                                                          n_bytes));
    }
}

static GHashTable *
list_files (const char *path, const char *but)
{
  GHashTable *files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  collect (path, but, files);
  return files;
}

static void
assert_same (GHashTable *before, GHashTable *after)
{
  GHashTableIter iter;
  gpointer path;
  gpointer sum;

  g_hash_table_iter_init (&iter, after);
  while (g_hash_table_iter_next (&iter, &path, &sum))
    {
      g_test_message ("%s", (char *) path);
      g_assert_cmpstr (g_hash_table_lookup (before, path), ==, sum);
    }
  g_assert_cmpuint (g_hash_table_size (after), ==, g_hash_table_size (before));
}

static void
assert_name (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);

  g_test_message ("%s", name);
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_cmpuint (strlen (name), <=, 255);
  g_assert_cmpint (name[0], !=, '.');
  g_assert_true (g_str_has_suffix (name, ".jpg"));
  g_assert_null (strstr (name, "served"));
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      GUnicodeType type = g_unichar_type (g_utf8_get_char (p));

      g_assert_cmpint (type, !=, G_UNICODE_CONTROL);
      g_assert_cmpint (type, !=, G_UNICODE_FORMAT);
    }
}

/* What was in the folder of downloads before, and in one outside, where links lead. */
static void
write_mine (LinksFixture *fixture, const char *originals)
{
  g_autofree char *etc = g_build_filename (fixture->folder, "etc", NULL);
  g_autofree char *linked = g_build_filename (originals, "linked.jpg", NULL);
  static const char *const names[] = { "passwd.jpg", "image.jpg", "con-.jpg", "served.jpg" };
  g_autofree char *target = NULL;

  g_assert_cmpint (g_mkdir_with_parents (originals, 0777), ==, 0);
  g_assert_cmpint (g_mkdir (etc, 0777), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_free (test_write (originals, names[i], "mine"));
  g_free (test_write (etc, "passwd", "mine"));
  g_free (test_write (fixture->folder, "passwd", "mine"));
  target = test_write (fixture->folder, "target", "mine");
  g_assert_cmpint (symlink (target, linked), ==, 0);
}

/* Nothing outside the folders, nothing of another's replaced, and each file is the server's. */
static void
test_names (LinksFixture *fixture, gconstpointer data)
{
  g_autofree char *originals = g_build_filename (fixture->destination, "originals", NULL);
  g_autofree char *partial = g_build_filename (originals, ".thimble-partial", NULL);
  g_autoptr(GHashTable) sums = add_links (fixture);
  g_autoptr(GHashTable) outside = NULL;
  g_autoptr(GHashTable) outside_after = NULL;
  g_autoptr(GHashTable) mine = NULL;
  g_autoptr(GHashTable) kept = NULL;
  g_autofree char *ends = NULL;
  GHashTableIter iter;
  gpointer path;
  gpointer sum;

  write_mine (fixture, originals);
  g_free (test_write (fixture->folder, "list.txt", fixture->links->str));
  outside = list_files (fixture->folder, fixture->destination);
  mine = list_files (originals, partial);
  ends = links_fixture_make (fixture);
  g_assert_null (strstr (ends, "=failed"));
  outside_after = list_files (fixture->folder, fixture->destination);
  assert_same (outside, outside_after);

  kept = list_files (originals, partial);
  g_hash_table_iter_init (&iter, mine);
  while (g_hash_table_iter_next (&iter, &path, &sum))
    {
      g_assert_cmpstr (g_hash_table_lookup (kept, path), ==, sum);
      g_hash_table_remove (kept, path);
    }
  g_hash_table_iter_init (&iter, kept);
  while (g_hash_table_iter_next (&iter, &path, &sum))
    {
      assert_name (path);
      g_assert_true (g_hash_table_remove (sums, sum));
    }
  g_assert_cmpuint (g_hash_table_size (sums), ==, 0);
}

/* --- pages ------------------------------------------------------------------------------------ */

/* All hosts but this machine are behind the server, as behind a proxy: they are the internet. */
typedef GSimpleProxyResolver TestProxy;
typedef GSimpleProxyResolverClass TestProxyClass;

static gboolean
is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

static void
test_proxy_interface_init (GProxyResolverInterface *iface)
{
  iface->is_supported = is_supported;
}

GType test_proxy_get_type (void);
G_DEFINE_TYPE_WITH_CODE (TestProxy, test_proxy, G_TYPE_SIMPLE_PROXY_RESOLVER,
                         G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, test_proxy_interface_init))

static void
test_proxy_class_init (TestProxyClass *klass)
{
}

static void
test_proxy_init (TestProxy *self)
{
  static const char *const here[] = { "127.0.0.0/8", "localhost", NULL };

  g_simple_proxy_resolver_set_ignore_hosts (G_SIMPLE_PROXY_RESOLVER (self), (char **) here);
}

/* Of a page on the internet, images of the internet are taken and those in a private network are
 * not even asked for; the user may ask for these. */
static void
test_page (LinksFixture *fixture, gconstpointer data)
{
  g_autofree char *proxy = bad_server_dup_url (fixture->server, "");
  g_autofree char *text = NULL;
  g_autoptr(GBytes) page = NULL;
  g_autofree char *of_page = NULL;
  g_autofree char *of_user = NULL;

  g_simple_proxy_resolver_set_default_proxy (
    G_SIMPLE_PROXY_RESOLVER (g_proxy_resolver_get_default ()), proxy);
  links_fixture_add_image (fixture, "/good/a.jpg", 50, FALSE);
  g_string_truncate (fixture->links, 0);
  links_fixture_add_image (fixture, "/good/b.jpg", 50, FALSE);
  text = g_strdup_printf ("<img src=/good/a.jpg><img src=%s/good/b.jpg>"
                          "<img src=http://localhost:%u/good/b.jpg?2>",
                          proxy, bad_server_get_port (fixture->server));
  page = g_bytes_new (text, strlen (text));
  bad_server_add_body (fixture->server, "/good/page", page);

  fixture->page = g_strdup ("http://shop.example/good/page");
  of_page = links_fixture_make (fixture);
  g_assert_cmpstr (of_page, ==, "a.jpg=done b.jpg=failed:network b.jpg=failed:network");
  g_assert_cmpuint (bad_server_get_n_requests (fixture->server, "/good/b.jpg"), ==, 0);
  g_assert_cmpuint (bad_server_get_n_requests (fixture->server, "/good/b.jpg?2"), ==, 0);

  g_clear_pointer (&fixture->page, g_free);
  of_user = links_fixture_make (fixture);
  g_assert_cmpstr (of_user, ==, "b.jpg=done");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_io_extension_point_register (G_PROXY_RESOLVER_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_PROXY_RESOLVER_EXTENSION_POINT_NAME, test_proxy_get_type (),
                                  "test", 1000);
  g_setenv ("GIO_USE_PROXY_RESOLVER", "test", TRUE);
  links_test_add ("/hostile-links/names", test_names);
  links_test_add ("/hostile-links/page", test_page);
  return g_test_run ();
}
