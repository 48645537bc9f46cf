"""Our schema is a subset of the official one: names, types, nullability, arguments, defaults, enum values."""

import re
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    build_schema,
    specified_scalar_types,
)

from reconciler.sandbox.language.schema import part, sdl, the_schema, unresolved
from tests.official_schema import official_schema

# Types whose fields are read from mappings: they are values, not rows. Of some no shop here has any.
_VALUES = """
    AccessScope ApiVersion CollectionRuleCategoryCondition CollectionRuleConditions CollectionRuleMetafieldCondition
    CollectionRuleTextCondition CollectionSourceExclusionConditionProductCategoryValue
    CollectionSourceInclusionConditionProductCategoryValue CollectionSubCollectionEligibility
    CollectionSubCollectionEligibilityState Count CurrencyFormats CurrencySetting EditableProperty FileError Image
    InventoryItemMeasurement InventoryProperties InventoryQuantity InventoryQuantityName Job LinkedMetafield Locale
    MarketCurrencySettings MarketWebPresenceRootUrl MediaError MediaImageOriginalSource MediaPreviewImage MediaWarning
    MetafieldAccess MetafieldCapabilities MetafieldCapabilityAdminFilterable MetafieldCapabilityAnalyticsQueryable
    MetafieldCapabilityCartToOrderCopyable MetafieldCapabilitySmartCollectionCondition MetafieldCapabilityUniqueValues
    MetafieldDefinitionIdentifier MetafieldDefinitionType MetafieldDefinitionValidation MetafieldIdentifier
    MetaobjectAccess MetaobjectCapabilities MetaobjectCapabilitiesOnlineStore MetaobjectCapabilitiesPublishable
    MetaobjectCapabilitiesRenderable MetaobjectCapabilitiesTranslatable MetaobjectCapabilityData
    MetaobjectCapabilityDataOnlineStore MetaobjectCapabilityDataPublishable
    MetaobjectCapabilityDefinitionDataOnlineStore MetaobjectCapabilityDefinitionDataRenderable
    MetaobjectFieldCapabilityAdminFilterable MetaobjectFieldDefinition MetaobjectFieldDefinitionCapabilities
    Model3dSource MoneyV2 PageInfo PriceListAdjustment PriceListAdjustmentSettings PriceListParent
    ProductCompareAtPriceRange ProductPriceRange ProductPriceRangeV2 QuantityPriceBreak QuantityRule SEO SavedSearch
    SearchFilter SelectedOption ShopFeatures ShopPlan ShopPolicy ShopResourceLimits StagedMediaUploadTarget
    StagedUploadParameter StandardMetaobjectDefinitionTemplate TaxonomyCategory TranslatableContent
    UnitPriceMeasurement VideoSource Weight
"""


def test_every_field_has_a_resolver():
    texts = part("billing") + part("elsewhere")
    elsewhere = re.findall(r"^type (\w+)", texts, re.MULTILINE)  # a shop never holds one of them
    assert [] == unresolved(the_schema(), [*_VALUES.split(), *elsewhere])


def test_a_type_lists_its_fields_by_name(store):
    query = '{ __type(name: "MetafieldDefinition") { fields { name } } }'
    listed = [field["name"] for field in store.run(query)["__type"]["fields"]]
    official = _named(official_schema("2026-10"), "MetafieldDefinition")
    assert list(official.fields) == listed


def test_nothing_is_declared_that_the_official_schema_lacks():
    ours, theirs = build_schema(sdl()), official_schema("2026-10")
    differences = []
    for name, kind in ours.type_map.items():
        if name.startswith("__") or name in specified_scalar_types:
            continue
        official = _named(theirs, name)
        if type(official).__name__ != type(kind).__name__:
            differences.append(f"{name} is a {type(kind).__name__}, officially {official!r}")
        elif isinstance(kind, GraphQLEnumType):
            differences += [f"{name}.{value}" for value in kind.values if value not in official.values]
        elif isinstance(kind, GraphQLInputObjectType):
            differences += _inputs(kind.fields, official.fields, name)
            if kind.is_one_of != official.is_one_of:
                differences.append(f"{name} @oneOf")
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            differences += _fields(kind, official)
    assert [] == differences


def _named(schema: GraphQLSchema, name: str) -> Any:
    return schema.get_type(name)


def _fields(ours, theirs):
    known = {one.name for one in theirs.interfaces}
    differences = [f"{ours.name} implements {one.name}" for one in ours.interfaces if one.name not in known]
    for name, field in ours.fields.items():
        place = f"{ours.name}.{name}"
        official = theirs.fields.get(name)
        if official is None or str(official.type) != str(field.type):
            differences.append(f"{place}: {field.type}, officially {official and official.type}")
        else:
            differences += _inputs(field.args, official.args, place)
    return differences


def _inputs(ours, theirs, place):
    differences = []
    for name, given in ours.items():
        official = theirs.get(name)
        if official is None or str(official.type) != str(given.type):
            differences.append(f"{place}({name}): {given.type}, officially {official and official.type}")
        elif _default(given) != _default(official):
            differences.append(f"{place}({name}) = {_default(given)}, officially {_default(official)}")
    required = [name for name, one in theirs.items() if name not in ours and _is_required(one)]
    return differences + [f"{place} lacks the required {name}" for name in required]


def _default(given):
    return None if given.default_value is Undefined else given.default_value


def _is_required(given):
    return str(given.type).endswith("!") and given.default_value is Undefined
