#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that all that people read is extracted, and that each language has all of it.

    test-catalogues.py SOURCE_DIR XGETTEXT-OPTION…
"""

import glob
import os
import re
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'arrows'))

from tap import Tap  # noqa: E402  (after its place is known)
import catalogue  # noqa: E402

# Names that are the same in all languages.
NAMES = {'JPEG', 'PNG', 'WebP'}
# What of a widget people see or hear.
SHOWN = {'body', 'comments', 'description', 'heading', 'help-text', 'label', 'placeholder',
         'placeholder-text', 'subtitle', 'text', 'title', 'tooltip-text'}
# Functions that show the text they are given, and literal text in such a call.
SHOWING = re.compile(
    r'\b(?:gtk_label_(?:new|set_(?:text|label|markup))|gtk_button_(?:set_label|new_with_label)'
    r'|gtk_window_set_title|gtk_widget_set_tooltip_text|adw_toast_new|adw_message_dialog_(?:new|add_'
    r'response)|adw_\w+_set_(?:title|subtitle|heading|body|description)|thimble_messages_\w+'
    r'|thimble_cli_complain|set_usage_error|puts|printf|g_notification_\w+'
    r'|gtk_file_filter_set_name|gtk_file_chooser_native_new'
    r'|GTK_ACCESSIBLE_PROPERTY_(?:LABEL|DESCRIPTION|VALUE_TEXT))\b([^;]*?);', re.DOTALL)
LITERAL = re.compile(r'(?<![\w])"((?:[^"\\]|\\.)*)"')
MARKED = re.compile(r'\b(?:_|N_|C_|NC_|ngettext) ?\((?:[^()"]|"(?:[^"\\]|\\.)*")*\)')
# A text has a word of its own, beside conversions of printf and names that programs read.
WORD = re.compile(r'[A-Za-z]{2}')
ASIDE = re.compile(r'%[-+ #0\'*\d.]*(?:hh|h|ll|l|z)?[a-zA-Z]|\\.|[a-z]+(?:[.-][a-z-]+)+|thimble(?:-cli)?')
# Calls whose first words are for programs: responses of a dialog, notifications' actions.
FOR_PROGRAMS = re.compile(r'"(?:close|cancel|save|keep|stop|run|add)"')
MARKS = re.compile(r'\b(?:_|N_|C_|NC_|ngettext) ?\(')


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def find_sources(top, rooms):
    return sorted(path for room in rooms for kind in ('c', 'h', 'ui')
                  for path in glob.glob(os.path.join(top, 'src', room, '*.' + kind)))


def find_listed(top):
    lines = read(os.path.join(top, 'po', 'POTFILES')).splitlines()
    return [line for line in lines if line and not line.startswith('#')]


def find_unlisted(top):
    """Files with marked text that xgettext does not read, and files that it reads in vain."""
    listed = find_listed(top)
    problems = [f'po/POTFILES: there is no {path}' for path in listed
                if not os.path.exists(os.path.join(top, path))]
    for path in find_sources(top, ['*']):
        text, short = read(path), os.path.relpath(path, top)
        is_marked = ('translatable=' in text) if path.endswith('.ui') else MARKS.search(text)
        if is_marked and short not in listed:
            problems.append(f'{short} has text to translate and is not in po/POTFILES')
    return problems


def find_bare_in_ui(path, text):
    """What a .ui file shows and does not mark."""
    problems = []
    for element in ElementTree.fromstring(text).iter():
        name, shown = element.get('name'), (element.text or '').strip()
        if element.tag == 'item' or element.tag in ('property', 'attribute') and name in SHOWN:
            if (WORD.search(shown) and shown not in NAMES and not shown.startswith('<')
                    and element.get('translatable') != 'yes' and element.get('bind-source') is None):
                problems.append(f'{os.path.basename(path)}: “{shown}” is not translatable')
    return problems


def find_bare_in_c(path, text):
    """Literal text in a call that shows it."""
    problems = []
    text = re.sub(r'/\*.*?\*/', '', text, flags=re.DOTALL)
    for call in SHOWING.finditer(text):
        for literal in LITERAL.findall(FOR_PROGRAMS.sub('', MARKED.sub('', call[1]))):
            if WORD.search(ASIDE.sub('', literal)):
                problems.append(f'{os.path.basename(path)}: "{literal}" is not marked with _()')
    return problems


def find_bare(top):
    problems = []
    for path in find_sources(top, ['app', 'cli']):
        find = find_bare_in_ui if path.endswith('.ui') else find_bare_in_c
        problems += find(path, read(path))
    return problems


def find_unused_sentences(top):
    """Sentences of failures, of which a part stands in no source: nobody makes them any more."""
    path = os.path.join(top, 'src', 'service', 'thimble-failure-words.c')
    rooms = ('base', 'concurrent', 'codecs', 'imaging', 'worker', 'download', 'service')
    sources = [read(source) for source in find_sources(top, rooms) if source != path]
    # Where it says “%s”, the word “megapixels” comes with the number.
    text = re.sub(r'"\s*(?:[A-Z_0-9]+\s*)?"', '', '\n'.join(sources)).replace(
        'limit is %s. Raise the limit on pixels', 'limit is %s megapixels. Raise the limit on pixels')
    sentences = re.findall(r'N_\(((?:"(?:[^"\\]|\\.)*"\s*)+)\)', read(path))
    parts = [(sentence, part) for sentence in sentences
             for part in re.sub(r'"\s*"', '', sentence).strip('" \n').split('%s')]
    return ([f'{sentence}: no source has “{part}”' for sentence, part in parts
             if len(part.strip()) > 5 and part.strip(' .') not in text]
            + ([] if len(sentences) > 20 else ['sentences are not found']))


def find_missed_plants():
    """What is not found of faults that are put in on purpose."""
    problems = []
    for find, name, bad, good in (
            (find_bare_in_ui, 'a.ui', '<a><property name="label">Go on</property></a>',
             '<a><property name="label" translatable="yes">Go on</property></a>'),
            (find_bare_in_c, 'a.c', 'gtk_label_set_text (l, "Go on");',
             'gtk_label_set_text (l, _ ("Go (on)")); printf ("%s\\n", a);')):
        if len(find(name, bad)) != 1 or find(name, good):
            problems.append(f'{name}: {find(name, bad)}, {find(name, good)}')
    for text, bad in (('_Go on…', 'Weiter…'), ('_Go on…', '_Weiter'), ('Go', ''), ('Go', 'Los '),
                      ('By --name', 'Mit --namen'), ('Of {width}', 'Von {breite}'),
                      ('a;b;', 'a;b'), ('Go', '"Los"')):
        message = catalogue.Message()
        message.text = text
        if not list(catalogue.find_faults(message, bad, 'de')):
            problems.append(f'{text!r}: {bad!r} passes')
    message.text = 'Sure?'
    if (not list(catalogue.find_faults(message, 'Sûr ?', 'fr'))
            or list(catalogue.find_faults(message, 'Sûr\u202f?', 'fr'))):
        problems.append('spaces of French are not seen')
    with tempfile.NamedTemporaryFile('w', suffix='.po', encoding='utf-8') as file:
        file.write('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
                   '#, fuzzy, c-format\nmsgid "%u to go"\nmsgstr "%s zu tun"\n')
        file.flush()
        message.text = 'Something else'
        found = '\n'.join(catalogue.check(file.name, 'de', [message]))
        problems += [f'a .po file that {what} passes' for what, sign in (
            ('is fuzzy', 'is fuzzy'), ('lacks a text', 'is not in it'),
            ('is stale', 'no longer there')) if sign not in found]
    return problems


def main():
    tap, top, options = Tap(), sys.argv[1], sys.argv[2:]
    wanted, complaints = catalogue.extract(top, options)
    tap.report('/languages/planted', find_missed_plants())
    tap.report('/languages/listed', find_unlisted(top))
    tap.report('/languages/marked', find_bare(top))
    tap.report('/languages/failures', find_unused_sentences(top))
    tap.report('/languages/extracted', complaints or ([] if len(wanted) > 100 else ['too few texts']))
    languages = [line for line in read(os.path.join(top, 'po', 'LINGUAS')).split('\n')
                 if line and not line.startswith('#')]
    files = sorted(os.path.basename(path)[:-3] for path in glob.glob(os.path.join(top, 'po', '*.po')))
    tap.report('/languages/all', [] if sorted(languages) == files
               else [f'po/LINGUAS has {languages}, and there are {files}'])
    for language in languages:
        path = os.path.join(top, 'po', language + '.po')
        tap.report('/languages/' + language, catalogue.check(path, language, wanted))
    tap.end()


main()
