/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A worker that an image has taken over: the recipe of a work says what it does with it. All but
 * "good" is what no sound worker does; see lies.h for the list. */

#include "lies.h"
#include "thimble-errors.h"
#include "thimble-wire.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef union
{
  ThimbleWireHeader header;
  guint8 bytes[THIMBLE_WIRE_MAX_PACKET];
} Packet;

typedef struct
{
  guint8 *memory;
  char recipes[THIMBLE_WIRE_N_RECIPES][32];
  const char *lie;
  guint64 serial;
} Liar;

static void
send_bytes (gconstpointer bytes, gsize n_bytes, const int *fds, guint n_fds)
{
  if (!thimble_wire_send (THIMBLE_WIRE_SOCKET, bytes, n_bytes, NULL, 0, fds, n_fds))
    _exit (0);
}

/* A result with one output, a reply of the word "good", and whatever the caller makes of it. */
typedef struct
{
  ThimbleWireResult head;
  ThimbleWireOutput output;
  char reply[4];
} Result;

static Result
make_result (Liar *liar)
{
  Result result = {
    .head = { .header = { .type = THIMBLE_WIRE_RESULT, .serial = liar->serial },
              .n_reply = 4, .n_outputs = 1, .released = 0 },
    .output = { .offset = 0, .n_bytes = 6 },
    .reply = { 'g', 'o', 'o', 'd' },
  };

  memcpy (liar->memory + THIMBLE_WIRE_PAGE, "output", 6);
  return result;
}

#define RESULT_SIZE (offsetof (Result, reply) + 4)

static void
send_text (Liar *liar, guint32 domain, gint32 code, const char *words, guint32 n_said)
{
  struct
  {
    ThimbleWireText head;
    char words[64];
  } text = { .head = { .header = { .type = THIMBLE_WIRE_ERROR, .serial = liar->serial },
                       .domain = domain, .code = code, .n_bytes = n_said } };

  g_strlcpy (text.words, words, sizeof text.words);
  send_bytes (&text, sizeof text.head + strlen (text.words), NULL, 0);
}

/* Lies about the result. Returns whether this was one. */
static gboolean
lie_in_result (Liar *liar)
{
  Result result = make_result (liar);
  gsize n_bytes = RESULT_SIZE;

  if (g_str_equal (liar->lie, "offset-outside"))
    result.output.offset = THIMBLE_WIRE_RING - 2;
  else if (g_str_equal (liar->lie, "offset-wraps"))
    result.output.offset = G_MAXUINT64 - 2;
  else if (g_str_equal (liar->lie, "output-endless"))
    result.output.n_bytes = G_MAXUINT64;
  else if (g_str_equal (liar->lie, "outputs-many"))
    result.head.n_outputs = G_MAXUINT32;
  else if (g_str_equal (liar->lie, "outputs-missing"))
    result.head.n_outputs = 2;
  else if (g_str_equal (liar->lie, "reply-long"))
    result.head.n_reply = 5;
  else if (g_str_equal (liar->lie, "memory-unasked"))
    result.head.in_memory = TRUE;
  else if (g_str_equal (liar->lie, "serial-other"))
    result.head.header.serial += 100;
  else if (g_str_equal (liar->lie, "serial-none"))
    result.head.header.serial = 0;
  else if (g_str_equal (liar->lie, "type-unknown"))
    result.head.header.type = 999;
  else if (g_str_equal (liar->lie, "type-ready"))
    result.head.header.type = THIMBLE_WIRE_READY;
  else if (g_str_equal (liar->lie, "short"))
    n_bytes = sizeof (ThimbleWireHeader) + 2;
  else if (g_str_equal (liar->lie, "tiny"))
    n_bytes = 3;
  else
    return FALSE;
  send_bytes (&result, n_bytes, NULL, 0);
  return TRUE;
}

/* Lies about an error, or about everything. */
static gboolean
lie_in_error (Liar *liar)
{
  if (g_str_equal (liar->lie, "error-unknown"))
    send_text (liar, 77, 0, "is odd.", 7);
  else if (g_str_equal (liar->lie, "error-code"))
    send_text (liar, THIMBLE_WIRE_DOMAIN_IMAGE, 1000, "is odd.", 7);
  else if (g_str_equal (liar->lie, "error-long"))
    send_text (liar, THIMBLE_WIRE_DOMAIN_IMAGE, 1, "is odd.", 4000);
  else if (g_str_equal (liar->lie, "error-terminal"))
    send_text (liar, THIMBLE_WIRE_DOMAIN_IMAGE, 1, "is \033[31modd.", 12);
  else if (g_str_equal (liar->lie, "error-terminal-c1"))
    send_text (liar, THIMBLE_WIRE_DOMAIN_IMAGE, 1, "is \302\23331modd.", 12);
  else if (g_str_equal (liar->lie, "error-backwards"))
    send_text (liar, THIMBLE_WIRE_DOMAIN_IMAGE, 1, "is \342\200\256ddo.", 10);
  else if (g_str_equal (liar->lie, "error-bytes"))
    send_text (liar, THIMBLE_WIRE_DOMAIN_IMAGE, 1, "is \xff\xfe.", 6);
  else if (g_str_equal (liar->lie, "cancelled"))
    send_text (liar, THIMBLE_WIRE_DOMAIN_IO, G_IO_ERROR_CANCELLED, "was cancelled.", 14);
  else if (g_str_equal (liar->lie, "failed"))
    {
      ThimbleWireText text = { .header = { .type = THIMBLE_WIRE_FAILED }, .domain = 1 };
      send_bytes (&text, sizeof text, NULL, 0);
    }
  else
    return FALSE;
  return TRUE;
}

/* A packet of several: good results, and whatever the caller makes of it. */
typedef struct
{
  ThimbleWireHeader head;
  struct
  {
    ThimbleWirePart part;
    Result result;
  } __attribute__ ((aligned (8))) of[2]; /* everywhere, as parts are */
} Several;

G_STATIC_ASSERT (sizeof (((Several *) NULL)->of[0])
                 == sizeof (ThimbleWirePart) + THIMBLE_WIRE_ALIGN (RESULT_SIZE));

static Several
make_several (Liar *liar)
{
  Several several = { .head = { .type = THIMBLE_WIRE_SEVERAL } };

  for (guint i = 0; i < G_N_ELEMENTS (several.of); i++)
    {
      several.of[i].part.n_bytes = RESULT_SIZE;
      several.of[i].result = make_result (liar);
    }
  return several;
}

/* Lies about what one packet is made of. Returns whether this was one. */
static gboolean
lie_in_several (Liar *liar)
{
  Several several = make_several (liar);
  gsize n_bytes = offsetof (Several, of[1]);

  if (g_str_equal (liar->lie, "several-none"))
    n_bytes = sizeof several.head;
  else if (g_str_equal (liar->lie, "several-short"))
    several.of[0].part.n_bytes = sizeof (ThimbleWireHeader) - 1;
  else if (g_str_equal (liar->lie, "several-long"))
    several.of[0].part.n_bytes = G_MAXUINT32;
  else if (g_str_equal (liar->lie, "several-cut"))
    n_bytes = offsetof (Several, of[0].result);
  else if (g_str_equal (liar->lie, "several-nested"))
    several.of[0].result.head.header.type = THIMBLE_WIRE_SEVERAL;
  else
    return FALSE;
  send_bytes (&several, n_bytes, NULL, 0);
  return TRUE;
}

static gboolean
lie_otherwise (Liar *liar)
{
  Result result = make_result (liar);
  ThimbleWireSize size
    = { .header = { .type = THIMBLE_WIRE_RESERVE, .serial = liar->serial }, .n_bytes = 1 };
  static guint8 large[THIMBLE_WIRE_MAX_PACKET + 1];

  if (g_str_equal (liar->lie, "fd-extra"))
    send_bytes (&result, RESULT_SIZE, (const int[]) { 2, 2 }, 2);
  else if (g_str_equal (liar->lie, "packet-large"))
    send_bytes (large, sizeof large, NULL, 0);
  else if (g_str_equal (liar->lie, "needs-kind-twice"))
    {
      ThimbleWireHeader needs = { .type = THIMBLE_WIRE_NEEDS_KIND, .serial = liar->serial };
      send_bytes (&needs, sizeof needs, NULL, 0);
    }
  else if (g_str_equal (liar->lie, "reserve-flood"))
    for (;;)
      send_bytes (&size, sizeof size, NULL, 0);
  else if (g_str_equal (liar->lie, "memory-huge"))
    {
      size.header.type = THIMBLE_WIRE_NEED_MEMORY;
      size.n_bytes = G_MAXUINT64;
      send_bytes (&size, sizeof size, NULL, 0);
      result.head.in_memory = TRUE;
      send_bytes (&result, RESULT_SIZE, NULL, 0);
    }
  else if (g_str_equal (liar->lie, "silence"))
    close (THIMBLE_WIRE_SOCKET);
  else if (g_str_equal (liar->lie, "crash"))
    raise (SIGSEGV);
  else if (g_str_equal (liar->lie, "exit"))
    _exit (3);
  else
    return FALSE;
  return TRUE;
}

/* Answers well, and changes its mind when that is read; then the truth must not have changed. */
static void
answer_well (Liar *liar)
{
  Result result = make_result (liar);
  Several several = make_several (liar);

  if (g_str_equal (liar->lie, "good-as-part"))
    send_bytes (&several, offsetof (Several, of[1]), NULL, 0);
  else if (g_str_equal (liar->lie, "good-with-more"))
    send_bytes (&several, sizeof several, NULL, 0);
  else
    send_bytes (&result, RESULT_SIZE, NULL, 0);
  if (g_str_equal (liar->lie, "good-then-more"))
    send_bytes (&result, RESULT_SIZE, NULL, 0);
}

static void
run_group (Liar *liar, const ThimbleWireGroup *group)
{
  for (guint i = 0; i < group->n_works; i++)
    {
      liar->serial = group->header.serial + i;
      liar->lie = group->works[i].recipe >= 0 ? liar->recipes[group->works[i].recipe] : "good";
      if (g_str_equal (liar->lie, "spin"))
        for (;;)
          ;
      if (g_str_equal (liar->lie, "killed"))
        raise (SIGKILL);
      if (!lie_in_result (liar) && !lie_in_error (liar)
          && !lie_in_several (liar) && !lie_otherwise (liar))
        answer_well (liar);
    }
}

int
main (void)
{
  static Packet packet;
  static Liar liar;
  const ThimbleWireHeader ready = { .type = THIMBLE_WIRE_READY };
  int fds[THIMBLE_WIRE_MAX_WORKS];
  gsize n_bytes;
  guint n_fds;

  while (thimble_wire_receive (THIMBLE_WIRE_SOCKET, &packet, &n_bytes, fds, &n_fds, TRUE)
         == THIMBLE_WIRE_PACKET)
    {
      const ThimbleWireRecipe *recipe = (gconstpointer) &packet;

      if (packet.header.type == THIMBLE_WIRE_SETUP)
        liar.memory = mmap (NULL, THIMBLE_WIRE_PAGE + THIMBLE_WIRE_RING, PROT_READ | PROT_WRITE,
                            MAP_SHARED, fds[0], 0);
      for (guint i = 0; i < n_fds; i++)
        close (fds[i]);
      if (packet.header.type == THIMBLE_WIRE_SETUP || packet.header.type == THIMBLE_WIRE_START)
        send_bytes (&ready, sizeof ready, NULL, 0);
      else if (packet.header.type == THIMBLE_WIRE_RECIPE)
        g_strlcpy (liar.recipes[recipe->number], (const char *) (recipe + 1),
                   MIN (recipe->n_bytes + 1, sizeof liar.recipes[0]));
      else if (packet.header.type == THIMBLE_WIRE_GROUP)
        run_group (&liar, (gconstpointer) &packet);
    }
  return 0;
}
