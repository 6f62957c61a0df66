"""What Discord takes, from its developer documentation; the renderers never hand it more.

Its servers count characters, its editors UTF-16 units. Texts are measured here in UTF-16 units, which are never fewer.
"""

TEXT = 4000
"""All text displays of one message, or of one modal, together (Component Reference, Text Display)."""

COMPONENTS = 40
"""All components of one message, nested ones included (Component Reference)."""

GALLERY_ITEMS = 10
ATTACHMENTS = 10
ALT = 1024
CUSTOM_ID = 100
BUTTON_LABEL = 80
BUTTON_URL = 512
PLACEHOLDER = 150
"""Of a list; a text input's is ``INPUT_PLACEHOLDER``."""

CHOICE_TEXT = 100
"""The label, the value and the description of a list's entry, each."""

MODAL_TITLE = 45
MODAL_COMPONENTS = 5
LABEL = 45
LABEL_DESCRIPTION = 100
INPUT_TEXT = 4000
INPUT_PLACEHOLDER = 100

COMMANDS = 100
COMMAND_OPTIONS = 25
COMMAND_TEXT = 8000
"""Names, descriptions and values of one command, its options and its choices together (Application Commands)."""

DESCRIPTION = 100

TITLE_SHOWN = 240
FOOTER_SHOWN = 600
REASONS_SHOWN = 600
TABLE_COLUMNS = 40
"""Ours, for readers: the message's text is shared by title, footer, reasons and blocks; wider tables wrap on a phone."""

THREAD_NAME = 100
