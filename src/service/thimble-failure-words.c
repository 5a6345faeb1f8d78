/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Failures in the language of who reads them. A failure's message is made where it happens, mostly in
 * a worker, which knows neither names nor languages, and goes as it is into reports, which are the
 * same everywhere. So it is translated only when it is shown: by finding the sentence that it was
 * made of, and putting the same words into that sentence's translation. tests/languages fails when
 * no source makes one of these sentences any more. */

#include "config.h"

#include "thimble-failure-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* As many as a sentence may have. */
#define MAX_WORDS 4

/* What follows an image's name; %s is whatever stands in its place. Where two fit, the first counts. */
static const char *const sentences[] = {
  /* Translators: what is wrong with an image; its name stands before: “a.jpg” is a text file, not an
   * image. %s is a kind of file, like “a text file”. */
  N_("is %s, not an image."),
  N_("is %s, which no loader here reads."),
  N_("is empty."),
  N_("is broken: it has no pixels."),
  N_("is cut short: it ends before its end marker."),
  N_("is cut short: it ends before its end chunk."),
  N_("is cut short: it ends before its last pixel."),
  N_("is cut short: it has fewer bytes than its header says."),
  N_("is cut short: its picture's data end too early."),
  N_("is broken or cut short (gdk-pixbuf: %s)."),
  N_("is a kind of %s that is not read here (gdk-pixbuf: %s)."),
  N_("is a broken JPEG: a scan ends before its last block."),
  N_("is a broken JPEG: a code in its data means nothing."),
  N_("is a broken JPEG: a restart marker is missing."),
  N_("is not a whole PNG: the CRC of a chunk is wrong."),
  N_("is a broken PNG (libpng: %s)."),
  N_("is a broken WebP: its chunks do not fit together."),
  N_("is a broken WebP: its picture's data make no sense."),
  /* Translators: two sides and a limit: “is 64250×64250 pixels; the limit is 100 megapixels. …” */
  N_("is %s×%s pixels; the limit is %s megapixels. Raise the limit on pixels to allow it."),
  N_("is %s×%s pixels; no side may be longer than %s."),
  N_("would become %s×%s pixels; the limit is %s megapixels. Raise the limit on pixels to allow it."),
  /* Translators: two sizes, like “300 MB”. */
  N_("is a file of %s; the limit is %s. Raise the limit on bytes to allow it."),
  N_("is a file of more than %s, the limit. Raise the limit on bytes to allow it."),
  N_("needs more memory than there is."),
  N_("changed while it was read."),
  N_("is not a regular file."),
  /* Translators: the reason is the system’s, like “Permission denied”. */
  N_("cannot be opened: %s."),
  N_("cannot be read: %s."),
  N_("took more than %s s of processor time, which is the limit. Raise it (--timeout) to allow more."),
  N_("ended the process that read it. It is broken, or made to do harm; it is not tried again until "
     "it changes."),
  N_("made the process that read it do what is forbidden there, and so ended it. It may be made to do "
     "harm; it is not tried again until it changes."),
  N_("was not made: its output would be “%s”, a file that Thimble did not make. Move that file away, "
     "choose another destination or name, or allow files to be replaced (--overwrite); originals are "
     "never replaced."),
  N_("was not made: its output would be “%s”, and so is that of another image. Choose names that tell "
     "them apart (--name)."),
  N_("was not made: row %s of its list puts it into “%s”, where downloads are kept. Name another "
     "folder there, or choose another one for downloads (--downloads)."),
  N_("was not made: its output would be “%s”, where downloads are kept. Choose another folder for "
     "downloads (--downloads) or other names (--name)."),
  N_("was not downloaded: the server answered %s (%s)."),
  N_("was not downloaded: it took longer than the limit of %s s."),
  N_("was not downloaded: less than %s bytes a second came for %s s."),
  N_("was not downloaded: it came without its end."),
  N_("is cut short on the server: its end is missing."),
  N_("has not been downloaded yet."),
  N_("was not downloaded: %s"),
};

/* What a file can be, for the first sentences. */
static const char *const kinds[] G_GNUC_UNUSED = {
  /* Translators: kinds of files, to stand in “is a text file, not an image.” */
  N_("a text file"), N_("an HTML page"), N_("an XML document"), N_("a PDF document"),
  N_("a ZIP archive"), N_("a program"), N_("a script"), N_("a sound file"), N_("an MP4 video"),
  N_("a file of unknown kind"), N_("a raw photograph"),
};

/* Where a sentence's next %s is, or its end. */
static gsize
find_word (const char *sentence)
{
  const char *word = strstr (sentence, "%s");

  return word != NULL ? (gsize) (word - sentence) : strlen (sentence);
}

/* Whether @text is @sentence; @words are what stands in place of each %s. */
static gboolean
match (const char *sentence, const char *text, char *words[MAX_WORDS])
{
  guint n = 0;

  while (TRUE)
    {
      gsize length = find_word (sentence);
      const char *end;

      if (strncmp (text, sentence, length) != 0)
        return FALSE;
      text += length;
      sentence += length;
      if (sentence[0] == '\0')
        return text[0] == '\0';
      g_assert (n < MAX_WORDS);
      sentence += strlen ("%s");
      if (sentence[0] == '\0')
        {
          words[n] = g_strdup (text);
          return TRUE;
        }
      /* The last place where the rest can go on, so that a word may have the same signs in it. */
      {
        g_autofree char *next = g_strndup (sentence, find_word (sentence));

        end = sentence[strlen (next)] == '\0' ? g_strrstr (text, next) : strstr (text, next);
      }
      if (end == NULL)
        return FALSE;
      words[n++] = g_strndup (text, end - text);
      text = end;
    }
}

/* A kind of file has a translation; numbers and what the system says have none, or their own. */
static const char *
translate_word (const char *word)
{
  return word[0] != '\0' ? _(word) : word;
}

/* Puts the words into a translation, in its order: %s one after the other, or %2$s by number. */
static char *
fill (const char *translation, char *words[MAX_WORDS])
{
  GString *text = g_string_new (NULL);
  guint n = 0;

  for (const char *p = translation; *p != '\0'; p++)
    {
      guint number = MAX_WORDS;

      if (p[0] == '%' && p[1] == 's')
        number = n++;
      else if (p[0] == '%' && p[1] >= '1' && p[1] <= '9' && p[2] == '$' && p[3] == 's')
        number = p[1] - '1';
      if (p[0] != '%' || number >= MAX_WORDS || words[number] == NULL)
        {
          g_string_append_c (text, *p);
          continue;
        }
      g_string_append (text, translate_word (words[number]));
      p += p[1] == 's' ? 1 : 3;
    }
  return g_string_free (text, FALSE);
}

/* (nullable): the translation of what follows a name */
static char *
localize_sentence (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    {
      char *words[MAX_WORDS] = { NULL };
      char *found = match (sentences[i], text, words) ? fill (_(sentences[i]), words) : NULL;

      for (guint j = 0; j < MAX_WORDS; j++)
        g_free (words[j]);
      if (found != NULL)
        return found;
    }
  return NULL;
}

/**
 * thimble_failure_localize:
 * @message: a failure's message, with or without the name that it begins with
 *
 * Says it in the user's language, where it is one of the usual ones. Any thread.
 *
 * Returns: (transfer full): what to show
 */
char *
thimble_failure_localize (const char *message)
{
  char *found = localize_sentence (message);

  /* A name may have quotation marks of its own. */
  for (const char *end = message; found == NULL && g_str_has_prefix (message, "“");)
    {
      g_autofree char *rest = NULL;

      end = strstr (end, "” ");
      if (end == NULL)
        break;
      end += strlen ("” ");
      rest = localize_sentence (end);
      if (rest != NULL)
        {
          const char *start = message + strlen ("“");
          g_autofree char *name = g_strndup (start, end - start - strlen ("” "));

          /* Translators: a file's name, and what is wrong with it. */
          found = g_strdup_printf (_("“%s” %s"), name, rest);
        }
    }
  return found != NULL ? found : g_strdup (message);
}
