"""A plan is made group by group: its memory follows what changes, not what the store holds."""

import json
import subprocess
import sys
from pathlib import Path

from reconciler.cli.embedded import EmbeddedStores
from reconciler.cli.sandbox import DATA_FOLDER

PRODUCTS, VARIANTS = 2_500, 4
MOST_MEBIBYTES = 300
MEASURE = """
import json, sys
from reconciler.cli.main import main
code = main(["plan", "--json", "--project", sys.argv[1]])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
sys.stderr.write(json.dumps({"code": code, "kib": int(peak.split()[1])}))
"""
"""Not getrusage: its peak begins with that of the process that forked this one."""


def test_ten_thousand_variants_plan_in_300_mib(tmp_path: Path):
    _write_catalog(tmp_path)
    with EmbeddedStores(tmp_path / DATA_FOLDER) as stores:
        stores.shop("big", "EUR")
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, str(tmp_path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=True,
        )
    measured = json.loads(done.stderr)
    assert 0 == measured["code"]
    assert measured["kib"] < MOST_MEBIBYTES * 1024
    plan = json.loads((tmp_path / "plans" / "big.json").read_bytes())
    assert PRODUCTS * (VARIANTS + 1) + 1 == plan["summary"]["create"]


def _write_catalog(root: Path) -> None:
    folder = root / "catalog" / "products"
    folder.mkdir(parents=True)
    (root / "stores").mkdir()
    (root / "stores" / "big.yaml").write_text("url: sandbox:big\nchannel: web\ncurrency: EUR\n")
    sizes = [f"S{number}" for number in range(VARIANTS)]
    for number in range(PRODUCTS):
        rows = "".join(
            f"  - {{sku: {number}-{size}, options: {{Size: {size}}}, price: {number % 90 + 1}.50, weight: 250 g}}\n"
            for size in sizes
        )
        (folder / f"p{number:05}.yaml").write_text(
            f"key: p{number:05}\nname: Product {number}\ndescription: {'A sentence about a product. ' * 10}\n"
            f"tags: [a{number % 5}, b{number % 3}]\noptions: {{Size: [{', '.join(sizes)}]}}\nvariants:\n{rows}"
        )
