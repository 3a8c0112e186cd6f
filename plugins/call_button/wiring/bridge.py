"""The bridge to the broker: what doctor and probes say of it."""

from core.parts import Part
from plugins.call_button.queries.bridge_health import findings

PART = Part(check_health=findings)
