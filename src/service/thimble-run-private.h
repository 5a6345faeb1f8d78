/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-catalog.h"
#include "thimble-crash-list.h"
#include "thimble-engine-private.h"
#include "thimble-fetcher.h"
#include "thimble-hash-counter.h"
#include "thimble-naming.h"
#include "thimble-recipe.h"
#include "thimble-recipes.h"
#include "thimble-run.h"
#include "thimble-source-folder.h"
#include "thimble-writer.h"

G_BEGIN_DECLS

/* What a run's threads share. All but the last group is set before jobs begin and then only read;
 * the objects in it lock for themselves. */
struct _ThimbleRun
{
  ThimbleEngine *engine;       /* owned */
  ThimblePreset *preset;       /* owned: a copy of the user's */
  ThimbleRunOptions options;   /* its catalog is owned */
  char *destination;           /* absolute */
  GCancellable *cancellable;   /* owned: the user's, or our own */
  gboolean is_desktop;         /* outputs are for the desktop's thumbnail cache */
  GPtrArray *origins;          /* ThimbleOrigin: the images, in the batch's order */
  GPtrArray *folders;          /* char *: absolute paths of the folders that the user named */
  guint8 *is_excluded;         /* one an origin: an output of an earlier run, no source */
  guint8 *is_settled;          /* one an origin: has ended before, and stays as it is */
  ThimbleNaming *naming;       /* owned: of all the origins that are not excluded */
  ThimbleRecipes *recipes;     /* owned */
  ThimbleCatalog *catalog;     /* owned */
  ThimbleCrashList *crashes;   /* owned: sources that end workers */
  ThimbleWriter *writer;       /* owned */
  ThimbleHashCounter *originals; /* owned: hashes of the images' stamps, and paths in here */
  GThreadPool *io;             /* owned: finishes jobs that take long; NULL where works run serially */
  guint n_writers;             /* its threads */
  int destination_fd;          /* -1 while there is no destination */
  ThimbleSourceFolder source_folder; /* of the run's thread */
  GHashTable *folder_states;   /* owned; of the run's thread: folders of outputs, relative to the
                                * destination, to whether nothing was in them at first */
  ThimbleRunPart part;
  char *downloads;             /* absolute path of the folder of downloads; NULL without links */
  ThimbleHashCounter *stems;   /* owned: hashes of the names of links, without extension */
  ThimbleHashCounter *links;   /* owned: hashes of their URLs */

  GMutex lock;
  GCond changed;        /* enough jobs ended, or the run was cancelled or failed */
  GHashTable *futures;  /* ThimbleFuture: of jobs in flight */
  guint n_in_flight;    /* jobs between start and end */
  guint wake_below;     /* the run's thread waits for fewer jobs in flight; 0 while it does not */
  GQueue ended;         /* ThimbleJob: whose work is done and that no writer has taken yet */
  guint n_writing;      /* threads that take from it */
  int write_us;         /* atomic: what writing a job takes on average, lately */
  GArray *events;       /* ThimbleRunEvent: not yet taken by the main thread */
  GError *fatal;        /* why the run can't go on */
  ThimbleHashCounter *claimed; /* owned: hashes of the names of this run's outputs */
  guint64 bytes_needed; /* estimated, of what a dry run would make */
  guint n_scheduled;    /* atomic */
  guint n_in_memory;    /* sources since one had to be read from the disk; the run's thread only */
  GArray *first;        /* guint: what the user looks at goes first, in this order */
  gboolean is_paused;
  gboolean has_warned;  /* that a download can't be removed; the run's thread only */
  ThimbleFetcher *fetcher; /* owned: from when it is known that there are links to their end */
  GQueue fetched;       /* ThimbleFetched: not yet taken by the run's thread */
  guint n_fetching;     /* links between being asked for and being taken */
  guint n_fetched;      /* links that were taken */
  guint n_links;        /* all */
  guint64 n_received;   /* bytes that came, as last asked */
  guint8 *needs;        /* one an origin: what it still needs of its download */
  GArray *spent;        /* guint: who needs no more what is there, since that was last removed */
};

/* One output between the worker's answer and its name. */
typedef struct
{
  guint rendition;
  const ThimbleOutputReply *reply; /* of the job's future */
  GBytes *bytes;                   /* owned: as it is written */
  char *path;                      /* owned: relative to the destination */
  guint staged;
  gboolean is_staged;
  gboolean is_placed; /* or is of no more use */
} ThimbleMade;

/* One image on its way through a run. */
typedef struct
{
  ThimbleRun *run;
  ThimbleOrigin *origin; /* owned: of the run; of a link the file that it became */
  guint index;           /* in the run's origins */
  char *source;          /* the catalog's key: relative to the destination, or a URL */
  gboolean is_link;
  gboolean is_removed;   /* its file was here, is what the server has, and was removed */
  double download_seconds;
  guint32 to_make;       /* renditions to make, a bit each */
  guint32 in_way;        /* renditions whose file is there and not in the catalog, a bit each */
  guint32 adopted;       /* of these, the ones that are what would be made */
  gboolean is_racy;      /* the source changed less than two seconds ago */
  ThimbleWhy why;
  char **plans;            /* one a rendition */
  ThimbleRecord **records; /* one a rendition: what the catalog has, or NULL */
  ThimbleWork *work;       /* owned, from when the source is open */
  ThimbleFuture *future;   /* owned, while in flight */
  ThimbleMade *made;       /* owned: what came of it; NULL before that is looked at */
  guint n_made;
} ThimbleJob;

ThimbleJob *thimble_job_new (ThimbleRun *run, guint index);
void thimble_job_set_file (ThimbleJob *self, const ThimbleFetched *fetched);
gboolean thimble_job_has_file (ThimbleJob *self);
void thimble_job_free (ThimbleJob *self);
gboolean thimble_job_check (ThimbleJob *self);
GError *thimble_job_new_known_crash (ThimbleJob *self);
gboolean thimble_job_finish (ThimbleJob *self, gboolean may_wait);
void thimble_job_end (ThimbleJob *self, ThimbleItemState state, ThimbleItemResult *result);
void thimble_job_fail (ThimbleJob *self, GError *error);
void thimble_job_set_conflict (ThimbleJob *self, const char *path, GError **error);
char *thimble_job_dup_display_name (ThimbleJob *self);
char *thimble_job_dup_absolute (ThimbleJob *self, const char *path);
void thimble_job_describe_source (ThimbleJob *self,
                                  guint rendition,
                                  const char *path,
                                  const ThimbleProbeReply *source,
                                  const char *content_hash,
                                  ThimbleRecord *record);
ThimbleItemResult *thimble_job_describe (ThimbleJob *self);
ThimbleItemResult *thimble_job_describe_plan (ThimbleJob *self);

gboolean thimble_adopt_is_in_way (ThimbleJob *job, guint rendition);
gboolean thimble_adopt (ThimbleJob *job, GError **error);
gboolean thimble_adopt_check_conflict (ThimbleJob *job, GError **error);
gboolean thimble_adopt_file (ThimbleJob *job,
                             const char *path,
                             ThimbleFormat format,
                             guint32 width_px,
                             guint32 height_px);

void thimble_run_list_originals (ThimbleRun *run);
gboolean thimble_run_is_original (ThimbleRun *run, const char *path);
gboolean thimble_run_has_image (ThimbleRun *run, const ThimbleOrigin *file);
gboolean thimble_run_check_place (ThimbleRun *run, guint index, GError **error);
gboolean thimble_run_claim (ThimbleRun *run, const char *path);
gboolean thimble_run_exclude_outputs (ThimbleRun *run, GError **error);
void thimble_run_warn_if_full (ThimbleRun *run);
void thimble_run_prune (ThimbleRun *run, ThimbleRunSummary *summary);

gboolean thimble_run_prepare_links (ThimbleRun *run, GError **error);
void thimble_run_fetch (ThimbleRun *run, guint index);
void thimble_run_fetch_again (ThimbleRun *run, guint index);
gboolean thimble_run_has_fetched (ThimbleRun *run, gboolean *is_full);
ThimbleFetched *thimble_run_take_fetched (ThimbleRun *run);
void thimble_run_end_links (ThimbleRun *run);

gboolean thimble_run_keeps_originals (ThimbleRun *run);
void thimble_run_spend_original (ThimbleRun *run, guint index, gboolean is_there);
gboolean thimble_run_has_many_spent (ThimbleRun *run);
void thimble_run_remove_spent (ThimbleRun *run);
void thimble_run_remove_originals (ThimbleRun *run);

void thimble_run_push_event (ThimbleRun *run,
                             guint index,
                             ThimbleItemState state,
                             ThimbleItemResult *result);
void thimble_run_push_excluded (ThimbleRun *run, guint index);
void thimble_run_push_warning (ThimbleRun *run, char *warning);
void thimble_run_fail (ThimbleRun *run, GError *error);
gboolean thimble_run_is_over (ThimbleRun *run);
void thimble_run_stop (ThimbleRun *run);
gboolean thimble_run_open_source (ThimbleJob *job, GError **error);
gboolean thimble_run_submit (ThimbleRun *run, ThimbleJob *const *jobs, guint n_jobs);
void thimble_run_wait_for_works (ThimbleRun *run, guint max_in_flight);
void thimble_run_start_writers (ThimbleRun *run, guint n_workers);
void thimble_run_stop_writers (ThimbleRun *run);
void thimble_run_perform (ThimbleRun *run);

G_END_DECLS
