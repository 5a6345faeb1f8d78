/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Name templates as text: "{name}-{label}.{ext}". Reading one piece by piece is here, so that who
 * expands them and who checks them agree; what a field's value is, and what to do when two names
 * clash, is for the service. */

#include "thimble-name-template.h"

#include "thimble-preset.h"

#include <string.h>

#define FIELDS_HELP \
  "{name}, {label}, {-label}, {width}, {height}, {ext}, {folder}, {index}, {cache} and {uri}"

static const struct
{
  const char *text;
  ThimbleNameField field;
} fields[] = {
  { "{name}", THIMBLE_NAME_FIELD_NAME },     { "{label}", THIMBLE_NAME_FIELD_LABEL },
  { "{width}", THIMBLE_NAME_FIELD_WIDTH },   { "{height}", THIMBLE_NAME_FIELD_HEIGHT },
  { "{ext}", THIMBLE_NAME_FIELD_EXT },       { "{folder}", THIMBLE_NAME_FIELD_FOLDER },
  { "{index}", THIMBLE_NAME_FIELD_INDEX },   { "{-label}", THIMBLE_NAME_FIELD_DASH_LABEL },
  { "{cache}", THIMBLE_NAME_FIELD_CACHE },   { "{uri}", THIMBLE_NAME_FIELD_URI },
};

static gboolean
read_field (const char **text, ThimbleNameField *field)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_str_has_prefix (*text, fields[i].text))
      {
        *text += strlen (fields[i].text);
        *field = fields[i].field;
        return TRUE;
      }
  return FALSE;
}

/**
 * thimble_name_template_next:
 * @text: (inout): where to read on; starts as a template
 * @literal: (out): the text up to the next field, not ended by a zero byte
 * @n_literal: (out): its bytes, maybe 0
 * @field: (out): the field behind it, 0 at the end of the template or before a brace that begins
 *   no field (a checked template has none)
 *
 * Reads a template one piece after the other. Pure, from any thread.
 *
 * Returns: whether there was a piece; %FALSE at the end
 */
gboolean
thimble_name_template_next (const char **text,
                            const char **literal,
                            gsize *n_literal,
                            ThimbleNameField *field)
{
  *literal = *text;
  *n_literal = strcspn (*text, "{}");
  *text += *n_literal;
  *field = 0;
  return read_field (text, field) || *n_literal > 0;
}

/**
 * thimble_name_template_get_fields:
 * @name_template: a template that is checked
 *
 * Returns: the fields in it, #ThimbleNameField as bits
 */
guint
thimble_name_template_get_fields (const char *name_template)
{
  const char *literal;
  gsize n_literal;
  ThimbleNameField field;
  guint found = 0;

  g_return_val_if_fail (name_template != NULL, 0);

  while (thimble_name_template_next (&name_template, &literal, &n_literal, &field))
    found |= field;
  return found;
}

/* The shortest name the template can give: {folder} and {-label} may be empty, nothing else is. A
 * folder that stands alone before a slash goes with its slash when it is empty, so it counts as
 * something. */
static char *
expand_shortest (const char *name_template)
{
  g_autoptr(GString) shortest = g_string_new (NULL);
  const char *literal;
  gsize n_literal;
  ThimbleNameField field;

  while (thimble_name_template_next (&name_template, &literal, &n_literal, &field))
    {
      gboolean starts, ends;

      g_string_append_len (shortest, literal, n_literal);
      starts = shortest->len == 0 || shortest->str[shortest->len - 1] == '/';
      ends = name_template[0] == '/';
      if (field != 0 && field != THIMBLE_NAME_FIELD_DASH_LABEL
          && (field != THIMBLE_NAME_FIELD_FOLDER || (starts && ends)))
        g_string_append_c (shortest, 'x');
    }
  return g_string_free (g_steal_pointer (&shortest), FALSE);
}

/* Whether every path that the template can give stays below the destination and out of the
 * catalog's folder. */
static gboolean
check_parts (const char *name_template, GError **error)
{
  g_autofree char *shortest = expand_shortest (name_template);
  g_auto(GStrv) parts = g_strsplit (shortest, "/", -1);
  const char *problem = NULL;

  if (name_template[0] == '/')
    problem = "must not begin with a slash: outputs go below the destination";
  for (guint i = 0; problem == NULL && parts[i] != NULL; i++)
    if (parts[i][0] == '\0')
      problem = "has a folder or file without a name";
    else if (g_str_equal (parts[i], ".") || g_str_equal (parts[i], ".."))
      problem = "must not contain “.” or “..”: outputs go below the destination";
    else if (g_str_equal (parts[i], ".thimble"))
      problem = "must not write into “.thimble”, where the catalog is";

  if (problem != NULL)
    g_set_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
                 "The name template “%s” %s.", name_template, problem);
  return problem == NULL;
}

/**
 * thimble_name_template_check:
 * @name_template: text with the fields of #ThimbleNameField; "/" makes folders below the destination; there is no way to write a brace
 *
 * A template needs {name}, {index} or {uri}, or every source would have the same output, and may not lead
 * out of the destination, whatever the fields are.
 *
 * Returns: whether it is one; if not, @error (%THIMBLE_PRESET_ERROR) says what to write
 */
gboolean
thimble_name_template_check (const char *name_template, GError **error)
{
  const char *rest = name_template;
  const char *literal;
  gsize n_literal;
  ThimbleNameField field;

  g_return_val_if_fail (name_template != NULL, FALSE);

  if (!g_utf8_validate (name_template, -1, NULL))
    {
      g_set_error_literal (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
                           "The name template must be UTF-8.");
      return FALSE;
    }
  while (thimble_name_template_next (&rest, &literal, &n_literal, &field))
    ;
  if (rest[0] != '\0')
    {
      g_set_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
                   "“%s” in the name template is no field: the fields are " FIELDS_HELP ".", rest);
      return FALSE;
    }
  if ((thimble_name_template_get_fields (name_template)
       & (THIMBLE_NAME_FIELD_NAME | THIMBLE_NAME_FIELD_INDEX | THIMBLE_NAME_FIELD_URI))
      == 0)
    {
      g_set_error (error, THIMBLE_PRESET_ERROR, THIMBLE_PRESET_ERROR_INVALID,
                   "The name template “%s” needs {name} or {index}: without them all outputs "
                   "would be one file.", name_template);
      return FALSE;
    }
  return check_parts (name_template, error);
}
