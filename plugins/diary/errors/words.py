"""Why the dictionary refuses."""

from core.errors import DomainError
from core.text import N_


class TermThere(DomainError):
    """The word stands in the dictionary or in the stop list."""

    code, status = "diary_term_there", 409
    text = N_("这个词已在词库或停用词里。")
