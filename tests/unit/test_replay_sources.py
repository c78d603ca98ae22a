"""What databases and servers gave, then and in the replay: each verdict with both values."""

import pytest
from lineage_programs import execution

from celltrail.execute.replay.report import Verdict
from celltrail.execute.replay.sources import compare_sources, count_sources, other_sources
from celltrail.records import ErrorInfo, SourceUse, Status

SHOP = SourceUse("postgresql://ann@db/shop", "sql", query="SELECT *\n FROM sales", rows=3, digest="xxh3-128:1")


def use(**changes: object) -> SourceUse:
    known = {"uri": SHOP.uri, "kind": SHOP.kind, "query": SHOP.query}
    return SourceUse(**(known | changes))


@pytest.mark.parametrize(
    ("before", "after", "verdict", "values"),
    [
        (SHOP, SHOP, Verdict.IDENTICAL, ("xxh3-128:1", "xxh3-128:1")),
        (SHOP, use(rows=3, digest="xxh3-128:2"), Verdict.DIFFERS, ("xxh3-128:1", "xxh3-128:2")),
        (SHOP, use(rows=3, digest="blake2b-256:2"), Verdict.CANNOT, ("xxh3-128:1", "blake2b-256:2")),
        (SHOP, use(rows=3), Verdict.UNCOMPARED, ("3 rows", "3 rows")),
        (use(rows=3), use(rows=4), Verdict.DIFFERS, ("3 rows", "4 rows")),
        (use(version="7"), use(version="8"), Verdict.DIFFERS, ("7", "8")),
        (use(version="7", digest="a:1"), use(version="8", digest="a:1"), Verdict.IDENTICAL, ("a:1", "a:1")),
        (use(version="7"), use(rows=3), Verdict.CANNOT, ("7", "3 rows")),
    ],
)
def test_what_a_source_gave_is_compared_by_the_best_that_both_know(before, after, verdict, values):
    [finding] = compare_sources([execution(1, "ask()", sources=(before,))], [execution(1, "ask()", sources=(after,))])
    assert (finding.status, (finding.before, finding.after)) == (verdict, values)
    assert finding.name == "postgresql://ann@db/shop: SELECT * FROM sales"


def test_a_database_that_cannot_be_reached_is_said_with_its_error():
    failed = execution(1, "ask()", status=Status.FAILED, error=ErrorInfo("OperationalError", "connection refused"))
    [finding] = compare_sources([execution(1, "ask()", sources=(SHOP,))], [failed])
    assert (finding.status, finding.before, finding.after) == (Verdict.CANNOT, "xxh3-128:1", "")
    assert finding.note == "the replay did not read it: [1] OperationalError: connection refused"


def test_the_same_query_twice_is_compared_in_turn():
    first, second = use(digest="a:1"), use(digest="a:2")
    before = [execution(1, "ask()", sources=(first,)), execution(2, "ask()", sources=(second,))]
    again = [execution(1, "ask()", sources=(first,)), execution(2, "ask()", sources=(first,))]
    assert [one.status for one in compare_sources(before, again)] == [Verdict.IDENTICAL, Verdict.DIFFERS]
    assert list(other_sources(before[1], again[1])) == [
        ("what postgresql://ann@db/shop: SELECT * FROM sales gave it", "a:2", "a:1")
    ]


def test_what_cannot_be_compared_is_counted():
    steps = [execution(1, "ask()", sources=(SHOP, use(), use(mode="write", rows=3)))]
    assert count_sources(steps) == (
        "2 reads of other sources, of 1 of them neither digest nor version nor rows are known"
    )
    blind, known = compare_sources(steps, steps)
    assert (blind.status, blind.note) == (
        Verdict.UNCOMPARED,
        "neither digest nor version nor rows of what it gave are known",
    )
    assert known.status is Verdict.IDENTICAL
    assert count_sources([execution(1, "ask()", sources=(SHOP,))]) == "1 read of other sources"
    assert count_sources([execution(1, "1 + 1")]) == ""
