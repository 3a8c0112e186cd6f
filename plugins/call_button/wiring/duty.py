"""The duty roster and leave: what they add to the county."""

from core.parts import Part
from plugins.call_button.models.duty import Leave, Shift

PART = Part(models=(Leave, Shift))
