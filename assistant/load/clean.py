"""Normalisation that every format goes through, so that equal words are equal strings.

    >>> clean("e\\u0301tude\\r\\nof \\ufb01re\\u00adflies\\x00")
    'étude\\nof fireflies'

Text that is clean already comes out unchanged, character for character: the offsets into a plain
UTF-8 file are then the offsets into its extracted text.
"""

from __future__ import annotations

import re
import unicodedata

_SURROGATE = re.compile("[\ud800-\udfff]")
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls, soft hyphen, zero-width space, word joiner, byte order mark, marks that only steer the
# direction of writing (they could make a quotation look like other words), and non-characters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ufffe\uffff]"
)
_JOINERS = re.compile("[\u200c\u200d]+")
# Scripts and pictographs in which a zero-width joiner or non-joiner changes what is read.
_JOINABLE = re.compile("[\u0590-\u1fff\u2600-\u27bf\u2e80-\ud7ff\uf900-\U0010ffff]")
# Latin and Armenian ligatures; Arabic presentation forms.
_COMPATIBILITY = re.compile("[\ufb00-\ufb06\ufb13-\ufb17\ufb50-\ufbb1\ufbd3-\ufdff\ufe70-\ufefc]")
_BLANKS = re.compile(r"\s+")
_BLANKS_AT_LINE_END = re.compile(r"[ \t]+$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """Return ``text`` in Unicode NFC, plain letters, ``\\n`` line ends, without control characters.

    Ligatures and Arabic presentation forms become plain letters; soft hyphens, zero-width and
    direction marks go (joiners stay in the scripts that need them); a lone surrogate becomes
    U+FFFD. Tabs and spaces stay as they are. ``clean(clean(x)) == clean(x)``.
    """
    if text.isascii() and text.isprintable():
        return text
    if _SURROGATE.search(text):
        # Two halves that belong together make one character; a half on its own cannot be stored.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _NEWLINES.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = _COMPATIBILITY.sub(_plain, text)
    text = unicodedata.normalize("NFC", text)
    return _JOINERS.sub(_joiner, text)


def clean_line(text: str) -> str:
    """Return ``text`` cleaned and on one line, with single spaces, for titles and bookmarks."""
    return _BLANKS.sub(" ", clean(text)).strip()


def tidy(text: str) -> str:
    """Return ``text`` cleaned, for formats whose white space means nothing.

    No blanks at line ends, at most one blank line in a row, none at either end, and a line end
    after the last line; plain spaces for those that do not break. Empty text stays empty.
    """
    text = _BLANKS_AT_LINE_END.sub("", clean(text.replace("\xa0", " ")))
    text = _BLANK_LINES.sub("\n\n", text).strip("\n")
    return text + "\n" if text else ""


def _plain(match: re.Match[str]) -> str:
    # Vowel marks on their own decompose to a blank or a stroke with the mark upon it.
    return unicodedata.normalize("NFKC", match[0]).lstrip(" \u0640")


def _joiner(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    needed = _JOINABLE.match(before) and _JOINABLE.match(after)
    return match[0][0] if needed else ""
