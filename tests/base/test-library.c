/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Libraries that are loaded when they are needed. */

#include "thimble-library.h"

#include <math.h>
#include <string.h>

#define LIBRARY "libm.so.6"

static void
test_loads (void)
{
  static const char *const names[] = { "sqrt", "hypot" };
  struct
  {
    __typeof__ (sqrt) *sqrt;
    __typeof__ (hypot) *hypot;
  } table = { NULL, NULL };
  g_autoptr(GError) error = NULL;

  g_assert_true (thimble_library_load (LIBRARY, names, (gpointer *) &table, 2, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (table.sqrt (9), ==, 3);
  g_assert_cmpfloat (table.hypot (3, 4), ==, 5);
}

static void
assert_fails (const char *library, const char *function, const char *named)
{
  const char *const names[] = { "sqrt", function };
  gpointer table[2] = { NULL, NULL };
  g_autoptr(GError) error = NULL;

  g_assert_false (thimble_library_load (library, names, table, 2, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, library));
  g_assert_nonnull (strstr (error->message, named));
}

static void
test_missing_library (void)
{
  assert_fails ("libthimble-of-nobody.so.0", "hypot", "No such file");
}

/* A library that is older than what was built for. */
static void
test_missing_function (void)
{
  assert_fails (LIBRARY, "thimble_hypotenuse", "thimble_hypotenuse");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/library/loads", test_loads);
  g_test_add_func ("/library/missing-library", test_missing_library);
  g_test_add_func ("/library/missing-function", test_missing_function);
  return g_test_run ();
}
