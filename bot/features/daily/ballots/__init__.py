"""Blind ballots: one answer a page, or pairs, and what they say in the end."""
