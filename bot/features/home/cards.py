"""What one's own record, goal and plan say."""

from bot.chat.cards import (
    Accent,
    Block,
    Button,
    Card,
    Choice,
    Control,
    Day,
    Fields,
    Form,
    Picture,
    Select,
    Style,
    Table,
    Text,
    text,
)
from bot.chat.commands import RunCommand
from bot.chat.days import day_field
from bot.chat.words import bullets, counted
from bot.features.daily.actions import Practise
from bot.features.home.actions import (
    AskInterview,
    ChooseGoal,
    ClearInterview,
    SaveInterview,
    ShowPlan,
    ShowRecord,
)
from bot.features.home.rules import Mastery, Plan, Quizzed, Record, active_days, first_day
from bot.features.points.streak_rules import GOALS, Streak
from bot.features.quiz.actions import StartKind
from bot.membership.calendar.interview import EARLY, FINAL, MIDDLE

_PHASES = {EARLY: "early", MIDDLE: "one-to-two-month", FINAL: "final-weeks"}


def record_card(record: Record, picture: Picture | None) -> Card:
    """One's own record, for oneself alone; in a calm group without points."""
    blocks: list[Block] = [picture] if picture is not None else []
    blocks += [text(_streak(record.streak)), Fields(_facts(record))]
    met = tuple(topic for topic in record.topics if topic.met)
    new = len(record.topics) - len(met)
    if met:
        blocks.append(_table(met))
    if not met:
        blocks.append(text("What you remember is shown here by topic, once you have taken a quiz."))
    elif new:
        blocks.append(text(f"{counted(new, 'topic is', 'topics are', grouped=True)} still new to you."))
    if record.mocks:
        blocks.append(text(f"**Mock interviews**\n\n{bullets(record.mocks)}"))
    return Card(
        "Your record",
        tuple(blocks),
        _ways_on(record),
        text("Only you see this. “Remembered” is what you would know today; reviews bring back the rest."),
    )


def _ways_on(record: Record) -> tuple[tuple[Control, ...], ...]:
    label, mode = ("Review what is due", "review") if record.due else ("Start a quiz", "solo")
    row: list[Control] = [
        Button(label, StartKind(record.group_id, mode), Style.PRIMARY),
        Button("My quizzes", RunCommand("quiz history", "")),
    ]
    dated = record.interview is not None and record.interview >= record.today
    plan: Control = (
        Button("My interview plan", ShowPlan(record.group_id)) if dated else _ask_date(record.group_id)
    )
    mocks = (Button("My mocks", RunCommand("mock", "")),) if record.mocks else ()
    return tuple(row), (Button("Weekly goal", RunCommand("my goal", "")), plan, *mocks)


def _ask_date(group_id: int, label: str = "Interview date") -> Button:
    return Button(label, AskInterview(group_id))


def interview_form(group_id: int, said: str = "") -> Form:
    """Asks for the day of one's interview; ``said`` is what was typed before."""
    about = "What you have learned comes once more before it, and practice favours the phase of preparation. Nobody else sees it."
    field = day_field("date", "The day", said)
    return Form("Your interview", (field,), SaveInterview(group_id), intro=text(about))


def _streak(streak: Streak) -> str:
    if streak.current == 0:
        best = f" Your best was {counted(streak.best, 'day', grouped=True)}." if streak.best else ""
        return f"**No streak right now.** An answer, a practice answer, a finished quiz or a mock interview starts one.{best}"
    best = f" Your best was {streak.best:,}." if streak.best > streak.current else ""
    match streak.freezes:
        case 0:
            held = "No freeze in hand: a question day you miss ends the streak. Seven active days earn one."
        case 1:
            held = "1 freeze in hand: it keeps your streak on a question day you miss."
        case many:
            held = f"{many} freezes in hand: each keeps your streak on a question day you miss."
    return f"**{counted(streak.current, 'question day', grouped=True)} in a row.** {held}{best}"


def _facts(record: Record) -> tuple[tuple[str, Text], ...]:
    year = active_days(record.days, first_day(record.today))
    rows = [
        ("This week", f"{record.this_week} of {counted(record.goal, 'day')}" if record.goal else "off"),
        ("In the past year", counted(year, "active day")),
        ("Quiz answers", _quizzed(record.quizzed)),
        ("Answers you gave", f"{record.given:,}"),
        ("Helped others", counted(record.helped, "time", grouped=True)),
        ("Due for review", f"{record.due:,}" if record.due else "nothing"),
    ]
    if record.points is not None:
        rows.append(("Your points", f"{record.points[0]:,} this week, {record.points[1]:,} in all"))
    return tuple((name, text(value)) for name, value in rows)


def _quizzed(quizzed: Quizzed) -> str:
    if not quizzed.answered:
        return "none yet"
    said = f"{quizzed.right:,} of {quizzed.answered:,} right"
    if 0 < quizzed.answered_lately < quizzed.answered:
        said += f"; {quizzed.right_lately:,} of {quizzed.answered_lately:,} in 30 days"
    return said


def _table(topics: tuple[Mastery, ...]) -> Table:
    rows = tuple((t.title, str(t.remembered), str(t.met), str(t.total)) for t in topics)
    return Table(("Topic", "Remembered", "Seen", "Total"), rows, frozenset({1, 2, 3}))


def goal_card(group_id: int, goal: int, this_week: int, left: int, *, changed: bool) -> Card:
    """One's weekly goal, with a list to change it; days off leave ``left`` of it for this week."""
    options = tuple(Choice(f"{counted(days, 'day')} a week", str(days)) for days in GOALS)
    done = f"{this_week} of {left} this week" if left else "This week is off"
    words = f"**{done}.** Any day on which you answer, practise, finish a quiz or do a mock interview counts."
    if 0 < left < goal:
        words += f" Days off leave {left} of your {goal}."
    reached = "\n\nYou have reached it for this week." if this_week >= left > 0 else ""
    return Card(
        f"Your goal: {counted(goal, 'day')} a week",
        (text(words + reached),),
        (
            (Select(ChooseGoal(group_id), options, "Change it ...", frozenset({str(goal)})),),
            (Button("My record", ShowRecord(group_id)),),
        ),
        text("Only you see your goal; missing it costs nothing."),
        accent=Accent.GOOD if changed else Accent.NEUTRAL,
    )


def plan_card(plan: Plan) -> Card:
    """What there is to do today before an interview."""
    clear = Button("Clear the date", ClearInterview(plan.group_id))
    if plan.days < 0:
        words = text("Your interview was on ", Day(plan.interview), ". A new date makes a new plan.")
        return Card("That day is over", (words,), ((_ask_date(plan.group_id, "New date"), clear),))
    if plan.days == 0:
        said = "It is today. A walk helps more now than another question. Good luck!"
        return Card("Your interview", (text(said),), ((clear,),), accent=Accent.GOLD)
    due = f"{plan.due:,} due for review" if plan.due else "nothing due for review"
    today = "Today is a day off; if you like" if plan.today in plan.off else "Today"
    answer = "your practice answer is done" if plan.practised else "1 practice answer"
    blocks: list[Block] = [text(f"**{today}:** {due}, {answer}, {_PHASES[plan.phase]} topics.")]
    if plan.topics:
        blocks.append(text(f"The topics of this phase: {', '.join(plan.topics)}."))
    later = (
        ". What you have learned comes once more in the last days before it, and practice favours this phase."
    )
    blocks.append(text("Your interview is on ", Day(plan.interview), later))
    one, many = "day to your interview", "days to your interview"
    if plan.off:
        are = counted(len(plan.off), "day until then is", "days until then are")
        blocks.append(text(f"{are} off, with nothing planned."))
        one, many = f"study {one}", f"study {many}"
    return Card(counted(plan.study_days, one, many, grouped=True), tuple(blocks), _to_do(plan, clear))


def _to_do(plan: Plan, clear: Button) -> tuple[tuple[Control, ...], ...]:
    primary = "review" if plan.due else "quiz" if plan.practised else "practice"

    def style(what: str) -> Style:
        return Style.PRIMARY if what == primary else Style.NORMAL

    row: list[Control] = []
    if plan.due:
        row.append(Button("Review what is due", StartKind(plan.group_id, "review"), style("review")))
    again = "Practise another" if plan.practised else "Practise an answer"
    row.append(Button(again, Practise("", plan.phase, 0), style("practice")))
    row.append(Button("Start a quiz", StartKind(plan.group_id, "solo"), style("quiz")))
    return tuple(row), (_ask_date(plan.group_id, "Change the date"), clear)


def no_interview_card(group_id: int) -> Card:
    """No date is kept, and what one would change."""
    words = (
        "With a date, your plan tells you each day what to do; what you have learned comes once more in the "
        "last days before it, and practice favours the phase of preparation you are in. Nobody else sees it."
    )
    return Card("No interview date", (text(words),), ((_ask_date(group_id, "Set the date"),),))


def interview_cleared_card(group_id: int) -> Card:
    """The date is forgotten."""
    words = "The date is cleared, and reviews return to their own schedule."
    return Card("Cleared", (text(words),), ((Button("My record", ShowRecord(group_id)),),))
