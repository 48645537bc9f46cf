"""The PyPI ShopifyAPI, pointed at the store by its own site setting: a query, and the REST shop as a ping."""

import json
import os
import sys

import shopify

shopify.ShopifyResource.set_site(f"{os.environ['STORE_URL']}/admin/api/{os.environ['API_VERSION']}")
shopify.ShopifyResource.headers.update({"X-Shopify-Access-Token": os.environ["TOKEN"]})
answer = json.loads(shopify.GraphQL().execute("query Shop { shop { name } }", operation_name="Shop"))
ping = shopify.Shop.current()
json.dump({"shop": answer["data"]["shop"]["name"], "domain": ping.myshopify_domain}, sys.stdout)
