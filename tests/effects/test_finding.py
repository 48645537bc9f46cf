"""The index of automatic collections: it leaves none out that may have a product, and few in that have not."""

from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.effects.comparing import text
from reconciler.effects.finding import Index
from reconciler.effects.sorting import sorting
from reconciler.effects.subject import Seen, Subject
from reconciler.model.automatic import Automatic, Comparison, Opaque, Source

WORDS = st.sampled_from(["Summer", "summer", "été", "ete", "Straße", "strasse", ""])
SUBJECTS = st.sampled_from(["tag", "type", "vendor", "title"])
RELATIONS = st.sampled_from(["is", "includes", "is_not", "contains", "is_set"])
MATCHES = st.sampled_from(["all", "any"])
CONDITIONS = st.one_of(
    st.builds(Comparison, SUBJECTS, RELATIONS, st.lists(WORDS, max_size=2).map(tuple), MATCHES),
    st.builds(Opaque, st.just("who knows")),
    st.builds(Comparison, st.just("price"), st.just("above"), st.just(("5 EUR",))),
)
SOURCES = st.builds(
    Source,
    conditions=st.lists(CONDITIONS, max_size=3).map(tuple),
    match=MATCHES,
    has_selected=st.sampled_from([False, False, False, True]),
    out=st.lists(CONDITIONS, max_size=1).map(tuple),
    kept=st.lists(CONDITIONS, max_size=1).map(tuple),
)
OPAQUE = st.builds(Opaque, st.just("it has what other collections have"))
COLLECTIONS = st.builds(
    Automatic, st.just("C"), sources=st.lists(st.one_of(SOURCES, SOURCES, OPAQUE), max_size=2).map(tuple)
)
HELD = st.dictionaries(SUBJECTS, st.lists(WORDS.map(text), max_size=2).map(tuple))
PRODUCTS = st.builds(Subject, HELD.map(Seen), st.none(), st.booleans())


def of_word(word: str) -> Automatic:
    return Automatic("C", sources=(Source((Comparison("tag", "is", (word,)),)),))


@example([of_word("été")], Subject(Seen({"tag": (text("ete"),)}), None))  # whether an accent counts, nobody can say
@example([of_word("")], Subject(Seen({"tag": (text(""),)}), None))
@given(st.lists(COLLECTIONS, max_size=4), PRODUCTS)
def test_no_collection_is_left_out_that_has_a_product_or_may_have_it(collections, product):
    found = Index([[each] for each in collections]).places(product)
    may_have = [place for place, each in enumerate(collections) if sorting(each, "EUR").has(product) is not False]
    assert set(may_have) <= set(found)


def of_tag(number: int) -> Automatic:
    price = Comparison("price", "above", ("5 EUR",))
    return Automatic(f"C{number}", sources=(Source((price, Comparison("tag", "is", (f"Tag {number}",)))),))


def test_of_a_thousand_collections_a_product_meets_those_that_ask_for_its_tags():
    index = Index([[of_tag(number)] for number in range(1000)])
    product = Subject(Seen({"tag": (text("tag 7"), text("TAG 900"), text("new")), "type": (text("Shirts"),)}), ())
    assert [7, 900] == index.places(product)


def test_a_product_whose_tags_nobody_read_meets_every_collection_that_asks_for_one():
    index = Index([[of_tag(1)], [of_tag(2)], [Automatic("C", sources=(Source((Comparison("type", "is", ("X",)),)),))]])
    assert [0, 1] == index.places(Subject(Seen({"type": (text("y"),)}), ()))


def test_a_product_is_found_by_what_it_was_and_by_what_it_will_be():
    index = Index([[of_tag(number)] for number in range(9)])
    before, after = (Subject(Seen({"tag": (text(f"tag {number}"),)}), ()) for number in (3, 5))
    assert [3, 5] == index.places(before, after)
