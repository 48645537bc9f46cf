"""Metrics of a watch, in the text format of Prometheus.

The rejected choice is its client library: eight numbers that are all at hand need no registry, and no further
dependency. (prometheus.io, exposition formats, 2026-10)
"""

from collections.abc import Iterable, Iterator, Mapping

from reconciler.model.round import STATES, WatchState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPED = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})
_Sample = tuple[Mapping[str, str], float]


def metrics_text(state: WatchState) -> str:
    """Return every metric with its samples."""
    stores = sorted(state.stores.items())
    good = [({"store": name}, each.good_at_s) for name, each in stores if each.good_at_s is not None]
    families: tuple[tuple[str, str, str, Iterable[_Sample]], ...] = (
        ("reconciler_rounds_total", "counter", "Rounds that ended.", [({}, state.rounds)]),
        (
            "reconciler_pull_failures_total",
            "counter",
            "Rounds whose files could not be pulled.",
            [({}, state.pull_failures)],
        ),
        ("reconciler_beat_timestamp_seconds", "gauge", "When a round last began or ended.", [({}, state.beat_s)]),
        (
            "reconciler_store_state",
            "gauge",
            "1 for the state that a store is in.",
            [({"store": name, "state": each}, float(own.state == each)) for name, own in stores for each in STATES],
        ),
        (
            "reconciler_store_changes_applied_total",
            "counter",
            "Changes that were made.",
            [({"store": name}, each.applied) for name, each in stores],
        ),
        (
            "reconciler_store_changes_pending",
            "gauge",
            "Changes that are not made.",
            [({"store": name}, each.pending) for name, each in stores],
        ),
        (
            "reconciler_store_failures_total",
            "counter",
            "Rounds that failed.",
            [({"store": name}, each.failures) for name, each in stores],
        ),
        ("reconciler_store_good_timestamp_seconds", "gauge", "When a store was last as git says.", good),
    )
    return "".join(line for family in families for line in _family(*family))


def _family(name: str, kind: str, told: str, samples: Iterable[_Sample]) -> Iterator[str]:
    yield f"# HELP {name} {told}\n# TYPE {name} {kind}\n"
    for labels, value in samples:
        said = ",".join(f'{label}="{text.translate(_ESCAPED)}"' for label, text in labels.items())
        yield f"{name}{{{said}}} {value:.15g}\n" if said else f"{name} {value:.15g}\n"
