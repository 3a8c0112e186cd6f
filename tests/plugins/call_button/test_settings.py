"""Settings of the county that would make the board say something else than it shows."""

import pytest
from marshmallow import ValidationError

from plugins.call_button.settings import CallButtonSettings


@pytest.mark.parametrize("marks", [[180, 60], [60, 60]])
def test_the_marks_for_answering_rise(marks):
    assert CallButtonSettings().load({"answer_seconds": [60, 180]})["answer_seconds"] == [60, 180]
    with pytest.raises(ValidationError) as refused:
        CallButtonSettings().load({"answer_seconds": marks})
    assert list(refused.value.messages) == ["answer_seconds"]
