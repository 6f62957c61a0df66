"""Discord: cards as messages of components, forms as modals, commands as application commands."""
