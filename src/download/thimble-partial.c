/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Unfinished files. A download that was killed goes on where it ended: what was written is in the
 * page cache even if the program is not there any more, so nothing is synced on the way; a note with
 * the boot's id says whether the page cache can have been lost since, and then nothing is believed.
 * The note is written when enough has come to be worth going on with. */

#include "thimble-partial.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOTE_GROUP "partial"
/* Less than this is fetched again sooner than a note is written and read. */
#define MIN_NOTED_BYTES (64 * 1024)

struct _ThimblePartial
{
  char *url;       /* owned */
  char *path;      /* owned */
  char *note_path; /* owned */
  char *validator; /* owned; what If-Range may name, or NULL: it can't be gone on with */
  guint64 n_bytes; /* written */
  int fd;          /* -1 while it is closed */
  gboolean is_noted;
  gboolean was_read; /* the note of an earlier run */
};

/* Changes with each start of the machine; "" where the kernel does not say, so that nothing fits. */
static const char *
get_boot_id (void)
{
  static gsize boot_id;

  if (g_once_init_enter (&boot_id))
    {
      char *text = NULL;

      if (!g_file_get_contents ("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
        text = g_strdup ("");
      g_once_init_leave (&boot_id, (gsize) g_strchomp (text));
    }
  return (const char *) boot_id;
}

/**
 * thimble_partial_new:
 * @folder: exists
 *
 * Touches no disk.
 */
ThimblePartial *
thimble_partial_new (const char *folder, const char *url)
{
  ThimblePartial *self = g_new0 (ThimblePartial, 1);
  g_autofree char *key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, url, -1);

  key[32] = '\0';
  self->url = g_strdup (url);
  self->path = g_strdup_printf ("%s/%s.part", folder, key);
  self->note_path = g_strdup_printf ("%s/%s.info", folder, key);
  self->fd = -1;
  return self;
}

void
thimble_partial_free (ThimblePartial *self)
{
  thimble_partial_close (self);
  g_free (self->url);
  g_free (self->path);
  g_free (self->note_path);
  g_free (self->validator);
  g_free (self);
}

/* The last line, without which a note was not written to its end. */
static gboolean
is_complete (GKeyFile *note)
{
  return g_key_file_get_boolean (note, NOTE_GROUP, "complete", NULL);
}

static void
read_note (ThimblePartial *self)
{
  g_autoptr(GKeyFile) note = g_key_file_new ();
  g_autofree char *url = NULL;
  g_autofree char *boot_id = NULL;

  if (self->was_read)
    return;
  self->was_read = TRUE;
  if (!g_key_file_load_from_file (note, self->note_path, G_KEY_FILE_NONE, NULL)
      || !is_complete (note))
    return;
  url = g_key_file_get_string (note, NOTE_GROUP, "url", NULL);
  boot_id = g_key_file_get_string (note, NOTE_GROUP, "boot", NULL);
  if (g_strcmp0 (url, self->url) != 0 || g_strcmp0 (boot_id, get_boot_id ()) != 0
      || boot_id[0] == '\0')
    return;
  self->validator = g_key_file_get_string (note, NOTE_GROUP, "validator", NULL);
  self->is_noted = self->validator != NULL;
}

/* Not synced: it only says something while the page cache lives. That it can't be written costs
 * no more than that the download starts anew. */
static void
write_note (ThimblePartial *self)
{
  g_autoptr(GKeyFile) note = g_key_file_new ();
  g_autofree char *text = NULL;

  g_key_file_set_string (note, NOTE_GROUP, "url", self->url);
  g_key_file_set_string (note, NOTE_GROUP, "boot", get_boot_id ());
  g_key_file_set_string (note, NOTE_GROUP, "validator", self->validator);
  g_key_file_set_boolean (note, NOTE_GROUP, "complete", TRUE);
  text = g_key_file_to_data (note, NULL, NULL);
  self->is_noted
    = g_file_set_contents_full (self->note_path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL);
}

static gboolean
set_error (ThimblePartial *self, const char *what, GError **error)
{
  int saved = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "cannot be %s in “%s”: %s.", what,
               self->path, g_strerror (saved));
  return FALSE;
}

/**
 * thimble_partial_open:
 *
 * Opens the file to go on with it, or makes it anew where nothing tells what it is.
 *
 * Returns: whether it is open; @error is %G_IO_ERROR
 */
gboolean
thimble_partial_open (ThimblePartial *self, GError **error)
{
  struct stat info;

  if (self->fd >= 0)
    return TRUE;
  read_note (self);
  self->fd = open (self->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (self->fd < 0 || fstat (self->fd, &info) < 0)
    return set_error (self, "stored", error);
  self->n_bytes = info.st_size;
  if (self->n_bytes > 0 && (self->validator == NULL || !S_ISREG (info.st_mode)))
    return thimble_partial_restart (self, error);
  return TRUE;
}

/**
 * thimble_partial_close:
 *
 * What can be gone on with stays, the rest is removed.
 */
void
thimble_partial_close (ThimblePartial *self)
{
  if (self->fd < 0)
    return;
  close (self->fd);
  self->fd = -1;
  if (self->validator == NULL || self->n_bytes == 0)
    {
      thimble_partial_remove (self);
      return;
    }
  if (!self->is_noted)
    write_note (self);
}

/**
 * thimble_partial_append:
 *
 * Returns: whether all bytes are written; @error is %G_IO_ERROR, among them
 *   %G_IO_ERROR_NO_SPACE
 */
gboolean
thimble_partial_append (ThimblePartial *self, const guint8 *bytes, gsize n_bytes, GError **error)
{
  gsize n = 0;

  while (n < n_bytes)
    {
      ssize_t written = pwrite (self->fd, bytes + n, n_bytes - n, self->n_bytes);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return set_error (self, "stored", error);
      n += written;
      self->n_bytes += written;
    }
  if (!self->is_noted && self->validator != NULL && self->n_bytes >= MIN_NOTED_BYTES)
    write_note (self);
  return TRUE;
}

/**
 * thimble_partial_restart:
 *
 * Forgets all that came, and what it was: the next byte is the first.
 */
gboolean
thimble_partial_restart (ThimblePartial *self, GError **error)
{
  if (self->is_noted)
    unlink (self->note_path);
  self->is_noted = FALSE;
  g_clear_pointer (&self->validator, g_free);
  self->n_bytes = 0;
  if (self->fd >= 0 && ftruncate (self->fd, 0) < 0)
    return set_error (self, "stored", error);
  return TRUE;
}

/**
 * thimble_partial_set_validator:
 * @validator: (nullable): a strong one, of what comes now
 */
void
thimble_partial_set_validator (ThimblePartial *self, const char *validator)
{
  if (g_strcmp0 (self->validator, validator) == 0)
    return;
  g_free (self->validator);
  self->validator = g_strdup (validator);
  self->is_noted = FALSE;
}

const char *
thimble_partial_get_validator (ThimblePartial *self)
{
  return self->validator;
}

/**
 * thimble_partial_get_n_bytes:
 *
 * Returns: what is here so far
 */
guint64
thimble_partial_get_n_bytes (ThimblePartial *self)
{
  return self->n_bytes;
}

/**
 * thimble_partial_remove:
 *
 * Removes the file: it can't be gone on with, or must not.
 */
void
thimble_partial_remove (ThimblePartial *self)
{
  g_clear_pointer (&self->validator, g_free);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  unlink (self->path);
  unlink (self->note_path);
  self->is_noted = FALSE;
  self->n_bytes = 0;
}

/**
 * thimble_partial_release:
 *
 * Closes the file, which is complete; it and its note are the caller's now, who ends them with
 * [method@Download.forget].
 *
 * Returns: (transfer full): the path
 */
char *
thimble_partial_release (ThimblePartial *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  return g_strdup (self->path);
}
