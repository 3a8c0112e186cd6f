"""How far long work has come: a bar on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Yields `say(done, total)`: a bar on a terminal, a line for each tenth elsewhere (on stderr)."""
    if sys.stderr.isatty():
        with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

            def draw(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            yield draw
        return
    last = -1

    def tell(done: int, total: int) -> None:
        nonlocal last
        tenth = done * 10 // max(total, 1)
        if tenth > last:
            last = tenth
            click.echo(f"{label} {done}/{total}", err=True)

    yield tell
