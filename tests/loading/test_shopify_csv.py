"""A Shopify export becomes products, and what it holds beyond them is counted."""

import csv
import io
from decimal import Decimal

import pytest

from reconciler.loading.exported import Reading
from reconciler.loading.shopify_csv import read_export
from reconciler.loading.weights import weight_text
from reconciler.model.errors import InvalidInput
from reconciler.model.stocktaking import Stock

OLD = [
    *["Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value"],
    *["Option2 Name", "Option2 Value", "Variant SKU", "Variant Grams", "Variant Inventory Tracker"],
    *["Variant Inventory Qty", "Variant Inventory Policy", "Variant Price", "Variant Compare At Price"],
    *["Variant Requires Shipping", "Variant Taxable", "Variant Barcode", "Image Src", "Image Position"],
    *["Image Alt Text", "Gift Card", "SEO Title", "Variant Weight Unit", "Cost per item", "Status", "Variant Image"],
    *["Google Shopping / Gender", "Product Category", "Variant Fulfillment Service", "Included / Poland"],
]
SHIRT = {"Handle": "shirt", "Title": "Shirt", "Variant Price": "49.00"}


def a_file(folder, *rows, columns=OLD, name="export.csv", encoding="utf-8", end="\n"):
    """A file of these rows, each by the names of its columns."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns, restval="", lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    path = folder / name
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def products(folder, *rows, currency=None, **options):
    return read_export([a_file(folder, *rows, **options)], Reading(currency)).products


def the_product(folder, *rows, **options):
    (product,) = products(folder, *rows, **options)
    return product


def refusal(folder, *rows, **options):
    path = a_file(folder, *rows, **options)
    with pytest.raises(InvalidInput) as refused:
        read_export([path])
    return str(refused.value).replace(f"{folder}/", "").splitlines()


def refusal_of(folder, content):
    (folder / "export.csv").write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        read_export([folder / "export.csv"])
    return str(refused.value).replace(f"{folder}/", "").splitlines()


def test_a_product_without_options_is_one_variant(tmp_path):
    product = the_product(tmp_path, {**SHIRT, "Option1 Name": "Title", "Option1 Value": "Default Title"})
    assert {"key": "shirt", "name": "Shirt", "variants": [{"price": {"": "49.00"}, "tracked": False}]} == (
        product.model_dump(mode="json", exclude_unset=True)
    )


def test_every_value_that_the_model_holds_is_carried_over(tmp_path):
    row = SHIRT | {
        "Body (HTML)": ' <p>Soft,\r\n"light"</p>\n',
        "Vendor": "Linen & Co",
        "Type": "Shirts",
        "Tags": "summer,  linen, Summer,",
        "Option1 Name": "Size",
        "Option1 Value": "S",
        "Variant SKU": "'0012",
        "Variant Grams": "226.796185",
        "Variant Weight Unit": "lb",
        "Variant Inventory Tracker": "shopify",
        "Variant Inventory Policy": "continue",
        "Variant Compare At Price": "59.00",
        "Variant Requires Shipping": "TRUE",
        "Variant Taxable": "false",
        "Variant Barcode": "'4006381333931",
        "SEO Title": "Linen shirt",
        "Cost per item": "12.345",
        "Status": "Active",
    }
    assert {
        "key": "shirt",
        "name": "Shirt",
        "description": ' <p>Soft,\r\n"light"</p>\n',
        "brand": "Linen & Co",
        "type": "Shirts",
        "tags": ["summer", "linen"],
        "seo": {"title": "Linen shirt"},
        "status": "active",
        "options": {"Size": ["S"]},
        "variants": [
            {
                "sku": "0012",
                "options": {"Size": "S"},
                "price": {"": "49.00"},
                "compare_at_price": {"": "59.00"},
                "cost": {"": "12.345"},
                "barcode": "4006381333931",
                "weight": "0.5 lb",
                "taxable": False,
                "tracked": True,
                "requires_shipping": True,
                "sell_when_out_of_stock": True,
            }
        ],
    } == the_product(tmp_path, row).model_dump(mode="json", exclude_unset=True)


def test_rows_of_a_handle_are_one_product_wherever_they_stand(tmp_path):
    size = {"Option1 Name": "Size", "Option1 Value": "M", "Option2 Name": "Color", "Option2 Value": "Red"}
    rows = [
        {**SHIRT, **size},
        {"Handle": "hat", "Title": "Hat", "Variant Price": "9"},
        {"Handle": "shirt", "Image Src": "https://example.com/1.png"},
        {"Handle": "shirt", "Variant Price": "50", "Option1 Value": "S", "Option2 Value": "Red"},
    ]
    shirt, hat = products(tmp_path, *rows)
    assert ("shirt", "hat") == (shirt.key, hat.key)
    assert [("Size", ("M", "S")), ("Color", ("Red",))] == list((shirt.options or {}).items())
    assert [Decimal("49.00"), Decimal(50)] == [variant.price[""] for variant in shirt.variants]


def test_a_currency_names_the_amounts(tmp_path):
    product = the_product(tmp_path, {**SHIRT, "Cost per item": "9"}, currency="EUR")
    assert {"EUR": Decimal("49.00")} == product.variants[0].price
    assert {"EUR": Decimal(9)} == product.variants[0].cost


def test_white_space_around_options_is_kept_because_stores_keep_it(tmp_path):
    row = {**SHIRT, "Option1 Name": "Length ", "Option1 Value": " 10 cm", "Option2 Name": " ", "Option2 Value": " "}
    assert {"Length ": (" 10 cm",)} == the_product(tmp_path, row).options


def test_an_option_called_title_is_an_option(tmp_path):
    rows = [
        {**SHIRT, "Option1 Name": "Title", "Option1 Value": "Mr"},
        {"Handle": "shirt", "Variant Price": "1", "Option1 Value": "Ms"},
    ]
    assert {"Title": ("Mr", "Ms")} == the_product(tmp_path, *rows).options


def test_a_shared_sku_gives_each_of_its_variants_a_key(tmp_path):
    size = {"Option1 Name": "Size", "Option2 Name": "Color", "Option2 Value": "Red", "Variant SKU": "A"}
    rows = [
        {**SHIRT, **size, "Option1 Value": "S"},
        {"Handle": "shirt", "Variant Price": "1", "Option1 Value": "M", "Option2 Value": "Red", "Variant SKU": "A"},
        {"Handle": "hat", "Title": "Hat", "Variant Price": "9", "Variant SKU": "'A"},
        {"Handle": "cap", "Title": "Cap", "Variant Price": "9", "Variant SKU": "B"},
    ]
    shirt, hat, cap = products(tmp_path, *rows)
    assert ["S / Red", "M / Red"] == [variant.key for variant in shirt.variants]
    assert ["A", None] == [hat.variants[0].key, cap.variants[0].key]


def test_a_handle_that_is_no_key_is_kept_beside_one(tmp_path):
    rows = [{**SHIRT, "Handle": handle} for handle in ("a b/c", "a-b-c", "قميص")]
    found = [(product.key, product.handle) for product in products(tmp_path, *rows)]
    assert [("a-b-c", "a b/c"), ("a-b-c-2", "a-b-c"), ("قميص", None)] == found


def test_what_the_catalog_has_no_place_for_is_counted(tmp_path):
    tracked = {"Variant Inventory Tracker": "shopify"}
    rows = [
        {
            **SHIRT,
            "Variant Inventory Qty": "3",
            "Image Src": "https://a.b/x",
            "Included / Poland": "1",
        },
        {"Handle": "shirt", "Image Src": "https://a.b/x", "Vendor": "other", "Google Shopping / Gender": "male"},
        {"Handle": "shirt", "Image Alt Text": "of nothing", "Variant Image": "https://a.b/x"},
        {"Handle": "hat", "Title": "Hat", "Variant Price": "9", "Gift Card": "false", "Variant Inventory Qty": "0"},
        {"Handle": "hat", "Gift Card": "true"},
        {"Handle": "cap", "Title": "Cap", "Variant Price": "9", "Variant Inventory Tracker": "shipwire"},
        {"Handle": "tie", "Title": "Tie", "Variant Price": "9", "Product Category": "Apparel > Ties", **tracked},
        {"Handle": "sock", "Title": "Sock", "Variant Price": "9", "Product Category": "Uncategorized"},
    ]
    report = read_export([a_file(tmp_path, *rows)]).not_carried_over
    assert {
        "Included / Poland": 1,
        "Image Src": 1,
        "Image Alt Text": 1,
        "Variant Image": 1,
        "Variant Inventory Qty": 1,
        "Gift Card": 1,
        "Vendor": 1,
        "Google Shopping / Gender": 1,
        "Variant Inventory Tracker": 1,
        "Product Category": 1,
    } == {column.column: column.values for column in report}
    reasons = {column.column: column.reason for column in report}
    assert "the catalog has no place for it" == reasons["Included / Poland"]
    assert (
        "somebody other than Shopify counts it, so its quantities are not ours" == reasons["Variant Inventory Tracker"]
    )
    assert "a category by name; write its code under taxonomy" == reasons["Product Category"]


def test_a_gift_card_becomes_no_product_and_the_report_says_so(tmp_path):
    card = {"Handle": "card", "Title": "Card", "Gift Card": "TRUE", "Option1 Name": "Value", "Vendor": "v"}
    rows = [
        {**card, "Option1 Value": "10", "Variant Price": "10", "Variant SKU": "A", "Google Shopping / Gender": "male"},
        {"Handle": "card", "Option1 Value": "20", "Variant Price": "20", "Gift Card": "true"},
        {**SHIRT, "Variant SKU": "A"},
    ]
    export = read_export([a_file(tmp_path, *rows)])
    assert [("shirt", None)] == [(product.key, product.variants[0].key) for product in export.products]
    (told,) = export.not_carried_over
    assert ("Gift Card", 1) == (told.column, told.values)
    assert told.reason.endswith("which the catalog does not manage; they are left out")


def test_images_come_in_their_order_and_each_once(tmp_path):
    rows = [
        {**SHIRT, "Image Src": "https://a.b/2.jpg", "Image Position": "2", "Image Alt Text": "Back"},
        {"Handle": "shirt", "Image Src": " https://a.b/1.jpg?v=1 ", "Image Position": "1"},
        {"Handle": "shirt", "Image Src": "https://a.b/last.jpg"},
        {"Handle": "shirt", "Image Src": "https://a.b/1.jpg?v=1", "Image Position": "4"},
    ]
    expected = [("https://a.b/1.jpg?v=1", None), ("https://a.b/2.jpg", "Back"), ("https://a.b/last.jpg", None)]
    assert expected == [(image.source, image.alt) for image in the_product(tmp_path, *rows).images]


def test_an_image_that_only_a_variant_names_is_the_products_too(tmp_path):
    product = the_product(tmp_path, {**SHIRT, "Image Src": "https://a.b/1.jpg", "Variant Image": "https://a.b/v.jpg"})
    assert ["https://a.b/1.jpg", "https://a.b/v.jpg"] == [image.source for image in product.images]
    assert "https://a.b/v.jpg" == product.variants[0].image


def test_a_quantity_is_stock_where_the_store_counts_it(tmp_path):
    counted = {**SHIRT, "Variant Inventory Tracker": "shopify", "Variant Inventory Qty": "-4"}
    path = a_file(tmp_path, counted, {**counted, "Handle": "hat", "Variant Inventory Tracker": ""})
    shirt, hat = read_export([path], Reading(location="Berlin Mitte")).products
    assert {"Berlin Mitte": Stock(quantity=-4)} == shirt.variants[0].stock
    assert hat.variants[0].stock is None


@pytest.mark.parametrize(
    ("published", "status", "expected"),
    [
        ("false", "", False),
        ("FALSE", "active", False),
        ("false", "draft", True),
        ("false", "archived", True),
        ("true", "active", True),
        ("", "active", True),
    ],
)
def test_what_would_be_seen_and_is_not_published_is_kept_out_of_stores(tmp_path, published, status, expected):
    assert expected == the_product(tmp_path, {**SHIRT, "Published": published, "Status": status}).published


def test_a_category_by_its_code_is_the_taxonomy(tmp_path):
    assert "aa-1-13-8" == the_product(tmp_path, {**SHIRT, "Product Category": "aa-1-13-8"}).taxonomy


METAFIELDS = [
    *["Fabric (product.metafields.custom.fabric)", "Age group (product.metafields.shopify.age-group)"],
    *["Size (variant.metafields.custom.size)", "Google Shopping / MPN"],
]


def test_metafields_are_carried_over_with_the_type_of_their_column(tmp_path):
    fabric, ages, size, mpn = METAFIELDS
    rows = [
        {**SHIRT, fabric: " Linen\r\nand silk", ages: "adults; all-ages", size: "38", mpn: "0012"},
        {"Handle": "shirt", "Variant Price": "1", "Option1 Value": "M", size: "40"},
        {"Handle": "hat", "Title": "Hat", "Variant Price": "9", fabric: "Felt", size: " "},
    ]
    rows[0] |= {"Option1 Name": "Size", "Option1 Value": "S"}
    shirt, hat = products(tmp_path, *rows, columns=[*OLD, *METAFIELDS])
    text = {"type": "multi_line_text_field"}
    assert {
        "mm-google-shopping.mpn": {"type": "single_line_text_field", "value": "0012"},
        "custom.fabric": {**text, "value": "Linen\nand silk"},
        "shopify.age-group": {"type": "list.single_line_text_field", "value": ["adults", "all-ages"]},
    } == {name: value.model_dump() for name, value in shirt.metafields.items()}
    assert {"custom.fabric": {**text, "value": "Felt"}} == hat.model_dump()["metafields"]
    assert [38, 40] == [variant.metafields["custom.size"].value for variant in shirt.variants]


def test_the_columns_of_newer_exports_are_known(tmp_path):
    columns = ["Title", "URL handle", "Description", "Price", "Compare-at price", "Charge tax", "SKU"]
    columns += ["Weight value (grams)", "Weight unit for display", "Continue selling when out of stock"]
    columns += ["Inventory tracker", "Inventory quantity", "Product image URL", "Image alt text", "Variant image URL"]
    values = ["Shirt", "shirt", "<p>", "1.50", "2", "TRUE", "A", "100", "g", "DENY"]
    values += ["shopify", "7", "https://a.b/1.png", "Front", "https://a.b/1.png"]
    product = the_product(tmp_path, dict(zip(columns, values, strict=True)), columns=columns)
    variant = product.variants[0]
    assert [("https://a.b/1.png", "Front")] == [(image.url, image.alt) for image in product.images]
    assert {
        "sku": "A",
        "price": {"": "1.50"},
        "compare_at_price": {"": "2.00"},
        "weight": "100 g",
        "taxable": True,
        "tracked": True,
        "sell_when_out_of_stock": False,
        "image": "https://a.b/1.png",
        "stock": {"default": {"quantity": 7}},
    } == variant.model_dump(mode="json", exclude_unset=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_marks_and_line_ends_do_not_matter(tmp_path, encoding, end):
    assert "Café 😀" == the_product(tmp_path, {**SHIRT, "Title": "Café 😀"}, encoding=encoding, end=end).name


@pytest.mark.parametrize(
    ("grams", "unit", "weight"),
    [
        ("0", "kg", "0 kg"),
        ("0.0", "g", "0 g"),
        ("145", "g", "145 g"),
        ("1250", "kg", "1.25 kg"),
        ("0.6", "kg", "0.0006 kg"),
        ("226.796185", "lb", "0.5 lb"),
        ("283.4952313", "oz", "10 oz"),
        ("130.407806375", "oz", "4.6 oz"),
        ("340", "lb", "0.75 lb"),
        ("454", "lb", "1 lb"),
        ("453", "lb", "0.999 lb"),
    ],
)
def test_a_weight_is_what_somebody_typed(grams, unit, weight):
    assert weight == weight_text(Decimal(grams), unit)


def test_problems_are_told_with_the_lines_that_an_editor_shows(tmp_path):
    rows = [
        {**SHIRT, "Body (HTML)": "one\ntwo\r\nthree\n", "Variant Price": "free"},
        {"Handle": "hat", "Variant Price": "9"},
        {"Handle": "shirt", "Variant Price": "1,50", "Status": "gone", "Option1 Value": "x"},
    ]
    expected = [
        'export.csv:2: price "free" is not a plain decimal number, such as 49.00',
        "export.csv:6: hat has no title in its first row; expected its name; fill the column Title",
        (
            'export.csv:7: Status is "gone", and "" where the product begins, at export.csv:2; '
            "give the product a handle of its own, or correct one of them"
        ),
        (
            'export.csv:7: option 1 has the value "x" and no name; '
            "fill the column Option1 Name in the product's first row"
        ),
        'export.csv:7: price "1,50" is not a plain decimal number, such as 49.00; write it with a point: 1.50',
    ]
    assert expected == refusal(tmp_path, *rows)


ROWS = [
    ({"Status": "xyz"}, 'status "xyz" is not known; expected active, draft, archived or unlisted'),
    ({"Variant Price": ""}, "the variant has no price; expected an amount; fill the column of its price"),
    ({"Variant Price": "1e3"}, 'price "1e3" is not a plain decimal number, such as 49.00'),
    ({"Variant Price": "-1"}, "price -1 is below zero; expected an amount of 0 or more"),
    ({"Variant Taxable": "maybe"}, 'Variant Taxable is "maybe"; expected true or false; correct it'),
    (
        {"Variant Inventory Policy": "x"},
        'Variant Inventory Policy is "x"; expected deny or continue; correct it',
    ),
    ({"Published": "maybe"}, 'Published is "maybe"; expected true or false; correct it'),
    (
        {"Variant Inventory Tracker": "shopify", "Variant Inventory Qty": "a few"},
        'Variant Inventory Qty is "a few"; expected a whole number; correct it',
    ),
    (
        {"Image Src": "https://a.b/x.jpg", "Image Position": "first"},
        'Image Position is "first"; expected a whole number; correct it',
    ),
    (
        {"Image Src": "x.jpg"},
        'images.url "x.jpg" is not the address of an image, such as https://example.com/shirt.jpg',
    ),
    (
        {"Image Src": "https://a.b/x.jpg", "Image Alt Text": "x" * 600},
        f'images.alt "{"x" * 57}..." has 600 characters; at most 512 fit; shorten it',
    ),
    ({"Variant Grams": "1,5"}, "the weight 1,5 is not a number of grams; expected digits, such as 250; correct it"),
    (
        {"Variant Grams": "1", "Variant Weight Unit": "stone"},
        "the weight unit stone is not known; expected g, kg, oz, lb; correct it",
    ),
    ({"Handle": ""}, "the row has no handle; give it that of its product"),
    (
        {"Option1 Name": "Size"},
        "the variant has no value for Size; every variant has one for each option; add Size to its options",
    ),
    (
        {"Option1 Name": "Size", "Option1 Value": "S", "Option2 Name": "Size", "Option2 Value": "M"},
        "two options have one name: Size, Size; give each a name of its own",
    ),
]


@pytest.mark.parametrize(("values", "message"), ROWS, ids=[message for _, message in ROWS])
def test_a_row_that_is_not_right_is_refused(tmp_path, values, message):
    assert f"export.csv:2: {message}" in refusal(tmp_path, {**SHIRT, **values})


def test_the_problem_of_an_image_is_told_at_its_row(tmp_path):
    rows = [
        {**SHIRT, "Image Src": "https://a.b/2.jpg", "Image Position": "2"},
        {"Handle": "shirt", "Image Src": "nowhere", "Image Position": "1"},
    ]
    expected = (
        'export.csv:3: images.url "nowhere" is not the address of an image, such as https://example.com/shirt.jpg'
    )
    assert [expected] == refusal(tmp_path, *rows)


def test_two_variants_alike_are_refused(tmp_path):
    row = {**SHIRT, "Option1 Name": "Size", "Option1 Value": "S"}
    expected = "export.csv:3: variants number 1 and 2 have the same option values: S; delete one of them"
    assert [expected] == refusal(tmp_path, row, {**row, "Title": ""})


HEADER = b"Handle,Title,Variant Price\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"Handle,Title,Variant SKU,Variant Inventory Qty\na,A,,1\n",
            "1: this is no product export: it has no column Variant Price; export products, not inventory",
        ),
        (
            b"Handle;Title;Variant Price\n",
            (
                "1: this is no product export: it has no columns Handle and Title and Variant Price; "
                "save it with commas between the values"
            ),
        ),
        (
            b"",
            (
                "1: this is no product export: it has no columns Handle and Title and Variant Price; "
                "export products, not inventory"
            ),
        ),
        (b"Handle,Title,Title,Variant Price\n", "1: the column title is given twice; keep one of them"),
        (
            HEADER + b"a,A\n",
            "2: the row has 2 values, and the header 3; look for a missing quote, or a comma that is not quoted",
        ),
        (HEADER + b'a,"A\nB",1\nb,Caf\xe9,1\n', "4: byte 0xE9 is not UTF-8; save the file as UTF-8"),
        (
            b'Handle,Title,Variant Price,"Size\nand more"\na,A\n',
            "3: the row has 2 values, and the header 4; look for a missing quote, or a comma that is not quoted",
        ),
        (HEADER + b"a,A,1\nb,B\x00,1\n", "3:4: a NUL character stands here; expected text; export it again"),
        (
            HEADER + b'a,"A,1\nb,B,1\n',
            "2: this is not CSV: unexpected end of data; look for a quote that is not closed or not doubled",
        ),
        (HEADER.decode().encode("utf-16"), "1: byte 0xFF is not UTF-8; save the file as UTF-8"),
    ],
)
def test_a_file_that_is_no_export_is_refused(tmp_path, content, message):
    assert [f"export.csv:{message}"] == refusal_of(tmp_path, content)


def test_a_file_without_rows_is_refused(tmp_path):
    assert ["export.csv: there are no products to import"] == refusal_of(tmp_path, HEADER + b",,\n\n")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="cannot be read: no such file or directory"):
        read_export([tmp_path / "gone.csv"])


def test_problems_of_all_files_are_told_and_a_handle_belongs_to_one_of_them(tmp_path):
    one = a_file(tmp_path, SHIRT, name="one.csv")
    two = a_file(tmp_path, SHIRT, {**SHIRT, "Handle": "b", "Variant Price": "x"}, name="two.csv")
    with pytest.raises(InvalidInput) as refused:
        read_export([one, two])
    said = str(refused.value).replace(f"{tmp_path}/", "").splitlines()
    assert "two.csv:2: shirt is also in one.csv:2; import one of the files, or rename one of the products" == said[0]
    assert 2 == len(said)


def test_handles_that_differ_in_case_only_are_refused(tmp_path):
    expected = (
        "export.csv:3: the handle is Shirt here, and shirt at export.csv:2; case makes no difference; "
        "spell it alike, or give one of the products another"
    )
    assert [expected] == refusal(tmp_path, SHIRT, {**SHIRT, "Handle": "Shirt"})


def test_a_description_of_a_megabyte_is_read(tmp_path):
    assert 1_000_000 == len(str(the_product(tmp_path, {**SHIRT, "Body (HTML)": "x" * 1_000_000}).description))
    assert 131_072 == csv.field_size_limit()  # what csv starts with
