"""English is complete: every text that the program says has its translation, and programs read that one."""

import io
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUES = sorted(
    file
    for part in ("core", "plugins/*")
    for file in ROOT.glob(f"{part}/translations/en/LC_MESSAGES/messages.po")
)
NAMES = [str(file.relative_to(ROOT).parents[3]) for file in CATALOGUES]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
# In the fonts that Chinese screens use, these are as wide as a Chinese character.
WIDE = re.compile("[\u2018\u2019\u201c\u201d\u2026]")
# Titles of documents that are quoted as they are printed.
QUOTED = ("国办函〔2026〕12号",)


def read(file: Path) -> Catalog:
    with file.open("rb") as lines:
        return read_po(lines)


def messages(file: Path) -> list[Message]:
    """The texts of a catalogue without its header."""
    return [message for message in read(file) if message.id]


def english(message: Message) -> str:
    assert isinstance(message.string, str), "a plural form is not used: Chinese has none"
    return message.string


def test_core_and_every_bundled_plugin_have_a_catalogue() -> None:
    parts = {"core", *(str(file.parent.relative_to(ROOT)) for file in ROOT.glob("plugins/*/plugin.toml"))}
    assert set(NAMES) == parts


@pytest.mark.parametrize("file", CATALOGUES, ids=NAMES)
def test_every_text_has_english(file: Path) -> None:
    assert [m.id for m in messages(file) if not english(m).strip() or m.fuzzy] == []


@pytest.mark.parametrize("file", CATALOGUES, ids=NAMES)
def test_english_has_the_same_placeholders(file: Path) -> None:
    def differ(message: Message) -> bool:
        wanted = sorted(PLACEHOLDER.findall(str(message.id)))
        return sorted(PLACEHOLDER.findall(english(message))) != wanted

    assert [m.id for m in messages(file) if differ(m)] == []


@pytest.mark.parametrize("file", CATALOGUES, ids=NAMES)
def test_english_holds_no_stray_percent_sign(file: Path) -> None:
    # Templates fill in even a text without placeholders, so a bare % would break the page.
    texts = [PLACEHOLDER.sub("", text) for m in messages(file) for text in (str(m.id), english(m))]
    assert [text for text in texts if "%" in text.replace("%%", "")] == []


@pytest.mark.parametrize("file", CATALOGUES, ids=NAMES)
def test_english_holds_no_chinese(file: Path) -> None:
    def rest(text: str) -> str:
        for title in QUOTED:
            text = text.replace(title, "")
        return text

    assert [english(m) for m in messages(file) if CHINESE.search(rest(english(m)))] == []


@pytest.mark.parametrize("file", CATALOGUES, ids=NAMES)
def test_english_is_written_with_plain_quotes(file: Path) -> None:
    assert [english(m) for m in messages(file) if WIDE.search(english(m))] == []


@pytest.mark.parametrize("file", CATALOGUES, ids=NAMES)
def test_programs_read_what_translators_wrote(file: Path) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, read(file))
    assert file.with_suffix(".mo").read_bytes() == compiled.getvalue()


def test_a_text_is_translated_alike_wherever_it_stands() -> None:
    # All catalogues are merged into one, where the last would win.
    found: dict[str, set[str]] = {}
    for file in CATALOGUES:
        for message in messages(file):
            found.setdefault(str(message.id), set()).add(english(message))
    assert {text: said for text, said in found.items() if len(said) > 1} == {}


def test_a_plugins_title_reads_as_its_manifest_says() -> None:
    said = {str(m.id): english(m) for file in CATALOGUES for m in messages(file)}
    for file in [*ROOT.glob("core/*/plugin.toml"), *ROOT.glob("plugins/*/plugin.toml")]:
        manifest = tomllib.loads(file.read_text("utf-8"))
        assert said[manifest["title"]] == manifest["title_en"], file


@pytest.fixture(scope="module")
def collected_anew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources whose catalogues were just collected by `make translations`."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("core", "plugins", "tools"):
        ignored = shutil.ignore_patterns("__pycache__", "vendor")
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    subprocess.run([copy / "tools/translations.sh"], check=True, capture_output=True, timeout=120)
    return copy


@pytest.mark.parametrize("file", CATALOGUES, ids=NAMES)
def test_the_catalogue_is_fresh(file: Path, collected_anew: Path) -> None:
    anew = collected_anew / file.relative_to(ROOT)
    assert {m.id for m in messages(anew)} == {m.id for m in messages(file)}, "run `make translations`"


Found = dict[Path, tuple[bytes, bytes]]


@pytest.fixture(scope="module")
def collected_twice_more(collected_anew: Path) -> tuple[Found, Found]:
    """What lies in all catalogues after a second time, and after a third."""

    def collect() -> Found:
        subprocess.run(
            [collected_anew / "tools/translations.sh"], check=True, capture_output=True, timeout=120
        )
        copies = {file: collected_anew / file.relative_to(ROOT) for file in CATALOGUES}
        return {file: (it.read_bytes(), it.with_suffix(".mo").read_bytes()) for file, it in copies.items()}

    return collect(), collect()


@pytest.mark.parametrize("file", CATALOGUES, ids=NAMES)
def test_collecting_again_changes_nothing(file: Path, collected_twice_more: tuple[Found, Found]) -> None:
    second, third = collected_twice_more
    assert third[file] == second[file]


def test_no_chinese_sentence_is_said_without_being_collected() -> None:
    """`say`, `_` and `gettext` take literals, so that the collector sees them."""
    for name in ("core", "plugins"):
        for file in (ROOT / name).rglob("*.py"):
            spoken = re.findall(r"\b(?:say|N_)\(\s*f\"", file.read_text("utf-8"))
            assert spoken == [], f"{file}: an f-string cannot be collected"


def test_templates_leave_wide_brackets_to_the_catalogues() -> None:
    """Written into a page they would stand in English as well: the filter `bracketed` puts the reader's."""
    said = re.compile(r"_\(\s*('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|\{#.*?#\}", re.DOTALL)
    # The text of a report that is nothing but photos, as it is stored.
    stored = "'（见照片）'"
    pages = [file for part in ("core", "plugins", "examples") for file in ROOT.glob(f"{part}/**/*.html")]
    assert len(pages) > 300
    found = {file: said.sub("", file.read_text("utf-8")).replace(stored, "") for file in pages}
    assert [str(file.relative_to(ROOT)) for file, rest in found.items() if re.search("[（）]", rest)] == []
