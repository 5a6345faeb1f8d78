/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of an image, in a few words for the line below its name; and of what
 * it was downloaded as. */

#define G_LOG_DOMAIN "thimble"

#include "config.h"

#include "thimble-item-words.h"

#include "thimble-failure-words.h"

#include <glib/gi18n.h>
#include <string.h>

static const char *const words[] = {
  /* Translators: the state of an image; so are the next ones. */
  [THIMBLE_ITEM_WAITING] = N_ ("Waiting"),
  [THIMBLE_ITEM_DOWNLOADING] = N_ ("Downloading"),
  /* Translators: an image is being worked on. */
  [THIMBLE_ITEM_RUNNING] = N_ ("Working"),
  [THIMBLE_ITEM_DONE] = N_ ("Done"),
  [THIMBLE_ITEM_SKIPPED] = N_ ("Up to date"),
  [THIMBLE_ITEM_FAILED] = N_ ("Failed"),
  [THIMBLE_ITEM_CANCELLED] = N_ ("Cancelled"),
};

/* What has been made, in a few words: "128 × 85 · 3.8 kB", or "3 sizes · 25.1 kB". */
static char *
describe_outputs (const ThimbleItemResult *result)
{
  g_autofree char *size = NULL;
  guint64 n_bytes = 0;

  for (guint i = 0; i < result->n_outputs; i++)
    n_bytes += MAX (0, result->outputs[i].n_bytes);
  size = g_format_size (n_bytes);

  if (result->n_outputs == 1)
    return g_strdup_printf ("%u × %u · %s", result->outputs[0].width, result->outputs[0].height,
                            size);
  /* Translators: how many thumbnails were made of an image, and how large their files are
   * together. */
  return g_strdup_printf (ngettext ("%u size · %s", "%u sizes · %s", result->n_outputs),
                          result->n_outputs, size);
}

/* The reason of a failure without what it begins with, which stands above it. */
static const char *
skip_name (const char *message, const char *name)
{
  g_autofree char *prefix = g_strdup_printf ("“%s” ", name);

  return g_str_has_prefix (message, prefix) ? message + strlen (prefix) : message;
}

/* Where a link leads, or how large a file is. */
static char *
describe_source (const ThimbleOrigin *origin)
{
  g_autofree char *host = NULL;

  if (origin->url == NULL)
    return g_format_size (MAX (0, origin->size));
  g_uri_split_network (origin->url, G_URI_FLAGS_PARSE_RELAXED, NULL, &host, NULL, NULL);
  /* Translators: a link of which no host is known. */
  return host != NULL ? g_steal_pointer (&host) : g_strdup (_ ("Link"));
}

/* "1.2 MB of 3.4 MB", or "1.2 MB" where the server does not say how much it sends. */
static char *
describe_download (ThimbleItem *item)
{
  guint64 n_bytes_received = thimble_item_get_n_bytes_received (item);
  guint64 n_bytes_in_all = thimble_item_get_n_bytes_in_all (item);
  g_autofree char *received = g_format_size (n_bytes_received);
  g_autofree char *all = g_format_size (n_bytes_in_all);

  if (n_bytes_received == 0)
    return g_strdup (_ ("Connecting"));
  if (n_bytes_in_all == 0)
    return g_steal_pointer (&received);
  /* Translators: two sizes, of what is to be downloaded: "1.2 MB of 3.4 MB". */
  return g_strdup_printf (_ ("%s of %s"), received, all);
}

/**
 * thimble_item_state_get_word:
 *
 * Returns: (transfer none): what a state is called in the window
 */
const char *
thimble_item_state_get_word (ThimbleItemState state)
{
  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (words), NULL);

  return _ (words[state]);
}

/**
 * thimble_item_describe_status:
 * @name: what the line above says
 *
 * Returns: (transfer full): what there is to know of an item in its state: where it comes from, how
 *   much of it is here, what was made, why it failed
 */
char *
thimble_item_describe_status (ThimbleItem *item, const char *name)
{
  ThimbleItemState state;
  ThimbleItemResult *result;
  const ThimbleOrigin *origin;

  g_return_val_if_fail (THIMBLE_IS_ITEM (item), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  state = thimble_item_get_state (item);
  result = thimble_item_get_result (item);
  origin = thimble_item_get_origin (item);
  if (state == THIMBLE_ITEM_WAITING)
    return describe_source (origin);
  if (state == THIMBLE_ITEM_DOWNLOADING)
    return describe_download (item);
  if (state == THIMBLE_ITEM_DONE && result != NULL && result->n_outputs > 0)
    return describe_outputs (result);
  if (state == THIMBLE_ITEM_FAILED && result != NULL && result->message != NULL)
    return thimble_failure_localize (
      skip_name (result->message, origin->url != NULL ? origin->url : name));
  return g_strdup (thimble_item_state_get_word (state));
}

/**
 * thimble_item_describe_original:
 *
 * Returns: (transfer full): how large the file of an item's original is, or why there is none
 */
char *
thimble_item_describe_original (ThimbleItem *item)
{
  const ThimbleOrigin *origin = thimble_item_get_origin (item);
  const ThimbleItemResult *result = thimble_item_get_result (item);

  g_return_val_if_fail (THIMBLE_IS_ITEM (item), NULL);

  if (origin->url == NULL)
    return g_format_size (MAX (0, origin->size));
  if (result != NULL && result->original != NULL)
    return g_format_size (MAX (0, result->original_bytes));
  if (result != NULL && result->n_outputs > 0)
    /* Translators: the image that was downloaded; its thumbnails are here. */
    return g_strdup (_ ("Not kept"));
  return g_strdup (_ ("Not downloaded"));
}
