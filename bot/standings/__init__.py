"""Points and boards: the ledger, the totals beside it, and what is shown of them."""
