"""What somebody hostile would try by hand: bombs, ways out of the repository, words that do something when shown."""

import re
import socketserver
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.app.repository.workspace import checked_views, open_workspace
from reconciler.cli.embedded import EmbeddedStores
from reconciler.cli.main import main
from reconciler.loading.source import LARGEST_FILE
from reconciler.model.errors import ReconcilerError
from tests.contract.pictures import a_png
from tests.hostile.inputs import GOOD, STORE
from tests.hostile.limits import survived
from tests.shopify.scripted import SHOP, Reply, ScriptedStore, a_client

PRODUCTS = "catalog/products/x.yaml"
MAPPING = "mappings/eu.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    for file, text in GOOD.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
    (folder / "catalog/images").mkdir()
    (folder / "catalog/images/b.png").write_bytes(a_png(7))
    (tmp_path / "secret.yaml").write_text("password: hunter2\n", encoding="utf-8")
    (tmp_path / "secret.png").write_bytes(a_png(9))
    return folder


def refusal(root: Path, file: str, text: str) -> str:
    """Write a file and return what is said about it; it must be refused."""
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text(text, encoding="utf-8")
    told = survived(lambda: checked_views(open_workspace(root)))
    assert isinstance(told, ReconcilerError)
    return str(told)


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
BOMBS = {
    "a billion laughs": (PRODUCTS, LAUGHS),
    "a merge of merges": (PRODUCTS, "a: &a {b: 1}\nc: {<<: [*a, *a]}\n"),
    "a deep list": (PRODUCTS, "[" * 100_000),
    "a deep mapping": (PRODUCTS, "{a: " * 50_000),
    "a deep block": (PRODUCTS, "".join(f"{' ' * n}a:\n" for n in range(3000))),
    "a long number": (PRODUCTS, f"key: x\nname: X\nvariants: [{{price: {'9' * 1_000_000}}}]\n"),
    "a huge exponent": (PRODUCTS, "key: x\nname: X\nvariants: [{price: 1e999999999}]\n"),
    "a number of sixty bases": (PRODUCTS, f"key: x\nname: X\nvariants: [{{price: 1{':59' * 5000}}}]\n"),
    "a loop of templates": (
        MAPPING,
        "product: {title: '{% for a in product.tags %}{% for b in product.tags %}x{% endfor %}{% endfor %}'}\n",
    ),
    "a power": (MAPPING, 'product: {title: "{{ 9 ** 9 ** 9 }}"}\n'),
    "a wide text": (MAPPING, "product: {title: '{{ (1) | format(999999999) }}'}\n"),
    "a file that is too large": (PRODUCTS, "#" * (LARGEST_FILE + 1)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_does_not_go_off(name: str, root: Path) -> None:
    assert "hunter2" not in refusal(root, *BOMBS[name])


ESCAPES = [
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ self._TemplateReference__context.cycler.__init__.__globals__.os }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ request.application.__globals__ }}",
    "{{ product|attr('__cl'~'ass__') }}",
    "{{ product['__cl' ~ 'ass__'] }}",
    "{{ ('{0.__class__.__init__.__globals__}')|format(product) }}",
    "{{ product.name.format_map(product) }}",
    "{% set x = cycler %}{{ x }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ url_for.__globals__ }}",
    "{% import '../../secret.yaml' as s %}{{ s }}",
    "{% include '../../secret.yaml' %}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ product.name|map('__class__')|list }}",
    "{{ [].append.__self__ }}",
    "{{ (product.name|string).encode.__globals__ }}",
]


@pytest.mark.parametrize("template", ESCAPES)
def test_a_template_of_a_repository_does_not_escape(template: str, root: Path) -> None:
    said = refusal(root, MAPPING, f'product:\n  title: "{template}"\n')
    assert said.startswith("mappings/eu.yaml:2:")
    assert "uid=" not in said
    assert "hunter2" not in said


def _image(file: str) -> Callable[[Path], tuple[str, str]]:
    return lambda root: (
        PRODUCTS,
        f"key: x\nname: X\nimages: ['{file}']\nvariants: [{{sku: X, price: 1}}]\n",
    )


def _link(file: str, target: str) -> Callable[[Path], tuple[str, str]]:
    def made(root: Path) -> tuple[str, str]:
        (root / file).symlink_to(target)
        return "catalog/notes.txt", ""

    return made


WAYS_OUT = {
    "an image above": _image("../../secret.png"),
    "an image below and above": _image("images/../../../secret.png"),
    "an image from the root": lambda root: _image(str(root.parent / "secret.png"))(root),
    "an image of another kind of path": _image("..\\\\..\\\\secret.png"),
    "an image by address of a file": _image("file:///etc/passwd"),
    "a linked image folder": lambda root: (
        (root / "catalog/images/out").symlink_to("../../.."),
        _image("images/out/secret.png")(root),
    )[1],
    "a linked product": _link("catalog/products/out.yaml", "../../../secret.yaml"),
    "a linked folder of products": _link("catalog/products/out", "../../.."),
    "a linked table of stock": _link("catalog/stock/out.csv", "/etc/passwd"),
    "a linked store": _link("stores/out.yaml", "../../secret.yaml"),
    "a linked mapping": lambda root: ((root / MAPPING).unlink(), _link(MAPPING, "../../secret.yaml")(root))[1],
    "a mapping by its path": lambda root: ("stores/eu.yaml", STORE.replace("mapping: eu", "mapping: ../../secret")),
}


@pytest.mark.parametrize("name", WAYS_OUT)
def test_a_path_does_not_leave_the_repository(name: str, root: Path) -> None:
    said = refusal(root, *WAYS_OUT[name](root))
    assert "hunter2" not in said
    assert "root:" not in said


SHOWN = {
    "terminal codes": "A\x1b]0;owned\x07\x1b[2J\x1b[31mB",
    "a bell and a backspace": "A\x07\x08\x08B",
    "another direction": "A\u202eB\u2066C",
    "C1 codes": "A\x9b31mB",
    "a line of our own": "A\n- product everything\n  to delete",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "Markdown": "](javascript:alert(1)) ![x](http://evil.example/?q) | a | b |",
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_title_does_nothing_when_it_is_shown(
    name: str, tmp_path: Path, embedded: EmbeddedStores, capsys: pytest.CaptureFixture[str]
) -> None:
    import yaml

    shop = f"shown-{abs(hash(name)) % 10**8}"
    base_url, token = embedded.shop(shop, "EUR")
    product = {"key": "x", "name": SHOWN[name], "variants": [{"sku": "X", "price": 1}]}
    for file, content in (
        (
            "stores/eu.yaml",
            {"url": base_url, "channel": "web", "currency": "EUR", "credentials": {"token": {"file": "../token"}}},
        ),
        ("catalog/products/x.yaml", product),
    ):
        (tmp_path / "repository" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "repository" / file).write_text(yaml.safe_dump(content), encoding="utf-8")
    (tmp_path / "token").write_text(token, encoding="utf-8")
    del shop
    project = ["--project", str(tmp_path / "repository")]
    for words in (["plan", "--all"], ["explain", "product/x"], ["validate"]):
        main([*words, *project])
    said = capsys.readouterr()
    assert [] == re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said.out + said.err)
    assert [] == [line for line in said.out.splitlines() if line.startswith(("- product everything", "  to delete"))]


class _Endless(socketserver.StreamRequestHandler):
    """Answers with a gigabyte, in pieces, and without saying how much it will be."""

    def handle(self) -> None:
        self.connection.recv(65536)
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        self.wfile.write(b"X-Shopify-API-Version: 2026-10\r\nConnection: close\r\n\r\n")
        try:
            for _ in range(1024):
                self.wfile.write(b" " * 2**20)
                self.server.sent += 1  # type: ignore[attr-defined]
        except OSError:
            pass


def test_an_answer_of_a_gigabyte_is_left_early() -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Endless) as server:
        server.sent = 0  # type: ignore[attr-defined]
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with a_client(f"http://127.0.0.1:{server.server_address[1]}") as client:
            told = survived(lambda: client.query(SHOP))
        server.shutdown()
        assert "larger than" in str(told)
        assert server.sent < 200  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "body", [b'{"data":' * 100_000, b"[" * 1_000_000, b'{"data":{"shop":' + b"[" * 900 + b"]" * 900 + b"}}"]
)
def test_a_deep_answer_is_told_or_taken(body: bytes) -> None:
    with ScriptedStore(*[Reply(body)] * 3) as store, a_client(store.url) as client:
        told = survived(lambda: client.query(SHOP))
    assert told is None or "JSON" in str(told)
