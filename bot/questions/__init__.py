"""The question bank: what an item is, reading a folder of them, checking and counting it."""
