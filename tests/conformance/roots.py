"""The root fields that a catalog engine needs: what the score is about."""

_NAMES = """
    product products productByIdentifier productVariant productVariants productSet productOperation
    productCreate productUpdate productDelete productReorderMedia productVariantAppendMedia productVariantDetachMedia
    productVariantsBulkCreate productVariantsBulkUpdate productVariantsBulkDelete productVariantsBulkReorder
    productOptionsCreate productOptionsDelete productOptionsReorder productOptionUpdate tagsAdd tagsRemove
    files fileCreate fileUpdate fileDelete stagedUploadsCreate
    inventoryItem inventoryItems inventoryLevel location locations inventorySetQuantities inventoryAdjustQuantities
    inventoryActivate inventoryDeactivate inventoryBulkToggleActivation inventoryItemUpdate
    metafieldsSet metafieldsDelete metafieldDefinition metafieldDefinitions
    metafieldDefinitionCreate metafieldDefinitionUpdate metafieldDefinitionDelete
    collection collections collectionByIdentifier collectionCreate collectionUpdate collectionDelete
    collectionAddProductsV2 collectionRemoveProducts collectionReorderProducts
    publications publishablePublish publishableUnpublish
    bulkOperation bulkOperations bulkOperationRunQuery bulkOperationRunMutation bulkOperationCancel
    node nodes job shop currentAppInstallation publicApiVersions
    translatableResource translationsRegister translationsRemove priceList
"""
CORE = frozenset(_NAMES.split())
