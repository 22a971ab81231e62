#!/usr/bin/env python3
"""Write docs/validation/bone.md and its figure: what the fitted bone model says beside what was published.

python scripts/make_bone_validation.py --shared ../shared/data    both, with the courses of the trials
python scripts/make_bone_validation.py --shared ../shared/data --out DIR

Bone alone, the average woman of each arm, the numbers as stored (no draws). The same results with whole people, draws
and bands come from ``boneloop validate --group bone --group markers``.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from html import escape
from pathlib import Path

import numpy as np

from boneloop.calibrate.fit import bone
from boneloop.calibrate.fit.bone_arms import DENSITIES, Arm, Reading
from boneloop.calibrate.fit.problem import Request
from boneloop.calibrate.fit.stages import registry_before
from boneloop.evidence.registry import load

ROOT = Path(__file__).parents[1]
WORDS = {
    "bmd_total_hip_change": "total hip",
    "bmd_femoral_neck_change": "femoral neck",
    "bmd_spine_change": "lumbar spine",
    "ctx_change": "CTX",
    "p1np_change": "P1NP",
    "bsap_change": "bone alkaline phosphatase",
}
GOALS = {"bmd_total_hip_change": "1.0", "ctx_change": "20", "p1np_change": "20"}
COLORS = {"bmd_total_hip_change": "#1f6f8b", "bmd_femoral_neck_change": "#8a6d1f", "bmd_spine_change": "#a23b3b"}
PANELS = (
    ("freedom_extension/long", "Denosumab"),
    ("denosumab_stopped/stopped", "Denosumab, stopped at 24 months"),
    ("freedom/placebo", "Untreated, 72 years"),
    ("zoledronate_once/once", "Zoledronate once"),
    ("arch/alendronate", "Alendronate"),
    ("frame/romosozumab", "Romosozumab"),
    ("data_study/teriparatide", "Teriparatide"),
    ("data_study/both", "Teriparatide with denosumab"),
    ("swan/untreated", "Around menopause, from 45 years"),
)
WIDTH, HEIGHT, LEFT, TOP, GAP = 250, 190, 46, 34, 58


def main() -> None:
    """Write the page and the figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="the folder of the public data sets")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "validation")
    asked = parser.parse_args()
    study = bone.study(Request(registry_before("bone"), shared=asked.shared))
    numbers = bone.stored(study, load())
    simulated = study.simulated(numbers)[:, 0]
    lived = {name: course[:, :, 0] for name, course in study.lanes.lived(numbers).items()}
    asked.out.mkdir(parents=True, exist_ok=True)
    page = (ROOT / "docs" / "validation" / "bone.md").read_text(encoding="utf-8")
    for name, table in tables(study.readings, simulated).items():
        before, rest = page.split(f"<!-- {name} -->\n")
        page = f"{before}<!-- {name} -->\n{table}<!-- end -->{rest.split('<!-- end -->', 1)[1]}"
    (asked.out / "bone.md").write_text(page, encoding="utf-8")
    arms = {arm.name: (place, arm) for place, arm in enumerate(study.lanes.arms)}
    (asked.out / "bone.svg").write_text(figure(arms, study.readings, lived), encoding="utf-8")


def tables(readings: tuple[Reading, ...], simulated: np.ndarray) -> dict[str, str]:
    """The tables of the page by name."""
    targets, ages = [], []
    arms: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for reading, value in zip(readings, simulated, strict=True):
        if reading.trial:
            arms[reading.outcome][reading.trial].append(abs(value - reading.value))
        elif reading.arm.startswith("reference/"):
            ages.append((reading, value))
        else:
            targets.append(_row(reading, value))
    head = "| result | arm | months | outcome | published | simulated |\n|---|---|---|---|---|---|\n"
    return {
        "targets": head + "".join(targets),
        "errors": _errors(arms),
        "arms": _arm_rows(arms),
        "ages": _age_rows(ages),
    }


def _row(reading: Reading, value: float) -> str:
    months = f"{reading.since:g} to {reading.month:g}" if reading.since else f"{reading.month:g}"
    arm = reading.arm.replace("/", ": ") + (f" against {reading.against.split('/')[1]}" if reading.against else "")
    name = reading.label.split()[0]
    return f"| {name} | {arm} | {months} | {WORDS[reading.outcome]} | {reading.value:+.1f} | {value:+.1f} |\n"


def _errors(arms: dict[str, dict[str, list[float]]]) -> str:
    lines = ["| outcome | arms | mean error, points | goal |\n|---|---|---|---|\n"]
    for outcome, found in arms.items():
        mean = np.mean([np.mean(own) for own in found.values()])
        lines.append(f"| {WORDS[outcome]} | {len(found)} | {mean:.2f} | {GOALS.get(outcome, 'none')} |\n")
    return "".join(lines)


def _arm_rows(arms: dict[str, dict[str, list[float]]]) -> str:
    outcomes = list(arms)
    names = sorted({name for found in arms.values() for name in found})
    lines = ["| arm | " + " | ".join(WORDS[o] for o in outcomes) + " |\n|---" * 1 + "|---" * len(outcomes) + "|\n"]
    for name in names:
        cells = [f"{np.mean(arms[o][name]):.1f}" if name in arms[o] else "" for o in outcomes]
        lines.append(f"| {name.replace('/', ': ').replace('_', ' ')} | " + " | ".join(cells) + " |\n")
    return "".join(lines)


def _age_rows(ages: list[tuple[Reading, float]]) -> str:
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    for reading, value in ages:
        decade = reading.label.split(", ")[1]
        rows[decade][reading.outcome] = f"{reading.value:+.1f} / {value:+.1f}"
    head = (
        "| age | " + " | ".join(WORDS[outcome] for outcome in DENSITIES) + " |\n|---" + "|---" * len(DENSITIES) + "|\n"
    )
    return head + "".join(
        f"| {decade} | " + " | ".join(found.get(outcome, "") for outcome in DENSITIES) + " |\n"
        for decade, found in rows.items()
    )


def figure(arms: dict[str, tuple[int, Arm]], readings: tuple[Reading, ...], lived: dict[str, np.ndarray]) -> str:
    """Courses of density at three sites as lines, published arms as points."""
    columns = 3
    rows = -(-len(PANELS) // columns)
    size = columns * (WIDTH + GAP) + LEFT, rows * (HEIGHT + TOP + GAP) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" role="img" '
        'font-family="sans-serif" font-size="11"><title>Bone density by site, simulated and published</title>'
        '<rect width="100%" height="100%" fill="#fff"/>'
    ]
    for index, (name, title) in enumerate(PANELS):
        place, arm = arms[name]
        x, y = LEFT + index % columns * (WIDTH + GAP), TOP + index // columns * (HEIGHT + TOP + GAP)
        own = [r for r in readings if r.arm == name and r.kind == "arm" and not r.since and r.outcome in DENSITIES]
        curves = {outcome: lived[outcome][:, place] for outcome in DENSITIES}
        parts.append(_panel(x, y, title, arm.months, curves, own))
    for i, (outcome, color) in enumerate(COLORS.items()):
        parts.append(
            f'<text x="{LEFT + 150 * i}" y="{size[1] - 12}" fill="{color}" font-weight="bold">{WORDS[outcome]}</text>'
        )
    parts.append(
        f'<text x="{LEFT + 460}" y="{size[1] - 12}" fill="#555">lines: simulated; points: published</text></svg>'
    )
    return "\n".join(parts) + "\n"


def _panel(x: float, y: float, title: str, months: float, curves: dict[str, np.ndarray], own: list[Reading]) -> str:
    shown = months >= bone.GRID
    values = np.concatenate([c[shown] for c in curves.values()] + [np.array([r.value for r in own])])
    low, high = min(0.0, float(values.min())), max(1.0, float(values.max()))

    def at(month: float, value: float) -> tuple[float, float]:
        return x + month / months * WIDTH, y + HEIGHT - (value - low) / (high - low) * HEIGHT

    parts = [f'<text x="{x}" y="{y - 8}" font-weight="bold" fill="#222">{escape(title)}</text>']
    for value in _ticks(low, high):
        height = at(0, value)[1]
        parts.append(
            f'<line x1="{x}" x2="{x + WIDTH}" y1="{height:.1f}" y2="{height:.1f}" stroke="#ddd"/>'
            f'<text x="{x - 5}" y="{height + 4:.1f}" text-anchor="end" fill="#555">{value:+g} %</text>'
        )
    years = max(1, round(months / 12))
    for year in range(0, years + 1, 2 if years > 6 else 1):
        parts.append(
            f'<text x="{at(12 * year, low)[0]:.1f}" y="{y + HEIGHT + 14}" text-anchor="middle" fill="#555">'
            f"{year} y</text>"
        )
    for outcome, course in curves.items():
        line = " ".join(
            f"{px:.1f},{py:.1f}" for px, py in (at(*p) for p in zip(bone.GRID[shown], course[shown], strict=True))
        )
        parts.append(f'<polyline points="{line}" fill="none" stroke="{COLORS[outcome]}" stroke-width="1.8"/>')
    for reading in own:
        px, py = at(reading.month, reading.value)
        parts.append(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.5" fill="{COLORS[reading.outcome]}"/>')
    return "\n".join(parts)


def _ticks(low: float, high: float) -> np.ndarray:
    step = next(s for s in (0.5, 1, 2, 5, 10) if (high - low) / s <= 6)
    return np.arange(np.ceil(low / step) * step, high + 1e-9, step) + 0.0  # no minus zero


if __name__ == "__main__":
    main()
