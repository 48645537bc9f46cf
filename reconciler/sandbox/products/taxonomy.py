"""What categories are called. Shopify: TaxonomyCategory.

The taxonomy has over ten thousand categories; the store knows the names of its roots and of some branches that shops
use most. Any other category goes by its code, which says where it stands.
"""

_NAMES = {
    "aa": "Apparel & Accessories",
    "aa-1": "Clothing",
    "aa-1-1": "Activewear",
    "aa-1-4": "Dresses",
    "aa-1-13": "Clothing Tops",
    "aa-2": "Clothing Accessories",
    "aa-3": "Costumes & Accessories",
    "aa-4": "Handbag & Wallet Accessories",
    "aa-5": "Handbags, Wallets & Cases",
    "aa-6": "Jewelry",
    "aa-7": "Shoe Accessories",
    "aa-8": "Shoes",
    "ae": "Arts & Entertainment",
    "ap": "Animals & Pet Supplies",
    "ap-1": "Live Animals",
    "ap-2": "Pet Supplies",
    "bi": "Business & Industrial",
    "bt": "Baby & Toddler",
    "bu": "Bundles",
    "co": "Cameras & Optics",
    "el": "Electronics",
    "fb": "Food, Beverages & Tobacco",
    "fr": "Furniture",
    "gc": "Gift Cards",
    "ha": "Hardware",
    "hb": "Health & Beauty",
    "hg": "Home & Garden",
    "lb": "Luggage & Bags",
    "ma": "Mature",
    "me": "Media",
    "na": "Uncategorized",
    "os": "Office Supplies",
    "pa": "Product Add-Ons",
    "rc": "Religious & Ceremonial",
    "se": "Services",
    "sg": "Sporting Goods",
    "so": "Software",
    "tg": "Toys & Games",
    "vp": "Vehicles & Parts",
}


def names(code: str) -> list[str]:
    """Return the names of a category's branch, from the root to the category itself."""
    parts = code.split("-")
    branch = ["-".join(parts[:length]) for length in range(1, len(parts) + 1)]
    return [_NAMES.get(one, one) for one in branch]
