/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is a finding among messages: a critical of our own code, or of GLib, which we called wrongly.
 * Those of loaders tell of their own mistakes. It ends by abort(), which libFuzzer keeps the input
 * of. */

#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static gboolean
is_ours (const char *domain)
{
  return domain == NULL || strcmp (domain, "thimble") == 0 || g_str_has_prefix (domain, "GLib");
}

static GLogWriterOutput
write_message_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  const char *domain = NULL;

  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0)
      domain = fields[i].value;
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) == 0 || !is_ours (domain))
    return G_LOG_WRITER_HANDLED;
  g_log_writer_standard_streams (level, fields, n_fields, NULL);
  abort ();
}

__attribute__ ((constructor)) static void
take_messages (void)
{
  g_log_set_writer_func (write_message_cb, NULL, NULL);
}
