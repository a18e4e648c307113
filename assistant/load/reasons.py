"""Why a file cannot be read, in exact words, and what to do about it."""

from __future__ import annotations

from assistant.errors import LoadError
from assistant.load.clean import clean_line

RESAVE = "Open the file in its own program and save it again."


def damaged(kind: str, detail: str = "") -> LoadError:
    """A file of ``kind``, such as "PDF", whose content cannot be parsed."""
    said = clean_line(detail)[:160]
    return LoadError(
        f"the {kind} file is damaged", f"{RESAVE} (The parser said: {said})" if said else RESAVE
    )


def not_really(kind: str) -> LoadError:
    """A file whose name promises ``kind`` but whose content is something else."""
    return LoadError(
        f"the content is not a {kind} file", "Give the file the ending it should have."
    )


def encrypted_pdf(name: str, tried: bool) -> LoadError:
    """A PDF that opens with no password, or not with the one ``tried``."""
    message = "the file is encrypted"
    if tried:
        message += ", and the password given does not open it"
    return LoadError(message, f"Set ASSISTANT_PDF_PASSWORD and run `assistant index {name}`.")


def encrypted_office() -> LoadError:
    """A Word or PowerPoint file saved with a password."""
    return LoadError("the file is encrypted", "Save it without a password in its own program.")


def no_text_layer(name: str) -> LoadError:
    """A PDF of images only."""
    return LoadError(
        "the file has no text layer and may be scanned",
        f"Recognise the text first, for example with `ocrmypdf {name} OUTPUT.pdf`.",
    )


def empty() -> LoadError:
    """A file of 0 bytes, or without anything but white space."""
    return LoadError("the file is empty", "Nothing can be found in it; remove it or fill it.")


def too_large(max_mb: int) -> LoadError:
    """A file of more than ``max_mb`` megabytes."""
    return LoadError(
        f"the file is larger than {max_mb} MB", "Split it, or raise ASSISTANT_MAX_FILE_MB."
    )


def too_large_inside(max_mb: int) -> LoadError:
    """A zip-based file that unpacks to more than ``max_mb`` megabytes, or is a zip bomb."""
    return LoadError(
        f"the file unpacks to more than {max_mb} MB, or to suspiciously much",
        "If you trust it, open it in its own program and save it again or split it.",
    )


def too_slow(seconds: float) -> LoadError:
    """A parser that was stopped after ``seconds``."""
    return LoadError(
        f"reading took longer than {seconds:g} s",
        "Split the file, or raise ASSISTANT_PARSE_SECONDS.",
    )


def too_hungry(memory_mb: int) -> LoadError:
    """A parser that was stopped because it used more than ``memory_mb`` megabytes."""
    return LoadError(
        f"reading took more than {memory_mb} MB of memory",
        "Split the file, or raise ASSISTANT_PARSE_MEMORY_MB.",
    )


def crashed() -> LoadError:
    """A parser that ended the process it ran in."""
    return LoadError("the parser crashed on the file", RESAVE)


def not_started() -> LoadError:
    """The parser process itself does not come up."""
    return LoadError("the parser process does not start", "Run `assistant doctor`.")


def not_drawn(why: str) -> LoadError:
    """A page that a program was stopped at while it drew it: ``why`` is how it ended."""
    return LoadError(f"drawing it {why}", "Open the file in its own program to see the page.")


def changed() -> LoadError:
    """A file that is not what the library has read any more."""
    return LoadError(
        "the file has changed since it was read", "Read the folder again, in the Library tab."
    )


def unknown_format(suffix: str, supported: tuple[str, ...]) -> LoadError:
    """A file whose ending names no format that is read."""
    named = f"the format {suffix}" if suffix else "a file without an ending"
    return LoadError(f"{named} is not read", f"Formats read: {', '.join(supported)}.")


def not_a_file(what: str) -> LoadError:
    """Something else than a regular file: ``what`` is "folder", "pipe" or "device"."""
    return LoadError(f"this is a {what}, not a file", "Name a regular file.")


def leads_out() -> LoadError:
    """A link in a folder that leads to a file or folder outside of it."""
    return LoadError(
        "this is a link that leads out of its folder",
        "Copy here what it leads to, or give the path of that: assistant index PATH.",
    )


def unreadable(error: OSError) -> LoadError:
    """The operating system does not hand the file out."""
    if isinstance(error, FileNotFoundError):
        return LoadError("the file is not there", "Check the path; it may have been moved.")
    if isinstance(error, PermissionError):
        return LoadError("the file may not be read: permission denied", "Change its permissions.")
    return LoadError(f"the file cannot be read: {error.strerror or error}", "")


def binary() -> LoadError:
    """A text file that holds bytes no text has."""
    return LoadError(
        "the content is binary, not text", "If it is UTF-16 text, save it with a byte order mark."
    )
