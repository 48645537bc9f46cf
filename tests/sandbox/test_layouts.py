import sqlite3
from pathlib import Path

import pytest
import requests

from reconciler.sandbox.shops.shop import Shops
from reconciler.sandbox.storage.database import Database, UnknownLayout
from reconciler.sandbox.storage.migrations import MIGRATIONS
from tests.sandbox.stock import an_item, item, places, put_stock, stocked
from tests.sandbox.store import ended, started

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


def as_of_layout(path, layout, *statements):
    """Take a shop's file back to an older layout, with its rows as far as that had room for them."""
    newer = path.rename(path.with_suffix(".newer"))
    connection = sqlite3.connect(path)
    for script in MIGRATIONS[:layout]:
        connection.executescript(script)
    connection.execute("ATTACH ? AS newer", (str(newer),))
    for (table,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
        columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info({table})"))
        connection.execute(f"DELETE FROM main.{table}")
        connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}")
    connection.commit()
    for script in statements:
        connection.executescript(script)
    connection.execute(f"PRAGMA user_version = {layout}")
    connection.commit()
    connection.close()


def layout_of(path):
    connection = sqlite3.connect(path)
    try:
        return connection.execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()


def tables_of(path):
    connection = sqlite3.connect(path)
    try:
        return set(connection.execute("SELECT type, name, sql FROM sqlite_master"))
    finally:
        connection.close()


def test_a_new_file_is_as_an_old_one_that_went_every_step(tmp_path):
    new, old = tmp_path / "new.sqlite3", a_file(tmp_path / "old.sqlite3", layout=1)
    for path in (new, old):
        Database(path).close()
    assert (layout_of(old), tables_of(old)) == (layout_of(new), tables_of(new))


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
    as_of_layout(path, 1, "UPDATE settings SET content = json_set(content, '$.scopes', json('" + OLD_SCOPES + "'));")
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


def test_a_shop_from_before_there_were_locations_gets_one_and_its_items_are_kept_there(tmp_path):
    server = started(tmp_path)
    store = server.shop("eu")
    shirts = [an_item(store)["id"] for _ in range(2)]
    ended(server)
    as_of_layout(tmp_path / "shops" / "eu.sqlite3", 3)
    server = started(tmp_path)
    store = server.shop("eu")
    assert [{"Shop location": {}}] * 2 == [stocked(item(store, one)) for one in shirts]
    put_stock(store, item(store, shirts[0]), places(store)["Shop location"], 4)
    assert {"Shop location": {"available": 4, "on_hand": 4}} == stocked(item(store, shirts[0]))
    assert {"Shop location": {}} == stocked(an_item(store))
    ended(server)
