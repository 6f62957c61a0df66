"""Rules on a bank as a whole: guessing, places of keys, coverage, difficulty, and how many items have flaws.

Each needs a bank large enough to judge and says so: below its number of items it passes. Coverage and difficulty are
held against the plan in topics.yaml (targets), so a bank without one is not asked for either.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from bot.bank_tools.cues import is_negative
from bot.bank_tools.probes import PROBES, REASON, guesses, learnt_odds
from bot.questions.findings import Flaw, error, warning
from bot.questions.kinds import SEVERAL_RIGHT, WITH_OPTIONS
from bot.questions.model import Bank, Item, Kind

SURPLUS = 0.05
LEARNT_SURPLUS = 0.04
LUCK = 0.05
MOST_ALIKE = 0.55
FEWEST_LONGEST = 20
FEWEST_COUNTED = 20
FEWEST_GUESSED = 100
"""Items with options from which a surplus of five points can be known from luck."""
FEWEST_LEARNT = 100
FEWEST_PLACED = 60
FEWEST_FLAWED = 50
FEWEST_NEGATIVE = 40
FEWEST_COVERED = 200
MIX = {1: 0.10, 2: 0.25, 3: 0.30, 4: 0.25, 5: 0.10}
MIX_MARGIN = 0.08
LARGEST_LEAF = 0.08


@dataclass(frozen=True, slots=True)
class Figure:
    """What a bank-wide rule measured: value against its bar, over n items; judged from `needed` items on."""

    rule: str
    name: str
    value: float
    bar: str
    n: int
    needed: int

    @property
    def judged(self) -> bool:
        return self.n >= self.needed


@dataclass(frozen=True, slots=True)
class BankFlaw:
    """A flaw of the bank as a whole; `topic` names the leaf or topic at fault, where it is one."""

    flaw: Flaw
    topic: str | None = None


def measure(bank: Bank, flawed: Mapping[str, int]) -> tuple[tuple[Figure, ...], tuple[BankFlaw, ...]]:
    """All figures of the live bank, and its flaws. `flawed` tells how many warnings each item has, excused ones too."""
    live = bank.live()
    found = [
        *_guessing(live, bank),
        *_reasons(live),
        *_right_counts(live),
        *_statements(live),
        *_places(live),
        *_negatives(live),
        *_flaw_rate(live, flawed),
    ]
    if _has_plan(bank) and live:
        found += [*_difficulty(live), (_covered(bank, live), None)]
    flaws = (BankFlaw(flaw) for figure, flaw in found if flaw is not None and figure.judged)
    return tuple(figure for figure, _ in found), (*flaws, *_coverage(bank, live))


_Measured = Iterator[tuple[Figure, Flaw | None]]


def _guessing(live: Sequence[Item], bank: Bank) -> _Measured:
    """The bars of quality: the learner at most four points above chance, words of the prompt within five either way."""
    for guess in guesses(live, bank.topics):
        surplus, p = guess.surplus, round(guess.luck, 4)
        if guess.probe == "longest":
            bar = "luck at least 0.05 (one-sided)"
            figure = Figure("longest-is-key", guess.probe, p, bar, guess.items, FEWEST_LONGEST)
            message = (
                f"The longest option is right on {guess.right:.1%} of {guess.items} items, which luck explains with "
                f"p = {guess.luck:.3f}. Shorten right options, or lengthen wrong ones."
            )
            yield figure, error("longest-is-key", message) if guess.luck < LUCK else None
        elif guess.probe in PROBES:
            bar = f"{guess.chance:.3f} (chance), five points more or less"
            figure = Figure(
                "prompt-words", guess.probe, round(guess.right, 4), bar, guess.items, FEWEST_GUESSED
            )
            message = (
                f"The option with the {guess.probe.replace('-', ' ')}'s words is right on {guess.right:.1%} of "
                f"{guess.items} items; chance is {guess.chance:.1%}, and five points more or less are the most. Let "
                "right and wrong options repeat the prompt alike."
            )
            yield figure, error("prompt-words", message) if abs(surplus) > SURPLUS else None
        else:
            bar = f"at most {guess.chance + LEARNT_SURPLUS:.3f} (chance and four points; luck p = {p})"
            figure = Figure(
                "options-only-learner", guess.probe, round(guess.right, 4), bar, guess.items, FEWEST_LEARNT
            )
            if surplus <= LEARNT_SURPLUS or guess.luck >= LUCK:
                yield figure, None
                continue
            message = (
                f"A small learner that sees the options alone is right on {guess.right:.1%} of {guess.items} items; "
                f"chance is {guess.chance:.1%} and four points are the most. Rewrite the options of items that it "
                f"sees through{_such_as(live, bank)}."
            )
            yield figure, error("options-only-learner", message)


def _such_as(live: Sequence[Item], bank: Bank) -> str:
    """The ten items whose right option the learner is surest of."""
    surest = sorted(
        (
            (-max(o for o, option in zip(odds, item.options, strict=True) if option.correct), item.id)
            for item, odds in learnt_odds(live, bank.topics)
        )
    )
    return f", such as {', '.join(item_id for _, item_id in surest[:10])}" if surest else ""


def _reasons(live: Sequence[Item]) -> _Measured:
    """Whether clauses that give a reason stand in right and wrong options alike."""
    asked = [item for item in live if item.kind in WITH_OPTIONS]
    shares = [
        fmean(bool(REASON.search(option.text)) for option in options) if options else 0.0
        for options in (
            [option for item in asked for option in item.options if option.correct is correct]
            for correct in (True, False)
        )
    ]
    gap = shares[0] - shares[1]
    figure = Figure(
        "reason-clause", "keys less distractors", round(gap, 4), "-0.05 to 0.05", len(asked), FEWEST_GUESSED
    )
    message = (
        f"Clauses that give a reason (so, since, because, which) stand in {shares[0]:.0%} of right options and "
        f"{shares[1]:.0%} of wrong ones. Give them to both alike, within five points."
    )
    yield figure, error("reason-clause", message) if abs(gap) > SURPLUS else None


def _right_counts(live: Sequence[Item]) -> _Measured:
    """Whether the number of right options can be known beforehand where several are."""
    counts = Counter(sum(o.correct for o in item.options) for item in live if item.kind in SEVERAL_RIGHT)
    if not counts:
        return
    (usual, number), total = counts.most_common(1)[0], sum(counts.values())
    figure = Figure(
        "right-count", f"{usual} right", round(number / total, 4), "at most 0.55", total, FEWEST_COUNTED
    )
    message = (
        f"{usual} options are right in {number} of {total} items with several right ones; 55% are the most. "
        "Spread the numbers over 2 to 4."
    )
    yield figure, error("right-count", message) if number / total > MOST_ALIKE else None


def _statements(live: Sequence[Item]) -> _Measured:
    """Whether it can be known beforehand that a statement is true, or that it is false."""
    said = [item.statement_is for item in live if item.statement_is is not None]
    if not said:
        return
    share = sum(said) / len(said)
    figure = Figure("statements", "true", round(share, 4), "0.40 to 0.60", len(said), FEWEST_COUNTED)
    message = (
        f"{share:.0%} of the statements that are to be judged are true; 40 to 60% should be. Turn some round."
    )
    yield figure, error("statements", message) if not 0.4 <= share <= 0.6 else None


def _places(live: Sequence[Item]) -> _Measured:
    """Whether keys stand at each place about equally often; Attali and Bar-Hillel 2003: writers favour the middle."""
    asked = [one for one in live if one.kind in WITH_OPTIONS - SEVERAL_RIGHT and one.options]
    seen: Counter[int] = Counter()
    expected: defaultdict[int, float] = defaultdict(float)
    for item in asked:
        for place, option in enumerate(item.options):
            seen[place] += option.correct
            expected[place] += 1 / len(item.options)
    if not asked:
        return
    statistic = sum((seen[place] - share) ** 2 / share for place, share in expected.items())
    luck = chi_square_tail(statistic, max(1, len(expected) - 1))
    figure = Figure("position", "p", round(luck, 4), "above 0.01 (chi-square)", len(asked), FEWEST_PLACED)
    counts = ", ".join(f"{seen[place]} at {place + 1}" for place in sorted(expected))
    message = f"Right options stand unevenly ({counts}; p = {luck:.4f}). Move some, though they are shuffled when asked."
    yield figure, warning("position", message) if luck <= 0.01 else None


def chi_square_tail(statistic: float, freedom: int) -> float:
    """How likely a chi-square at least this large is: the upper incomplete gamma function by its recurrence."""
    half = statistic / 2
    if half <= 0:
        return 1.0
    start = 1.0 if freedom % 2 == 0 else 0.5
    total = math.exp(-half) if start == 1 else math.erfc(math.sqrt(half))
    while start < freedom / 2 - 1e-9:
        total += math.exp(start * math.log(half) - half - math.lgamma(start + 1))
        start += 1
    return total


def _negatives(live: Sequence[Item]) -> _Measured:
    single = [item for item in live if item.kind is Kind.SINGLE]
    if not single:
        return
    share = sum(map(is_negative, single)) / len(single)
    figure = Figure("negative-stem", "share", round(share, 4), "at most 0.03", len(single), FEWEST_NEGATIVE)
    message = f"{share:.1%} of single choices ask for what is not so; 3% are the most. Turn some round."
    yield figure, error("negative-stem", message) if share > 0.03 else None


def _flaw_rate(live: Sequence[Item], flawed: Mapping[str, int]) -> _Measured:
    if not live:
        return
    share = sum(bool(flawed.get(item.id)) for item in live) / len(live)
    figure = Figure("flaw-rate", "share", round(share, 4), "at most 0.10", len(live), FEWEST_FLAWED)
    message = f"{share:.1%} of live items have a warning, excused or not; 10% are the most. Mend some."
    yield figure, error("flaw-rate", message) if share > 0.10 else None


def _difficulty(live: Sequence[Item]) -> _Measured:
    grades = Counter(item.difficulty for item in live)
    for grade, wanted in MIX.items():
        share = grades[grade] / len(live)
        low, high = max(0.0, wanted - MIX_MARGIN), wanted + MIX_MARGIN
        figure = Figure(
            "difficulty-mix",
            str(grade),
            round(share, 4),
            f"{low:.2f} to {high:.2f}",
            len(live),
            FEWEST_COVERED,
        )
        message = (
            f"{share:.1%} of live items have difficulty {grade}; {low:.0%} to {high:.0%} are wanted. Judge some again, or "
            "write others."
        )
        yield figure, error("difficulty-mix", message) if not low <= share <= high else None


def _has_plan(bank: Bank) -> bool:
    return any(topic.targets for topic in bank.topics)


def _covered(bank: Bank, live: Sequence[Item]) -> Figure:
    leaves = bank.topics.leaves()
    share = len({item.topic for item in live} & set(leaves)) / len(leaves)
    return Figure(
        "coverage", "leaves with a live item", round(share, 4), "all of them", len(live), FEWEST_COVERED
    )


def _coverage(bank: Bank, live: Sequence[Item]) -> Iterator[BankFlaw]:
    if not _has_plan(bank) or len(live) < FEWEST_COVERED:
        return
    held = Counter(item.topic for item in live)
    for root in bank.topics.roots:
        leaves = [bank.topics.get(leaf) for leaf in bank.topics.leaves(root.id)]
        planned = {leaf.id: sum(count for _, count in leaf.targets) for leaf in leaves}
        total = sum(planned.values())
        for leaf in leaves:
            most = max(LARGEST_LEAF * total, planned[leaf.id])
            if not held[leaf.id]:
                yield BankFlaw(error("coverage", f"“{leaf.id}” has no live item. Write one."), leaf.id)
            elif held[leaf.id] > most:
                message = (
                    f"“{leaf.id}” has {held[leaf.id]} live items; its own target, or 8% of what {root.id} is to hold, "
                    f"makes {most:.0f}. Write for other leaves first."
                )
                yield BankFlaw(warning("coverage", message), leaf.id)
