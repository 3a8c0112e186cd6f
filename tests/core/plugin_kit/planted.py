"""Plugins that are wrong in one thing each: its rule, the file, what stands there, what instead."""

from typing import NamedTuple

JOB = """from core.hookspecs import Job


@hookimpl
def register_jobs():
    return [Job("grid.nightly", "夜里", print, every=60)]
"""


class Planted(NamedTuple):
    """A mistake; `old` empty: `new` is put at the end of `file`, which may be a new one."""

    rule: str
    file: str
    old: str
    new: str


P = "meals/"
READ = {
    "unknown key": Planted(
        "manifest", P + "plugin.toml", 'version = "0.1.0"', 'version = "0.1.0"\ncolour = "red"'
    ),
    "another name": Planted("manifest", P + "plugin.toml", 'name = "meals"', 'name = "food"'),
    "foreign right declared": Planted("manifest", P + "plugin.toml", '"meals.view"', '"grid.view"'),
    "a later core": Planted("api", P + "plugin.toml", ">=1.0,<2", ">=9"),
    "another Flask": Planted(
        "dependencies", "pyproject.toml", "dependencies = []", 'dependencies = ["flask<2"]'
    ),
    "one version only": Planted(
        "dependencies", "pyproject.toml", "dependencies = []", 'dependencies = ["click==8.1.8"]'
    ),
    "private name": Planted(
        "public_names", P + "services.py", "from core.text import N_", "from core.text import N_, by_path"
    ),
    "private room": Planted("public_names", P + "services.py", "", "from core.db.handle import database\n"),
    "private part of a public module": Planted(
        "public_names", P + "services.py", "", "def head() -> object:\n    return audit.head()\n"
    ),
    "whole module": Planted("public_names", P + "services.py", "", "import core.audit\n"),
    "a neighbour's inside": Planted(
        "public_names", P + "services.py", "", "from plugins.grid.models import tasks\n"
    ),
    "a key on its way out": Planted(
        "deprecations", P + "plugin.toml", 'version = "0.1.0"', 'version = "0.1.0"\nlistens_by = "kinds"'
    ),
    "template elsewhere": Planted("own_templates", P + "templates/core/office.html", "", "<p>mine</p>"),
    "another template folder": Planted(
        "own_templates", P + "views.py", 'url_prefix="/meals")', 'url_prefix="/meals", template_folder="t")'
    ),
    "script from elsewhere": Planted(
        "no_outside",
        P + "templates/meals/notes.html",
        "{% block content %}",
        '{% block content %}<script src="https://cdn.example/x.js"></script>',
    ),
    "picture from elsewhere": Planted(
        "no_outside", P + "static/meals.css", "", ".a { background: url(//pics.example/a.png); }"
    ),
    "calls out": Planted("no_outside", P + "services.py", "", "import urllib.request\n"),
    "inline script": Planted(
        "no_inline", P + "templates/meals/notes.html", "<form ", '<form onsubmit="go()" '
    ),
    "inline style": Planted(
        "no_inline", P + "templates/meals/notes.html", "<form ", '<form style="color:red" '
    ),
    "personal data untold": Planted(
        "personal_data", P + "plugin.toml", '"meals_note" = ', '"meals_other" = '
    ),
    "a ranking": Planted(
        "burdens",
        P + "models.py",
        "    notes = IntegerField(default=0)\n",
        "    notes = IntegerField(default=0)\n    rank = IntegerField(default=0)\n",
    ),
    "a burden asked for": Planted(
        "burdens",
        P + "services.py",
        "",
        'def look():\n    from core.burdens import demand_ground\n\n    demand_ground("check_in")\n',
    ),
    "right that nobody declared": Planted(
        "permissions", P + "views.py", "@demands(WRITE)", '@demands("meals.steal")'
    ),
    "own transaction": Planted(
        "one_transaction",
        P + "services.py",
        "",
        "def quick():\n    from core.db import database\n\n    with database.atomic():\n        pass\n",
    ),
    "area without wall": Planted(
        "areas", P + "models.py", "class NoteCount(AreaModel)", "class NoteCount(BaseModel)"
    ),
    "no English": Planted("translations", P + "views.py", 'say("已记下。")', 'say("好的，谢谢您！")'),
    "no English in a template": Planted(
        "translations", P + "templates/meals/notes.html", "_('还没有记录')", "_('这里还空着呢')"
    ),
    "no English of a right": Planted("translations", P + "plugin.toml", "查看记录", "看看大家的记录"),
    "few tests": Planted("tests", "tests", "", ""),
    "no README": Planted("readme", "README.md", "", ""),
}
TRIED = {
    "ends the process": Planted("loads", P + "plugin.py", "", "raise SystemExit(3)\n"),
    "kills the process": Planted("loads", P + "plugin.py", "", "import os\n\nos._exit(3)\n"),
    "misspelt import": Planted("loads", P + "plugin.py", "", "from core.text import nothing_there\n"),
    "companion that is not there": Planted(
        "loads",
        P + "plugin.toml",
        "[permissions]",
        '[companions]\nlisten = "meals.services:nobody"\n\n[permissions]',
    ),
    "misspelt hook": Planted("hooks", P + "plugin.py", "def menu_items", "def menu_item"),
    "wrong argument": Planted(
        "hooks", P + "plugin.py", "def on_event(event: Event)", "def on_event(what: Event)"
    ),
    "wrapper": Planted(
        "hooks", P + "plugin.py", "@hookimpl\ndef home_cards", "@hookimpl(wrapper=True)\ndef home_cards"
    ),
    "another's table": Planted("own_tables", P + "models.py", "meals_note_count", "grid_note_count"),
    "another's address": Planted(
        "own_addresses", P + "views.py", 'url_prefix="/meals"', 'url_prefix="/grid"'
    ),
    "acts on all requests": Planted(
        "own_addresses", P + "views.py", "", "@pages.before_app_request\ndef slow():\n    return None\n"
    ),
    "page for whom": Planted("access", P + "views.py", "@demands(VIEW)\n", ""),
    "another's right": Planted(
        "permissions", P + "plugin.py", "frozenset({VIEW})", 'frozenset({VIEW, "accounts.manage"})'
    ),
    "another's job": Planted(
        "own_names",
        P + "plugin.py",
        "",
        JOB,
    ),
    "settings that must be there": Planted(
        "settings", P + "settings.py", "load_default=200,", "required=True,"
    ),
    "settings that take anything": Planted("settings", P + "settings.py", "(Strict)", "(Schema)"),
    "column without migration": Planted(
        "migrations",
        P + "models.py",
        "    at = MomentField()\n",
        "    at = MomentField()\n    more = IntegerField(default=0)\n",
    ),
    "broken migration": Planted(
        "migrations",
        P + "migrations/0001_notes.py",
        "    db.create_tables(tables(db))",
        '    db.execute_sql("CREATE TABEL x")',
    ),
    "no way back": Planted(
        "undo", P + "migrations/0001_notes.py", "    db.drop_tables(tables(db)[::-1])", "    pass"
    ),
    "broken way back": Planted(
        "undo",
        P + "migrations/0001_notes.py",
        "    db.drop_tables(tables(db)[::-1])",
        '    db.execute_sql("DROP TABEL x")',
    ),
    "deed without a title": Planted("audit_titles", P + "services.py", '"meals.add_note"', '"meals.added"'),
}
