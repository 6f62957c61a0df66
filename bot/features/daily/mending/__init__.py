"""What was out of reach, out of date or ahead of its time, put right as part of the tick."""
