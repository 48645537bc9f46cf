import pytest
import requests


def test_making_a_shop_twice_keeps_its_data_and_its_token(server):
    first = server.shop("kept")
    product = first.set_product({"title": "Stays"})
    second = server.shop("kept")
    assert first.shop == second.shop
    assert "Stays" == second.product(product["id"])["title"]


def test_another_currency_for_an_existing_shop_is_a_conflict(server):
    server.shop("euro")
    answer = server.put("euro", currency="USD")
    assert 409 == answer.status_code
    assert "shop euro has currency EUR, not USD" in answer.json()["error"]


def test_settings_of_an_existing_shop_can_be_changed(server):
    shop = server.shop("changing", display_name="Old", plan="standard")
    server.put("changing", display_name="New", plan="plus")
    answer = shop.answer("{ shop { name plan { shopifyPlus } } }")
    assert {"name": "New", "plan": {"shopifyPlus": True}} == answer["data"]["shop"]
    assert 20_000 == answer["extensions"]["cost"]["throttleStatus"]["maximumAvailable"]


def test_a_removed_shop_is_gone_and_may_be_made_again(server):
    shop = server.shop("gone")
    product = shop.set_product({"title": "Goes"})
    listed = requests.get(f"{server.url}/_sandbox/shops", timeout=9).json()["shops"]
    assert "gone" in listed
    assert sorted(listed) == listed
    assert {"removed": True} == requests.delete(f"{server.url}/_sandbox/shops/gone", timeout=9).json()
    assert 404 == shop.post({"query": "{ shop { id } }"}).status_code
    assert None is server.shop("gone").product(product["id"])


def test_health_says_who_serves_what(server):
    health = requests.get(f"{server.url}/_sandbox/health", timeout=9).json()
    assert (True, server.process.pid) == (health["ok"], health["pid"])
    assert {"ok", "pid", "version", "data_dir"} == health.keys()


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("Bad_Name", {}),
        ("..", {}),
        ("ok", {"plan": "gold"}),
        ("ok", {"currency": "XXQ"}),
        ("ok", {"scopes": ["read_minds"]}),
        ("ok", {"token_lifetime_s": 0}),
        ("ok", {"colour": "red"}),
    ],
)
def test_settings_that_make_no_sense_are_refused(server, name, settings):
    answer = server.put(name, **settings)
    assert answer.status_code in {400, 404}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/json", "Host": "evil.example"}, 403),
        ({"Content-Type": "application/json", "Origin": "https://evil.example"}, 403),
        ({"Content-Type": "application/json", "Origin": "null"}, 403),
    ],
)
def test_a_web_page_cannot_reach_the_control_side(server, headers, status):
    url = f"{server.url}/_sandbox/shops/evil"
    assert status == requests.put(url, data=b"{}", headers=headers, timeout=9).status_code


def test_what_is_wished_for_a_new_shop_is_not_added_later(server):
    names = "{ locations(first: 9) { nodes { name } } }"
    store = server.shop("beginnings", when_new={"locations": ["Oslo"], "publications": ["Fair"]})
    assert ["Oslo"] == [node["name"] for node in store.run(names)["locations"]["nodes"]]
    server.put("beginnings", when_new={"locations": ["Bergen"]})
    assert ["Oslo"] == [node["name"] for node in store.run(names)["locations"]["nodes"]]
    refused = server.put("beginnings", when_new={"locatons": ["Bergen"]})
    assert (400, "unknown settings: locatons") == (refused.status_code, refused.json()["error"])
