"""A shop: its file, its settings, its bucket, and the lock that lets one request in at a time.

One request at a time per shop is what makes a read consistent and a mutation atomic without any further care; shops
are independent of each other.
"""

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reconciler.sandbox.shops.beginnings import begin
from reconciler.sandbox.shops.settings import Settings, load_settings, new_settings, revised, save_settings
from reconciler.sandbox.shops.throttle import RESTORE_RATES, Bucket
from reconciler.sandbox.shops.tokens import permanent_token
from reconciler.sandbox.storage.blobs import BLOBS_SUFFIX, Blobs
from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.inventory import ensure_locations
from reconciler.sandbox.wire.clock import timestamp

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_SUFFIX = ".sqlite3"


class CurrencyConflict(Exception):
    """A shop exists with another currency; money already stored cannot change meaning."""


class Shop:
    """An open shop."""

    def __init__(self, database: Database, settings: Settings, clock: Callable[[], float]) -> None:
        self.database = database
        self.settings = settings
        self.clock = clock
        self.lock = threading.RLock()
        self.bucket = Bucket(RESTORE_RATES[settings.plan], clock)

    def now(self) -> str:
        """Return the present moment as the API writes it."""
        return timestamp(self.clock())

    def revise(self, wished: dict[str, Any]) -> None:
        """Change settings of an existing shop. Raises CurrencyConflict."""
        currency = wished.get("currency")
        if currency and currency != self.settings.currency:
            raise CurrencyConflict(
                f"shop {self.settings.name} has currency {self.settings.currency}, not {currency}; "
                "delete the shop to start again with another currency"
            )
        if wished.get("locations"):
            with self.lock, self.database.transaction():
                ensure_locations(self.database, wished["locations"], self.now())
        settings = revised(self.settings, wished)
        with self.lock, self.database.transaction():
            begin(self.database, settings.currency, wished)
            save_settings(self.database, settings)
        if settings.plan != self.settings.plan:
            self.bucket = Bucket(RESTORE_RATES[settings.plan], self.clock)
        self.settings = settings

    def description(self) -> dict[str, Any]:
        """Return what a client needs to talk to the shop, credentials included."""
        with self.lock, self.database.transaction():
            token = permanent_token(self.database)
        return {
            "name": self.settings.name,
            "shop_id": f"gid://shopify/Shop/{self.settings.shop_id}",
            "url_path": f"/{self.settings.name}",
            "token": token,
            "client_id": self.settings.client_id,
            "client_secret": self.settings.client_secret,
        }


class Shops:
    """All shops of a data directory, opened when first asked for."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder / "shops"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._clock = clock
        self._open: dict[str, Shop] = {}
        self._lock = threading.Lock()

    def find(self, name: str) -> Shop | None:
        """Return the shop, or None if there is none of that name. Raises UnknownLayout."""
        if name in self._open:
            return self._open[name]
        with self._lock:
            if not _NAME.fullmatch(name) or not self._path(name).exists():
                return None
            return self._opened(name, {})

    def ensure(self, name: str, wished: dict[str, Any]) -> Shop:
        """Return the shop, made or revised as wished; what is wished ``when_new`` counts only when it is made.

        Raises CurrencyConflict, UnknownLayout, or ValueError for a bad name.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"shop name {name!r}: expected lower-case letters, digits and dashes, up to 63")
        with self._lock:
            is_new = not self._path(name).exists()
            later = {setting: value for setting, value in wished.items() if setting != "when_new"}
            at_first = {**later, **(wished.get("when_new") or {})}
            shop = self._opened(name, at_first if is_new else later)
        if not is_new:
            shop.revise(later)
        return shop

    def remove(self, name: str) -> bool:
        """Delete the shop with all it holds; False if there was none."""
        with self._lock:
            if not _NAME.fullmatch(name) or not self._path(name).exists():
                return False
            shop = self._open.pop(name, None)
            if shop:
                with shop.lock:
                    shop.database.close()
            for ending in ("", "-wal", "-shm"):
                Path(f"{self._path(name)}{ending}").unlink(missing_ok=True)
            Blobs(self._path(name).with_suffix(BLOBS_SUFFIX)).remove_all()
            return True

    def close(self) -> None:
        """Close every open shop."""
        with self._lock:
            for shop in self._open.values():
                with shop.lock:
                    shop.database.close()
            self._open.clear()

    def _path(self, name: str) -> Path:
        return self._folder / (name + _SUFFIX)

    def _opened(self, name: str, wished: dict[str, Any]) -> Shop:
        if name in self._open:
            return self._open[name]
        database = Database(self._path(name))
        with database.transaction():
            settings = load_settings(database)
            if settings is None:
                settings = new_settings(database, name, wished, timestamp(self._clock()))
                save_settings(database, settings)
                ensure_locations(database, wished.get("locations") or (), settings.created_at)
            begin(database, settings.currency, wished)
        self._open[name] = Shop(database, settings, self._clock)
        return self._open[name]
