"""Cards and forms as Discord takes them, within Discord's limits."""
