"""The page: a chat over the library with its sources beside it, served on this computer."""

from assistant.ui.server import serve

__all__ = ["serve"]
