/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds the images of sources on a thread of GTask's pool and hands them to the main context in
 * pieces of a thousand, so that a window fills while the walk goes on. */

#include "thimble-scanner.h"

#include "thimble-engine.h"
#include "thimble-list-file.h"
#include "thimble-memory.h"
#include "thimble-page-reader.h"
#include "thimble-safe-name.h"
#include "thimble-walker.h"

#include <stdlib.h>
#include <string.h>

#define PIECE 1000

struct _ThimbleScanner
{
  GObject parent_instance;

  ThimbleBatch *batch; /* owned; touched on the main thread only */
  ThimbleEngine *engine;     /* owned, or NULL: reads web pages */
  ThimbleRunOptions options; /* its headers and certificates are owned */
  gint n_roots;        /* atomic: roots get numbers that no other scan of this batch has */
};

G_DEFINE_FINAL_TYPE (ThimbleScanner, thimble_scanner, G_TYPE_OBJECT)

/* What one scan works with, on its thread. */
typedef struct
{
  ThimbleScanner *scanner; /* kept by the user's task */
  GCancellable *cancellable; /* owned, or NULL */
  GMainContext *context;   /* owned: where pieces go */
  GPtrArray *sources;      /* ThimbleSource */
  char *destination;       /* or NULL */
  GPtrArray *found;        /* ThimbleOrigin: the piece that is being filled */
  GPtrArray *folders;      /* char *: folders that were named, not yet handed over */
  ThimbleFolder *link_folder; /* owned: that of all links */
  ThimbleScanReport *report;
} Scan;

typedef struct
{
  ThimbleBatch *batch; /* owned */
  GPtrArray *found;    /* owned */
  GPtrArray *folders;  /* owned */
} Piece;

static void
scan_free (gpointer data)
{
  Scan *scan = data;

  g_clear_object (&scan->cancellable);
  g_main_context_unref (scan->context);
  g_ptr_array_unref (scan->sources);
  g_free (scan->destination);
  g_clear_pointer (&scan->found, g_ptr_array_unref);
  g_clear_pointer (&scan->folders, g_ptr_array_unref);
  thimble_folder_unref (scan->link_folder);
  g_clear_pointer (&scan->report, thimble_scan_report_free);
  g_free (scan);
}

void
thimble_scan_report_free (ThimbleScanReport *self)
{
  g_ptr_array_unref (self->problems);
  g_free (self);
}

static gboolean
deliver_cb (gpointer data)
{
  Piece *piece = data;

  for (guint i = 0; i < piece->folders->len; i++)
    thimble_batch_add_folder (piece->batch, piece->folders->pdata[i]);
  thimble_batch_append (piece->batch, (ThimbleOrigin *const *) piece->found->pdata,
                        piece->found->len);
  return G_SOURCE_REMOVE;
}

static void
piece_free (gpointer data)
{
  Piece *piece = data;

  g_object_unref (piece->batch);
  g_ptr_array_unref (piece->found);
  g_ptr_array_unref (piece->folders);
  g_free (piece);
}

static void
hand_over (Scan *scan)
{
  Piece *piece;
  g_autoptr(GSource) idle = NULL;

  if (scan->found->len == 0 && scan->folders->len == 0)
    return;
  /* Not g_main_context_invoke: where nobody iterates the context yet, that would run it here. */
  idle = g_idle_source_new ();
  piece = g_new (Piece, 1);
  piece->batch = g_object_ref (scan->scanner->batch);
  piece->found = g_steal_pointer (&scan->found);
  scan->found = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_origin_unref);
  piece->folders = g_steal_pointer (&scan->folders);
  scan->folders = g_ptr_array_new_with_free_func (g_free);
  g_source_set_priority (idle, G_PRIORITY_DEFAULT);
  g_source_set_callback (idle, deliver_cb, piece, piece_free);
  g_source_attach (idle, scan->context);
}

static void
found_cb (ThimbleOrigin *origin, gpointer user_data)
{
  Scan *scan = user_data;

  scan->report->n_found++;
  g_ptr_array_add (scan->found, origin);
  if (scan->found->len >= PIECE)
    hand_over (scan);
}

static void
named_cb (char *folder, gpointer user_data)
{
  Scan *scan = user_data;

  g_ptr_array_add (scan->folders, folder);
}

static void
problem_cb (char *problem, gpointer user_data)
{
  Scan *scan = user_data;

  g_ptr_array_add (scan->report->problems, problem);
}

static guint
next_root (Scan *scan)
{
  return g_atomic_int_add (&scan->scanner->n_roots, 1) + 1;
}

static ThimbleOrigin *
new_link (Scan *scan, const char *url, guint index)
{
  g_autofree char *name = thimble_safe_name_for_url (url);
  ThimbleOrigin *origin = thimble_origin_new_for_url (scan->link_folder, url, name);

  origin->index = index;
  return origin;
}

static void
add_link (Scan *scan, const char *url, guint index, const char *given_name, const char *given_folder)
{
  ThimbleOrigin *origin = new_link (scan, url, index);

  origin->given_name = g_strdup (given_name);
  origin->given_folder = g_strdup (given_folder);
  found_cb (origin, scan);
}

/* The links of a page, or why there are none. */
static void
add_page_links (Scan *scan,
                const char *location,
                gboolean is_from_internet,
                GPtrArray *links,
                GError *error)
{
  g_autoptr(GError) owned G_GNUC_UNUSED = error;
  g_autofree char *display = g_filename_display_name (location);

  if (links == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        problem_cb (g_strdup_printf ("“%s” %s", display, error->message), scan);
      return;
    }
  if (links->len == 0)
    problem_cb (g_strdup_printf ("“%s” shows no images.", display), scan);
  for (guint i = 0; i < links->len; i++)
    {
      ThimbleOrigin *origin = new_link (scan, links->pdata[i], i + 1);

      origin->is_from_internet = is_from_internet;
      found_cb (origin, scan);
    }
  g_ptr_array_unref (links);
}

/* Without isolation nothing is read, and the scan fails; for the rest a page is a problem. */
static gboolean
add_page (Scan *scan, const char *location, gboolean is_file, GError **error)
{
  ThimbleScanner *self = scan->scanner;
  GPtrArray *links = NULL;
  gboolean is_from_internet = FALSE;
  GError *problem = NULL;

  if (self->engine != NULL && !thimble_engine_try (self->engine, error))
    return FALSE;
  if (self->engine == NULL)
    g_set_error_literal (&problem, THIMBLE_SERVICE_ERROR, THIMBLE_SERVICE_ERROR_SOURCE,
                         "was not read: there is no engine to read web pages with.");
  else if (is_file)
    links = thimble_page_reader_read_file (self->engine, location, &problem);
  else
    links = thimble_page_reader_read_url (self->engine, &self->options, location,
                                          scan->cancellable, &is_from_internet, &problem);
  add_page_links (scan, location, is_from_internet, links, problem);
  return TRUE;
}

static gboolean
add_list (Scan *scan,
          ThimbleWalker *walker,
          const char *path,
          GCancellable *cancellable,
          GError **error)
{
  g_autoptr(GArray) listed = NULL;

  if (thimble_list_file_guess_kind (path) == THIMBLE_LIST_PAGE)
    return add_page (scan, path, TRUE, error);
  listed = thimble_list_file_read (path, cancellable, error);
  if (listed == NULL)
    {
      g_prefix_error (error, "“%s” ", path);
      return FALSE;
    }
  for (guint i = 0; i < listed->len; i++)
    {
      const ThimbleListedSource *line = &g_array_index (listed, ThimbleListedSource, i);
      g_autoptr(ThimbleSource) source = thimble_source_new_for_argument (line->location, NULL);

      if (thimble_source_get_kind (source) == THIMBLE_SOURCE_URL)
        add_link (scan, line->location, i + 1, line->name, line->folder);
      else
        thimble_walker_add_listed (walker, thimble_source_get_location (source), next_root (scan),
                                   i + 1, line->name, line->folder);
    }
  return TRUE;
}

/* An outer folder comes before what is in it, so that nothing depends on the order of sources. */
static int
compare_sources (gconstpointer a, gconstpointer b)
{
  return strcmp (thimble_source_get_location (*(ThimbleSource *const *) a),
                 thimble_source_get_location (*(ThimbleSource *const *) b));
}

/* Folders and files in the order of their paths; then lists and links, as they were given. */
static void
sort_sources (GPtrArray *sources)
{
  g_autoptr(GPtrArray) others = g_ptr_array_new ();
  guint n_paths = 0;

  for (guint i = 0; i < sources->len; i++)
    if (thimble_source_get_kind (sources->pdata[i]) == THIMBLE_SOURCE_PATH)
      sources->pdata[n_paths++] = sources->pdata[i];
    else
      g_ptr_array_add (others, sources->pdata[i]);
  qsort (sources->pdata, n_paths, sizeof (gpointer), compare_sources);
  for (guint i = 0; i < others->len; i++)
    sources->pdata[n_paths + i] = others->pdata[i];
}

static void
scan_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Scan *scan = task_data;
  g_autoptr(ThimbleWalker) walker
    = thimble_walker_new (scan->destination, found_cb, named_cb, problem_cb, scan,
                          scan->cancellable);
  GError *error = NULL;

  sort_sources (scan->sources);
  for (guint i = 0; i < scan->sources->len && error == NULL; i++)
    {
      ThimbleSource *source = scan->sources->pdata[i];
      const char *location = thimble_source_get_location (source);

      switch (thimble_source_get_kind (source))
        {
        case THIMBLE_SOURCE_PATH:
          thimble_walker_add_path (walker, location, next_root (scan));
          break;
        case THIMBLE_SOURCE_LIST:
          if (g_file_test (location, G_FILE_TEST_IS_DIR))
            thimble_walker_add_path (walker, location, next_root (scan));
          else
            add_list (scan, walker, location, cancellable, &error);
          break;
        case THIMBLE_SOURCE_PAGE:
          add_page (scan, location, FALSE, &error);
          break;
        case THIMBLE_SOURCE_URL:
        default:
          add_link (scan, location, 1, thimble_source_get_name (source),
                    thimble_source_get_folder (source));
          break;
        }
    }
  hand_over (scan);
  if (scan->report->n_found >= PIECE)
    thimble_memory_return_freed_blocks (); /* lists, as they were read */
  scan->report->n_other = thimble_walker_get_n_other (walker);
  scan->report->n_hidden = thimble_walker_get_n_hidden (walker);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&scan->report),
                           (GDestroyNotify) thimble_scan_report_free);
}

/* The thread is done. Its task has no source object: the last reference to that task may go on the
 * thread, and the scanner's, which holds the batch, must not. */
static void
scanned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;
  ThimbleScanReport *report = g_task_propagate_pointer (G_TASK (result), &error);

  if (report == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, report, (GDestroyNotify) thimble_scan_report_free);
}

static void
thimble_scanner_finalize (GObject *object)
{
  ThimbleScanner *self = THIMBLE_SCANNER (object);

  g_clear_object (&self->batch);
  g_clear_object (&self->engine);
  g_strfreev ((char **) self->options.headers);
  g_free ((char *) self->options.ca_file);
  G_OBJECT_CLASS (thimble_scanner_parent_class)->finalize (object);
}

static void
thimble_scanner_class_init (ThimbleScannerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thimble_scanner_finalize;
}

static void
thimble_scanner_init (ThimbleScanner *self)
{
}

/**
 * thimble_scanner_new:
 * @batch: where found images go; one scanner for all scans into a batch
 */
ThimbleScanner *
thimble_scanner_new (ThimbleBatch *batch)
{
  ThimbleScanner *self;

  g_return_val_if_fail (THIMBLE_IS_BATCH (batch), NULL);

  self = g_object_new (THIMBLE_TYPE_SCANNER, NULL);
  self->batch = g_object_ref (batch);
  return self;
}

/**
 * thimble_scanner_set_engine:
 * @engine: where web pages are read
 * @options: its headers and certificates count; copied
 *
 * Without an engine, the links of pages (HTML files as lists, and %THIMBLE_SOURCE_PAGE) are reported
 * as a problem. To be called before the first scan.
 */
void
thimble_scanner_set_engine (ThimbleScanner *self,
                            ThimbleEngine *engine,
                            const ThimbleRunOptions *options)
{
  g_return_if_fail (THIMBLE_IS_SCANNER (self));
  g_return_if_fail (THIMBLE_IS_ENGINE (engine));
  g_return_if_fail (self->engine == NULL);

  self->engine = g_object_ref (engine);
  self->options.headers = (const char *const *) g_strdupv ((char **) options->headers);
  self->options.ca_file = g_strdup (options->ca_file);
}

/**
 * thimble_scanner_scan_async:
 * @sources: (array length=n_sources): what to scan
 * @destination: (nullable): absolute path of the outputs' folder; it is passed over below a source
 *
 * Scans on another thread; images are appended to the batch on the calling thread's default main
 * context. Several scans may run at once.
 */
void
thimble_scanner_scan_async (ThimbleScanner *self,
                            ThimbleSource *const *sources,
                            guint n_sources,
                            const char *destination,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr(GTask) worker = NULL;
  GTask *task;
  Scan *scan;

  g_return_if_fail (THIMBLE_IS_SCANNER (self));

  scan = g_new0 (Scan, 1);
  scan->scanner = self;
  scan->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  scan->context = g_main_context_ref_thread_default ();
  scan->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_source_unref);
  for (guint i = 0; i < n_sources; i++)
    g_ptr_array_add (scan->sources, thimble_source_ref (sources[i]));
  scan->destination = g_strdup (destination);
  scan->found = g_ptr_array_new_with_free_func ((GDestroyNotify) thimble_origin_unref);
  scan->folders = g_ptr_array_new_with_free_func (g_free);
  scan->link_folder = thimble_folder_new ("/", "", "", 0);
  scan->report = g_new0 (ThimbleScanReport, 1);
  scan->report->problems = g_ptr_array_new_with_free_func (g_free);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thimble_scanner_scan_async);
  worker = g_task_new (NULL, NULL, scanned_cb, task);
  g_task_set_source_tag (worker, scan_thread);
  g_task_set_task_data (worker, scan, scan_free);
  g_task_run_in_thread (worker, scan_thread);
}

/**
 * thimble_scanner_scan_finish:
 *
 * Returns: (transfer full): what was found and what could not be read, or %NULL with @error set
 *   where a list can't be read, or %G_IO_ERROR_CANCELLED
 */
ThimbleScanReport *
thimble_scanner_scan_finish (ThimbleScanner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
