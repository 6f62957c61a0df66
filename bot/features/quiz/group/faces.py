"""The messages of a group quiz, as they stand."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bot.chat.cards import Card
from bot.database.transaction import Transaction
from bot.features.quiz.group import cards
from bot.features.quiz.group.messages import ASKED, GROUP_QUIZ, LOBBY_CARD, RESULT
from bot.features.quiz.group.players import players_of
from bot.features.quiz.model import Quiz, QuizState, Response
from bot.features.quiz.queries import load_quiz, out_of_scoring, responses_to
from bot.membership.model import Group, Naming
from bot.membership.queries import load_group, members_by_id
from bot.outbox.queries import Delivery
from bot.services import Services

TOP = 3


async def places(tx: Transaction, quiz: Quiz) -> tuple[tuple[cards.Place, ...], int]:
    """Where those who answered stand, best first, and how many answered.

    It goes by right answers, then partly right ones, then their time. Only the time of right answers counts: else who
    left a question out would be the quicker one. Ranks are as in sport; whoever got none right or wants to be left out of boards
    has none, and the others' go on without a gap. What was found wrong counts for nobody.
    """
    gone = await out_of_scoring(tx, quiz.group_id)
    done = [r for r in await responses_to(tx, quiz.id) if r.score is not None]
    people = await members_by_id(tx, frozenset(r.member_id for r in done))
    played = [r for r in done if people[r.member_id].barred_at is None]
    counting: defaultdict[int, list[Response]] = defaultdict(list)
    for each in played:
        if people[each.member_id].naming is not Naming.OUT and each.item_id not in gone:
            counting[each.member_id].append(each)
    keys = {member: _standing(given) for member, given in counting.items()}
    order = sorted((member for member, (right, *_) in keys.items() if right), key=lambda m: (keys[m], m))
    found: list[cards.Place] = []
    for n, member in enumerate(order):
        tied = n > 0 and keys[member] == keys[order[n - 1]]
        rank = found[-1].rank if tied else n + 1
        found.append(cards.Place(rank, -keys[member][0], people[member].shown or "Someone"))
    return tuple(found), len({each.member_id for each in played})


def _standing(given: Sequence[Response]) -> tuple[int, float, int]:
    """What a player is ranked by, the least first: right answers and points, both below 0, and ms for what was right."""
    right = [each for each in given if each.correct]
    score = round(sum(each.score or 0 for each in given), 6)
    return -len(right), -score, sum(each.took_ms for each in right)


async def _whole(services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """The one message that is all of a group quiz."""
    quiz = await load_quiz(tx, delivery.subject_id)
    if quiz is None:
        return None
    group = await load_group(tx, quiz.group_id)
    if quiz.state is QuizState.LOBBY:
        return await _lobby_card(tx, quiz, group)
    if quiz.state is QuizState.STOPPED:
        return cards.stopped_group_card()
    if quiz.state is QuizState.FINISHED:
        return await _podium(tx, quiz, group)
    return await _question(services, tx, quiz, group)


async def _lobby(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """The lobby of a quiz whose questions have messages of their own."""
    quiz = await load_quiz(tx, delivery.subject_id)
    if quiz is None:
        return None
    if quiz.state is QuizState.LOBBY:
        return await _lobby_card(tx, quiz, await load_group(tx, quiz.group_id))
    return cards.stopped_group_card() if quiz.state is QuizState.STOPPED else cards.begun_card(quiz)


async def _asked(services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """The message of one question: it is asked, shows what came of it, and shrinks to that once the quiz goes on."""
    quiz = await load_quiz(tx, delivery.subject_id)
    position = int(delivery.kind.partition(":")[2])
    if quiz is None or position > quiz.position:
        return None
    if position == quiz.position and quiz.state in (QuizState.ASKING, QuizState.SHOWN):
        return await _question(services, tx, quiz, await load_group(tx, quiz.group_id))
    state = QuizState.SHOWN if position < quiz.position else quiz.state
    return cards.past_card(
        replace(quiz, position=position, state=state), await responses_to(tx, quiz.id, position)
    )


async def _result(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """The end of a quiz whose questions have messages of their own."""
    quiz = await load_quiz(tx, delivery.subject_id)
    return await _podium(tx, quiz, await load_group(tx, quiz.group_id)) if quiz else None


async def _lobby_card(tx: Transaction, quiz: Quiz, group: Group) -> Card:
    joined = len(await players_of(tx, quiz.id))
    return cards.lobby_card(quiz, joined, group.zone, group.quiz_seconds, keeps_score=group.keeps_score)


async def _question(services: Services, tx: Transaction, quiz: Quiz, group: Group) -> Card:
    path = services.bank.topics.path(quiz.question.topic)
    responses = await responses_to(tx, quiz.id, quiz.position)
    if quiz.state is QuizState.ASKING:
        answered = {r.member_id for r in responses if r.sealed}
        inside = answered | set(await players_of(tx, quiz.id))
        return cards.asking_card(quiz, path, len(answered), len(inside), group.zone)
    top, _ = await _top(tx, quiz, group)
    return cards.shown_card(quiz, path, responses, top, services.bank.references, group.zone)


async def _podium(tx: Transaction, quiz: Quiz, group: Group) -> Card:
    top, played = await _top(tx, quiz, group)
    gone = await out_of_scoring(tx, quiz.group_id)
    count = sum(question.item_id not in gone for question in quiz.questions)
    return cards.podium_card(quiz, top, played, count, keeps_score=group.keeps_score)


async def _top(tx: Transaction, quiz: Quiz, group: Group) -> tuple[tuple[cards.Place, ...], int]:
    standing, played = await places(tx, quiz)
    top = tuple(p for p in standing if p.rank <= TOP)[:TOP] if group.keeps_score else ()
    return top, played


CARDS = {GROUP_QUIZ: _whole, LOBBY_CARD: _lobby, ASKED: _asked, RESULT: _result}
"""What makes the card of each kind of a group quiz's messages."""
