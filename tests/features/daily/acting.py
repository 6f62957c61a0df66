"""What the tests of the daily round share: looks into the whole database, members who read a card to its end, quick rounds."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select

from bot.chat.actions import encode
from bot.chat.cards import Ask, Card, Fields, Plain, Private, Public, Refuse, Reply, Text, Update, Verbatim
from bot.chat.cards import Table as CardTable
from bot.chat.requests import Invoke, Place, Press, Submit
from bot.database.schema import metadata
from bot.database.statements import Row
from bot.database.transaction import Transaction
from bot.features.daily.actions import Moderate, SaveAnswer
from bot.features.daily.tables import answers, rounds
from bot.features.group_settings.actions import Assign
from bot.membership.tables import identities, members, people
from tests.support.driver import ORGANISER
from tests.support.local_driver import HERE, LocalDriver, card_of, lists, words

Rows = dict[str, list[tuple[Any, ...]]]

WENT_WRONG = "Something went wrong here"
STALE = "This button no longer works"
ORGANISERS_ONLY = "Only organisers can do this"


async def tables(v: LocalDriver) -> Rows:
    """Every row of every table, so that two looks can be compared; when a member was last seen says nothing.

    Nor does the log of requests, which knows the ones that changed nothing else, too.
    """

    async def read(tx: Transaction) -> Rows:
        found: Rows = {}
        for table in (t for t in metadata.sorted_tables if t.name != "requests"):
            columns = [c for c in table.columns if c.name != "seen_at"]
            rows = await tx.execute(select(*columns).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
        return found

    return await v.app.database.read(read)


def changed(before: Rows, after: Rows) -> set[str]:
    """The tables that differ between two looks."""
    return {name for name in before if before[name] != after[name]}


async def rounds_of(v: LocalDriver) -> list[Any]:
    """Every round, oldest first."""
    return await v.rows(rounds)


async def answer_of(v: LocalDriver, user: str, round_id: int | None = None) -> Row:
    """A member's newest answer, or the one to a round."""
    member_id = await member_id_of(v, user)
    kept: list[Row] = await v.rows(answers)
    return [r for r in kept if r.member_id == member_id and round_id in (None, r.round_id)][-1]


async def member_of(v: LocalDriver, user: str) -> Row:
    """A member's row."""
    person = next(r.person_id for r in await v.rows(identities) if r.user == user)
    kept: list[Row] = await v.rows(members)
    return next(r for r in kept if r.person_id == person)


async def member_id_of(v: LocalDriver, user: str) -> int:
    """A member's id."""
    return int((await member_of(v, user)).id)


async def submit(v: LocalDriver, user: str, round_id: int, words_: str, consent: str = "unnamed") -> Reply:
    """Send the form of a round, wherever its round stands by now."""
    sent = Submit(encode(SaveAnswer(round_id)), {"answer": words_, "consent": consent})
    return await v.app.dispatcher.handle(v.request(user, sent))


async def send(v: LocalDriver, user: str, what: Invoke | Press | Submit, place: Place | None = HERE) -> Reply:
    """One request, as it comes."""
    return await v.app.dispatcher.handle(v.request(user, what, place=place))


def title(reply: Reply | Card) -> str:
    """The title of what is shown."""
    return card_of(reply).title


def ours(shown: Reply | Card) -> str:
    """Only our own words on a card: everything that is parsed as markup or stands on a control, none of the quotations."""
    card = card_of(shown)
    said = [card.title, _parsed(card.footer), *(b.label for b in card.buttons())]
    for each in lists(card):
        said += [each.placeholder, *(o.label + o.note for o in each.options)]
    for block in card.blocks:
        if isinstance(block, Text):
            said.append(_parsed(block))
        elif isinstance(block, Verbatim):
            said.append(_parsed(block.caption))
        elif isinstance(block, Fields):
            said += [name + _parsed(value) for name, value in block.rows]
        elif isinstance(block, CardTable):
            said += list(block.head)
    return "\n".join(said)


def _parsed(text: Text | None) -> str:
    return "".join(p for p in (text.parts if text else ()) if isinstance(p, str))


def quoted(shown: Reply | Card) -> list[str]:
    """What members wrote, as a card quotes it."""
    return [b.text for b in card_of(shown).blocks if isinstance(b, Verbatim)]


def names_in(shown: Reply | Card) -> list[str]:
    """The names a card tells: the pieces that somebody else wrote."""
    texts: list[Text | None] = [card_of(shown).footer]
    for block in card_of(shown).blocks:
        texts += (
            [block] if isinstance(block, Text) else [block.caption] if isinstance(block, Verbatim) else []
        )
    return [p.text for t in texts if t for p in t.parts if isinstance(p, Plain)]


async def vote_all(v: LocalDriver, user: str, helped: Iterable[str] = ()) -> Card:
    """Read a ballot of single pages to its end, marking the answers that begin so; the card it ends with."""
    marks = tuple(helped)
    page = await v.command(user, "vote")
    for _ in range(100):
        if "ballot:" not in title(page):
            break
        good = any(said.startswith(marks) for said in quoted(page)[:1]) if marks else False
        page = await v.press(user, page, "It helped me" if good else "Not this one")
    return card_of(page)


async def vote_page(v: LocalDriver, user: str, beginning: str) -> Reply:
    """Turn a ballot's pages, leaving them unmarked, until the answer that begins so is shown; read ones are opened again."""
    page = await v.command(user, "vote")
    for _ in range(100):
        if quoted(page) and quoted(page)[0].startswith(beginning):
            return page
        if not has_button(page, "Not this one"):
            break
        page = await v.press(user, page, "Not this one")
    again = lists(page)[0]
    for option in again.options:
        page = await v.act(user, again.action, option.value)
        if quoted(page)[0].startswith(beginning):
            return page
    raise AssertionError(f"{beginning!r} is on no page")


async def every_card_of(v: LocalDriver, user: str, *more: Reply) -> list[Card]:
    """The cards a member can open by command, and what they were sent; forms are left out."""
    paths = ("question today", "question past", "vote", "leaderboard", "group status", "help")
    found = [*more, *[await v.command(user, path) for path in paths]]
    cards = [card_of(r) for r in found if isinstance(r, Private | Public | Update)]
    return [*cards, *v.private(user), *v.channel()]


async def name_organiser(v: LocalDriver, user: str) -> None:
    """Make a member an organiser beside the first one; the room reaches only its own people privately, such as "mira"."""
    await v.command(user, "question today")
    ids = [str(await member_id_of(v, each)) for each in (ORGANISER, user)]
    await v.act(ORGANISER, Assign(1, "organisers"), *ids)


async def barred(v: LocalDriver, user: str, organiser: str, round_id: int) -> None:
    """Bar a member by removing their answer to a round."""
    answer = await answer_of(v, user, round_id)
    await v.act(organiser, Moderate(round_id, answer.id, "bar"))


async def crowd(v: LocalDriver, round_id: int, users: Iterable[str], *, answering: bool = True) -> None:
    """Many members at once, written straight into the database, each with an answer unless told otherwise."""
    now = v.clock()

    async def work(tx: Transaction) -> None:
        group_id = (await tx.execute(select(rounds.c.group_id).where(rounds.c.id == round_id))).scalar()
        for user in users:
            person = (await tx.execute(insert(people).values(created_at=now).returning(people.c.id))).scalar()
            await tx.execute(
                insert(identities).values(
                    platform="local", tenant="room", user=user, name=user.capitalize(), person_id=person
                )
            )
            member = await tx.execute(
                insert(members)
                .values(
                    group_id=group_id, person_id=person, name=user.capitalize(), joined_at=now, seen_at=now
                )
                .returning(members.c.id)
            )
            if answering:
                await tx.execute(
                    insert(answers).values(
                        round_id=round_id,
                        member_id=member.scalar(),
                        state="sealed",
                        text=f"{user}: what I would say.",
                        consent="unnamed",
                        created_at=now,
                        updated_at=now,
                    )
                )

    await v.app.database.write(work)


def form_text(reply: Reply, field: str = "answer") -> str:
    """What stands in a form's field when it opens."""
    assert isinstance(reply, Ask | Refuse), words(reply)
    return str(next(getattr(f, "value", "") for f in reply.form.fields if f.id == field))


def form_limit(reply: Reply, field: str = "answer") -> int:
    """How many characters a form's field takes."""
    assert isinstance(reply, Ask | Refuse), words(reply)
    return int(next(getattr(f, "most", 0) for f in reply.form.fields if f.id == field))


def errors(reply: Reply) -> dict[str, str]:
    """What a refused form complains about."""
    assert isinstance(reply, Refuse), words(reply)
    return dict(reply.errors)


async def reveal_now(v: LocalDriver, round_id: int, user: str) -> Reply:
    """Reveal the round that is being voted on, as its organiser does."""
    return await v.press(user, await v.command(user, "round reveal"), "Reveal now")


def has_button(shown: Reply | Card, beginning: str) -> bool:
    """Whether a card has a button whose label begins so."""
    return any(b.label.startswith(beginning) for b in card_of(shown).buttons())
