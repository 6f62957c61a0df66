"""Who deletes themselves is left with none of the bot's direct messages on Discord, and with all of their own."""

import pytest

from adapters.discord.erasing import AT_ONCE
from bot.chat.cards import Card, File
from bot.chat.platform import NotSentError, PlatformError, RateLimitedError, UnreachableError
from tests.adapters.discord.support.driver import DiscordDriver
from tests.adapters.discord.support.stage import account

NOTE = Card("A note", (File("note.txt", b"for you", "text/plain"),))


async def test_deleting_oneself_takes_the_bots_direct_messages_along(guild: DiscordDriver) -> None:
    await guild.set_up()
    await guild.answer("ada", "What I would say of it, in a sentence.")
    ada, ben = (account(guild.person(name).id, name) for name in ("ada", "ben"))
    for number in range(AT_ONCE + 2):
        await guild.platform.post(ada, NOTE, f"k{number}")
    await guild.platform.post(ben, NOTE, "k")
    own = await guild.user("ada").send_dm("hello?")
    await guild.tick(minutes=1)
    done = await guild.press("ada", await guild.command("ada", "my delete"), "Delete everything")
    assert guild.title(done) == "Your data is deleted"
    left = []
    for _ in range(3):
        await guild.tick(seconds=1)
        left.append(len(guild.private("ada")))
    assert left == [3, 1, 1]
    assert [m.id for m in guild.private("ada")] == [own.id]
    assert len(guild.private("ben")) == 1
    assert guild.title(done) == "Your data is deleted"


@pytest.mark.parametrize(
    ("status", "code", "raised"),
    [
        (400, 40003, RateLimitedError),
        (403, 20026, RateLimitedError),
        (404, 10013, UnreachableError),
        (503, 0, NotSentError),
    ],
)
async def test_what_keeps_the_bot_from_opening_a_conversation_for_a_while_is_not_for_good(
    guild: DiscordDriver, status: int, code: int, raised: type[PlatformError]
) -> None:
    guild.env.inject_error("POST", "/users/@me/channels", status=status, code=code, times=None)
    for _ in range(2):
        with pytest.raises(raised):
            await guild.platform.erase(account(guild.person("ada").id, "ada"), guild.clock())
