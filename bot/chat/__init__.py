"""The neutral language of chat: cards, forms, requests, actions, commands. It knows nothing of studying."""
