"""Speed figures, printed by `make bench`; nothing here is asserted in a test."""
