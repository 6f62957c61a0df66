"""``/study``: its line, its menu, its forms, and the words the core's commands have here."""

from tests.adapters.slack.support.driver import TEAM, SlackDriver, words


async def test_the_command_alone_shows_a_menu_whose_buttons_run_commands(slack: SlackDriver) -> None:
    await slack.set_up()
    menu = await slack.say("U0ADA", "  ")
    assert menu is not None
    assert menu.only == "U0ADA"
    shown = await slack.press("U0ADA", menu, "Question today")
    assert "Monday's question" in words(shown)


async def test_the_menus_list_has_every_command_and_those_of_organisers_for_them_alone(
    slack: SlackDriver,
) -> None:
    await slack.set_up()
    known = list(slack.app.dispatcher.registry)
    for user, entries in (
        ("U0OLGA", [c.name for c in known]),
        ("U0BEN", [c.name for c in known if not c.organisers]),
    ):
        menu = await slack.say(user, "")
        assert menu is not None
        (listed,) = [e for b in menu.blocks for e in b.get("elements", ()) if e["type"] == "static_select"]
        assert [o["value"] for o in listed["options"]] == entries


async def test_a_command_chosen_from_the_list_that_needs_a_value_asks_for_it(slack: SlackDriver) -> None:
    await slack.set_up()
    menu = await slack.say("U0OLGA", "")
    await slack.press("U0OLGA", menu, "Everything else", "group remove")
    done = await slack.fill("U0OLGA", member="Nobody")
    assert "Nobody" in words(done)
    assert not slack.world.views[-1].open


async def test_a_missing_value_opens_a_form_that_says_why(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.say("U0ADA", "my remind")
    seen = slack.world.modal(TEAM, "U0ADA")
    assert "needs on" in seen.view["blocks"][0]["text"]["text"]
    await slack.fill("U0ADA")
    assert list(seen.errors) == ["on"]
    done = await slack.fill("U0ADA", on="no")
    assert not seen.open
    assert done is not None
    assert done.only == "U0ADA"


async def test_a_value_of_the_wrong_kind_opens_the_form_with_the_others_kept(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.say("U0ADA", "quiz start count:many difficulty:hard")
    seen = slack.world.modal(TEAM, "U0ADA")
    fields = {b["block_id"]: b["element"] for b in seen.view["blocks"] if b["type"] == "input"}
    assert set(fields) == {"topic", "count", "difficulty", "mode"}
    assert fields["topic"]["type"] == "external_select"
    await slack.fill("U0ADA", count="0")
    assert list(seen.errors) == ["count"]
    card = await slack.fill("U0ADA", count="3")
    assert "1 of 3" in words(card)


async def test_a_day_that_cannot_be_read_is_chosen_with_slacks_own_calendar(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.say("U0ADA", "my break until:soon from:2027-01-02")
    seen = slack.world.modal(TEAM, "U0ADA")
    fields = {b["block_id"]: b["element"] for b in seen.view["blocks"] if b["type"] == "input"}
    assert {each["type"] for each in fields.values()} == {"datepicker"}
    assert fields["from"]["initial_date"] == "2027-01-02"
    assert "Saturday 9 January 2027" in words(await slack.fill("U0ADA", until="2027-01-09"))


async def test_an_unknown_topic_is_chosen_from_a_long_list_that_completes(slack: SlackDriver) -> None:
    await slack.set_up()
    await slack.say("U0ADA", "quiz start topic:zzzz")
    seen = slack.world.modal(TEAM, "U0ADA")
    assert "no topic “zzzz”" in seen.view["blocks"][0]["text"]["text"]
    offered = await slack.propose("U0ADA", "topic", "inter")
    assert offered
    assert all(len(o["text"]["text"]) <= 75 for o in offered)
    card = await slack.fill("U0ADA", topic=offered[0]["value"], count="3")
    assert card is not None
    assert card.only == "U0ADA"


async def test_an_unknown_command_is_answered_with_the_nearest_as_it_is_typed_here(
    slack: SlackDriver,
) -> None:
    shown = await slack.say("U0ADA", "quizz start")
    assert "Did you mean /study quiz start?" in words(shown)
    await slack.set_up()
    assert "1 of" in words(await slack.press("U0ADA", shown, "Quiz start"))


async def test_what_was_typed_mentions_nobody_in_the_answer(slack: SlackDriver) -> None:
    shown = await slack.say("U0ADA", "quizz <!channel> *bold*")
    assert shown is not None
    assert "<!channel>" in words(shown), "it is shown, in an element that is never parsed"
    assert "<!channel>" not in shown.payload["text"]
    assert {b["type"] for b in shown.blocks} == {"header", "rich_text", "actions"}


async def test_smart_quotes_and_escapes_of_slacks_editors_are_understood(slack: SlackDriver) -> None:
    await slack.set_up()
    shown = await slack.say("U0ADA", "help command:“quiz start”")
    assert words(shown).startswith("Help: quiz start\n/study quiz start [topic]")


async def test_help_names_commands_as_they_are_typed_here(slack: SlackDriver) -> None:
    shown = await slack.say("U0ADA", "help")
    assert "/study quiz" in words(shown)
    assert " /quiz" not in words(shown).replace("/study /", "/study ")


async def test_every_card_of_the_core_names_its_commands_after_the_one_command(slack: SlackDriver) -> None:
    refused = await slack.say("U0BEN", "group setup")
    assert "/study group status" in words(refused)
    nowhere = await slack.say("U0BEN", "answer")
    assert "/study group setup" in words(nowhere)
