/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The parent's side of the wire: a packet of a worker's that has been taken over. What is taken out
 * of it must lie in what the worker was given, and may be shown. */

#include "fuzz.h"

#include "thimble-answer.h"

#include <string.h>

#include <sanitizer/asan_interface.h>

#define N_MEMORY 4096

static guint8 *ring;   /* of its exact size, so that a sanitizer sees what is read past it */
static guint8 *memory;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  ring = g_malloc0 (THIMBLE_WIRE_RING);
  memory = g_malloc0 (N_MEMORY);
  return 0;
}

static void
check_result (const ThimbleAnswer *answer, gboolean has_memory)
{
  guint64 released = 0;
  g_autoptr (ThimbleWorkResult) result = thimble_answer_new_result (
    answer, ring, has_memory ? memory : NULL, has_memory ? N_MEMORY : 0, &released);
  gsize n_all = 0;

  if (result == NULL)
    return;
  for (guint i = 0; i < thimble_work_result_get_n_outputs (result); i++)
    n_all += g_bytes_get_size (thimble_work_result_get_output (result, i));
  g_assert_cmpuint (n_all, <=, THIMBLE_WIRE_RING);
  if (thimble_work_result_get_reply (result) != NULL)
    g_assert_cmpuint (g_bytes_get_size (thimble_work_result_get_reply (result)), <=,
                      THIMBLE_WIRE_MAX_REPLY);
}

static void
check_text (const char *text)
{
  g_assert_cmpuint (strlen (text), <=, THIMBLE_WIRE_MAX_TEXT);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *p = text; *p != '\0'; p++)
    g_assert_false (g_ascii_iscntrl (*p));
}

/* What is asked of one answer: of bytes behind it nothing may come. */
static void
check (ThimbleAnswer *answer)
{
  g_autofree char *failure = NULL;
  g_autoptr (GError) error = NULL;
  guint64 size;

  g_assert_cmpuint (answer->n_bytes, >=, sizeof answer->header);
  g_assert_cmpuint (answer->n_bytes, <=, sizeof answer->bytes);
  ASAN_POISON_MEMORY_REGION (answer->bytes + answer->n_bytes,
                             sizeof answer->bytes - answer->n_bytes);

  failure = thimble_answer_dup_failure (answer);
  if (failure != NULL)
    check_text (failure);
  error = thimble_answer_new_error (answer);
  if (error != NULL)
    check_text (error->message);
  if (thimble_answer_get_size (answer, &size))
    g_assert_cmpuint (size, >, 0);
  check_result (answer, FALSE);
  check_result (answer, TRUE);

  ASAN_UNPOISON_MEMORY_REGION (answer->bytes, sizeof answer->bytes);
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize n_bytes)
{
  static ThimbleAnswer answer;
  ThimbleWireReceived received;

  if (n_bytes < sizeof answer.header || n_bytes > sizeof answer.bytes)
    return 0;
  thimble_answer_drop_more (&answer);
  memcpy (answer.bytes, bytes, n_bytes);
  answer.n_bytes = n_bytes;
  received = thimble_answer_open (&answer);
  ASAN_POISON_MEMORY_REGION (answer.more + answer.n_more, sizeof answer.more - answer.n_more);
  while (received == THIMBLE_WIRE_PACKET)
    {
      check (&answer);
      received = thimble_answer_has_more (&answer) ? thimble_answer_take_part (&answer)
                                                   : THIMBLE_WIRE_NOTHING;
    }
  ASAN_UNPOISON_MEMORY_REGION (answer.more, sizeof answer.more);
  return 0;
}
