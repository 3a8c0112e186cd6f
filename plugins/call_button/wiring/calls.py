"""Presses and calls: what they add to the county."""

from core.parts import Part
from plugins.call_button.models.calls import Call, CallStep, Change, Press, Share

PART = Part(models=(Call, CallStep, Change, Press, Share))
