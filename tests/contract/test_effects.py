"""Side effects against an embedded store: what a plan says joins and leaves does so once it is applied.

The store works its collections out by itself, in SQL, and shares no code with the prediction.
"""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

import pytest
import yaml

from reconciler.model.effect import MembersMoved, Unforeseen
from reconciler.model.plan import Plan
from reconciler.render.effects import told
from tests.contract.pictures import a_png
from tests.contract.repository import Repository

STORE = "locations: {north: North, south: South}\n"
DEFINITIONS = {
    "product.facts.season": {"name": "Season", "type": "single_line_text_field"},
    "product.facts.score": {"name": "Score", "type": "number_integer"},
    "product.facts.parts": {"name": "Parts", "type": "list.single_line_text_field"},
}
MEMBERS = "{ collections(first: 250) { nodes { id title products(first: 50) { nodes { handle } } } } }"
CREATE = """mutation C($given: CollectionCreateInput) {
  collectionCreate(collection: $given) { collection { id } userErrors { field message } } }"""
DEFINE = """mutation D($d: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $d) { createdDefinition { id } userErrors { message } } }"""
LEGACY = """mutation C($given: CollectionInput) {
  collectionCreate(input: $given) { collection { id } userErrors { field message } } }"""
MAKE = "mutation($p: ProductCreateInput!) { productCreate(product: $p) { product { id } userErrors { message } } }"
WORDS = ("linen", "Wool", "cotton shirt", "Shirt", "summer", "Mug")
FIELDS = (
    *("tag", "tag", "title", "type", "vendor", "category", "variant_title"),
    *("price", "compare_at_price", "weight", "inventory"),
)
TAGS = ("sale", "summer", "New", "outlet")


def a_product(random: Random, key: str) -> dict[str, Any]:
    sizes = random.sample(["Small", "Large", "Wide"], random.randint(1, 2))
    return {
        "key": key,
        "name": f"{random.choice(WORDS)} {random.choice(WORDS)}",
        "type": random.choice(["Tops", "kitchen", "Tops & more"]),
        "brand": random.choice(["Acme", "Nord"]),
        "status": random.choice(["active", "active", "draft"]),
        "tags": random.sample(TAGS, random.randint(0, 3)),
        "taxonomy": random.choice(["aa-1-13-7", "aa-1-13", "hg-11"]),
        "metafields": {
            "facts.season": random.choice(["Spring", "autumn"]),
            **({"facts.score": random.randint(1, 5)} if random.random() < 0.7 else {}),
            "facts.parts": random.sample(["Cuff", "Hem", "Lid"], random.randint(1, 2)),
        },
        "variants": [a_variant(random, f"{key}-{size}", size) for size in sizes],
    }


def a_variant(random: Random, sku: str, size: str) -> dict[str, Any]:
    return {
        "sku": sku,
        "options": {"Size": size},
        "price": random.choice(["10.00", "20.00", "30.00"]),
        "compare_at_price": random.choice(["40.00", None]),
        "weight": random.choice(["200 g", "0.3 kg", "1 kg"]),
        "tracked": True,
        "stock": {"north": random.randint(0, 4), "south": random.randint(0, 4)},
    }


def a_rule(random: Random) -> dict[str, Any]:
    """A condition as files say it."""
    text = ["is", "is_not", "contains", "does_not_contain", "starts_with", "ends_with"]
    field = random.choice(FIELDS)
    some = random.randint(1, 2)
    match field:
        case "tag":
            return {"field": field, "relation": random.choice(["is", "is_not"]), "values": random.sample(TAGS, some)}
        case "title" | "type" | "vendor" | "variant_title":
            values = random.sample([*WORDS, "Acme", "Tops", "Small", "arge"], some)
            return {"field": field, "relation": random.choice(text), "values": values}
        case "category":
            codes = random.sample(["aa-1", "aa-1-13", "hg-11"], some)
            return {"field": field, "relation": random.choice(["is", "is_not"]), "values": codes}
        case "compare_at_price" if random.random() < 0.4:
            return {"field": field, "relation": random.choice(["is_set", "is_not_set"])}
        case "price" | "compare_at_price":
            relation = random.choice(["is", "is_not", "above", "below"])
            return {"field": field, "relation": relation, "values": [random.choice(["10.00", "20.00", "40.00"])]}
        case "weight":
            relation = random.choice(["is", "is_not", "above", "below"])
            return {"field": field, "relation": relation, "values": [random.choice(["300 g", "0.2 kg"])]}
        case _:
            relation = random.choice(["is", "above", "below"])
            return {"field": field, "relation": relation, "values": [str(random.randint(0, 6))]}


def a_category(random: Random, key: str) -> dict[str, Any]:
    rules = [a_rule(random) for _ in range(random.randint(1, 3))]
    return {"key": key, "name": f"Ours {key}", "conditions": {"match": random.choice(["all", "any"]), "rules": rules}}


def foreign_sources(random: Random, definitions: Mapping[str, str]) -> list[dict[str, Any]]:
    """What no file can say: metafields, a status, exclusions, two sources."""
    season = {"definitionId": definitions["season"], "matchType": "ANY", "relation": "EQUALS"}
    score = {"definitionId": definitions["score"], "relation": random.choice(["EQUALS", "GREATER_THAN", "LESS_THAN"])}
    parts = {"definitionId": definitions["parts"], "matchType": random.choice(["ANY", "ALL"]), "relation": "INCLUDES"}
    conditions: list[dict[str, Any]] = [
        {"metafieldString": {**season, "values": [random.choice(["spring", "autumn"])]}},
        {"metafieldInteger": {**score, "value": random.randint(1, 5)}},
        {"metafieldStringList": {**parts, "values": random.sample(["cuff", "hem", "lid"], 2)}},
        {
            "productStatus": {
                "matchType": "ANY",
                "relation": random.choice(["EQUALS", "NOT_EQUALS"]),
                "values": ["DRAFT"],
            }
        },
        tagged(random.choice(TAGS)),
        {"variantPrice": {"relation": "LESS_THAN", "value": {"amount": "25", "currencyCode": "EUR"}}},
    ]
    sources = []
    for number in range(random.choice([1, 1, 2])):
        inclusion = {"matchType": random.choice(["ALL", "ANY"]), "conditions": random.sample(conditions, 2)}
        exclusion = {"matchType": "ALL", "conditions": [tagged(random.choice(TAGS))]}
        kept_out = {"exclusion": exclusion} if random.random() < 0.5 else {}
        sources.append({"source": {"title": f"S{number}", "inclusion": inclusion, **kept_out}})
    return sources


def tagged(tag: str) -> dict[str, Any]:
    return {"productTag": {"matchType": "ANY", "relation": "TAGGED_WITH", "values": [tag]}}


def members(repository: Repository) -> dict[str, set[str]]:
    nodes = repository.ask(MEMBERS)["collections"]["nodes"]
    return {node["title"]: {each["handle"] for each in node["products"]["nodes"]} for node in nodes}


def foretold(plan: Plan) -> dict[str, tuple[set[str], set[str]]]:
    moved = [each for each in plan.effects if isinstance(each, MembersMoved)]
    return {each.collection.title: ({at.key for at in each.joins}, {at.key for at in each.leaves}) for each in moved}


def unforeseen(plan: Plan) -> dict[str, set[str]]:
    unsure = [each for each in plan.effects if isinstance(each, Unforeseen)]
    return {each.collection.title: {at.key for at in each.products} for each in unsure if each.collection is not None}


def edited(random: Random, products: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the products with some of their fields drawn anew, one of them gone and another one new."""
    for product in products[1:]:
        drawn = a_product(random, product["key"])
        fields = random.sample(["name", "type", "brand", "status", "tags", "taxonomy", "metafields", "variants"], 3)
        yield {**product, **{name: drawn[name] for name in fields}} if random.random() < 0.7 else product
    yield a_product(random, f"n{random.randint(100, 999)}")


def defined(repository: Repository) -> dict[str, str]:
    """Make the definitions that a condition may be about, and return their ids."""
    found = {}
    for name, definition in DEFINITIONS.items():
        owner, namespace, key = name.split(".")
        given = {"ownerType": owner.upper(), "namespace": namespace, "key": key, **definition}
        capability = {"capabilities": {"smartCollectionCondition": {"enabled": True}}}
        made = repository.ask(DEFINE, {"d": {**given, **capability}})["metafieldDefinitionCreate"]
        found[key] = made["createdDefinition"]["id"]
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_what_a_plan_foretells_of_automatic_collections_comes_true(repository: Repository, seed: int) -> None:
    random = Random(seed)
    repository.make_shop(locations=["North", "South"], plan="enterprise")
    repository.store_says(f"{STORE}on_remove: delete")
    repository.file("catalog/metafields.yaml", yaml.safe_dump(DEFINITIONS))
    definitions = defined(repository)
    for number in range(12):
        given = {"title": f"Theirs {number}", "sources": foreign_sources(random, definitions)}
        assert [] == repository.ask(CREATE, {"given": given})["collectionCreate"]["userErrors"]
    products = [a_product(random, f"p{number}") for number in range(8)]
    categories = [a_category(random, f"c{number}") for number in range(16)]
    seen = dict.fromkeys(("joins", "leaves", "unsure"), 0)
    for _ in range(2):
        repository.has(products)
        repository.has_categories(categories)
        was, plan = members(repository), repository.plan()
        report = repository.apply(plan, "product-removed", "variant-removed")
        assert report.complete, report.outcomes
        now, told, unsure = members(repository), foretold(plan), unforeseen(plan)
        gone = {change.address.key for change in plan.changes if change.action == "remove"}
        for title, inside in now.items():
            before, doubted = was.get(title, set()) - gone, unsure.get(title, set())
            joins, leaves = told.get(title, (set(), set()))
            assert (joins, leaves) == (inside - before - doubted, before - inside - doubted), title
            for name, count in (("joins", len(joins)), ("leaves", len(leaves)), ("unsure", len(doubted))):
                seen[name] += count
        products = list(edited(random, products))
        categories = [a_category(random, c["key"]) if random.random() < 0.3 else c for c in categories]
    assert seen["joins"] > 80
    assert seen["leaves"] > 10
    assert seen["unsure"] < seen["joins"] / 3, "what is not known has to be the exception"


def simple(key: str, *sizes: str, **fields: Any) -> dict[str, Any]:
    named = sizes or ("One",)
    variants = [{"sku": f"{key}-{size}", "options": {"Size": size}, "price": "9.00"} for size in named]
    return {"key": key, "name": key.title(), "variants": variants, **fields}


def said(plan: Plan) -> list[str]:
    return [f"{each.sentence} [{', '.join(each.names)}]" for each in told(plan.effects)]


def test_a_plan_says_what_shoppers_will_not_find_any_more(repository: Repository) -> None:
    repository.file("catalog/images/cup.png", a_png(1))
    limits = "limits: {off: [catalog-shrunk, prices-changed]}\n"
    repository.store_says(f"publications: [Online Store]\n{limits}")
    picture = {"images": [{"file": "images/cup.png"}]}
    pan, pot = simple("pan"), simple("pot", handle="stove")
    first = [simple("cup", "S", "L", **picture), simple("bowl"), simple("jar"), pan, pot, simple("lid")]
    repository.has(first)
    plan = repository.plan()
    assert ["5 new products will have no picture [bowl, jar, lid, pan, pot]"] == said(plan)
    assert repository.apply(plan).complete
    cup = simple("cup", "S", images=[], handle="mug")
    bowl, lid = simple("bowl", status="draft"), simple("lid", handle="cover")
    repository.has([cup, bowl, {**pan, "handle": "stove"}, {**pot, "handle": "oven"}, lid])
    plan = repository.plan()
    assert {
        "1 product will leave every sales channel: the status becomes draft [bowl]",
        "1 product will leave every sales channel: the status becomes archived [jar]",
        "1 web address will show something else, which takes the handle over [/products/stove shows product/pan]",
        (
            "3 web addresses will change, with a redirect from the old one "
            "[/products/cup → /products/mug, /products/lid → /products/cover, /products/pan → /products/stove]"
        ),
        "1 choice will go with the last variant that had it [cup Size: L]",
        "1 product will have no picture any more: see the limit pictures-lost []",
    } == set(said(plan))
    assert ["pictures-lost"] == [broken.rule for broken in plan.violations]
    assert repository.apply(plan, "pictures-lost").complete
    assert () == repository.plan().effects


def test_a_store_without_sources_is_asked_for_its_rule_sets(repository: Repository) -> None:
    repository.store_says('api_version: "2026-04"')
    rule = {"column": "TAG", "relation": "EQUALS", "condition": "Sale"}
    heavy = {"column": "VARIANT_WEIGHT", "relation": "GREATER_THAN", "condition": "2"}
    for title, rules in (("By tag", [rule]), ("By weight", [heavy])):
        given = {"title": title, "ruleSet": {"appliedDisjunctively": False, "rules": rules}}
        assert [] == repository.ask(LEGACY, {"given": given})["collectionCreate"]["userErrors"]
    repository.has([simple("cup", tags=["sale"], images=[]), simple("bowl")])
    plan = repository.plan()
    assert {
        "1 product will join “By tag” (not ours) [cup]",
        (
            "whether 2 products will join or leave “By weight” (not ours) is not known: "
            "it has a condition of a kind that cannot be worked out here: VARIANT_WEIGHT [bowl, cup]"
        ),
    } <= set(said(plan))
    assert repository.apply(plan).complete
    assert {"cup"} == members(repository)["By tag"]
    repository.has([simple("cup", tags=["sold out"]), simple("bowl")])
    assert "1 product will leave “By tag” (not ours) by tag [cup]" in said(repository.plan())


def test_what_others_put_there_and_what_is_not_ours_is_said(repository: Repository) -> None:
    made = repository.ask(MAKE, {"p": {"title": "Theirs", "tags": ["sale"]}})["productCreate"]["product"]["id"]
    inclusion = {"matchType": "ALL", "conditions": [tagged("sale")], "selections": [{"productId": made}]}
    given = {"title": "Mixed", "sources": [{"source": {"title": "S", "inclusion": inclusion}}]}
    assert [] == repository.ask(CREATE, {"given": given})["collectionCreate"]["userErrors"]
    repository.has([simple("cup", tags=["new"])])
    assert repository.apply(repository.plan()).complete
    repository.has_categories([{"key": "deals", "name": "Deals", "conditions": {"rules": [sale()]}}])
    repository.has([simple("cup", tags=["sale"])])
    assert [
        "1 product, and 1 that is not ours, will join “Deals” by its new conditions [cup]",
        (
            "whether 1 product will join or leave “Mixed” (not ours) is not known: "
            "some products are in it by hand, and which is not read [cup]"
        ),
    ] == said(repository.plan())


def sale() -> dict[str, Any]:
    return {"field": "tag", "values": ["sale"]}
