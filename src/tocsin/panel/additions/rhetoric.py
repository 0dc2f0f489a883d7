"""Who speaks of whom in the UN General Debate, and with how much blame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tocsin.panel.context import Context, dyads_in_system, in_system
from tocsin.rhetoric.corpus import PER_WORDS, made_by
from tocsin.rhetoric.corpus import rhetoric as count

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from tocsin.store import Store

Columns = list["pl.Series"]


def counted(store: Store) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the counts over the whole General Debate, made once and kept in the user's cache.

    Parameters
    ----------
    store : Store
        With table ``ungdc``.

    Returns
    -------
    pairs, spoken : polars.DataFrame
        As from ``tocsin.rhetoric.corpus.rhetoric``.
    """
    import polars as pl
    from platformdirs import user_cache_path

    table = store.table("ungdc")
    key = f"{store.manifest('ungdc')['data_sha256'][:16]}-{made_by()}"
    files = [user_cache_path("tocsin") / f"rhetoric-{kind}-{key}.parquet" for kind in ("pairs", "spoken")]
    try:
        pairs, spoken = (pl.read_parquet(f) for f in files)
        return pairs, spoken
    except (OSError, pl.exceptions.PolarsError):
        # Not made yet, or not whole: it can always be made again.
        pass
    out = count(table.collect())
    for frame, file in zip(out, files, strict=True):
        _keep(frame, file)
    return out


def _keep(frame: pl.DataFrame, file: Path) -> None:
    """Write a file whole or not at all; a cache that cannot be written is done without."""
    import os

    part = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(part)
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)


def rhetoric(c: Context) -> Columns:
    """What each state of a dyad says of the other in its General Debate speech of the year, 1991-2024.

    ``words1`` is the length of the first state's speech, ``mentions1`` the number of its sentences that name the second
    state, ``hostile1`` that of its sentences that blame, warn, threaten it or demand something of it;
    ``mention_rate1`` and ``hostile_rate1`` are these per 1,000 words. With 2: of the second state about the first.
    Missing where the state did not speak, or its speech could not be counted; 0 where it spoke and did not name it.
    """
    import polars as pl

    pairs, spoken = counted(c.store)
    names = ("mentions", "hostile")
    source = dyads_in_system(c, pairs.select("ccode1", "ccode2", "year", *names))
    heard = in_system(
        c, spoken.filter(pl.col("fault").is_null() & (pl.col("words") > 0)).select("ccode", "year", "words")
    )
    words = c.by_state(heard, {"words": "words"})
    turned = source.rename({"ccode1": "ccode2", "ccode2": "ccode1"})
    out: Columns = []
    for side, rows in ((1, source), (2, turned)):
        length = words[side - 1]
        spoke = np.asarray(length.is_not_null().to_numpy())
        out.append(length)
        counts, _ = c.by_dyad(rows, {n: f"{n}{side}" for n in names})
        counts = [c.zero_fill(x, spoke) for x in counts]
        out += counts
        for x, name in zip(counts, ("mention_rate", "hostile_rate"), strict=True):
            out.append((x / length * PER_WORDS).alias(f"{name}{side}"))
    return out
