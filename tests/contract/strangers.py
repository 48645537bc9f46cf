"""A shop as another client would have made it: the content stays, and nothing of ours is left in it."""

from tests.contract.repository import Repository

_DEFINITIONS = """query($owner: MetafieldOwnerType!) {
  metafieldDefinitions(first: 9, ownerType: $owner, namespace: "$app:reconciler") { nodes { id } } }"""
_DELETE = """mutation($id: ID!) { metafieldDefinitionDelete(id: $id, deleteAllAssociatedMetafields: true) {
  deletedDefinitionId userErrors { message } } }"""
_NOTES = """{ collections(first: 100) { nodes { id
  metafield(namespace: "$app:reconciler", key: "image") { id } } } shop { id } }"""
_FORGET = """mutation($m: [MetafieldIdentifierInput!]!) {
  metafieldsDelete(metafields: $m) { userErrors { message } } }"""


def forget_us(repository: Repository) -> None:
    """Take off every mark, with its definitions, and whatever else the reconciler left in the shop."""
    for owner in ("PRODUCT", "COLLECTION"):
        for node in repository.ask(_DEFINITIONS, {"owner": owner})["metafieldDefinitions"]["nodes"]:
            deleted = repository.ask(_DELETE, {"id": node["id"]})["metafieldDefinitionDelete"]
            assert not deleted["userErrors"], deleted
    found = repository.ask(_NOTES)
    own = {"namespace": "$app:reconciler"}
    rows = [{"ownerId": each["id"], **own, "key": "image"} for each in found["collections"]["nodes"]]
    rows += [{"ownerId": found["shop"]["id"], **own, "key": key} for key in ("applied", "rewritten", "lease")]
    repository.ask(_FORGET, {"m": rows})
