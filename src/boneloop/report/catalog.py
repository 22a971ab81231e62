"""Catalogs of translated messages: a .po file as people edit it, read and handed to the standard ``gettext``.

The .po file is the only source; no compiled file is kept beside it that could be older than it. Reading is strict: a
line that is not understood is an error, and a fuzzy message is not used.
"""

from __future__ import annotations

import ast
import gettext
import io
import struct
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from boneloop.errors import EvidenceError

_MAGIC, _HEADER, _PAIR = 0x950412DE, 28, 8
_KEYWORDS = ("msgid_plural", "msgid", "msgstr")


@dataclass(slots=True)
class Message:
    """One message.

    id, plural  as it stands in the program; ``plural`` "" where there is only one form
    texts       the translation, or one for each plural form of the language
    places      where it is used, for a translator
    """

    id: str
    plural: str = ""
    texts: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    fuzzy: bool = False


def read(text: str, name: str) -> list[Message]:
    """The messages of a .po file; the first one, with an empty id, holds the header.

    Raises EvidenceError naming the file and the line that is not understood, or a message that stands twice.
    """
    found: list[Message] = []
    for number, block in _blocks(text):
        message = _message(block, f"{name}, line {number}")
        if message is not None:
            found.append(message)
    twice = _twice([message.id for message in found])
    if twice:
        raise EvidenceError(f"{name}: messages that stand twice: {twice}")
    return found


def _twice(ids: Sequence[str]) -> list[str]:
    return [one for one, times in Counter(ids).items() if times > 1]


def _blocks(text: str) -> Iterable[tuple[int, list[str]]]:
    """Runs of lines between empty lines, with the number of the first."""
    block: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _message(lines: Sequence[str], place: str) -> Message | None:
    message, parts, current = Message(""), dict[str, str](), ""
    for line in lines:
        if line.startswith("#"):
            message.fuzzy |= line.startswith("#,") and "fuzzy" in line
            message.places += line[3:].split("; ") if line.startswith("#: ") else []
            continue
        keyword, quoted = _split(line)
        if not (quoted.startswith('"') and quoted.endswith('"')) or not (keyword or current):
            raise EvidenceError(f"{place}: not understood: {line}")
        current = keyword or current
        parts[current] = parts.get(current, "") + str(ast.literal_eval(quoted))
    if not parts:
        return None
    message.id, message.plural = parts.pop("msgid", ""), parts.pop("msgid_plural", "")
    message.texts = [parts[name] for name in sorted(parts)]
    return message


def _split(line: str) -> tuple[str, str]:
    """Keyword ("" on a line that goes on) and quoted text."""
    word, _, rest = line.partition(" ")
    return (word, rest.strip()) if word.partition("[")[0] in _KEYWORDS else ("", line.strip())


def written(messages: Iterable[Message]) -> str:
    """The messages as the text of a .po file; the inverse of ``read``."""
    return "\n".join(_written(message) for message in messages)


def _written(message: Message) -> str:
    lines = [f"#: {'; '.join(message.places)}"] if message.places else []
    lines += ["#, fuzzy"] if message.fuzzy else []
    lines.append(f"msgid {quoted(message.id)}")
    if message.plural:
        lines.append(f"msgid_plural {quoted(message.plural)}")
        lines += [f"msgstr[{n}] {quoted(text)}" for n, text in enumerate(message.texts)]
    else:
        lines.append(f"msgstr {quoted(message.texts[0] if message.texts else '')}")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Text between quotation marks as a .po file has it; a header, which has lines, one to a line."""
    escaped = [line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for line in text.splitlines(True)]
    if len(escaped) <= 1:
        return f'"{escaped[0] if escaped else ""}"'
    return "\n".join(['""', *(f'"{line}"' for line in escaped)])


def translations(messages: Sequence[Message]) -> gettext.GNUTranslations:
    """What the standard ``gettext`` makes of these messages."""
    pairs = {
        message.id + ("\0" + message.plural if message.plural else ""): "\0".join(message.texts)
        for message in messages
        if all(message.texts) and not (message.fuzzy and message.id)
    }
    return gettext.GNUTranslations(io.BytesIO(_compiled(pairs)))


def _compiled(pairs: Mapping[str, str]) -> bytes:
    """The messages in the binary form of a .mo file, which is what ``gettext`` reads."""
    ids = sorted(pairs, key=str.encode)
    first = _HEADER + 2 * _PAIR * len(ids)
    tables, body = [b"", b""], b""
    for table, texts in enumerate((ids, [pairs[one] for one in ids])):
        for text in texts:
            raw = text.encode()
            tables[table] += struct.pack("<2I", len(raw), first + len(body))
            body += raw + b"\0"
    header = struct.pack("<7I", _MAGIC, 0, len(ids), _HEADER, _HEADER + _PAIR * len(ids), 0, 0)
    return header + tables[0] + tables[1] + body
