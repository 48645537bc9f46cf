"""What became of adopting drift, as text: what the files say now, what else that changes, and what could not be."""

from collections.abc import Iterator
from shlex import quote

from reconciler.model.adoption import Adopted, Adoption, AlsoChanged, NotAdopted
from reconciler.render.printable import clipped
from reconciler.render.style import EMPTY, Ink, Line, Span, Style, line, written
from reconciler.render.value import value_text
from reconciler.render.words import counted, in_project, name, number

_LONGEST = 60
_FEW = 20


def adoption_text(adoption: Adoption, style: Style, *, project: str | None = None) -> str:
    """Return what was adopted as a person reads it. project: the repository, where commands have to name it."""
    return written(_lines(adoption, project), style)


def _lines(adoption: Adoption, project: str | None) -> Iterator[Line]:
    if not (adoption.adopted or adoption.refused):
        yield line(
            Span(f"Nothing to adopt: store {adoption.store} holds nothing there that git did not ask for.", Ink.STRONG)
        )
        return
    if adoption.adopted:
        files = ", ".join(adoption.written)
        yield line(
            Span(f"Adopted {counted(len(adoption.adopted), 'change')} of store {adoption.store}", Ink.STRONG),
            f" in {files}",
        )
    for each in adoption.adopted:
        yield from _adopted(each, adoption.currency)
    for refused in adoption.refused:
        yield from _refused(refused)
    yield from _elsewhere(adoption)
    if adoption.adopted:
        plan = f"reconciler plan {quote(adoption.store)}{in_project(project)}"
        yield EMPTY
        yield line(
            f"Look at it with `git diff`, and commit it; `{plan}` has nothing left to say about what was adopted."
        )


def _adopted(each: Adopted, currency: str) -> Iterator[Line]:
    path = each.path
    both = (each.git, each.store)
    git, store = (
        str(value) if path is None else clipped(value_text(path, value, currency), _LONGEST) for value in both
    )
    what = f"{name(str(each.address))} {name(path or '')}".rstrip()
    yield line(f"{what}  ", git, " → ", Span(store, Ink.CHANGED), indent=2, right=", ".join(each.files))
    if each.because is not None:
        yield line(Span("as an override, because ", Ink.QUIET), each.because, indent=4)


def _refused(each: NotAdopted) -> Iterator[Line]:
    what = f"{name(str(each.address))} {name(each.path or '')}".rstrip()
    yield line(Span(what), Span("  not adopted: ", Ink.ALARM), each.reason, indent=2)
    if each.instead is not None:
        yield line(Span("instead: ", Ink.QUIET), each.instead, indent=4)


def _elsewhere(adoption: Adoption) -> Iterator[Line]:
    if not adoption.elsewhere:
        return
    yield EMPTY
    stores = ", ".join(dict.fromkeys(each.store for each in adoption.elsewhere))
    yield line(Span("The same lines ask other stores for something else now, too: ", Ink.LOUD), stores)
    yield from (_other(each) for each in adoption.elsewhere[:_FEW])
    if len(adoption.elsewhere) > _FEW:
        yield line(Span(f"… {number(len(adoption.elsewhere) - _FEW)} more", Ink.QUIET), indent=2)


def _other(each: AlsoChanged) -> Line:
    both = (each.before, each.after)
    before, after = (clipped(value_text(each.path, value, each.currency), _LONGEST) for value in both)
    return line(f"{name(each.store)}: {name(str(each.address))} {name(each.path)}  {before} → {after}", indent=2)
