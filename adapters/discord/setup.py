"""From nothing to a bot's token: what `studyhall setup` says and asks for Discord."""

from bot.chat.operators.setup import Ask, Page, Step, Way

TOKEN = "STUDYHALL_DISCORD_TOKEN"  # noqa: S105  # the variable's name


async def _portal(*_: object) -> Page:
    return Page("https://discord.com/developers/applications")


WAYS = (
    Way(
        "a bot of your own",
        (
            Step(
                "Press New Application, give it a name (people will see it), and press Create.", page=_portal
            ),
            Step(
                "In the list on the left choose Bot. Leave the three Privileged Gateway Intents off. Under Token press "
                "Reset Token, confirm, and copy what is shown. Whoever has it can act as your bot: treat it as a password.",
                (Ask(TOKEN, "The bot's token"),),
            ),
        ),
        "Last, invite the bot: open the page below, choose the server, and press Authorise. Once Studyhall runs, type "
        "/group setup in the channel where the group should meet.",
    ),
)
