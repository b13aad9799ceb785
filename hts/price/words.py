"""A price list as text: the front, the list, the claims, each sentence from its figures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from hts.estimates import rounded
from hts.paired.median import Median
from hts.paired.verdict import MOST_SEEDS, Verdict
from hts.paired.words import settled_words
from hts.price.choose import Choice, title
from hts.price.claim import Part
from hts.price.claims import CLAIMS
from hts.price.front import CONTROLS, Point, front
from hts.price.methods import METHODS
from hts.price.price_row import medians
from hts.price.records import AFTERWARDS, PRICED, SHARES, PriceList


def in_full(found: PriceList) -> str:
    """Everything that the command prints."""
    choice = Choice(found)
    return "\n".join([*_head(found), "", *_front(choice), *_prices(choice), *_claims(choice)])


def _head(found: PriceList) -> Iterator[str]:
    s = found.settings
    yield (
        f"Price list of {s.data}: one hidden layer of {s.width} units, {s.steps} steps of "
        f"{s.batch_size}, learning rate {s.lr:g}, {seeds_words(s.seeds)}."
    )
    yield (
        f"Hyperparameters: the best on validation with {seeds_words(s.choosing)}, as many tries "
        "for every method, at each pruned share."
    )
    made = found.made
    yield (
        f"{made.command}  ({made.seconds:.0f} s of one core, {made.date}, version {made.version}, "
        f"noise {made.noise})"
    )


def seeds_words(seeds: Sequence[int]) -> str:
    """``seeds 1 to 20``, or each of them where one between is missing; ``seed 7``."""
    given = sorted(seeds)
    if len(given) == 1:
        return f"seed {given[0]}"
    if given == list(range(given[0], given[-1] + 1)):
        return f"seeds {given[0]} to {given[-1]}"
    return f"seeds {', '.join(map(str, given[:-1]))} and {given[-1]}"


def _front(choice: Choice) -> Iterator[str]:
    points = front(choice)
    for way, said in AFTERWARDS.items():
        yield f"Median test accuracy in percent, pruned network {said}:"
        yield _line("", [f"{100 * share:g} %" for share in SHARES])
        for method in choice.methods:
            mine = [p for p in points if (p.way, p.method) == (way, method)]
            yield _line(title(method), [f"{p.accuracy.median:.1f}" for p in mine])
        yield ""


def _line(name: str, cells: list[str]) -> str:
    return f"  {name:<58}" + "".join(f"{cell:>8}" for cell in cells)


def sentence(point: Point) -> str:
    """What a method does at a share, over both controls."""
    over = " and ".join(
        f"{_signed(point.over[control])} over {name} (ahead in {point.won[control]} of "
        f"{point.accuracy.n} seeds)"
        for control, name in CONTROLS.items()
        if control != point.method
    )
    return (
        f"{title(point.method)}, {100 * point.share:g} % removed, {AFTERWARDS[point.way]}: "
        f"{point.accuracy.median:.1f} %, {over}."
    )


def best_words(points: Sequence[Point], way: str) -> list[str]:
    """Who keeps most with `PRICED` removed, and what the best heavy-tailed noise does there."""
    at = sorted(
        (p for p in points if p.way == way and p.share == PRICED),
        key=lambda p: -p.accuracy.median,
    )
    heavy = next((p for p in at if p.method in METHODS and METHODS[p.method].alpha < 2), None)
    said = [f"Highest median: {sentence(at[0])}"]
    if heavy is not None and heavy is not at[0]:
        said.append(f"Highest with heavy tails: {sentence(heavy)}")
    return said


def _signed(found: Median) -> str:
    return f"{found.median:+.1f} ({found.low:+.1f} to {found.high:+.1f}) points"


def _prices(choice: Choice) -> Iterator[str]:
    yield f"The price, each method at its best with {100 * PRICED:g} % removed:"
    for method in choice.methods:
        value = choice.value(method, "nothing", PRICED)
        block = choice.block(method, "nothing", PRICED)
        yield f"  {title(method)} ({METHODS[block.method].said(value)}):"
        cells = [f"{name} {_shown(m)}" for name, m in medians(block).items()]
        cells.append(
            f"step time {choice.found.step_times[block.method]:.2f} times that of no noise"
        )
        yield "    " + "; ".join(cells)
    yield ""


def _shown(found: Median | None) -> str:
    if found is None:
        return "-"
    return "never" if math.isinf(found.median) else rounded(found.median, 4)


def _claims(choice: Choice) -> Iterator[str]:
    for claim in CLAIMS:
        parts = claim.parts(choice)
        yield f"{claim.title} (arXiv {', '.join(claim.cites)}): {claim.ruling(parts)}"
        yield from (f"  {part_words(part)}" for part in parts)
        for name, test, unit in claim.beside(choice):
            effect = rounded(test.effect.median, 3)
            yield f"  beside it, {name}: {effect} {unit}, p {test.p_for:.2g}"
        if not parts:
            yield "  the networks it needs are not in this result."


def part_words(part: Part) -> str:
    """A part with its effect, its p-value and its power."""
    effect, verdict = part.test.effect, part.verdict
    middle, low, high = (rounded(value, 3) for value in (effect.median, effect.low, effect.high))
    said = (
        f"{part.name}: {verdict.ruling}, {middle} ({low} to {high}) {part.unit}, "
        f"{part.test.agree} of {part.test.seeds} seeds, corrected p {verdict.p:.2g}"
    )
    if seen := seen_words(verdict):
        said += f"; an effect of {seen} would have been decided with about 80 % power"
    else:
        said += "; no effect within the spread seen would have been decided with about 80 % power"
    if verdict.ruling == "undecided":
        said += f"; {settled_words([verdict])}"
    return said


def seen_words(verdict: Verdict) -> str:
    """The smallest effect that would have been decided; nothing where none would."""
    effect = verdict.smallest_effect
    return rounded(effect, 3) if math.isfinite(effect) else ""


def needed_words(verdict: Verdict) -> str:
    """How many seeds would decide an undecided part; nothing of one that is decided."""
    if verdict.ruling != "undecided":
        return ""
    return str(verdict.seeds_needed or f"more than {MOST_SEEDS}")
