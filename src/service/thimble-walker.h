/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-origin.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Called on the walking thread with every image found; takes the origin. */
typedef void (*ThimbleWalkFound) (ThimbleOrigin *origin, gpointer user_data);
/* Called with each folder that was named, before what is in it; takes the absolute path. */
typedef void (*ThimbleWalkNamed) (char *folder, gpointer user_data);
/* Called with a sentence on what could not be read; takes the string. */
typedef void (*ThimbleWalkProblem) (char *problem, gpointer user_data);

/* A walk over folders and files. Used by one thread at a time; blocks on the disk. */
typedef struct _ThimbleWalker ThimbleWalker;

ThimbleWalker *thimble_walker_new (const char *destination,
                                   ThimbleWalkFound found,
                                   ThimbleWalkNamed named,
                                   ThimbleWalkProblem problem,
                                   gpointer user_data,
                                   GCancellable *cancellable);
void thimble_walker_free (ThimbleWalker *self);
void thimble_walker_add_path (ThimbleWalker *self, const char *path, guint root);
void thimble_walker_add_listed (ThimbleWalker *self,
                                const char *path,
                                guint root,
                                guint index,
                                const char *given_name,
                                const char *given_folder);
guint thimble_walker_get_n_other (ThimbleWalker *self);
guint thimble_walker_get_n_hidden (ThimbleWalker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleWalker, thimble_walker_free)

G_END_DECLS
