"""A shop: its file, its settings, its bucket, and the lock that lets one request in at a time.

One request at a time per shop is what makes a read consistent and a mutation atomic without any further care; shops
are independent of each other.
"""

import re
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reconciler.sandbox.faults.declared import Fault, read_faults
from reconciler.sandbox.faults.plan import Faults
from reconciler.sandbox.shops.beginnings import begin
from reconciler.sandbox.shops.settings import Settings, load_settings, new_settings, revised, save_settings
from reconciler.sandbox.shops.throttle import RESTORE_RATES, Bucket
from reconciler.sandbox.shops.tokens import permanent_token
from reconciler.sandbox.storage.blobs import BLOBS_SUFFIX, Blobs
from reconciler.sandbox.storage.bulk_operations import RESULTS_SUFFIX, unfinished
from reconciler.sandbox.storage.database import Database, Snapshot
from reconciler.sandbox.storage.faults import load_faults, save_faults
from reconciler.sandbox.storage.inventory import ensure_locations
from reconciler.sandbox.storage.snapshots import Lag, Moment, Snapshots
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
        self.faults = Faults(read_faults(load_faults(database)))
        self._snapshots = Snapshots(database.path)
        self._requests = 0
        self.is_closed = False
        self._jobs_wait = bool(unfinished(database))
        self._jobs_run = False

    def now(self) -> str:
        """Return the present moment as the API writes it."""
        return timestamp(self.clock())

    def count_request(self) -> None:
        """Say that one more request came in; some lags are counted in requests."""
        self._requests += 1

    def announce_job(self) -> None:
        """Say that a bulk operation waits to be run."""
        self._jobs_wait = True

    def claim_jobs(self) -> bool:
        """Say whether bulk operations wait that nobody runs; who is told so runs them."""
        with self.lock:
            is_mine = self._jobs_wait and not self._jobs_run
            self._jobs_run = self._jobs_run or is_mine
            return is_mine

    def end_jobs(self) -> None:
        """Say that no bulk operation is left. Call with the lock under which that was found."""
        self._jobs_wait = self._jobs_run = False

    def before_write(self) -> None:
        """Keep what searches are to see for a while yet. Call before a write, outside its transaction."""
        lag = self._own_lag
        for window in self.faults.stale_windows():
            lag = lag.longer(Lag(window.milliseconds, window.requests))
        self._snapshots.before_write(self._moment, lag)

    def searched(self, stale: Lag) -> Snapshot | None:
        """Return the shop as searches see it now, if they are behind: by this lag, or by that of the settings."""
        return self._snapshots.as_of(self._moment, self._own_lag.longer(stale))

    def declare_faults(self, declared: list[Fault]) -> None:
        """Put these faults in place of those before."""
        with self.lock, self.database.transaction():
            save_faults(self.database, [fault.as_json() for fault in declared])
        self.faults.declare(declared)

    def close(self) -> None:
        """Close the file; later requests fail."""
        with self.lock:
            self.is_closed = True
            self._snapshots.close()
            self.database.close()

    @property
    def _own_lag(self) -> Lag:
        return Lag(self.settings.search_lag_ms, self.settings.search_lag_requests)

    @property
    def _moment(self) -> Moment:
        return Moment(self.clock(), self._requests)

    def revise(self, wished: dict[str, Any]) -> None:
        """Change settings of an existing shop. Raises CurrencyConflict."""
        currency = wished.get("currency")
        if currency and currency != self.settings.currency:
            raise CurrencyConflict(
                f"shop {self.settings.name} has currency {self.settings.currency}, not {currency}; "
                "delete the shop to start again with another currency"
            )
        settings = revised(self.settings, wished)
        with self.lock:
            self.before_write()
            with self.database.transaction():
                if wished.get("locations"):
                    ensure_locations(self.database, wished["locations"], self.now())
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

    def names(self) -> list[str]:
        """Return the names of all shops, sorted."""
        return sorted(path.stem for path in self._folder.glob(f"*{_SUFFIX}") if _NAME.fullmatch(path.stem))

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
            counted = at_first if is_new else later
            shop = self._opened(name, counted)
        if not is_new:
            shop.revise(later)
        if counted.get("faults") is not None:
            shop.declare_faults(read_faults(counted["faults"]))
        return shop

    def remove(self, name: str) -> bool:
        """Delete the shop with all it holds; False if there was none."""
        with self._lock:
            if not _NAME.fullmatch(name) or not self._path(name).exists():
                return False
            shop = self._open.pop(name, None)
            if shop:
                shop.close()
            for ending in ("", "-wal", "-shm"):
                Path(f"{self._path(name)}{ending}").unlink(missing_ok=True)
            shutil.rmtree(self._path(name).with_suffix(RESULTS_SUFFIX), ignore_errors=True)
            Blobs(self._path(name).with_suffix(BLOBS_SUFFIX)).remove_all()
            return True

    def close(self) -> None:
        """Close every open shop."""
        with self._lock:
            for shop in self._open.values():
                shop.close()
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
