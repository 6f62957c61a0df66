"""Running rounds by hand: now, skip, preview, close, reveal, withdraw. For organisers; each asks once and can be repeated safely."""

from bot.access.choosing_cards import SET_UP
from bot.access.who import ORGANISES, ORGANISES_ITS_GROUP
from bot.chat.cards import Accent, Button, Card, Day, Moment, Private, Reply, text
from bot.chat.commands import Command, CommandHandler, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.words import day_words, weekday
from bot.features.acts.keeping import note_act, undo_button
from bot.features.daily.actions import AskWithdraw, CloseNow, PostNow, RevealNow, SkipNext, Withdraw
from bot.features.daily.ballots.queries import finished_voters
from bot.features.daily.cards import revealed_already_card
from bot.features.daily.mending.unseen import unseen_round
from bot.features.daily.model import RUNNING, Round, RoundState
from bot.features.daily.onboarding import is_onboarding, onboarding_moved
from bot.features.daily.organising import cards, planning, previewing, undoing
from bot.features.daily.organising.previewing import SLOT, preview
from bot.features.daily.queries import count_sealed, newest_open, newest_round_id, oldest_voting, rounds_in
from bot.features.daily.rounds import close_round, post_now, reveal_round, withdraw_round
from bot.features.daily.subjects import ORGANISES_ROUND, locked_round, must_not_be_withdrawn, round_of
from bot.membership.calendar.schedule import next_slot
from bot.membership.model import GroupState
from bot.membership.queries import change_group, lock_group
from bot.services import RequestTransaction

_NOT_SET_UP = Card(
    "This group is not set up yet", (text("`/group setup` takes a minute."),), ((SET_UP,),), accent=Accent.BAD
)
_UNREACHED = (
    "A question is waiting already",
    "Studyhall can't write to the group's channel; `/group settings` says why. The question comes as soon as it can.",
)


async def _now(tx: RequestTransaction, _options: Options) -> Reply:
    group = tx.group
    newest = await newest_round_id(tx, group.id)
    both = await rounds_in(tx, group.id, *RUNNING)
    running = tuple(r for r in both if r.state is RoundState.OPEN)
    voting = tuple(r for r in both if r.state is RoundState.VOTING)
    return Private(cards.now_card(group.id, newest, running, voting), SLOT)


async def _post(tx: RequestTransaction, action: PostNow) -> Reply:
    group = await lock_group(tx, tx.group.id)
    if await newest_round_id(tx, group.id) != action.after:
        raise UserError(cards.posted_already_card(await newest_open(tx, group.id)))
    if group.state is GroupState.DRAFT:
        raise UserError(_NOT_SET_UP)
    if await unseen_round(tx, group, await rounds_in(tx, group.id, RoundState.OPEN)) is not None:
        raise UserError(*_UNREACHED)
    await post_now(tx, tx.services, group, tx.request.at)
    if await newest_round_id(tx, group.id) == action.after:
        raise UserError("There is no question to post", "Choose more topics with `/group settings`.")
    await _onboarding_moved(tx)
    await note_act(tx, undoing.POSTED, "Posted the next question at once")
    tx.wake_after_commit()
    return Private(cards.done_card("Posted", "The next question is in the channel."), SLOT)


async def _onboarding_moved(tx: RequestTransaction) -> None:
    if tx.known_actor is not None:
        await onboarding_moved(tx, tx.known_actor.member, tx.request.at)


async def _close(tx: RequestTransaction, _options: Options) -> Reply:
    round_ = await newest_open(tx, tx.group.id)
    if round_ is None:
        raise UserError("No question is open", "`/round now` posts one.")
    return Private(cards.close_card(round_, await count_sealed(tx, round_.id)), SLOT)


async def _close_it(tx: RequestTransaction, _action: CloseNow) -> Reply:
    round_ = await locked_round(tx)
    if round_.state is not RoundState.OPEN:
        raise UserError("Answers are already closed", "`/round manage` reveals it.")
    back = undoing.as_it_was(round_)
    await close_round(tx, tx.services, tx.group, round_, tx.request.at)
    act = await note_act(tx, undoing.CLOSED, f"Closed the answers to {round_.whose} question", back)
    tx.wake_after_commit()
    words = f"The ballot on {round_.whose} question is open."
    return Private(cards.done_card("Answers are closed", words, undo_button(act)), SLOT)


async def _reveal(tx: RequestTransaction, _options: Options) -> Reply:
    round_ = await oldest_voting(tx, tx.group.id)
    if round_ is None:
        raise UserError("No ballot is open", "`/round manage` closes the answers of the open question first.")
    return Private(cards.reveal_question_card(round_, len(await finished_voters(tx, round_.id))), SLOT)


async def _reveal_it(tx: RequestTransaction, _action: RevealNow) -> Reply:
    round_ = await locked_round(tx)
    if round_.state is RoundState.OPEN:
        raise UserError("Answers are still open", "`/round manage` closes them first.")
    if round_.state is not RoundState.VOTING:
        raise UserError(revealed_already_card("It is already revealed", round_, await _next_step(tx)))
    await reveal_round(tx, tx.group, round_, tx.request.at)
    await note_act(tx, undoing.EARLY, f"Revealed {round_.whose} question")
    await _onboarding_moved(tx)
    tx.wake_after_commit()
    words = f"{round_.whose} reveal is in the channel."
    return Private(cards.done_card("Revealed", words, await _next_step(tx)), SLOT)


async def _next_step(tx: RequestTransaction) -> Button | None:
    """What follows a reveal for who lives through their first round: the next question, as long as it isn't out."""
    if tx.known_actor is None or not is_onboarding(tx.known_actor.member):
        return None
    newest = await newest_round_id(tx, tx.group.id)
    return Button("Next question", PostNow(tx.group.id, newest))


async def _ask_withdraw(tx: RequestTransaction, _action: AskWithdraw) -> Reply:
    round_ = round_of(tx)
    _must_run(round_)
    running = await rounds_in(tx, round_.group_id, *RUNNING)
    others = tuple(r for r in running if r.id != round_.id)
    return Private(cards.withdraw_card(round_, await count_sealed(tx, round_.id), others), SLOT)


async def _withdraw(tx: RequestTransaction, _action: Withdraw) -> Reply:
    round_ = await locked_round(tx)
    _must_run(round_)
    back = undoing.as_it_was(round_)
    await withdraw_round(tx, round_, tx.request.at)
    act = await note_act(tx, undoing.WITHDRAWN, f"Withdrew {round_.whose} question", back)
    then = undo_button(act) if await newest_round_id(tx, round_.group_id) == round_.id else None
    tx.wake_after_commit()
    words = (
        f"{round_.whose} question says so where it was posted. `/round now` posts another; to ask this one again later, put it "
        "into the queue with `/bank browse`."
    )
    return Private(cards.done_card("Withdrawn", words, then), SLOT)


def _must_run(round_: Round) -> None:
    must_not_be_withdrawn(round_)
    if round_.state is RoundState.REVEALED:
        raise UserError("It is already revealed", "A question can be withdrawn until its reveal.")


async def _skip(tx: RequestTransaction, _options: Options) -> Reply:
    group = tx.group
    if group.state is GroupState.DRAFT:
        raise UserError(_NOT_SET_UP)
    if group.state is not GroupState.ACTIVE:
        raise UserError(
            "This group is paused", "Nothing is due. `/group status` has a button that restarts the group."
        )
    coming = next_slot(group.rhythm, group.last_date, tx.request.at)
    return Private(cards.skip_card(group.id, coming.local_date, Moment(coming.at, group.zone)), SLOT)


async def _skip_it(tx: RequestTransaction, action: SkipNext) -> Reply:
    group, now = tx.group, tx.request.at
    coming = next_slot(group.rhythm, group.last_date, now)
    if group.state is not GroupState.ACTIVE or coming.local_date.toordinal() != action.ordinal:
        raise UserError("That day is no longer the next one", "`/round next` shows which one is.")
    after = next_slot(group.rhythm, coming.local_date, now)
    back = undoing.skipped(group, coming.local_date, await newest_round_id(tx, group.id))
    await change_group(tx, group.id, last_date=coming.local_date, next_at=after.at)
    act = await note_act(tx, undoing.SKIPPED, f"Skipped {day_words(coming.local_date, 'date')}", back)
    tx.wake_after_commit()
    words = text("The next question comes on ", Day(after.local_date, "date"), ".")
    return Private(cards.done_card(f"{weekday(coming.local_date)} is skipped", words, undo_button(act)), SLOT)


async def _manage(tx: RequestTransaction, _options: Options) -> Reply:
    """What runs, and what can be done with it before its time."""
    group = tx.group
    card = cards.manage_card(group, await newest_open(tx, group.id), await oldest_voting(tx, group.id))
    return Private(card, SLOT)


def _command(
    word: str, description: str, handler: CommandHandler, moved_to: str = "", also: tuple[str, ...] = ()
) -> Command:
    # Managing some channel is not enough in private: what is shown there belongs to one group's organisers.
    return Command(
        ("round", word),
        description,
        handler,
        who=ORGANISES,
        reads=True,
        example=f"/round {word}",
        moved_to=moved_to,
        also=also,
    )


COMMANDS = (
    _command("now", "Post the next question at once", _now, also=("post", "ask")),
    _command(
        "next",
        "See what comes next, choose or plan it, or skip its day",
        preview,
        also=("plan", "queue", "skip", "upcoming"),
    ),
    _command(
        "manage",
        "Close, reveal, withdraw or skip before its time",
        _manage,
        also=("close", "reveal", "withdraw"),
    ),
    _command("skip", "Skip the next question day", _skip, "round next"),
    _command("preview", "See the next question before the others", preview, "round next"),
    _command("close", "Close the answers now and open the ballot", _close, "round manage"),
    _command("reveal", "Reveal the question that is being voted on", _reveal, "round manage"),
)


ROUTES = (
    Route(PostNow, _post, ORGANISES_ITS_GROUP),
    Route(CloseNow, _close_it, ORGANISES_ROUND),
    Route(RevealNow, _reveal_it, ORGANISES_ROUND),
    Route(AskWithdraw, _ask_withdraw, ORGANISES_ROUND),
    Route(Withdraw, _withdraw, ORGANISES_ROUND),
    Route(SkipNext, _skip_it, ORGANISES_ITS_GROUP),
    *previewing.ROUTES,
    *planning.ROUTES,
)
