"""/question today and past: what is open now, and what was; searching that."""

from collections.abc import Mapping
from dataclasses import replace

from bot.access.greeting import welcomed
from bot.access.who import READS_OTHERS, READS_OTHERS_IN_ITS_GROUP, TAKES_PART
from bot.chat.cards import Ask, Private, Refuse, Reply, Slot
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.finding import search
from bot.chat.words import clean_line, too_long
from bot.features.daily import answer_cards, cards
from bot.features.daily.actions import OpenPastSearch, PickPast, SearchPast, ShowRound
from bot.features.daily.model import RoundState
from bot.features.daily.queries import open_to, own_texts, reading_of, revealed_rounds, voting_for
from bot.features.daily.reveal.cards import reveal_card
from bot.features.daily.reveal.handlers import load_revealed
from bot.features.daily.rules import searched
from bot.features.daily.subjects import LOOKS, READS_CHOSEN_ROUND, round_of, round_view
from bot.services import RequestTransaction

MOST_PAST = 25
MOST_SEARCHED = 1000
"""Words are looked for in so many of the newest questions: four years of a question each working day."""


async def today(tx: RequestTransaction, _about: object = None) -> Reply:
    """The open question of the group in question, and where whoever asks stands with it."""
    entry = tx.actor
    voting = await voting_for(tx, entry.group.id, entry.member.id)
    found = await open_to(tx, entry.group.id, entry.member.id)
    if found is None:
        card = cards.nothing_open_card(entry.group, voting)
    else:
        card = answer_cards.today_card(replace(found, voting=voting))
    return Private(welcomed(card, entry), Slot("today"))


async def _past(tx: RequestTransaction, options: Options) -> Reply:
    return await _past_with(tx, clean_line(str(options.get("word", ""))))


async def _open_search(_tx: RequestTransaction, action: OpenPastSearch) -> Reply:
    return Ask(cards.past_form(action.group_id))


async def _search(tx: RequestTransaction, action: SearchPast) -> Reply:
    word = clean_line(tx.request.submitted.text("word"))
    error = too_long(word, cards.MOST_WORDS) if word else "Say what to search for."
    if error:
        return Refuse({"word": error}, cards.past_form(action.group_id, word))
    return await _past_with(tx, word)


async def _past_with(tx: RequestTransaction, word: str) -> Reply:
    found = known = await revealed_rounds(tx, tx.group.id, MOST_SEARCHED if word else MOST_PAST)
    own: Mapping[int, str] = {}
    if word:
        own = await own_texts(tx, tx.actor.member.id)
        word, ids = search(word, {r.id: searched(r.question, own.get(r.id, "")) for r in known})
        found = tuple(r for r in known if r.id in ids)
    card = cards.past_card(tx.group.id, (found or known)[:MOST_PAST], word, len(found), frozenset(own))
    return Private(welcomed(card, tx.actor), Slot("past"))


async def _pick(tx: RequestTransaction, _action: PickPast) -> Reply:
    round_ = round_of(tx)
    seen = await load_revealed(tx, round_, tx.group)
    if seen is None:
        raise UserError("Not revealed yet", "Its answers come with the reveal.")
    return Private(reveal_card(seen), Slot("read", round_.id))


async def _show(tx: RequestTransaction, _action: ShowRound) -> Reply:
    view = round_view(tx)
    round_ = view.round
    if round_.state is RoundState.CANCELLED:
        return Private(cards.withdrawn_card(round_, view.answer), Slot("answer", round_.id))
    seen = await load_revealed(tx, round_, tx.group)
    if seen is not None:
        return Private(reveal_card(seen), Slot("read", round_.id))
    if round_.state is not RoundState.OPEN:
        reading = await reading_of(tx, round_, tx.actor.member.id)
        return Private(cards.question_card(round_, reading), Slot("today"))
    return Private(answer_cards.today_card(view), Slot("today"))


COMMANDS = (
    Command(
        ("question", "today"),
        "The open question, and where you stand with it",
        today,
        who=TAKES_PART,
        example="/question today",
        also=("today", "open"),
    ),
    Command(
        ("question", "past"),
        "Read revealed questions again",
        _past,
        (Option("word", cards.PAST_WORDS),),
        who=READS_OTHERS,
        help="A list of the newest revealed questions with their answers and model answers. With words, only those that "
        "contain all of them, your own answer included.",
        example="/question past word:calibration",
        also=("old", "earlier", "archive", "search"),
    ),
)


ROUTES = (
    Route(PickPast, _pick, READS_CHOSEN_ROUND),
    Route(OpenPastSearch, _open_search, READS_OTHERS_IN_ITS_GROUP, reads=True, opens_form=True),
    Route(SearchPast, _search, READS_OTHERS_IN_ITS_GROUP),
    Route(ShowRound, _show, LOOKS),
)
