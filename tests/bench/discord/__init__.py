"""What is measured on Discord: clicks, through discord.py's own dispatch."""
