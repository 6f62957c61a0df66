"""Cards and forms as Slack takes them, within Slack's limits."""
