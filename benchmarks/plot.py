"""A plot of seconds over columns, one line a peer, as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor, log10
from statistics import median

from benchmarks.bench import Bench
from benchmarks.instances import SIZES

WIDTH, HEIGHT, LEFT, BOTTOM, RIGHT, TOP = 760, 440, 70, 50, 170, 20
#: Told apart without colour too: each line ends with its name.
COLOURS = ("#0b5fa5", "#c44e00", "#1b7f4d", "#8a3ffc", "#b3003c", "#6b6b00", "#00717a", "#5c5c5c", "#a0522d")

Point = tuple[float, float]


def plot(bench: Bench) -> str:
    """Return the plot; both axes are logarithmic."""
    lines = {peer: points for peer, points in _lines(bench).items() if points}
    places = [place for points in lines.values() for place in points]
    if not places:
        return '<svg xmlns="http://www.w3.org/2000/svg"/>\n'
    across, along = _decades(x for x, _ in places), _decades(y for _, y in places)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        "<title>Seconds of the ranked job, building included, over columns, by peer</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *_axes(across, along),
    ]
    for number, (peer, points) in enumerate(sorted(lines.items(), key=lambda line: -line[1][-1][1])):
        placed = [(_x(x, across), _y(y, along)) for x, y in points]
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in placed]
        (end_x, end_y), label_x = placed[-1], WIDTH - RIGHT + 8
        name_at = TOP + 14 + 18 * number
        line = f'x1="{label_x}" y1="{name_at}" x2="{end_x:.1f}" y2="{end_y:.1f}"'
        parts.append(f'<line {line} stroke="{colour}" stroke-width="0.5"/>')
        parts.append(f'<text x="{label_x + 4}" y="{name_at + 4}" fill="{colour}">{peer}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _lines(bench: Bench) -> dict[str, list[Point]]:
    lines: dict[str, list[Point]] = {}
    for size in ("S", "M", "L", "XL"):
        for peer in bench.measured.get(size, {}) if size in SIZES else ():
            done = [one for one in bench.of(size, peer) if not one.fault]
            if done:
                lines.setdefault(peer, []).append((done[0].columns, median(one.of() for one in done)))
    return lines


def _decades(values: Iterator[float]) -> tuple[int, int]:
    known = [log10(value) for value in values]
    return floor(min(known)), max(ceil(max(known)), floor(min(known)) + 1)


def _x(value: float, decades: tuple[int, int]) -> float:
    return LEFT + (log10(value) - decades[0]) / (decades[1] - decades[0]) * (WIDTH - LEFT - RIGHT)


def _y(value: float, decades: tuple[int, int]) -> float:
    return HEIGHT - BOTTOM - (log10(value) - decades[0]) / (decades[1] - decades[0]) * (HEIGHT - BOTTOM - TOP)


def _axes(across: tuple[int, int], along: tuple[int, int]) -> Iterator[str]:
    for decade in range(across[0], across[1] + 1):
        x = _x(10.0**decade, across)
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{10**decade:,}</text>'
    for decade in range(along[0], along[1] + 1):
        y = _y(10.0**decade, along)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**decade:g}</text>'
    yield f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">columns</text>'
    yield f'<text x="16" y="{HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 16 {HEIGHT / 2})">seconds</text>'
