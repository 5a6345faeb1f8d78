/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-input.h"

G_BEGIN_DECLS

/**
 * ThimbleWork:
 *
 * One piece of work as data: which operation, its recipe, its input. Immutable, counted by
 * reference, from any thread. Nothing is opened by making or submitting one, so tens of thousands
 * may wait in a queue.
 */
typedef struct _ThimbleWork ThimbleWork;

/**
 * ThimbleWorkResult:
 *
 * What a work gave: a reply (a fixed C struct of the operation, as bytes) and any number of
 * outputs. Immutable, counted by reference, from any thread.
 */
typedef struct _ThimbleWorkResult ThimbleWorkResult;

/**
 * ThimbleWorkContext:
 *
 * What an operation may use while it runs. Each kind of executor gives its own; operations call
 * the functions below. All are called on the worker's thread, between the start of run and its
 * end.
 */
typedef struct _ThimbleWorkContext ThimbleWorkContext;

struct _ThimbleWorkContext
{
  void (*end) (ThimbleWorkContext *self, guint index, ThimbleWorkResult *result, GError *error);
  gboolean (*should_stop) (ThimbleWorkContext *self, guint index);
  void (*reserve) (ThimbleWorkContext *self, guint64 n_bytes);
  GByteArray *buffer; /* owned by the worker, reused from one run to the next */
  void (*tell_pixels) (ThimbleWorkContext *self, guint64 n_pixels); /* NULL: nobody asks */
  GPtrArray *more_buffers; /* likewise, or NULL: those of other works than the first of a run */
};

/**
 * ThimbleOperation:
 * @name: how works name it; a static string
 * @run: runs @n_works works; each must end exactly once, by [method@WorkContext.return_result] or
 *   [method@WorkContext.return_error] with its index, in any order, as soon as it can
 * @max_works: how many works @run takes at once, at least 1
 * @is_light: whether @run decodes nothing, so that a worker may run many more of its works before
 *   it is replaced
 *
 * A pure function over works: the same inputs and recipes give the same results, in any executor.
 * It keeps no state outside @context and uses no path, no network and no threads of its own.
 */
typedef struct
{
  const char *name;
  void (*run) (ThimbleWorkContext *context, ThimbleWork *const *works, guint n_works);
  guint max_works;
  gboolean is_light;
} ThimbleOperation;

ThimbleWork *thimble_work_new (const char *operation, GBytes *recipe, ThimbleInput *input);
ThimbleWork *thimble_work_ref (ThimbleWork *self);
void thimble_work_unref (ThimbleWork *self);
const char *thimble_work_get_operation (ThimbleWork *self);
GBytes *thimble_work_get_recipe (ThimbleWork *self);
ThimbleInput *thimble_work_get_input (ThimbleWork *self);

ThimbleWorkResult *thimble_work_result_new (GBytes *reply, GBytes *const *outputs, guint n_outputs);
ThimbleWorkResult *thimble_work_result_ref (ThimbleWorkResult *self);
void thimble_work_result_unref (ThimbleWorkResult *self);
GBytes *thimble_work_result_get_reply (ThimbleWorkResult *self);
guint thimble_work_result_get_n_outputs (ThimbleWorkResult *self);
GBytes *thimble_work_result_get_output (ThimbleWorkResult *self, guint index);

/* For operations. */

void thimble_work_context_return_result (ThimbleWorkContext *self,
                                         guint index,
                                         ThimbleWorkResult *result);
void thimble_work_context_return_error (ThimbleWorkContext *self, guint index, GError *error);
gboolean thimble_work_context_should_stop (ThimbleWorkContext *self, guint index);
void thimble_work_context_reserve (ThimbleWorkContext *self, guint64 n_bytes);
void thimble_work_context_tell_pixels (ThimbleWorkContext *self, guint64 n_pixels);
GByteArray *thimble_work_context_get_buffer (ThimbleWorkContext *self, guint slot);
void thimble_work_context_drop_buffer (ThimbleWorkContext *self, guint slot);

/* For workers. */

void thimble_work_context_clear_buffers (ThimbleWorkContext *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleWork, thimble_work_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleWorkResult, thimble_work_result_unref)

G_END_DECLS
