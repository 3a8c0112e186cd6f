"""The door of the call button for other plugins: whoever brings messages of devices hands them in here.

A plugin that gets text messages calls `take("call_button.sms", DeviceInput(number, text, at))`.
"""

from plugins.call_button.services.readings import Outcome, take, take_all

__all__ = ["Outcome", "take", "take_all"]
