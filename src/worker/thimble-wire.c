/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Packets with descriptors, and memory to share: the same for both sides. Nothing here allocates by
 * a size that the other side names. */

#include "thimble-wire.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

typedef union
{
  struct cmsghdr header; /* for its alignment */
  char bytes[CMSG_SPACE (THIMBLE_WIRE_MAX_WORKS * sizeof (int))];
} Control;

/**
 * thimble_wire_send:
 * @head: the packet's struct
 * @tail: (nullable): what follows it
 * @fds: (array length=n_fds): descriptors to send along; they stay open here
 *
 * Sends one packet; waits while the other side's queue is full. No signal is raised where it is
 * gone.
 *
 * Returns: whether it was sent; if not, errno says why
 */
gboolean
thimble_wire_send (int socket,
                   gconstpointer head,
                   gsize n_head,
                   gconstpointer tail,
                   gsize n_tail,
                   const int *fds,
                   guint n_fds)
{
  Control control = { 0 };
  struct iovec parts[] = { { (gpointer) head, n_head }, { (gpointer) tail, n_tail } };
  struct msghdr message = { .msg_iov = parts, .msg_iovlen = tail != NULL ? 2 : 1 };
  ssize_t n;

  g_assert (n_fds <= THIMBLE_WIRE_MAX_WORKS);

  if (n_fds > 0)
    {
      struct cmsghdr *header;

      message.msg_control = control.bytes;
      message.msg_controllen = CMSG_SPACE (n_fds * sizeof (int));
      header = CMSG_FIRSTHDR (&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN (n_fds * sizeof (int));
      memcpy (CMSG_DATA (header), fds, n_fds * sizeof (int));
    }
  do
    n = sendmsg (socket, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  return n >= 0;
}

static guint
take_fds (struct msghdr *message, int *fds)
{
  guint n_fds = 0;

  for (struct cmsghdr *header = CMSG_FIRSTHDR (message); header != NULL;
       header = CMSG_NXTHDR (message, header))
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
      {
        guint n = (header->cmsg_len - CMSG_LEN (0)) / sizeof (int);

        memcpy (fds + n_fds, CMSG_DATA (header), n * sizeof (int));
        n_fds += n;
      }
  return n_fds;
}

/**
 * thimble_wire_receive:
 * @packet: (out caller-allocates): room for %THIMBLE_WIRE_MAX_PACKET bytes, aligned for structs
 * @n_bytes: (out): how many there are, at least a header
 * @fds: (out caller-allocates): room for %THIMBLE_WIRE_MAX_WORKS descriptors
 * @n_fds: (out): how many came along; the caller closes them
 * @wait: whether to wait for a packet
 *
 * Returns: what came; descriptors only with %THIMBLE_WIRE_PACKET
 */
ThimbleWireReceived
thimble_wire_receive (int socket,
                      gpointer packet,
                      gsize *n_bytes,
                      int *fds,
                      guint *n_fds,
                      gboolean wait)
{
  Control control;
  struct iovec part = { packet, THIMBLE_WIRE_MAX_PACKET };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes };
  ssize_t n;

  do
    n = recvmsg (socket, &message, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
  while (n < 0 && errno == EINTR);
  *n_fds = 0;
  if (n < 0)
    return errno == EAGAIN ? THIMBLE_WIRE_NOTHING : THIMBLE_WIRE_CLOSED;

  *n_fds = take_fds (&message, fds);
  *n_bytes = (gsize) n;
  if (n > 0 && (gsize) n >= sizeof (ThimbleWireHeader)
      && (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0)
    return THIMBLE_WIRE_PACKET;
  for (guint i = 0; i < *n_fds; i++)
    close (fds[i]);
  *n_fds = 0;
  return n == 0 ? THIMBLE_WIRE_CLOSED : THIMBLE_WIRE_BAD;
}

/**
 * thimble_wire_new_memory:
 * @n_bytes: its size, which nobody can change any more
 *
 * Makes memory to share: were it not sealed, whoever has it could shrink it, and reading what is
 * gone is SIGBUS.
 *
 * Returns: a descriptor that the caller closes, or -1 with errno set
 */
int
thimble_wire_new_memory (gsize n_bytes)
{
  int fd = memfd_create ("thimble", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (fd < 0)
    return -1;
  if (ftruncate (fd, (off_t) n_bytes) == 0
      && fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
    return fd;
  close (fd);
  return -1;
}
