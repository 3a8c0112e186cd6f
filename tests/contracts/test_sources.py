"""Rules about the files themselves, kept by a machine since no good intention keeps them alive."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = {".css": 600}  # a list of rules; all else is read from top to bottom
OURS = [
    file
    for folder in ("core", "plugins", "tools", "tests", "bench", "examples")
    for file in (ROOT / folder).rglob("*")
    if file.is_file() and not {"vendor", "__pycache__", "translations"} & set(file.parts)
]
CODE = [file for file in OURS if file.suffix in (".py", ".html", ".js", ".css", ".sh")]
TEMPLATES = [file for file in OURS if file.suffix == ".html" and "templates" in file.parts]
SHOWN = [
    f for f in OURS if f.suffix in (".html", ".js", ".css", ".svg") and {"templates", "static"} & set(f.parts)
]


def names(files: list[Path]) -> list[str]:
    return [str(file.relative_to(ROOT)) for file in files]


# Macros that bring a form its token.
TOKENS = {
    name
    for file in TEMPLATES
    for name, body in re.findall(
        r"\{%-?\s*macro (\w+)\(.*?%\}(.*?)\{%-?\s*endmacro", file.read_text("utf-8"), flags=re.DOTALL
    )
    if "csrf_token()" in body
}
# A language is named in itself, whatever the reader's is.
OWN_NAMES = ["切换到中文", "中文"]


def test_there_is_something_to_look_at() -> None:
    assert len(TEMPLATES) > 10
    assert len(CODE) > 100


def test_no_file_is_longer_than_one_can_keep_in_mind() -> None:
    lines = {str(file.relative_to(ROOT)): file.read_text("utf-8").count("\n") for file in CODE}
    assert {name: n for name, n in lines.items() if n > LONGEST.get(Path(name).suffix, 400)} == {}


def test_no_room_is_called_util() -> None:
    assert [f for f in CODE if re.match(r"(util|utils|helper|helpers|misc|common)\b", f.stem)] == []


@pytest.mark.parametrize("file", SHOWN, ids=names(SHOWN))
def test_nothing_is_loaded_from_another_host(file: Path) -> None:
    text = re.sub(r"http://www\.w3\.org/[\w/]+", "", file.read_text("utf-8"))
    assert not re.search(r"https?:\s*//|[\"'(]//\w", text)


@pytest.mark.parametrize("file", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_holds_no_code_and_no_style(file: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", file.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "inline script"
    assert not re.search(r"<style\b", text), "inline style"
    assert not re.search(r"\sstyle\s*=", text), "style attribute"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "event attribute"
    assert "javascript:" not in text
    assert not re.search(r"\|\s*safe\b", text), "unescaped output"
    assert not re.search(r"\{%-?\s*autoescape", text)


@pytest.mark.parametrize("file", TEMPLATES, ids=names(TEMPLATES))
def test_every_form_that_writes_carries_its_token(file: Path) -> None:
    text = file.read_text("utf-8")
    for form in re.findall(r"<form\b[^>]*>.*?</form>", text, flags=re.DOTALL | re.IGNORECASE):
        if re.search(r"method\s*=\s*[\"']?post", form, flags=re.IGNORECASE):
            called = set(re.findall(r"\{\{-?\s*(?:\w+\.)?(\w+)\(", form))
            assert called & {"csrf_token", *TOKENS}, "a form without csrf_token()"


@pytest.mark.parametrize("file", TEMPLATES, ids=names(TEMPLATES))
def test_no_form_puts_its_token_into_an_address(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(r"formmethod\s*=\s*[\"']?get", text, flags=re.IGNORECASE), "a whole form by GET"
    for form in re.findall(r"<form\b[^>]*>.*?</form>", text, flags=re.DOTALL | re.IGNORECASE):
        if not re.search(r"method\s*=\s*[\"']?post", form, flags=re.IGNORECASE):
            called = set(re.findall(r"\{\{-?\s*(?:\w+\.)?(\w+)\(", form))
            assert not called & {"csrf_token", *TOKENS}, "the token of a session in an address"


@pytest.mark.parametrize("file", TEMPLATES, ids=names(TEMPLATES))
def test_no_chinese_stands_outside_of_the_catalogue(file: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", file.read_text("utf-8"), flags=re.DOTALL)
    assert [words for words in re.findall(r"[\u4e00-\u9fff]+", text) if words not in OWN_NAMES] == []


def test_no_path_of_a_builders_machine_and_no_leftover_marks() -> None:
    for file in OURS:
        if file.suffix in (".py", ".html", ".toml", ".md", ".js", ".css", ".sh") and file != Path(__file__):
            text = file.read_text("utf-8")
            assert str(ROOT) not in text, file
            assert not re.search(r"\b(TODO|FIXME|XXX)\b", text), file
