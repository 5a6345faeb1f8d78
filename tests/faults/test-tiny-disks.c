/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Real file systems of a few kilobytes or files, and one that can't be written: the run ends with a
 * message that names the place, leaves whole files only, and goes on once there is room. They are
 * mounted where nobody else sees them, which takes root or user namespaces. */

#include "faults-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define MANY 65536 /* kilobytes, or files */

static const Scenario fresh = { "fresh", NULL, "-s 100", FALSE };
static const Scenario again = { "again", "-s 100 -q 30", "-s 100,64 -q 90", FALSE };

static int why_not; /* an error, 0 where disks can be mounted */

static gboolean
write_line (const char *path, const char *line)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean done = fd >= 0 && write (fd, line, strlen (line)) == (ssize_t) strlen (line);

  if (fd >= 0)
    close (fd);
  return done;
}

/* Mounts of this process are its own from here on. */
static int
become_alone (void)
{
  g_autofree char *users = g_strdup_printf ("0 %u 1", getuid ());
  g_autofree char *groups = g_strdup_printf ("0 %u 1", getgid ());

  if (unshare (CLONE_NEWNS) < 0
      && (unshare (CLONE_NEWUSER | CLONE_NEWNS) < 0 || !write_line ("/proc/self/setgroups", "deny")
          || !write_line ("/proc/self/uid_map", users)
          || !write_line ("/proc/self/gid_map", groups)))
    return errno;
  return mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 ? 0 : errno;
}

/* Returns FALSE where there is more on the disk already. */
static gboolean
mount_disk (World *world, unsigned long flags, guint n_kbytes, guint n_files)
{
  g_autofree char *options = g_strdup_printf ("size=%uk,nr_inodes=%u", n_kbytes, n_files);

  if (mount ("thimble-test", world->disk, "tmpfs", flags, options) == 0)
    return TRUE;
  g_assert_cmpint (errno, ==, EINVAL);
  return FALSE;
}

/* Runs on a disk with too little room, then with enough. Returns whether it was too little. */
static gboolean
try_disk (World *world, guint n_kbytes, guint n_files)
{
  static const Fault none = { "kill", 0, FALSE };
  g_autofree char *context = g_strdup_printf ("%u kB, %u files", n_kbytes, n_files);
  g_auto(Ran) ran = { 0 };
  gboolean was_full;

  mount_disk (world, 0, MANY, MANY);
  world_reset (world);
  if (!mount_disk (world, MS_REMOUNT, n_kbytes, n_files))
    {
      g_assert_no_errno (umount2 (world->disk, MNT_DETACH));
      return TRUE;
    }
  world_run (world, &none, &ran);
  was_full = ran.status != 0;
  g_test_message ("%s: status %d, %u made: %s", context, ran.status, ran.n_done, ran.err);
  world_assert_whole (world, context);
  world_assert_tidy (world, context);
  if (was_full)
    {
      g_assert_cmpint (ran.status, ==, 3);
      g_assert_nonnull (strstr (ran.err, world->out));
      g_assert_true (strstr (ran.err, "full") != NULL
                     || strstr (ran.err, g_strerror (ENOSPC)) != NULL);
    }

  mount_disk (world, MS_REMOUNT, MANY, MANY);
  world_run_again (world, context, &ran);
  g_assert_no_errno (umount2 (world->disk, MNT_DETACH));
  return was_full;
}

/* Enough is tried until it is enough, so that the disk is full at one point after another. */
static void
test_full (gconstpointer user_data)
{
  g_autoptr(World) world = NULL;
  guint step = g_test_slow () ? 4 : 36;
  guint n_kbytes = 0;

  if (why_not != 0)
    {
      g_test_skip_printf ("Disks cannot be mounted here: %s.", g_strerror (why_not));
      return;
    }
  world = world_new (user_data, 30, 120);
  do
    n_kbytes += step;
  while (try_disk (world, n_kbytes, MANY) && n_kbytes < 4000);
  g_assert_cmpuint (n_kbytes, >, step);
  g_assert_cmpuint (n_kbytes, <, 4000);
}

static void
test_no_files (gconstpointer user_data)
{
  g_autoptr(World) world = NULL;
  guint step = g_test_slow () ? 1 : 7;
  guint n_files = 2;

  if (why_not != 0)
    {
      g_test_skip_printf ("Disks cannot be mounted here: %s.", g_strerror (why_not));
      return;
    }
  world = world_new (user_data, 30, 120);
  do
    n_files += step;
  while (try_disk (world, MANY, n_files) && n_files < 200);
  g_assert_cmpuint (n_files, >, 2 + step);
  g_assert_cmpuint (n_files, <, 200);
}

static void
test_read_only (gconstpointer user_data)
{
  static const Fault none = { "kill", 0, FALSE };
  g_autoptr(World) world = NULL;
  g_auto(Ran) ran = { 0 };

  if (why_not != 0)
    {
      g_test_skip_printf ("Disks cannot be mounted here: %s.", g_strerror (why_not));
      return;
    }
  world = world_new (user_data, 5, 120);
  mount_disk (world, 0, MANY, MANY);
  world_reset (world);
  mount_disk (world, MS_REMOUNT | MS_RDONLY, MANY, MANY);
  world_run (world, &none, &ran);
  g_test_message ("status %d: %s", ran.status, ran.err);
  g_assert_cmpint (ran.status, ==, 3);
  g_assert_nonnull (strstr (ran.err, world->out));
  world_assert_whole (world, "read-only");
  mount_disk (world, MS_REMOUNT, MANY, MANY);
  world_run_again (world, "read-only", &ran);
  g_assert_no_errno (umount2 (world->disk, MNT_DETACH));
}

int
main (int argc, char **argv)
{
  why_not = become_alone ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/tiny-disks/full/fresh", &fresh, test_full);
  g_test_add_data_func ("/tiny-disks/full/again", &again, test_full);
  g_test_add_data_func ("/tiny-disks/no-files/fresh", &fresh, test_no_files);
  g_test_add_data_func ("/tiny-disks/no-files/again", &again, test_no_files);
  g_test_add_data_func ("/tiny-disks/read-only/fresh", &fresh, test_read_only);
  g_test_add_data_func ("/tiny-disks/read-only/again", &again, test_read_only);
  return g_test_run ();
}
