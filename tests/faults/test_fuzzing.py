"""The whole API of a running house, asked by a machine that knows its description too well.

As a guest, a buyer, a store's owner and the operator: nothing breaks, every answer is as described,
and every refusal has a code that is documented.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from livehouse.app.bench.furnishing import HOST_EMAIL, invite, open_sale, tokens
from livehouse.app.bench.house import open_house
from livehouse.app.lifespan import opened
from livehouse.app.settings import Settings
from livehouse.domains.orders import Buy, Till
from livehouse.domains.people.model import SCOPES
from livehouse.foundation.ids import OrderId, PersonId
from livehouse.foundation.roles import Role
from tests.support.processes import environment

REFUSALS = Path(__file__).parents[2] / "docs" / "reference" / "refusals.md"
KNOWN_CODES = frozenset(re.findall(r"^\| `([a-z0-9_]+)` \|", REFUSALS.read_text(), re.MULTILINE))
ANSWER_SECONDS_MAX = 20
AS_DESCRIBED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

Names: TypeAlias = Mapping[str, str]
Operation: TypeAlias = APIOperation[Any, Any, Any, Any]


async def furnished(folder: Path) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """What is really there, by where it stands in an address, and who may ask with which token."""
    async with opened(Settings(data=str(folder))) as platform:
        sale = await open_sale(platform, offers=1, stock=1_000)
        buyer = (await invite(platform, 1))[0]
        host = await platform.people.accounts.find(HOST_EMAIL)
        assert host is not None
        await platform.people.memberships.grant(host.id, Role.OPERATOR)
        buyer_id = PersonId(UUID(buyer.id[1:]))
        wish = Buy(OrderId(platform.ids.new()), ((sale.offers[0].id, 1),), buyer_id)
        await Till(platform.database, platform.clock).commit([wish])
        given = await tokens(platform, [buyer_id, host.id], SCOPES)
    there = {
        "stores": "bench", "rooms": "bench", "shows": sale.show_slug,
        "offers": str(sale.offers[0].id), "orders": str(wish.id), "products": "bowl-0",
        "payments": "sandbox", "items": str(sale.offers[0].id),
        "variants": str(sale.offers[0].variant_id),
    }  # fmt: skip
    people = {who: {"Authorization": f"Bearer {token}"} for who, token in
              zip(("buyer", "owner"), given, strict=True)}  # fmt: skip
    return there, {"guest": {}, **people}


def in_address(operation: Operation, there: Names) -> dict[str, str]:
    """The path's parameters as far as something of the kind is there."""
    parts = operation.path.split("/")
    return {
        part[1:-1]: there[before]
        for before, part in pairwise(parts)
        if part.startswith("{") and before in there
    }


def found_in(
    address: str, there: Names, people: Mapping[str, dict[str, str]], *, examples: int, number: int
) -> Iterator[str]:
    """What goes wrong, one line per operation, person and way of asking.

    With one example each operation is asked by one person in one way only, the next by another.
    """
    schema = schemathesis.openapi.from_url(f"{address}/schema/openapi.json")
    with requests.Session() as session:
        for place, result in enumerate(schema.get_all_operations(), start=number):
            assert isinstance(result, Ok), result
            operation: Operation = result.ok()
            askers = list(people.items())
            for who, headers in askers if examples > 1 else [askers[place % len(askers)]]:
                ways = list(GenerationMode)
                for mode in ways if examples > 1 else [ways[place % len(ways)]]:
                    ask = _asker(operation, mode, there, (address, headers, session))
                    try:
                        settings(
                            max_examples=examples,
                            database=None,
                            deadline=None,
                            phases=[Phase.generate],
                            suppress_health_check=list(HealthCheck),
                        )(seed(number)(ask))()
                    except Unsatisfiable:
                        continue  # where nothing is asked for, nothing can be asked wrongly
                    except (Failure, FailureGroup, AssertionError) as failed:
                        yield f"{operation.label} as {who}: {_words(failed)}"


def _asker(
    operation: Operation, mode: GenerationMode, there: Names,
    how: tuple[str, dict[str, str], requests.Session],
) -> Any:  # noqa: ANN401  # fmt: skip
    address, headers, session = how
    real = in_address(operation, there)
    asked = operation.as_strategy(mode)
    if real:
        asked |= operation.as_strategy(mode, path_parameters=real)

    @given(asked)
    def ask(case: Case[Any]) -> None:
        answer = case.call(
            base_url=address, headers=headers, session=session, timeout=ANSWER_SECONDS_MAX
        )
        case.validate_response(answer, checks=AS_DESCRIBED)
        if answer.status_code >= 400:
            problem = answer.json()
            assert problem["code"] in KNOWN_CODES, problem
            assert problem["status"] == answer.status_code

    return ask


def _words(failed: BaseException) -> str:
    parts = failed.exceptions if isinstance(failed, FailureGroup) else [failed]
    return "; ".join(str(part)[:1_500] for part in parts)


@pytest.mark.parametrize(
    ("examples", "number"),
    [(1, 1), pytest.param(60, 2, marks=[pytest.mark.torture, pytest.mark.timeout(3_000)])],
)
async def test_nothing_in_the_api_breaks(examples: int, number: int, house_folder: Path) -> None:
    async with open_house(house_folder, environment(media=False)) as house:
        there, people = await furnished(house_folder)

        found = await asyncio.to_thread(
            lambda: list(found_in(house.address, there, people, examples=examples, number=number))
        )

    assert "Traceback" not in house.said
    assert not found, "\n".join(found)
