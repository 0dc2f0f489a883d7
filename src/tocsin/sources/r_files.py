"""Read R files (.rda, .rds, .RData) to Polars tables within fixed memory.

The `rdata` package knows R's serialisation; two things are done here because its own way is too costly for our files:
character vectors become Python strings directly (hundreds of thousands of wrapper objects otherwise), and data frames
become Polars tables without a detour through another frame library. Every length is checked before it is believed.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from tocsin.errors import SourceError
from tocsin.sources.unpack import DEFAULT_LIMIT, unpack

if TYPE_CHECKING:
    import polars as pl

MAX_CELLS = 60_000_000  # per column; the longest declared column has 4.4 million
_CHAR = 9
_LATIN1 = 1 << 2


def _parser(data: memoryview, name: str) -> Any:
    """Return a parser that reads character vectors fast and refuses lengths the file cannot hold."""
    import numpy as np
    from rdata.parser._parser import DEFAULT_ALTREP_MAP, compact_seq_constructor
    from rdata.parser._xdr import ParserXDR

    size = len(data)

    def refuse(what: str) -> SourceError:
        return SourceError(f"{name}: {what}; the file is damaged or not an R file, and was not read.")

    def sequence(state: Any, *, is_int: bool) -> Any:
        length = float(state.value[0])
        if not 0 <= length <= MAX_CELLS:
            raise refuse(f"claims a sequence of {length:.0f} values")
        return compact_seq_constructor(state, is_int=is_int)

    altrep = dict(DEFAULT_ALTREP_MAP)
    altrep[b"compact_intseq"] = lambda state: sequence(state, is_int=True)
    altrep[b"compact_realseq"] = lambda state: sequence(state, is_int=False)

    class Guarded(ParserXDR):
        """rdata's parser for R's binary (XDR) format, with lengths checked against what is left of the file."""

        def __init__(self) -> None:
            super().__init__(data, expand_altrep=True, altrep_constructor_dict=MappingProxyType(altrep))
            self.strings: dict[bytes, str] = {}

        def _left(self) -> int:
            return size - int(self.file.tell())

        def _parse_array_values(self, dtype: Any, length: int) -> Any:
            if length < 0 or length * np.dtype(dtype).itemsize > self._left():
                raise refuse(f"claims {length} values where {self._left()} bytes are left")
            return super()._parse_array_values(dtype, length)

        def parse_string(self, length: int) -> bytes:
            if length > self._left():
                raise refuse(f"claims a text of {length} bytes where {self._left()} are left")
            return bytes(super().parse_string(length))

        def _parse_vector_value(self, reference_list: Any, bytecode_rep_list: Any = None) -> list[Any]:
            length = self.parse_int()
            if length < 0 or length * 4 > self._left():
                raise refuse(f"claims a vector of {length} elements where {self._left()} bytes are left")
            start = self.file.tell()
            words = self._strings(start, length)
            if words is not None:
                return words
            self.file.seek(start)
            return [self.parse_R_object(reference_list, bytecode_rep_list) for _ in range(length)]

        def _strings(self, at: int, length: int) -> list[Any] | None:
            """Return a character vector as texts, or None if the elements are something else."""
            head = struct.Struct(">ii")
            known = self.strings
            words: list[str | None] = []
            for _ in range(length):
                if at + 8 > size:
                    return None
                flags, n = head.unpack_from(data, at)
                if flags & 0xFF != _CHAR or flags & 0x200:
                    return None
                at += 8
                if n < 0:
                    words.append(None)
                    continue
                if at + n > size:
                    raise refuse(f"claims a text of {n} bytes where {size - at} are left")
                raw = bytes(data[at : at + n])
                at += n
                word = known.get(raw)
                if word is None:
                    word = _decode(raw, latin1=bool(flags >> 12 & _LATIN1))
                    known[raw] = word
                words.append(word)
            self.file.seek(at)
            return words

    return Guarded()


def _decode(raw: bytes, *, latin1: bool) -> str:
    if not latin1:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            pass  # older files hold Windows text without saying so
    return raw.decode("cp1252", errors="replace")


def read_r(path: Path, limit: int = DEFAULT_LIMIT) -> dict[str, pl.DataFrame]:
    """Return every data frame of an R file by its name; the single one of an .rds is called ``"rds"``.

    Parameters
    ----------
    path : Path
        An .rda, .RData or .rds file in R's binary format, compressed or not.
    limit : int
        Largest unpacked size in bytes.

    Returns
    -------
    dict of str to polars.DataFrame
        Objects that are not data frames are left out. R's NA and NaN become null.

    Raises
    ------
    SourceError
        If the file is damaged, too large, or no R file.
    """
    data = unpack(path, limit)
    workspace = data[:5] in {b"RDX2\n", b"RDX3\n"}
    body = memoryview(data)[5:] if workspace else memoryview(data)
    if bytes(body[:2]) != b"X\n":
        raise SourceError(f"{path.name}: is not an R file in binary format; fetch it again.")
    parser = _parser(body[2:], path.name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # rdata warns of content that a sound table does not hold
            tree = parser.parse_all().object
        del parser, body, data  # the largest file takes 200 MiB, which the tables need now
        found = dict(_bindings(tree)) if workspace else {"rds": tree}
        frames = {key: _frame(value) for key, value in found.items() if "data.frame" in _class(value)}
    except SourceError:
        raise
    except MemoryError as error:
        raise SourceError(f"{path.name}: needs more memory than is free; it was not read.") from error
    except RecursionError as error:
        raise SourceError(f"{path.name}: nests too deeply to be a table; it was not read.") from error
    except Exception as error:  # a parser that meets nonsense can fail in any way; all of them mean the same
        raise SourceError(
            f"{path.name}: is damaged or holds what no table needs ({error or 'bad content'})."
        ) from error
    if not frames:
        raise SourceError(f"{path.name}: holds no data frame.")
    return frames


def _bindings(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield (name, value) of R's linked list."""
    while node is not None and node.info.type.name == "LIST":
        yield _symbol(node.tag), node.value[0]
        node = node.value[1]


def _symbol(node: Any) -> str:
    if node.referenced_object is not None:
        node = node.referenced_object
    raw = node.value.value
    return _decode(raw, latin1=False) if isinstance(raw, bytes) else str(raw)


def _attributes(node: Any) -> Mapping[str, Any]:
    return dict(_bindings(node.attributes)) if node.attributes is not None else {}


def _texts(node: Any) -> list[str | None]:
    """Return an R character vector as texts, whichever way it was parsed."""
    words: list[str | None] = []
    for item in node.value:
        if item is None or isinstance(item, str):
            words.append(item)
        else:
            words.append(None if item.value is None else _decode(item.value, latin1=False))
    return words


def _class(node: Any) -> list[str | None]:
    kind = _attributes(node).get("class")
    return _texts(kind) if kind is not None else []


def _frame(node: Any) -> pl.DataFrame:
    import polars as pl

    names = _texts(_attributes(node)["names"])
    columns = [_series(str(name), column) for name, column in zip(names, node.value, strict=True)]
    return pl.DataFrame(columns)


_EPOCH: Final = date(1970, 1, 1)


def _series(name: str, node: Any) -> pl.Series:
    """Return one R column as a Polars series: factors as their labels, dates as dates, NA and NaN as null."""
    import numpy as np
    import polars as pl

    kind, marks = node.info.type.name, _attributes(node)
    classes = _texts(marks["class"]) if "class" in marks else []
    if kind == "STR":
        return pl.Series(name, _texts(node), dtype=pl.String)
    if kind == "VEC":
        return pl.Series(name, ["; ".join(w for w in _texts(item) if w) for item in node.value], dtype=pl.String)
    values = np.ma.asarray(node.value)
    if kind == "LGL":
        return _masked(name, values.astype(bool), pl.Boolean)
    if kind == "INT":
        codes = _masked(name, values.astype(np.int64), pl.Int64)
        if "factor" in classes:
            labels = pl.Series(_texts(marks["levels"]), dtype=pl.String)
            return labels.gather(codes - 1).alias(name)
        return codes.cast(pl.Int32).cast(pl.Date) if "Date" in classes else codes
    if kind == "REAL":
        real = pl.Series(name, np.asarray(values, dtype=np.float64)).fill_nan(None)
        return real.floor().cast(pl.Int32).cast(pl.Date) if "Date" in classes else real
    raise TypeError(f"column {name} is of R type {kind}")


def _masked(name: str, values: Any, dtype: Any) -> pl.Series:
    import numpy as np
    import polars as pl

    series = pl.Series(name, np.ma.getdata(values), dtype=dtype)
    mask = np.ma.getmaskarray(values)
    if not mask.any():
        return series
    return pl.select(pl.when(pl.Series(~mask)).then(series).alias(name)).to_series()
