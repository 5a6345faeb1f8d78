/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "thimble-catalog.h"

/* A destination of its own for each test, with the catalog's folder and file in it. */
typedef struct
{
  char *destination;
  char *folder;
  char *file;
} CatalogFixture;

typedef void (*CatalogTestFunc) (CatalogFixture *fixture);

void catalog_test_add (const char *path, CatalogTestFunc func);
ThimbleCatalog *catalog_open (CatalogFixture *fixture, ThimbleCatalogMode mode);
void catalog_close (ThimbleCatalog *catalog);
ThimbleRecord *record_new (const char *source, const char *plan, const char *path);
ThimbleRecord *record_new_numbered (guint number);
guint catalog_count (ThimbleCatalog *catalog);
