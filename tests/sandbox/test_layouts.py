import sqlite3
from pathlib import Path

import pytest
import requests

from reconciler.sandbox.shops.shop import Shops
from reconciler.sandbox.storage.database import Database, UnknownLayout
from reconciler.sandbox.storage.migrations import MIGRATIONS

OLD_SCOPES = '["read_inventory","read_products","write_inventory","write_products"]'


def a_file(path, *, layout, statements=()):
    """A shop's file as an older or newer program left it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    for script in (*MIGRATIONS[:layout], *statements):
        connection.executescript(script)
    connection.execute(f"PRAGMA user_version = {layout}")
    connection.commit()
    connection.close()
    return path


def layout_of(path):
    connection = sqlite3.connect(path)
    try:
        return connection.execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()


@pytest.mark.parametrize("layout", range(len(MIGRATIONS)))
def test_a_file_of_an_older_layout_is_brought_up_to_date(tmp_path, layout):
    path = a_file(tmp_path / "eu.sqlite3", layout=layout)
    Database(path).close()
    assert len(MIGRATIONS) == layout_of(path)


def test_a_shop_that_had_every_scope_gets_the_new_ones(tmp_path):
    path = tmp_path / "shops" / "eu.sqlite3"
    shops = Shops(tmp_path)
    settings = shops.ensure("eu", {}).settings
    shops.close()
    kept = path.rename(tmp_path / "kept.sqlite3")
    copied = f"ATTACH '{kept}' AS kept; INSERT INTO settings SELECT * FROM kept.settings;"
    older = f"UPDATE settings SET content = json_set(content, '$.scopes', json('{OLD_SCOPES}'));"
    a_file(path, layout=1, statements=[copied + older])
    shops = Shops(tmp_path)
    found = shops.find("eu")
    assert found is not None
    assert settings == found.settings
    shops.close()


def test_a_file_of_a_newer_layout_is_refused_and_left_alone(tmp_path):
    path = a_file(tmp_path / "eu.sqlite3", layout=99)
    before = path.read_bytes()
    with pytest.raises(UnknownLayout) as refused:
        Database(path)
    newest = f"has layout 99, and {len(MIGRATIONS)} is the newest known here"
    expected = f"the embedded store eu in {tmp_path} {newest}; start over with: reconciler sandbox reset eu"
    assert (expected, before) == (str(refused.value), path.read_bytes())


def test_tables_of_somebody_else_are_refused(tmp_path):
    path = a_file(tmp_path / "eu.sqlite3", layout=0, statements=["CREATE TABLE theirs (one INTEGER)"])
    with pytest.raises(UnknownLayout, match="has tables of an unknown layout"):
        Database(path)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "eu.sqlite3"
    path.write_bytes(b"no database " * 100)
    with pytest.raises(UnknownLayout, match="cannot be read"):
        Database(path)


def test_a_refused_shop_says_so_over_http_and_can_be_reset(server):
    folder = requests.get(f"{server.url}/_sandbox/health", timeout=9).json()["data_dir"]
    name = "from-the-future"
    a_file(Path(folder) / "shops" / f"{name}.sqlite3", layout=99)
    put = server.put(name)
    asked = requests.post(f"{server.url}/{name}/admin/api/2026-10/graphql.json", json={"query": "{ a }"}, timeout=9)
    removed = requests.delete(f"{server.url}/_sandbox/shops/{name}", timeout=9)
    assert (409, 503, put.json()["error"]) == (put.status_code, asked.status_code, asked.json()["errors"])
    assert put.json()["error"].endswith("reconciler sandbox reset from-the-future")
    assert ({"removed": True}, 200) == (removed.json(), server.put(name).status_code)
