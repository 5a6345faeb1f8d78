/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The worker's side of the wire: its whole main loop, on packets that make no sense. An input is a
 * row of packets: two bytes of length, one of how many descriptors come along, and the packet.
 *
 * The sandbox is left out by the linker, as it would close the fuzzer with the worker. */

#include "fuzz.h"

#include "config.h"

#include "thimble-sandbox.h"
#include "thimble-wire.h"
#include "thimble-worker-program.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_PACKETS 3
#define MAX_WORKS 3
/* As many as the works of all packets may ask for. */
#define N_GRANTS (MAX_PACKETS * MAX_WORKS)
#define FILE_TEXT "some bytes of a file"

static int file = -1;
static int memory = -1; /* the page and the ring, for one run after the other */
static void *page;

gboolean __wrap_thimble_sandbox_begin (pid_t parent, const int *fds, guint n_fds, GError **error);

gboolean
__wrap_thimble_sandbox_begin (pid_t parent, const int *fds, guint n_fds, GError **error)
{
  return TRUE;
}

/* Gives the input and the recipe back as outputs. */
static void
echo (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works)
{
  for (guint i = 0; i < n_works; i++)
    {
      ThimbleInput *input = thimble_work_get_input (works[i]);
      GBytes *recipe = thimble_work_get_recipe (works[i]);
      g_autoptr (GBytes) bytes = NULL;
      GError *error = NULL;
      gsize n_bytes = 0;
      const guint8 *read = NULL;

      thimble_work_context_reserve (context, 1 << 30);
      if (input != NULL)
        read = thimble_input_read (input, thimble_work_context_get_buffer (context, 0), 1024,
                                   &n_bytes, &error);
      bytes = g_bytes_new (read, n_bytes);
      if (error != NULL)
        thimble_work_context_return_error (context, i, error);
      else
        thimble_work_context_return_result (context, i,
                                            thimble_work_result_new (recipe, &bytes, 1));
    }
}

static const ThimbleOperation operations[] = {
  { .name = "echo", .run = echo, .max_works = MAX_WORKS },
  { NULL },
};

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  file = memfd_create ("input", MFD_CLOEXEC);
  g_assert_cmpint (write (file, FILE_TEXT, strlen (FILE_TEXT)), ==, strlen (FILE_TEXT));
  memory = thimble_wire_new_memory (THIMBLE_WIRE_PAGE + THIMBLE_WIRE_RING);
  page = mmap (NULL, THIMBLE_WIRE_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  g_assert_true (page != MAP_FAILED);
  return 0;
}

static void
send_packet (int socket, const void *bytes, gsize n_bytes, const int *fds, guint n_fds)
{
  g_assert_true (thimble_wire_send (socket, bytes, n_bytes, NULL, 0, fds, n_fds));
}

static void
send_setup (int socket)
{
  const ThimbleWireSetup setup = { .header = { .type = THIMBLE_WIRE_SETUP }, .version = VERSION,
                                   .max_memory = 1 << 30, .free_bytes = 1 << 20 };

  memset (page, 0, THIMBLE_WIRE_PAGE);
  send_packet (socket, &setup, sizeof setup, &memory, 1);
}

static void
send_input (int socket, const guint8 *bytes, gsize n_bytes)
{
  int fds[THIMBLE_WIRE_MAX_WORKS];

  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    fds[i] = file;
  for (guint i = 0; i < MAX_PACKETS && n_bytes > 3; i++)
    {
      gsize n_packet = MIN ((gsize) (bytes[0] | bytes[1] << 8), n_bytes - 3);
      guint n_fds = bytes[2] % (G_N_ELEMENTS (fds) + 1);

      bytes += 3;
      n_bytes -= 3;
      /* What is shorter is dropped before the main loop, and ends the process. */
      if (n_packet >= sizeof (ThimbleWireHeader))
        send_packet (socket, bytes, n_packet, fds, n_fds);
      bytes += n_packet;
      n_bytes -= n_packet;
    }
}

/* What the worker may wait for, and an end that it understands. */
static void
send_rest (int socket)
{
  const ThimbleWireHeader grant = { .type = THIMBLE_WIRE_GRANT };
  const ThimbleWireHeader end = { 0 };

  for (guint i = 0; i < N_GRANTS; i++)
    send_packet (socket, &grant, sizeof grant, NULL, 0);
  send_packet (socket, &end, sizeof end, NULL, 0);
}

/* The worker's first packet says that it took the setup, without which nothing was tried. */
static void
check_ready (int socket)
{
  ThimbleWireHeader header = { 0 };

  g_assert_cmpint (recv (socket, &header, sizeof header, 0), ==, sizeof header);
  g_assert_cmpuint (header.type, ==, THIMBLE_WIRE_READY);
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize n_bytes)
{
  static const ThimbleWorkerProgram program = { .operations = operations };
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
  g_assert_cmpint (dup2 (ends[1], THIMBLE_WIRE_SOCKET), ==, THIMBLE_WIRE_SOCKET);
  close (ends[1]);
  send_setup (ends[0]);
  send_input (ends[0], bytes, n_bytes);
  send_rest (ends[0]);
  g_assert_cmpint (thimble_worker_program_run (&program), ==, 1);
  check_ready (ends[0]);
  close (ends[0]);
  return 0; /* standard input stays taken, or the next socket would get its number */
}
