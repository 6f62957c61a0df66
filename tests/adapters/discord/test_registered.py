"""What Discord is sent for the product's commands, and what stands on it afterwards: what the simulation does not check."""

from typing import Any

from adapters.discord.commands import commands
from bot.chat.actions import ActionError
from bot.chat.rendering.labels import action_id
from tests.adapters.discord.support.driver import DiscordDriver, Shown, walked
from tests.adapters.discord.support.limits import check_discord_commands
from tests.support.driver import ORGANISER


def registered(guild: DiscordDriver) -> list[Any]:
    """The commands as they were put."""
    puts = [r.json for r in guild.env.http_requests if r.method == "PUT" and r.path.endswith("/commands")]
    assert len(puts) == 1
    sent: Any = puts[0]
    return list(sent)


async def test_the_registrys_commands_are_registered_once_in_its_order(guild: DiscordDriver) -> None:
    sent = registered(guild)
    registry = guild.app.dispatcher.registry
    names = [c["name"] for c in sent]
    assert names == list(registry.heads)
    assert len(set(names)) == len(names) <= 100
    check_discord_commands(tuple(sent))
    assert sent == list(commands(registry))
    for each in sent:
        under = [c.path[1] for c in registry.under(each["name"]) if len(c.path) == 2]
        assert [o["name"] for o in each["options"] if o["type"] == 1] == under


async def test_private_commands_work_in_direct_messages_and_none_asks_for_permissions(
    guild: DiscordDriver,
) -> None:
    sent = {c["name"]: c for c in registered(guild)}
    assert all("default_member_permissions" not in c for c in sent.values())
    assert all(0 in c["contexts"] for c in sent.values())
    for name in ("my", "quiz", "help"):
        assert sent[name]["contexts"] == [0, 1]


async def test_every_proposal_has_at_most_twenty_five_choices_of_the_right_length(
    guild: DiscordDriver,
) -> None:
    await guild.set_up()
    seen = 0
    for command in guild.app.dispatcher.registry:
        for option in command.options:
            if option.complete is None or option.choices:
                continue
            for typed in ("", "a", "safety"):
                choices = await guild.person(ORGANISER).autocomplete(
                    guild.here, command.name, option.name, typed
                )
                assert len(choices) <= 25
                assert all(
                    1 <= len(str(c["name"])) <= 100 and 1 <= len(str(c["value"])) <= 100 for c in choices
                )
                seen += len(choices)
    assert seen > 0


async def test_every_button_that_stands_is_an_action_the_core_knows(guild: DiscordDriver) -> None:
    await guild.set_up()
    shown: list[Shown] = [guild.question()]
    shown += [await guild.command(ORGANISER, "group settings"), await guild.command("ada", "help")]
    shown.append(await guild.answer("ada", "What I would say, in a sentence or two."))
    ids = [part["custom_id"] for each in shown for part in guild.parts(each) if "custom_id" in part]
    assert len(ids) >= 8
    for each in ids:
        try:
            guild.app.dispatcher.opens_form(action_id(each))
        except ActionError:
            raise AssertionError(each) from None


async def test_nothing_empty_is_ever_sent_and_nobody_is_mentioned(guild: DiscordDriver) -> None:
    await guild.set_up()
    await guild.answer("ada", "@everyone <@1> What I would say, in a sentence or two.")
    await guild.tick(days=1)
    await guild.tick(days=1)
    bodies = [r.json for r in guild.env.http_requests if isinstance(r.json, dict) and "components" in r.json]
    assert len(bodies) >= 3
    for body in bodies:
        assert body["allowed_mentions"]["parse"] == []
        texts = [part["content"] for part in walked(body["components"]) if part["type"] == 10]
        assert all(said.strip() and not said.rstrip().endswith(":**") for said in texts)
        labels = [part["label"] for part in walked(body["components"]) if part["type"] == 2]
        assert all(label.strip() for label in labels)
