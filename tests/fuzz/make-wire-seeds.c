/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Seeds for both sides of the wire: packets as a sound parent and a sound worker send them. */

#include "make-seeds.h"

#include "thimble-wire.h"

#include <string.h>

static void
add_part (GByteArray *packet, gconstpointer bytes, guint n_bytes)
{
  const ThimbleWirePart part = { .n_bytes = n_bytes };

  g_byte_array_append (packet, (const guint8 *) &part, sizeof part);
  g_byte_array_append (packet, bytes, n_bytes);
}

/* Parts of sizes that are multiples of 8 as they are. */
static void
write_several (gconstpointer first, guint n_first, gconstpointer second, guint n_second)
{
  const ThimbleWireHeader head = { .type = THIMBLE_WIRE_SEVERAL };
  g_autoptr (GByteArray) packet = g_byte_array_new ();

  g_byte_array_append (packet, (const guint8 *) &head, sizeof head);
  add_part (packet, first, n_first);
  add_part (packet, second, n_second);
  make_seeds_write ("answer", "several", packet->data, packet->len);
}

static void
write_answers (void)
{
  const struct
  {
    ThimbleWireResult result;
    ThimbleWireOutput places[2];
    char reply[8];
  } result = { { { .type = THIMBLE_WIRE_RESULT, .serial = 1 }, .n_reply = 8, .n_outputs = 2,
                 .released = 192 },
               { { 0, 100 }, { 128, 60 } }, "reply" };
  const struct
  {
    ThimbleWireText text;
    char message[8];
  } error = { { { .type = THIMBLE_WIRE_ERROR, .serial = 1 },
                .domain = THIMBLE_WIRE_DOMAIN_IMAGE, .code = 1, .n_bytes = 8 }, "is bad.." };
  const ThimbleWireSize size = { { .type = THIMBLE_WIRE_NEED_MEMORY, .serial = 1 }, 4096 };

  make_seeds_write ("answer", "result", &result, sizeof result);
  make_seeds_write ("answer", "error", &error, sizeof error);
  make_seeds_write ("answer", "size", &size, sizeof size);
  write_several (&result, sizeof result, &error, sizeof error);
}

/* As fuzz-worker takes packets: with a length and a number of descriptors in front. */
static void
add_packet (GByteArray *row, const void *bytes, guint n_bytes, guint8 n_fds)
{
  const guint8 head[] = { n_bytes & 0xff, n_bytes >> 8, n_fds };

  g_byte_array_append (row, head, sizeof head);
  g_byte_array_append (row, bytes, n_bytes);
}

void
make_wire_seeds (void)
{
  const struct
  {
    ThimbleWireRecipe recipe;
    char bytes[8];
  } recipe = { { { .type = THIMBLE_WIRE_RECIPE }, .number = 3, .n_bytes = 8 }, "recipe" };
  const ThimbleWireHeader start = { .type = THIMBLE_WIRE_START };
  ThimbleWireGroup group = { .header = { .type = THIMBLE_WIRE_GROUP, .serial = 1 },
                             .operation = "echo", .n_works = 3 };
  g_autoptr (GByteArray) row = g_byte_array_new ();

  group.works[0].recipe = 3;
  group.works[0].has_input = 1;
  group.works[1].recipe = -1;
  group.works[1].has_input = 1;
  group.works[2].recipe = 3;
  add_packet (row, &start, sizeof start, 0);
  add_packet (row, &recipe, sizeof recipe, 0);
  add_packet (row, &group, sizeof group, 2);
  make_seeds_write ("worker", "group", row->data, row->len);
  write_answers ();
}
