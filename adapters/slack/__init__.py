"""Slack: cards as Block Kit messages, forms as modal views."""
