/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ThimbleLineTable: where in a file lines are, by a hash of what they are about. */
typedef struct _ThimbleLineTable ThimbleLineTable;

/**
 * ThimbleLineFunc:
 * @offset: of a line
 *
 * Returns: whether the line is about what is looked for; its hash may be another's too
 */
typedef gboolean (*ThimbleLineFunc) (goffset offset, gpointer user_data);

ThimbleLineTable *thimble_line_table_new (void);
void thimble_line_table_free (ThimbleLineTable *self);
goffset thimble_line_table_find (ThimbleLineTable *self,
                                 guint64 hash,
                                 ThimbleLineFunc func,
                                 gpointer user_data);
void thimble_line_table_set (ThimbleLineTable *self,
                             guint64 hash,
                             goffset offset,
                             ThimbleLineFunc func,
                             gpointer user_data);
guint thimble_line_table_get_n_lines (ThimbleLineTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleLineTable, thimble_line_table_free)

G_END_DECLS
