"""Addresses are taken apart once, and each app still has its own."""

from werkzeug.routing import BaseConverter, IntegerConverter, Map

from core.lazy_rules import LazyRule


class Long(IntegerConverter):
    regex = r"[0-9]{5}"


def app_of(converter: type[BaseConverter] = IntegerConverter) -> tuple[Map, LazyRule]:
    rule = LazyRule("/lazy/<int:number>/<path:rest>", endpoint="lazy")
    return Map([rule], converters={"int": converter}), rule


def test_the_second_app_finds_and_builds_as_the_first_with_converters_of_its_own() -> None:
    for addresses, rule in (app_of(), app_of()):
        adapter = addresses.bind("localhost")
        assert adapter.match("/lazy/12/a/b") == ("lazy", {"number": 12, "rest": "a/b"})
        assert adapter.build("lazy", {"number": 12, "rest": "a/b"}) == "/lazy/12/a/b"
        assert rule.arguments == {"number", "rest"}
        assert all(converter.map is addresses for converter in rule._converters.values())


def test_an_app_that_reads_numbers_otherwise_has_an_address_of_its_own() -> None:
    app_of()
    adapter = app_of(Long)[0].bind("localhost")
    assert adapter.test("/lazy/12345/a")
    assert not adapter.test("/lazy/12/a")
