"""docs/openapi.json: the JSON interface as it stands, so that a change of it is seen in review."""

import json
import tempfile
from pathlib import Path

from core.app import create_app
from core.county import close_county, create_folder, open_county
from core.db import database

ROOT = Path(__file__).parents[1]
SNAPSHOT = ROOT / "docs" / "openapi.json"


def document() -> str:
    """The OpenAPI document of a county with all bundled plugins on."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "county"
        create_folder(data, ROOT / "config" / "yeji.toml")
        county = open_county(data)
        try:
            with database.connection_context():
                app = create_app(county)
            answer = app.test_client().get("/api/v1/openapi.json")
            return json.dumps(answer.json, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        finally:
            close_county()


def main() -> None:
    """Write the snapshot."""
    SNAPSHOT.write_text(document(), "utf-8")


if __name__ == "__main__":
    main()
