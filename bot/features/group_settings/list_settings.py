"""Settings of which one value is chosen from a list: each with its words, its values, and what a value sets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.chat.cards import Choice, Select, Text, text
from bot.features.group_settings.actions import Assign
from bot.membership.model import Group
from bot.membership.rules import (
    ANSWER_LIMITS,
    KEEP,
    QUIZ_SECONDS,
    RETENTION_DAYS,
    UNTIL_NEXT,
    WINDOW_HOURS,
    WrongChoiceError,
)
from bot.membership.texts import retention_words, window_words


@dataclass(frozen=True, slots=True)
class ListSetting:
    """One setting. ``menu`` is its line among the settings, ``fact`` its line on the settings card.

    ``now`` gives the value that is chosen, ``sets`` the fields of ``Group`` that a value on the list sets.
    """

    menu: Choice
    prompt: Callable[[Group], str]
    choices: tuple[Choice, ...]
    placeholder: str
    now: Callable[[Group], str]
    sets: Callable[[str], Mapping[str, object]]
    fact: Callable[[Group], tuple[str, Text]]

    @property
    def name(self) -> str:
        """What it is called in an action."""
        return self.menu.value

    def select(self, group: Group) -> Select:
        """The list, with what is chosen now where that is on it."""
        chosen = frozenset({self.now(group)} & {each.value for each in self.choices})
        return Select(Assign(group.id, self.name), self.choices, self.placeholder, chosen)

    def changed(self, values: tuple[str, ...]) -> Mapping[str, object]:
        """The fields that a choice sets.

        Raises:
            WrongChoiceError: a value that is not on the list.
        """
        if values[:1] not in {(each.value,) for each in self.choices}:
            raise WrongChoiceError(self.name)
        return self.sets(values[0])


def _window(name: str, usual: str, then: str) -> ListSetting:
    def minutes(group: Group) -> int | None:
        return group.answers_minutes if name == "answers" else group.votes_minutes

    def now(group: Group) -> str:
        open_for = minutes(group)
        return UNTIL_NEXT if open_for is None else str(open_for // 60)

    return ListSetting(
        Choice(f"How long {name} stay open", name),
        lambda _group: f"**How long do {name} stay open?**",
        (Choice(usual, UNTIL_NEXT, "the default"), *(Choice(f"{h} hours", str(h)) for h in WINDOW_HOURS)),
        "They stay open",
        now,
        lambda value: {f"{name}_minutes": None if value == UNTIL_NEXT else int(value) * 60},
        lambda group: (f"{name.capitalize()} stay open", text(window_words(minutes(group), then))),
    )


DOOR = "door"
"""Who may join."""

LIST_SETTINGS = (
    ListSetting(
        Choice("Length of answers", "limit"),
        lambda _group: "**How long may an answer be?** Short answers are read more often.",
        tuple(
            Choice(f"{each:,} characters", str(each), f"about {each // 6 // 10 * 10} words")
            for each in ANSWER_LIMITS
        ),
        "The longest answer",
        lambda group: str(group.answer_limit),
        lambda value: {"answer_limit": int(value)},
        lambda group: ("Answers", text(f"up to {group.answer_limit:,} characters")),
    ),
    _window("answers", "Until the next question", "until the next question"),
    _window("votes", "Until the question after that", "until the question after that"),
    ListSetting(
        Choice("Time for a quiz question", "quiz", "In group quizzes"),
        lambda _group: (
            "**How long does each question of a group quiz run?** It ends early when everyone has answered. One that takes more than "
            "one choice, such as matching, runs up to twice as long."
        ),
        tuple(Choice(f"{each} seconds", str(each)) for each in QUIZ_SECONDS),
        "Seconds per question",
        lambda group: str(group.quiz_seconds),
        lambda value: {"quiz_seconds": int(value)},
        lambda group: (
            "Quiz questions",
            text(f"{group.quiz_seconds} seconds each in a group quiz, longer kinds up to twice that"),
        ),
    ),
    ListSetting(
        Choice("Weekly digest", "digest", "With the week's first reveal"),
        lambda _group: (
            "**The weekly digest**: what was done, the best answers, the goal and what comes next. "
            "It comes below the week's first reveal and is never a message of its own."
        ),
        (Choice("Show it", "on", "With the first reveal of a week"), Choice("Leave it out", "off")),
        "Weekly digest",
        lambda group: "on" if group.digest else "off",
        lambda value: {"digest": value == "on"},
        lambda group: ("Weekly digest", text("shown" if group.digest else "left out")),
    ),
    ListSetting(
        Choice("Pairs for mock interviews", "mocks", "Once a week, for those who want to"),
        lambda _group: (
            "**Pair members for mock interviews?** The week's first reveal asks who is in. A day later, each of them "
            "gets a private message with a partner, a script and a time. Nothing else is posted in the channel."
        ),
        (
            Choice("Pair members", "on", "From the next week's first reveal on"),
            Choice("No pairs", "off", "the default"),
        ),
        "Pairs for mock interviews",
        lambda group: "on" if group.pairs_mocks else "off",
        lambda value: {"pairs_mocks": value == "on"},
        lambda group: ("Mock interviews", text("pairs once a week" if group.pairs_mocks else "no pairs")),
    ),
    ListSetting(
        Choice("Words of former members", "retention", "How long they are kept"),
        lambda group: (
            "**How long are the words of former members kept?** After that their answers and lines are deleted "
            "for good, here and in the reveals; points and results stay. "
            f"At present they are {retention_words(group)}."
        ),
        (
            Choice("Until they delete them", KEEP, "the default"),
            *(Choice(f"{each} days after they leave", str(each)) for each in RETENTION_DAYS),
        ),
        "They are kept",
        lambda group: KEEP if group.retention_days is None else str(group.retention_days),
        lambda value: {"retention_days": None if value == KEEP else int(value)},
        lambda group: ("Words of former members", text(retention_words(group))),
    ),
    ListSetting(
        Choice("Who may join", DOOR, "Anyone in the channel, or by invitation"),
        lambda _group: (
            "**Who may join?** By invitation only, a newcomer's first press asks for a code, which organisers make on "
            "this card for one person at a time. Members stay members."
        ),
        (
            Choice("Anyone in the channel", "anyone", "the default"),
            Choice("By invitation only", "invited", "With an organiser's code"),
        ),
        "Who may join",
        lambda group: "invited" if group.invited_only else "anyone",
        lambda value: {"invited_only": value == "invited"},
        lambda group: (
            "Who may join",
            text("by invitation only" if group.invited_only else "anyone in the channel"),
        ),
    ),
)
BY_NAME: Mapping[str, ListSetting] = {each.name: each for each in LIST_SETTINGS}
