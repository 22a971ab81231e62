#!/usr/bin/env python3
"""Write docs/glossary.md from the words that reports explain (src/boneloop/report/glossary.toml).

python scripts/make_glossary.py            write the page
python scripts/make_glossary.py --check    only say whether it is current
"""

from __future__ import annotations

import sys
from pathlib import Path

from boneloop.report.glossary import Subject, Word, glossary

PAGE = Path(__file__).parents[1] / "docs/glossary.md"
HEAD = """# Glossary

The words of this field as the documents and reports use them, one sentence each. A report explains those that it
uses in its last part. The page is written by `scripts/make_glossary.py`.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_section(subject) for subject in glossary())


def _section(subject: Subject) -> str:
    return f"\n## {subject.title}\n\n" + "\n".join(map(_word, subject.words))


def _word(word: Word) -> str:
    return f"{word.word}\n: {word.means}{' See [](' + word.page + ').' if word.page else ''}\n"


def main(arguments: list[str]) -> None:
    """Write the page, or only check it."""
    if "--check" in arguments:
        sys.exit(None if PAGE.read_text("utf-8") == page() else "not current: docs/glossary.md")
    PAGE.write_text(page(), "utf-8")
    print("wrote docs/glossary.md")


if __name__ == "__main__":
    main(sys.argv[1:])
