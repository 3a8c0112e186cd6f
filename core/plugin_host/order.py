"""Which plugins can stand beside each other, in which order, and who listens. Imports no plugin."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from core.manifest import RESERVED, Manifest


def order(manifests: Mapping[str, Manifest]) -> list[str]:
    """Names so that each stands after those it requires, else by name. Raises CycleError."""
    needs = {name: sorted(set(manifests[name].requires) & set(manifests)) for name in sorted(manifests)}
    return list(TopologicalSorter(needs).static_order())


def refusals(manifests: Mapping[str, Manifest]) -> dict[str, str]:
    """Of the plugins that are meant to be on: name -> why it cannot be, beside the others."""
    left = dict(manifests)
    causes: dict[str, str] = {}
    while refused := _circle(left) or _lonely(left) or _clash(left):
        causes |= refused
        for name in refused:
            del left[name]
    return causes


def lonely(missing: list[str]) -> str:
    """The cause of a plugin whose neighbours are not there."""
    return f"它需要插件 {', '.join(missing)}，而后者没有启用"


def listeners_by_kind(
    manifests: Iterable[Manifest], off: Collection[str], sections: Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[str, ...]]:
    """Kind of event -> who is told of it, sorted by name; those that are `off` are told nothing.

    `sections`: the county's config of each plugin, which may name more for those that say so (`listens_by`).
    """
    found: dict[str, list[str]] = {}
    for manifest in sorted(manifests, key=lambda manifest: manifest.name):
        for kind in heard(manifest, sections.get(manifest.name, {})) if manifest.name not in off else ():
            found.setdefault(kind, []).append(manifest.name)
    return {kind: tuple(names) for kind, names in found.items()}


def heard(manifest: Manifest, section: Mapping[str, Any]) -> tuple[str, ...]:
    """What a plugin is told of: what its plugin.toml lists, and what `section` names under `listens_by`."""
    named = section.get(manifest.listens_by, ()) if manifest.listens_by else ()
    more = [row["event"] for row in named if isinstance(row, dict) and isinstance(row.get("event"), str)]
    return tuple(dict.fromkeys((*manifest.listens, *more)))


def _circle(left: Mapping[str, Manifest]) -> dict[str, str]:
    try:
        order(left)
    except CycleError as error:
        circle: list[str] = error.args[1]
        cause = f"插件互相依赖成圈：{' → '.join(circle)}"
        return dict.fromkeys(circle, cause)
    return {}


def _lonely(left: Mapping[str, Manifest]) -> dict[str, str]:
    missing = {name: sorted(set(m.requires) - set(left) - RESERVED) for name, m in left.items()}
    return {name: lonely(others) for name, others in missing.items() if others}


def _clash(left: Mapping[str, Manifest]) -> dict[str, str]:
    # Either side may have declared it; the one that would be loaded later gives way.
    for name in order(left):
        if others := sorted(set(_enemies(name, left))):
            return {name: f"它与已启用的插件 {', '.join(others)} 冲突"}
    return {}


def _enemies(name: str, left: Mapping[str, Manifest]) -> Iterator[str]:
    sequence = order(left)
    for other in sequence[: sequence.index(name)]:
        if other in left[name].conflicts or name in left[other].conflicts:
            yield other
