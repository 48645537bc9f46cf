"""The picture of a plan in the README: the page that `show --format html` writes, taken by a headless Chromium.

``python -m tests.docs.picture`` writes docs/plan.png from a scratch copy of the example, in a scene with something of
everything: a price that git changed, one that somebody mistyped, a title that somebody edited in the store.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.docs.pages import ROOT
from tests.docs.scratch import Scratch, stores_of
from tests.docs.terminal import Terminal, program

PICTURE = ROOT / "docs" / "plan.png"
LARGEST = 300_000  # bytes: a README has to come at once, on a phone too

_WIDTH, _HEIGHT, _HIGHEST = 1200, 900, 1900  # pixels
_COLOURS = 128
_SCENE = (
    "sed -i '0,/EUR: 89.00/s//EUR: 84.00/' catalog/products/linen-shirt.yaml",
    "sed -i 's/creases, and it is meant to/creases, as linen does/' catalog/products/linen-shirt.yaml",
    "sed -i '0,/EUR: 39.00/s//EUR: 3.90/' catalog/products/accessories.yaml",
    "sed -i 's/^FF-ET-XXS-WHT,oslo,4$/FF-ET-XXS-WHT,oslo,40/' catalog/stock/everyday-tee.csv",
    "git commit -q -a -m 'Autumn prices'",
    """reconciler sandbox query eu 'mutation { productSet(identifier: {handle: "chore-coat"}
    input: {handle: "chore-coat", title: "Chore Coat SALE"}) { userErrors { message } } }'""",
    "reconciler plan eu",
    "reconciler show plans/eu.json --format html --out plan.html",
)


def scene(folder: Path) -> Path:
    """Return the page of a plan with something of everything, made below a folder."""
    with program(folder) as bin_folder:
        copy = Scratch(folder, bin_folder, folder).applied("picture")
        with stores_of(copy), Terminal(copy, bin_folder) as terminal:
            for command in _SCENE:
                printed, code = terminal.type([command])
                if code:
                    raise AssertionError("\n".join((command, *printed)))
    return copy / "plan.html"


def taken(page: Path, picture: Path) -> None:
    """Write the picture of a page, as a reader in the light sees it, with the details of what comes first opened."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("no Chromium here; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        size = {"width": _WIDTH, "height": _HEIGHT}
        shown = browser.new_page(viewport=size, color_scheme="light")  # type: ignore[arg-type]
        shown.goto(page.as_uri())
        for head in shown.locator("#list button.head").all():
            head.click()
        shown.evaluate("scrollTo(0, 0)")  # the filters stay in sight, and would cover what lies under them
        shown.screenshot(path=picture, full_page=True)
        browser.close()
    with Image.open(picture) as drawn:
        upper = drawn.convert("RGB").crop((0, 0, _WIDTH, min(drawn.height, _HIGHEST)))
        upper.quantize(_COLOURS).save(picture, optimize=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        taken(scene(Path(scratch)), PICTURE)
    size = PICTURE.stat().st_size
    sys.stdout.write(f"{PICTURE}: {size:,} bytes\n")
    sys.exit(size > LARGEST)
