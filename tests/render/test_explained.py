"""Lines that say what changed inside a long value, cut so that what differs is seen."""

from reconciler.render.explained import explained_lines

LONG = "<p>" + "Garment-washed linen with a soft collar. " * 5


def test_a_pair_is_cut_around_what_differs():
    same, gone, come = explained_lines((f" {LONG}", f"-{LONG}It creases.</p>", f"+{LONG}It shines.</p>"), 60)
    assert same.endswith("…")
    assert gone.endswith("collar. It creases.</p>")
    assert come.endswith("collar. It shines.</p>")
    assert all(line[1] == "…" and len(line) <= 60 for line in (gone, come))


def test_what_is_seen_from_the_left_is_cut_at_the_right_as_ever():
    gone, come = explained_lines((f"-old {LONG}", f"+new {LONG}"), 60)
    assert ("-old", "+new", "…", "…") == (gone[:4], come[:4], gone[-1], come[-1])


def test_a_line_without_another_is_cut_at_the_right():
    lines = list(explained_lines((f"-{LONG}a", f"-{LONG}b", f"+{LONG}c", f" {LONG}", f"+{LONG}d"), 60))
    assert ["-…", "-<", "+…", " <", "+<"] == [line[:2] for line in lines]
