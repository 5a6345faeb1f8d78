/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-preset.h"
#include "thimble-source.h"
#include "thimble-thumbnail-maker.h"

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  THIMBLE_CLI_PROGRESS_AUTO,
  THIMBLE_CLI_PROGRESS_ALWAYS,
  THIMBLE_CLI_PROGRESS_NEVER,
} ThimbleCliProgressWhen;

/* What the command line says, checked. */
typedef struct
{
  GPtrArray *sources; /* ThimbleSource */
  ThimblePreset *preset;
  ThimbleRunOptions run;
  ThimbleExecutorKind executor;
  guint n_workers; /* 0 for the processors available */
  ThimbleEngineLimits limits;
  char *json;      /* a file, "-", or NULL */
  char *catalog;   /* what run.catalog points to */
  char *downloads; /* what run.downloads points to */
  char **headers;  /* what run.headers points to */
  char *ca_file;   /* what run.ca_file points to */
  ThimbleCliProgressWhen progress;
} ThimbleCliOptions;

ThimbleCliOptions *thimble_cli_options_parse (char **arguments, GError **error);
void thimble_cli_options_free (ThimbleCliOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleCliOptions, thimble_cli_options_free)

G_END_DECLS
