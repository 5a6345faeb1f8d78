# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads .po files, and knows what is wrong with a translation that msgfmt lets pass."""

import re
import subprocess


class Message:
    """An entry: its texts are a form each, one of them where there is no plural."""

    def __init__(self):
        self.flags = set()
        self.context = None
        self.text = ''
        self.plural = None
        self.translations = []

    @property
    def key(self):
        return self.context, self.text, self.plural

    @property
    def name(self):
        return repr(self.text if len(self.text) <= 60 else self.text[:59] + '…')


def unquote(line):
    inner = line[line.index('"') + 1:line.rindex('"')]
    return re.sub(r'\\(.)', lambda match: {'n': '\n', 't': '\t'}.get(match[1], match[1]), inner)


def read(text):
    """Returns the messages of a .po file, without its head and what is no longer used."""
    messages = []
    for block in re.split(r'\n\s*\n', text):
        message, part, parts = Message(), None, {}
        for line in block.splitlines():
            if line.startswith('#,'):
                message.flags |= {flag.strip() for flag in line[2:].split(',')}
            elif line.startswith('#') or not line.strip():
                continue
            else:
                if not line.startswith('"'):
                    part = line.split(' ', 1)[0]
                    parts[part] = ''
                parts[part] += unquote(line)
        message.context, message.plural = parts.get('msgctxt'), parts.get('msgid_plural')
        message.text = parts.get('msgid', '')
        message.translations = [parts[name] for name in sorted(parts) if name.startswith('msgstr')]
        if message.text:
            messages.append(message)
    return messages


def extract(top, options):
    """Returns the messages of the sources that po/POTFILES names, and what xgettext says of them."""
    ran = subprocess.run(['xgettext', *options, '--directory=' + top, '--output=-',
                          '--files-from=' + top + '/po/POTFILES'],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    return read(ran.stdout), ran.stderr.splitlines()


def count_mnemonics(text):
    return len(re.findall(r'_(?=\w)', text)) if not re.search(r'\w_\w+_', text) else 0


def find_words(text):
    """What is the same in all languages: {fields}, --options, names of programs and files."""
    return sorted(set(re.findall(r'\{[\w-]+\}|--[a-z][a-z-]*|thimble-cli|srcset|https://', text)))


def has_ordinary_space(text):
    """Whether French text has a space where a line must not break."""
    return re.search(r' [:;!?»](?=\s|$)|« ', text) is not None


def find_faults(message, translation, language):
    """Yields what is wrong with a translation of a message."""
    whole = message.plural or message.text
    if not translation:
        yield 'is not translated'
        return
    if find_words(translation) != find_words(whole):
        yield f'has {find_words(translation)} and not {find_words(whole)}'
    if count_mnemonics(translation) != count_mnemonics(whole):
        yield 'has another number of mnemonics (_)'
    if translation.endswith('…') != whole.endswith('…'):
        yield 'has an ellipsis (…) where there is none, or none where there is one'
    if translation.endswith(';') != whole.endswith(';'):
        yield 'is no list of words, each with a semicolon after it'
    # Between the parts of a list, Chinese and Japanese have no space.
    for end in (str.lstrip, str.rstrip) if message.context != 'list' else ():
        if (end(translation) == translation) != (end(whole) == whole):
            yield 'begins or ends with a space, or does not'
    if '"' in translation and '"' not in whole or "'" in translation and "'" not in whole:
        yield 'has a straight quotation mark'
    if language == 'fr' and has_ordinary_space(translation):
        yield 'has an ordinary space beside a mark: take U+00A0 or U+202F'


def check(path, language, wanted):
    """Returns what is wrong with a .po file; wanted are the messages of the sources."""
    with open(path, encoding='utf-8') as file:
        messages = read(file.read())
    there = {message.key: message for message in messages}
    problems = [f'{message.name} is not in it: ninja -C build thimble-update-po'
                for message in wanted if message.key not in there]
    keys = {message.key for message in wanted}
    for message in messages:
        if message.key not in keys:
            problems.append(f'{message.name} is no longer there: ninja -C build thimble-update-po')
        if 'fuzzy' in message.flags:
            problems.append(f'{message.name} is fuzzy')
        for translation in message.translations:
            problems += [f'{message.name}: {translation!r} {fault}'
                         for fault in find_faults(message, translation, language)]
    ran = subprocess.run(['msgfmt', '--check', '--output-file=/dev/null', path],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return problems + (ran.stdout.splitlines() if ran.returncode != 0 or ran.stdout else [])
