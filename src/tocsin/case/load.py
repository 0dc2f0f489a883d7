"""Finding, checking and loading a case folder."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.case.claim_tests import TESTS
from tocsin.case.config import CaseToml, SourceInfo
from tocsin.case.files import read_csv, read_toml
from tocsin.case.schemas import TABLES
from tocsin.errors import CaseError, Fault, fault_list, suggest

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Case:
    """A case whose every row has passed the checks.

    Parameters
    ----------
    name : str
        Name of the folder.
    config : CaseToml
        case.toml.
    sources : dict of str to SourceInfo
        sources.toml.
    tables : dict of str to polars.DataFrame
        The tables of ``tocsin.case.schemas`` by name, typed, with ``row`` (data row in the file).
    """

    name: str
    config: CaseToml
    sources: dict[str, SourceInfo]
    tables: dict[str, pl.DataFrame]

    @property
    def pair(self) -> tuple[str, str]:
        """Codes of the two states, in the order of case.toml."""
        return self.config.dyad.a, self.config.dyad.b


def builtin_folder() -> Path:
    """Return the folder of the built-in cases."""
    return Path(str(files("tocsin"))) / "case" / "builtin"


def list_cases(folder: Path | None = None) -> list[str]:
    """Return the names of the built-in cases and of those in ``folder``.

    Examples
    --------
    >>> "armenia-azerbaijan" in list_cases()
    True
    """
    found = {p.parent.name for p in builtin_folder().glob("*/case.toml")}
    if folder is not None:
        found |= {p.parent.name for p in folder.glob("*/case.toml")}
    return sorted(found)


def find_case(name: str | Path) -> Path:
    """Return the folder of a case given by path or by built-in name.

    Raises
    ------
    CaseError
        If there is neither; the message lists the built-in names.
    """
    path = Path(name)
    if (path / "case.toml").is_file():
        return path
    inside = builtin_folder() / str(name)
    if inside.parent == builtin_folder() and (inside / "case.toml").is_file():
        return inside
    if path.is_dir():
        raise CaseError(f"{path}: this folder has no case.toml, so it is not a case.")
    known = list_cases()
    raise CaseError(
        f"There is no case '{name}': no such folder and no built-in case of that name.{suggest(str(name), known)} "
        f"Built in: {', '.join(known)}."
    )


def read_case(name: str | Path) -> tuple[Case | None, list[Fault]]:
    """Return the case, if it can be built at all, and all its faults."""
    folder = find_case(name)
    faults: list[Fault] = []
    config = _config(folder, faults)
    sources = _sources(folder, faults)
    from tocsin.case.check import check_table, empty
    from tocsin.case.rules import check_config, check_rows

    states = list(config.states) if config else []
    tables: dict[str, pl.DataFrame] = {}
    for table in TABLES:
        raw = read_csv(folder, table.file, faults)
        # Without case.toml or sources.toml every code would look unknown: check the rest of the row only.
        known_states = states if config else _Anything()
        known_sources = sources if sources is not None else _Anything()
        tables[table.name] = (
            empty(table) if raw is None else check_table(table, raw, known_states, known_sources, faults)
        )
    if config is None or sources is None:
        return None, faults
    check_rows(tables, config, faults)
    check_config(config, set(sources), faults)
    return Case(folder.resolve().name, config, sources, tables), faults


def check_case(name: str | Path) -> list[Fault]:
    """Return all faults of a case at once; an empty list means it is sound.

    Examples
    --------
    >>> check_case("armenia-azerbaijan")
    []
    """
    return read_case(name)[1]


def load_case(name: str | Path) -> Case:
    """Return a sound case.

    Parameters
    ----------
    name : str or Path
        Folder of the case, or the name of a built-in one.

    Raises
    ------
    CaseError
        If the case has any fault; the message lists them all.
    """
    case, faults = read_case(name)
    if faults or case is None:
        raise CaseError(faults_message(str(name), faults))
    return case


def faults_message(name: str, faults: list[Fault]) -> str:
    """Return the message for a case with faults."""
    count = f"{len(faults)} fault" + ("s" if len(faults) != 1 else "")
    advice = "Nothing was changed. Mend these and run `tocsin case check` again; `tocsin case schema` explains columns."
    return fault_list(f"{count} in case '{name}'", faults, advice)


class _Anything(list[str]):
    """A collection that holds everything."""

    def __contains__(self, item: object) -> bool:
        return True


def _config(folder: Path, faults: list[Fault]) -> CaseToml | None:
    data = read_toml(folder, "case.toml", faults)
    return None if data is None else _model(CaseToml, data, "case.toml", "", faults)


def _sources(folder: Path, faults: list[Fault]) -> dict[str, SourceInfo] | None:
    data = read_toml(folder, "sources.toml", faults)
    if data is None:
        return None
    before = len(faults)
    found = {k: _model(SourceInfo, v, "sources.toml", f"{k}.", faults) for k, v in data.items()}
    return {k: v for k, v in found.items() if v is not None} if len(faults) == before else None


def _model(kind: type[Any], data: Any, file: str, prefix: str, faults: list[Fault]) -> Any:
    from pydantic import ValidationError

    from tocsin.case.check import CONTROL, MARKUP

    for place, text in _texts(data, prefix.rstrip(".")):
        if MARKUP.search(text):
            faults.append(Fault(file, "markup", "holds markup; write plain text", column=place))
        elif CONTROL.search(text):
            faults.append(Fault(file, "control character", "holds a control character", column=place))
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_context=False):
            place = prefix + ".".join(str(part) for part in one["loc"])
            message = one["msg"].removeprefix("Value error, ")
            if one["type"] == "extra_forbidden":
                message = f"key is not known.{suggest(str(one['loc'][-1]), _fields(kind, one['loc']))}"
            elif one["type"] == "union_tag_invalid":
                message = (
                    f"there is no test of that name.{suggest(_tag(data, one['loc']), TESTS)} Known: {', '.join(TESTS)}."
                )
            elif one["type"] == "union_tag_not_found":
                message = f"names no test. Known: {', '.join(TESTS)}."
            faults.append(Fault(file, one["type"].replace("_", " "), message, column=place.rstrip(".") or None))
        return None


def _tag(data: Any, place: tuple[Any, ...]) -> str:
    """Return the name of the test at a place of the data."""
    for part in place:
        data = data[part]
    return str(data.get("name", "")) if isinstance(data, dict) else ""


def _fields(kind: type[Any], place: tuple[Any, ...]) -> list[str]:
    """Return the keys known at the place of an unknown one: those of a test, or those of the file."""
    test = TESTS.get(str(place[-2])) if len(place) > 1 else None
    return list((test or kind).model_fields)


def _texts(data: Any, place: str) -> list[tuple[str, str]]:
    """All texts of nested TOML data with their dotted places."""
    if isinstance(data, str):
        return [(place, data)]
    if isinstance(data, dict):
        return [t for k, v in data.items() for t in [(f"{place}.{k}", str(k)), *_texts(v, f"{place}.{k}".strip("."))]]
    if isinstance(data, list):
        return [t for n, v in enumerate(data, 1) for t in _texts(v, f"{place}[{n}]")]
    return []
