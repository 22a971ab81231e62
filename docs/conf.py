"""How the documents are built: MyST Markdown, one theme, nothing fetched from outside."""

from __future__ import annotations

import logging
import tomllib
from pathlib import Path

_project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]

project = "boneloop"
author = "The boneloop authors"
copyright = "the boneloop authors, Apache-2.0"
release = version = _project["version"]

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "furo"
html_title = f"boneloop {release}"
html_show_sourcelink = False
html_copy_source = False


def _has_pages(record: logging.LogRecord) -> bool:
    """A folder whose pages are still to be written is no fault of the documents that are there."""
    return "didn't match any documents" not in str(record.msg)


logging.getLogger("sphinx.sphinx.directives.other").addFilter(_has_pages)
