"""Speed figures, printed by `make bench`; the tests here are of how figures are put together, not of their size."""
