/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether a file's bytes are still the same: XXH3-128, canonical form, as hex. It is for noticing
 * change, not for proof against somebody who wants two files to have one hash. */

#include "thimble-content-hash.h"

#include "thimble-input.h"
#include "thimble-io-error.h"

#include <errno.h>
#include <unistd.h>
#include <xxhash.h>

static void
to_hex (XXH128_hash_t value, char *hash)
{
  static const char digits[] = "0123456789abcdef";
  XXH128_canonical_t canonical;

  XXH128_canonicalFromHash (&canonical, value);
  for (guint i = 0; i < sizeof canonical.digest; i++)
    {
      hash[2 * i] = digits[canonical.digest[i] >> 4];
      hash[2 * i + 1] = digits[canonical.digest[i] & 15];
    }
  hash[2 * sizeof canonical.digest] = '\0';
}

/**
 * thimble_content_hash_bytes:
 * @hash: (out caller-allocates) (array fixed-size=33): the hash, with a zero byte at the end
 */
void
thimble_content_hash_bytes (const guint8 *bytes, gsize n_bytes, char *hash)
{
  to_hex (XXH3_128bits (bytes, n_bytes), hash);
}

/**
 * thimble_content_hash_file:
 * @path: a regular file
 * @hash: (out caller-allocates) (array fixed-size=33): the hash, with a zero byte at the end
 *
 * Reads the whole file in pieces. Blocks.
 *
 * Returns: whether it could be read; if not, @error is set in %G_IO_ERROR
 */
gboolean
thimble_content_hash_file (const char *path, char *hash, GError **error)
{
  g_autoptr(ThimbleInput) input = thimble_input_new_for_path (path);
  g_autofree guint8 *piece = NULL;
  const gsize piece_size = 256 * 1024;
  XXH3_state_t *state;
  ssize_t n = 0;
  int fd;

  fd = thimble_input_open (input, error);
  if (fd < 0)
    return FALSE;

  piece = g_malloc (piece_size);
  state = XXH3_createState ();
  XXH3_128bits_reset (state);
  while ((n = read (fd, piece, piece_size)) > 0 || (n < 0 && errno == EINTR))
    if (n > 0)
      XXH3_128bits_update (state, piece, n);
  if (n < 0)
    g_set_error (error, THIMBLE_IO_ERROR, thimble_io_error_from_errno (errno),
                 "cannot be read: %s.", g_strerror (errno));
  else
    to_hex (XXH3_128bits_digest (state), hash);
  XXH3_freeState (state);
  close (fd);
  return n == 0;
}
