"""Settings of which one value is chosen from a list: each with its words, and the value that each choice sets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

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
    """A setting that is one ``field`` of ``Group``. ``menu`` is its line among the settings.

    ``options`` are the choices, each with the value that it sets. On the settings card stands the ``label``, and what a
    value ``says``; that can stand in the ``prompt``, too, as {now}.
    """

    field: str
    menu: Choice
    prompt: str
    options: tuple[tuple[Choice, object], ...]
    placeholder: str
    label: str
    says: Callable[[Any], str]

    @property
    def name(self) -> str:
        """What it is called in an action."""
        return self.menu.value

    def now(self, group: Group) -> str:
        """What it says of a group as it is set."""
        return self.says(getattr(group, self.field))

    def asks(self, group: Group) -> str:
        """The prompt."""
        return self.prompt.format(now=self.now(group))

    def select(self, group: Group) -> Select:
        """The list, with what is chosen now where that is on it."""
        is_set = getattr(group, self.field)
        chosen = frozenset(choice.value for choice, value in self.options if value == is_set)
        choices = tuple(choice for choice, _ in self.options)
        return Select(Assign(group.id, self.name), choices, self.placeholder, chosen)

    def changed(self, values: tuple[str, ...]) -> Mapping[str, object]:
        """The field that a choice sets, with its value.

        Raises:
            WrongChoiceError: a value that is not on the list.
        """
        for choice, value in self.options:
            if values[:1] == (choice.value,):
                return {self.field: value}
        raise WrongChoiceError(self.name)

    def fact(self, group: Group) -> tuple[str, Text]:
        """Its line on the settings card."""
        return self.label, text(self.now(group))


def _window(name: str, usual: str, then: str) -> ListSetting:
    return ListSetting(
        f"{name}_minutes",
        Choice(f"How long {name} stay open", name),
        f"**How long do {name} stay open?**",
        (
            (Choice(usual, UNTIL_NEXT, "the default"), None),
            *((Choice(f"{each} hours", str(each)), each * 60) for each in WINDOW_HOURS),
        ),
        "They stay open",
        f"{name.capitalize()} stay open",
        lambda minutes: window_words(minutes, then),
    )


DOOR = "door"
"""Who may join."""

LIST_SETTINGS = (
    ListSetting(
        "answer_limit",
        Choice("Length of answers", "limit"),
        "**How long may an answer be?** Short answers are read more often.",
        tuple(
            (Choice(f"{each:,} characters", str(each), f"about {each // 6 // 10 * 10} words"), each)
            for each in ANSWER_LIMITS
        ),
        "The longest answer",
        "Answers",
        lambda limit: f"up to {limit:,} characters",
    ),
    _window("answers", "Until the next question", "until the next question"),
    _window("votes", "Until the question after that", "until the question after that"),
    ListSetting(
        "quiz_seconds",
        Choice("Time for a quiz question", "quiz", "In group quizzes"),
        "**How long does each question of a group quiz run?** It ends early when everyone has answered. One that takes more than "
        "one choice, such as matching, runs up to twice as long.",
        tuple((Choice(f"{each} seconds", str(each)), each) for each in QUIZ_SECONDS),
        "Seconds per question",
        "Quiz questions",
        lambda seconds: f"{seconds} seconds each in a group quiz, longer kinds up to twice that",
    ),
    ListSetting(
        "digest",
        Choice("Weekly digest", "digest", "With the week's first reveal"),
        "**The weekly digest**: what was done, the best answers, the goal and what comes next. "
        "It comes below the week's first reveal and is never a message of its own.",
        (
            (Choice("Show it", "on", "With the first reveal of a week"), True),
            (Choice("Leave it out", "off"), False),
        ),
        "Weekly digest",
        "Weekly digest",
        lambda shown: "shown" if shown else "left out",
    ),
    ListSetting(
        "pairs_mocks",
        Choice("Pairs for mock interviews", "mocks", "Once a week, for those who want to"),
        "**Pair members for mock interviews?** The week's first reveal asks who is in. A day later, each of them "
        "gets a private message with a partner, a script and a time. Nothing else is posted in the channel.",
        (
            (Choice("Pair members", "on", "From the next week's first reveal on"), True),
            (Choice("No pairs", "off", "the default"), False),
        ),
        "Pairs for mock interviews",
        "Mock interviews",
        lambda pairs: "pairs once a week" if pairs else "no pairs",
    ),
    ListSetting(
        "retention_days",
        Choice("Words of former members", "retention", "How long they are kept"),
        "**How long are the words of former members kept?** After that their answers and lines are deleted "
        "for good, here and in the reveals; points and results stay. At present they are {now}.",
        (
            (Choice("Until they delete them", KEEP, "the default"), None),
            *((Choice(f"{each} days after they leave", str(each)), each) for each in RETENTION_DAYS),
        ),
        "They are kept",
        "Words of former members",
        retention_words,
    ),
    ListSetting(
        "invited_only",
        Choice("Who may join", DOOR, "Anyone in the channel, or by invitation"),
        "**Who may join?** By invitation only, a newcomer's first press asks for a code, which organisers make on "
        "this card for one person at a time. Members stay members.",
        (
            (Choice("Anyone in the channel", "anyone", "the default"), False),
            (Choice("By invitation only", "invited", "With an organiser's code"), True),
        ),
        "Who may join",
        "Who may join",
        lambda invited: "by invitation only" if invited else "anyone in the channel",
    ),
)
BY_NAME: Mapping[str, ListSetting] = {each.name: each for each in LIST_SETTINGS}
