"""What is kept about people: who that is, exporting, forgetting, and making one of two."""
