"""Errors that a person can act on: one sentence, and the command or change that mends it."""


class AssistantError(Exception):
    """Something went wrong that the person at the keyboard can mend.

    ``message`` is one sentence without a final newline; ``hint`` says what to do, with the command
    where there is one, or is empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(AssistantError):
    """A setting has a value that cannot be used."""


class LoadError(AssistantError):
    """One file cannot be read; the others are not affected."""


class LibraryError(AssistantError):
    """The library is missing, empty, damaged, or was built with something else."""


class DamagedError(LibraryError):
    """The content of a file cannot be trusted, or the file is gone though it should be there."""


class FormatError(LibraryError):
    """A file is of another program, or of a format that this version does not read any more."""


class NewerError(LibraryError):
    """A file is of a format that only a newer version can know."""


class EncoderError(AssistantError):
    """The encoder cannot be loaded, or its weights are not the ones expected."""


class NotFoundError(AssistantError):
    """A document or passage with this name is not in the library."""


class GeneratorError(AssistantError):
    """The chat model cannot be reached or gave no usable answer."""
