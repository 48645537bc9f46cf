"""Digests differ wherever anything differs that a plan may look at."""

from reconciler.planning.digest import digest


def test_parts_do_not_run_into_each_other():
    assert digest(("ab", "c")) != digest(("a", "bc"))
    assert digest((1,)) != digest(("1",))
