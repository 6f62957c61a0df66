"""A demonstration group with samples of everything."""
