"""The language of a page: messages through ``gettext``, dates as that language writes them, numbers as they are.

English is what stands in the program; any other language is a catalog under ``locale/``. Numbers and units are never
translated: they are the same characters in every language. A message without a translation is kept in English and
remembered in ``missing``, so that a page can say so.
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources

from boneloop.errors import InputError
from boneloop.report import catalog

LANGUAGES = {"en": "en", "zh": "zh_CN"}
"""What a user asks for, and the folder of the catalog."""
TAGS = {"en": "en", "zh": "zh-Hans"}
"""What stands in the ``lang`` of a page."""
DATES = {"en": "{0.day} {1} {0.year}", "zh": "{0.year}年{0.month}月{0.day}日"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DOMAIN = "boneloop"


@dataclass(slots=True)
class Language:
    """One language.

    name     a key of ``LANGUAGES``
    missing  messages that had no translation, in the order in which they were met
    """

    name: str
    missing: list[str] = field(default_factory=list)

    @property
    def tag(self) -> str:
        """The language as HTML names it."""
        return TAGS[self.name]

    def text(self, message: str, **values: object) -> str:
        """The message in this language, its ``%(name)s`` filled in; without values it is taken as it stands."""
        return self._filled(self._found(message), values)

    def count(self, number: int, one: str, many: str, **values: object) -> str:
        """The form of a message that goes with a number, which fills ``%(number)s``."""
        return self._filled(self.form(one, many, number), {"number": number, **values})

    def form(self, one: str, many: str, number: int) -> str:
        """The form of a message that goes with a number, with nothing filled in."""
        if not self.has(one):
            self._miss(one)
        return _catalog(self.name).ngettext(one, many, number)

    def has(self, message: str) -> bool:
        """Is there a translation; English needs none."""
        return self.name == "en" or message in _translated(self.name)

    def date(self, day: date | None) -> str:
        """A day as one writes it in this language."""
        return self.text("no date") if day is None else DATES[self.name].format(day, MONTHS[day.month - 1])

    def _found(self, message: str) -> str:
        if not self.has(message):
            self._miss(message)
        return _catalog(self.name).gettext(message)

    def _miss(self, message: str) -> None:
        if self.name != "en" and message not in self.missing:
            self.missing.append(message)

    @staticmethod
    def _filled(text: str, values: dict[str, object]) -> str:
        return text % values if values else text


def language(name: str) -> Language:
    """A language by name.

    Raises InputError for one that there is not.
    """
    if name not in LANGUAGES:
        raise InputError("language", f"one of {', '.join(LANGUAGES)}", name)
    return Language(name)


def messages(name: str) -> list[catalog.Message]:
    """The catalog of a language as written, header first."""
    return catalog.read(path_of(name).read_text(encoding="utf-8"), f"locale/{LANGUAGES[name]}")


def path_of(name: str) -> resources.abc.Traversable:
    """Where the catalog of a language is."""
    return resources.files("boneloop.report").joinpath("locale", LANGUAGES[name], "LC_MESSAGES", f"{DOMAIN}.po")


@cache
def _catalog(name: str) -> gettext.NullTranslations:
    return gettext.NullTranslations() if name == "en" else catalog.translations(messages(name))


@cache
def _translated(name: str) -> frozenset[str]:
    return frozenset(message.id for message in messages(name) if all(message.texts) and not message.fuzzy)
