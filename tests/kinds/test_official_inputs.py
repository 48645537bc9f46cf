"""The variables of every case, held against the input types of the official schema: a document alone proves little."""

import pytest
from graphql import OperationDefinitionNode, parse
from graphql.execution.values import get_variable_values

from reconciler.kinds import CODECS
from reconciler.model.address import Address
from tests.kinds.test_cases import CASES, mutations
from tests.official_schema import VERSIONS, official_schema


@pytest.mark.network
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_the_official_schema_takes_the_variables(case, version):
    if CODECS[Address.parse(case["root"]).kind].since > version:
        return  # no store of that version is sent it
    for mutation in mutations(case):
        (definition,) = parse(mutation.document).definitions
        assert isinstance(definition, OperationDefinitionNode)
        result = get_variable_values(
            official_schema(version), definition.variable_definitions or (), dict(mutation.variables)
        )
        assert not isinstance(result, list), result
