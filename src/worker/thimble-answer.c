/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads what workers send, as if each had been taken over by the last image it decoded. A packet is
 * a copy that no worker can change any more; outputs are copied out of the shared memory before
 * anybody looks at them. Nothing is followed, allocated or shown that was not checked. */

#define G_LOG_DOMAIN "thimble"

#include "thimble-answer.h"

#include "thimble-errors.h"
#include "thimble-executor.h"

#include <string.h>
#include <unistd.h>

/**
 * thimble_answer_new:
 *
 * Returns: (transfer full): room for answers, to be freed with g_free()
 */
ThimbleAnswer *
thimble_answer_new (void)
{
  ThimbleAnswer *self = g_new (ThimbleAnswer, 1);

  thimble_answer_drop_more (self);
  return self;
}

/**
 * thimble_answer_has_more:
 *
 * Returns: whether more came with the last answer than that
 */
gboolean
thimble_answer_has_more (const ThimbleAnswer *self)
{
  return self->at < self->n_more;
}

/**
 * thimble_answer_drop_more:
 *
 * Forgets what came with the last answer: whoever sent it is of no more use.
 */
void
thimble_answer_drop_more (ThimbleAnswer *self)
{
  self->n_more = self->at = 0;
}

/**
 * thimble_answer_take_part:
 *
 * Makes the next part of a packet of several the answer; there is more.
 *
 * Returns: %THIMBLE_WIRE_PACKET, or %THIMBLE_WIRE_BAD where it is no sound part
 */
ThimbleWireReceived
thimble_answer_take_part (ThimbleAnswer *self)
{
  gsize n_left = self->n_more - self->at;
  ThimbleWirePart part;

  if (n_left < sizeof part)
    return THIMBLE_WIRE_BAD;
  memcpy (&part, self->more + self->at, sizeof part);
  n_left -= sizeof part;
  if (part.n_bytes < sizeof self->header || part.n_bytes > n_left)
    return THIMBLE_WIRE_BAD;
  memcpy (self->bytes, self->more + self->at + sizeof part, part.n_bytes);
  self->n_bytes = part.n_bytes;
  self->at += sizeof part + MIN (THIMBLE_WIRE_ALIGN (part.n_bytes), n_left);
  return self->header.type != THIMBLE_WIRE_SEVERAL ? THIMBLE_WIRE_PACKET : THIMBLE_WIRE_BAD;
}

/**
 * thimble_answer_open:
 *
 * Makes the packet that was received, of at least a header, the answer: if it is one of several, the
 * first part of it.
 *
 * Returns: as thimble_answer_take_part()
 */
ThimbleWireReceived
thimble_answer_open (ThimbleAnswer *self)
{
  if (self->header.type != THIMBLE_WIRE_SEVERAL)
    return THIMBLE_WIRE_PACKET;
  self->n_more = self->n_bytes;
  self->at = sizeof self->header;
  memcpy (self->more, self->bytes, self->n_more);
  return thimble_answer_take_part (self);
}

/**
 * thimble_answer_receive:
 *
 * Takes the next answer without waiting, of those that came with the last one or from the socket.
 * No worker may send descriptors.
 *
 * Returns: what came
 */
ThimbleWireReceived
thimble_answer_receive (ThimbleAnswer *self, int socket)
{
  int fds[THIMBLE_WIRE_MAX_WORKS];
  ThimbleWireReceived received;
  guint n_fds;

  if (thimble_answer_has_more (self))
    return thimble_answer_take_part (self);
  received = thimble_wire_receive (socket, self->bytes, &self->n_bytes, fds, &n_fds, FALSE);
  for (guint i = 0; i < n_fds; i++)
    close (fds[i]);
  if (n_fds > 0)
    return THIMBLE_WIRE_BAD;
  return received == THIMBLE_WIRE_PACKET ? thimble_answer_open (self) : received;
}

/* Terminals obey control characters, the 32 of ISO 6429 beyond ASCII included, and what turns the
 * direction of writing makes a text look like another one. */
static gboolean
may_show (gunichar character)
{
  switch (g_unichar_type (character))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return FALSE;
    default:
      return TRUE;
    }
}

/* The text of FAILED or ERROR; NULL where it is none that may be shown. */
static char *
dup_text (const ThimbleAnswer *self)
{
  const ThimbleWireText *text = (gconstpointer) self->bytes;
  const char *bytes = (const char *) (text + 1);

  if (self->n_bytes < sizeof *text || text->n_bytes != self->n_bytes - sizeof *text
      || text->n_bytes == 0 || text->n_bytes > THIMBLE_WIRE_MAX_TEXT
      || !g_utf8_validate_len (bytes, text->n_bytes, NULL))
    return NULL;
  for (const char *p = bytes; p < bytes + text->n_bytes; p = g_utf8_next_char (p))
    if (!may_show (g_utf8_get_char (p)))
      return NULL;
  return g_strndup (bytes, text->n_bytes);
}

/**
 * thimble_answer_dup_failure:
 *
 * Returns: (transfer full) (nullable): the text of a FAILED packet; %NULL if it is none
 */
char *
thimble_answer_dup_failure (const ThimbleAnswer *self)
{
  return self->header.type == THIMBLE_WIRE_FAILED ? dup_text (self) : NULL;
}

/**
 * thimble_answer_get_size:
 * @n_bytes: (out): what a RESERVE or NEED_MEMORY packet asks for
 *
 * Returns: whether it is a sound packet of its type
 */
gboolean
thimble_answer_get_size (const ThimbleAnswer *self, guint64 *n_bytes)
{
  const ThimbleWireSize *size = (gconstpointer) self->bytes;

  if (self->n_bytes != sizeof *size || size->n_bytes == 0)
    return FALSE;
  *n_bytes = size->n_bytes;
  return TRUE;
}

static gboolean
is_known_error (guint32 domain, gint32 code, GQuark *quark)
{
  switch (domain)
    {
    case THIMBLE_WIRE_DOMAIN_IO:
      *quark = G_IO_ERROR;
      return code >= G_IO_ERROR_FAILED && code <= G_IO_ERROR_NO_SUCH_DEVICE;
    case THIMBLE_WIRE_DOMAIN_IMAGE:
      *quark = THIMBLE_IMAGE_ERROR;
      return code >= THIMBLE_IMAGE_ERROR_TOO_LARGE && code <= THIMBLE_IMAGE_ERROR_UNSUPPORTED;
    case THIMBLE_WIRE_DOMAIN_EXECUTOR:
      *quark = THIMBLE_EXECUTOR_ERROR;
      return code == THIMBLE_EXECUTOR_ERROR_NO_RESULT;
    default:
      return FALSE;
    }
}

/**
 * thimble_answer_new_error:
 *
 * Returns: (transfer full) (nullable): the error of an ERROR packet; %NULL if it is not a sound one
 */
GError *
thimble_answer_new_error (const ThimbleAnswer *self)
{
  const ThimbleWireText *text = (gconstpointer) self->bytes;
  g_autofree char *message = dup_text (self);
  GQuark domain;

  if (message == NULL || !is_known_error (text->domain, text->code, &domain))
    return NULL;
  return g_error_new_literal (domain, text->code, message);
}

/* Copies one output out of @n_room bytes; what the worker does to them later changes nothing. All
 * outputs together are no more than the room, or a small one could be sent many times. */
static GBytes *
copy_output (const ThimbleWireOutput *place, const guint8 *room, gsize n_room, gsize *n_copied)
{
  guint8 *copy;

  if (room == NULL || place->offset > n_room || place->n_bytes > n_room - place->offset
      || place->n_bytes > n_room - *n_copied)
    return NULL;
  copy = g_try_malloc (MAX (place->n_bytes, 1)); /* how much is the worker's to say */
  if (copy == NULL)
    return NULL;
  memcpy (copy, room + place->offset, place->n_bytes);
  *n_copied += place->n_bytes;
  return g_bytes_new_take (copy, place->n_bytes);
}

/**
 * thimble_answer_new_result:
 * @ring: of %THIMBLE_WIRE_RING bytes
 * @memory: (array length=n_memory) (nullable): that was given for the outputs of this work
 * @released: (out): what the ring has no more use for
 *
 * Returns: (transfer full) (nullable): the result of a RESULT packet, nothing of which is the
 *   worker's any more; %NULL if it is not a sound one
 */
ThimbleWorkResult *
thimble_answer_new_result (const ThimbleAnswer *self,
                           const guint8 *ring,
                           const guint8 *memory,
                           gsize n_memory,
                           guint64 *released)
{
  const ThimbleWireResult *head = (gconstpointer) self->bytes;
  const ThimbleWireOutput *places = (gconstpointer) (head + 1);
  gsize n_reply;
  GBytes *outputs[THIMBLE_WIRE_MAX_OUTPUTS] = { NULL };
  g_autoptr(GBytes) reply = NULL;
  ThimbleWorkResult *result = NULL;
  guint n_outputs = 0;
  gsize n_copied = 0;

  if (self->n_bytes < sizeof *head || head->n_outputs > THIMBLE_WIRE_MAX_OUTPUTS)
    return NULL;
  n_reply = head->n_reply == G_MAXUINT32 ? 0 : head->n_reply;
  if (n_reply > THIMBLE_WIRE_MAX_REPLY
      || self->n_bytes != sizeof *head + head->n_outputs * sizeof *places + n_reply)
    return NULL;

  while (n_outputs < head->n_outputs)
    {
      GBytes *output = copy_output (&places[n_outputs], head->in_memory ? memory : ring,
                                    head->in_memory ? n_memory : THIMBLE_WIRE_RING, &n_copied);

      if (output == NULL)
        break;
      outputs[n_outputs++] = output;
    }
  if (n_outputs == head->n_outputs)
    {
      if (head->n_reply != G_MAXUINT32)
        reply = g_bytes_new (places + n_outputs, n_reply);
      result = thimble_work_result_new (reply, outputs, n_outputs);
      *released = head->released;
    }
  for (guint i = 0; i < n_outputs; i++)
    g_bytes_unref (outputs[i]);
  return result;
}
