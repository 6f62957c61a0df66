"""Counting a bank: how much there is of what, and how much of the plan that covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from bot.bank_tools.probes import Guess, guesses
from bot.questions.kinds import DISCUSSION_KINDS, OBJECTIVE_KINDS, SCRIPT_KINDS
from bot.questions.model import Bank, Item, Kind


@dataclass(frozen=True, slots=True)
class TopicStats:
    """A root topic's live items and leaves; `planned` is 0 where topics.yaml states no targets."""

    topic: str
    title: str
    discussion: int
    objective: int
    mock: int
    planned: int
    leaves: int
    leaves_covered: int


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts over a bank. Everything but `items` and `by_status` counts live items alone.

    A leaf is covered when it holds a live item. `guessing` tells how often its answers are right for readers who
    see the options alone.
    """

    items: int
    live: int
    discussion: int
    objective: int
    mock: int
    leaves: int
    leaves_covered: int
    by_topic: tuple[TopicStats, ...]
    by_kind: Mapping[str, int]
    by_difficulty: Mapping[str, int]
    by_phase: Mapping[str, int]
    by_status: Mapping[str, int]
    by_leaf: Mapping[str, int]
    uncovered: tuple[str, ...]
    guessing: tuple[Guess, ...]

    def as_dict(self) -> dict[str, object]:
        """The same as plain values, for JSON."""
        shares = ("right", "chance", "surplus")
        probes = [
            {"probe": each.probe, "items": each.items}
            | {name: round(getattr(each, name), 4) for name in shares}
            for each in self.guessing
        ]
        return asdict(self) | {"guessing": probes}


def bank_stats(bank: Bank) -> Stats:
    """The counts of a bank, each in a fixed order (kinds as in Kind, topics in reading order)."""
    live = bank.live()
    on_leaf = Counter(item.topic for item in live)
    leaves = bank.topics.leaves()
    kinds = Counter(item.kind for item in live)
    difficulties = Counter(item.difficulty for item in live)
    return Stats(
        items=len(bank.items),
        live=len(live),
        **_by_family(live),
        leaves=len(leaves),
        leaves_covered=sum(leaf in on_leaf for leaf in leaves),
        by_topic=tuple(_topic_stats(bank, root.id) for root in bank.topics.roots),
        by_kind={kind.value: kinds[kind] for kind in Kind},
        by_difficulty={str(grade): difficulties[grade] for grade in range(1, 6)},
        by_phase=_sorted_counts(item.phase or "any" for item in live),
        by_status=_sorted_counts(item.status.value for item in bank.items),
        by_leaf={leaf: on_leaf[leaf] for leaf in leaves},
        uncovered=tuple(leaf for leaf in leaves if leaf not in on_leaf),
        guessing=guesses(live, bank.topics),
    )


def stats_lines(stats: Stats) -> tuple[str, ...]:
    """The counts as a short report for a terminal."""
    width = max((len(topic.title) for topic in stats.by_topic), default=5)
    return (
        f"{stats.live} live items of {stats.items}.",
        f"{stats.discussion} to discuss, {stats.objective} for quizzes, {stats.mock} mock scripts.",
        f"{stats.leaves_covered} of {stats.leaves} leaves have one.",
        "",
        f"{'topic':{width}}  discuss  quiz  mock  planned  leaves",
        *(
            f"{topic.title:{width}}  {topic.discussion:7}  {topic.objective:4}  {topic.mock:4}  {topic.planned:7}  "
            f"{topic.leaves_covered} of {topic.leaves}"
            for topic in stats.by_topic
        ),
        "",
        _counts("kind", stats.by_kind),
        _counts("difficulty", stats.by_difficulty),
        _counts("phase", stats.by_phase),
        _counts("status", stats.by_status),
        *_guessing(stats.guessing),
    )


def _guessing(found: tuple[Guess, ...]) -> Iterable[str]:
    if found:
        yield ""
        yield f"Guessing from the options alone, {found[0].items} items (chance {found[0].chance:.1%}):"
    for guess in found:
        yield f"  {guess.probe:26} right {guess.right:6.1%}  {guess.surplus * 100:+5.1f} points over chance"


def _topic_stats(bank: Bank, root_id: str) -> TopicStats:
    live = [item for item in bank.under((root_id,)) if item.is_live]
    leaves = bank.topics.leaves(root_id)
    return TopicStats(
        topic=root_id,
        title=bank.topics.get(root_id).title,
        **_by_family(live),
        planned=sum(count for leaf in leaves for _, count in bank.topics.get(leaf).targets),
        leaves=len(leaves),
        leaves_covered=len({item.topic for item in live}),
    )


def _by_family(live: Sequence[Item]) -> dict[str, int]:
    families: dict[str, Collection[Kind]] = {
        "discussion": DISCUSSION_KINDS,
        "objective": OBJECTIVE_KINDS,
        "mock": SCRIPT_KINDS,
    }
    return {name: sum(item.kind in kinds for item in live) for name, kinds in families.items()}


def _sorted_counts(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _counts(name: str, counts: Mapping[str, int]) -> str:
    return f"{name + ':':12}" + (", ".join(f"{key} {count}" for key, count in counts.items()) or "none")
