"""The county's rules of its meetings."""

from plugins.diary.models.meetings import MeetingRules

_PUBLIC = "the rules of meetings are the county's, for everybody"


def rules_now() -> MeetingRules | None:
    """The rules in force, or None where the county has set none."""
    found: MeetingRules | None = (
        MeetingRules.unscoped(_PUBLIC).order_by(MeetingRules.version.desc()).limit(1).first()
    )
    return found


def rules_of(version: int | None) -> MeetingRules | None:
    """A version as it stood."""
    if version is None:
        return None
    found: MeetingRules | None = (
        MeetingRules.unscoped(_PUBLIC).where(MeetingRules.version == version).get_or_none()
    )
    return found


def rule_versions() -> list[MeetingRules]:
    """All versions, the newest first."""
    return list(MeetingRules.unscoped(_PUBLIC).order_by(MeetingRules.version.desc()))
