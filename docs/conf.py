"""How the documents are built: MyST Markdown, one theme, nothing fetched from outside."""

from __future__ import annotations

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
suppress_warnings = ["toc.empty_glob"]

html_theme = "furo"
html_title = f"boneloop {release}"
html_show_sourcelink = False
html_copy_source = False
