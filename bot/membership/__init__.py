"""Groups, places, people, accounts and members: their tables, rules and queries, without screens."""
