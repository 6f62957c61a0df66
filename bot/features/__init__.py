"""Everything that members do, a room a feature."""
