from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from assistant.indexes import open_index
from assistant.store import Store


def test_those_who_build_at_the_same_time_do_not_disturb_each_other(
    library: Path, tmp_path: Path
) -> None:
    def passages(folder: Path) -> int:
        with Store.open(folder / "library.db", create=False) as store:
            return len(open_index(store, folder).lexical)

    for number in range(5):
        folder = shutil.copytree(library, tmp_path / str(number))
        shutil.rmtree(folder / "lexical")
        with ThreadPoolExecutor(6) as pool:
            assert len(set(pool.map(passages, [folder] * 6))) == 1
