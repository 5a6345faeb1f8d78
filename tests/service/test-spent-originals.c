/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Downloads that are not kept: which ones go, when, and what the next run does without them. */

#include "links-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_MANY 300 /* more than are removed together */

static char *
make (LinksFixture *fixture, gboolean remove_originals)
{
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;

  options.remove_originals = remove_originals;
  return links_fixture_run (fixture, thimble_thumbnail_maker_make_thumbnails_async, &options);
}

static void
assert_made (LinksFixture *fixture, gboolean remove_originals, const char *expected)
{
  g_autofree char *ends = make (fixture, remove_originals);

  g_assert_cmpstr (ends, ==, expected);
}

static char *
dup_original (LinksFixture *fixture, const char *name)
{
  return g_build_filename (fixture->destination, "originals", name, NULL);
}

/* A file of the user's, under the name that an output is to have. */
static char *
put_in_way (LinksFixture *fixture, const char *name)
{
  char *path = g_build_filename (fixture->destination, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (fixture->destination, 0777), ==, 0);
  g_assert_true (g_file_set_contents (path, "mine", -1, NULL));
  return path;
}

/* The second run asks for what has changed, and nothing has: it needs neither bytes nor files. */
static void
test_twice (LinksFixture *fixture, gconstpointer data)
{
  ThimbleRunOptions dry = THIMBLE_RUN_OPTIONS_INIT;
  g_autofree char *planned = NULL;
  guint64 n_sent;

  links_fixture_add_image (fixture, "/304/one.jpg", 50, FALSE);
  links_fixture_add_image (fixture, "/304/two", 60, TRUE);
  assert_made (fixture, TRUE, "one.jpg=done two=done");
  links_fixture_assert_files (fixture, "originals", "");
  links_fixture_assert_files (fixture, "", "one.jpg originals two.png");

  n_sent = bad_server_get_n_sent (fixture->server);
  for (guint i = 2; i <= 3; i++)
    {
      assert_made (fixture, TRUE, "one.jpg=skipped two=skipped");
      g_assert_cmpuint (bad_server_get_n_sent (fixture->server), ==, n_sent);
      g_assert_cmpuint (bad_server_get_n_requests (fixture->server, "/304/one.jpg"), ==, i);
      links_fixture_assert_files (fixture, "originals", "");
    }
  dry.dry_run = dry.remove_originals = TRUE;
  planned = links_fixture_run (fixture, thimble_thumbnail_maker_make_thumbnails_async, &dry);
  g_assert_cmpstr (planned, ==, "one.jpg=skipped two=skipped");

  /* Who keeps them from now on gets them again; what was made of them stays as it is. */
  assert_made (fixture, FALSE, "one.jpg=skipped two=skipped");
  g_assert_cmpuint (bad_server_get_n_sent (fixture->server), >, n_sent);
  links_fixture_assert_files (fixture, "originals", "one.jpg two.png");
}

/* What is here from an earlier run, one that was killed before it removed it or one that kept it,
 * goes without a byte. */
static void
test_left_over (LinksFixture *fixture, gconstpointer data)
{
  guint64 n_sent;

  links_fixture_add_image (fixture, "/304/one.jpg", 50, FALSE);
  assert_made (fixture, FALSE, "one.jpg=done");
  links_fixture_assert_files (fixture, "originals", "one.jpg");
  n_sent = bad_server_get_n_sent (fixture->server);
  assert_made (fixture, TRUE, "one.jpg=skipped");
  links_fixture_assert_files (fixture, "originals", "");
  g_assert_cmpuint (bad_server_get_n_sent (fixture->server), ==, n_sent);
}

/* A thumbnail is gone, or was changed: the original comes again, and goes again. */
static void
test_missing_output (LinksFixture *fixture, gconstpointer data)
{
  g_autofree char *output = g_build_filename (fixture->destination, "one.jpg", NULL);

  links_fixture_add_image (fixture, "/304/one.jpg", 50, FALSE);
  links_fixture_add_image (fixture, "/304/two.jpg", 60, FALSE);
  assert_made (fixture, TRUE, "one.jpg=done two.jpg=done");
  g_assert_cmpint (g_unlink (output), ==, 0);
  assert_made (fixture, TRUE, "one.jpg=done two.jpg=skipped");
  g_assert_cmpuint (bad_server_get_n_requests (fixture->server, "/304/one.jpg"), ==, 3);
  g_assert_cmpuint (bad_server_get_n_requests (fixture->server, "/304/two.jpg"), ==, 2);
  links_fixture_assert_files (fixture, "originals", "");
  links_fixture_assert_files (fixture, "", "one.jpg originals two.jpg");

  g_assert_true (g_file_set_contents (output, "x", -1, NULL));
  assert_made (fixture, TRUE, "one.jpg=done two.jpg=skipped");
  assert_made (fixture, TRUE, "one.jpg=skipped two.jpg=skipped");
}

/* Of two thumbnails of one link one is gone: the other is left alone, then and later. */
static void
test_two_of_one (LinksFixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autofree char *output = g_build_filename (fixture->destination, "shop", "b.jpg", NULL);

  links_fixture_add_image (fixture, "/304/x.jpg", 50, FALSE);
  url = bad_server_dup_url (fixture->server, "/304/x.jpg");
  g_string_printf (fixture->links, "url,name,folder\n%s,a,\n%s,b,shop\n", url, url);
  assert_made (fixture, TRUE, "x.jpg=done x.jpg=done");
  links_fixture_assert_files (fixture, "originals", "");
  g_assert_cmpint (g_unlink (output), ==, 0);
  assert_made (fixture, TRUE, "x.jpg=skipped x.jpg=done");
  links_fixture_assert_files (fixture, "originals", "");
  assert_made (fixture, TRUE, "x.jpg=skipped x.jpg=skipped");
  links_fixture_assert_files (fixture, "shop", "b.jpg");
}

/* What failed is tried again with what is here; until then it stays, for all that come from it. */
static void
test_failure (LinksFixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autofree char *in_way = put_in_way (fixture, "b.jpg");
  guint64 n_sent;

  links_fixture_add_image (fixture, "/304/x.jpg", 50, FALSE);
  url = bad_server_dup_url (fixture->server, "/304/x.jpg");
  g_string_printf (fixture->links, "url,name\n%s,a\n%s,b\n", url, url);
  assert_made (fixture, TRUE, "x.jpg=done x.jpg=failed:conflict");
  links_fixture_assert_files (fixture, "originals", "a.jpg");

  n_sent = bad_server_get_n_sent (fixture->server);
  g_assert_cmpint (g_unlink (in_way), ==, 0);
  assert_made (fixture, TRUE, "x.jpg=skipped x.jpg=done");
  g_assert_cmpuint (bad_server_get_n_sent (fixture->server), ==, n_sent);
  links_fixture_assert_files (fixture, "originals", "");
}

/* What the user changed, or put there, is nobody's to remove. */
static void
test_users_files (LinksFixture *fixture, gconstpointer data)
{
  g_autofree char *one = dup_original (fixture, "one.jpg");
  g_autofree char *mine = dup_original (fixture, "mine.jpg");
  g_autofree char *contents = NULL;

  links_fixture_add_image (fixture, "/304/one.jpg", 50, FALSE);
  assert_made (fixture, FALSE, "one.jpg=done");
  g_assert_true (g_file_set_contents (one, "changed", -1, NULL));
  g_assert_true (g_file_set_contents (mine, "mine", -1, NULL));
  for (guint i = 0; i < 2; i++)
    {
      assert_made (fixture, TRUE, "one.jpg=skipped");
      links_fixture_assert_files (fixture, "originals", "mine.jpg one.jpg");
      g_assert_true (g_file_get_contents (one, &contents, NULL, NULL));
      g_assert_cmpstr (contents, ==, "changed");
      g_clear_pointer (&contents, g_free);
    }
}

/* A download that is an image of the run by its path as well stays. */
static void
test_named_as_file (LinksFixture *fixture, gconstpointer data)
{
  g_autofree char *one = dup_original (fixture, "one.jpg");
  g_autofree char *url = NULL;

  links_fixture_add_image (fixture, "/304/one.jpg", 50, FALSE);
  assert_made (fixture, FALSE, "one.jpg=done");
  url = bad_server_dup_url (fixture->server, "/304/one.jpg");
  g_string_printf (fixture->links, "url,name\n%s,a\n%s,b\n", url, one);
  assert_made (fixture, TRUE, "one.jpg=done one.jpg=done");
  links_fixture_assert_files (fixture, "originals", "one.jpg");
}

/* A server that gives nothing to ask by is asked for all of it. */
static void
test_no_validators (LinksFixture *fixture, gconstpointer data)
{
  links_fixture_add_image (fixture, "/good/one.jpg", 50, FALSE);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *ends = make (fixture, TRUE);

      g_assert_true (g_str_equal (ends, "one.jpg=done") || g_str_equal (ends, "one.jpg=skipped"));
      links_fixture_assert_files (fixture, "originals", "");
      links_fixture_assert_files (fixture, "", "one.jpg originals");
    }
}

/* Parts of a trip share the files. */
static void
test_parts (LinksFixture *fixture, gconstpointer data)
{
  ThimbleRunOptions options = THIMBLE_RUN_OPTIONS_INIT;
  g_autofree char *downloaded = NULL;
  g_autofree char *resized = NULL;

  options.remove_originals = TRUE;
  links_fixture_add_image (fixture, "/304/one.jpg", 50, FALSE);
  downloaded = links_fixture_run (fixture, thimble_thumbnail_maker_download_images_async, &options);
  g_assert_cmpstr (downloaded, ==, "one.jpg=done");
  resized = links_fixture_run (fixture, thimble_thumbnail_maker_perform_resizing_async, &options);
  g_assert_cmpstr (resized, ==, "one.jpg=done");
  links_fixture_assert_files (fixture, "originals", "one.jpg");
}

/* More than are removed together, from few files. */
static void
test_many (LinksFixture *fixture, gconstpointer data)
{
  g_autofree char *ends = NULL;
  g_autofree char *again = NULL;

  for (guint i = 0; i < N_MANY; i++)
    {
      g_autofree char *path = g_strdup_printf ("/304/%u.jpg", i);

      links_fixture_add_image (fixture, path, 20, FALSE);
    }
  ends = make (fixture, TRUE);
  g_assert_null (strstr (ends, "failed"));
  links_fixture_assert_files (fixture, "originals", "");
  again = make (fixture, TRUE);
  g_assert_null (strstr (again, "failed"));
  g_assert_null (strstr (again, "done"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  links_test_add ("/spent-originals/twice", test_twice);
  links_test_add ("/spent-originals/left-over", test_left_over);
  links_test_add ("/spent-originals/missing-output", test_missing_output);
  links_test_add ("/spent-originals/two-of-one", test_two_of_one);
  links_test_add ("/spent-originals/failure", test_failure);
  links_test_add ("/spent-originals/users-files", test_users_files);
  links_test_add ("/spent-originals/named-as-file", test_named_as_file);
  links_test_add ("/spent-originals/no-validators", test_no_validators);
  links_test_add ("/spent-originals/parts", test_parts);
  links_test_add ("/spent-originals/many", test_many);
  return g_test_run ();
}
