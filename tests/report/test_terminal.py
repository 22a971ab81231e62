"""One assessment in the terminal."""

from __future__ import annotations

from types import ModuleType

from rich.console import Console

from boneloop.report.case import Case
from boneloop.report.terminal import print_assessment


def shown(case: Case, width: int = 100) -> str:
    console = Console(width=width, record=True, file=open("/dev/null", "w"), color_system=None)  # noqa: SIM115
    with console.file:
        print_assessment(console, case.assessment)
        return console.export_text()


def test_safety_stands_before_everything_else(made_up: ModuleType) -> None:
    text = shown(made_up.case(item9=True))
    assert "item 9" in text
    assert text.index("item 9") < text.index("Vertebral fracture") < text.index("PHQ-9  ") < text.index("Measure next")


def test_scores_risks_and_gaps_are_there_with_their_dates(made_up: ModuleType) -> None:
    text = shown(made_up.case())
    for part in ("T-score, total hip", "osteoporosis", "Garvan", "28 %", "Spine radiograph", "2\u00a0Mar\u00a02026"):
        assert part in text


def test_a_reason_for_no_forecast_is_said(made_up: ModuleType) -> None:
    assert "No forecast: Age 43" in shown(made_up.case(forecast=False))


def test_text_of_a_record_is_never_read_as_markup(made_up: ModuleType) -> None:
    assert "[bold]Li[/bold] [/nonsense]" in shown(made_up.case("[bold]Li[/bold] [/nonsense]"))
