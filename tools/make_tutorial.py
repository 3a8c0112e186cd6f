"""The code in docs/tutorial.md and docs/tutorial.en.md, cut from examples/elder_meals.

A cut stands before each piece of code: `<!-- cut: FILE -->` for a whole file, or
`<!-- cut: FILE | FIRST | LAST -->` for its lines from the one that begins with FIRST (and its decorators)
to the next one that begins with LAST (and the brackets that close after it), spaces before them aside. This
writes the pieces anew and leaves the rest.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "elder_meals"
PAGES = [ROOT / "docs" / "tutorial.md", ROOT / "docs" / "tutorial.en.md"]
LANGUAGES = {".py": "python", ".toml": "toml", ".html": "html", ".po": "po"}
CUT = re.compile(r"<!-- cut: (?P<cut>[^\n]*?) -->\n\n```\w*\n.*?^```$", flags=re.DOTALL | re.MULTILINE)


class CutMissed(ValueError):
    """The example no longer has what a cut of the tutorial names."""


def cut_out(cut: str) -> str:
    """The lines of the example that a cut names. Raises CutMissed."""
    name, *marks = [part.strip() for part in cut.split("|")]
    lines = (EXAMPLE / name).read_text("utf-8").splitlines()
    if not marks:
        return "\n".join(lines)
    first, last = marks
    begin = _find(lines, first, 0, cut)
    end = _find(lines, last, begin, cut) + 1
    while begin > 0 and lines[begin - 1].startswith("@"):
        begin -= 1
    while end < len(lines) and re.fullmatch(r"\s*[)\]}]+,?", lines[end]):
        end += 1
    return "\n".join(lines[begin:end])


def _find(lines: list[str], beginning: str, since: int, cut: str) -> int:
    for number in range(since, len(lines)):
        if lines[number].lstrip().startswith(beginning):
            return number
    raise CutMissed(f"{cut}: no line begins with {beginning}")


def with_code(page: str) -> str:
    """`page` with every piece of code as the example has it today."""

    def piece(found: re.Match[str]) -> str:
        cut = found["cut"]
        language = LANGUAGES[Path(cut.partition("|")[0].strip()).suffix]
        return f"<!-- cut: {cut} -->\n\n```{language}\n{cut_out(cut)}\n```"

    return CUT.sub(piece, page)


def main() -> None:
    """Write both pages."""
    for file in PAGES:
        file.write_text(with_code(file.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
