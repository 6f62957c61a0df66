"""The reveal of a round, with its points and the look back at the week."""
