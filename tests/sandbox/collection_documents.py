"""Documents about collections that several test modules send."""

from typing import Any

from tests.sandbox.store import Store

CONDITIONS = """
  __typename
  ... on CollectionSourceInclusionConditionProductTag { id matchType tagRelation: relation values }
  ... on CollectionSourceInclusionConditionProductTitle { id matchType titleRelation: relation values }
  ... on CollectionSourceInclusionConditionProductType { id matchType typeRelation: relation values }
  ... on CollectionSourceInclusionConditionProductStatus { id statusRelation: relation statuses: values }
  ... on CollectionSourceInclusionConditionProductCategory { id
      categories: values { includeDescendants category { id } } }
  ... on CollectionSourceInclusionConditionVariantPrice { id priceRelation: relation
      price: value { amount currencyCode } }
  ... on CollectionSourceInclusionConditionVariantCompareAtPrice { id compareRelation: relation
      compare: value { amount } }
  ... on CollectionSourceInclusionConditionVariantWeight { id weightRelation: relation weight: value { unit value } }
  ... on CollectionSourceInclusionConditionMetafieldInteger { id number: value definition { key } }
"""
SOURCES = (
    """sources { __typename id title description app { id }
  ... on CollectionConditionsSource { shareable targetType
    inclusion { matchType conditions {"""
    + CONDITIONS
    + """} selections(first: 10) { nodes { product { title } variantIds } } }
    exclusion { matchType conditions { __typename id
        ... on CollectionSourceExclusionConditionProductTag { values }
        ... on CollectionSourceExclusionConditionCollection { matchType collections: values { title } } }
      selections(first: 10) { nodes { product { title } } } }
    products(first: 10) { nodes { title } } }
  ... on CollectionSubCollectionsSource { collections { title } } }"""
)
FIELDS = (
    """ id legacyResourceId title handle description descriptionHtml sortOrder templateSuffix updatedAt
  seo { title description } image { id url altText width height }
  products(first: 20) { nodes { title } } productsCount { count precision }
  ruleSet { appliedDisjunctively rules { column relation condition } } """
    + SOURCES
)
COLLECTION = "query C($id: ID!) { collection(id: $id) {" + FIELDS + "} }"
CREATE = (
    "mutation C($given: CollectionCreateInput) { collectionCreate(collection: $given) { collection {"
    + FIELDS
    + "} userErrors { field message } } }"
)
LEGACY_CREATE = (
    "mutation C($given: CollectionInput) { collectionCreate(input: $given) { collection {"
    + FIELDS
    + "} userErrors { field message } } }"
)
UPDATE = (
    "mutation U($given: CollectionUpdateInput) { collectionUpdate(collection: $given) { collection {"
    + FIELDS
    + "} job { id done } userErrors { field message } } }"
)
LEGACY_UPDATE = (
    "mutation U($given: CollectionInput) { collectionUpdate(input: $given) { collection {"
    + FIELDS
    + "} job { id done } userErrors { field message } } }"
)
DELETE = """mutation D($id: ID!) { collectionDelete(input: {id: $id}) {
  deletedCollectionId shop { name } userErrors { field message } } }"""
ADD = """mutation A($id: ID!, $products: [ID!]!) { collectionAddProducts(id: $id, productIds: $products) {
  collection { products(first: 20) { nodes { title } } } userErrors { field message } } }"""
ADD_BY_JOB = """mutation A($id: ID!, $products: [ID!]!) { collectionAddProductsV2(id: $id, productIds: $products) {
  job { id done } userErrors { code field message } } }"""
REMOVE = """mutation R($id: ID!, $products: [ID!]!) { collectionRemoveProducts(id: $id, productIds: $products) {
  job { id done } userErrors { field message } } }"""
REORDER = """mutation R($id: ID!, $moves: [MoveInput!]!) { collectionReorderProducts(id: $id, moves: $moves) {
  job { id done } userErrors { code field message } } }"""


def product(store: Store, title: str, **fields: Any) -> str:
    """Make a product and return its id."""
    return str(store.set_product({"title": title, **fields})["id"])


def collection(store: Store, title: str = "Collection", **fields: Any) -> Any:
    """Make a collection by the new argument and return it as it is read afterwards."""
    made = store.mutate(CREATE, given={"title": title, **fields})["collection"]
    return store.run(COLLECTION, id=made["id"])["collection"]


def legacy(store: Store, title: str = "Collection", **fields: Any) -> Any:
    """Make a collection by the deprecated argument and return it as it is read afterwards."""
    made = store.mutate(LEGACY_CREATE, given={"title": title, **fields})["collection"]
    return store.run(COLLECTION, id=made["id"])["collection"]


def read(store: Store, found: Any) -> Any:
    """Return a collection as it is now."""
    return store.run(COLLECTION, id=found["id"])["collection"]


def source(**sides: Any) -> list[dict[str, Any]]:
    """Return the sources of an input: one of conditions and selections."""
    return [{"source": {"title": "Source", **sides}}]


def tagged(*tags: str, match_type: str = "ANY") -> dict[str, Any]:
    """Return a condition about tags."""
    return {"productTag": {"matchType": match_type, "relation": "TAGGED_WITH", "values": list(tags)}}


def titles(found: Any) -> list[str]:
    """Return the titles of a collection's products in order."""
    return [row["title"] for row in found["products"]["nodes"]]
