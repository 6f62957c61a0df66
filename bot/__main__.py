"""``python -m bot`` is ``studyhall``."""

import sys

from bot.app.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
