"""The hook of pre-commit: what is staged is checked before it is committed."""

import subprocess

import yaml

from tests.ci.shop import PRODUCT, Shop


def entry(shop: Shop) -> subprocess.CompletedProcess[str]:
    (hook,) = yaml.safe_load((shop.root / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    words = [str(shop.program.parent / hook["entry"].split()[0]), *hook["entry"].split()[1:]]
    return subprocess.run(words, cwd=shop.root, capture_output=True, text=True, check=False)


def test_a_commit_that_breaks_the_catalog_is_stopped(shop: Shop):
    assert 0 == entry(shop).returncode
    shop.edit("price: {EUR: 19.00}", "price: nineteen")
    stopped = entry(shop)
    assert 3 == stopped.returncode
    assert f"{PRODUCT}:14:12" in stopped.stderr
