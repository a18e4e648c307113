"""The outline of the cheat sheet in ``corpus/``: chapters, pages, tables, further reading."""

from __future__ import annotations

from pathlib import Path

import pytest
from outlines import contents_of, tables

from assistant.outline import cells, parse
from assistant.types import Block, Extracted, Section

TEXT = (Path(__file__).parents[1] / "corpus/aws-mla-c01-cheat-sheet.txt").read_text("utf-8")

# As printed on the sheet's second page.
PARTS: dict[str, dict[str, int]] = {
    "Data Formats & ML Concepts": {
        "Data preparation for ML": 5,
        "Data warehouses, Data Lakes and Data Marts": 8,
        "Introduction to Generative AI Model Fundamentals": 10,
        "Understanding Foundation Model": 13,
        "Transformer Architecture and Its Applications": 15,
        "Generative Pre-Trained Transformers": 18,
        "Understanding Large Language Models (LLMs)": 21,
        "Fine-Tuning and Transfer Learning with Transformers": 24,
        "Retrieval-Augmented Generation (RAG)": 27,
        "Vector Stores & Embeddings": 30,
    },
    "Model training, Tuning, Evaluation": {
        "Neural Networks": 35,
        "Model Performance": 37,
        "Hyperparameter Tuning": 40,
        "Training ML models": 42,
        "ML Model Evaluation and Accuracy Metrics": 44,
        "Amazon SageMaker built-in algorithms or pre-trained models": 46,
    },
    "Configure collaboration and communication": {
        "Data Cleaning and Transformation Techniques": 48,
        "Feature Engineering & Techniques": 50,
        "Bias and Strategies to Address Bias": 52,
        "Methods to Identify Overfitting and Underfitting": 55,
        "Amazon SageMaker Debugger": 56,
        "Data Annotation & Labeling with Amazon SageMaker Ground Truth": 58,
        "Encoding Techniques": 61,
        "Interpretability Vs Explainability": 62,
    },
    "Data Transforming & Validating Tools in AWS": {
        "Amazon SageMaker": 64,
        "Amazon Mechanical Turk (MTurk)": 67,
        "Amazon EMR for Machine Learning": 69,
        "Amazon SageMaker JumpStart": 71,
        "Amazon Bedrock": 72,
        "AWS Glue": 74,
        "AWS Glue Data Quality": 75,
        "AWS Glue DataBrew": 76,
    },
    "Storage and Compute for ML": {
        "Storage Options for Machine Learning (ML) in AWS": 77,
        "AWS Lake Formation for Machine Learning (ML)": 79,
        "Compute Resources for Machine Learning (ML) in AWS": 81,
        "AWS Deployment Services for Machine Learning": 83,
    },
    "AWS Artificial Intelligence (AI) services": {
        "Amazon Polly": 85,
        "Amazon Comprehend": 85,
        "Amazon Rekognition": 86,
        "Amazon Lex": 87,
        "Amazon Transcribe": 88,
        "Amazon Translate": 89,
    },
    "ML Workflows": {
        "ML Pipeline: Components with AWS Services": 90,
        "Fundamentals of ML Operations (MLOps)": 92,
    },
    "ML Monitoring, Maintenance, and Security Solution": {
        "Drift in ML Models on AWS": 94,
        "Performance Metrics and Monitoring tools": 95,
        "Capabilities of AWS Cost Analysis Tools": 97,
        "IAM Roles, Policies, and Groups for AWS Machine Learning": 98,
        "Security and Compliance for Amazon SageMaker": 100,
    },
}
CHAPTERS = [(part, title, page) for part, own in PARTS.items() for title, page in own.items()]


@pytest.fixture(scope="module")
def outline() -> tuple[Section, ...]:
    return parse(Extracted(TEXT))


def test_the_49_chapters_stand_in_order_under_their_8_parts(outline: tuple[Section, ...]) -> None:
    found = list(dict.fromkeys(s.heading[:2] for s in outline if s.page_start))
    assert found == [(part, title) for part, title, _ in CHAPTERS]
    assert (len(PARTS), len(CHAPTERS)) == (8, 49)


def test_a_chapter_fills_the_pages_up_to_the_one_before_the_next(
    outline: tuple[Section, ...],
) -> None:
    following = [page for *_, page in CHAPTERS[1:]] + [101]
    wanted = {
        title: (page, max(page, after - 1))
        for (_, title, page), after in zip(CHAPTERS, following, strict=True)
    }
    assert {s.heading[1]: (s.page_start, s.page_end) for s in outline if s.page_start} == wanted


def test_each_chapter_has_a_number_of_its_own(outline: tuple[Section, ...]) -> None:
    numbers = {s.heading[1]: s.chapter for s in outline if s.page_start}
    assert len(set(numbers.values())) == 49
    assert len({(s.chapter, s.heading[:2]) for s in outline if s.page_start}) == 49


def test_the_table_of_contents_is_no_content(outline: tuple[Section, ...]) -> None:
    first = TEXT.index("Data preparation for ML\t5")
    last = TEXT.index("Security and Compliance for Amazon SageMaker\t100")
    inside = [b for s in outline for b in s.blocks if first <= b.start <= last]
    assert all(block.kind == "noise" for block in inside)


@pytest.mark.parametrize("line", ["|", "[Train](#)", "> **Security Settings**"])
def test_left_overs_are_noise(outline: tuple[Section, ...], line: str) -> None:
    at = TEXT.index(f"\n{line}\n") + 1
    assert [b.kind for s in outline for b in s.blocks if b.start == at] in (["noise"], [])


def test_addresses_are_the_further_reading_of_their_chapter(outline: tuple[Section, ...]) -> None:
    chapter = [s for s in outline if s.heading[1:2] == ("Neural Networks",)]
    assert len(chapter) > 5
    assert {s.references for s in chapter} == {
        ("https://aws.amazon.com/what-is/neural-network/",),
    }
    assert not any("http" in c and len(c) < 150 for s in chapter for c in contents_of(TEXT, s))


def test_subheadings_keep_their_place(outline: tuple[Section, ...]) -> None:
    paths = [s.heading[1:] for s in outline]
    rag = "Retrieval-Augmented Generation (RAG)"
    assert (rag, f"How {rag.split(' (')[0]} Works", "Augment the LLM Prompt") in paths
    assert (
        "Hyperparameter Tuning",
        "Advanced Hyperparameter Tuning Strategies",
        "Hyperband",
    ) in paths
    assert ("Amazon Lex", "What Is Amazon Lex?") in paths


def table(first_words: str) -> list[Block]:
    at = TEXT.index(first_words)
    return next(rows for rows in tables(TEXT) if rows[0].start <= at < rows[-1].end)


def grid(rows: list[Block]) -> list[list[str]]:
    return [cells(TEXT[row.start : row.end]) for row in rows]


def test_a_title_row_and_an_empty_first_cell_belong_to_the_header() -> None:
    rows = table("AWS Purpose-built databases")
    assert len(rows) == 3
    header = rows[0]
    assert {row.header for row in rows[1:]} == {(header.start, header.end)}
    title, names = TEXT[header.start : header.end].split("\n")
    assert cells(title) == ["AWS Purpose-built databases", *[""] * 8]
    assert cells(names) == [
        "", "Relational", "Key-value", "Document", "In-memory", "Graph", "Time-series", "Ledger",
        "Wide Column",
    ]  # fmt: skip
    assert grid(rows[1:]) == [
        ["AWS Service(s)", "Aurora RDS", "DynamoDB", "DocumentDB", "ElastiCache", "Neptune",
         "Timestream", "QLDB", "Keyspaces Managed Cassandra"],
        ["Common Use Cases",
         "Lift and shift, ERP, CRM, finance",
         "Real-time bidding, shopping cart, social, product catalog, customer preferences",
         "Content management, personalization, mobile",
         "Leaderboards, real-time analytics, caching",
         "Fraud detection, social networking, recommendation engine",
         "IoT applications, event tracking",
         "Systems of record, supply chain, health care, registrations, financial",
         "Build low-latency applications, leverage open source, migrate Cassandra to the cloud"],
    ]  # fmt: skip


def test_mark_up_inside_cells_is_no_part_of_them() -> None:
    rows = grid(table("Encoding Technique\tDescription"))
    assert rows[0] == ["Encoding Technique", "Description"]
    assert [(name, text.split(".")[0]) for name, text in rows[1:]] == [
        ("One-Hot Encoding", "Transforms categorical values into binary vectors"),
        ("Label Encoding", "Converts each category into a unique integer value"),
        ("Binary Encoding", "A hybrid approach that first assigns each category a numerical value "
         "(like label encoding), then converts that number into binary format"),
        ("Tokenization", "Involves breaking text data into smaller components, such as words or "
         "subwords (tokens)"),
    ]  # fmt: skip


def test_every_row_of_a_long_table_knows_the_header() -> None:
    rows = table("Instance Type\tGPU/CPU Specifications")
    assert {row.header for row in rows[1:]} == {(rows[0].start, rows[0].end)}
    assert grid(rows) == [
        ["Instance Type", "GPU/CPU Specifications", "Processor Family", "Networking Bandwidth"],
        ["EC2 P5e", "Up to 8 NVIDIA Tesla H200 GPUs", "NVIDIA Tesla H200", "Not specified"],
        ["EC2 P5", "Up to 8 NVIDIA Tesla H100 GPUs", "NVIDIA Tesla H100", "Not specified"],
        ["EC2 P4", "Up to 8 NVIDIA Tesla A100 GPUs", "NVIDIA Tesla A100", "Not specified"],
        ["EC2 P3", "Up to 8 NVIDIA Tesla V100 GPUs", "NVIDIA Tesla V100", "Not specified"],
        ["EC2 G3", "Up to 4 NVIDIA Tesla M60 GPUs", "NVIDIA Tesla M60", "10 Gbps"],
        ["EC2 G4", "Up to 4 NVIDIA T4 GPUs", "NVIDIA T4", "25 Gbps"],
        ["EC2 G5", "Up to 8 NVIDIA A10G GPUs", "NVIDIA A10G", "50 Gbps"],
        ["EC2 G6", "Up to 8 NVIDIA L4 GPUs", "NVIDIA L4", "100 Gbps"],
        ["EC2 G6e", "Up to 8 NVIDIA L40S Tensor Core GPUs", "NVIDIA L40S Tensor Core", "100 Gbps"],
        ["EC2 G5g", "Arm64-based AWS Graviton2 processors", "AWS Graviton2", "100 Gbps"],
        ["EC2 C5", "Up to 72 Intel vCPUs", "Intel Xeon", "25 Gbps"],
        ["EC2 Inf2", "Up to 16 AWS Inferentia chips", "AWS Inferentia", "100 Gbps"],
        ["EC2 Trn1", "Up to 16 AWS Trainium chips", "AWS Trainium", "100 Gbps"],
    ]
