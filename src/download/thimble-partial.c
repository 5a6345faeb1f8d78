/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Unfinished files. What fits into one buffer is held in memory: who looks at it writes it, on a thread
 * that may wait for the disk, and so little is fetched again sooner than a file and a note are written
 * and read. The rest is written as it comes. A download
 * that was killed goes on where its file ends: what was written is in the page cache even if the
 * program is not there any more, so nothing is synced on the way; a note with the boot's id says
 * whether the page cache can have been lost since, and then nothing is believed. */

#include "thimble-partial.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOTE_GROUP "partial"
#define NOTE_SUFFIX ".info"

struct _ThimblePartial
{
  ThimbleBodyBuffers *buffers; /* owned */
  char *url;       /* owned */
  char *path;      /* owned */
  char *note_path; /* owned */
  int *has_notes;  /* atomic; the folder's */
  char *validator; /* owned; what If-Range may name, or NULL: it can't be gone on with */
  guint64 n_bytes; /* here so far */
  guint8 *buffer;  /* owned, while it is open: what comes; all of it while there is no file */
  int fd;          /* of the file, -1 while it is closed or there is none */
  gboolean has_file;
  gboolean is_noted;
  gboolean was_read; /* the note of an earlier run */
};

/**
 * thimble_partial_find_notes:
 *
 * Most folders of unfinished files have none of an earlier run, and then none need be looked for
 * with each link. Blocks.
 *
 * Returns: whether there may be notes in @folder
 */
gboolean
thimble_partial_find_notes (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  if (dir == NULL)
    return TRUE;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, NOTE_SUFFIX))
      return TRUE;
  return FALSE;
}

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
 * @has_notes: read and written atomically: whether @folder may have notes, as
 *   [func@partial_find_notes] said; lives longer than the partial
 *
 * Touches no disk.
 */
ThimblePartial *
thimble_partial_new (ThimbleBodyBuffers *buffers,
                     const char *folder,
                     const char *url,
                     int *has_notes)
{
  ThimblePartial *self = g_new0 (ThimblePartial, 1);
  g_autofree char *key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, url, -1);

  key[32] = '\0';
  self->buffers = thimble_body_buffers_ref (buffers);
  self->url = g_strdup (url);
  self->path = g_strdup_printf ("%s/%s.part", folder, key);
  self->note_path = g_strdup_printf ("%s/%s" NOTE_SUFFIX, folder, key);
  self->has_notes = has_notes;
  self->fd = -1;
  return self;
}

void
thimble_partial_free (ThimblePartial *self)
{
  thimble_partial_close (self);
  thimble_body_buffers_unref (self->buffers);
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

  if (!g_key_file_load_from_file (note, self->note_path, G_KEY_FILE_NONE, NULL)
      || !is_complete (note))
    return;
  url = g_key_file_get_string (note, NOTE_GROUP, "url", NULL);
  boot_id = g_key_file_get_string (note, NOTE_GROUP, "boot", NULL);
  if (g_strcmp0 (url, self->url) != 0 || g_strcmp0 (boot_id, get_boot_id ()) != 0
      || boot_id[0] == '\0')
    return;
  self->validator = g_key_file_get_string (note, NOTE_GROUP, "validator", NULL);
  self->is_noted = self->has_file = self->validator != NULL;
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
  g_atomic_int_set (self->has_notes, TRUE);
}

static gboolean
set_error (ThimblePartial *self, const char *what, GError **error)
{
  int saved = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "cannot be %s in “%s”: %s.", what,
               self->path, g_strerror (saved));
  return FALSE;
}

/* Writes what is in the buffer behind what is in the file. */
static gboolean
write_buffer (ThimblePartial *self, guint64 at, gsize n_bytes, GError **error)
{
  gsize n = 0;

  while (n < n_bytes)
    {
      ssize_t written = pwrite (self->fd, self->buffer + n, n_bytes - n, at + n);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return set_error (self, "stored", error);
      n += written;
    }
  return TRUE;
}

/* What was held in memory becomes a file. */
static gboolean
spill (ThimblePartial *self, GError **error)
{
  self->fd = open (self->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (self->fd < 0)
    return set_error (self, "stored", error);
  self->has_file = TRUE;
  return write_buffer (self, 0, self->n_bytes, error);
}

/* The note of an earlier run is looked for once; one that is not believed goes. */
static void
look_for_note (ThimblePartial *self)
{
  if (!self->was_read && g_atomic_int_get (self->has_notes)
      && access (self->note_path, F_OK) == 0)
    {
      read_note (self);
      if (!self->is_noted)
        unlink (self->note_path);
    }
  self->was_read = TRUE;
}

/**
 * thimble_partial_open:
 *
 * Opens what there is to go on with it, or begins anew where nothing tells what it is.
 *
 * Returns: whether it is open; @error is %G_IO_ERROR
 */
gboolean
thimble_partial_open (ThimblePartial *self, GError **error)
{
  struct stat info;

  if (self->buffer != NULL)
    return TRUE;
  look_for_note (self);
  self->buffer = thimble_body_buffers_take (self->buffers);
  self->n_bytes = 0;
  if (!self->has_file)
    return TRUE;
  self->fd = open (self->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (self->fd < 0 || fstat (self->fd, &info) < 0)
    return set_error (self, "stored", error);
  self->n_bytes = info.st_size;
  if (self->n_bytes > 0 && (self->validator == NULL || !S_ISREG (info.st_mode)))
    return thimble_partial_restart (self, error);
  return TRUE;
}

static void
let_go (ThimblePartial *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  if (self->buffer != NULL)
    thimble_body_buffers_give_back (self->buffers, g_steal_pointer (&self->buffer));
}

/**
 * thimble_partial_close:
 *
 * What can be gone on with stays, the rest is removed.
 */
void
thimble_partial_close (ThimblePartial *self)
{
  if (self->buffer == NULL)
    return;
  if (self->validator == NULL || self->n_bytes == 0 || (self->fd < 0 && !spill (self, NULL)))
    {
      thimble_partial_remove (self);
      return;
    }
  let_go (self);
  if (!self->is_noted)
    write_note (self);
}

/**
 * thimble_partial_get_space:
 * @n_bytes: (out): how many bytes there is room for, never none
 *
 * While it is open.
 *
 * Returns: (transfer none): where the next bytes are to be put, for [method@Partial.append]
 */
guint8 *
thimble_partial_get_space (ThimblePartial *self, gsize *n_bytes)
{
  gsize n_held = self->fd < 0 ? self->n_bytes : 0;

  *n_bytes = THIMBLE_BODY_BUFFER_SIZE - n_held;
  return self->buffer + n_held;
}

/**
 * thimble_partial_append:
 * @n_bytes: that were put into the space, which has to be asked for again then
 *
 * Returns: whether all bytes are taken; @error is %G_IO_ERROR, among them
 *   %G_IO_ERROR_NO_SPACE
 */
gboolean
thimble_partial_append (ThimblePartial *self, gsize n_bytes, GError **error)
{
  gboolean had_file = self->fd >= 0;

  if (had_file && !write_buffer (self, self->n_bytes, n_bytes, error))
    return FALSE;
  self->n_bytes += n_bytes;
  if (!had_file && self->n_bytes == THIMBLE_BODY_BUFFER_SIZE && !spill (self, error))
    return FALSE;
  if (self->fd >= 0 && !self->is_noted && self->validator != NULL)
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
 * Removes what came: it can't be gone on with, or must not.
 */
void
thimble_partial_remove (ThimblePartial *self)
{
  g_clear_pointer (&self->validator, g_free);
  let_go (self);
  if (self->has_file)
    unlink (self->path);
  if (self->is_noted)
    unlink (self->note_path);
  self->has_file = self->is_noted = FALSE;
  self->n_bytes = 0;
}

/**
 * thimble_partial_release:
 * @download: (inout): gets the path, and the note's or the bytes
 *
 * Closes what is complete; it is the download's now, who ends it with [method@Download.forget].
 *
 * Returns: whether it is in memory or written; @error is %G_IO_ERROR
 */
gboolean
thimble_partial_release (ThimblePartial *self, ThimbleDownload *download, GError **error)
{
  if (self->fd < 0 && self->buffer != NULL)
    download->bytes = thimble_body_buffers_hold (self->buffers, &self->buffer, self->n_bytes);
  if (self->fd < 0 && self->buffer != NULL && !spill (self, error))
    return FALSE;
  let_go (self);
  download->path = g_strdup (self->path);
  download->note_path = self->is_noted ? g_strdup (self->note_path) : NULL;
  return TRUE;
}
