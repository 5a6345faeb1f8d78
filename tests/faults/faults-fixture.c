/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs of thimble-cli that are disturbed, and what must be true of the destination all the same. A
 * file is whole if it is, byte for byte, one that a calm run leaves under that name. */

#include "faults-fixture.h"

#include "test-files.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* No run of a test takes nearly so long. */
#define MAX_SECONDS 120

static char *
dup_place (World *world, const char *name)
{
  return g_build_filename (world->root, name, NULL);
}

void
ran_clear (Ran *ran)
{
  g_clear_pointer (&ran->err, g_free);
}

static void
spawn (const char *const *arguments)
{
  g_autoptr(GError) error = NULL;
  int wait_status;

  g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                &wait_status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (wait_status, &error);
  g_assert_no_error (error);
}

static void
copy (const char *from, const char *to)
{
  const char *arguments[] = { "cp", "-a", "--", from, to, NULL };

  spawn (arguments);
}

static void
remove_all (const char *path)
{
  const char *arguments[] = { "rm", "-rf", "--", path, NULL };

  spawn (arguments);
}

/* An alarm outlives exec: a run that hangs is killed, and is a failure. */
static void
limit_time (gpointer user_data)
{
  alarm (MAX_SECONDS);
}

static char **
list_arguments (World *world, const char *options, const char *destination)
{
  const char *executor = g_getenv ("THIMBLE_FAULTS_EXECUTOR");
  g_autofree char *in = dup_place (world, "in");
  g_autofree char *rest = g_strconcat (options, " -j 2 --json - --executor ",
                                       executor != NULL ? executor : "threads", NULL);
  g_auto(GStrv) words = g_strsplit (rest, " ", -1);
  g_autoptr(GStrvBuilder) arguments = g_strv_builder_new ();

  g_strv_builder_add_many (arguments, g_getenv ("THIMBLE_CLI"), "make", in, "-o", destination,
                           NULL);
  g_strv_builder_addv (arguments, (const char **) words);
  return g_strv_builder_end (arguments);
}

static char **
list_environment (World *world, const Fault *fault)
{
  char **environment = g_get_environ ();
  g_autofree char *count = dup_place (world, "count");
  g_autofree char *at = g_strdup_printf ("%" G_GUINT64_FORMAT, fault->at);

  environment = g_environ_setenv (environment, "LD_PRELOAD", g_getenv ("FAULT_SHIM"), TRUE);
  environment = g_environ_setenv (environment, "FAULT_PROGRAM", "thimble-cli", TRUE);
  environment = g_environ_setenv (environment, "FAULT_UNDER", world->out, TRUE);
  environment = g_environ_setenv (environment, "FAULT_COUNT", count, TRUE);
  environment = g_environ_setenv (environment, "FAULT_DO", fault->what, TRUE);
  environment = g_environ_setenv (environment, "FAULT_AT", at, TRUE);
  if (fault->goes_on)
    environment = g_environ_setenv (environment, "FAULT_ON", "1", TRUE);
  return environment;
}

static guint
read_number (const char *text, const char *name)
{
  g_autofree char *pattern = g_strdup_printf ("\"%s\":", name);
  const char *found = strstr (text, pattern);

  g_assert_nonnull (found);
  return g_ascii_strtoull (found + strlen (pattern), NULL, 10);
}

static void
read_lines (Ran *ran, const char *out)
{
  g_auto(GStrv) lines = g_strsplit (out, "\n", -1);

  ran->n_records = ran->n_done = ran->n_skipped = 0;
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "{\"source\""))
      ran->n_records++;
    else if (g_str_has_prefix (lines[i], "{\"summary\""))
      {
        ran->n_done = read_number (lines[i], "done");
        ran->n_skipped = read_number (lines[i], "skipped");
      }
}

static void
run_with (World *world, const char *options, const char *out, char **environment, Ran *ran)
{
  g_auto(GStrv) arguments = list_arguments (world, options, out);
  g_autofree char *lines = NULL;
  g_autoptr(GError) error = NULL;
  int wait_status;

  ran_clear (ran);
  g_spawn_sync (NULL, arguments, environment, G_SPAWN_DEFAULT, limit_time, NULL, &lines, &ran->err,
                &wait_status, &error);
  g_assert_no_error (error);
  ran->status = WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : -WTERMSIG (wait_status);
  read_lines (ran, lines);
}

/* Starts a run without any fault, with more options; the caller waits for it. */
GPid
world_start (World *world, const char *more)
{
  g_autofree char *options = g_strconcat (world->scenario->options, more, NULL);
  g_auto(GStrv) arguments = list_arguments (world, options, world->out);
  g_autoptr(GError) error = NULL;
  GPid pid = 0;

  g_spawn_async (NULL, arguments, NULL,
                 G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL
                   | G_SPAWN_STDERR_TO_DEV_NULL,
                 limit_time, NULL, &pid, &error);
  g_assert_no_error (error);
  return pid;
}

/* Calls func with each file below a folder; Thimble's own are left out. */
static void
list_files (const char *folder,
            const char *below,
            void (*func) (gpointer user_data, const char *name, const char *hash),
            gpointer user_data)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *entry;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, entry, NULL);
      g_autofree char *name = g_build_filename (below, entry, NULL);

      if (g_str_equal (name, ".thimble"))
        continue;
      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        list_files (path, name, func, user_data);
      else
        {
          g_autofree char *hash = test_read_hash (path);
          func (user_data, name, hash);
        }
    }
}

static void
add_cb (gpointer user_data, const char *name, const char *hash)
{
  g_hash_table_insert (user_data, g_strdup (name), g_strdup (hash));
}

static GHashTable *
hash_files (const char *folder)
{
  GHashTable *files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  list_files (folder, "", add_cb, files);
  return files;
}

static void
allow_files (World *world, GHashTable *files)
{
  GHashTableIter iter;
  gpointer name;
  gpointer hash;

  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &name, &hash))
    g_hash_table_add (world->allowed, g_strconcat (name, " ", hash, NULL));
}

/* Nothing here depends on a disk's slowness, and much waits for it. */
static void
choose_folder (void)
{
  if (g_getenv ("TMPDIR") == NULL && g_access ("/dev/shm", W_OK) == 0)
    g_setenv ("TMPDIR", "/dev/shm", TRUE);
}

static void
write_images (World *world, int width_px)
{
  g_autofree char *in = dup_place (world, "in");

  for (guint i = 0; i < world->n_images; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s%04u.%s", i % 3 == 2 ? "below/" : "", i,
                                               i % 4 == 1 ? "png" : "jpg");
      if (i % 4 == 1)
        g_free (test_write_png (in, name, width_px + i % 50, width_px, FALSE));
      else
        g_free (test_write_jpeg (in, name, width_px + i % 50, width_px));
    }
}

/* What the run that is to be disturbed finds. */
static void
prepare (World *world, int width_px)
{
  const Scenario *scenario = world->scenario;
  g_autofree char *in = dup_place (world, "in");
  g_autofree char *prepared = dup_place (world, "before/out");
  g_autofree char *catalog = g_build_filename (prepared, ".thimble", NULL);
  g_autoptr(GHashTable) files = NULL;
  g_auto(Ran) ran = { 0 };

  if (scenario->before == NULL)
    return;
  run_with (world, scenario->before, prepared, NULL, &ran);
  g_assert_cmpint (ran.status, ==, 0);
  files = hash_files (prepared);
  allow_files (world, files);
  if (scenario->loses_catalog)
    remove_all (catalog);
  else
    g_free (test_write_jpeg (in, "0000.jpg", width_px + 7, width_px + 5));
}

World *
world_new (const Scenario *scenario, guint n_images, int width_px)
{
  World *world = g_new0 (World, 1);
  g_autofree char *count = NULL;
  g_auto(Ran) ran = { 0 };
  int fd;

  world->scenario = scenario;
  world->n_images = n_images;
  choose_folder ();
  world->root = test_folder_new ();
  world->disk = dup_place (world, "disk");
  world->out = g_build_filename (world->disk, "out", NULL);
  g_assert_no_errno (g_mkdir (world->disk, 0777));
  world->allowed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  count = dup_place (world, "count");
  fd = g_open (count, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (fd, >=, 0);
  g_assert_no_errno (ftruncate (fd, sizeof *world->count));
  world->count = mmap (NULL, sizeof *world->count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  g_assert_true (world->count != MAP_FAILED);
  close (fd);

  write_images (world, width_px);
  prepare (world, width_px);
  world_reset (world);
  run_with (world, scenario->options, world->out, NULL, &ran);
  g_assert_cmpint (ran.status, ==, 0);
  g_assert_cmpuint (ran.n_records, ==, n_images);
  world->made = hash_files (world->out);
  allow_files (world, world->made);
  return world;
}

void
world_free (World *world)
{
  munmap (world->count, sizeof *world->count);
  g_hash_table_unref (world->made);
  g_hash_table_unref (world->allowed);
  test_folder_free (world->root);
  g_free (world->disk);
  g_free (world->out);
  g_free (world);
}

/* Sets the destination back to what it was before the disturbed run. */
void
world_reset (World *world)
{
  g_autofree char *prepared = dup_place (world, "before/out");

  remove_all (world->out);
  if (world->scenario->before != NULL)
    copy (prepared, world->out);
}

void
world_run (World *world, const Fault *fault, Ran *ran)
{
  g_auto(GStrv) environment = list_environment (world, fault);

  *world->count = 0;
  run_with (world, world->scenario->options, world->out, environment, ran);
}

static void
check (gboolean holds, const char *context, const char *what, const char *which)
{
  if (holds)
    return;
  g_test_message ("%s: %s: %s", context, what, which);
  g_assert_not_reached ();
}

/* Runs undisturbed, after a fault: all is made, and it is known afterwards what was. */
void
world_run_again (World *world, const char *context, Ran *ran)
{
  g_auto(Ran) idle = { 0 };

  run_with (world, world->scenario->options, world->out, NULL, ran);
  check (ran->status == 0, context, "the next run does not complete", ran->err);
  world_assert_made (world, context);
  run_with (world, world->scenario->options, world->out, NULL, &idle);
  check (idle.status == 0 && idle.n_skipped == world->n_images, context,
         "what was made is not known to be", idle.err);
  world_assert_tidy (world, context);
}

static void
check_whole_cb (gpointer user_data, const char *name, const char *hash)
{
  gpointer *pair = user_data;
  World *world = pair[0];
  g_autofree char *file = g_strconcat (name, " ", hash, NULL);

  check (g_hash_table_contains (world->allowed, file), pair[1], "is no whole file", name);
}

/* Every file that has a final name is one that a calm run made. */
void
world_assert_whole (World *world, const char *context)
{
  gpointer pair[] = { world, (gpointer) context };

  list_files (world->out, "", check_whole_cb, pair);
}

/* The destination holds what a calm run makes, all of it and nothing else. */
void
world_assert_made (World *world, const char *context)
{
  g_autoptr(GHashTable) files = hash_files (world->out);
  GHashTableIter iter;
  gpointer name;
  gpointer hash;

  g_hash_table_iter_init (&iter, world->made);
  while (g_hash_table_iter_next (&iter, &name, &hash))
    check (g_strcmp0 (g_hash_table_lookup (files, name), hash) == 0, context,
           "is not as a calm run makes it", name);
  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    check (g_hash_table_contains (world->made, name), context, "should not be there", name);
}

/* Nothing is left of runs but the catalog. */
void
world_assert_tidy (World *world, const char *context)
{
  g_autofree char *own = g_build_filename (world->out, ".thimble", NULL);
  g_autoptr(GDir) dir = g_dir_open (own, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    check (g_str_equal (name, "catalog.sqlite"), context, "was left behind", name);
}

static void
count_cb (gpointer user_data, const char *name, const char *hash)
{
  gpointer *pair = user_data;
  World *world = pair[0];
  guint *n = pair[1];

  *n += g_strcmp0 (g_hash_table_lookup (world->made, name), hash) == 0;
}

/* Files that are already as the calm run makes them. */
guint
world_count_made (World *world)
{
  guint n = 0;
  gpointer pair[] = { world, &n };

  list_files (world->out, "", count_cb, pair);
  return n;
}
