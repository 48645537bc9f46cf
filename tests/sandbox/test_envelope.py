import pytest

BAD_DOCUMENTS = [
    (
        "{ shop { id",
        "syntax error, unexpected end of file at [1, 10]",
        {"code": "PARSE_ERROR"},
        None,
    ),
    (
        "query Q { shop }",
        "Field must have selections (field 'shop' returns Shop but has no selections. Did you mean 'shop { ... }'?)",
        {"code": "selectionMismatch", "nodeName": "field 'shop'", "typeName": "Shop"},
        ["query Q", "shop"],
    ),
    (
        "{ shop { id { x } } }",
        "Selections can't be made on scalars (field 'id' returns ID but has selections [\"x\"])",
        {"code": "selectionMismatch", "nodeName": "field 'id'", "typeName": "ID"},
        ["query", "shop", "id"],
    ),
    (
        "query Q { p: products(first: 1) { nodes { id nope } } }",
        "Field 'nope' doesn't exist on type 'Product'",
        {"code": "undefinedField", "typeName": "Product", "fieldName": "nope"},
        ["query Q", "p", "nodes", "nope"],
    ),
    (
        "mutation { nope { id } }",
        "Field 'nope' doesn't exist on type 'Mutation'",
        {"code": "undefinedField", "typeName": "Mutation", "fieldName": "nope"},
        ["mutation", "nope"],
    ),
    (
        "mutation { productUpdate(product: {}) { userErrors { code } } }",
        "Field 'code' doesn't exist on type 'UserError'",
        {"code": "undefinedField", "typeName": "UserError", "fieldName": "code"},
        ["mutation", "productUpdate", "userErrors", "code"],
    ),
    (
        "query Q { products(first: 1, colour: 2) { nodes { id } } }",
        "Field 'products' doesn't accept argument 'colour'",
        {"code": "argumentNotAccepted", "name": "products", "typeName": "Field", "argumentName": "colour"},
        ["query Q", "products", "colour"],
    ),
    (
        "query Q { product { id } }",
        "Field 'product' is missing required arguments: id",
        {"code": "missingRequiredArguments", "className": "Field", "name": "product", "arguments": "id"},
        ["query Q", "product"],
    ),
    (
        "mutation M { productDelete(input: {}) { deletedProductId } }",
        "Argument 'id' on InputObject 'ProductDeleteInput' is required. Expected type ID!",
        {
            "code": "missingRequiredInputObjectAttribute",
            "argumentName": "id",
            "argumentType": "ID!",
            "inputObjectType": "ProductDeleteInput",
        },
        ["mutation M", "productDelete", "input", "id"],
    ),
    (
        'mutation M { productDelete(input: {id: "gid://shopify/Product/1", x: 1}) { deletedProductId } }',
        "InputObject 'ProductDeleteInput' doesn't accept argument 'x'",
        {
            "code": "argumentNotAccepted",
            "name": "ProductDeleteInput",
            "typeName": "InputObject",
            "argumentName": "x",
        },
        ["mutation M", "productDelete", "input", "x"],
    ),
    (
        'query Q { products(first: "x") { nodes { id } } }',
        "Argument 'first' on Field 'products' has an invalid value (\"x\"). Expected type 'Int'.",
        {"code": "argumentLiteralsIncompatible", "typeName": "Field", "argumentName": "first"},
        ["query Q", "products", "first"],
    ),
    (
        "mutation M { productUpdate(product: {status: ENABLED}) { product { id } } }",
        (
            "Argument 'status' on InputObject 'ProductUpdateInput' has an invalid value (ENABLED). "
            "Expected type 'ProductStatus'."
        ),
        {"code": "argumentLiteralsIncompatible", "typeName": "InputObject", "argumentName": "status"},
        ["mutation M", "productUpdate", "product", "status"],
    ),
    (
        'query Q { node(id: "gid://shopify/Product") { id } }',
        "Invalid global id 'gid://shopify/Product'",
        {"code": "argumentLiteralsIncompatible", "typeName": "CoercionError"},
        ["query Q", "node", "id"],
    ),
    (
        "query Q { productByIdentifier(identifier: {}) { id } }",
        "OneOf Input Object 'ProductIdentifierInput' must specify exactly one key.",
        {"code": "invalidOneOfInputObject", "inputObjectType": "ProductIdentifierInput"},
        ["query Q", "productByIdentifier", "identifier"],
    ),
    (
        "query Q { ... on Nope { id } }",
        "No such type Nope, so it can't be a fragment condition",
        {"code": "undefinedType", "typeName": "Nope"},
        ["query Q", "... on Nope"],
    ),
    (
        "query Q { ...Gone }",
        "Fragment Gone was used, but not defined",
        {"code": "useAndDefineFragment", "fragmentName": "Gone"},
        ["query Q"],
    ),
    (
        "query Q { shop { id @nope } }",
        "Directive @nope is not defined",
        {"code": "undefinedDirective", "directiveName": "nope"},
        ["query Q", "shop", "id"],
    ),
    (
        'mutation M { tagsAdd(id: "gid://shopify/Product/1", tags: []) @repeatable(key: "x") { node { id } } }',
        "Directive @repeatable is not defined",
        {"code": "undefinedDirective", "directiveName": "repeatable"},
        ["mutation M", "tagsAdd"],
    ),
    (
        "query Q($a: Int) { shop { id } }",
        "Variable $a is declared by Q but not used",
        {"code": "variableNotUsed", "variableName": "a"},
        ["query Q"],
    ),
    (
        "query Q { product(id: $id) { id } }",
        "Variable $id is used by Q but not declared",
        {"code": "variableNotDefined", "variableName": "id"},
        ["query Q"],
    ),
    (
        "query Q($id: String!) { product(id: $id) { id } }",
        "Type mismatch on variable $id and argument id (String! / ID!)",
        {
            "code": "variableMismatch",
            "variableName": "id",
            "typeName": "String!",
            "argumentName": "id",
            "errorMessage": "Type mismatch",
        },
        ["query Q"],
    ),
    (
        "query Q($id: Product!) { product(id: $id) { id } }",
        "Product isn't a valid input type (on $id)",
        {"code": "variableRequiresValidType", "typeName": "Product", "variableName": "id"},
        ["query Q"],
    ),
]


@pytest.mark.parametrize(("document", "message", "extensions", "path"), BAD_DOCUMENTS)
def test_a_bad_document_is_refused_in_the_apis_words(shared, document, message, extensions, path):
    answer = shared.answer(document)
    assert {"errors"} == answer.keys()
    error = answer["errors"][0]
    assert (message, extensions, path) == (error["message"], error["extensions"], error.get("path"))


PRODUCT_BY_ID = "query Q($id: ID!) { product(id: $id) { id } }"
SET = "mutation M($input: ProductSetInput!) { productSet(input: $input) { product { id } } }"
BAD_VARIABLES = [
    (PRODUCT_BY_ID, {}, "", [([], "Expected value to not be null")]),
    (PRODUCT_BY_ID, {"id": None}, "", [([], "Expected value to not be null")]),
    (PRODUCT_BY_ID, {"id": "x"}, "", [([], "Invalid global id 'x'")]),
    (
        SET,
        {"input": {"colour": 1}},
        " for colour (Field is not defined on ProductSetInput)",
        [(["colour"], "Field is not defined on ProductSetInput")],
    ),
    (
        SET,
        {"input": {"variants": [{"price": "x"}]}},
        (
            " for variants.0.optionValues (Expected value to not be null), "
            'variants.0.price (Could not coerce value "x" to Money)'
        ),
        [
            (["variants", 0, "optionValues"], "Expected value to not be null"),
            (["variants", 0, "price"], 'Could not coerce value "x" to Money'),
        ],
    ),
    (
        SET,
        {"input": {"status": "ENABLED"}},
        ' for status (Expected "ENABLED" to be one of: ACTIVE, ARCHIVED, DRAFT, UNLISTED)',
        [(["status"], 'Expected "ENABLED" to be one of: ACTIVE, ARCHIVED, DRAFT, UNLISTED')],
    ),
    (
        SET,
        {"input": {"title": 1}},
        " for title (Could not coerce value 1 to String)",
        [(["title"], "Could not coerce value 1 to String")],
    ),
]


@pytest.mark.parametrize(("document", "variables", "where", "problems"), BAD_VARIABLES)
def test_a_bad_variable_is_refused_with_all_its_problems(shared, document, variables, where, problems):
    answer = shared.answer(document, **variables)
    assert {"errors"} == answer.keys()
    error = answer["errors"][0]
    name, kind = ("id", "ID!") if document is PRODUCT_BY_ID else ("input", "ProductSetInput!")
    assert f"Variable ${name} of type {kind} was provided invalid value{where}" == error["message"]
    assert "INVALID_VARIABLE" == error["extensions"]["code"]
    assert variables.get(name) == error["extensions"]["value"]
    assert problems == [(one["path"], one["explanation"]) for one in error["extensions"]["problems"]]


@pytest.mark.parametrize(
    ("operation_name", "message"),
    [(None, "An operation name is required"), ("C", 'No operation named "C"')],
)
def test_one_of_several_operations_must_be_named(shared, operation_name, message):
    body = {"query": "query A { shop { id } } query B { shop { name } }", "operationName": operation_name}
    assert {"errors": [{"message": message}]} == shared.post(body).json()
    assert {"shop": {"name": "Demo"}} == shared.post({**body, "operationName": "B"}).json()["data"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "you must provide one of first or last"),
        ("(first: 1, last: 1)", "providing both first and last is not supported"),
        ('(first: 1, after: "x")', "Malformed cursor"),
        ("(first: 251)", "first must be between 0 and 250"),
        ("(last: -1)", "last must be between 0 and 250"),
        ("(first: 1, query: \"created_at:>'soon'\")", "Invalid timestamp for query filter `created_at`."),
    ],
)
def test_bad_paging_nulls_the_root_and_keeps_the_data_key(shared, arguments, message):
    answer = shared.answer(f"{{ products{arguments} {{ nodes {{ id }} }} }}")
    assert None is answer["data"]
    assert (message, {"code": "BAD_REQUEST"}, ["products"]) == tuple(
        answer["errors"][0][key] for key in ("message", "extensions", "path")
    )


def test_both_old_and_new_input_of_product_create_are_refused(shared):
    answer = shared.answer("mutation { productCreate { product { id } } }")
    assert {"productCreate": None} == answer["data"]
    assert (
        "INVALID_FIELD_ARGUMENTS",
        "productCreate must include exactly one of the following arguments: input, product.",
    ) == (answer["errors"][0]["extensions"]["code"], answer["errors"][0]["message"])


@pytest.mark.parametrize(
    ("document", "variables", "sizes", "path"),
    [
        (
            "mutation M($p: ProductUpdateInput) { productUpdate(product: $p) { product { id } } }",
            {"p": {"tags": [str(n) for n in range(251)]}},
            (251, 250),
            ["productUpdate", "product", "tags"],
        ),
        (
            "mutation M($p: ProductSetInput!) { productSet(input: $p) { product { id } } }",
            {"p": {"title": "T", "productOptions": [], "variants": [{"optionValues": []}] * 2049}},
            (2049, 2048),
            ["productSet", "input", "variants"],
        ),
        (
            "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }",
            {"ids": ["gid://shopify/Product/1"] * 251},
            (251, 250),
            ["nodes", "ids"],
        ),
    ],
)
def test_too_long_a_list_leaves_no_data(shared, document, variables, sizes, path):
    size, limit = sizes
    answer = shared.answer(document, **variables)
    assert "data" not in answer
    error = answer["errors"][0]
    assert f"The input array size of {size} is greater than the maximum allowed of {limit}." == error["message"]
    assert ("MAX_INPUT_SIZE_EXCEEDED", path) == (error["extensions"]["code"], error["path"])
    assert None is answer["extensions"]["cost"]["actualQueryCost"]


def test_one_failing_root_leaves_its_siblings_alone(shared):
    answer = shared.answer('{ shop { name } productOperation(id: "gid://shopify/Product/1") { status } }')
    assert {"shop": {"name": "Demo"}, "productOperation": None} == answer["data"]
    assert ("RESOURCE_NOT_FOUND", "Invalid id: gid://shopify/Product/1") == (
        answer["errors"][0]["extensions"]["code"],
        answer["errors"][0]["message"],
    )


@pytest.mark.parametrize("beside", ["", " shop { name }"], ids=["alone", "beside what a shop says"])
def test_what_the_schema_says_of_itself_is_said_again(shared, beside):
    text = "query Q { __schema { queryType { name } }" + beside + " }"
    first, again = shared.run(text), shared.run(text)
    assert {"queryType": {"name": "QueryRoot"}} == first["__schema"]
    assert first == again


def test_the_schema_can_be_introspected(shared):
    data = shared.run('{ __schema { queryType { name } } __type(name: "Product") { name fields { name } } }')
    assert "QueryRoot" == data["__schema"]["queryType"]["name"]
    assert {"name": "handle"} in data["__type"]["fields"]


def test_a_variable_in_an_argument_that_is_not_there_counts_as_unused(shared):
    errors = shared.answer("query Q($a: ID!) { shop(at: $a) { id } }", a="gid://shopify/Shop/1")["errors"]
    assert ["argumentNotAccepted", "variableNotUsed"] == [error["extensions"]["code"] for error in errors]
