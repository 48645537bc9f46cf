"""octoDNS, the nearest kin: a zone of as many records as our catalog has variants, one in a hundred different."""

from pathlib import Path

CONFIG = """\
providers:
  config:
    class: octodns.provider.yaml.YamlProvider
    directory: ./config
    default_ttl: 300
    enforce_order: true
  target:
    class: octodns.provider.yaml.YamlProvider
    directory: ./target
    default_ttl: 300
    enforce_order: true
    supports_root_ns: false
zones:
  bench.example.:
    sources: [config]
    targets: [target]
"""
RECORD = """\
? 'r{number:07d}'
: ttl: 300
  type: A
  value: 10.{high}.{middle}.{low}
"""


def write_zone(root: Path, records: int) -> None:
    """Write a zone and a target that holds it but for one record in a hundred."""
    for folder, changed in (("config", True), ("target", False)):
        (root / folder).mkdir(parents=True)
        text = "---\n" + "".join(_record(number, is_changed=changed and number % 100 == 0) for number in range(records))
        (root / folder / "bench.example.yaml").write_text(text, encoding="utf-8")
    (root / "octodns.yaml").write_text(CONFIG, encoding="utf-8")


def _record(number: int, *, is_changed: bool) -> str:
    high, rest = divmod(number, 65536)
    middle, low = divmod(rest, 256)
    return RECORD.format(number=number, high=high + 100 * is_changed, middle=middle, low=low)
