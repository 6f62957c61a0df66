"""What every adapter needs to show a card: marks read, texts cut to a limit, tables laid out in columns."""
