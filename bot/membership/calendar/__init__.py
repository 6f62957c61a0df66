"""Days and hours of a group and of its people: when a question comes, in whose zone, and when not."""
