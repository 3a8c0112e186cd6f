"""The door of the notices module: everything that upper modules and plugins may use.

One gate for all messages: `notify`. A kind is registered by `register_notice_kinds`, a way out by
`register_channels`, whose `send` raises `Undelivered`.
"""

from core.notices.errors import Undelivered
from core.notices.queries import unread_count
from core.notices.recipients import Accounts, Group, Holders
from core.notices.services import Telling, notify, notify_many

__all__ = ["Accounts", "Group", "Holders", "Telling", "Undelivered", "notify", "notify_many", "unread_count"]
