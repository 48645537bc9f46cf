"""What was there before a scenario's first step, told by what its recording shows."""

from tests.conformance.earlier import has_own_channel
from tests.conformance.scenario import FORMAT, scenario
from tests.conformance.seeds import made_by, seed_steps

OLD, NEW = "gid://shopify/Product/100000001", "gid://shopify/Product/100000002"
PICKED = "gid://shopify/Collection/100000003"
OPTION = "gid://shopify/ProductOption/100000004"
FIRST, SECOND = "gid://shopify/Metafield/100000005", "gid://shopify/Metafield/100000006"


def a_recording(*steps, seed=(), objects=()):
    content = {"format": FORMAT, "name": "s", "domain": "d", "steps": list(steps)}
    return scenario({**content, "seed": {"steps": list(seed), "objects": list(objects)}}, "s")


def a_step(query, data, **variables):
    return {"query": query, "variables": variables, "response": {"data": data}}


def a_seed(gid, *more, what="product", **given):
    bindings = [{"literal": gid, "from": "data.productSet.product.id"}, *more]
    return {"what": what, "query": "", "variables": {"input": given}, "bindings": bindings}


def inputs(recording):
    return [step["variables"]["input"] for step in seed_steps(recording)]


def test_objects_are_made_in_the_order_in_which_they_once_were():
    recording = a_recording(
        seed=[a_seed(NEW, title="New"), a_seed(PICKED, what="collection"), a_seed(OLD, title="Old")]
    )
    assert ["Old", None, "New"] == [one.get("title") for one in inputs(recording)]


def test_what_a_step_makes_is_not_made_before():
    step = a_step(
        "mutation { collectionCreate { collection { id } } }", {"collectionCreate": {"collection": {"id": PICKED}}}
    )
    recording = a_recording(step, seed=[a_seed(PICKED, what="collection"), a_seed(OLD)])
    assert {PICKED} == made_by(recording)
    assert 1 == len(inputs(recording))


def test_options_that_a_step_adds_are_not_there_before():
    answer = {"product": {"id": OLD, "options": [{"id": OPTION, "name": "Size"}]}, "userErrors": []}
    query = "mutation { productOptionsCreate { product { id } } }"
    step = a_step(query, {"productOptionsCreate": answer}, options=[{"name": "Size"}])
    bound = {"literal": OPTION, "from": "data.productSet.product.options[0].id"}
    row = {"optionValues": [{"optionName": "Size", "name": "S"}], "price": "5"}
    seed = a_seed(OLD, bound, productOptions=[{"name": "Size", "values": [{"name": "S"}]}], variants=[row])
    (step,) = seed_steps(a_recording(step, seed=[seed]))
    given = step["variables"]["input"]
    assert ["Title"] == [option["name"] for option in given["productOptions"]]
    assert [{"price": "5", "optionValues": [{"optionName": "Title", "name": "Default Title"}]}] == given["variants"]
    assert [OLD] == [one["literal"] for one in step["bindings"]]


def test_an_option_that_a_refused_step_names_stays():
    answer = {"product": {"id": OLD, "options": [{"id": OPTION, "name": "Size"}]}, "userErrors": [{"message": "no"}]}
    query = "mutation { productOptionsCreate { product { id } } }"
    assert set() == made_by(a_recording(a_step(query, {"productOptionsCreate": answer}, options=[{"name": "Size"}])))


def test_a_metafield_is_not_there_before_an_older_one_is_made():
    rows = [{"id": FIRST}, {"id": SECOND}]
    step = a_step("mutation { metafieldsSet { metafields { id } } }", {"metafieldsSet": {"metafields": rows}})
    known = [{"id": SECOND, "type": "Metafield", "state": {"key": "origin"}}]
    bound = {"literal": SECOND, "from": "data.productSet.product.m0.id"}
    recording = a_recording(step, seed=[a_seed(OLD, bound, metafields=[{"key": "origin"}])], objects=known)
    assert [[]] == [one["metafields"] for one in inputs(recording)]
    older = a_recording(step, objects=[{**one, "id": FIRST} for one in known])
    assert {SECOND} == made_by(older)


def test_a_product_is_as_it_was_first_seen_unless_a_step_had_changed_it():
    shown = {"product": {"id": OLD, "title": "Before", "vendor": None}}
    refused = {"productUpdate": {**shown, "userErrors": [{"message": "no"}]}}
    changed = {"productUpdate": {**shown, "userErrors": []}}
    seed = [a_seed(OLD, title="After", vendor="ACME")]
    for step in (a_step("{ product { id } }", shown), a_step("mutation { productUpdate { product } }", refused)):
        assert [{"title": "Before", "vendor": "ACME"}] == inputs(a_recording(step, seed=seed))
    written = a_recording(a_step("#graphql\n  mutation { productUpdate { product } }", changed), seed=seed)
    assert [{"title": "After", "vendor": "ACME"}] == inputs(written)


def test_the_app_is_a_channel_where_something_is_published_on_it():
    def seen(is_published):
        product = {"id": OLD, "publishedOnCurrentPublication": is_published}
        return has_own_channel(a_recording(a_step("{ product { id } }", {"product": product})))

    assert (True, False) == (seen(is_published=True), seen(is_published=False))
