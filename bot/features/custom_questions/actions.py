"""What the buttons, lists and forms about a group's own questions do."""

from bot.access.actions import OfGroup
from bot.chat.actions import Action


class OfOwn(Action):
    """A press that is about one of a group's own questions."""

    own_id: int


class PickTopic(OfGroup, tag="sugtopic"):
    """Choose where a suggestion belongs; the value is a topic's id."""


class BeginAgain(OfGroup, tag="sugagain"):
    """Choose from the topics at the top once more."""


class OpenSuggestion(OfGroup, tag="sugopen"):
    """Open the form of a suggestion of this topic and kind."""

    topic: str
    kind: str


class SendSuggestion(OfGroup, tag="sugsend"):
    """The form of a suggestion was sent."""

    topic: str
    kind: str


class AskUnsuggest(OfOwn, tag="sugundoing"):
    """Ask whether they really withdraw their own suggestion."""


class Unsuggest(OfOwn, tag="sugundo"):
    """Withdraw one's own suggestion while it waits."""


class ReviewAfter(OfGroup, tag="sugnext"):
    """Show the first suggestion that waits after this number; 0 shows the first."""

    after: int


class PickMine(OfGroup, tag="sugmine"):
    """Look at a suggestion of one's own that waits; the value is its number."""


class OpenMine(OfOwn, tag="sugreopen"):
    """Open one's own suggestion in its form while it waits."""


class SaveMine(OfOwn, tag="sugresave"):
    """Keep what its author changed in a suggestion. ``seen`` names the version that the form was opened on."""

    seen: str


class AcceptUnseen(OfOwn, tag="sugyes"):
    """Of cards from when authors couldn't edit what waits: look at a suggestion as it is now before it is accepted."""


class AcceptSuggestion(OfOwn, tag="sugyes", version=2):
    """Take a suggestion into the group's bank. ``seen`` names the version that the card showed."""

    seen: str


class OpenDecline(OfOwn, tag="sugnoform"):
    """Open the form to decline a suggestion."""


class SendDecline(OfOwn, tag="sugno"):
    """Decline a suggestion, with a line to its author or without."""


class OpenEdit(OfOwn, tag="sugedit"):
    """Open a waiting suggestion in its form."""


class SaveEdit(OfOwn, tag="sugsave"):
    """Keep what an organiser changed in a waiting suggestion."""


class OpenImport(OfGroup, tag="impopen"):
    """Open the form of an import."""


class SendImport(OfGroup, tag="impsend"):
    """A text or a file was handed in."""


class AddImport(OfGroup, tag="impadd"):
    """Take the questions of an import into the bank, or (not ``keep``) forget them. ``first`` is one of them."""

    first: int
    keep: bool


class ReplaceCopies(OfGroup, tag="impswap"):
    """Let the copies of an import, which ask what questions of the bank ask, replace those."""

    first: int


class ListImports(OfGroup, tag="implist"):
    """Show a group's imports."""


class PickImport(OfGroup, tag="imppick"):
    """Look at one import; the value is one of its questions."""


class TakeBackImport(OfGroup, tag="impback"):
    """Take all that an import brought out of the bank again, or (not ``away``) put it back."""

    first: int
    away: bool


class Browse(OfGroup, tag="bkbrowse"):
    """Show a page of a group's bank under a topic, "" for all; after a "?" stands what was searched for in it."""

    topic: str
    page: int


class OpenItem(OfGroup, tag="bkopen"):
    """Open one item of a page; the value is its id."""

    topic: str
    page: int


class OpenSearch(OfGroup, tag="bksearch"):
    """Open the form to search a group's bank by words."""


class Search(OfGroup, tag="bkfind"):
    """The form of a search was sent."""


class Wish(OfGroup, tag="bkwish"):
    """Put a question at the end of the "queue", "drop" what was wished for it, or "never" ask it."""

    item_id: str
    what: str


class ShowAnswer(OfGroup, tag="bkanswer"):
    """Show an item's answer to an organiser, who is warned first unless they are ``sure``."""

    item_id: str
    sure: bool


class ReadItem(OfGroup, tag="bkread"):
    """Read an item of the bank or a suggestion in parts."""

    item_id: str
    part: int


class Retire(OfOwn, tag="bkretire"):
    """Ask one of the group's own questions no more, or (not ``away``) again."""

    away: bool


class ShowDoubtful(OfGroup, tag="bkdoubt"):
    """An organiser looks at the quiz questions that those who know more get wrong more often."""


class OpenCorrection(OfOwn, tag="owncorrect"):
    """Open one of the group's own questions in its form, with its answer; whoever has not read that is asked whether they are ``sure``."""

    sure: bool


class SaveCorrection(OfOwn, tag="ownsave"):
    """Keep what an organiser changed in a question of the bank. ``seen`` names the version that the form was opened on."""

    seen: str


class SayWrong(OfGroup, tag="bkwrong"):
    """An organiser says that a quiz question of the bank has a wrong answer, to take it out with what it brought."""

    item_id: str
