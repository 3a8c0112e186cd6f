"""Which meeting is one, and which vote carries: shares in whole numbers, with the law's values as defaults.

- representatives' meeting: two thirds of its members present, more than half of those present agree
  (村民委员会组织法 article 26);
- villagers' meeting: more than half of the villagers of 18 and above, or representatives of two thirds of the
  households; more than half of those present agree (the same, article 22);
- party members' meeting: half of the members with a vote present (the number itself is included), more than
  half of all who have one agree (中国共产党支部工作条例（试行） article 11);
- branch and both committees: more than half present, of those more than half agree. The law leaves this to
  their own rules (article 12 of the same asks for half); counties write theirs into [plugin.supervision].
"""

import re
from collections.abc import Mapping

from core.text import N_
from core.value_classes import value_class
from plugins.supervision.decision_words import (
    BRANCH,
    COMMITTEES,
    HOUSEHOLDS,
    MEMBERS,
    REPRESENTATIVES,
    VILLAGERS,
)

SHARE = re.compile(r"(>=|>)([1-9][0-9]{0,2})/([1-9][0-9]{0,2})")
DEFAULTS: dict[str, dict[str, str]] = {
    BRANCH: {"present": ">1/2", "agree": ">1/2", "of": "present"},
    COMMITTEES: {"present": ">1/2", "agree": ">1/2", "of": "present"},
    MEMBERS: {"present": ">=1/2", "agree": ">1/2", "of": "due"},
    REPRESENTATIVES: {"present": ">=2/3", "agree": ">1/2", "of": "present"},
    VILLAGERS: {"present": ">1/2", "agree": ">1/2", "of": "present"},
    HOUSEHOLDS: {"present": ">=2/3", "agree": ">1/2", "of": "present"},
}
OF_PRESENT, OF_DUE = N_("到会人数"), N_("应到人数")


@value_class
class Share:
    """A share of a whole: `over` leaves the number itself out (more than half), else it is included."""

    above: int
    below: int
    over: bool

    def least(self, whole: int) -> int:
        """The smallest whole number that is this share of `whole`."""
        return self.above * whole // self.below + 1 if self.over else -(-self.above * whole // self.below)

    @property
    def text(self) -> str:
        """As it stands on a sheet."""
        return f"{'>' if self.over else '≥'} {self.above}/{self.below}"


@value_class
class SheetRule:
    """What makes a meeting's resolution valid. `of_due`: the majority is of all members, not of those present."""

    present: Share
    agree: Share
    of_due: bool

    def needed(self, due: int, present: int) -> tuple[int, int]:
        """How many must be present, and how many must agree (at least one of each)."""
        whole = due if self.of_due else present
        return max(1, self.present.least(due)), max(1, self.agree.least(whole))

    @property
    def text(self) -> str:
        """As it is kept with a sheet; `written` reads it again."""
        return f"{self.present.text};{self.agree.text};{'due' if self.of_due else 'present'}"


def share_of(text: str) -> Share:
    """`>=2/3` or `>1/2`. Raises ValueError."""
    found = SHARE.fullmatch(text)
    if found is None or int(found[2]) > int(found[3]):
        raise ValueError(text)
    return Share(int(found[2]), int(found[3]), found[1] == ">")


def rule_of(body: str, settings: Mapping[str, Mapping[str, str]]) -> SheetRule:
    """The rule of a meeting: the county's (`quorums` of its settings), or the law's."""
    parts = {**DEFAULTS[body], **settings.get(body, {})}
    return SheetRule(share_of(parts["present"]), share_of(parts["agree"]), parts["of"] == "due")


def written(text: str) -> tuple[str, str, str]:
    """The parts of a rule that was kept with a sheet: present, agree, and of what (a text of the catalogue)."""
    present, agree, of = text.split(";")
    return present, agree, OF_DUE if of == "due" else OF_PRESENT
