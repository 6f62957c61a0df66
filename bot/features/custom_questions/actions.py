"""What the buttons, lists and forms about a group's own questions do."""

from bot.chat.actions import Action


class PickTopic(Action, tag="sugtopic"):
    """Choose where a suggestion belongs; the value is a topic's id."""

    group_id: int


class BeginAgain(Action, tag="sugagain"):
    """Choose from the topics at the top once more."""

    group_id: int


class OpenSuggestion(Action, tag="sugopen"):
    """Open the form of a suggestion of this topic and kind."""

    group_id: int
    topic: str
    kind: str


class SendSuggestion(Action, tag="sugsend"):
    """The form of a suggestion was sent."""

    group_id: int
    topic: str
    kind: str


class AskUnsuggest(Action, tag="sugundoing"):
    """Ask whether they really withdraw their own suggestion."""

    own_id: int


class Unsuggest(Action, tag="sugundo"):
    """Withdraw one's own suggestion while it waits."""

    own_id: int


class ReviewAfter(Action, tag="sugnext"):
    """Show the first suggestion that waits after this number; 0 shows the first."""

    group_id: int
    after: int


class PickMine(Action, tag="sugmine"):
    """Look at a suggestion of one's own that waits; the value is its number."""

    group_id: int


class OpenMine(Action, tag="sugreopen"):
    """Open one's own suggestion in its form while it waits."""

    own_id: int


class SaveMine(Action, tag="sugresave"):
    """Keep what its author changed in a suggestion. ``seen`` names the version that the form was opened on."""

    own_id: int
    seen: str


class AcceptUnseen(Action, tag="sugyes"):
    """Of cards from when authors couldn't edit what waits: look at a suggestion as it is now before it is accepted."""

    own_id: int


class AcceptSuggestion(Action, tag="sugyes", version=2):
    """Take a suggestion into the group's bank. ``seen`` names the version that the card showed."""

    own_id: int
    seen: str


class OpenDecline(Action, tag="sugnoform"):
    """Open the form to decline a suggestion."""

    own_id: int


class SendDecline(Action, tag="sugno"):
    """Decline a suggestion, with a line to its author or without."""

    own_id: int


class OpenEdit(Action, tag="sugedit"):
    """Open a waiting suggestion in its form."""

    own_id: int


class SaveEdit(Action, tag="sugsave"):
    """Keep what an organiser changed in a waiting suggestion."""

    own_id: int


class OpenImport(Action, tag="impopen"):
    """Open the form of an import."""

    group_id: int


class SendImport(Action, tag="impsend"):
    """A text or a file was handed in."""

    group_id: int


class AddImport(Action, tag="impadd"):
    """Take the questions of an import into the bank, or (not ``keep``) forget them. ``first`` is one of them."""

    group_id: int
    first: int
    keep: bool


class ReplaceCopies(Action, tag="impswap"):
    """Let the copies of an import, which ask what questions of the bank ask, replace those."""

    group_id: int
    first: int


class ListImports(Action, tag="implist"):
    """Show a group's imports."""

    group_id: int


class PickImport(Action, tag="imppick"):
    """Look at one import; the value is one of its questions."""

    group_id: int


class TakeBackImport(Action, tag="impback"):
    """Take all that an import brought out of the bank again, or (not ``away``) put it back."""

    group_id: int
    first: int
    away: bool


class Browse(Action, tag="bkbrowse"):
    """Show a page of a group's bank under a topic, "" for all; after a "?" stands what was searched for in it."""

    group_id: int
    topic: str
    page: int


class OpenItem(Action, tag="bkopen"):
    """Open one item of a page; the value is its id."""

    group_id: int
    topic: str
    page: int


class OpenSearch(Action, tag="bksearch"):
    """Open the form to search a group's bank by words."""

    group_id: int


class Search(Action, tag="bkfind"):
    """The form of a search was sent."""

    group_id: int


class Wish(Action, tag="bkwish"):
    """Put a question at the end of the "queue", "drop" what was wished for it, or "never" ask it."""

    group_id: int
    item_id: str
    what: str


class ShowAnswer(Action, tag="bkanswer"):
    """Show an item's answer to an organiser, who is warned first unless they are ``sure``."""

    group_id: int
    item_id: str
    sure: bool


class ReadItem(Action, tag="bkread"):
    """Read an item of the bank or a suggestion in parts."""

    group_id: int
    item_id: str
    part: int


class Retire(Action, tag="bkretire"):
    """Ask one of the group's own questions no more, or (not ``away``) again."""

    own_id: int
    away: bool


class ShowDoubtful(Action, tag="bkdoubt"):
    """An organiser looks at the quiz questions that those who know more get wrong more often."""

    group_id: int


class OpenCorrection(Action, tag="owncorrect"):
    """Open one of the group's own questions in its form, with its answer; whoever has not read that is asked whether they are ``sure``."""

    own_id: int
    sure: bool


class SaveCorrection(Action, tag="ownsave"):
    """Keep what an organiser changed in a question of the bank. ``seen`` names the version that the form was opened on."""

    own_id: int
    seen: str


class SayWrong(Action, tag="bkwrong"):
    """An organiser says that a quiz question of the bank has a wrong answer, to take it out with what it brought."""

    group_id: int
    item_id: str
