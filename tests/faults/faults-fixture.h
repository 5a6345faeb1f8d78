/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Scenario:
 * @before: (nullable): options of a calm run that has gone before; then a source has changed
 * @options: of the run that is disturbed, and of the one that goes on after it
 * @loses_catalog: whether the records of the run before are lost
 *
 * What a run finds and is to do. Options are words with spaces between them.
 */
typedef struct
{
  const char *name;
  const char *before;
  const char *options;
  gboolean loses_catalog;
} Scenario;

/* A folder of images, a destination, and what a calm run makes there. */
typedef struct
{
  const Scenario *scenario;
  char *root;          /* a temporary folder, which holds all others */
  char *disk;          /* a folder of its own for the destination */
  char *out;           /* the destination, in it */
  GHashTable *made;    /* name to hash: what a calm run leaves */
  GHashTable *allowed; /* set of "name hash": what a file may be at any time */
  guint64 *count;      /* shared with the shim */
  guint n_images;
} World;

/* What the shim does, and at which call; see fault-shim.c. */
typedef struct
{
  const char *what; /* "kill", "remove", "slow", or the number of an error */
  guint64 at;       /* 0: nothing, calls are only counted */
  gboolean goes_on;
} Fault;

/* How a run ended. */
typedef struct
{
  int status;      /* what it exited with, or minus the signal that killed it */
  guint n_records; /* lines of JSON before the summary */
  guint n_done;    /* images made, of the summary */
  guint n_skipped; /* images up to date */
  char *err;
} Ran;

World *world_new (const Scenario *scenario, guint n_images, int width_px);
void world_free (World *world);
GPid world_start (World *world, const char *more);
void world_reset (World *world);
void world_run (World *world, const Fault *fault, Ran *ran);
void world_run_again (World *world, const char *context, Ran *ran);
guint world_count_made (World *world);
void world_assert_whole (World *world, const char *context);
void world_assert_made (World *world, const char *context);
void world_assert_tidy (World *world, const char *context);
void ran_clear (Ran *ran);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ran, ran_clear)

G_END_DECLS
