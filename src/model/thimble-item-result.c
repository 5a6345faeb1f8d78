/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How an item ended, and the names that reports have for it. A result is filled by the thread that
 * made it and never changed after that, so window, report and catalog may share it. */

#include "thimble-item.h"

G_DEFINE_BOXED_TYPE (ThimbleItemResult,
                     thimble_item_result,
                     thimble_item_result_ref,
                     thimble_item_result_unref)

static const char *const whys[] = {
  [THIMBLE_WHY_UP_TO_DATE] = "up-to-date",
  [THIMBLE_WHY_MISSING] = "missing",
  [THIMBLE_WHY_SOURCE_CHANGED] = "source-changed",
  [THIMBLE_WHY_SETTINGS_CHANGED] = "settings-changed",
  [THIMBLE_WHY_OUTPUT_CHANGED] = "output-changed",
  [THIMBLE_WHY_FORCED] = "forced",
};

static const char *const error_kinds[] = {
  [THIMBLE_ERROR_KIND_NONE] = "none",
  [THIMBLE_ERROR_KIND_TOO_LARGE] = "too-large",
  [THIMBLE_ERROR_KIND_CORRUPT] = "corrupt",
  [THIMBLE_ERROR_KIND_UNSUPPORTED] = "unsupported",
  [THIMBLE_ERROR_KIND_NETWORK] = "network",
  [THIMBLE_ERROR_KIND_TIMEOUT] = "timeout",
  [THIMBLE_ERROR_KIND_CRASHED] = "crashed",
  [THIMBLE_ERROR_KIND_CONFLICT] = "conflict",
  [THIMBLE_ERROR_KIND_IO] = "io",
};

/**
 * thimble_item_result_new:
 * @n_outputs: how many outputs it has room for; all zero, like every other field
 *
 * Its strings, and those of its outputs, belong to it (but for what is said to be interned).
 *
 * Returns: (transfer full): a result, to be filled before it is shared
 */
ThimbleItemResult *
thimble_item_result_new (guint n_outputs)
{
  ThimbleItemResult *self;

  self = g_malloc0 (sizeof *self + n_outputs * sizeof self->outputs[0]);
  self->n_outputs = n_outputs;
  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

/**
 * thimble_item_result_ref:
 *
 * Returns: (transfer full): @self
 */
ThimbleItemResult *
thimble_item_result_ref (ThimbleItemResult *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * thimble_item_result_unref:
 * @self: (transfer full): the reference given up
 */
void
thimble_item_result_unref (ThimbleItemResult *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < self->n_outputs; i++)
    g_free (self->outputs[i].path);
  g_free (self->message);
  g_free (self->original);
  g_free (self);
}

/**
 * thimble_why_get_name:
 *
 * Returns: (transfer none): "up-to-date", or a "why" of the JSON report
 */
const char *
thimble_why_get_name (ThimbleWhy why)
{
  g_return_val_if_fail ((guint) why < G_N_ELEMENTS (whys), NULL);
  return whys[why];
}

/**
 * thimble_error_kind_get_name:
 *
 * Returns: (transfer none): "none", or an error's "kind" of the JSON report
 */
const char *
thimble_error_kind_get_name (ThimbleErrorKind kind)
{
  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (error_kinds), NULL);
  return error_kinds[kind];
}
