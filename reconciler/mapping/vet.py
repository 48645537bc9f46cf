"""Vetting: a template's syntax tree is read before it may run, once for each text.

Only what is listed here is allowed, so loops cannot nest, nothing is called, and what Jinja2 may add stays outside.
Every name is checked against the catalog's own model, so that a misspelling is found without any product.
The rejected choice is the sandbox alone: it speaks only when a product happens to walk into the mistake.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from jinja2 import nodes

from reconciler.mapping.views import MONEY, PUBLICATION_FIELDS, STORE_FIELDS, unknown_field
from reconciler.model.catalog import Product, Variant
from reconciler.model.category import Category
from reconciler.model.document import Seo
from reconciler.model.meant import meant
from reconciler.model.origin import Place
from reconciler.model.picture import Image

Read: TypeAlias = "tuple[str | int, ...]"
"""A field as an expression names it: ``("variant", "price")``."""


@dataclass(frozen=True, slots=True)
class Misuse:
    """What is wrong with a template, and the cure."""

    summary: str
    hint: str | None = None
    line: int = 1
    place: Place | None = None  # of the part of a rule that it is about, when that has its own


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that expressions may use."""

    roots: tuple[str, ...]
    filters: Collection[str]
    tests: Collection[str]


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand below a name. No fields and not free: a plain value."""

    fields: Mapping[str, "Shape"] | None = None
    free: bool = False
    members: "Shape | None" = None  # of a list


_PLAIN: Final = Shape()
_FREE: Final = Shape(free=True)


# Members with an identity of their own are no values of a rule.
_PRODUCT: Final = tuple(name for name in Product.model_fields if name not in {"images", "metafields"})
_VARIANT: Final = tuple(name for name in Variant.model_fields if name not in {"stock", "metafields"})
_CATEGORY: Final = tuple(name for name in Category.model_fields if name not in {"image", "metafields", "conditions"})


def _shapes() -> Mapping[str, Shape]:
    seo = Shape(dict.fromkeys(Seo.model_fields, _PLAIN))
    own = {"attributes": _FREE, "options": _FREE, **dict.fromkeys(MONEY, _FREE)}
    variant = Shape({name: own.get(name, _PLAIN) for name in _VARIANT})
    listed = {"variants": Shape(members=variant), "tags": Shape(members=_PLAIN), "channels": Shape(members=_PLAIN)}
    listed |= {"categories": Shape(members=_PLAIN)}
    product = Shape({name: {**own, **listed, "seo": seo}.get(name, _PLAIN) for name in _PRODUCT})
    of_category = {"attributes": _FREE, "seo": seo, "channels": listed["channels"], "products": listed["tags"]}
    category = Shape({name: of_category.get(name, _PLAIN) for name in _CATEGORY})
    return {
        "product": product,
        "variant": variant,
        "category": category,
        "image": Shape(dict.fromkeys(Image.model_fields, _PLAIN)),
        "publication": Shape(dict.fromkeys(PUBLICATION_FIELDS, _PLAIN)),
        "store": Shape(dict.fromkeys(STORE_FIELDS, _PLAIN)),
    }


SHAPES: Final = _shapes()
_ALLOWED: Final = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Slice),
    *(nodes.Const, nodes.Tuple, nodes.List, nodes.Filter, nodes.Test, nodes.Keyword, nodes.Compare, nodes.Operand),
    *(nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Concat, nodes.If, nodes.For),
    *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.Neg, nodes.Pos),
)
_CURES: Final = {
    "Call": ("nothing is called in a rule", "use a filter, as in {{ product.name | upper }}"),
    "Pow": ("** is not part of rules", None),
    "Mod": ("% is not part of rules", "join text with ~"),
    "FloorDiv": ("// is not part of rules", "a price rule rounds"),
    "Dict": ("a rule makes text, numbers and lists, no records", None),
}
_DIGITS: Final = re.compile(r"\d{1,15}")


def misuses(tree: nodes.Template, vocabulary: Vocabulary) -> list[Misuse]:
    """Return everything in the tree that is not allowed or not known, in the order of the text."""
    targets = [loop.target for loop in tree.find_all(nodes.For)]
    names = [name for target in targets for name in (target, *target.find_all(nodes.Name))]
    bound = frozenset(name.name for name in names if isinstance(name, nodes.Name))
    return list(_below(tree, vocabulary, bound))


def reads(tree: nodes.Node) -> tuple[Read, ...]:
    """Return the fields that the tree reads, in the order of the text, each once."""
    return tuple(dict.fromkeys(_reads(tree)))


def path_of(node: nodes.Node) -> "Read | None":
    """Return the dotted name that a node is; None when it is anything else."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        above = path_of(node.node)
        return (*above, node.attr) if above else None
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        above, key = path_of(node.node), node.arg.value
        return (*above, key) if above and isinstance(key, str | int) else None
    return None


def either_of(node: nodes.Node) -> tuple[Read, Read] | None:
    """Return the dotted names of ``{{ one | default(other) }}``; None for anything else."""
    if not isinstance(node, nodes.Filter) or node.name not in {"default", "d"} or node.node is None:
        return None
    if len(node.args) != 1 or node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
        return None
    first, second = path_of(node.node), path_of(node.args[0])
    return (first, second) if first and second else None


def _reads(node: nodes.Node) -> Iterator[Read]:
    path = path_of(node)
    if path is not None:
        if path[0] in SHAPES:
            yield path
        return
    for child in node.iter_child_nodes():
        yield from _reads(child)


def _below(node: nodes.Node, vocabulary: Vocabulary, bound: frozenset[str]) -> Iterator[Misuse]:
    if type(node) not in _ALLOWED:
        spelled = type(node).__name__
        cure = _CURES.get(
            spelled, (f"a rule is an expression, with if and for at most; {spelled} is not allowed", None)
        )
        yield Misuse(*cure, line=node.lineno)
        return
    path = path_of(node)
    if path is not None:
        yield from _misspelled(path, vocabulary, bound, node.lineno)
        return
    yield from _misused(node, vocabulary)
    for child in node.iter_child_nodes():
        yield from _below(child, vocabulary, bound)


def _misused(node: nodes.Node, vocabulary: Vocabulary) -> Iterator[Misuse]:
    match node:
        case nodes.Filter(name=name) if name not in vocabulary.filters:
            yield Misuse(f"{name} is not a filter", meant(name, vocabulary.filters), node.lineno)
        case nodes.Test(name=name) if name not in vocabulary.tests:
            yield Misuse(f"{name} is not a test", meant(name, vocabulary.tests), node.lineno)
        case nodes.Filter(dyn_args=args, dyn_kwargs=named) if args or named:
            yield Misuse("a filter's arguments are written out, not unpacked", None, node.lineno)
        case nodes.CondExpr(expr2=None):
            yield Misuse("an if without else has no value when it is false", "write `else none`", node.lineno)
        case nodes.For(recursive=True):
            yield Misuse("loops are not recursive", None, node.lineno)
        case nodes.For() if node.find(nodes.For):
            yield Misuse("a loop inside a loop is too much for a rule", None, node.lineno)
        case nodes.Const(value=str() as words) if "\0" in words:
            yield Misuse("the character U+0000 cannot stand in a text", "delete it", node.lineno)
        case nodes.Const(value=float() as number) if not _DIGITS.fullmatch(_significant(number)):
            yield Misuse(f"{number} has more digits than can be kept exactly", "15 are", node.lineno)
        case _:
            pass


def _misspelled(path: Read, vocabulary: Vocabulary, bound: frozenset[str], line: int) -> Iterator[Misuse]:
    root = str(path[0])
    if root in bound:
        return
    if root not in vocabulary.roots:
        yield Misuse(f"{root} is not known here", meant(root, vocabulary.roots), line)
        return
    shape, name = SHAPES[root], root
    for part in path[1:]:
        if shape.free:
            return
        if shape.members is not None and isinstance(part, int):
            shape, name = shape.members, f"{name}[{part}]"
        elif shape.fields is None:
            yield Misuse(f"{name} has no field {part!r}", "to change a value, use a filter: | upper", line)
            return
        elif part not in shape.fields:
            yield Misuse(*unknown_field(name, str(part), shape.fields), line=line)
            return
        else:
            shape, name = shape.fields[str(part)], f"{name}.{part}"
    if shape.fields is not None:
        yield Misuse(f"{name} is a record, not a value", f"name a field of it: {', '.join(shape.fields)}", line)


def _significant(number: float) -> str:
    mantissa = repr(number).partition("e")[0]
    return mantissa.replace(".", "").lstrip("0") or "0"
