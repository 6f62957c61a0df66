"""Two who do a mock interview, as tests let them act."""

from bot.chat.cards import Card, Reply
from bot.features.mock.tables import mocks
from tests.support.local_driver import LocalDriver, card_of, labels

SCREEN = "process.rounds.recruiter-screen.q01"
"""A script of four parts and five points, of the weights 2, 3, 2, 2, 1."""


async def met(v: LocalDriver, *users: str) -> None:
    """Let each be a member of the group that was set up."""
    await v.set_up()
    for user in users:
        await v.command(user, "question today")


async def asked(v: LocalDriver, **options: str) -> Reply:
    """Mira asks Tomas for a mock; what she is shown."""
    await met(v, "mira", "tomas")
    reply = await v.command("mira", "mock", **({"with": "@tomas"} | options))
    await v.tick()
    return reply


async def agreed(v: LocalDriver, answers: str = "I'll be interviewed", **options: str) -> None:
    """Tomas has said yes, as the candidate unless ``answers`` says otherwise."""
    await asked(v, **options)
    await v.press("tomas", v.private("tomas")[-1], answers)
    await v.tick()


async def press(v: LocalDriver, user: str, beginning: str) -> Reply:
    """Press a button of the newest private message, and let everything be sent."""
    reply = await v.press(user, v.private(user)[-1], beginning)
    await v.tick()
    return reply


async def talked(v: LocalDriver, **options: str) -> None:
    """Mira has interviewed Tomas to the end."""
    await agreed(v, **options)
    while "Finish" not in labels(v.private("mira")[-1]):
        await press(v, "mira", "Ask the first part" if (await v.rows(mocks))[-1].part == 0 else "Next part")
    await press(v, "mira", "Finish")


async def sheet(v: LocalDriver, user: str = "mira") -> Reply:
    """Send the interviewer's form: two points seen, one in part."""
    form = await v.press(user, newest(v, user, "Fill in"), "Fill in")
    done = await v.fill(
        user, form, seen=("1", "2"), part=("3",), first="You paused to think.", second="Name one number."
    )
    await v.tick()
    return done


async def felt(v: LocalDriver, user: str = "tomas") -> Reply:
    """Send the candidate's form."""
    form = await v.press(user, newest(v, user, "Say how"), "Say how")
    done = await v.fill(user, form, first="Calm after the first minute.", second="The silence.")
    await v.tick()
    return done


async def pinned(v: LocalDriver, user: str) -> tuple[str, str] | None:
    """What is pinned of somebody's mock, and the title of the card that its button shows; None where nothing is."""
    for said, button in (await v.pinned(user)).items():
        if said.startswith("Mock interview "):
            return said.removeprefix("Mock interview "), card_of(await v.act(user, button.action)).title
    return None


def newest(v: LocalDriver, user: str, beginning: str) -> Card:
    """The newest private message with such a button."""
    return next(c for c in reversed(v.private(user)) if any(each.startswith(beginning) for each in labels(c)))
