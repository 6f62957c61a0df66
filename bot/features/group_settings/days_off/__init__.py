"""Days off: said in a form or read from a calendar file, taken out again, and what follows for a running group."""
