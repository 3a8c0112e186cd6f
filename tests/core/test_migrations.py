"""Schemas come and go without touching anybody else's."""

import multiprocessing
from pathlib import Path

import pytest
from peewee import DatabaseError, Model

from core.app import KERNEL, core_chains, load_plugins
from core.county import County, close_county, open_county
from core.db import database, engine
from core.idempotency import StoredAnswer
from core.migrations import Chain, differences, downgrade, pending, upgrade

SCRIPT = """
def up(migrator, db):
    db.execute_sql("CREATE TABLE slow_thing (id INTEGER PRIMARY KEY)")
    db.execute_sql("INSERT INTO slow_thing SELECT 1")

def down(migrator, db):
    db.execute_sql("DROP TABLE slow_thing")
"""


@pytest.fixture
def county_plugins() -> list[str]:
    return ["points_store"]


def chains(county: County) -> list[Chain]:
    manager = load_plugins(county)
    return [
        *core_chains(),
        *(loaded.chain for name, loaded in manager.loaded.items() if name in manager.reports),
    ]


def tables() -> set[str]:
    return {name for name in database.get_tables() if not name.endswith("_migration")}


SCHEMA = {
    "sqlite": [
        "SELECT type, name, sql FROM sqlite_master WHERE substr(name, 1, 7) <> 'sqlite_' ORDER BY 1, 2"
    ],
    "postgresql": [
        "SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length "
        "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "ORDER BY 1, 2",
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
    ],
}


def schema() -> list[tuple[str, ...]]:
    return [tuple(row) for query in SCHEMA[engine()] for row in database.execute_sql(query)]


def test_models_and_the_migrated_database_agree(county: County) -> None:
    from core.audit import AuditLine
    from core.events import Delivery, StoredEvent
    from core.heartbeat import CompanionBeat, WorkerBeat
    from core.lanes import Lane
    from core.plugin_host.errors import PluginError
    from core.plugin_host.pilots import PluginPilot
    from core.plugin_host.settings import PluginSetting
    from core.plugin_host.state import Generation, PluginState
    from core.schedule import JobRun

    models: list[type[Model]] = [
        *load_plugins(county).models(),
        AuditLine,
        Delivery,
        StoredEvent,
        WorkerBeat,
        CompanionBeat,
        Lane,
        JobRun,
        Generation,
        PluginPilot,
        PluginState,
        PluginError,
        PluginPilot,
        PluginSetting,
        StoredAnswer,
    ]
    assert differences(models) == []
    assert {model._meta.table_name for model in models} == tables(), "every table has its model"


def test_a_difference_between_model_and_database_is_found(county: County) -> None:
    assert differences([StoredAnswer]) == []
    database.execute_sql("ALTER TABLE core_stored_answer DROP COLUMN status")
    assert any("status" in line for line in differences([StoredAnswer])), county


def test_every_schema_goes_up_down_and_up_again_to_the_same(county: County) -> None:
    every = chains(county)
    before = schema()
    assert pending(every) == []
    for chain in reversed(every):
        assert downgrade(chain) or not chain.folder.is_dir()
        assert not {name for name in tables() if name.startswith(f"{chain.name}_")}
    assert tables() == set()
    done = upgrade(every)
    assert done == sorted(done, key=lambda name: [chain.name for chain in every].index(name.split("/")[0]))
    assert schema() == before


def test_one_schema_goes_without_touching_the_others(county: County) -> None:
    store = next(chain for chain in chains(county) if chain.name == "points_store")
    others = {name for name in tables() if not name.startswith("points_store_")}
    downgrade(store)
    assert tables() == others


def test_upgrading_twice_does_nothing_the_second_time(county: County) -> None:
    assert upgrade(chains(county)) == []


def test_a_plugin_removed_while_the_histories_are_looked_at_harms_no_look(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "0001_initial.py").write_text(SCRIPT, "utf-8")
    going, every = Chain("going", tmp_path), chains(county)
    assert upgrade([going]) == ["going/0001_initial"]
    list_tables, looks = database.obj.get_tables, []

    def list_tables_before_a_removal(**given: object) -> list[str]:
        listed: list[str] = list_tables(**given)
        looks.append("going_migration" in listed)
        if len(looks) == 1:
            downgrade(going)
            database.execute_sql("DROP TABLE going_migration")
        return listed

    monkeypatch.setattr(database.obj, "get_tables", list_tables_before_a_removal)
    assert pending([*every, going]) == ["going/0001_initial"]
    assert (looks[0], looks[-1]) == (True, False), "the removal fell between the list and the look"
    # The control: what fails for another reason is not looked at again and again.
    database.execute_sql("CREATE TABLE going_migration (other INTEGER)")
    with pytest.raises(DatabaseError, match="name"):
        pending([going])


def _upgrade_in_another_process(data: str, folder: str, start: object) -> None:
    open_county(Path(data))
    start.wait()  # type: ignore[attr-defined]
    with database.connection_context():
        upgrade([Chain("slow", Path(folder))])
    close_county()


def test_of_several_processes_that_start_at_once_one_migrates(county: County, tmp_path: Path) -> None:
    folder = tmp_path / "slow" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_initial.py").write_text(SCRIPT, "utf-8")
    close_county()
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(4)
    arguments = (str(county.data), str(folder), start)
    processes = [spawn.Process(target=_upgrade_in_another_process, args=arguments) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    open_county(county.data)
    database.connect(reuse_if_open=True)
    assert database.execute_sql("SELECT count(*) FROM slow_thing").fetchone() == (1,)
    assert KERNEL.folder.is_dir()
