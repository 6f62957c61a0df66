"""What must hold after any story of faults: nothing that was told is lost, nothing is said twice, no total has drifted."""

from sqlalchemy import select

from bot.app.features import REACH
from bot.app.run import App
from bot.database.statements import Row
from bot.features.daily.tables import answers, rounds, votes
from bot.features.points.tables import ledger
from bot.features.points.upkeep import drift, group_ids
from bot.outbox.queries import GONE, in_full, read_delivery
from bot.outbox.tables import deliveries
from tests.faults.far import NAME, Town
from tests.faults.people import People, helped


async def _rows(app: App, query: object) -> list[Row]:
    async def read(tx: object) -> list[Row]:
        return list(await tx.execute(query))  # type: ignore[attr-defined]

    return await app.database.read(read)


async def faults(app: App, town: Town, people: People) -> list[str]:
    """Each fault as a sentence; none where all is well."""
    return [
        *await _lost(app, people),
        *await _doubled(app, town),
        *await _missing(app, town),
        *await _drifted(app),
    ]


async def _lost(app: App, people: People) -> list[str]:
    found = []
    members = {who.user: n for n, who in enumerate(people.members, 1)}
    texts = {(row.round_id, row.member_id): row.text for row in await _rows(app, select(answers))}
    for (round_id, user), words in people.saved.items():
        text = texts.get((round_id, members[user]))
        if text != words and text not in people.maybe[round_id, user]:
            found.append(f"lost: the answer of {user} to round {round_id} is {text!r}, not {words!r}")
    kept = {(row.member_id, row.answer_id): row.helped for row in await _rows(app, select(votes))}
    for user, answer_id in sorted(people.votes):
        said = kept.get((members[user], answer_id))
        if said is not helped(user, answer_id):
            found.append(f"lost: the vote of {user} on answer {answer_id} is {said}")
    return found


async def _doubled(app: App, town: Town) -> list[str]:
    found = [f"doubled: {key} stood already when it was posted" for key in town.doubled]
    slots = [(row.group_id, row.local_date, row.slot) for row in await _rows(app, select(rounds))]
    keys = [row.key for row in await _rows(app, select(ledger))]
    if len(set(slots)) != len(slots) or len(set(keys)) != len(keys):
        found.append("doubled: a round or an award")
    return found


async def _missing(app: App, town: Town) -> list[str]:
    """What was to be said stands, once, and with its newest face."""
    found = []
    cards = app.scheduler._outbox._cards
    known = set()
    query = in_full(deliveries, REACH.joined, REACH.columns).where(deliveries.c.platform == NAME)
    for row in await _rows(app, query.order_by(deliveries.c.id)):
        known.add(row.key)
        what = f"{row.subject} {row.kind} to {row.destination}"
        if row.next_at is not None or row.state == "waiting":
            found.append(f"missing: {what} is {row.state}, error {row.error!r}, next at {row.next_at}")
            continue
        delivery = read_delivery(row)
        message = town.messages.get(delivery.ref) if delivery.ref else None
        if row.state == "sent" and message is None and row.error not in ("with a reply", GONE):
            found.append(f"missing: {what} stands nowhere")
        if message is not None and not message.gone:
            maker = cards[row.kind.partition(":")[0]]
            card = await app.database.read(lambda tx, m=maker, d=delivery: m(tx, d))  # type: ignore[misc]
            if card is not None and card != message.face:
                found.append(f"missing: {what} shows an old face")
    strange = {message.key for message in town.messages.values()} - known
    if strange:
        found.append(f"doubled: {len(strange)} messages are of no delivery")
    return found


async def _drifted(app: App) -> list[str]:
    async def read(tx: object) -> list[str]:
        return [each.line for group in await group_ids(tx) for each in await drift(tx, group)]  # type: ignore[arg-type]

    return [f"drift: {line}" for line in await app.database.read(read)]
