"""Pairing for mock interviews, once a week."""
