/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What people read on a terminal, in their language. Scripts read JSON, which has none of this. */

#include "config.h"

#include "thimble-cli-words.h"

#include <glib/gi18n.h>
#include <stdio.h>

/**
 * thimble_cli_words_append_cell:
 * @text: a line of a table
 * @cell: what stands in the next column
 * @width: of the column, in cells of the terminal
 *
 * Appends @cell and fills the column with spaces. Bytes are no measure of a width: Chinese letters
 * take two cells each (Unicode Standard Annex #11), and marks take none.
 */
void
thimble_cli_words_append_cell (GString *text, const char *cell, guint width)
{
  guint used = 0;

  for (const char *p = cell; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar letter = g_utf8_get_char (p);

      used += g_unichar_iszerowidth (letter) ? 0 : g_unichar_iswide (letter) ? 2 : 1;
    }
  g_string_append (text, cell);
  for (; used < width; used++)
    g_string_append_c (text, ' ');
}

/* Of a run that made something, or only brought it here. */
static void
print_done (const ThimbleRunSummary *s, gboolean only_downloads, double seconds)
{
  guint n = s->n_items;
  gboolean is_whole = s->n_cancelled == 0;

  /* Translators: the first number chooses the form; the other numbers count images too. */
  if (only_downloads && is_whole)
    printf (ngettext ("%u image: %u downloaded, %u unchanged, %u failed in %.2f s.\n",
                      "%u images: %u downloaded, %u unchanged, %u failed in %.2f s.\n", n),
            n, s->n_done, s->n_skipped, s->n_failed, seconds);
  else if (only_downloads)
    printf (ngettext ("%u image: %u downloaded, %u unchanged, %u failed, the rest cancelled "
                      "in %.2f s.\n",
                      "%u images: %u downloaded, %u unchanged, %u failed, the rest cancelled "
                      "in %.2f s.\n", n),
            n, s->n_done, s->n_skipped, s->n_failed, seconds);
  else if (is_whole)
    printf (ngettext ("%u image: %u made, %u up to date, %u failed in %.2f s.\n",
                      "%u images: %u made, %u up to date, %u failed in %.2f s.\n", n),
            n, s->n_done, s->n_skipped, s->n_failed, seconds);
  else
    printf (ngettext ("%u image: %u made, %u up to date, %u failed, the rest cancelled in %.2f s.\n",
                      "%u images: %u made, %u up to date, %u failed, the rest cancelled in %.2f s.\n",
                      n),
            n, s->n_done, s->n_skipped, s->n_failed, seconds);
}

/**
 * thimble_cli_words_print_total:
 * @summary: of a run
 * @is_dry_run: whether it only said what it would do
 * @only_downloads: whether it made no thumbnails
 * @seconds: that it took
 *
 * Prints what became of how many images.
 */
void
thimble_cli_words_print_total (const ThimbleRunSummary *summary,
                               gboolean is_dry_run,
                               gboolean only_downloads,
                               double seconds)
{
  g_autofree char *needed = g_format_size (summary->n_bytes_needed);
  guint n = summary->n_items;

  if (!is_dry_run)
    print_done (summary, only_downloads, seconds);
  else
    /* Translators: the first number chooses the form; “about” is a size, like 4.2 MB. */
    printf (ngettext ("%u image: %u would be made (about %s), %u up to date, %u failed.\n",
                      "%u images: %u would be made (about %s), %u up to date, %u failed.\n", n),
            n, summary->n_done, needed, summary->n_skipped, summary->n_failed);
}

/**
 * thimble_cli_words_get_why:
 * @why: why an image is worked on
 *
 * Returns: (transfer none): the reason in words, to stand in brackets
 */
const char *
thimble_cli_words_get_why (ThimbleWhy why)
{
  switch (why)
    {
    case THIMBLE_WHY_MISSING:
      return _("missing");
    case THIMBLE_WHY_SOURCE_CHANGED:
      return _("source changed");
    case THIMBLE_WHY_SETTINGS_CHANGED:
      return _("settings changed");
    case THIMBLE_WHY_OUTPUT_CHANGED:
      return _("output changed");
    case THIMBLE_WHY_FORCED:
      return _("forced");
    default:
      return "";
    }
}
