"""What can be asked for: the kinds of cases, with the attributes that a request may carry."""

from collections.abc import Mapping
from typing import Any

from core.cases.kinds import kinds
from core.errors import NotFound
from core.hookspecs import CaseKind
from core.text import N_

EXTERNAL_ID, URGENT = "external_id", "urgent"
_TEXTS = {
    EXTERNAL_ID: N_("对方系统中的编号；同一编号再次报送，得到同一事项"),
    URGENT: N_("是否紧急"),
}


def service_list(say: Any) -> list[dict[str, Any]]:
    """Every kind that is on; `say` translates."""
    return [_service(kind, say) for _, kind in sorted(kinds().items())]


def _service(kind: CaseKind, say: Any) -> dict[str, Any]:
    return {
        "service_code": kind.name,
        "service_name": say(kind.title),
        "description": say(kind.title),
        "metadata": True,
        "type": "realtime",
        "keywords": "",
        "group": kind.name.partition(".")[0],
    }


def definition(code: str, say: Any) -> Mapping[str, Any]:
    """The attributes of a service. Raises NotFound."""
    if code not in kinds():
        raise NotFound
    yes_no = [{"key": "yes", "name": say(N_("是"))}, {"key": "no", "name": say(N_("否"))}]
    return {
        "service_code": code,
        "attributes": [
            _attribute(1, EXTERNAL_ID, "string", say, []),
            _attribute(2, URGENT, "singlevaluelist", say, yes_no),
        ],
    }


def _attribute(order: int, code: str, datatype: str, say: Any, values: list[Any]) -> dict[str, Any]:
    return {
        "variable": True,
        "code": code,
        "datatype": datatype,
        "required": False,
        "datatype_description": "",
        "order": order,
        "description": say(_TEXTS[code]),
        "values": values,
    }
