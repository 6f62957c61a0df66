"""How many SQL statements a request runs. These figures are exact, and need no baseline."""

from pathlib import Path

from bot.chat.requests import Request
from bot.features.daily.actions import OpenAnswer, OpenBallot, SaveAnswer
from tests.bench.filling import OPEN, VOTING, account, opened, put, school
from tests.bench.requests import command, first_page, helped, press, submit
from tests.bench.rows import Row, at_most
from tests.bench.statements import count_statements

VOTERS, AUTHORS = 8, 6


async def measure(folder: Path, quick: bool) -> list[Row]:
    """Count each kind of request twice, by two members: the first one's statements are compiled meanwhile."""
    del quick
    app = await opened(f"sqlite:///{folder}/counts.db")
    try:
        await put(app.database, school(VOTERS, AUTHORS))
        votes = {n: helped(await first_page(app, n)) for n in (1, 2)}

        def requests(n: int) -> dict[str, tuple[Request, int]]:
            who = account(n)
            save = submit(who, SaveAnswer(OPEN), answer="What I think. " * 20, consent="unnamed")
            return {
                "a vote": (press(who, votes[n]), 9),
                "opening a ballot": (press(account(n + 2), OpenBallot(VOTING)), 6),
                "opening the answer form": (press(who, OpenAnswer(OPEN)), 3),
                "saving an answer": (save, 8),
                "the board, beside the log and the gate": (command(who, "leaderboard"), 1),
                "/help": (command(who, "help"), 0),
            }

        for request, _ in requests(1).values():
            await app.dispatcher.handle(request)
        rows = []
        for name, (request, most) in requests(2).items():
            with count_statements(app.database) as seen:
                await app.dispatcher.handle(request)
            if "beside" in name:
                seen = [each for each in seen if "standings" in each.sql]
            rows.append(Row(f"statements of {name}", len(seen), "", None, at_most(most, "value")))
        return rows
    finally:
        await app.stop()
