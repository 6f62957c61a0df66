"""The round against a plain model of it: whatever members, organisers and time do, both say the same."""

import itertools
import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.engine import make_url

from bot.chat.actions import encode
from bot.chat.cards import Accent, Ask, Reply
from bot.chat.requests import Submit
from bot.features.daily.actions import (
    CloseNow,
    EndBallot,
    Judge,
    KeepLate,
    LockAnswer,
    Moderate,
    OpenBallot,
    Pass,
    PostNow,
    Report,
    RevealNow,
    SaveAnswer,
)
from tests.features.daily.machine.round_base import SMALL_BANK, Both, refused, set_up
from tests.features.daily.machine.round_kept import kept
from tests.features.daily.machine.round_model import Answer, Round
from tests.support.driver import ORGANISER
from tests.support.local_driver import card_of, form_of

pytestmark = pytest.mark.slow

PEOPLE = ("ada", "ben", "chi", "dee", ORGANISER)
USERS = st.sampled_from(PEOPLE)
WORDS = st.sampled_from(("short", "two words", "a longer answer, with reasons", "<b>bold</b>"))
SOME = st.lists(USERS, min_size=2, unique=True)
BACK = st.integers(0, 2)
"""Which round is meant, counted back from the newest."""


class RoundMachine(Both):
    """Does the same things to the app and to the model."""

    # Answering

    @rule(users=SOME, words=WORDS, consent=st.sampled_from(("unnamed", "named", "out")))
    def answer(self, users: list[str], words: str, consent: str) -> None:
        for user in users:
            self.answer_as(user, words, consent)

    def answer_as(self, user: str, words: str, consent: str) -> None:
        round_ = next((r for r in self.model.rounds if r.state == "open"), None)
        opened = self.do(self.v.command(user, "answer"))
        mine = round_.answers.get(user) if round_ else None
        may = round_ is not None and (mine is None or (mine.state == "sealed" and not mine.locked))
        assert isinstance(opened, Ask) == may
        if round_ is not None and may:
            assert form_of(opened).fields[0].value == (mine.text if mine else "")  # type: ignore[union-attr]
            self.do(self.v.fill(user, opened, answer=words, consent=consent))
            round_.answers[user] = Answer("sealed", words, consent)

    @rule(
        user=USERS,
        back=BACK,
        words=WORDS,
        what=st.sampled_from(("form", "late", "lock", "lock", "pass")),
    )
    def do_with_an_answer(self, user: str, back: int, words: str, what: str) -> None:
        match what:
            case "form":
                self.send_an_old_form(user, words, back)
            case "late":
                self.keep_late(user, back)
            case "lock":
                self.lock(user, back)
            case "pass":
                self.pass_on(user, back)

    def send_an_old_form(self, user: str, words: str, back: int) -> None:
        round_ = self.meant(back)
        mine = round_.answers.get(user)
        sent = Submit(encode(SaveAnswer(round_.id)), {"answer": words, "consent": "unnamed"})
        reply = card_of(self.do(self.v.handle(self.v.request(user, sent))))
        if round_.state != "open":
            if mine is None:
                round_.drafts[user] = words
        elif mine is None or (mine.state == "sealed" and not mine.locked):
            round_.answers[user] = Answer("sealed", words, "unnamed")
            return
        assert reply.accent is Accent.BAD

    def keep_late(self, user: str, back: int) -> None:
        round_ = self.meant(back)
        if round_.state != "open" and user not in round_.answers and user in round_.drafts:
            round_.answers[user] = Answer("late", round_.drafts.pop(user), "out")
        mine = round_.answers.get(user)
        assert self.allowed(user, KeepLate(round_.id)) == (mine is not None and mine.state == "late")

    def lock(self, user: str, back: int) -> None:
        round_ = self.meant(back)
        mine = round_.answers.get(user)
        may = mine is not None and mine.state == "sealed" and (mine.locked or round_.state != "voting")
        assert self.allowed(user, LockAnswer(round_.id)) == may
        if mine is not None and may and round_.state == "open":
            mine.locked = True

    def pass_on(self, user: str, back: int) -> None:
        round_ = self.meant(back)
        mine = round_.answers.get(user)
        may = (mine is None and round_.state == "open") or (mine is not None and mine.state == "passed")
        assert self.allowed(user, Pass(round_.id)) == may
        if may:
            round_.answers[user] = Answer("passed", "", "out")

    # Voting

    def turned(self, round_: Round, voter: str, reply: Reply) -> None:
        """Take over which page a voter was shown, which the lot decides; without one their ballot is finished."""
        judged = [b.action for b in card_of(reply).buttons() if isinstance(b.action, Judge)]
        round_.finished.setdefault(voter, False)
        if not round_.to_read(voter):
            assert judged == []
            round_.finished[voter] = True
            return
        (author,) = {
            user
            for (id_, user), number in self.found.answer_ids.items()
            if id_ == round_.id and number == judged[0].answer_id
        }
        assert author in round_.to_read(voter)
        round_.shown.add((voter, author))

    def open_ballot(self, user: str, back: int) -> None:
        round_ = self.meant(back)
        reply = self.act(user, OpenBallot(round_.id))
        assert refused(reply) == (round_.state != "voting")
        if round_.state == "voting":
            self.turned(round_, user, reply)

    @rule(users=SOME, back=BACK, marks=st.lists(st.booleans(), min_size=1, max_size=5))
    def read(self, users: list[str], back: int, marks: list[bool]) -> None:
        round_ = self.meant(back)
        for user in users:
            self.open_ballot(user, back)
            for helped in marks if round_.state == "voting" else ():
                waiting = {author for author in round_.to_read(user) if (user, author) in round_.shown}
                if waiting:
                    self.decide(user, round_, min(waiting), helped)

    @rule(
        user=USERS,
        back=BACK,
        author=USERS,
        helped=st.booleans(),
        what=st.sampled_from(("judge", "judge", "enough")),
    )
    def do_with_a_ballot(self, user: str, back: int, author: str, helped: bool, what: str) -> None:
        if what == "judge":
            self.decide(user, self.meant(back), author, helped)
        else:
            self.enough(user, back)

    @rule(users=SOME, back=BACK, author=USERS)
    def object(self, users: list[str], back: int, author: str) -> None:
        for user in users:
            self.report(user, back, author)

    def decide(self, user: str, round_: Round, author: str, helped: bool) -> None:
        mine = round_.answers.get(author)
        reply = self.act(user, Judge(round_.id, self.answer_id(round_, author), helped))
        may = round_.state == "voting" and mine is not None and mine.state == "sealed" and author != user
        may = may and (user, author) in round_.shown
        assert refused(reply) != may
        if may:
            round_.helped[user, author] = helped
            self.turned(round_, user, reply)

    def object_to_one(self, voters: list[str]) -> None:
        """Let these voters report the first page that somebody is shown, and then judge it all the same."""
        round_ = self.meant(1)
        for user in voters:
            self.open_ballot(user, 1)
        author = min((author for _, author in round_.shown), default=ORGANISER)
        for user in voters:
            self.report(user, 1, author)
        for user in voters:
            self.decide(user, round_, author, helped=True)

    def enough(self, user: str, back: int) -> None:
        round_ = self.meant(back)
        assert self.allowed(user, EndBallot(round_.id)) == (round_.state == "voting")
        if round_.state == "voting" and user in round_.finished:
            round_.finished[user] = True

    def report(self, user: str, back: int, author: str) -> None:
        round_ = self.meant(back)
        it = round_.answers.get(author)
        readable = it is not None and author != user and it.state in ("sealed", "hidden")
        readable = readable and (
            (round_.state == "voting" and (user, author) in round_.shown)
            or (round_.state == "revealed" and it is not None and it.consent != "out")
        )
        assert self.allowed(user, Report(round_.id, self.answer_id(round_, author))) == readable
        if it is not None and readable:
            round_.reports.setdefault((user, author), "")
            count = sum(
                of == author and not outcome and self.model.took_part_before(by, round_)
                for (by, of), outcome in round_.reports.items()
            )
            if count >= 3 or user == ORGANISER:
                it.state = "hidden"

    # Organising

    @rule(user=USERS, back=BACK, author=USERS, verdict=st.sampled_from(("keep", "remove")))
    def moderate(self, user: str, back: int, author: str, verdict: str) -> None:
        round_ = self.meant(back)
        it = round_.answers.get(author)
        if it is None or it.state not in ("sealed", "hidden"):
            return
        may = self.allowed(user, Moderate(round_.id, self.answer_id(round_, author), verdict))
        assert may == (user == ORGANISER != author)
        if not may:
            return
        it.state = "sealed" if verdict == "keep" else "removed"
        for key, outcome in round_.reports.items():
            if key[1] == author and not outcome:
                round_.reports[key] = "kept" if verdict == "keep" else "removed"
        if verdict == "remove":
            for reason in ("answer", "helped", "best"):
                round_.points.pop((author, reason), None)

    @rule(user=USERS | st.just(ORGANISER), back=BACK, what=st.sampled_from(("close", "reveal", "post")))
    def move_by_hand(self, user: str, back: int, what: str) -> None:
        match what:
            case "close":
                self.close_now(user, back)
            case "reveal":
                self.reveal_now(user, back)
            case "post":
                self.post_now(user, back)

    def close_now(self, user: str, back: int) -> None:
        round_ = self.meant(back)
        may = self.allowed(user, CloseNow(round_.id))
        assert may == (user == ORGANISER and round_.state == "open")
        if may:
            self.model.close(round_, self.v.clock())

    def reveal_now(self, user: str, back: int) -> None:
        round_ = self.meant(back)
        may = self.allowed(user, RevealNow(round_.id))
        assert may == (user == ORGANISER and round_.state == "voting")
        if may:
            round_.reveal()

    def post_now(self, user: str, back: int) -> None:
        after = self.meant(back).id
        may = self.allowed(user, PostNow(1, after))
        assert may == (user == ORGANISER and after == len(self.model.rounds))
        if may:
            self.model.post_now(self.v.clock())

    # Time

    @rule(hours=st.sampled_from((1, 6, 21, 24, 24, 24, 70)))
    def time_passes(self, hours: int) -> None:
        self.do(self.v.tick(hours=hours))
        self.model.tick(self.v.clock())

    @precondition(lambda self: not self.started_again)
    @rule()
    def the_process_starts_again(self) -> None:
        self.started_again = True
        self.do(self.v.restart())

    @rule(
        users=st.permutations(PEOPLE).map(lambda people: people[:4]),
        voters=st.permutations(PEOPLE).map(lambda people: people[:4]),
        marks=st.lists(st.booleans(), min_size=3, max_size=5),
        twist=st.sampled_from(("none", "lock", "report", "remove", "hand")),
    )
    def a_day_goes_by(self, users: list[str], voters: list[str], marks: list[bool], twist: str) -> None:
        self.answer(users, "short", "unnamed")
        self.found = self.do(self.v.app.database.read(kept))
        if twist == "report":
            self.object_to_one(voters[: len(marks) - 1])
        self.read(voters, 1, marks)
        match twist:
            case "lock":
                self.lock(users[0], 0)
                self.answer_as(users[0], "after the lock", "named")
            case "remove":
                self.reveal_now(ORGANISER, 1)
                author = next(iter(self.meant(1).tallies()), users[0])
                self.moderate(ORGANISER, 1, author, "remove")
            case "hand":
                self.time_passes(21)
                self.post_now(ORGANISER, 0)
                return
            case _:
                pass
        self.time_passes(24)


def test_whatever_happens_a_round_does_what_its_model_says(sqlite_url: str, tmp_path: Path) -> None:
    bank = tmp_path / "bank"
    for name, holds in SMALL_BANK.items():
        (bank / name).parent.mkdir(parents=True, exist_ok=True)
        (bank / name).write_text(yaml.safe_dump(holds))
    set_up(sqlite_url, bank)
    numbers = itertools.count()

    class Machine(RoundMachine):
        def __init__(self) -> None:
            path = tmp_path / f"{next(numbers)}.db"
            shutil.copyfile(str(make_url(sqlite_url).database), path)
            super().__init__(f"sqlite:///{path}?synchronous=off", bank)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),  # a failure is told at once; add Phase.shrink to get the shortest one
        ),
    )
