"""Office files are zip archives of XML: checked before any parser sees them."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from assistant.load import reasons, signs
from assistant.load.clean import clean_line

# A book of a thousand pages is some 30 MB of XML, which deflates to a tenth or a thirtieth.
_MAX_MB = 300
_SUSPICIOUS_MB = 20
_SUSPICIOUS_RATIO = 150
_MAX_PARTS = 20_000

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_PROPERTIES = "docProps/core.xml"
_PARSED = (".xml", ".rels")
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def open_archive(path: Path, kind: str, folder: str) -> BytesIO:
    """Return the zip archive at ``path`` with its XML parts only, as a file in memory.

    Pictures, films and embedded files come out with no bytes: they hold no text, and parsers would
    copy them about. Raises ``LoadError`` for what is damaged, encrypted, not of this ``kind`` (it
    has no such ``folder``), a zip bomb, or holds an XML document type: office files never do, and
    it is the door to entities that expand without end or name files outside.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if start == signs.OLD_OFFICE:
        wrapped = "EncryptedPackage".encode("utf-16-le") in path.read_bytes()
        raise reasons.encrypted_office() if wrapped else reasons.not_really(kind)
    if not signs.is_archive(start):
        raise reasons.not_really(kind)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive.infolist())
            if not any(name.startswith(folder) for name in archive.namelist()):
                raise reasons.not_really(kind)
            return _slim(archive, kind)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise reasons.damaged(kind, str(error)) from None


def core_title(archive: BytesIO) -> str:
    """Return the title in the properties of an office file, or nothing."""
    with zipfile.ZipFile(archive) as parts:
        if _PROPERTIES not in parts.namelist():
            return ""
        root = ElementTree.fromstring(parts.read(_PROPERTIES))
    archive.seek(0)
    return clean_line(root.findtext(_TITLE) or "")


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    # The sizes stated are the ones that bind: reading a part ends where it says it does.
    parsed = [part for part in parts if part.filename.lower().endswith(_PARSED)]
    unpacked = sum(part.file_size for part in parsed)
    packed = sum(part.compress_size for part in parsed)
    bomb = unpacked > _SUSPICIOUS_MB * 1_000_000 and unpacked > _SUSPICIOUS_RATIO * packed
    if bomb or unpacked > _MAX_MB * 1_000_000 or len(parts) > _MAX_PARTS:
        raise reasons.too_large_inside(_MAX_MB)


def _slim(archive: zipfile.ZipFile, kind: str) -> BytesIO:
    slim = BytesIO()
    with zipfile.ZipFile(slim, "w", zipfile.ZIP_STORED) as copy:
        for name in dict.fromkeys(archive.namelist()):
            data = archive.read(name) if name.lower().endswith(_PARSED) else b""
            if any(doctype in data for doctype in _DOCTYPES):
                raise reasons.damaged(kind, "it holds an XML document type")
            copy.writestr(name, data)
    slim.seek(0)
    return slim
