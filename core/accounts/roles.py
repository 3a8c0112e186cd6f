"""The roles of the county's common ground. Plugins add their permissions to the same names."""

from core.security import Role
from core.text import N_

ADMIN = "county_admin"
AUDITOR = "auditor"
# Who works at a desk; everybody else holds a phone.
DESK_ROLES = frozenset({ADMIN, AUDITOR, "secretary", "accountant", "town_official", "supervisor"})


def roles() -> list[Role]:
    """Every role that is there without any plugin."""
    view = frozenset({"accounts.view"})
    none: frozenset[str] = frozenset()
    return [
        Role(ADMIN, N_("县区管理员"), view | {"accounts.manage", "accounts.tokens"}),
        # Who administers must not be the one who reads the record of it (三员分立).
        Role(AUDITOR, N_("审计员"), view, watches=True),
        Role("secretary", N_("村书记"), view),
        Role("grid_leader", N_("网格长"), none),
        Role("grid_member", N_("专职网格员"), none),
        Role("assistant", N_("网格协管员"), none),
        Role("stationed_cadre", N_("驻村干部"), none),
        Role("town_official", N_("镇街工作人员"), none),
        Role("supervisor", N_("督查员"), none),
        Role("resident", N_("居民"), none),
    ]
