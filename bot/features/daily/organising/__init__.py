"""The organisers' hand on rounds."""
