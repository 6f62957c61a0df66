"""In time: whose turn it is, and how far Discord's clock is from ours."""
