/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-work.h"

G_BEGIN_DECLS

/* The folder that workers write to and read from when they start, named by the environment so that
 * workers in other processes know it too:
 *   started  gets a line from each worker that starts, its id as in the reply of "worker"
 *   fail     where it exists, workers do not start, and say what is in it */
#define TEST_WORKERS_FOLDER "THIMBLE_TEST_WORKERS"

/* Ended by a row without name. Works are told and tell by data alone:
 *   echo           replies its recipe
 *   fail           ends with G_IO_ERROR_FAILED and its recipe as message
 *   forget         does not end
 *   length         replies the length of its input, a guint64
 *   worker         replies its worker's id, as text
 *   light          likewise, and is light
 *   together       three at once; replies how many were run with it, a guint32, before its recipe
 *   buffer         replies how long the worker's buffer was, a guint64, and makes it longer
 *   in-turn        three at once, one after the other; each does as gate, or as echo without input
 *   gate           sends a byte on its input, a socket; replies its recipe when that is closed
 *   until-stopped  sends a byte on its input; ends with G_IO_ERROR_CANCELLED when asked to stop
 *   reserve        reserves as many bytes as its recipe, a guint64, says, then does as gate
 *   reserve-twice  reserves its recipe, then twice that, then one byte; replies its recipe */
extern const ThimbleOperation test_operations[];

gboolean test_worker_initializer (gpointer user_data, GError **error);

G_END_DECLS
