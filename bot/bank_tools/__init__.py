"""Tools for editors of a question bank: checks, statistics, previews. The command line alone loads them."""
