"""What is asked at every page is found without looking through the history."""

import pytest

from tocsin.randomness import SeededRandomness
from tocsin.store import Store
from tocsin.store.storms import _UNHAPPY

QUESTIONS = [
    pytest.param(
        "select channel, receipt_key from messages where purpose = 'page' and state = 'sent' "
        "and person = ? and sent_at >= ? order by sent_at limit 80",
        ("ada", 0),
        "covering index messages_to_person",
        id="how many pages a person had this week",
    ),
    pytest.param(
        "select * from cases where author in (?) and number < ? order by number desc limit 20",
        (1, 9),
        "index cases_of_author",
        id="an author's earlier cases",
    ),
    pytest.param(
        f"select p.created_at {_UNHAPPY} order by 1",
        ("Acme", 0, 9),
        "index posts_by_time",
        id="when the unhappy posts of a storm were written",
    ),
    pytest.param(
        "select distinct brand, level from incidents where level in ('storm', 'contained') "
        "and state <> 'closed' order by brand",
        (),
        "covering index incidents_alive",
        id="which brands are in a storm",
    ),
]


@pytest.mark.parametrize(("query", "values", "by"), QUESTIONS)
def test_it_is_found_by_an_index_and_sorted_by_it(query, values, by):
    with Store(None, randomness=SeededRandomness()) as store, store.read() as desk:
        plan = desk.connection.execute(f"explain query plan {query}", values).fetchall()
    said = " ".join(row["detail"] for row in plan).lower()
    assert by in said
    assert "temp b-tree" not in said
