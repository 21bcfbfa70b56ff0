"""Queries: no value ends its literal, and no address is too long."""

from __future__ import annotations

from urllib.parse import quote_plus

from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.connectors.salesforce.soql import queries, quoted
from alpha_swarm.sandbox.salesforce import soql

NAMES = ["Id", "Email"]
HOSTILE = st.text(st.sampled_from("'\\\"\n\r\t\b\f ab(),;-*/%_") | st.characters(exclude_categories=["Cs"]))


@given(HOSTILE)
def test_a_value_is_one_literal_whatever_it_holds(value: str) -> None:
    """Read by whoever knows nothing of us, it is the value again, and nothing follows it."""
    query = soql.parse(f"SELECT Id FROM Lead WHERE Email = {quoted(value)}")  # noqa: S608 - what is tried
    assert query.where == soql.Test("Email", "=", (value,))


@given(
    st.dictionaries(
        st.sampled_from(["Email", "Phone", "Ours__c"]), st.lists(HOSTILE, max_size=30), min_size=1
    )
)
def test_queries_ask_for_each_value_once_and_fit_into_an_address(wanted: dict[str, list[str]]) -> None:
    """Whatever the values are."""
    asked: list[tuple[str, str]] = []
    for text in queries(NAMES, "Lead", wanted, longest=400):
        assert len(quote_plus(text)) <= 400
        query = soql.parse(text)
        assert (query.fields, query.entity) == (("Id", "Email"), "Lead")
        parts = query.where.parts if isinstance(query.where, soql.Both) else (query.where,)
        asked += [
            (part.field, value) for part in parts if isinstance(part, soql.Test) for value in part.values
        ]
    short = {(name, value) for name, values in wanted.items() for value in values if len(value) < 10}
    assert len(set(asked)) == len(asked)
    assert short <= set(asked) <= {(name, value) for name, values in wanted.items() for value in values}


def test_two_hundred_new_leads_are_asked_for_in_two_queries() -> None:
    """By our id, their e-mail and their phone: calls are what a day has few of."""
    wanted = {
        "Alpha_Swarm_Id__c": [f"01KC1ZJ4Y5V8C3W6N7Q2R9{number:04}" for number in range(200)],
        "Email": [f"firstname.lastname{number}@example.com" for number in range(200)],
        "Phone": [f"+1415555{number:04}" for number in range(200)],
    }
    names = [f"Some_Field_{number}__c" for number in range(24)]
    assert len(list(queries(names, "Lead", wanted, longest=14_000))) == 2
