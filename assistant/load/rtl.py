"""Arabic and Hebrew lines of a PDF, which come out in the order in which they stand on paper.

A PDF places pieces of a line from left to right; each right-to-left piece has been turned into
reading order by the PDF library already, but the pieces themselves have not. In fonts with joined
letters (Arabic) a PDF may also leave out the spaces, and code each letter by its shape: the shape
then tells where words end, because a letter that could join the next one and does not is the last.
"""

from __future__ import annotations

import re
import unicodedata

_LETTER = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RTL = re.compile(f"[{_LETTER}]")
_LETTERS = re.compile(r"[^\W\d_]")
# Punctuation and dashes between pieces change places with them; a right-to-left piece may hold
# punctuation of its own.
_PIECES = re.compile(
    f"[{_LETTER}](?:[{_LETTER}\\s]*[{_LETTER}])?|[–—]|(?:^|(?<=\\s))[.,:;!?](?=\\S|$)|[.,:;!?]$"
    f"|[^{_LETTER}–—]+?(?=[{_LETTER}–—]|[.,:;!?]?$)"
)
_CLOSING = ".,:;!?\u060c\u061b\u061f"
_COMMA = re.compile("\\s*([\u060c\u061b\u061f])\\s*")
_LOOSE_BRACKET = re.compile(r"\(\s+")
_ARABIC_DIGITS = re.compile("[\u0660-\u0669]{2,}")
_JOINED = ("<initial>", "<medial>")
# Letters that join only the one before them: their shape says nothing about the end of a word.
_NEVER_JOIN = frozenset("\u0621\u0622\u0623\u0624\u0625\u0627\u062f\u0630\u0631\u0632\u0648")
# Two that stand nowhere but at the end of a word: teh marbuta and alef maksura.
_ALWAYS_LAST = frozenset("\u0629\u0649")
_ALEF, _LAM = "\u0627", "\u0644"


def is_rtl(text: str) -> bool:
    """Whether at least half of the letters of ``text`` are written from right to left."""
    return 2 * len(_RTL.findall(text)) >= max(1, len(_LETTERS.findall(text)))


def reading_order(line: str) -> str:
    """Put the pieces of a right-to-left line, which are in visual order, into reading order."""
    line = _ARABIC_DIGITS.sub(lambda digits: digits[0][::-1], line)
    ordered = ""
    for piece in reversed(_PIECES.findall(line)):
        words = piece.strip()
        if words:
            ordered += words if words in _CLOSING or not ordered else " " + words
    return _LOOSE_BRACKET.sub("(", _COMMA.sub(r"\1 ", ordered)).strip()


def separate_words(text: str) -> str:
    """Insert the spaces that the shapes of Arabic letters show to be missing.

    Takes presentation forms (U+FB50…U+FEFC), so this comes before normalisation; text without them
    comes back unchanged. A word that ends in a letter that never joins the next stays glued to
    it, unless that one begins with the article after an alef.
    """
    letters = [(index, *_shape(char)) for index, char in enumerate(text) if _is_arabic(char)]
    if not any(form in _JOINED for _, _, form in letters):
        return text
    pieces, done = [], 0
    for place in range(len(letters) - 1):
        end = letters[place + 1][0]
        between = text[letters[place][0] + 1 : end]
        if all(map(unicodedata.combining, map(_plain, between))) and _ends_word(letters, place):
            pieces += [text[done:end], " "]
            done = end
    return "".join(pieces) + text[done:]


def _ends_word(letters: list[tuple[int, str, str]], place: int) -> bool:
    """Whether the letter at ``place`` is the last of its word although another follows."""
    _, letter, form = letters[place]
    _, following, next_form = letters[place + 1]
    if form in _JOINED or next_form in ("<medial>", "<final>"):
        return False
    if letter in _ALWAYS_LAST:
        return True
    if letter in _NEVER_JOIN:
        article = place + 2 < len(letters) and letters[place + 2][1] == _LAM
        return letter == following == _ALEF and article
    # A letter without a shape of its own stands alone only where the one before does not join it.
    return bool(form) or place == 0 or letters[place - 1][2] not in _JOINED


def _is_arabic(char: str) -> bool:
    return "\u0621" <= _plain(char) <= "\u06d3" and _plain(char).isalpha()


def _shape(char: str) -> tuple[str, str]:
    """The letter itself, the last one of a ligature, and its form, such as ``<final>``."""
    form = unicodedata.decomposition(char).partition(" ")[0]
    return _plain(char), form if form.startswith("<") else ""


def _plain(char: str) -> str:
    return unicodedata.normalize("NFKC", char)[-1:]
