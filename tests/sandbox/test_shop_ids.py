from reconciler.sandbox.shops.shop import Shops
from tests.sandbox.store import PRODUCT_CREATE


def opened(folder, name="eu"):
    shops = Shops(folder)
    try:
        return shops.ensure(name, {}).settings
    finally:
        shops.close()


def identity(settings):
    return {settings.shop_id, settings.app_id, settings.installation_id}


def test_two_shops_of_one_server_share_no_id(server):
    one, other = (server.shop(f"twin-{number}") for number in range(2))
    products = {shop.mutate(PRODUCT_CREATE, given={"title": "Shirt"})["product"]["id"] for shop in (one, other)}
    assert (2, 2) == (len({one.shop["shop_id"], other.shop["shop_id"]}), len(products))


def test_a_shop_of_the_same_name_in_another_folder_is_another_shop(tmp_path):
    assert set() == identity(opened(tmp_path / "a")) & identity(opened(tmp_path / "b"))


def test_a_shop_keeps_its_ids_when_it_is_opened_again(tmp_path):
    assert identity(opened(tmp_path)) == identity(opened(tmp_path))


def test_a_shop_that_was_reset_is_another_shop(tmp_path):
    before = opened(tmp_path)
    Shops(tmp_path).remove("eu")
    assert set() == identity(before) & identity(opened(tmp_path))


def test_ids_need_more_than_32_bits_and_fit_a_javascript_number(tmp_path):
    assert 2**32 < min(identity(opened(tmp_path))) <= max(identity(opened(tmp_path))) < 2**53
