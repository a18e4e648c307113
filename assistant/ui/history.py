"""The list of the kept conversations, which of them a visitor sees, and exporting one.

A visitor sees those begun or opened in the same browser, which remembers their ids. Whoever knows
an id may use it, so a page is opened at that conversation by the address ``/?conversation=ID``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from typing import Any

from assistant import transcript
from assistant.conversations import Conversations
from assistant.errors import AssistantError, NotFoundError
from assistant.render import count
from assistant.transcript import Conversation
from assistant.ui import reply

MOST_REMEMBERED = 500  # ids, by the browser
KINDS = {"markdown": ".md", "json": ".json"}


@dataclass(frozen=True, slots=True)
class Memory:
    """What a browser remembers: the id of its open conversation, and of those begun in it."""

    opened: str = ""
    begun: tuple[str, ...] = ()

    @classmethod
    def of(cls, stored: Any) -> Memory:
        """What the browser sent, which may be anything."""
        if not isinstance(stored, dict):
            return cls()
        begun, opened = stored.get("begun"), stored.get("opened")
        names = [name for name in begun if isinstance(name, str)] if isinstance(begun, list) else []
        shown = opened if isinstance(opened, str) else ""
        return cls(shown, tuple(names[-MOST_REMEMBERED:]))

    def open(self, name: str) -> Memory:
        """With another conversation open, or none."""
        begun = self.begun if not name or name in self.begun else (*self.begun, name)
        return Memory(name, begun[-MOST_REMEMBERED:])

    def stored(self) -> dict[str, Any]:
        """What the browser is given to keep."""
        return {"opened": self.opened, "begun": [*self.begun]}


def listing(kept: Conversations, words: str, memory: Memory) -> str:
    """The list of a browser's conversations that have all the words, as HTML, the latest first."""
    try:
        found = kept.search(words)
    except AssistantError as error:
        return reply.failure(error)
    mine = [one for one in found if one.id in memory.begun]
    if not mine:
        said = "No conversation has these words." if words.strip() else "Answers are kept here."
        return f'<p class="empty">{said}</p>'
    today = datetime.now().astimezone().date()
    entries = "".join(_entry(one, one.id == memory.opened, today) for one in mine)
    return f'<nav aria-label="Conversations"><ol>{entries}</ol></nav>'


def _entry(one: Conversation, opened: bool, today: date) -> str:
    name, title = escape(one.id), escape(one.title)
    when = f"{day(one.changed, today)} · {count(len(one.turns), 'question')}"
    current = ' aria-current="true"' if opened else ""

    def item(does: str, text: str) -> str:
        value = f'name="{does}" value="{name}" data-title="{title}"'
        return f'<li><button type="button" class="act" {value}>{text}</button></li>'

    items = [item("rename", "Rename…"), item("markdown", "Save as Markdown")]
    items += [item("json", "Save as JSON"), item("delete", "Delete…")]
    return (
        f'<li class="entry"{current}><button type="button" class="act open" name="open"'
        f' value="{name}"{current} title="{title}"><span class="title">{title}</span>'
        f'<span class="when">{when}</span></button>'
        f'<details class="more"><summary aria-label="More for {title}">⋯</summary>'
        f"<ul>{''.join(items)}</ul></details></li>"
    )


def day(time: str, today: date) -> str:
    """The day of a time in UTC, as it was here, in words."""
    then = datetime.fromisoformat(time).astimezone().date()
    if then == today:
        return "Today"
    return "Yesterday" if then == today - timedelta(days=1) else f"{then:%d %b %Y}".lstrip("0")


def find(kept: Conversations, name: str) -> Conversation:
    """The conversation of exactly this id. Raises :class:`NotFoundError`."""
    found = kept.open(name)
    if found.id != name:
        raise NotFoundError("This conversation is no longer there.")
    return found


def exported(kept: Conversations, name: str, kind: str) -> dict[str, str]:
    """A conversation as the text of a file, and the file's name. Raises where there is none."""
    found = find(kept, name)
    if kind == "json":
        fields = transcript.as_json(found)
        text = json.dumps(fields, ensure_ascii=False, indent=2) + "\n"
    else:
        text = transcript.as_markdown(found)
    words = "".join(sign if sign.isalnum() else " " for sign in found.title).split()
    return {"name": ("-".join(words)[:60] or name) + KINDS.get(kind, ".md"), "text": text}
