/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-image-types.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ThimbleCatalogError:
 * @THIMBLE_CATALOG_ERROR_UNREADABLE: there is a catalog, but it can't be read
 * @THIMBLE_CATALOG_ERROR_UNWRITABLE: it can't be made or written
 */
typedef enum
{
  THIMBLE_CATALOG_ERROR_UNREADABLE,
  THIMBLE_CATALOG_ERROR_UNWRITABLE,
} ThimbleCatalogError;

#define THIMBLE_CATALOG_ERROR (thimble_catalog_error_quark ())
GQuark thimble_catalog_error_quark (void);

/**
 * ThimbleCatalogMode:
 * @THIMBLE_CATALOG_READ_ONLY: for a dry run: nothing is created; a missing catalog is an empty one
 * @THIMBLE_CATALOG_READ_WRITE: created where it is missing
 */
typedef enum
{
  THIMBLE_CATALOG_READ_ONLY,
  THIMBLE_CATALOG_READ_WRITE,
} ThimbleCatalogMode;

/**
 * ThimbleStamp:
 * @size: bytes
 * @mtime_ns: nanoseconds since 1970
 * @inode: 0 where it is not known
 *
 * What stat says of a file: how it is known to be unchanged.
 */
typedef struct
{
  gint64 size;
  gint64 mtime_ns;
  guint64 inode;
} ThimbleStamp;

/**
 * ThimbleRecord:
 * @source: the source, a path relative to the destination, or a URL
 * @plan: the output's planned name, relative to the destination; its extension is "?" where it
 *   depends on what the source turns out to be
 * @path: the output's name, relative to the destination
 * @label: the label of its size: "128", "800x600", …
 * @settings: hash of the settings it was made with
 * @stamp: of the source, when it was read
 * @is_racy: the source had changed less than two seconds before it was read: its stamp proves
 *   nothing, its @content_hash does
 * @content_hash: (nullable): of the source's bytes, see thimble-content-hash.h
 * @source_width: pixels, upright
 * @source_height: pixels, upright
 * @source_format: "jpeg", "gif", …
 * @width: of the output, pixels
 * @height: of the output, pixels
 * @format: of the output
 * @n_bytes: of the output
 *
 * What was made from what, with which settings: one record an output. One that is handed on is made
 * by [func@record_copy], which gives it strings of its own.
 */
typedef struct
{
  const char *source;
  const char *plan;
  const char *path;
  const char *label;
  const char *settings;
  ThimbleStamp stamp;
  gboolean is_racy;
  const char *content_hash;
  guint32 source_width;
  guint32 source_height;
  const char *source_format;
  guint32 width;
  guint32 height;
  ThimbleFormat format;
  gint64 n_bytes;
} ThimbleRecord;

ThimbleRecord *thimble_record_copy (const ThimbleRecord *self);
void thimble_record_free (ThimbleRecord *self);

/**
 * ThimbleCatalog:
 *
 * The records of one destination, in SQLite with a rollback journal, so that it also lives on
 * network folders. Usable from any thread; every call may block on the disk, so none is made on
 * the main thread.
 *
 * Added records are kept in memory and written in batches; before a batch is committed the
 * destination is synced, so that no record speaks of a file that a power cut can take away.
 */
#define THIMBLE_TYPE_CATALOG (thimble_catalog_get_type ())
G_DECLARE_FINAL_TYPE (ThimbleCatalog, thimble_catalog, THIMBLE, CATALOG, GObject)

typedef gboolean (*ThimbleCatalogFunc) (const ThimbleRecord *record, gpointer user_data);
typedef void (*ThimbleCatalogDueFunc) (ThimbleCatalog *catalog, gpointer user_data);

ThimbleCatalog *thimble_catalog_open (const char *folder,
                                      const char *destination,
                                      ThimbleCatalogMode mode,
                                      GError **error);
gboolean thimble_catalog_was_rebuilt (ThimbleCatalog *self);
void thimble_catalog_begin_reading (ThimbleCatalog *self);
void thimble_catalog_end_reading (ThimbleCatalog *self);
ThimbleRecord *thimble_catalog_lookup (ThimbleCatalog *self, const char *source, const char *plan);
gboolean thimble_catalog_has_output (ThimbleCatalog *self, const char *path);
char *thimble_catalog_dup_source_of (ThimbleCatalog *self, const char *path);
void thimble_catalog_add (ThimbleCatalog *self, ThimbleRecord *record);
void thimble_catalog_remove (ThimbleCatalog *self, const char *path);
gboolean thimble_catalog_flush (ThimbleCatalog *self, GError **error);
void thimble_catalog_flush_if_due (ThimbleCatalog *self);
void thimble_catalog_set_flush_due (ThimbleCatalog *self,
                                    ThimbleCatalogDueFunc func,
                                    gpointer user_data);
gboolean thimble_catalog_foreach (ThimbleCatalog *self,
                                  ThimbleCatalogFunc func,
                                  gpointer user_data,
                                  GError **error);
gboolean thimble_catalog_close (ThimbleCatalog *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThimbleRecord, thimble_record_free)

G_END_DECLS
