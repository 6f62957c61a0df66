"""What Slack takes, from its Block Kit reference; the renderers never hand it more. Measured in UTF-16 units."""

COMMAND = "/study"
"""The one command there is on Slack, whose names all apps share."""

BLOCKS = 50
VIEW_BLOCKS = 100
HEADER = 150
CONTEXT_ELEMENTS = 10
TEXT_OBJECT = 3000
"""A section's or a context's text; also what a text input takes."""

BUTTON = 75
BUTTON_URL = 3000
OPTION = 75
"""The text and the description of a list's entry, each; its value may have 150."""

PLACEHOLDER = 150
ALT = 2000
ACTION_ID = 255
LIST_INDENT = 8

VIEW_TITLE = 24
VIEW_BUTTON = 24
INPUT_LABEL = 2000
INPUT_HINT = 2000
INPUT_TEXT = 3000
METADATA = 3000

MESSAGE_TEXT = 9000
"""All rich text of one message. Slack names no number; posts have been refused from about 11,300 characters on."""

FALLBACK = 3000
ELEMENT_COST = 24
"""What an element of rich text adds to ``MESSAGE_TEXT`` beside its words: containers are counted too."""

FOOTER_SHOWN = 600
REASONS_SHOWN = 1000
ALT_SHOWN = 300
TABLE_COLUMNS = 64
"""Ours, for readers: wider tables wrap in a narrow window."""
