"""What can go wrong with messages."""

from core.errors import DomainError
from core.text import N_


class NotFailed(DomainError):
    """Only a message that has failed is sent again by hand."""

    code, status, text = "notice_not_failed", 409, N_("这条消息不在未发出之列，可能已经重发。")


class Undelivered(Exception):
    """What a channel raises: why a message did not go out.

    `permanent`: trying again is no use; `wait`: seconds that the other side asks to be left alone.
    The text is shown to those who administer; it holds nothing of the message.
    """

    def __init__(self, reason: str, *, permanent: bool = False, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.permanent, self.wait = permanent, wait
