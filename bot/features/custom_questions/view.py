"""The bank as one group sees it: its own questions before the shipped ones. No other group sees them."""

from dataclasses import replace

from bot.database.transaction import Transaction
from bot.features.custom_questions.model import Own, as_asked
from bot.features.custom_questions.queries import IN_THE_BANK, own_of
from bot.questions.model import Bank
from bot.services import Services


async def bank_of(tx: Transaction, services: Services, group_id: int) -> Bank:
    """The group's bank. Accepted own questions are live in it, retired ones are there to be looked up.

    An own question whose topic has left the tree waits until the topic is back.
    """
    bank = services.bank
    own = [
        each
        for each in await own_of(tx, group_id, *IN_THE_BANK)
        if each.topic in bank.topics and bank.topics.get(each.topic).is_leaf
    ]
    if not own:
        return bank
    cited = {each.item_id: found for each in own if (found := each.reference) is not None}
    return Bank((*map(as_asked, own), *bank.items), bank.topics, {**bank.references, **cited})


def bank_with(bank: Bank, own: Own) -> Bank:
    """A bank that knows where one more question says to read on."""
    found = own.reference
    return replace(bank, references={**bank.references, own.item_id: found}) if found else bank
