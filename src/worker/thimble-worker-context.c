/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What operations see when they run in a worker process: ends of works become packets, outputs go
 * into the ring, or into memory that the parent makes for them, and what is reserved is asked for.
 *
 * A worker that cannot talk to its parent has nothing left to do: it ends at once. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-worker-context.h"

#include "thimble-errors.h"
#include "thimble-executor.h"
#include "thimble-io-error.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Outputs begin at multiples of this. */
#define ALIGNMENT 64
/* An answer that comes so soon after the last one that was sent waits for those that follow. */
#define BURST_US 2000

G_DEFINE_QUARK (thimble-needs-kind-error-quark, thimble_needs_kind_error)

static void
send_packet (gconstpointer head, gsize n_head, gconstpointer tail, gsize n_tail)
{
  if (!thimble_wire_send (THIMBLE_WIRE_SOCKET, head, n_head, tail, n_tail, NULL, 0))
    _exit (0);
}

/* Sends the answers that are held back. */
static void
flush (ThimbleWorkerContext *self)
{
  const ThimbleWireHeader several = { .type = THIMBLE_WIRE_SEVERAL };

  if (self->held->len > 0)
    send_packet (&several, sizeof several, self->held->data, self->held->len);
  g_byte_array_set_size (self->held, 0);
}

/* Appends an answer to those that are held back. */
static void
hold (ThimbleWorkerContext *self, gconstpointer head, gsize n_head, gconstpointer tail, gsize n_tail)
{
  static const guint8 padding[8];
  const ThimbleWirePart part = { .n_bytes = (guint32) (n_head + n_tail) };
  gsize n_padded = THIMBLE_WIRE_ALIGN (n_head + n_tail);

  g_byte_array_append (self->held, (const guint8 *) &part, sizeof part);
  g_byte_array_append (self->held, head, (guint) n_head);
  if (n_tail > 0)
    g_byte_array_append (self->held, tail, (guint) n_tail);
  g_byte_array_append (self->held, padding, (guint) (n_padded - n_head - n_tail));
}

/* Sends what ends a work, or holds it back: works that were decoded together end together, and a
 * parent that is woken by each of them takes more time for that than for what they say. The first
 * one of a group goes at once, so that the parent has the next group ready in time. */
static void
answer (ThimbleWorkerContext *self,
        gconstpointer head,
        gsize n_head,
        gconstpointer tail,
        gsize n_tail)
{
  const gsize room = THIMBLE_WIRE_MAX_PACKET - sizeof (ThimbleWireHeader);
  gsize n_part = sizeof (ThimbleWirePart) + THIMBLE_WIRE_ALIGN (n_head + n_tail);
  gint64 now = g_get_monotonic_time ();

  if (self->held->len + n_part > room)
    flush (self);
  if (self->is_ended != 0 && now - self->answered_us <= BURST_US && n_part <= room)
    {
      hold (self, head, n_head, tail, n_tail);
      return;
    }
  flush (self);
  send_packet (head, n_head, tail, n_tail);
  self->answered_us = now;
}

/* Waits for a packet from the socket. */
static ThimbleWorkerPacket *
receive_packet (void)
{
  ThimbleWorkerPacket *packet = g_new (ThimbleWorkerPacket, 1);

  if (thimble_wire_receive (THIMBLE_WIRE_SOCKET, packet->bytes, &packet->n_bytes, packet->fds,
                            &packet->n_fds, TRUE)
      != THIMBLE_WIRE_PACKET)
    _exit (0);
  return packet;
}

/* Waits for a packet of one type. What comes before it is kept for later. */
static ThimbleWorkerPacket *
receive_type (ThimbleWorkerContext *self, ThimbleWireType type)
{
  for (;;)
    {
      ThimbleWorkerPacket *packet = receive_packet ();

      if (packet->header.type == type)
        return packet;
      g_queue_push_tail (&self->waiting, packet);
    }
}

void
thimble_worker_packet_free (ThimbleWorkerPacket *packet)
{
  for (guint i = 0; i < packet->n_fds; i++)
    if (packet->fds[i] >= 0)
      close (packet->fds[i]);
  g_free (packet);
}

/* Returns: (transfer full): the next packet, in the order in which they were sent */
ThimbleWorkerPacket *
thimble_worker_context_receive (ThimbleWorkerContext *self)
{
  ThimbleWorkerPacket *packet = g_queue_pop_head (&self->waiting);

  return packet != NULL ? packet : receive_packet ();
}

/* Fills in a text's packet for @error. Returns how many bytes of its message follow. */
static gsize
fill_text (ThimbleWireText *text, ThimbleWireType type, guint64 serial, const GError *error)
{
  gsize n_bytes = MIN (strlen (error->message), THIMBLE_WIRE_MAX_TEXT);
  const char *end;

  *text = (ThimbleWireText) { .header = { .type = type, .serial = serial }, .code = error->code };
  if (error->domain == THIMBLE_IMAGE_ERROR)
    text->domain = THIMBLE_WIRE_DOMAIN_IMAGE;
  else if (error->domain == THIMBLE_EXECUTOR_ERROR)
    text->domain = THIMBLE_WIRE_DOMAIN_EXECUTOR;
  else
    text->domain = THIMBLE_WIRE_DOMAIN_IO;
  if (text->domain == THIMBLE_WIRE_DOMAIN_IO && error->domain != THIMBLE_IO_ERROR)
    text->code = G_IO_ERROR_FAILED;
  g_utf8_validate (error->message, (gssize) n_bytes, &end); /* not in the middle of a character */
  text->n_bytes = (guint32) (end - error->message);
  return text->n_bytes;
}

/* Says why the worker cannot get ready. */
void
thimble_worker_context_send_failed (const GError *error)
{
  ThimbleWireText text;
  gsize n_bytes = fill_text (&text, THIMBLE_WIRE_FAILED, 0, error);

  send_packet (&text, sizeof text, error->message, n_bytes);
}

static void
send_error (ThimbleWorkerContext *self, guint64 serial, const GError *error)
{
  ThimbleWireText text;
  gsize n_bytes = fill_text (&text, THIMBLE_WIRE_ERROR, serial, error);

  answer (self, &text, sizeof text, error->message, n_bytes);
}

/* Room for outputs in the ring: as one piece, behind what the parent has not read. */
static guint8 *
allocate_in_ring (ThimbleWorkerContext *self, gsize n_bytes)
{
  guint64 released = __atomic_load_n (&self->shared->released, __ATOMIC_ACQUIRE);
  guint64 begin = self->head;
  gsize place;

  if (n_bytes > THIMBLE_WIRE_RING)
    return NULL;
  if (released == begin) /* all was read: pages that are in the caches of both sides serve again */
    self->start = begin;
  place = (begin - self->start) % THIMBLE_WIRE_RING;
  if (place + n_bytes > THIMBLE_WIRE_RING)
    begin += THIMBLE_WIRE_RING - place;
  if (begin + n_bytes - released > THIMBLE_WIRE_RING)
    return NULL;
  self->head = begin + n_bytes;
  return self->ring + (begin - self->start) % THIMBLE_WIRE_RING;
}

/* Room for outputs in memory of their own; NULL where the parent does not allow as much. */
static guint8 *
ask_for_memory (ThimbleWorkerContext *self, guint64 serial, gsize n_bytes)
{
  ThimbleWireSize ask = { .header = { .type = THIMBLE_WIRE_NEED_MEMORY, .serial = serial },
                          .n_bytes = n_bytes };
  g_autoptr(ThimbleWorkerPacket) packet = NULL;
  gpointer memory;

  flush (self);
  send_packet (&ask, sizeof ask, NULL, 0);
  packet = receive_type (self, THIMBLE_WIRE_MEMORY);
  if (packet->n_fds == 0)
    return NULL;
  memory = mmap (NULL, n_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, packet->fds[0], 0);
  return memory != MAP_FAILED ? memory : NULL;
}

static void
send_too_large (ThimbleWorkerContext *self, guint64 serial, gsize n_bytes)
{
  g_autofree char *size = g_format_size (n_bytes);
  g_autoptr(GError) error
    = g_error_new (THIMBLE_IMAGE_ERROR, THIMBLE_IMAGE_ERROR_TOO_LARGE,
                   "would have outputs of %s together, which is more than a worker may send. "
                   "Choose smaller sizes, or raise the limit on pixels.",
                   size);

  send_error (self, serial, error);
}

static void
copy_outputs (ThimbleWorkResult *result, const ThimbleWireOutput *places, guint8 *memory)
{
  for (guint i = 0; i < thimble_work_result_get_n_outputs (result); i++)
    {
      gsize n_bytes;
      gconstpointer bytes
        = g_bytes_get_data (thimble_work_result_get_output (result, i), &n_bytes);

      if (n_bytes > 0)
        memcpy (memory + places[i].offset, bytes, n_bytes);
    }
}

static void
send_result (ThimbleWorkerContext *self, guint64 serial, ThimbleWorkResult *result)
{
  GBytes *reply = thimble_work_result_get_reply (result);
  guint n_outputs = thimble_work_result_get_n_outputs (result);
  gsize n_reply = 0;
  gconstpointer reply_bytes = reply != NULL ? g_bytes_get_data (reply, &n_reply) : NULL;
  struct
  {
    ThimbleWireResult result;
    ThimbleWireOutput places[THIMBLE_WIRE_MAX_OUTPUTS];
  } head = { .result = { .header = { .type = THIMBLE_WIRE_RESULT, .serial = serial },
                         .n_reply = reply != NULL ? (guint32) n_reply : G_MAXUINT32,
                         .n_outputs = n_outputs } };
  guint8 *memory = NULL;
  gsize n_all = 0;

  g_assert (n_outputs <= THIMBLE_WIRE_MAX_OUTPUTS && n_reply <= THIMBLE_WIRE_MAX_REPLY);

  for (guint i = 0; i < n_outputs; i++)
    {
      gsize n_bytes = g_bytes_get_size (thimble_work_result_get_output (result, i));

      head.places[i] = (ThimbleWireOutput) { n_all, n_bytes };
      n_all += (n_bytes + ALIGNMENT - 1) & ~(gsize) (ALIGNMENT - 1);
    }
  if (n_all > 0)
    {
      memory = allocate_in_ring (self, n_all);
      head.result.in_memory = memory == NULL;
      if (memory == NULL)
        memory = ask_for_memory (self, serial, n_all);
      if (memory == NULL)
        {
          send_too_large (self, serial, n_all);
          return;
        }
      copy_outputs (result, head.places, memory);
      for (guint i = 0; !head.result.in_memory && i < n_outputs; i++)
        head.places[i].offset += (guint64) (memory - self->ring);
    }
  head.result.released = self->head;
  answer (self, &head, sizeof head.result + n_outputs * sizeof head.places[0], reply_bytes,
          n_reply);
  if (head.result.in_memory)
    {
      flush (self); /* the parent drops it with the next answer */
      munmap (memory, n_all);
    }
}

static void
end (ThimbleWorkContext *context, guint index, ThimbleWorkResult *result, GError *error)
{
  ThimbleWorkerContext *self = (ThimbleWorkerContext *) context;
  guint64 serial = self->first_serial + index;

  if (index >= self->n_works || (self->is_ended & (1u << index)) != 0)
    g_critical ("An operation ended a work that it does not have, or twice");
  else if (error != NULL && error->domain == THIMBLE_NEEDS_KIND_ERROR)
    {
      const ThimbleWireHeader needs = { .type = THIMBLE_WIRE_NEEDS_KIND, .serial = serial };

      answer (self, &needs, sizeof needs, NULL, 0);
    }
  else if (error != NULL)
    send_error (self, serial, error);
  else
    send_result (self, serial, result);

  self->is_ended |= index < self->n_works ? 1u << index : 0;
  g_clear_pointer (&result, thimble_work_result_unref);
  g_clear_error (&error);
}

static gboolean
should_stop (ThimbleWorkContext *context, guint index)
{
  ThimbleWorkerContext *self = (ThimbleWorkerContext *) context;
  guint64 serial = self->first_serial + index;

  return g_atomic_int_get ((gint *) &self->shared->stop[serial % THIMBLE_WIRE_WINDOW])
         == (gint) (guint32) serial;
}

/* What was granted is kept until the group ends, unless more is needed. */
static void
reserve (ThimbleWorkContext *context, guint64 n_bytes)
{
  ThimbleWorkerContext *self = (ThimbleWorkerContext *) context;
  ThimbleWireSize ask
    = { .header = { .type = THIMBLE_WIRE_RESERVE, .serial = self->first_serial },
        .n_bytes = n_bytes };

  if (n_bytes <= MAX (self->n_reserved, self->free_bytes))
    return;
  flush (self);
  send_packet (&ask, sizeof ask, NULL, 0);
  thimble_worker_packet_free (receive_type (self, THIMBLE_WIRE_GRANT));
  self->n_reserved = n_bytes;
}

static void
tell_pixels (ThimbleWorkContext *context, guint64 n_pixels)
{
  ThimbleWorkerContext *self = (ThimbleWorkerContext *) context;

  flush (self); /* another picture begins, which may take long */
  __atomic_add_fetch (&self->shared->n_pixels, n_pixels, __ATOMIC_RELAXED);
}

void
thimble_worker_context_init (ThimbleWorkerContext *self)
{
  *self = (ThimbleWorkerContext) {
    .context = { .end = end, .should_stop = should_stop, .reserve = reserve,
                 .tell_pixels = tell_pixels, .buffer = g_byte_array_new () },
    .held = g_byte_array_new (),
  };
  g_queue_init (&self->waiting);
}

void
thimble_worker_context_clear (ThimbleWorkerContext *self)
{
  if (self->shared != NULL)
    munmap (self->shared, THIMBLE_WIRE_PAGE + THIMBLE_WIRE_RING);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) thimble_worker_packet_free);
  thimble_work_context_clear_buffers (&self->context);
  g_byte_array_unref (self->held);
}

void
thimble_worker_context_begin (ThimbleWorkerContext *self, guint64 serial, guint n_works)
{
  self->first_serial = serial;
  self->n_works = n_works;
  self->is_ended = 0;
  self->n_reserved = 0;
  __atomic_store_n (&self->shared->n_pixels, 0, __ATOMIC_RELAXED);
}

/* After the operation has returned: every work that it was given ends. */
void
thimble_worker_context_finish (ThimbleWorkerContext *self, const char *operation)
{
  for (guint i = 0; i < self->n_works; i++)
    if ((self->is_ended & (1u << i)) == 0)
      end (&self->context, i, NULL,
           g_error_new (THIMBLE_EXECUTOR_ERROR, THIMBLE_EXECUTOR_ERROR_NO_RESULT,
                        "got no result from the operation “%s”.", operation));
  flush (self);
}
