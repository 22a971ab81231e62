"""The curves of a protocol appear in a real browser, without an error and without a request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from boneloop.report.protocol_page import Curves, write_protocol_page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("people", [3, 40])
def test_every_column_is_drawn(chromium: Any, tmp_path: Path, people: int) -> None:
    path = tmp_path / "page.html"
    values = np.random.default_rng(1).uniform(1, 2, (3, 20, people))
    ids = [f"p{number}" for number in range(people)]
    curves = Curves(["a", "b", "c"], ["mmol/L", "", "%"], "day", np.arange(20.0), ids, values, [(5.0, "denosumab")])
    write_protocol_page(path, "Curves", [("form", "smooth")], curves)
    said, asked = list[str](), list[str]()
    page = chromium.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_selector("canvas")
    assert page.locator("canvas").count() == 3
    assert not said
    assert all(url.startswith(("file:", "data:")) for url in asked)
    page.close()
