"""All writes of messages."""

from core.notices.services.inbox import forget_old, mark_all_read, mark_read
from core.notices.services.notifying import Telling, UndeclaredNotice, notify, notify_many
from core.notices.services.retrying import retry_all, retry_sending
from core.notices.services.sending import send_due

__all__ = [
    "Telling",
    "UndeclaredNotice",
    "forget_old",
    "mark_all_read",
    "mark_read",
    "notify",
    "notify_many",
    "retry_all",
    "retry_sending",
    "send_due",
]
