"""Collecting a plugin's texts: what is translated stays, what is missing is said, all of it once."""

import gettext
from pathlib import Path

import pytest

from core.plugin_kit.catalogue import untranslated
from core.plugin_kit.new import new_plugin
from core.plugin_kit.project import open_project
from core.plugin_kit.translating import Translated, translate

PO = "meals/translations/en/LC_MESSAGES/messages.po"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A new plugin."""
    return new_plugin("meals", tmp_path)


def english(project: Path) -> Translated:
    (done,) = translate(project)
    return done


def say_more(project: Path, text: str) -> None:
    with (project / "meals" / "services.py").open("a", encoding="utf-8") as file:
        file.write(f"\n\nMORE = N_({text!r})\n")


def test_a_new_plugin_lacks_nothing_and_a_second_run_changes_nothing(project: Path) -> None:
    first = english(project)
    assert (first.added, first.wanting) == (0, ())
    after = (project / PO).read_bytes()
    second = english(project)
    assert not second.changed
    assert (project / PO).read_bytes() == after


def test_a_new_text_is_marked_and_once_translated_it_is_read(project: Path) -> None:
    say_more(project, "有 %(count)s 份餐")
    assert [(each.text, each.problem) for each in english(project).wanting] == [
        ("有 %(count)s 份餐", "没有译文")
    ]
    file = project / PO
    text = file.read_text("utf-8")
    assert 'msgid "有 %(count)s 份餐"\nmsgstr ""' in text
    file.write_text(text.replace('份餐"\nmsgstr ""', '份餐"\nmsgstr "%(number)s meals"'), "utf-8")
    assert [each.problem for each in english(project).wanting] == ["译文里的占位符与原文不同"]
    file.write_text(file.read_text("utf-8").replace("%(number)s", "%(count)s"), "utf-8")
    done = english(project)
    assert (done.wanting, done.changed) == ((), True)
    with file.with_suffix(".mo").open("rb") as binary:
        assert gettext.GNUTranslations(binary).gettext("有 %(count)s 份餐") == "%(count)s meals"
    assert list(untranslated(open_project(project))) == []


def test_what_is_no_longer_said_rests_and_comes_back_as_it_was(project: Path) -> None:
    services = project / "meals" / "services.py"
    before = services.read_text("utf-8")
    say_more(project, "今天没有餐")
    english(project)
    file = project / PO
    file.write_text(
        file.read_text("utf-8").replace('没有餐"\nmsgstr ""', '没有餐"\nmsgstr "No meals today"'), "utf-8"
    )
    english(project)
    services.write_text(before, "utf-8")
    assert english(project).retired == 1
    assert '#~ msgstr "No meals today"' in file.read_text("utf-8")
    say_more(project, "今天没有餐")
    back = english(project)
    assert (back.added, back.wanting) == (1, ())
    assert "#~" not in file.read_text("utf-8")


def test_another_language_is_kept_up_and_chinese_says_itself(project: Path) -> None:
    for locale in ("zh", "ug"):
        folder = project / "meals" / "translations" / locale / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "messages.po").write_text("", "utf-8")
    done = {each.locale: each for each in translate(project)}
    assert set(done) == {"en", "ug", "zh"}
    assert done["zh"].wanting == ()
    assert len(done["ug"].wanting) == done["ug"].texts > 0
