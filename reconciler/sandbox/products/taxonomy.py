"""What categories are called, and which have others below them. Shopify: TaxonomyCategory.

The taxonomy has over ten thousand categories; the store knows the names of its roots and of some branches that shops
use most. Any other category goes by its code, which says where it stands, and counts as a leaf, as most are.
"""

_NAMES = {
    "aa": "Apparel & Accessories",
    "aa-1": "Clothing",
    "aa-1-1": "Activewear",
    "aa-1-1-1": "Activewear Pants",
    "aa-1-2": "Baby & Toddler Clothing",
    "aa-1-4": "Dresses",
    "aa-1-9": "One-Pieces",
    "aa-1-10": "Outerwear",
    "aa-1-10-2": "Coats & Jackets",
    "aa-1-11": "Outfit Sets",
    "aa-1-12": "Pants",
    "aa-1-13": "Clothing Tops",
    "aa-1-13-8": "T-Shirts",
    "aa-1-14": "Shorts",
    "aa-1-15": "Skirts",
    "aa-1-16": "Skorts",
    "aa-1-17": "Sleepwear & Loungewear",
    "aa-1-19": "Suits",
    "aa-1-20": "Swimwear",
    "aa-1-21": "Uniforms",
    "aa-1-23": "Traditional & Ceremonial Clothing",
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
    "ap-2-1": "Bird Supplies",
    "ap-2-1-1": "Bird Cage Accessories",
    "ap-2-1-1-1": "Bird Cage Bird Baths",
    "ap-2-1-1-2": "Bird Cage Food & Water Dishes",
    "ap-2-1-1-2-1": "Bird Cage Food Dishes",
    "ap-2-1-1-2-2": "Bird Cage Water Dishes",
    "ap-2-1-1-2-3": "Combined Bird Cage Food & Water Dishes",
    "ap-2-1-2": "Bird Cages & Stands",
    "ap-2-1-3": "Bird Food",
    "ap-2-2": "Cat Supplies",
    "ap-2-2-1": "Cat Food",
    "ap-2-3": "Dog Supplies",
    "ap-2-3-1": "Dog Diaper Pads & Liners",
    "ap-2-3-3": "Dog Food",
    "ap-2-3-7": "Dog Toys",
    "ap-2-4": "Fish & Aquatic Supplies",
    "ap-2-4-1": "Aquarium & Pond Tubings",
    "ap-2-6": "Pet Apparel",
    "ap-2-6-13": "Pet Shirts",
    "ap-2-7": "Pet Apparel Hangers",
    "ap-2-8": "Pet Bed Accessories",
    "ap-2-9": "Pet Beds",
    "ap-2-9-1": "Baskets",
    "ap-2-12": "Pet Bowl Mats",
    "ap-2-13": "Pet Bowl Stands",
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
    "sg-4": "Outdoor Recreation",
    "sg-4-17": "Winter Sports & Activities",
    "sg-4-17-2": "Skiing & Snowboarding",
    "sg-4-17-2-17": "Snowboards",
    "so": "Software",
    "tg": "Toys & Games",
    "vp": "Vehicles & Parts",
}


# Roots and the level below them have categories below them, but for these; further down these have.
_CHILDLESS = frozenset({"ap-1", "gc", "na"})
_UPPER_LEVELS = 2
_KNOWN_BELOW = frozenset({"aa", "ap"})  # roots of which all that is right below them is known, as all roots are
_LONGEST_NUMBER = 3  # no category has a thousand others right below it
_INNER = frozenset({code.rpartition("-")[0] for code in _NAMES})
_INNER |= {f"aa-1-{number}" for number in (2, 12, 14, 17, 19, 20, 21, 23)} | {"aa-1-10-2"}


def may_exist(code: str) -> bool:
    """Say whether there may be such a category: one in a branch that is known to the end is known itself."""
    branch = [*reversed(ancestors(code)), code]
    if branch[0] not in _NAMES or any(len(part) > _LONGEST_NUMBER for part in code.split("-")[1:]):
        return False
    return len(branch) == 1 or branch[0] not in _KNOWN_BELOW or branch[1] in _NAMES


def is_leaf(code: str) -> bool:
    """Say whether no category is known to be below this one."""
    is_inner = code in _INNER or code.count("-") < _UPPER_LEVELS
    return code in _CHILDLESS or not is_inner


def names(code: str) -> list[str]:
    """Return the names of a category's branch, from the root to the category itself."""
    return [_NAMES.get(one, one) for one in (*reversed(ancestors(code)), code)]


def ancestors(code: str) -> list[str]:
    """Return the codes of the categories that a category is in, the nearest first."""
    parts = code.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
