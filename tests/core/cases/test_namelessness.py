"""Texts for other eyes: what is taken out leaves a sentence that can be read."""

import pytest

from core.cases.api import without_numbers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13812345678", "［电话］"),
        ("留了电话：13812345678，请回", "留了［电话］，请回"),
        ("手机号码 13812345678", "［电话］"),
        ("身份证号110101199003071233", "［证件号］"),
        ("打13812345678", "打［电话］"),
        ("电话打不通", "电话打不通"),
        ("电话在13812345678之前", "电话在［电话］之前"),
    ],
)
def test_a_number_is_named_once(text: str, shown: str) -> None:
    assert without_numbers(text) == shown
    assert without_numbers(shown) == shown
