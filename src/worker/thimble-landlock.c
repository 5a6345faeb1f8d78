/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The second layer of a closed worker, where the kernel has it: Landlock takes away all files and
 * directories, TCP, and signals to others, whatever a filter on system calls may have missed. For
 * loaders that draw text, fonts and what is known of them stay readable.
 *
 * See landlock(7) and Documentation/userspace-api/landlock.rst of Linux. The constants are our own:
 * the header of the system that builds may be older than the kernel that runs. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-sandbox-private.h"

#include "thimble-io-error.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CREATE_RULESET_VERSION 1
#define RULE_PATH_BENEATH 1

#define ACCESS_FS_READ_FILE (1u << 2)
#define ACCESS_FS_READ_DIR (1u << 3)
#define ALL_ACCESS_NET 3u /* bind and connect */
#define ALL_SCOPES 3u     /* abstract Unix sockets and signals */

#define VERSION_WITH_NET 4
#define VERSION_WITH_SCOPES 6

typedef struct
{
  guint64 handled_access_fs;
  guint64 handled_access_net;
  guint64 scoped;
} Ruleset;

typedef struct
{
  guint64 allowed_access;
  gint32 parent_fd;
} __attribute__ ((packed)) PathRule;

/* How many rights on files a version knows: of execute, write, read, list and so on up to making
 * symbolic links 13, then moving (2), truncating (3), device controls (5). */
static guint64
get_all_access_fs (int version)
{
  static const guint n_rights[] = { 0, 13, 14, 15, 15, 16 };

  return (1u << n_rights[MIN (version, (int) G_N_ELEMENTS (n_rights) - 1)]) - 1;
}

/* Returns: the version of the kernel's Landlock, 0 where there is none or it is off */
int
thimble_landlock_get_version (void)
{
  long version = syscall (SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);

  return version > 0 ? (int) MIN (version, G_MAXINT) : 0;
}

static gboolean
allow_reading (int ruleset, const char *path, GError **error)
{
  PathRule rule = { ACCESS_FS_READ_FILE | ACCESS_FS_READ_DIR, -1 };
  int saved;
  long status;

  rule.parent_fd = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (rule.parent_fd < 0)
    return TRUE; /* what is not there needs no leave */
  status = syscall (SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0);
  saved = errno;
  close (rule.parent_fd);
  if (status == 0)
    return TRUE;
  g_set_error (error, THIMBLE_IO_ERROR, thimble_io_error_from_errno (saved),
               "A worker could not keep “%s” readable (Landlock): %s.", path, g_strerror (saved));
  return FALSE;
}

/* Where fontconfig's own configuration, the desktops and Flatpak have fonts and lists of them. */
static gboolean
allow_fonts (int ruleset, GError **error)
{
  static const char *const fixed[] = {
    "/etc/fonts",       "/usr/share/fontconfig", "/usr/share/fonts",      "/usr/local/share/fonts",
    "/usr/share/X11/fonts", "/var/cache/fontconfig", "/usr/lib/fontconfig/cache",
    "/run/host/fonts",  "/run/host/local-fonts", "/run/host/user-fonts", "/run/host/fonts-cache",
    "/run/host/user-fonts-cache",
  };
  const char *const *data_dirs = g_get_system_data_dirs ();
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    g_ptr_array_add (paths, g_strdup (fixed[i]));
  for (guint i = 0; data_dirs[i] != NULL; i++)
    g_ptr_array_add (paths, g_build_filename (data_dirs[i], "fonts", NULL));
  g_ptr_array_add (paths, g_build_filename (g_get_user_data_dir (), "fonts", NULL));
  g_ptr_array_add (paths, g_build_filename (g_get_home_dir (), ".fonts", NULL));
  g_ptr_array_add (paths, g_build_filename (g_get_user_cache_dir (), "fontconfig", NULL));
  g_ptr_array_add (paths, g_build_filename (g_get_user_config_dir (), "fontconfig", NULL));

  for (guint i = 0; i < paths->len; i++)
    if (!allow_reading (ruleset, g_ptr_array_index (paths, i), error))
      return FALSE;
  return TRUE;
}

/* Takes away what Landlock of this version can, for good. Needs no_new_privs. It holds for the
 * calling thread and those it starts, so there must be no other. */
gboolean
thimble_landlock_close (int version, gboolean leave_fonts, GError **error)
{
  Ruleset attributes = {
    .handled_access_fs = get_all_access_fs (version),
    .handled_access_net = version >= VERSION_WITH_NET ? ALL_ACCESS_NET : 0,
    .scoped = version >= VERSION_WITH_SCOPES ? ALL_SCOPES : 0,
  };
  int ruleset = (int) syscall (SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
  gboolean done;
  int saved;

  if (ruleset >= 0 && leave_fonts && !allow_fonts (ruleset, error))
    {
      close (ruleset);
      return FALSE;
    }
  done = ruleset >= 0 && syscall (SYS_landlock_restrict_self, ruleset, 0) == 0;
  saved = errno;
  if (ruleset >= 0)
    close (ruleset);
  if (!done)
    g_set_error (error, THIMBLE_IO_ERROR, thimble_io_error_from_errno (saved),
                 "A worker could not give up the file system (Landlock): %s.", g_strerror (saved));
  return done;
}
