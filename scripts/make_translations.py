#!/usr/bin/env python3
"""Bring the catalogs of messages up to date with what the sheets say.

python scripts/make_translations.py           new messages come in, without a translation; those of no more use go out
python scripts/make_translations.py --check   only say what is missing or of no more use; ends with 1 if anything is
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from boneloop.report import catalog
from boneloop.report.language import LANGUAGES, messages, path_of
from boneloop.report.sheets.messages import every_message

FORMS = {"zh": 1}
"""How many plural forms a language has."""


def main() -> int:
    """Renew or check every catalog."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    return max(renew(name, check) for name in LANGUAGES if name != "en")


def renew(name: str, check: bool) -> int:
    """One language; 1 where something is to be done by a person."""
    header, *known = messages(name)
    wanted, translated = every_message(), {one.id: one for one in known}
    for identity, message in wanted.items():
        old = translated.get(identity)
        kept = old is not None and old.plural == message.plural
        message.texts = list(old.texts) if old is not None and kept else [""] * (FORMS[name] if message.plural else 1)
        message.fuzzy = old.fuzzy if old is not None and kept else False
        message.places.sort()
    ordered = sorted(wanted.values(), key=lambda one: (one.places[0], list(wanted).index(one.id)))
    missing = [one.id for one in ordered if not all(one.texts) or one.fuzzy]
    unused = sorted(set(translated) - set(wanted))
    for words, found in (("without a translation", missing), ("of no more use", unused)):
        print(f"{name}: {len(found)} {words}", *found[:20], sep="\n  ")
    if not check:
        Path(str(path_of(name))).write_text(catalog.written([header, *ordered]), encoding="utf-8", newline="\n")
    return int(bool(missing or (check and unused)))


if __name__ == "__main__":
    sys.exit(main())
