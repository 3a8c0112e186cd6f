"""What can go wrong: a sentence for people, a short stable code for programs.

Services raise these; `core.web` alone turns them into answers. The text is Chinese, the
English one stands in the catalogue. Parameters are filled in after translation.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from core.text import N_


class DomainError(Exception):
    """A refusal with a reason. Subclasses set `code`, `status` (HTTP) and `text`."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    text: ClassVar[str] = N_("这一步不能进行。")
    # Parameters that are texts of the catalogue themselves (the title of a role, say).
    words: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, fields: Mapping[str, list[str]] | None = None, **params: Any) -> None:
        self.fields = dict(fields or {})
        self.params = params
        super().__init__(self.code)

    def sentence(self) -> str:
        """The Chinese sentence, for logs and the command line."""
        return self.text % self.params if self.params else self.text

    def __str__(self) -> str:
        return f"{self.sentence()} [{self.code}]"


class Unauthenticated(DomainError):
    """Nobody is logged in, or the session or token has ended."""

    code, status, text = "unauthenticated", 401, N_("请先登录。")


class Forbidden(DomainError):
    """The actor holds no post that allows this anywhere."""

    code, status, text = "forbidden", 403, N_("您的职务没有这项权限。")


class NotFound(DomainError):
    """It does not exist, or lies outside the actor's areas: both look the same on purpose."""

    code, status, text = "not_found", 404, N_("没有找到，或不在您负责的区域内。")


class Invalid(DomainError):
    """The input cannot be understood; `fields` says which field and why."""

    code, status, text = "invalid", 422, N_("填写的内容有误，请按提示修改。")


class TooManyTries(DomainError):
    """A guessing limit was reached. `minutes`: when to try again."""

    code, status, text = "too_many_tries", 429, N_("尝试次数过多，请 %(minutes)d 分钟后再试。")


class Busy(DomainError):
    """The database did not take the write in time; nothing was written."""

    code, status, text = "busy", 503, N_("系统正忙，本次操作没有保存，请稍后再试。")


class ConfigError(DomainError):
    """A configuration cannot be used; `mistakes` are full sentences, one per mistake."""

    code, status, text = "config_error", 500, N_("配置有误。")

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = mistakes
        super().__init__()

    def sentence(self) -> str:
        """All mistakes at once, one per line."""
        return "\n".join(self.mistakes)
