"""The door of the system module: what commands may use."""

from core.system.pilots import PilotAreaUnknown, PilotView, choose_pilot, pilot_of

__all__ = ["PilotAreaUnknown", "PilotView", "choose_pilot", "pilot_of"]
