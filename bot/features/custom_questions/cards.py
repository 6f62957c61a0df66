"""Every sentence about suggesting, reviewing and importing questions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.chat.actions import Action
from bot.chat.cards import (
    MARKED,
    Accent,
    Block,
    Button,
    Card,
    Choice,
    Control,
    FileField,
    Form,
    Select,
    Style,
    Table,
    TextField,
    Verbatim,
    text,
)
from bot.chat.cards import MAX_CHOICES as MOST_CHOICES
from bot.chat.rendering.said import excerpt
from bot.chat.words import clean_line, counted, cut
from bot.features.custom_questions.actions import (
    AcceptSuggestion,
    AddImport,
    AskUnsuggest,
    BeginAgain,
    Browse,
    OpenDecline,
    OpenEdit,
    OpenImport,
    OpenMine,
    OpenSuggestion,
    PickMine,
    PickTopic,
    ReadItem,
    ReplaceCopies,
    ReviewAfter,
    SendDecline,
    SendImport,
    ShowDoubtful,
    TakeBackImport,
    Unsuggest,
)
from bot.features.custom_questions.intake import Intake
from bot.features.custom_questions.item_cards import item_blocks
from bot.features.custom_questions.model import Own, OwnState, import_view
from bot.features.custom_questions.rules import LINK, MOST_WAITING, REASON, form_values
from bot.questions.bounds import PROMPT
from bot.questions.kinds import FORM_KINDS, KINDS
from bot.questions.model import Bank, Item, Kind
from bot.questions.topics import Topic

STAYS = "If it is accepted, it stays with the group, and nobody learns who wrote it."
_TEXTS = (".txt", ".csv", ".tsv", ".gift", ".aiken", ".jsonl", ".yaml", ".yml", ".xml")
ENDINGS = (*_TEXTS, ".xlsx", ".apkg", ".zip", ".imscc")
MOST_BYTES = 1_000_000
PASTED = 3000
LINES_SHOWN = 10
EXCERPT = 300

PROMPT_FIELD = TextField(
    "prompt",
    "The question",
    long=True,
    placeholder="Ask one thing, as an interviewer would.",
    most=PROMPT,
    help=STAYS,
    shown_as=MARKED,
)
LINK_FIELD = TextField("link", "Further reading", placeholder="https://…", required=False, most=LINK)


def topic_card(
    group_id: int, above: Topic | None, choices: Sequence[Topic], mine: Sequence[Own] = ()
) -> Card:
    """Where does it belong? One step down the tree at a time. ``mine`` are one's own that wait."""
    options = tuple(Choice(cut(t.title, 80), t.id) for t in choices[:MOST_CHOICES])
    pick = Select(PickTopic(group_id), options, "Choose where it belongs")
    within = (
        f"Within **{above.title}**, where exactly?" if above else "First, where does your question belong?"
    )
    rows: list[tuple[Control, ...]] = [(pick,)]
    if mine:
        waiting = tuple(Choice(cut(clean_line(own.prompt), 80), str(own.id)) for own in mine)
        rows.append((Select(PickMine(group_id), waiting, "Or look at one of yours that waits"),))
    if above:
        rows.append((Button("Another topic", BeginAgain(group_id)),))
    return Card("Suggest a question", (text(within),), tuple(rows))


def kind_card(group_id: int, topic: Topic) -> Card:
    """What kind is it?"""
    kinds = tuple(
        Button(KINDS[kind].name.capitalize(), OpenSuggestion(group_id, topic.id, kind.value))
        for kind in FORM_KINDS
    )
    words = (
        f"Under **{topic.title}**. Discussion and behavioral questions come in the daily round, the others in quizzes. "
        "An organiser reviews it first, and you hear what they decide. For another topic: `/question suggest`."
    )
    return Card("Suggest a question", (text(words), text(STAYS)), (kinds,))


def question_form(kind: Kind, submit: Action, values: Mapping[str, str], title: str, send: str) -> Form:
    """The form of a question of one of the kinds that fit a form, holding these values."""
    fields = (PROMPT_FIELD, *FORM_KINDS[kind].fields, LINK_FIELD)
    return Form(title, tuple(replace(each, value=values.get(each.id, "")) for each in fields), submit, send)


def edit_form(own: Own, submit: Action, title: str, typed: Mapping[str, str] | None = None) -> Form:
    """The form of a question that waits, holding what it says now, or what was typed."""
    values = form_values(own.kind, own.item, own.source) if typed is None else typed
    return question_form(own.kind, submit, values, title, "Save")


def thanks_card(waiting: int, own_id: int) -> Card:
    """A suggestion arrived."""
    left = MOST_WAITING - waiting
    more = (
        f"You can suggest {left} more in the meantime."
        if left > 1
        else "You can suggest one more in the meantime."
        if left
        else "No more can wait at once; you can suggest the next when one of them is decided."
    )
    words = "The organisers will look at it, and you will hear what they decide. "
    return Card("Thank you: your question is in", (text(words + more),), (_mine(own_id),), accent=Accent.GOOD)


def _mine(own_id: int) -> tuple[Control, ...]:
    """What an author can do with a suggestion that waits."""
    return Button("Edit it", OpenMine(own_id)), Button("Withdraw it", AskUnsuggest(own_id))


def mine_card(own: Own, *, edited: bool = False) -> Card:
    """To its author: a suggestion that waits, as the organisers see it."""
    asked = Verbatim(own.prompt, text("Your question:"), marked=True)
    if edited:
        words = text("The organisers see it as it is now, and you will hear what they decide.")
        return Card("Your question is edited", (words, asked), (_mine(own.id),), accent=Accent.GOOD)
    words = text("It waits for the organisers, and you will hear what they decide.")
    return Card("Your question waits", (words, asked), (_mine(own.id),))


def unsuggest_card(own: Own) -> Card:
    """Asks once before an author withdraws a suggestion."""
    row = (Button("Withdraw it", Unsuggest(own.id), Style.DANGER),)
    words = text("The organisers won't see it any more, which can't be undone.")
    asked = Verbatim(own.prompt, text("Your question:"), marked=True)
    return Card("Withdraw your suggestion?", (words, asked), (row,))


def unsuggested_card() -> Card:
    """An author withdrew a suggestion."""
    words = "The organisers don't see your suggestion any more. `/question suggest` takes another."
    return Card("Withdrawn", (text(words),), accent=Accent.GOOD)


def review_card(bank: Bank, own: Own, item: Item, number: int, total: int, notes: Sequence[str] = ()) -> Card:
    """One suggestion, and what an organiser can do with it."""
    row: list[Control] = [
        Button("Accept", AcceptSuggestion(own.id, own.version), Style.PRIMARY),
        Button("Edit", OpenEdit(own.id)),
        Button("Decline", OpenDecline(own.id)),
    ]
    if total > 1:
        row.append(Button("Look at the next one", ReviewAfter(own.group_id, own.id)))
    said = tuple(text(note) for note in notes)
    return Card(
        f"Suggestion {number} of {total}",
        (*said, *item_blocks(bank, item)),
        (tuple(row),),
        text(
            "Its author isn't named, and hears what you decide. If accepted, it comes before the built-in questions."
        ),
        read_all=ReadItem(own.group_id, own.item_id, 0),
    )


def no_suggestions_card(group_id: int, note: str = "") -> Card:
    """Nothing waits."""
    words = "Nothing is waiting for you. Members suggest questions with `/question suggest`."
    said = (text(note),) if note else ()
    row = (Button("Doubtful quiz questions", ShowDoubtful(group_id)),)
    accent = Accent.GOOD if note else Accent.NEUTRAL
    return Card("No suggestions", (*said, text(words)), (row,), accent=accent)


def decided_already_card(own: Own) -> Card:
    """Another organiser was faster."""
    outcome = {
        OwnState.ACCEPTED: "accepted it",
        OwnState.DECLINED: "declined it",
        OwnState.RETIRED: "accepted and since retired it",
    }.get(own.state, "decided it")
    row = (Button("Look at the next one", ReviewAfter(own.group_id, own.id), Style.PRIMARY),)
    return Card("Already decided", (text(f"Another organiser has {outcome}, and that stands."),), (row,))


def decline_form(own: Own, value: str = "") -> Form:
    """Asks for a line to the author."""
    field = TextField(
        "reason",
        "A line to its author",
        long=True,
        value=value,
        placeholder="What would make it a good question? You can leave this empty.",
        required=False,
        most=REASON,
        help="They read it; you are not named.",
    )
    return Form("Decline this suggestion", (field,), SendDecline(own.id), "Decline")


def waiting_card(group_id: int, waiting: int) -> Card:
    """To an organiser, at most once a day."""
    if not waiting:
        return Card("All suggestions are decided", (text("Nothing is waiting for you any more."),))
    count = (
        "A member has suggested a question" if waiting == 1 else f"{waiting} suggested questions are waiting"
    )
    row = (Button("Look at them" if waiting > 1 else "Look at it", ReviewAfter(group_id, 0), Style.PRIMARY),)
    words = f"{count}. Accept, edit or decline: a minute each. You are reminded at most once a day."
    title = "A question was suggested" if waiting == 1 else "Questions were suggested"
    return Card(title, (text(words),), (row,), accent=Accent.GOLD)


def outcome_card(own: Own) -> Card:
    """To its author: what came of a suggestion."""
    prompt = Verbatim(excerpt(own.prompt, EXCERPT), text("You suggested:"), marked=True)
    if own.state is OwnState.DECLINED:
        said: tuple[Block, ...] = (
            text("The organisers did not accept it this time. Thank you for writing it."),
        )
        if own.reason:
            said = (*said, Verbatim(own.reason, text("They say:"), marked=True))
        again = text("`/question suggest` takes your next one, or this one reworded.")
        return Card("Your question was not accepted", (*said, prompt, again))
    words = "It is in the group's own bank now, and comes before the built-in questions. Thank you."
    return Card("Your question was accepted", (text(words), prompt), accent=Accent.GOOD)


def looked_at_again_card(own: Own) -> Card:
    """The same, after an organiser has undone the decision."""
    prompt = Verbatim(excerpt(own.prompt, EXCERPT), text("You suggested:"), marked=True)
    words = text("The organisers are looking at it again, and you will hear what they decide.")
    return Card("Your question is waiting again", (words, prompt))


def import_form(group_id: int, pasted: str = "", topic: str = "") -> Form:
    """Asks for a text or a file."""
    return Form(
        "Import questions",
        (
            TextField(
                "text",
                "Paste questions",
                long=True,
                value=pasted,
                required=False,
                most=PASTED,
                placeholder="GIFT, CSV, Moodle XML, Aiken, JSONL or YAML",
                help="Or attach a file below. If you do both, the file is read.",
            ),
            FileField("file", "Or a file", ENDINGS, MOST_BYTES, required=False),
            TextField(
                "topic",
                "Topic for questions without one",
                value=topic,
                required=False,
                most=100,
                placeholder="such as interpretability.concepts.superposition",
            ),
        ),
        SendImport(group_id),
        "Preview them",
    )


def report_card(group_id: int, first: int, found: Intake) -> Card:
    """What an import would bring, what was left behind, and the first of the questions."""
    taken = [str(item["prompt"]) for item in found.items]
    rows = ((str(len(taken)), str(found.refused), str(found.unread)),)
    blocks: list[Block] = [
        text(counted(len(taken), "question can", "questions can") + " be added."),
        Table(("Can be added", "Refused", "Not read"), rows, frozenset({0, 1, 2})),
    ]
    if found.doubles:
        blocks.append(
            text(
                counted(found.doubles, "question is", "questions are")
                + " already in your bank, and left out."
            )
        )
    if found.problems:
        blocks.append(_first_lines(found.problems, "What could not be imported:"))
    if found.notes and len(found.problems) < LINES_SHOWN:
        blocks.append(_first_lines(found.notes, "What to know about the others:"))
    copies = [str(item["prompt"]) for _, item in found.copies]
    if copies:
        blocks.append(text(_copies_wait(len(copies))))
        blocks.append(_first_lines(copies, "What a copy could replace:"))
    row: list[Control] = []
    if taken:
        blocks.append(Verbatim(cut(taken[0], EXCERPT), text("The first one:")))
        good = " good" if found.refused or found.unread else ""
        label = f"Add the {len(taken)} good ones" if good else f"Add {len(taken)} questions"
        if len(taken) == 1:
            label = "Add the good one" if good else "Add this question"
        row.append(Button(label, AddImport(group_id, first, keep=True), Style.PRIMARY))
    if copies:
        row.append(replace_button(group_id, first, len(copies), Style.NORMAL if taken else Style.PRIMARY))
    if row:
        row.append(Button("Don't add them" if taken else "Leave it", AddImport(group_id, first, keep=False)))
    else:
        row.append(Button("Try another text", OpenImport(group_id), Style.PRIMARY))
    some = taken or copies
    title = "Ready to import" if some else "Nothing to import"
    return Card(title, tuple(blocks), (tuple(row),), accent=Accent.GOLD if some else Accent.BAD)


def _copies_wait(count: int) -> str:
    return (
        counted(count, "question is", "questions are")
        + " in your bank already with another answer or other words. A copy can replace what is there, under the same id. Where "
        "what counts as right changes, the answers that were given are graded again."
    )


def replace_button(group_id: int, first: int, copies: int, style: Style = Style.NORMAL) -> Button:
    """Replaces questions of the bank by the copies of an import."""
    label = "Replace this one" if copies == 1 else f"Replace these {copies}"
    return Button(label, ReplaceCopies(group_id, first), style)


def _first_lines(said: Sequence[str], caption: str) -> Verbatim:
    shown = "\n".join(cut(each, 160) for each in said[:LINES_SHOWN])
    more = len(said) - LINES_SHOWN
    return Verbatim(shown + (f"\n… and {more} more" if more > 0 else ""), text(caption))


def imported_card(group_id: int, first: int, count: int, copies: int = 0) -> Card:
    """An import is in the bank; ``copies`` of it could still replace what is there."""
    one = count == 1
    words = (
        f"{'It comes' if one else 'They come'} before the built-in questions, in this group only: discussion in the daily "
        "round, everything else in quizzes."
    )
    blocks = (text(words), *((text(_copies_wait(copies)),) if copies else ()))
    row: list[Control] = [
        Button("Look at it" if one else "Look at them", Browse(group_id, import_view(first), 0)),
        Button("Take the import back", TakeBackImport(group_id, first, away=True)),
    ]
    if copies:
        row.insert(0, replace_button(group_id, first, copies))
    return Card(f"Added {counted(count, 'question')}", blocks, (tuple(row),), accent=Accent.GOOD)


def left_card(group_id: int) -> Card:
    """An import was not added."""
    row = (Button("Import others", OpenImport(group_id)),)
    return Card("Nothing was added", (text("What you sent is not kept."),), (row,))


def no_room_card(room: int) -> Card:
    """The bank is full."""
    words = f"Your bank has room for {max(0, room)} more. Retire some with `/bank browse`, or import fewer."
    return Card("That is more than your bank can hold", (text(words),), accent=Accent.BAD)
