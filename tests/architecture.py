"""The rules of the house, read from the sources: who may import whom, and what no module may hold.

Sources are parsed, never imported, so an import inside a function or under TYPE_CHECKING counts like any other.
`python -m tests.architecture` prints what is broken and how to mend it; tests/test_architecture.py proves that each
rule bites. The rejected choice is import-linter: it needs the package importable, cannot tell a kind from its
neighbour, and knows nothing of the other rules here.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "reconciler"
LONGEST_MODULE = 400  # lines
LONG_FUNCTION = 30  # lines; reported, not refused

CORE = frozenset({"loading", "mapping", "planning", "shopify"})
MAY_IMPORT: dict[str, frozenset[str]] = {
    "model": frozenset(),
    "loading": frozenset({"model"}),
    "mapping": frozenset({"model"}),
    "planning": frozenset({"model"}),
    "limits": frozenset({"model"}),
    "effects": frozenset({"model"}),
    "render": frozenset({"model"}),
    "shopify": frozenset({"model"}),
    "kinds": frozenset({"model", "shopify"}),
    "forge": frozenset({"model"}),
    "app": CORE | {"model", "kinds", "limits", "effects", "forge"},
    "cluster": frozenset({"model", "loading", "shopify", "app"}),
    "cli": frozenset({"model", "app", "render", "cluster"}),
    "sandbox": frozenset(),
    "__main__": frozenset({"cli"}),
    "__init__": frozenset(),
}
# The rooms of app stand on one another: each may import what is below it.
ORDER_OF_APP = (
    "unattended",
    "importing",
    "sessions",
    "applying",
    "plans",
    "review",
    "writing",
    "journal",
    "scaffold",
    "stores",
    "repository",
)
PURE = frozenset({"model", "mapping", "planning", "limits", "effects", "render", "kinds"})

EVERYWHERE = frozenset(MAY_IMPORT)
# A library has a room. One that is not listed is a new dependency, and gets its room here in the same commit.
ROOMS_OF_LIBRARY: dict[str, frozenset[str]] = {
    "click": frozenset({"cli"}),
    "deepdiff": frozenset({"planning"}),
    "distributed": frozenset({"cluster"}),
    "fsspec": frozenset({"cluster"}),
    "gql": frozenset({"shopify"}),
    "graphql": frozenset({"shopify", "sandbox"}),
    "imagesize": frozenset({"loading"}),
    "jinja2": frozenset({"mapping", "render"}),
    "markdown_it": frozenset({"mapping"}),
    "nh3": frozenset({"render"}),
    "orjson": EVERYWHERE - {"model"},
    "PIL": frozenset({"app"}),
    "pydantic": EVERYWHERE,
    "pydantic_core": EVERYWHERE,
    "requests": frozenset({"shopify"}),
    "rich": frozenset({"cli"}),
    "ruamel": frozenset({"loading"}),
    "sqlite3": frozenset({"sandbox"}),
    "starlette": frozenset({"sandbox"}),
    "typing_extensions": EVERYWHERE,
    "urllib3": frozenset({"shopify"}),
    "uvicorn": frozenset({"sandbox"}),
    "yaml": frozenset({"loading"}),
}
# Files, network, clock, randomness, other processes: what a pure room must be handed as a value.
IMPURE = frozenset(
    {"asyncio", "glob", "http", "io", "logging", "os", "random", "requests", "secrets", "shutil", "socket"}
    | {"subprocess", "tempfile", "threading", "time", "urllib.request"}
)
CLOCK = re.compile(r"(datetime|date)\.(now|utcnow|today)$")
DRAWERS = frozenset({"utils", "helpers", "common", "manager", "data", "info"})
BLIND = frozenset({"Exception", "BaseException"})


@dataclass(frozen=True)
class Violation:
    """One broken rule: where, what, and what to do."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Import:
    """One imported name, as far as the statement spells it: `a.b` for `import a.b` and for `from a import b`."""

    module: str
    line: int


@dataclass(frozen=True)
class Source:
    """One module of the package: its place and its syntax."""

    path: str  # from the repository, for people
    parts: tuple[str, ...]  # below the package: ("planning", "diff"); a package's own file ends in "__init__"
    text: str

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the syntax tree."""
        return tuple(ast.walk(ast.parse(self.text, self.path)))

    @property
    def room(self) -> str:
        """The first folder below the package, or the module's own name at the top."""
        return self.parts[0]

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Everything this module imports, wherever the statement stands."""
        return tuple(_imports(self))

    def says(self, line: int, text: str) -> Violation:
        """A violation in this module."""
        return Violation(self.path, line, text)


def sources(package: Path) -> list[Source]:
    """Every module below a package folder, in order of path."""
    return [
        Source(
            path=path.relative_to(package.parent).as_posix(),
            parts=path.relative_to(package).with_suffix("").parts,
            text=path.read_text(encoding="utf-8"),
        )
        for path in sorted(package.rglob("*.py"))
    ]


def violations(package: Path) -> list[Violation]:
    """Every broken rule below a package folder."""
    modules = sources(package)
    found = [violation for source in modules for rule in RULES for violation in rule(source)]
    return found + list(_unlisted_kinds(modules))


def comment_violations(source: Source) -> Iterator[Violation]:
    """Comments that switch a check off: they are found here, not used. Asked of the tests too."""
    if not re.search(r"no cover|type:\s*ignore", source.text):
        return  # most files have nothing to look for, and taking one apart takes longer than to search it
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type != tokenize.COMMENT:
            continue
        if re.search(r"pragma:\s*no cover", token.string):
            yield source.says(token.start[0], "`pragma: no cover` hides untested code; test it or delete it")
        if re.search(r"type:\s*ignore(?!\[\w)", token.string):
            yield source.says(token.start[0], "`type: ignore` names no code; write `type: ignore[code]`")


def long_functions(package: Path) -> list[Violation]:
    """Functions longer than a screen half, longest first: to be looked at, not refused."""
    found = [
        (node.end_lineno - node.lineno + 1, source, node)
        for source in sources(package)
        for node in source.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None
    ]
    return [
        source.says(node.lineno, f"{node.name} has {lines} lines; {LONG_FUNCTION} is what fits the eye")
        for lines, source, node in sorted(found, key=lambda row: (-row[0], row[1].path, row[2].lineno))
        if lines > LONG_FUNCTION
    ]


def _imports(source: Source) -> Iterator[Import]:
    for node in source.nodes:
        match node:
            case ast.Import():
                for alias in node.names:
                    yield Import(alias.name, node.lineno)
            case ast.ImportFrom():
                base = _absolute(source, node)
                for alias in node.names:
                    yield Import(f"{base}.{alias.name}", node.lineno)
            case ast.Call(args=[ast.Constant(value=str() as name), *_]) if _called(node) in _IMPORT_CALLS:
                yield Import(name, node.lineno)
            case _:
                pass


_IMPORT_CALLS = frozenset({"import_module", "importlib.import_module", "__import__", "runpy.run_module"})


def _absolute(source: Source, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    above = ("reconciler", *source.parts)[: -node.level]
    return ".".join((*above, *((node.module,) if node.module else ())))


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func) if isinstance(call.func, ast.Name | ast.Attribute) else ""


def _unknown_rooms(source: Source) -> Iterator[Violation]:
    if source.room not in MAY_IMPORT:
        yield source.says(1, f"{source.room} is not a room of the house; see MAY_IMPORT in tests/architecture.py")


def _imports_of_ours(source: Source) -> Iterator[Violation]:
    allowed = MAY_IMPORT.get(source.room, frozenset()) | {source.room}
    for used in source.imports:
        package, _, rest = used.module.partition(".")
        if package != "reconciler":
            continue
        room = rest.partition(".")[0]
        if source.room == "sandbox" and room != "sandbox":
            yield source.says(used.line, f"the sandbox is a leaf and imports nothing of ours, not even {used.module}")
        elif room in MAY_IMPORT and room not in allowed:
            permitted = ", ".join(sorted(allowed - {source.room})) or "nothing of ours"
            yield source.says(used.line, f"{source.room} may not import {room}; it may import {permitted}")


def _imports_of_others(source: Source) -> Iterator[Violation]:
    for used in source.imports:
        top = used.module.partition(".")[0]
        if top in ROOMS_OF_LIBRARY:
            rooms = ROOMS_OF_LIBRARY[top]
            if source.room not in rooms:
                yield source.says(used.line, f"{source.room} may not import {top}; only {', '.join(sorted(rooms))} may")
        elif top not in sys.stdlib_module_names and top != "reconciler":
            yield source.says(used.line, f"{top} is a new dependency; give it a room in tests/architecture.py")


def _app_in_order(source: Source) -> Iterator[Violation]:
    room = "".join(source.parts[1:2])
    if source.room != "app" or source.parts == ("app", "__init__"):
        return
    if room not in ORDER_OF_APP:
        yield source.says(1, f"app/{room} is no room of app; put it into one of {', '.join(ORDER_OF_APP)}")
        return
    above = ORDER_OF_APP[: ORDER_OF_APP.index(room)]
    for used in source.imports:
        names = used.module.split(".")
        if names[:2] == ["reconciler", "app"] and names[2:3] and names[2] in above:
            yield source.says(used.line, f"app/{room} stands below app/{names[2]} and may not import it")


def _kinds_apart(source: Source) -> Iterator[Violation]:
    if source.room != "kinds" or source.parts == ("kinds", "__init__"):
        return
    own = f"reconciler.kinds.{source.parts[1]}"
    for used in source.imports:
        within = used.module == own or used.module.startswith(f"{own}.")
        if not within and (used.module + ".").startswith("reconciler.kinds."):
            yield source.says(used.line, f"kinds never import one another ({used.module}); move the idea to model")


def _purity(source: Source) -> Iterator[Violation]:
    if source.room not in PURE:
        return
    for used in source.imports:
        names = {used.module, used.module.partition(".")[0], ".".join(used.module.split(".")[:2])}
        if impure := sorted(names & IMPURE):
            yield source.says(used.line, f"{source.room} is pure and may not import {impure[0]}; take a value instead")
        if used.module.startswith("pathlib") and used.module != "pathlib.PurePosixPath":
            yield source.says(used.line, f"{source.room} is pure: of pathlib only PurePosixPath, not {used.module}")
    for node in source.nodes:
        if isinstance(node, ast.Call) and (_called(node) == "open" or CLOCK.search(_called(node))):
            yield source.says(
                node.lineno, f"{source.room} is pure and may not call {_called(node)}; take a value instead"
            )


def _prints(source: Source) -> Iterator[Violation]:
    for node in source.nodes:
        if isinstance(node, ast.Call) and _called(node) == "print" and source.room != "cli":
            yield source.says(node.lineno, "print outside cli; return the text, or yield it")


def _blind_excepts(source: Source) -> Iterator[Violation]:
    blind = [node for node in source.nodes if isinstance(node, ast.ExceptHandler) and _is_blind(node)]
    allowed = 1 if source.parts == ("cli", "main") else 0
    for node in blind[allowed:]:
        yield source.says(
            node.lineno, "catches everything; catch what you can answer (cli/main.py has the one last resort)"
        )


def _is_blind(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {ast.unparse(each) for each in caught}
    # Undoing and passing on, as a rollback does, answers nothing and hides nothing; so does saying more than it did.
    last = handler.body[-1]
    return bool(names & BLIND) and not (isinstance(last, ast.Raise) and (last.exc is None or _is_from(last, handler)))


def _is_from(last: ast.Raise, handler: ast.ExceptHandler) -> bool:
    return isinstance(last.cause, ast.Name) and last.cause.id == handler.name


def _names(source: Source) -> Iterator[Violation]:
    for part in source.parts:
        if part in DRAWERS:
            yield source.says(1, f"{part} is a drawer, not a concept; name what is in it")


def _module_length(source: Source) -> Iterator[Violation]:
    lines = source.text.count("\n")
    if lines > LONGEST_MODULE:
        yield source.says(LONGEST_MODULE, f"the module has {lines} lines; above {LONGEST_MODULE} it holds two ideas")


def _unlisted_kinds(modules: Iterable[Source]) -> Iterator[Violation]:
    """Kinds and the tuple that lists them must agree, in both directions."""
    kinds = {source.parts[1]: source for source in modules if source.room == "kinds" and len(source.parts) > 1}
    package = kinds.pop("__init__", None)
    listed = _listed(package) if package else {}
    for name in sorted(kinds.keys() - listed.keys()):
        yield kinds[name].says(1, f"{name} is missing from MODULES in reconciler/kinds/__init__.py")
    for name in sorted(listed.keys() - kinds.keys()):
        if package:
            yield package.says(listed[name], f"MODULES names {name}, which is no module of reconciler/kinds")


def _listed(package: Source) -> dict[str, int]:
    """The module names in the tuple MODULES, with their lines; `import x as y` is seen through."""
    renamed = {
        alias.asname: alias.name
        for node in package.nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }
    listed: dict[str, int] = {}
    for node in package.nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id="MODULES")], value=ast.Tuple(elts=members)):
                pass
            case ast.AnnAssign(target=ast.Name(id="MODULES"), value=ast.Tuple(elts=members)):
                pass
            case _:
                continue
        for member in members:
            name = str(member.value) if isinstance(member, ast.Constant) else ast.unparse(member)
            listed[renamed.get(name, name.rpartition(".")[2])] = member.lineno
    return listed


RULES: tuple[Callable[[Source], Iterator[Violation]], ...] = (
    _unknown_rooms,
    _imports_of_ours,
    _imports_of_others,
    _app_in_order,
    _kinds_apart,
    _purity,
    _prints,
    _blind_excepts,
    _names,
    _module_length,
    comment_violations,
)


def main() -> int:
    """Report on the package: 1 if a rule is broken. Long functions are listed and forgiven."""
    for note in long_functions(PACKAGE):
        sys.stdout.write(f"note: {note}\n")
    found = violations(PACKAGE)
    for violation in found:
        sys.stdout.write(f"{violation}\n")
    sys.stdout.write(f"architecture: {len(sources(PACKAGE))} modules, {len(found)} broken rules\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
