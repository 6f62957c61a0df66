"""A group's own questions as they are read from the database, and as they are asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from bot.questions.build import build_item
from bot.questions.kinds import DISCUSSION_KINDS
from bot.questions.literal import literal, literal_line
from bot.questions.model import Cite, Item, Kind, Reference, SourcePlace, Status

OWN = "own."
"""Begins the ids of groups' own questions. A bank's id ends in .q01 and the like, so that none can be one of these."""


IMPORT = "import."
"""Begins the view of the bank that shows an import: a topic has no such name, since its own group alone has it."""


class OwnState(StrEnum):
    """pending (of an import that is looked at) -> accepted; suggested -> accepted | declined; accepted <-> retired.

    accepted <-> taken_back, with all of an import. replaced: what one of them was before it was corrected, and ``reason`` says which.
    """

    PENDING = "pending"
    SUGGESTED = "suggested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RETIRED = "retired"
    REPLACED = "replaced"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Own:
    """One question of a group's own. ``member_id`` is whose it is, ``item`` what a question file would hold."""

    id: int
    group_id: int
    member_id: int | None
    state: OwnState
    item: Mapping[str, Any]
    source: str
    reason: str
    decided_by: int | None
    decided_at: datetime | None = None

    @property
    def item_id(self) -> str:
        """The id that rounds, quizzes and reviews know it by."""
        return f"{OWN}{self.id}"

    @property
    def kind(self) -> Kind:
        return Kind(str(self.item["kind"]))

    @property
    def topic(self) -> str:
        return str(self.item["topic"])

    @property
    def prompt(self) -> str:
        return str(self.item["prompt"])

    @property
    def version(self) -> str:
        """Names what it says now, and nothing that it said before."""
        said = json.dumps([self.item, self.source], sort_keys=True)
        return blake2b(said.encode(), digest_size=4).hexdigest()

    @property
    def withdrawn(self) -> bool:
        """Whether whoever suggested it decided against it before, or as, an organiser."""
        return self.state is OwnState.DECLINED and self.decided_by == self.member_id is not None

    @property
    def reference(self) -> Reference | None:
        """Further reading, where its author said so."""
        if not self.source:
            return None
        title = literal_line(urlsplit(self.source).netloc)
        return Reference(self.item_id, title, "", 0, self.source, "")


def import_view(first: int) -> str:
    """The view of the bank that shows an import."""
    return f"{IMPORT}{first}"


def is_own(item_id: str) -> bool:
    """Whether an item is a group's own."""
    return item_id.startswith(OWN)


def own_number(item_id: str) -> int | None:
    """The number of an own item's id, None where it is no such id."""
    number = item_id.removeprefix(OWN)
    return (
        int(number)
        if is_own(item_id) and number.isascii() and number.isdigit() and len(number) < 18
        else None
    )


def as_asked(own: Own) -> Item:
    """The question as every card shows it: a member's words, never markup. It is live once it was accepted."""
    return _as_asked(own.id, own.state, own.source, json.dumps(own.item, sort_keys=True))


@lru_cache(4096)
def _as_asked(own_id: int, state: OwnState, source: str, written: str) -> Item:
    status = {OwnState.ACCEPTED: Status.LIVE, OwnState.RETIRED: Status.RETIRED}.get(state, Status.DRAFT)
    name = f"{OWN}{own_id}"
    said = build_item({**json.loads(written), "id": name, "status": status.value}, SourcePlace(name, 1))
    explanation = literal(said.explanation)
    cites = tuple(
        replace(cite, where=literal_line(cite.where) if cite.where else None) for cite in said.references
    )
    if source and said.kind in DISCUSSION_KINDS:
        cites = (Cite(name), *cites)
    elif source:
        # A quiz looks references up when it shows them, long after; what it asks holds its own address.
        link = f"**Further reading**\n\n- [{literal_line(urlsplit(source).netloc)}]({source})"
        explanation = f"{explanation}\n\n{link}" if explanation else link
    return replace(
        said,
        prompt=literal(said.prompt),
        hint=literal(said.hint) if said.hint else None,
        options=tuple(
            replace(o, text=literal_line(o.text), feedback=literal_line(o.feedback), misconception=None)
            for o in said.options
        ),
        back=literal(said.back) if said.back else None,
        sequence=tuple(map(literal_line, said.sequence)),
        pairs=tuple((literal_line(left), literal_line(right)) for left, right in said.pairs),
        rubric=tuple(replace(point, point=literal_line(point.point)) for point in said.rubric),
        model_answer=literal(said.model_answer) if said.model_answer else None,
        follow_ups=tuple(map(literal_line, said.follow_ups)),
        explanation=explanation,
        references=cites,
    )
