/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* For thread sanitizer builds with a GLib that is not one itself. GLib's locks, queues, pools and
 * reference counts order what threads do, but the sanitizer does not see inside the library and
 * reports races that are none. Included before everything else, this puts functions of its own in
 * their place, which say to the sanitizer what the real ones guarantee. An access of Thimble's that
 * no such function orders is still reported. Use:
 *
 *   meson setup build-tsan -Db_sanitize=thread -Db_lundef=false \
 *     -Dc_args="-include $PWD/tests/tsan/thimble-tsan.h"
 *   G_SLICE=always-malloc TSAN_OPTIONS="suppressions=$PWD/tests/tsan/suppressions" \
 *     meson test -C build-tsan --suite concurrent
 *
 * G_SLICE is for GLib before 2.76, whose slices go from thread to thread below malloc. */

#if defined(__SANITIZE_THREAD__)
#define THIMBLE_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define THIMBLE_TSAN 1
#endif
#endif

#if defined(THIMBLE_TSAN) && __has_include(<gio/gio.h>)

/* Each name is defined before GLib's headers are read, so that these declare the function here, and
 * their inline functions and automatic cleanups call it too. */
#define g_async_queue_pop thimble_tsan_async_queue_pop
#define g_async_queue_push thimble_tsan_async_queue_push
#define g_async_queue_timeout_pop thimble_tsan_async_queue_timeout_pop
#define g_async_queue_try_pop thimble_tsan_async_queue_try_pop
#define g_bytes_unref thimble_tsan_bytes_unref
#define g_cond_wait thimble_tsan_cond_wait
#define g_cond_wait_until thimble_tsan_cond_wait_until
#define g_free thimble_tsan_free
#define g_main_context_invoke_full thimble_tsan_main_context_invoke_full
#define g_mutex_lock thimble_tsan_mutex_lock
#define g_mutex_trylock thimble_tsan_mutex_trylock
#define g_mutex_unlock thimble_tsan_mutex_unlock
#define g_object_unref thimble_tsan_object_unref
#define g_rec_mutex_clear thimble_tsan_rec_mutex_clear
#define g_rec_mutex_lock thimble_tsan_rec_mutex_lock
#define g_rec_mutex_unlock thimble_tsan_rec_mutex_unlock
#define g_source_attach thimble_tsan_source_attach
#define g_source_set_callback thimble_tsan_source_set_callback
#define g_task_run_in_thread thimble_tsan_task_run_in_thread
#define g_thread_pool_free thimble_tsan_thread_pool_free
#define g_thread_pool_new thimble_tsan_thread_pool_new
#define g_thread_pool_push thimble_tsan_thread_pool_push

/* All of Thimble's own files define it so; GLib's headers must not do it first. */
#define G_LOG_DOMAIN "thimble"

#include <gio/gio.h>
#include <stdlib.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

#define THIMBLE_TSAN_WEAK __attribute__ ((weak))
/* The function of the library, under a name that no macro replaces. */
#define THIMBLE_TSAN_REAL(name, type, ...) \
  extern type thimble_tsan_real_##name (__VA_ARGS__) __asm__ ("g_" #name)

THIMBLE_TSAN_REAL (async_queue_pop, gpointer, GAsyncQueue *);
THIMBLE_TSAN_REAL (async_queue_push, void, GAsyncQueue *, gpointer);
THIMBLE_TSAN_REAL (async_queue_timeout_pop, gpointer, GAsyncQueue *, guint64);
THIMBLE_TSAN_REAL (async_queue_try_pop, gpointer, GAsyncQueue *);
THIMBLE_TSAN_REAL (bytes_unref, void, GBytes *);
THIMBLE_TSAN_REAL (cond_wait, void, GCond *, GMutex *);
THIMBLE_TSAN_REAL (cond_wait_until, gboolean, GCond *, GMutex *, gint64);
THIMBLE_TSAN_REAL (main_context_invoke_full, void, GMainContext *, gint, GSourceFunc, gpointer,
                   GDestroyNotify);
THIMBLE_TSAN_REAL (mutex_lock, void, GMutex *);
THIMBLE_TSAN_REAL (mutex_trylock, gboolean, GMutex *);
THIMBLE_TSAN_REAL (mutex_unlock, void, GMutex *);
THIMBLE_TSAN_REAL (object_unref, void, gpointer);
THIMBLE_TSAN_REAL (rec_mutex_clear, void, GRecMutex *);
THIMBLE_TSAN_REAL (rec_mutex_lock, void, GRecMutex *);
THIMBLE_TSAN_REAL (rec_mutex_unlock, void, GRecMutex *);
THIMBLE_TSAN_REAL (source_attach, guint, GSource *, GMainContext *);
THIMBLE_TSAN_REAL (source_set_callback, void, GSource *, GSourceFunc, gpointer, GDestroyNotify);
THIMBLE_TSAN_REAL (task_run_in_thread, void, GTask *, GTaskThreadFunc);
THIMBLE_TSAN_REAL (thread_pool_free, void, GThreadPool *, gboolean, gboolean);
THIMBLE_TSAN_REAL (thread_pool_new, GThreadPool *, GFunc, gpointer, gint, gboolean, GError **);
THIMBLE_TSAN_REAL (thread_pool_push, gboolean, GThreadPool *, gpointer, GError **);

THIMBLE_TSAN_WEAK void
g_mutex_lock (GMutex *mutex)
{
  thimble_tsan_real_mutex_lock (mutex);
  __tsan_acquire (mutex);
}

THIMBLE_TSAN_WEAK gboolean
g_mutex_trylock (GMutex *mutex)
{
  gboolean locked = thimble_tsan_real_mutex_trylock (mutex);

  if (locked)
    __tsan_acquire (mutex);
  return locked;
}

THIMBLE_TSAN_WEAK void
g_mutex_unlock (GMutex *mutex)
{
  __tsan_release (mutex);
  thimble_tsan_real_mutex_unlock (mutex);
}

THIMBLE_TSAN_WEAK void
g_cond_wait (GCond *condition, GMutex *mutex)
{
  __tsan_release (mutex);
  thimble_tsan_real_cond_wait (condition, mutex);
  __tsan_acquire (mutex);
}

THIMBLE_TSAN_WEAK gboolean
g_cond_wait_until (GCond *condition, GMutex *mutex, gint64 end_time)
{
  gboolean in_time;

  __tsan_release (mutex);
  in_time = thimble_tsan_real_cond_wait_until (condition, mutex, end_time);
  __tsan_acquire (mutex);
  return in_time;
}

THIMBLE_TSAN_WEAK void
g_rec_mutex_lock (GRecMutex *mutex)
{
  thimble_tsan_real_rec_mutex_lock (mutex);
  __tsan_acquire (mutex);
}

THIMBLE_TSAN_WEAK void
g_rec_mutex_unlock (GRecMutex *mutex)
{
  __tsan_release (mutex);
  thimble_tsan_real_rec_mutex_unlock (mutex);
}

/* When a library drops an object's last reference, as a GTask does with its source, this is all
 * that orders the object's end. The file of suppressions names this function. */
THIMBLE_TSAN_WEAK void
g_rec_mutex_clear (GRecMutex *mutex)
{
  __tsan_acquire (mutex);
  thimble_tsan_real_rec_mutex_clear (mutex);
  __tsan_release (mutex);
}

/* As GLib's since 2.46, but seen by the sanitizer: what the program frees is checked. */
THIMBLE_TSAN_WEAK void
g_free (gpointer memory)
{
  free (memory);
}

/* Who drops the last reference comes after all who dropped one before; so it is known to be the
 * last before this is said. Toggle references are not told. */
THIMBLE_TSAN_WEAK void
g_object_unref (gpointer object)
{
  volatile guint *count = &((GObject *) object)->ref_count;
  guint old;

  __tsan_release (object);
  while ((old = g_atomic_int_get (count)) > 1)
    if (g_atomic_int_compare_and_exchange (count, old, old - 1))
      return;
  __tsan_acquire (object);
  thimble_tsan_real_object_unref (object);
}

THIMBLE_TSAN_WEAK void
g_bytes_unref (GBytes *bytes)
{
  if (bytes != NULL)
    {
      __tsan_release (bytes);
      __tsan_acquire (bytes);
    }
  thimble_tsan_real_bytes_unref (bytes);
}

static inline gboolean
thimble_tsan_atomic_ref_count_dec (gatomicrefcount *count)
{
  gboolean last;

  __tsan_release (count);
  last = g_atomic_ref_count_dec (count);
  if (last)
    __tsan_acquire (count);
  return last;
}
#undef g_atomic_ref_count_dec
#define g_atomic_ref_count_dec thimble_tsan_atomic_ref_count_dec

THIMBLE_TSAN_WEAK void
g_async_queue_push (GAsyncQueue *queue, gpointer data)
{
  __tsan_release (queue);
  thimble_tsan_real_async_queue_push (queue, data);
}

THIMBLE_TSAN_WEAK gpointer
g_async_queue_pop (GAsyncQueue *queue)
{
  gpointer data = thimble_tsan_real_async_queue_pop (queue);

  __tsan_acquire (queue);
  return data;
}

THIMBLE_TSAN_WEAK gpointer
g_async_queue_try_pop (GAsyncQueue *queue)
{
  gpointer data = thimble_tsan_real_async_queue_try_pop (queue);

  __tsan_acquire (queue);
  return data;
}

THIMBLE_TSAN_WEAK gpointer
g_async_queue_timeout_pop (GAsyncQueue *queue, guint64 timeout)
{
  gpointer data = thimble_tsan_real_async_queue_timeout_pop (queue, timeout);

  __tsan_acquire (queue);
  return data;
}

/* Functions that are called on another thread: what comes before they are handed over happens
 * before they are called. */
typedef struct
{
  GCallback func;
  gpointer data;
  GDestroyNotify notify;
  gpointer source; /* that the closure is of, or NULL */
} ThimbleTsanClosure;

static inline ThimbleTsanClosure *
thimble_tsan_closure_new (GCallback func,
                          gpointer data,
                          GDestroyNotify notify,
                          gpointer source)
{
  ThimbleTsanClosure *closure = g_new (ThimbleTsanClosure, 1);

  *closure = (ThimbleTsanClosure){ func, data, notify, source };
  __tsan_release (closure);
  return closure;
}

static void
thimble_tsan_pool_func (gpointer data, gpointer user_data)
{
  ThimbleTsanClosure *closure = (ThimbleTsanClosure *) user_data;

  __tsan_acquire (closure);
  __tsan_acquire (data);
  ((GFunc) closure->func) (data, closure->data);
  __tsan_release (closure);
}

/* The closure is never freed: who does not wait for the pool's end has no word for it. */
THIMBLE_TSAN_WEAK GThreadPool *
g_thread_pool_new (GFunc func,
                   gpointer user_data,
                   gint max_threads,
                   gboolean exclusive,
                   GError **error)
{
  return thimble_tsan_real_thread_pool_new (
    thimble_tsan_pool_func, thimble_tsan_closure_new (G_CALLBACK (func), user_data, NULL, NULL),
    max_threads, exclusive, error);
}

THIMBLE_TSAN_WEAK void
g_thread_pool_free (GThreadPool *pool, gboolean immediate, gboolean wait)
{
  gpointer closure = pool->user_data;

  thimble_tsan_real_thread_pool_free (pool, immediate, wait);
  if (wait)
    __tsan_acquire (closure);
}

THIMBLE_TSAN_WEAK gboolean
g_thread_pool_push (GThreadPool *pool, gpointer data, GError **error)
{
  __tsan_release (data);
  return thimble_tsan_real_thread_pool_push (pool, data, error);
}

static gboolean
thimble_tsan_source_func (gpointer user_data)
{
  ThimbleTsanClosure *closure = (ThimbleTsanClosure *) user_data;

  __tsan_acquire (closure);
  __tsan_acquire (closure->source);
  return ((GSourceFunc) closure->func) (closure->data);
}

static void
thimble_tsan_source_notify (gpointer user_data)
{
  ThimbleTsanClosure *closure = (ThimbleTsanClosure *) user_data;

  __tsan_acquire (closure);
  __tsan_acquire (closure->source);
  if (closure->notify != NULL)
    closure->notify (closure->data);
  g_free (closure);
}

THIMBLE_TSAN_WEAK guint
g_source_attach (GSource *source, GMainContext *context)
{
  __tsan_release (source);
  return thimble_tsan_real_source_attach (source, context);
}

/* The function of a GCancellable's or a stream's source has an argument more, and is left as it is. */
THIMBLE_TSAN_WEAK void
g_source_set_callback (GSource *source, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  const char *name = g_source_get_name (source);

  if (g_strcmp0 (name, "GCancellable") == 0 || g_strcmp0 (name, "GPollableSource") == 0)
    thimble_tsan_real_source_set_callback (source, func, data, notify);
  else
    thimble_tsan_real_source_set_callback (
      source, thimble_tsan_source_func,
      thimble_tsan_closure_new (G_CALLBACK (func), data, notify, source),
      thimble_tsan_source_notify);
}

THIMBLE_TSAN_WEAK void
g_main_context_invoke_full (GMainContext *context,
                            gint priority,
                            GSourceFunc func,
                            gpointer data,
                            GDestroyNotify notify)
{
  thimble_tsan_real_main_context_invoke_full (
    context, priority, thimble_tsan_source_func,
    thimble_tsan_closure_new (G_CALLBACK (func), data, notify, NULL), thimble_tsan_source_notify);
}

static void
thimble_tsan_task_func (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  ThimbleTsanClosure *closure;

  __tsan_acquire (task);
  closure = (ThimbleTsanClosure *) g_object_get_data (G_OBJECT (task), "thimble-tsan");
  ((GTaskThreadFunc) closure->func) (task, source, data, cancellable);
  __tsan_release (closure);
}

/* With a task that nobody asks for its value, what orders its end is not seen. */
static void
thimble_tsan_task_notify (gpointer closure)
{
  __tsan_acquire (closure);
  g_free (closure);
}

THIMBLE_TSAN_WEAK void
g_task_run_in_thread (GTask *task, GTaskThreadFunc func)
{
  g_object_set_data_full (G_OBJECT (task), "thimble-tsan",
                          thimble_tsan_closure_new (G_CALLBACK (func), NULL, NULL, NULL),
                          thimble_tsan_task_notify);
  __tsan_release (task);
  thimble_tsan_real_task_run_in_thread (task, thimble_tsan_task_func);
}

/* What a task was given on one thread is taken from it on another. What makes the value, such as
 * stealing it from the task's data, comes before. */
#define THIMBLE_TSAN_RETURN(call, task, value, ...) \
  G_STMT_START \
    { \
      __auto_type thimble_tsan_value = (value); \
\
      __tsan_release (task); \
      (call) (task, thimble_tsan_value, ##__VA_ARGS__); \
    } \
  G_STMT_END
#define THIMBLE_TSAN_PROPAGATE(call, task, error) (__tsan_acquire (task), (call) (task, error))
#define g_task_return_boolean(task, value) \
  THIMBLE_TSAN_RETURN (g_task_return_boolean, task, value)
#define g_task_return_int(task, value) THIMBLE_TSAN_RETURN (g_task_return_int, task, value)
#define g_task_return_pointer(task, value, free) \
  THIMBLE_TSAN_RETURN (g_task_return_pointer, task, value, free)
#define g_task_return_error(task, error) THIMBLE_TSAN_RETURN (g_task_return_error, task, error)
#define g_task_propagate_boolean(task, error) \
  THIMBLE_TSAN_PROPAGATE (g_task_propagate_boolean, task, error)
#define g_task_propagate_int(task, error) \
  THIMBLE_TSAN_PROPAGATE (g_task_propagate_int, task, error)
#define g_task_propagate_pointer(task, error) \
  THIMBLE_TSAN_PROPAGATE (g_task_propagate_pointer, task, error)

/* What was made once on one thread is used on the others. */
#undef g_once_init_enter
#undef g_once_init_leave
#define g_once_init_enter(location) \
  ((g_once_init_enter) (location) || (__tsan_acquire ((gpointer) (location)), FALSE))
#define g_once_init_leave(location, result) \
  G_STMT_START \
    { \
      gsize thimble_tsan_result = (gsize) (result); \
\
      __tsan_release ((gpointer) (location)); \
      (g_once_init_leave) (location, thimble_tsan_result); \
    } \
  G_STMT_END

#endif
