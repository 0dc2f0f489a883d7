"""A bar for long work: on a terminal only, and never in the output itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(total: int, what: str = "games") -> Iterator[Callable[[int, int], None]]:
    """Show a bar on the terminal behind standard error while the block runs, and yield what moves it.

    Parameters
    ----------
    total : int
        Steps.
    what : str
        What is counted.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    errors = Console(stderr=True)
    columns = (what, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, disable=not errors.is_terminal, transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda done, all_: shown.update(task, completed=done, total=all_)
