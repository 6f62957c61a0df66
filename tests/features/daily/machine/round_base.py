"""The app and the model side by side: what a machine needs to do the same things to both, and to compare them."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from hypothesis.stateful import RuleBasedStateMachine, invariant

from bot.chat.actions import Action
from bot.chat.cards import Accent, Ask, Reply
from bot.database.tables import transcript
from bot.features.points.ledger import recount, totals
from bot.outbox.tables import deliveries
from tests.features.daily.machine.round_kept import Kept, kept
from tests.features.daily.machine.round_model import Model, Round
from tests.support.local_driver import MONDAY_NINE, LocalDriver, card_of, words

T = TypeVar("T")


def refused(reply: Reply) -> bool:
    """Whether nothing was done: it can't be, or it has been already."""
    return card_of(reply).accent is Accent.BAD or "\nDone:" in words(reply)


class Both(RuleBasedStateMachine):
    """An app and its model; after each step both must say the same."""

    def __init__(self, url: str, content: Path) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.v = LocalDriver(url)
        self.v.settings = replace(self.v.settings, content=content)
        self.model = Model(MONDAY_NINE.date())
        self.started_again = False
        self.found: Kept
        self.do(self.v.open())
        self.model.open_round(MONDAY_NINE.date(), MONDAY_NINE)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def act(self, user: str, action: Action) -> Reply:
        reply = self.do(self.v.act(user, action))
        assert isinstance(reply, Ask) or card_of(reply).title != "Something went wrong here"
        return reply

    def allowed(self, user: str, action: Action) -> bool:
        return not refused(self.act(user, action))

    def meant(self, back: int) -> Round:
        return self.model.rounds[max(0, len(self.model.rounds) - 1 - back)]

    def answer_id(self, round_: Round, author: str) -> int:
        return self.found.answer_ids.get((round_.id, author), 0)

    def teardown(self) -> None:
        self.do(self.v.tick())
        self.do(self.every_message_stands_once())
        self.do(self.v.app.stop())
        self.loop.close()

    async def every_message_stands_once(self) -> None:
        asked = [row for row in await self.v.rows(deliveries) if row.place_id is not None]
        stands = Counter(row.key for row in await self.v.rows(transcript))
        assert all(stands[row.key] == 1 for row in asked)
        said = Counter((row.subject, row.kind) for row in asked)
        wanted = [(f"round:{r.id}", "question") for r in self.model.rounds]
        wanted += [(f"round:{r.id}", "reveal") for r in self.model.rounds if r.state == "revealed"]
        assert said == Counter(wanted)

    # What must be the same

    @invariant()
    def both_say_the_same(self) -> None:
        self.found = found = self.do(self.v.app.database.read(kept))
        model = self.model.rounds
        assert found.rounds == {r.id: (r.state, r.closes_at, r.votes_close_at) for r in model}
        assert found.answers == {
            (r.id, user): (a.state, a.text, a.consent, a.locked)
            for r in model
            for user, a in r.answers.items()
        }
        assert found.helped == {(r.id, *key): good for r in model for key, good in r.helped.items()}
        assert found.finished == {(r.id, user): done for r in model for user, done in r.finished.items()}
        assert found.reports == {(r.id, *key): outcome for r in model for key, outcome in r.reports.items()}

    @invariant()
    def points_come_with_the_reveal_and_can_be_recounted(self) -> None:
        points: Counter[str] = Counter()
        for round_ in self.model.rounds:
            for (user, _), earned in round_.points.items():
                points[user] += earned
        assert +self.found.points == points
        if not self.found.points:
            return
        counted, kept_ = (
            self.do(self.v.app.database.read(lambda tx, by=by: by(tx, 1)))  # type: ignore[misc]
            for by in (recount, totals)
        )
        assert [(k, v) for k, v in sorted(counted.items()) if any(v)] == [
            (k, v) for k, v in sorted(kept_.items()) if any(v)
        ]


SMALL_BANK = {
    "topics.yaml": {"topics": [{"id": "one", "title": "One"}, {"id": "one.first", "title": "First"}]},
    "questions/one/first.yaml": [
        {
            "id": f"one.first.q{number:02}",
            "kind": "open",
            "topic": "one.first",
            "difficulty": 1,
            "phase": "3plus-months",
            "prompt": f"What is the point of question {number}?",
            "hint": "Begin at the beginning.",
            "rubric": [{"point": f"Point {n}", "weight": 1} for n in range(3)],
            "model_answer": "There is one, and it is easily said in a sentence or two. " * 3,
            "explanation": "It is there to be answered, voted on and revealed.",
        }
        for number in range(30)
    ],
}


def set_up(url: str, bank: Path) -> None:
    """A group that has just got its first question."""

    async def work() -> None:
        local = LocalDriver(url)
        local.settings = replace(local.settings, content=bank)
        await local.open()
        await local.set_up()
        await local.app.stop()

    asyncio.run(work())
