"""Every card and form of a mock interview, with every script of the bank, fits Discord and Slack whole."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from adapters.discord.rendering.forms import render_form as discord_form
from adapters.discord.rendering.render import render as discord_render
from adapters.slack.rendering.forms import render_form as slack_form
from adapters.slack.rendering.render import render as slack_render
from bot.chat.cards import Card, Form
from bot.features.mock.cards import menu_card, running_card
from bot.features.mock.form_cards import after_card, choice_card, result_card, scores_card, sheet_form
from bot.features.mock.model import Form as Written
from bot.features.mock.model import Mark, Mock, MockState, Script, script_of
from bot.features.mock.starting import scripts
from bot.features.mock.view import Seen
from tests.adapters.discord.support.limits import check_discord_message, check_discord_modal
from tests.adapters.slack.support.limits import check_slack_message, check_slack_view
from tests.support.driver import read_bank

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
MIRA, TOMAS, KENJI = 1, 2, 3
BANK = read_bank()


def on_discord(each: Card | Form) -> bool:
    """Whether Discord takes it whole; what it would refuse is an error."""
    if isinstance(each, Form):
        check_discord_modal(discord_form(each))
        return True
    check_discord_message(shown := discord_render(each))
    return not shown.cut


def on_slack(each: Card | Form) -> bool:
    """Whether Slack takes it whole; what it would refuse is an error."""
    if isinstance(each, Form):
        check_slack_view(slack_form(each))
        return True
    check_slack_message(shown := slack_render(each))
    return not shown.cut


def seen(script: Script, state: MockState, me: int, part: int, *, alone: bool = False) -> Seen:
    mock = Mock(
        id=1,
        group_id=1,
        asker_id=MIRA,
        candidate_id=TOMAS,
        interviewer_id=None if alone else MIRA,
        observer_id=None if alone else KENJI,
        item_id="x",
        script=script,
        state=state,
        part=part,
        skipped=(1,),
        created_at=NOW,
        part_at=NOW,
        ended_at=NOW,
    )
    marks = tuple((Mark.SEEN, Mark.PART, Mark.NO)[n % 3] for n, _ in enumerate(script.rubric))
    forms = {
        i: Written(i, i, marks if alone or i != TOMAS else None, "w " * 250, "w " * 250, NOW, None)
        for i in ((TOMAS,) if alone else (MIRA, TOMAS, KENJI))
    }
    written = forms if state is MockState.DONE else {}
    return Seen(
        mock, me, "Europe/Berlin", dict.fromkeys((MIRA, TOMAS, KENJI), "N" * 80), frozenset(), written
    )


def cards(script: Script) -> Iterator[Card]:
    for state in MockState:
        for me, alone in ((MIRA, False), (TOMAS, False), (KENJI, False), (TOMAS, True)):
            for part in range(1, len(script.rounds) + 1):
                each = seen(script, state, me, part, alone=alone)
                over = state in (MockState.FORMS, MockState.DONE)
                yield after_card(each) if over else running_card(each)
    for me in (MIRA, TOMAS):
        done = seen(script, MockState.DONE, me, 1)
        yield from (result_card(done, BANK.references), scores_card(done), choice_card(done))
    yield result_card(seen(script, MockState.DONE, TOMAS, 1, alone=True), BANK.references)


@pytest.mark.parametrize("show", [on_discord, on_slack])
def test_every_card_of_every_script_is_shown_whole(show: Callable[[Card | Form], bool]) -> None:
    for item in scripts(BANK):
        script = script_of(item, BANK)
        for each in dict.fromkeys(cards(script)):
            assert show(each), (item.id, each.title)
        for me in (MIRA, TOMAS):
            assert show(sheet_form(seen(script, MockState.FORMS, me, 1).mock, me))
    assert show(menu_card(1, (), scripts(BANK), [(n, "w " * 40) for n in range(10)], ()))


def test_an_observer_has_no_button_to_stop_what_is_not_theirs() -> None:
    script = script_of(scripts(BANK)[0], BANK)
    assert running_card(seen(script, MockState.RUNNING, KENJI, 1)).controls == ()
    assert running_card(seen(script, MockState.RUNNING, TOMAS, 1)).controls != ()
