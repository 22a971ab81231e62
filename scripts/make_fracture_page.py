#!/usr/bin/env python3
"""Write the measured parts of docs/validation/fracture.md, and its figure: FRAX beside the model, the routes, the fit.

The page keeps what is written by hand; each block between ``<!-- NAME -->`` and ``<!-- end -->`` is written here.

python scripts/make_fracture_page.py --shared ../shared/data     all of it, some minutes
python scripts/make_fracture_page.py --only routes               only some blocks: frax, glow, routes, fit, drugs
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from boneloop.calibrate.fit.routes import shares
from boneloop.calibrate.fit.studies import Lab, wanted
from boneloop.compare import yardstick
from boneloop.evidence.draws import draw
from boneloop.evidence.registry import load
from boneloop.simulate.chance import uniform

PAGE = Path(__file__).parents[1] / "docs/validation/fracture.md"
FIGURE = PAGE.with_name("frax.svg")
DRAWS, VECTORS, PEOPLE = 8, 8, 100
WIDE, HIGH, EDGE = 330, 300, 46


def frax(shared: Path) -> str:
    """Rank correlation, mean ratios and the figure."""
    people, outputs = yardstick.frax_people(shared / "nhanes/nhanes_bone_mood.parquet")
    compared = yardstick.beside_frax(people, outputs, DRAWS)
    FIGURE.write_text(figure(compared), encoding="utf-8", newline="\n")
    groups = {"all": np.ones(len(people), dtype=bool), "women": ~compared.male, "men": compared.male}
    lines = [
        "| people | n | rank correlation, hip | major | mean risk, hip: here, FRAX | major: here, FRAX |",
        "|---|---|---|---|---|---|",
    ]
    for name, chosen in groups.items():
        some = compared.of(chosen)
        ranks = [
            yardstick.rank_correlation(a, b) for a, b in ((some.hip, some.frax_hip), (some.major, some.frax_major))
        ]
        hip, major = (
            f"{100 * a.mean():.1f}, {100 * b.mean():.1f} %"
            for a, b in ((some.hip, some.frax_hip), (some.major, some.frax_major))
        )
        lines.append(f"| {name} | {len(some.age)} | {ranks[0]:.2f} | {ranks[1]:.2f} | {hip} | {major} |")
    lines += ["", "| sex | age | n | mean ratio, hip | mean ratio, major |", "|---|---|---|---|---|"]
    lines += [
        f"| {r.sex} | {r.ages[0]} to {r.ages[1] - 1} | {r.people} | {r.hip:.2f} | {r.major:.2f} |"
        for r in yardstick.mean_ratios(compared)
    ]
    lines += ["", "| ancestry | n | mean ratio, hip | mean ratio, major |", "|---|---|---|---|"]
    words = np.array([person.ethnicity or "not recorded" for person in people])
    for word in sorted(set(words)):
        some = compared.of(words == word)
        ratios = some.hip.mean() / some.frax_hip.mean(), some.major.mean() / some.frax_major.mean()
        lines.append(f"| {word} | {len(some.age)} | {ratios[0]:.2f} | {ratios[1]:.2f} |")
    return "\n".join(lines)


def figure(compared: yardstick.Compared) -> str:
    """Tenths of the people by FRAX: mean risk here against mean FRAX, hip and major, on logarithmic axes."""
    panels = [
        panel(yardstick.deciles(compared.hip, compared.frax_hip), "Hip", 0, (0.00005, 0.3), (0.0001, 0.001, 0.01, 0.1)),
        panel(
            yardstick.deciles(compared.major, compared.frax_major), "Major", WIDE, (0.008, 0.5), (0.01, 0.03, 0.1, 0.3)
        ),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDE} {HIGH}" font-family="sans-serif" '
        'font-size="11" role="img" aria-label="Ten-year risk here against FRAX, by tenths of FRAX">\n'
        + "".join(panels)
        + "</svg>\n"
    )


def panel(points: np.ndarray, title: str, left: float, ends: tuple[float, float], ticks: tuple[float, ...]) -> str:
    """One pair of axes."""
    low, high = np.log(ends)

    def at(x: float, y: float) -> tuple[float, float]:
        across = left + EDGE + (np.log(x) - low) / (high - low) * (WIDE - EDGE - 14)
        return round(across, 1), round(HIGH - EDGE - (np.log(y) - low) / (high - low) * (HIGH - EDGE - 30), 1)

    (x0, y0), (x1, y1) = at(ends[0], ends[0]), at(ends[1], ends[1])
    parts = [
        f'<text x="{x0}" y="18" font-size="13">{title}, ten years</text>\n',
        f'<rect x="{x0}" y="{y1}" width="{x1 - x0:.1f}" height="{y0 - y1:.1f}" fill="none" stroke="#888"/>\n',
        f'<line x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}" stroke="#888" stroke-dasharray="4 3"/>\n',
        f'<text x="{(x0 + x1) / 2:.1f}" y="{HIGH - 8}" text-anchor="middle">FRAX, mean of a tenth</text>\n',
        f'<text transform="translate({left + 12},{(y0 + y1) / 2:.1f}) rotate(-90)" text-anchor="middle">here</text>\n',
    ]
    for tick in ticks:
        (x, _), (_, y) = at(tick, ends[0]), at(ends[0], tick)
        word = f"{100 * tick:g} %"
        parts.append(f'<text x="{x}" y="{y0 + 15}" text-anchor="middle">{word}</text>\n')
        parts.append(f'<text x="{x0 - 4}" y="{y + 4}" text-anchor="end" font-size="9">{word}</text>\n')
    for theirs, ours in points:
        x, y = at(float(np.clip(theirs, *ends)), float(np.clip(ours, *ends)))
        parts.append(f'<circle cx="{x}" cy="{y}" r="4" fill="#2a6f97"/>\n')
    return "".join(parts)


def glow(shared: Path) -> str:
    """Discrimination in the first year of GLOW."""
    found, error = yardstick.glow_discrimination(shared / "glow/glow500.csv")
    return (
        "Of two women of GLOW, one who broke a bone in the first year and one who did not, the first has the\n"
        f"higher risk here with chance {found:.2f} (standard error {error:.2f}); only age and earlier fractures were\n"
        "told."
    )


def routes(shared: Path) -> str:
    """The share of each way from depression to fracture, over draws of the numbers."""
    registry = load()
    values = draw(registry, lambda identity: uniform(1, 0, f"number/{identity}", 0, np.arange(VECTORS)))
    lab = Lab(registry, PEOPLE, 1)
    contrasts = wanted(("FX-01", "FX-04"))
    found = dict(zip(("any", "hip"), shares(lab, contrasts, values), strict=True))
    lines = ["| way | any fracture: hazard ratio | share | hip: hazard ratio | share |", "|---|---|---|---|---|"]

    def cells(logs: np.ndarray, total: np.ndarray) -> str:
        low, middle, high = np.exp(np.quantile(logs, [0.05, 0.5, 0.95]))
        return f"{middle:.2f} ({low:.2f} to {high:.2f}) | {100 * np.median(logs) / np.median(total):.0f} %"

    for route in found["any"].by_route:
        lines.append(f"| {route} | " + " | ".join(cells(s.by_route[route], s.total) for s in found.values()) + " |")
    lines.append(
        "| what is left with every way closed | " + " | ".join(cells(s.rest, s.total) for s in found.values()) + " |"
    )
    lines.append("| **all together** | " + " | ".join(cells(s.total, s.total) for s in found.values()) + " |")
    return "\n".join(lines)


def fit(shared: Path) -> str:
    """What the stage ``falls`` found."""
    return stage("falls")


def drugs(shared: Path) -> str:
    """What the stage ``beyond_density`` found."""
    return stage("beyond_density")


def stage(name: str) -> str:
    """The numbers of a fit, before and after."""
    registry = load()
    lines = ["| number | before | after | 95 % interval | |", "|---|---|---|---|---|"]
    for identity in registry.fits[name].replaced:
        entry = registry[identity]
        before = entry.prior.value if entry.prior else float("nan")
        low, high = entry.interval or (float("nan"), float("nan"))
        lines.append(f"| `{identity}` | {before:.3g} | {entry.value:.3g} | {low:.3g} to {high:.3g} | {entry.note} |")
    return "\n".join(lines)


BLOCKS: dict[str, Callable[[Path], str]] = {"frax": frax, "glow": glow, "routes": routes, "fit": fit, "drugs": drugs}


def main() -> None:
    """Write the blocks asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--shared", type=Path, default=Path("../shared/data"), help="the folder of the public data sets"
    )
    parser.add_argument("--only", nargs="*", choices=list(BLOCKS), default=list(BLOCKS), help="only these blocks")
    asked = parser.parse_args()
    for name in asked.only:
        text = PAGE.read_text(encoding="utf-8")
        block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        found = block.search(text)
        if not found:
            parser.error(f"{PAGE}: no block {name}")
        said = f"<!-- {name} -->\n{BLOCKS[name](asked.shared)}\n<!-- end -->"
        changed = text.replace(found[0], said)
        PAGE.write_text(changed, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
