"""What members do in the local room, over HTTP as the page does it."""

import base64
from uuid import uuid4

import pytest

from adapters.local.routes import FIRST_MESSAGES
from bot.chat.actions import encode
from bot.chat.cards import Card
from bot.chat.requests import Identity, Invoke, Press, Submit
from bot.database.engine import Database
from bot.database.transcript import StoredTranscript
from tests.adapters.local.memory_transcript import MemoryTranscript
from tests.adapters.local.product import (
    NOON,
    PIXEL,
    Count,
    Pick,
    Save,
    Share,
    Write,
    counter,
    every_element,
    question,
)
from tests.adapters.local.visitor import Visitor, visiting


async def test_a_page_begins_with_all_it_needs() -> None:
    async with visiting() as visitor:
        await visitor.room.post(visitor.room.place, question(), "k1")
        found = await visitor.state("mira")
        assert (found["me"], found["title"], found["channel"]) == ("mira", "Reading group", "study")
        assert [m["label"] for m in found["members"]] == [
            "You (organiser)",
            "Mira (sample)",
            "Tom (sample)",
            "Aiko (sample)",
        ]
        assert found["entries"][0]["title"] == "What did page one say?"
        assert "group setup" not in [c["name"] for c in found["commands"]]
        assert "group setup" in [c["name"] for c in (await visitor.state("you"))["commands"]]


async def test_a_page_learns_only_what_changed_since_it_looked() -> None:
    async with visiting() as visitor:
        first = await visitor.room.post(visitor.room.place, question(), "k1")
        await visitor.room.post(visitor.room.place, counter(0), "k2")
        seen = (await visitor.state())["version"]
        await visitor.room.edit(first, Card("Closed"))
        assert [e["title"] for e in (await visitor.state(since=seen))["entries"]] == ["Closed"]


async def test_a_long_conversation_comes_piece_by_piece_and_wholly() -> None:
    async with visiting() as visitor:
        mira = Identity("local", "room", "mira")
        for n in range(260):
            await visitor.room.post(mira if n % 3 else visitor.room.place, Card(str(n)), f"k{n}")
        found = await visitor.state("mira")
        seen, pieces = found["entries"], 1
        while found["older"]:
            assert len(found["entries"]) == FIRST_MESSAGES
            found = await visitor.older(seen[0]["id"], "mira")
            seen, pieces = found["entries"] + seen, pieces + 1
        assert [e["title"] for e in seen] == [str(n) for n in range(260)]
        assert pieces == 1 + 260 // FIRST_MESSAGES
        others = await visitor.older(seen[-1]["id"], "tom")
        assert all(int(e["title"]) % 3 == 0 for e in others["entries"])
        for before in ("", "-1", "x", "9" * 19):
            response = await visitor.client.get("/api/older", params={"member": "mira", "before": before})
            assert response.status == 400


async def test_a_press_reaches_the_core_as_a_request() -> None:
    async with visiting() as visitor:
        ref = await visitor.room.post(visitor.room.place, counter(0), "k1")
        await visitor.press(ref, encode(Count(0)), "mira")
        (request,) = visitor.product.requests
        assert request.who == Identity("local", "room", "mira", "Mira")
        assert request.place == visitor.room.place
        assert request.at == NOON
        assert request.what == Press("count.1:0")
        assert (request.manages, request.zone, request.message) == (False, "Europe/Berlin", ref)


async def test_an_update_changes_the_clicked_message_where_it_stands() -> None:
    async with visiting() as visitor:
        ref = await visitor.room.post(visitor.room.place, counter(0), "k1")
        found = await visitor.press(ref, encode(Count(0)))
        assert found["entries"][0]["id"] == int(ref.message)
        (entry,) = (await visitor.state("mira"))["entries"]
        assert "Pressed 1 times." in entry["blocks"][0]


async def test_an_update_of_a_message_that_is_gone_comes_anew_and_privately() -> None:
    async with visiting() as visitor:
        ref = await visitor.room.post(visitor.room.place, counter(0), "k1")
        await visitor.room.transcript.remove(int(ref.message), NOON)
        found = await visitor.press(ref, encode(Count(0)))
        assert found["entries"][0]["private"] is True
        assert await visitor.titles("mira") == []


async def test_the_same_request_twice_has_one_effect_and_the_same_answer() -> None:
    async with visiting() as visitor:
        ref = await visitor.room.post(visitor.room.place, question(), "k1")
        made = str(uuid4())
        first = await visitor.press(ref, encode(Share()), id=made)
        again = await visitor.press(ref, encode(Share()), id=made)
        assert first == again
        assert len(visitor.product.requests) == 1
        assert (await visitor.titles()).count("Shared with everyone") == 1


async def test_the_same_request_after_a_restart_shows_nothing_twice() -> None:
    transcript = MemoryTranscript()
    made = str(uuid4())
    for _ in range(2):
        async with visiting(transcript) as visitor:
            await visitor.do("command", line="/show", id=made)
            assert await visitor.titles() == ["Every element <b>here</b>"]


async def test_a_private_card_never_reaches_another_member() -> None:
    async with visiting() as visitor:
        await visitor.do("command", "mira", line="/group status")
        (own,) = (await visitor.state("mira"))["entries"]
        assert own["private"] is True
        assert own["asked"] == "/group status"
        for other in ("you", "tom", "aiko"):
            assert (await visitor.state(other))["entries"] == []


async def test_a_private_message_pressed_by_another_is_not_theirs_to_change() -> None:
    async with visiting() as visitor:
        ref = await visitor.room.post(Identity("local", "room", "mira"), counter(0), "k1")
        await visitor.press(ref, encode(Count(0)), "tom")
        assert visitor.product.requests[0].message is None
        (entry,) = (await visitor.state("mira"))["entries"]
        assert "Pressed 0 times." in entry["blocks"][0]


async def test_private_cards_of_a_slot_take_each_others_place() -> None:
    async with visiting() as visitor:
        await visitor.do("command", line="/help")
        seen = (await visitor.state())["version"]
        await visitor.do("command", line="/help")
        assert await visitor.titles() == ["Help"]
        changed = (await visitor.state(since=seen))["entries"]
        assert sorted(entry.get("gone", False) for entry in changed) == [False, True]


async def test_a_command_line_is_read_with_its_options() -> None:
    async with visiting() as visitor:
        await visitor.do("command", line="/quiz start topic:attention count:5")
        assert visitor.product.requests[0].what == Invoke("quiz start", {"topic": "attention", "count": 5})


async def test_a_wrong_word_of_a_line_is_marked_and_nothing_runs() -> None:
    async with visiting() as visitor:
        found = await visitor.do("command", line="/quiz start cout:5")
        assert found == {
            "line_error": {
                "message": "/quiz start has no option cout. Did you mean count:?",
                "start": 12,
                "end": 18,
            }
        }
        assert visitor.product.requests == []


async def test_an_organisers_command_by_a_member_is_refused_kindly() -> None:
    async with visiting() as visitor:
        await visitor.do("command", "mira", line="/group setup")
        assert await visitor.titles("mira") == ["Only organisers can do this"]
        assert visitor.product.requests == []


async def test_an_unknown_button_gets_a_kind_card_and_a_bug_does_too() -> None:
    async with visiting() as visitor:
        ref = await visitor.room.post(visitor.room.place, every_element(), "k1")
        for action in ("retired.1", "no such:thing", "", "break.1"):
            await visitor.press(ref, action, "mira")
        assert (await visitor.titles("mira"))[1:] == [
            "This button no longer works",
            "Something went wrong here",
        ]


async def complete(visitor: Visitor, line: str, member: str = "you") -> list[str]:
    response = await visitor.client.get("/api/complete", params={"member": member, "line": line})
    return [way["line"] for way in await response.json()]


async def test_lines_are_completed_command_by_command_option_by_option_value_by_value() -> None:
    async with visiting() as visitor:
        assert await complete(visitor, "/qu") == ["/quiz start "]
        assert await complete(visitor, "/quiz start ") == [
            "/quiz start topic:",
            "/quiz start count:",
            "/quiz start mode:",
        ]
        assert await complete(visitor, "/quiz start topic:al") == ["/quiz start topic:alignment "]
        assert await complete(visitor, "/group s", "mira") == ["/group status "]


async def test_a_list_sends_the_chosen_values() -> None:
    async with visiting() as visitor:
        ref = await visitor.room.post(visitor.room.place, every_element(), "k1")
        await visitor.press(ref, encode(Pick()), values=["d1", "d3"])
        assert visitor.product.requests[0].what == Press("pick.1", ("d1", "d3"))


async def test_a_form_opens_is_refused_with_its_text_and_is_saved() -> None:
    async with visiting() as visitor:
        ref = await visitor.room.post(visitor.room.place, question(), "k1")
        form = (await visitor.press(ref, encode(Write(1))))["form"]
        assert form["submit_label"] == "Save my note"
        too_long = "word " * 30
        refused = await visitor.do(
            "submit", action=form["id"], fields={"answer": too_long}, entry=int(ref.message)
        )
        assert refused["errors"] == {"answer": "150 characters; 120 fit."}
        assert refused["form"]["fields"][0]["value"] == too_long
        await visitor.do("submit", action=form["id"], fields={"answer": "One sentence."})
        assert visitor.product.saved == {("you", 1): "One sentence."}
        assert "Saved" in await visitor.titles()


async def test_an_empty_answer_is_refused_at_its_field() -> None:
    async with visiting() as visitor:
        refused = await visitor.do("submit", action=encode(Save(1)), fields={"answer": "  \u200b "[:2]})
        assert refused["errors"] == {"answer": "Write a sentence first."}
        assert visitor.product.saved == {}


@pytest.mark.parametrize("letter", ["a", "é", "好", "😀"])
async def test_a_hundred_thousand_characters_reach_the_fields_own_kind_words(letter: str) -> None:
    async with visiting() as visitor:
        said = letter * (100_000 if letter != "😀" else 70_000)
        refused = await visitor.do("submit", action=encode(Save(1)), fields={"answer": said})
        assert refused["errors"] == {"answer": f"{len(said)} characters; 120 fit."}
        assert visitor.product.saved == {}


async def test_far_too_much_text_is_answered_politely_and_changes_nothing() -> None:
    async with visiting() as visitor:
        for what, content in (
            ("submit", {"action": encode(Save(1)), "fields": {"answer": "x" * 400_000}}),
            ("submit", {"action": encode(Save(1)), "fields": {"answer": "x" * 9_000_000}}),
            ("command", {"line": "/help " + "x" * 400_000}),
            ("typed", {"form": "save.1:1", "fields": {"answer": "x" * 400_000}}),
        ):
            response = await visitor.send(what, {"member": "you", "id": str(uuid4()), **content})
            assert response.status == 413
            assert "shorten it" in (await response.json())["problem"]
        assert visitor.product.requests == []


@pytest.mark.parametrize(
    "said",
    [
        "<script>alert(1)</script>",
        "@everyone",
        "'; DROP TABLE t; --",
        "```\n# x",
        "\u202eשלום\u200b",
        "👩‍👩‍👧",
        "a\x00b\ud800",
    ],
)
async def test_strange_words_are_kept_as_words(said: str) -> None:
    async with visiting() as visitor:
        await visitor.do("submit", action=encode(Save(1)), fields={"answer": said})
        (kept,) = visitor.product.saved.values()
        assert kept == said.replace("\x00", "").replace("\ud800", "?")
        shown = (await visitor.state())["entries"][0]["blocks"][1]
        assert "<script>" not in shown


async def test_a_half_typed_form_survives_a_restart(sqlite_database: Database) -> None:
    async with visiting(StoredTranscript(sqlite_database)) as visitor:
        await visitor.do("typed", form=encode(Save(1)), fields={"answer": "Half a tho"})
    async with visiting(StoredTranscript(sqlite_database)) as visitor:
        ref = await visitor.room.post(visitor.room.place, question(), "k1")
        form = (await visitor.press(ref, encode(Write(1))))["form"]
        assert (form["restored"], form["fields"][0]["value"]) == (True, "Half a tho")
        other = (await visitor.press(ref, encode(Write(1)), "mira"))["form"]
        assert other["fields"][0]["value"] == ""


async def test_what_was_typed_is_forgotten_once_it_is_saved_and_kept_when_it_was_not() -> None:
    async with visiting() as visitor:
        for said, left in (
            ("late", {"answer": "late"}),
            ("x" * 121, {"answer": "x" * 121}),
            ("In time.", {}),
        ):
            await visitor.do("typed", form=encode(Save(1)), fields={"answer": "Half"})
            await visitor.do("submit", action=encode(Save(1)), fields={"answer": said})
            assert await visitor.room.transcript.typed("you", encode(Save(1))) == left


async def test_what_went_wrong_twice_in_the_same_words_stands_there_once() -> None:
    async with visiting() as visitor:
        for page in (1, 1, 2):
            await visitor.do("submit", action=encode(Save(page)), fields={"answer": "late"})
        assert await visitor.titles() == ["This page is closed"]
        await visitor.do("submit", action=encode(Save(1)), fields={"answer": "In time."})
        assert await visitor.titles() == ["This page is closed", "Saved"]


async def test_half_chosen_lists_are_kept_too() -> None:
    async with visiting() as visitor:
        fields = {"answer": "Half", "name": "named", "chapter": "", "days": ["mon", "fri"]}
        await visitor.do("typed", form=encode(Save(9)), fields=fields)
        form = (await visitor.do("command", line="/everything"))["form"]
        assert [f["value"] for f in form["fields"]] == ["Half", "named", "", ["mon", "fri"], ""]
        assert form["fields"][0]["first"] == "A first thought."


async def test_a_file_comes_with_a_form() -> None:
    async with visiting() as visitor:
        data = base64.b64encode(b"page,note\n").decode()
        fields = {"answer": "See the list.", "file": {"name": "pages.csv", "data": data}}
        await visitor.do("submit", action=encode(Save(9)), fields=fields)
        (upload,) = visitor.product.uploads
        assert (upload.name, upload.data) == ("pages.csv", b"page,note\n")
        assert isinstance(visitor.product.requests[0].what, Submit)


async def test_pictures_and_files_are_fetched_by_those_who_see_the_card() -> None:
    async with visiting() as visitor:
        ref = await visitor.room.post(Identity("local", "room", "mira"), every_element(), "k1")
        path = f"/api/file/{ref.message}"
        picture = await visitor.client.get(f"{path}/0", params={"member": "mira"})
        assert (picture.content_type, await picture.read()) == ("image/png", PIXEL)
        file = await visitor.client.get(f"{path}/1", params={"member": "mira"})
        assert file.headers["Content-Disposition"].startswith("attachment")
        assert await file.read() == b"page,note\n1,yes\n"
        for wrong in (
            f"{path}/0?member=tom",
            f"{path}/7?member=mira",
            f"{path}/x?member=mira",
            "/api/file/99/0?member=you",
        ):
            assert (await visitor.client.get(wrong)).status == 404


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("press", {"id": "no uuid", "member": "you", "action": "share.1"}),
        ("press", {"id": str(uuid4()), "member": "stranger", "action": "share.1"}),
        ("press", {"id": str(uuid4()), "member": "you"}),
        ("press", {"id": str(uuid4()), "member": "you", "action": "share.1", "values": "all"}),
        ("press", {"id": str(uuid4()), "member": "you", "action": "share.1", "values": ["x" * 101]}),
        ("press", ["a", "list"]),
        ("submit", {"id": str(uuid4()), "member": "you", "action": "save.1:1", "fields": {"answer": 7}}),
        (
            "submit",
            {
                "id": str(uuid4()),
                "member": "you",
                "action": "save.1:1",
                "fields": {"f": {"name": "x", "data": "%"}},
            },
        ),
        ("submit", {"id": str(uuid4()), "member": "you", "action": "save.1:1"}),
        ("command", {"id": str(uuid4()), "member": "you"}),
        ("typed", {"member": "you", "form": "save.1:1", "fields": None}),
    ],
)
async def test_a_malformed_post_is_refused_with_a_sentence(what: str, content: object) -> None:
    async with visiting() as visitor:
        response = await visitor.send(what, content)
        assert response.status == 400
        assert (await response.json())["problem"].endswith((".", "!"))
        assert visitor.product.requests == []


@pytest.mark.parametrize("said", ["[", '{"a":', '{"fields":{"days":['])
async def test_json_in_json_without_end_is_refused_like_any_that_is_malformed(said: str) -> None:
    async with visiting() as visitor:
        headers = {"Origin": visitor.origin, "Content-Type": "application/json"}
        for what in ("press", "submit", "typed"):
            response = await visitor.client.post(f"/api/{what}", data=said * 15_000, headers=headers)
            assert (response.status, await response.json()) == (400, {"problem": "This is not JSON."})


async def test_a_half_chosen_list_that_was_forged_opens_its_form_all_the_same() -> None:
    async with visiting() as visitor:
        await visitor.do("typed", form=encode(Save(9)), fields={"days": "[" * 100_000})
        form = (await visitor.do("command", line="/everything"))["form"]
        assert form["fields"][3]["value"] == []


async def test_a_zone_that_is_none_is_left_out() -> None:
    async with visiting() as visitor:
        for zone in ("Mars/Base", "../etc/passwd", 7, None, "x" * 200):
            await visitor.do("command", line="/help", zone=zone)
        assert [request.zone for request in visitor.product.requests] == [None] * 5
