"""Groups that were mapped to be checked are planned as they were mapped: fields, absences, owners and origins."""

from pathlib import Path

from reconciler.app.repository.store_view import with_catalog
from reconciler.app.repository.workspace import VOCABULARY, checked_views, open_workspace
from reconciler.loading.mappings import load_mapping
from reconciler.model.state import Desired

ROOT = Path(__file__).resolve().parents[3]


def test_a_group_is_handed_out_as_it_was_mapped_and_then_mapped_anew():
    workspace = open_workspace(ROOT)
    views = checked_views(workspace)
    for store in workspace.stores:
        plain, checked = workspace.view(store), views[store.name]
        for root in plain.roots():
            mapped, kept, again = plain.group(root), checked.group(root), checked.group(root)
            for group in (kept, again):
                assert list(mapped.resources.items()) == list(group.resources.items())
                assert (mapped.absent, mapped.claimed) == (group.absent, group.claimed)
                assert (mapped.owners, mapped.ownership) == (group.owners, group.ownership)
                for address, resource in mapped.resources.items():
                    assert resource.model_fields_set == group.resources[address].model_fields_set
                    for name in resource.model_fields_set:
                        assert mapped.origin(address, name) == group.origin(address, name)


def test_a_view_of_another_catalog_has_nothing_of_this_one():
    workspace = open_workspace(ROOT)
    view = checked_views(workspace)["eu"]
    rules = load_mapping(workspace.tree, view.store.document.mapping, VOCABULARY)
    root = next(root for root in view.roots() if root.kind == "product")
    other = with_catalog(view, workspace.catalog, rules)
    assert other.mapped.take(root, lambda: Desired({})) is None
    assert view.mapped.take(root, lambda: Desired({})) is not None
