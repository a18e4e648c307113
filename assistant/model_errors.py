"""What went wrong with a chat model: one line, and the command or setting that mends it.

Providers raise errors of their own packages. They are told apart by the names of their types and by
HTTP status codes, which the packages share, and never by what their messages say.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.errors import GeneratorError

# The provider before the colon, and the package that brings its integration.
PACKAGES = {"ollama": "langchain-ollama", "openai": "langchain-openai"}

_TIMEOUTS = frozenset({"TimeoutException", "APITimeoutError", "ModelTimeoutError", "TimeoutError"})
_CONNECTIONS = frozenset(
    {"ConnectError", "APIConnectionError", "ModelConnectionError", "ConnectionError"}
)
_BREAKS = frozenset({"ProtocolError", "RemoteProtocolError", "ReadError", "EOFError"})
_OVERFLOWS = frozenset({"ContextOverflowError"})
# Error codes in the body of the answer: OpenAI's, and that of llama.cpp.
_OVERFLOW_CODES = frozenset({"context_length_exceeded", "exceed_context_size_error"})
_LOG = "The log of its server says why."


@dataclass(frozen=True, slots=True)
class Target:
    """Which chat model is asked, where, and within which limits.

    ``url`` is the base URL of its server, or ``None`` for the provider's own. ``seconds`` is the
    time that it has for an answer; ``context`` the tokens of prompt and answer together.
    """

    name: str
    url: str | None = None
    seconds: float = 120.0
    context: int = 4096

    @property
    def provider(self) -> str:
        """What stands before the colon of the name."""
        return self.name.partition(":")[0]

    @property
    def model(self) -> str:
        """What stands behind it; empty where there is no colon."""
        return self.name.partition(":")[2]


def nameless(target: Target) -> GeneratorError:
    """The model's name lacks its provider, or is nothing but one."""
    return GeneratorError(
        f"The chat model {target.name!r} does not say who provides it.",
        "Write it as provider:model, such as ollama:llama3.2.",
    )


def empty(target: Target) -> GeneratorError:
    """The model ended without a word."""
    return GeneratorError(
        f"The chat model {target.name} gave an empty answer.",
        "Ask again, or try another model with `assistant ask --llm PROVIDER:MODEL`.",
    )


def not_set_up(target: Target, error: Exception) -> GeneratorError:
    """The model could not be prepared, before anything was sent."""
    if isinstance(error, ImportError):
        package = PACKAGES.get(target.provider, f"langchain-{target.provider}")
        return GeneratorError(
            f"Chat models of {target.provider} need the package {package}.",
            f"Run `pip install {package}`.",
        )
    return GeneratorError(
        f"The chat model {target.name} cannot be set up: {first_line(error)}",
        "A service on the internet needs its key in ASSISTANT_LLM_KEY; `assistant doctor` tells"
        " whether the model answers.",
    )


def failed(target: Target, error: Exception, *, started: bool) -> GeneratorError:
    """The model failed when it was asked; ``started``: it had already said something."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    who = f"The chat model {target.name}"
    status = _status(error)
    if kinds & _TIMEOUTS or status in (408, 504):
        return GeneratorError(
            f"{who} did not finish its answer within {target.seconds:g} seconds.",
            f"Give it more time with ASSISTANT_LLM_SECONDS={2 * target.seconds:g}.",
        )
    if kinds & _OVERFLOWS or _codes(error) & _OVERFLOW_CODES or status == 413:
        return GeneratorError(
            f"The prompt is longer than {who[0].lower()}{who[1:]} can read.",
            f"Send it less with ASSISTANT_LLM_CONTEXT={max(1024, target.context // 2)}, or start"
            " its server with a larger context.",
        )
    if status is not None:
        return _refused(target, error, status)
    if started and kinds & (_CONNECTIONS | _BREAKS):
        return GeneratorError(f"{who} broke off its answer.", f"Ask again. {_LOG}")
    if kinds & (_CONNECTIONS | _BREAKS):
        return GeneratorError(f"{who} cannot be reached{_at(target)}.", _start(target))
    broke = "broke off its answer" if started else "gave no usable answer"
    return GeneratorError(f"{who} {broke}: {first_line(error)}", _LOG)


def first_line(error: Exception) -> str:
    """The first line of an error's message, shortened, with a full stop."""
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:200].rstrip(". ") + "."


def _refused(target: Target, error: Exception, status: int) -> GeneratorError:
    """What an HTTP status of 400 and above means."""
    who = f"The chat model {target.name}"
    if status in (401, 403):
        return GeneratorError(
            f"The key for {target.name} was not accepted ({status}).",
            "Set ASSISTANT_LLM_KEY to the key of its service.",
        )
    if status == 404:
        return GeneratorError(f"{who} was not found{_at(target)} (404).", _get(target))
    if status == 429:
        return GeneratorError(
            f"{who} takes no more questions now (429).",
            "Ask again in a minute; where that does not help, its quota is used up.",
        )
    if status < 500:
        return GeneratorError(
            f"{who} refused the prompt ({status}): {first_line(error)}",
            "If it was too long, set ASSISTANT_LLM_CONTEXT to the model's context in tokens.",
        )
    return GeneratorError(f"{who} failed ({status}): {first_line(error)}", _LOG)


def _status(error: Exception) -> int | None:
    """The HTTP status of the answer that the error stands for, from 400 up."""
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status >= 400:
            return status
    return None


def _codes(error: Exception) -> set[str]:
    """The error's code and type as its server names them."""
    return {str(getattr(error, name, "")) for name in ("code", "type")}


def _at(target: Target) -> str:
    return f" at {target.url}" if target.url else ""


def _start(target: Target) -> str:
    if target.provider == "ollama":
        return "Start its server with `ollama serve`, or correct ASSISTANT_LLM_URL."
    if target.url:
        return "Start its server, or correct ASSISTANT_LLM_URL; then run `assistant doctor`."
    return "It is a service on the internet: is this computer online?"


def _get(target: Target) -> str:
    if target.provider == "ollama":
        return f"Run `ollama pull {target.model}`."
    if target.url:
        return (
            f"`curl {target.url}/models` lists what the server has; the address in"
            " ASSISTANT_LLM_URL mostly ends in /v1."
        )
    return "Correct its name in ASSISTANT_LLM or --llm."
