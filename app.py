"""Start the chat: ``python app.py``. The same as ``assistant serve``, and with its options.

Settings are environment variables, ``ASSISTANT_<NAME>``; see ``assistant/config.py``.
"""

import sys

from assistant.__main__ import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))
