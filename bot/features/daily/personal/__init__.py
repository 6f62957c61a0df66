"""What becomes of what one person said: exported, deleted, taken back, or counted once for two accounts."""
