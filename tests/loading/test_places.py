"""Positions of values are found on demand, and only then."""

from reconciler.loading.catalog import load_catalog
from reconciler.loading.places import REMEMBERED, Places
from reconciler.model.origin import Place
from tests.loading.memory import Memory, a_repository

TEXT = b"""key: a
tags:
  - x
  - y
variants:
  - {sku: A, price: {EUR: 1.50}}
text: |
  long
"""


class Counting(Memory):
    """Counts how often files are read."""

    reads: list[str]

    def read(self, file):
        self.reads.append(file)
        return super().read(file)


def counting(contents):
    source = Counting(contents)
    object.__setattr__(source, "reads", [])
    return source


def of(path):
    return Places(Memory({"x.yaml": TEXT})).of("x.yaml").value(path)


def test_a_value_has_its_line_and_column():
    assert Place("x.yaml", 1, 6) == of(("key",))
    assert Place("x.yaml", 4, 5) == of(("tags", 1))
    assert Place("x.yaml", 6, 27) == of(("variants", 0, "price", "EUR"))
    assert Place("x.yaml", 7, 7) == of(("text",))


def test_a_value_that_is_not_there_has_the_place_of_its_nearest_ancestor():
    assert Place("x.yaml", 6, 21) == of(("variants", 0, "price", "USD"))
    assert Place("x.yaml", 6, 5) == of(("variants", 0, "cost", "EUR"))
    assert Place("x.yaml", 3, 3) == of(("tags", 9))
    assert Place("x.yaml", 1, 1) == of(("seo",))


def test_a_key_has_its_own_place():
    assert Place("x.yaml", 6, 6) == Places(Memory({"x.yaml": TEXT})).of("x.yaml").key(("variants", 0, "sku"))


def test_the_text_of_a_number_is_as_written():
    places = Places(Memory({"x.yaml": b"a: 0012\nb: [1]\n"})).of("x.yaml")
    assert "0012" == places.written(("a",))
    assert None is places.written(("b",))
    assert None is places.written(("c",))


def test_loading_what_is_right_composes_nothing_twice():
    source = counting(a_repository(a="key: a\nname: A\nvariants: [{price: 1}]\n").contents)
    catalog = load_catalog(source)
    assert ["catalog/products/a.yaml"] == source.reads
    assert "catalog/products/a.yaml:2:7" == str(catalog.entries["a"].locate(("name",)))
    catalog.entries["a"].locate(("key",))
    assert 2 == len(source.reads)


def test_a_product_in_a_list_is_found_below_its_place():
    text = "products:\n  - {key: a, name: A, variants: [{price: 1}]}\n  - {key: b, name: B, variants: [{price: 1}]}\n"
    catalog = load_catalog(a_repository(many=text))
    assert "catalog/products/many.yaml:3:34" == str(catalog.entries["b"].locate(("variants", 0)))


def test_only_the_last_files_are_remembered():
    files = {f"{number}.yaml": b"a: 1\n" for number in range(REMEMBERED + 1)}
    source = counting(files)
    places = Places(source)
    for file in (*files, "0.yaml", f"{REMEMBERED}.yaml"):
        places.of(file).value(("a",))
    assert [*files, "0.yaml"] == source.reads


def test_a_file_that_changed_under_us_still_has_a_name():
    assert Place("x.yaml") == Places(Memory({"x.yaml": b"[["})).of("x.yaml").value(("a",))
    assert Place("gone.yaml") == Places(Memory({})).of("gone.yaml").value(("a",))
