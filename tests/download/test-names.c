/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of files, the folder that they go into, and links in text. */

#include "thimble-download-folder.h"
#include "thimble-link-list.h"
#include "thimble-safe-name.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* --- safe names ------------------------------------------------------------------------------- */

static const struct
{
  const char *text;
  const char *name;
} names[] = {
  { "photo.jpg", "photo.jpg" },
  { "../../etc/passwd", "passwd" },
  { "..", "image" },
  { ".", "image" },
  { "", "image" },
  { "/", "image" },
  { "...", "image" },
  { ".bashrc", "bashrc" },
  { "C:\\Windows\\win.ini", "win.ini" },
  { "a\nb\tc", "abc" },
  { "a\x7f\x1b[31mb", "a[31mb" },
  { "evil\xe2\x80\xaegpj.exe", "evilgpj.exe" },       /* RIGHT-TO-LEFT OVERRIDE */
  { "a\xe2\x81\xa6" "b\xe2\x81\xa9", "ab" },          /* isolates */
  { "a\xe2\x80\x8b" "b", "ab" },                      /* ZERO WIDTH SPACE */
  { "a\xef\xbb\xbf" "b", "ab" },                      /* BYTE ORDER MARK */
  { "con", "con-" },
  { "CON.jpg", "CON-.jpg" },
  { "com1.png", "com1-.png" },
  { "lpt9", "lpt9-" },
  { "nul .txt", "nul -.txt" },
  { "console.jpg", "console.jpg" },
  { "trailing. . ", "trailing" },
  { "  spaces  ", "spaces" },
  { "a<b>c:d\"e|f?g*h", "a-b-c-d-e-f-g-h" },
  { "cafe\xcc\x81.jpg", "caf\xc3\xa9.jpg" },          /* NFC */
  { "bad\xff\xfe.jpg", "bad\xef\xbf\xbd\xef\xbf\xbd.jpg" },
  { "-rf", "-rf" },
  { "~", "~" },
};

static void
test_names (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = thimble_safe_name (names[i].text);
      g_assert_cmpstr (name, ==, names[i].name);
    }
}

static void
assert_safe (const char *name)
{
  g_assert_cmpuint (strlen (name), >, 0);
  g_assert_cmpuint (strlen (name), <=, 200);
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_null (strpbrk (name, "/\\:\n\r"));
  g_assert_cmpint (name[0], !=, '.');
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      GUnicodeType type = g_unichar_type (g_utf8_get_char (p));
      g_assert_cmpint (type, !=, G_UNICODE_CONTROL);
      g_assert_cmpint (type, !=, G_UNICODE_FORMAT);
    }
}

/* Any bytes, with what is dangerous in them more often than not. */
static void
test_random_names (void)
{
  static const char *const pieces[]
    = { "..", "/", "\\", "%2f", "%00", "\xe2\x80\xae", "\n", ".", " ", "con", "a", "\xff", "e\xcc\x81",
        "\xf0\x9f\x98\x80", "jpg", "%", "%ff", "?", "#", "very long indeed, and then some more" };
  g_autoptr(GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < 5000; i++)
    {
      g_autoptr(GString) text = g_string_new (NULL);
      g_autofree char *name = NULL;
      g_autofree char *again = NULL;
      g_autofree char *of_url = NULL;

      for (int n = g_rand_int_range (rand, 0, 30); n > 0; n--)
        g_string_append (text, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
      name = thimble_safe_name (text->str);
      assert_safe (name);
      again = thimble_safe_name (name);
      g_assert_cmpstr (again, ==, name);
      g_string_prepend (text, "http://host/");
      of_url = thimble_safe_name_for_url (text->str);
      assert_safe (of_url);
    }
}

static void
test_url_names (void)
{
  static const struct
  {
    const char *url;
    const char *name;
  } cases[] = {
    { "http://host/a/photo.jpg", "photo.jpg" },
    { "http://host/a/photo.jpg?size=3#top", "photo.jpg" },
    { "http://host", "image" },
    { "http://host/", "image" },
    { "http://host/folder/", "folder" },
    { "http://host/a%20b.png", "a b.png" },
    { "http://host/..%2F..%2Fetc%2Fpasswd", "passwd" },
    { "http://host/a%00b.jpg", "a-b.jpg" },
    { "http://host/%", "%" },
    { "http://host/%zz", "%zz" },
    { "data:image/png;base64,AAAA", "image" },
    { "http://host/b\xc3\xa4r.jpg", "b\xc3\xa4r.jpg" },
    { "http://host/b%C3%A4r.jpg", "b\xc3\xa4r.jpg" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = thimble_safe_name_for_url (cases[i].url);
      g_assert_cmpstr (name, ==, cases[i].name);
    }
}

/* --- the folder ------------------------------------------------------------------------------- */

typedef struct
{
  char *top;
  char *path;
  ThimbleDownloadFolder *folder;
} Fixture;

static void
open_folder (Fixture *fixture)
{
  GError *error = NULL;

  g_clear_pointer (&fixture->folder, thimble_download_folder_free);
  fixture->folder = thimble_download_folder_open (fixture->path, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->top = g_dir_make_tmp ("thimble-folder-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->top, "a", "originals", NULL);
  open_folder (fixture);
}

static void
remove_all (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_all (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->folder, thimble_download_folder_free);
  remove_all (fixture->top);
  g_assert_false (g_file_test (fixture->top, G_FILE_TEST_EXISTS));
  g_free (fixture->top);
  g_free (fixture->path);
}

/* Places a file with these contents. */
static char *
place (Fixture *fixture, const char *url, const char *stem, const char *contents)
{
  g_autofree char *part = g_build_filename (
    thimble_download_folder_get_partial_path (fixture->folder), "x.part", NULL);
  ThimbleDownload *download = g_new0 (ThimbleDownload, 1);
  struct stat info;
  GError *error = NULL;
  char *name;

  g_assert_true (g_file_set_contents (part, contents, -1, NULL));
  download->fd = -1;
  download->path = g_strdup (part);
  download->etag = g_strdup ("\"tag\twith \\ all\"");
  name = thimble_download_folder_place (fixture->folder, url, stem, "jpg", download, &info,
                                        &error);
  g_assert_no_error (error);
  g_assert_cmpint (info.st_size, ==, strlen (contents));
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  thimble_download_free (download);
  return name;
}

static void
assert_contents (Fixture *fixture, const char *name, const char *expected)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);
  g_autofree char *contents = NULL;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, expected);
}

/* One link's file is replaced by its own successor, and by nothing else. */
static void
test_place (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = place (fixture, "http://a/1", "photo", "one");
  g_autofree char *second = place (fixture, "http://b/2", "photo", "two");
  g_autofree char *third = place (fixture, "http://a/1", "photo", "one, newer");

  g_assert_cmpstr (first, ==, "photo.jpg");
  g_assert_cmpstr (second, !=, "photo.jpg");
  g_assert_true (g_str_has_prefix (second, "photo-"));
  g_assert_cmpstr (third, ==, "photo.jpg");
  assert_contents (fixture, "photo.jpg", "one, newer");
  assert_contents (fixture, second, "two");
}

/* A file that is nobody's, be it the user's, stays as it is. */
static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  g_autofree char *mine = g_build_filename (fixture->path, "photo.jpg", NULL);
  g_autofree char *link = g_build_filename (fixture->path, "linked.jpg", NULL);
  g_autofree char *name = NULL;
  g_autofree char *other = NULL;

  g_assert_true (g_file_set_contents (mine, "mine", -1, NULL));
  g_assert_cmpint (symlink (mine, link), ==, 0);
  name = place (fixture, "http://a/1", "photo", "theirs");
  other = place (fixture, "http://a/2", "linked", "theirs");
  assert_contents (fixture, "photo.jpg", "mine");
  assert_contents (fixture, name, "theirs");
  assert_contents (fixture, other, "theirs");
}

/* What is known lives on in the next run, and dies with the file. */
static void
test_log (Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = place (fixture, "http://a/1", "pho\tto", "one");
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);
  g_autofree char *log = g_build_filename (
    thimble_download_folder_get_partial_path (fixture->folder), "downloads.log", NULL);
  g_autoptr(ThimbleDownloadEntry) entry = NULL;
  g_autofree char *second = NULL;
  gboolean is_here;
  FILE *file;

  /* The power went while a line was written. */
  file = g_fopen (log, "a");
  fputs ("0123456789abcdef0123456789abcdef\t12", file);
  fclose (file);
  open_folder (fixture);
  entry = thimble_download_folder_lookup (fixture->folder, "http://a/1", &is_here);
  g_assert_nonnull (entry);
  g_assert_true (is_here);
  g_assert_cmpstr (entry->name, ==, name);
  g_assert_cmpstr (entry->etag, ==, "\"tag\twith \\ all\"");
  g_assert_null (entry->last_modified);
  g_assert_null (thimble_download_folder_lookup (fixture->folder, "http://a/2", &is_here));
  g_assert_false (is_here);

  second = place (fixture, "http://a/2", "other", "two");
  open_folder (fixture);
  g_clear_pointer (&entry, thimble_download_entry_free);
  entry = thimble_download_folder_lookup (fixture->folder, "http://a/2", &is_here);
  g_assert_nonnull (entry);
  g_assert_true (is_here);

  g_assert_true (g_file_set_contents (path, "changed", -1, NULL));
  g_clear_pointer (&entry, thimble_download_entry_free);
  entry = thimble_download_folder_lookup (fixture->folder, "http://a/1", &is_here);
  g_assert_nonnull (entry);
  g_assert_false (is_here);
}

/* Only what the log says is the link's, and as it was downloaded; what is known of it stays. */
static void
test_removed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *one = place (fixture, "http://a/1", "one", "one");
  g_autofree char *two = place (fixture, "http://a/2", "two", "two");
  g_autofree char *one_path = g_build_filename (fixture->path, one, NULL);
  g_autofree char *two_path = g_build_filename (fixture->path, two, NULL);
  g_autoptr(ThimbleDownloadEntry) entry = NULL;
  g_autofree char *again = NULL;
  g_autofree char *kept = NULL;
  gint64 mtime_ns;
  gboolean is_here;

  g_assert_true (g_file_set_contents (two_path, "changed", -1, NULL));
  g_assert_true (thimble_download_folder_remove (fixture->folder, "http://a/1", NULL));
  g_assert_true (thimble_download_folder_remove (fixture->folder, "http://a/2", NULL));
  g_assert_true (thimble_download_folder_remove (fixture->folder, "http://a/3", NULL));
  g_assert_false (g_file_test (one_path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_get_contents (two_path, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "changed");
  entry = thimble_download_folder_lookup (fixture->folder, "http://a/1", &is_here);
  g_assert_nonnull (entry);
  g_assert_false (is_here);
  g_assert_cmpstr (entry->etag, ==, "\"tag\twith \\ all\"");

  /* What comes again and is the same is as old as it was. */
  mtime_ns = entry->mtime_ns;
  again = place (fixture, "http://a/1", "one", "one");
  g_assert_cmpstr (again, ==, one);
  g_clear_pointer (&again, g_free);
  g_clear_pointer (&entry, thimble_download_entry_free);
  entry = thimble_download_folder_lookup (fixture->folder, "http://a/1", &is_here);
  g_assert_true (is_here);
  g_assert_cmpint (entry->mtime_ns, ==, mtime_ns);
  g_assert_true (thimble_download_folder_remove (fixture->folder, "http://a/1", NULL));

  /* Somebody else's file of that name is not the link's. */
  g_assert_true (g_file_set_contents (one_path, "mine", -1, NULL));
  g_assert_true (thimble_download_folder_remove (fixture->folder, "http://a/1", NULL));
  g_assert_true (g_file_test (one_path, G_FILE_TEST_EXISTS));
  again = place (fixture, "http://a/1", "one", "1234");
  g_assert_cmpstr (again, !=, one);
}

/* The log was lost: the same bytes under the same name are taken as they are. */
static void
test_adopted (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "photo.jpg", NULL);
  g_autofree char *name = NULL;

  g_assert_true (g_file_set_contents (path, "one", -1, NULL));
  name = place (fixture, "http://a/1", "photo", "one");
  g_assert_cmpstr (name, ==, "photo.jpg");
}

/* A link to a file that is not there has the name, and leaves nothing to compare with. */
static void
test_dangling (Fixture *fixture, gconstpointer data)
{
  g_autofree char *in_way = g_build_filename (fixture->path, "photo.jpg", NULL);
  g_autofree char *target = NULL;
  g_autofree char *name = NULL;

  g_assert_cmpint (symlink ("nowhere", in_way), ==, 0);
  name = place (fixture, "http://a/1", "photo", "one");
  g_assert_true (g_str_has_prefix (name, "photo-"));
  assert_contents (fixture, name, "one");
  target = g_file_read_link (in_way, NULL);
  g_assert_cmpstr (target, ==, "nowhere");
}

static void
test_one_at_a_time (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (thimble_download_folder_open (fixture->path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
}

/* --- links in text ---------------------------------------------------------------------------- */

static const struct
{
  const char *text;
  ThimbleLinkSyntax syntax;
  const char *links; /* between spaces */
} lists[] = {
  { "see http://a/x.jpg, and (https://b/y_(1).png).", THIMBLE_LINK_SYNTAX_TEXT,
    "http://a/x.jpg https://b/y_(1).png" },
  { "<http://a/x> \"http://b/y\" [http://c/z]", THIMBLE_LINK_SYNTAX_TEXT,
    "http://a/x http://b/y http://c/z" },
  { "HTTP://A/x http://a/x?b=c&d=e#f!", THIMBLE_LINK_SYNTAX_TEXT, "HTTP://A/x http://a/x?b=c&d=e#f" },
  { "http://a/1 http://a/1", THIMBLE_LINK_SYNTAX_TEXT, "http://a/1" },
  { "xhttp://a/1 ftp://a/1 http://", THIMBLE_LINK_SYNTAX_TEXT, "" },
  { "data:image/png;base64,AAAA= end", THIMBLE_LINK_SYNTAX_TEXT, "data:image/png;base64,AAAA=" },
  { "![a](http://a/img?1) [b](http://a/page)", THIMBLE_LINK_SYNTAX_MARKDOWN, "http://a/img?1" },
  { "[a](http://a/x.png \"t\") [b](http://a/page)", THIMBLE_LINK_SYNTAX_MARKDOWN, "http://a/x.png" },
  { "[a](http://a/1) [b](http://a/2)", THIMBLE_LINK_SYNTAX_MARKDOWN, "http://a/1 http://a/2" },
  { "{\"a\":\"http:\\/\\/a\\/x.jpg\",\"b\":[\"http://a/\\u0079.png\"],\"c\":\"http://a/page\"}",
    THIMBLE_LINK_SYNTAX_JSON, "http://a/x.jpg http://a/y.png" },
  { "{\"text\":\"see http://a/x now\"}", THIMBLE_LINK_SYNTAX_JSON, "http://a/x" },
  { "\"http://a/x\\", THIMBLE_LINK_SYNTAX_JSON, "http://a/x" },
  { "", THIMBLE_LINK_SYNTAX_JSON, "" },
};

static void
test_links (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autoptr(GPtrArray) links
        = thimble_link_list_find (lists[i].text, strlen (lists[i].text), lists[i].syntax);
      g_autofree char *joined = NULL;

      g_ptr_array_add (links, NULL);
      joined = g_strjoinv (" ", (char **) links->pdata);
      g_assert_cmpstr (joined, ==, lists[i].links);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/download/names/table", test_names);
  g_test_add_func ("/download/names/random", test_random_names);
  g_test_add_func ("/download/names/of-urls", test_url_names);
  g_test_add ("/download/folder/place", Fixture, NULL, set_up, test_place, tear_down);
  g_test_add ("/download/folder/foreign", Fixture, NULL, set_up, test_foreign, tear_down);
  g_test_add ("/download/folder/log", Fixture, NULL, set_up, test_log, tear_down);
  g_test_add ("/download/folder/removed", Fixture, NULL, set_up, test_removed, tear_down);
  g_test_add ("/download/folder/adopted", Fixture, NULL, set_up, test_adopted, tear_down);
  g_test_add ("/download/folder/dangling", Fixture, NULL, set_up, test_dangling, tear_down);
  g_test_add ("/download/folder/one-at-a-time", Fixture, NULL, set_up, test_one_at_a_time,
              tear_down);
  g_test_add_func ("/download/links", test_links);
  return g_test_run ();
}
