"""A question as it is asked, and a response to it: the same values for every kind whose answer can be checked."""

from dataclasses import dataclass, replace

from bot.questions.model import Cite, Item, Kind

LETTERS = "ABCDEFG"
"""Name the choices by index."""


class NotForAQuiz(ValueError):  # noqa: N818 - it reads as the sentence it stands for
    """The item has no answer that can be checked: it is of another kind, or parts of it are missing."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One question as it is shown, and its right answer.

    Choices are option texts, steps or right sides in shown order, lettered A to G by index; `feedback` has one text
    for each, "" where there is none. What `key` holds depends on the kind:

    - single, tf_reason: the index of the right choice;
    - multi: the indices of all right choices, ascending;
    - order: the indices in the right order;
    - match: for each of `lefts` the index of its right side;
    - numeric: nothing; the answer is `value` plus or minus `tolerance`, in `unit` ("" for a bare number);
    - short: nothing; the answer is one of the `accepted` texts;
    - recall: nothing; there is the `back` of the card.

    Only a statement has `statement_is`, and only a question for a number has a `value`. `redrawn` says that the numbers
    are others than those that the explanation works with; ``worked`` is the formula with the drawn ones.
    """

    item_id: str
    kind: Kind
    topic: str
    root: str
    difficulty: int
    prompt: str
    choices: tuple[str, ...] = ()
    lefts: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()
    key: tuple[int, ...] = ()
    statement_is: bool | None = None
    value: float | None = None
    tolerance: float = 0.0
    unit: str = ""
    accepted: tuple[str, ...] = ()
    back: str = ""
    explanation: str = ""
    references: tuple[Cite, ...] = ()
    redrawn: bool = False
    worked: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A member's response so far, by indices of shown choices.

    Picks are the chosen option (single, reason), the marked ones ascending (multi), the steps in tapped order (order),
    or for each left item so far its right side (match). `truth` is the verdict on a statement, `number` a numeric answer,
    `words` a typed one. `granted` says that it counts as right though the key doesn't hold it: by one's own word alone, by
    an organiser's in a group quiz. A card that was turned over is `shown`, and `rating` from 1 to 4 is how well it was known.
    """

    truth: bool | None = None
    picks: tuple[int, ...] = ()
    number: float | None = None
    words: str = ""
    granted: bool = False
    shown: bool = False
    rating: int | None = None


def asked(item: Item) -> Prepared:
    """What every question takes from its item; each kind adds its own."""
    return Prepared(
        item.id,
        item.kind,
        item.topic,
        item.topic.partition(".")[0],
        item.difficulty,
        item.prompt,
        explanation=item.explanation,
        references=item.references,
    )


def answered(question: Prepared, given: Given) -> bool:
    """Whether everything is chosen that the question asks for, and as often as it does."""
    verdict = question.statement_is is None or given.truth is not None
    number = question.value is None or given.number is not None
    return verdict and number and len(given.picks) == len(question.key)


def judge(question: Prepared, given: Given, truth: bool) -> Given:
    """The response after the statement was called true or false; other questions have none, and it stays as it is."""
    return given if question.statement_is is None else replace(given, truth=truth)


def rated(given: Given, rating: int) -> Given:
    """The response after its card was rated from 1 to 4; one that wasn't turned over can't be rated."""
    return replace(given, rating=min(4, max(1, rating))) if given.shown else given


def corrected(shown: Prepared, new: Prepared) -> Prepared | None:
    """A question as it was shown, with the answer and the reasons of a new version that the same seed has prepared.

    Choices are the same by their words; those that were reworded by their places, where there are as many as before.
    None where the new answer names what was not shown.
    """
    choices, lefts = _places(new.choices, shown.choices), _places(shown.lefts, new.lefts)
    if new.kind is not shown.kind or len(lefts) < len(shown.lefts):
        return None
    wanted = [new.key[lefts[i]] for i in range(len(shown.lefts))] if shown.lefts else new.key
    if not choices.keys() >= set(wanted):
        return None
    feedback = {choices[i]: words for i, words in enumerate(new.feedback) if i in choices}
    return replace(
        new,
        topic=shown.topic,
        root=shown.root,
        difficulty=shown.difficulty,
        prompt=shown.prompt,
        choices=shown.choices,
        lefts=shown.lefts,
        feedback=tuple(feedback.get(i, "") for i in range(len(shown.choices))),
        key=tuple(choices[i] for i in wanted),
    )


def asks_the_same(one: Prepared, other: Prepared) -> bool:
    """Whether two of the same question take the same answers for right, whatever reasons they give."""
    like = replace(one, explanation=other.explanation, feedback=other.feedback, references=other.references)
    return replace(like, redrawn=other.redrawn, worked=other.worked, back=other.back) == other


def _places(words: tuple[str, ...], among: tuple[str, ...]) -> dict[int, int]:
    """By the place of each of some words its place among others."""
    known = {each: place for place, each in enumerate(among)}
    found = {place: known[each] for place, each in enumerate(words) if each in known}
    if len(words) == len(among):
        rest = [place for place in range(len(among)) if place not in found.values()]
        found |= dict(zip((p for p in range(len(words)) if p not in found), rest, strict=False))
    return found


def lettered(question: Prepared, picks: tuple[int, ...] = ()) -> str:
    """The choices below one another with their letters; the picked ones have a tick."""
    return "\n\n".join(
        f"**{LETTERS[i]}**  {words}{' ✓' if i in picks else ''}" for i, words in enumerate(question.choices)
    )


def letters(picks: tuple[int, ...]) -> str:
    """The chosen letters in few words."""
    return ", ".join(LETTERS[i] for i in picks) or "nothing"
