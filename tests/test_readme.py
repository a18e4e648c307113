from pathlib import Path

from assistant.cli import app
from assistant.config import Config

COMPUTED = {
    "library": "`index`, or in your data folder",
    "corpus": "`corpus`, or in your data folder",
    "cache": "in your cache folder",
    "log": "in your log folder",
}
README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def test_every_setting_stands_in_the_readme() -> None:
    for name, field in Config.model_fields.items():
        default = "" if field.default in (None, False) else f"`{field.default}` "
        if field.default_factory is not None:
            default = f"{COMPUTED[name]} "
        assert f"| `ASSISTANT_{name.upper()}` | {default}| {field.description} |" in README


def test_every_command_stands_in_the_readme() -> None:
    for command in app.registered_commands:
        assert command.callback is not None
        assert f"| `assistant {command.name or command.callback.__name__}" in README
