"""A statement says what each booking was for, in as few queries for a full page as for one line."""

from playhouse.test_utils import count_queries

from plugins.points_store.queries.wallets import statement


def statements_for(wallet):
    """How many SQL statements one page takes, and its lines."""
    with count_queries() as counted:
        lines, _ = statement(wallet, 1, 20)
    return counted.count, lines


def test_a_longer_page_takes_no_more_statements(world):
    wallet = world.award(200)
    world.redeem(world.code().code, (world.salt, 1))
    few, _ = statements_for(wallet)
    for _ in range(5):
        world.redeem(world.code().code, (world.salt, 1), (world.bus, 1))
    many, lines = statements_for(wallet)
    assert many == few
    assert lines[0].detail == "新风超市：食盐×1、公交×1"
    assert lines[-1].detail == "人居环境整治：清理河道"


def test_its_pages_together_are_every_booking_once_newest_first(world):
    wallet = world.award(60)
    for _ in range(5):
        world.redeem(world.code().code, (world.bus, 1))
    world.award(1, world.other_household)
    pages = [statement(wallet, number, 2) for number in (1, 2, 3, 4)]
    assert [total for _, total in pages] == [6] * 4
    lines = [(line.kind, line.balance_after) for rows, _ in pages for line in rows]
    assert lines == [("redemption", 10 + 10 * n) for n in range(5)] + [("award", 60)]
