"""Slack's Web API, as far as it is used, at its pace."""
