/* SPDX-License-Identifier: GPL-3.0-or-later */

/* File names out of what others wrote: one component, without anything that a file system, a shell
 * or an eye takes for something else. Links and lists name files; a server's answer never does, so
 * that a link has one name, whenever and in whatever order it is downloaded. */

#include "thimble-safe-name.h"

#include <string.h>

/* An extension, a hash and a temporary suffix still fit into 255 bytes. */
#define MAX_BYTES 180

/* Characters that tell how to show others: overrides, isolates, marks, and those that show nothing
 * (Unicode 15, sections 23.2 and 23.3). */
static gboolean
is_invisible (gunichar character)
{
  GUnicodeType type = g_unichar_type (character);

  return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_SURROGATE
         || type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR
         || type == G_UNICODE_PRIVATE_USE || type == G_UNICODE_UNASSIGNED;
}

/* Names that Windows keeps for devices, with or without an extension. */
static gboolean
is_reserved (const char *name)
{
  static const char *const reserved[] = { "con", "prn", "aux", "nul", "conin$", "conout$" };
  g_autofree char *stem = g_strndup (name, strcspn (name, "."));

  g_strchomp (stem);
  for (guint i = 0; i < G_N_ELEMENTS (reserved); i++)
    if (g_ascii_strcasecmp (stem, reserved[i]) == 0)
      return TRUE;
  return strlen (stem) == 4
         && (g_ascii_strncasecmp (stem, "com", 3) == 0 || g_ascii_strncasecmp (stem, "lpt", 3) == 0)
         && g_ascii_isdigit (stem[3]);
}

static void
append_safe (GString *name, gunichar character)
{
  if (is_invisible (character))
    return;
  if (g_unichar_isspace (character))
    g_string_append_c (name, ' ');
  else if (character < 0x80 && strchr ("\"*/:<>?\\|", (char) character) != NULL)
    g_string_append_c (name, '-');
  else
    g_string_append_unichar (name, character);
}

/* Cuts at the start of a character. */
static void
limit_length (GString *name)
{
  const char *end;

  if (name->len <= MAX_BYTES)
    return;
  end = g_utf8_find_prev_char (name->str, name->str + MAX_BYTES + 1);
  g_string_truncate (name, end - name->str);
}

/**
 * thimble_safe_name:
 * @text: any bytes
 *
 * Takes the last component of @text and makes a file name of it that is safe on any system: valid
 * UTF-8 in NFC, at most 180 bytes, no control, format or bidirectional characters, no dot or space
 * at the ends, no device. Any thread.
 *
 * Returns: (transfer full): the name, "image" where nothing is left
 */
char *
thimble_safe_name (const char *text)
{
  const char *slash = strrchr (text, '/');
  const char *backslash = strrchr (text, '\\');
  const char *base = MAX (slash, backslash) != NULL ? MAX (slash, backslash) + 1 : text;
  g_autofree char *valid = g_utf8_make_valid (base, MIN (strlen (base), 4096));
  g_autofree char *composed = g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);
  g_autoptr(GString) name = g_string_new (NULL);
  gsize start;

  for (const char *p = composed; *p != '\0'; p = g_utf8_next_char (p))
    append_safe (name, g_utf8_get_char (p));
  start = strspn (name->str, ". ");
  g_string_erase (name, 0, start);
  limit_length (name);
  while (name->len > 0 && strchr (". ", name->str[name->len - 1]) != NULL)
    g_string_truncate (name, name->len - 1);
  if (is_reserved (name->str))
    g_string_insert_c (name, strcspn (name->str, "."), '-');
  return g_strdup (name->len > 0 ? name->str : "image");
}

/**
 * thimble_safe_name_for_url:
 * @url: an http, https or data URL, as the user gave it
 *
 * Returns: (transfer full): a safe name out of the URL's path, its extension included; "image" where
 *   it says none
 */
char *
thimble_safe_name_for_url (const char *url)
{
  g_autoptr(GUri) uri = NULL;
  g_autofree char *path = NULL;
  gsize n;

  if (g_ascii_strncasecmp (url, "data:", 5) == 0)
    return g_strdup ("image");
  uri = g_uri_parse (url, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED_PATH, NULL);
  if (uri == NULL)
    return g_strdup ("image");

  path = g_strdup (g_uri_get_path (uri));
  n = strlen (path);
  while (n > 0 && path[n - 1] == '/')
    path[--n] = '\0';
  /* "%2F" must not become a slash that hides what is before it, nor "%00" an end. */
  for (char *p = path, *out = path;; p++, out++)
    {
      if (p[0] == '%' && g_ascii_isxdigit (p[1]) && g_ascii_isxdigit (p[2]))
        {
          *out = (g_ascii_xdigit_value (p[1]) << 4) | g_ascii_xdigit_value (p[2]);
          if (*out == '\0')
            *out = '-';
          p += 2;
          continue;
        }
      *out = *p;
      if (*p == '\0')
        break;
    }
  return thimble_safe_name (path);
}
