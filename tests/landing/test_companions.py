from datetime import date

import pytest

from tieout.landing import batches, findings

from .place import Place, refunds, tree


def test_a_companion_that_agrees_gives_the_window_under_either_of_its_names(place: Place) -> None:
    place.drop("a.csv", refunds("10.00", "0.10"))
    place.state("a.meta.json", from_="2026-05-01", to="2026-05-31", rows=2, total_amount="10.1")
    place.drop("b.csv", refunds("-10.00"))
    place.state("b.csv.meta.json", from_="2026-05-01", to="2026-05-31", rows=1, total_amount=-10.00)
    first, second = place.land().new
    assert (first.window_from, first.window_to) == (date(2026, 5, 1), date(2026, 5, 31))
    assert first.meta == {"from": "2026-05-01", "to": "2026-05-31", "rows": 2, "total_amount": "10.1"}
    assert second.window_to == date(2026, 5, 31)


def test_a_total_is_added_exactly_however_many_digits_it_has(place: Place) -> None:
    place.drop("a.csv", refunds("100000000000000000.01", "0.02"))
    place.state("a.meta.json", total_amount="100000000000000000.03")
    assert len(place.land().new) == 1


@pytest.mark.parametrize(
    ("stated", "figures"),
    [
        ({"rows": 3}, ("3", "2")),
        ({"rows": 0}, ("0", "2")),
        ({"total_amount": "100000000000000000000000000010.11"}, ("100000000000000000000000000010.11", "10.10")),
        ({"total_amount": "10.100001"}, ("10.100001", "10.10")),
    ],
)
def test_a_total_that_breaks_is_quarantined_with_both_figures(
    place: Place, stated: dict[str, object], figures: tuple[str, str]
) -> None:
    place.drop("a.csv", refunds("10.00", "0.10"))
    place.state("a.meta.json", from_="2026-05-01", to="2026-05-02", **stated)
    [finding] = place.land().quarantined
    assert (finding.reason, finding.window_to) == ("totals_break", date(2026, 5, 2))
    assert all(figure in finding.message for figure in figures)
    assert batches(place.settings) == []


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("{", "JSON"),
        ("[1]", "object"),
        ('{"from": "2026-05-01"}', "'to'"),
        ('{"from": "2026-05-02", "to": "2026-05-01"}', "ends before"),
        ('{"from": "20260532", "to": "2026-05-01"}', "20260532"),
        ('{"from": 5, "to": 6}', "YYYY-MM-DD"),
        ('{"rows": "2"}', "whole number"),
        ('{"rows": 1.0}', "whole number"),
        ('{"rows": true}', "whole number"),
        ('{"rows": -1}', "whole number"),
        ('{"total_amount": 1e5}', "1e5"),
        ('{"total_amount": NaN}', "NaN"),
        ('{"total_amount": false}', "exact amount"),
        ('{"exported_at": "yesterday"}', "yesterday"),
        ('{"exported_at": 1}', "exported_at"),
    ],
)
def test_a_malformed_companion_is_refused_with_what_is_expected(place: Place, text: str, hint: str) -> None:
    place.drop("a.csv", refunds("1.00"))
    place.drop("a.meta.json", text)
    [finding] = place.land().quarantined
    assert (finding.reason, finding.file_name) == ("unreadable", "a.csv")
    assert "a.meta.json" in finding.message
    assert hint in finding.message


def test_a_mended_companion_lands_the_file_and_closes_the_finding(place: Place) -> None:
    place.drop("a.csv", refunds("1.00"))
    place.drop("a.meta.json", "{")
    assert len(place.land().quarantined) == 1
    place.state("a.meta.json", rows=1, exported_at="2026-05-01T00:00:00Z", at="2026-05-03T00:00:00Z")
    result = place.land()
    assert (len(result.new), result.quarantined, findings(place.settings)) == (1, [], [])


@pytest.mark.parametrize(("text", "reason"), [('{"rows": 2}', "totals_break"), ('{"rows": "2', "unreadable")])
def test_a_companion_that_breaks_what_was_landed_without_it_stays_open(place: Place, text: str, reason: str) -> None:
    place.drop("a.csv", refunds("1.00"))
    place.land()
    place.drop("a.meta.json", text, at="2026-05-03T00:00:00Z")
    place.land()
    assert [finding.reason for finding in findings(place.settings)] == [reason]


def test_two_ways_of_writing_one_companion_are_one_delivery(place: Place) -> None:
    place.drop("a.csv", refunds("1.00"))
    place.drop("a.meta.json", '{"rows": 1, "total_amount": 1.0}')
    place.drop("b.csv", refunds("1.00"))
    place.drop("b.meta.json", '{"total_amount": "1.00", "rows": 1, "from": null}')
    assert len(place.land().new) == 1
    place.drop("b.meta.json", '{"total_amount": "1.00"}')
    assert len(place.land().new) == 1


def test_a_confirmed_empty_day_is_a_batch_and_a_missing_file_is_a_finding(place: Place) -> None:
    place.state("refunds_20260501.meta.json", from_="2026-05-01", to="2026-05-01", rows=0)
    place.state("refunds_20260502.meta.json", from_="2026-05-02", to="2026-05-02", rows=2)
    place.state("refunds_20260503.meta.json", rows=0)
    place.drop("refunds_20260504.csv", b"")
    place.state("refunds_20260504.meta.json", from_="2026-05-04", to="2026-05-04", rows=0)
    place.drop("refunds_20260505.csv", b"")
    result = place.land()
    confirmed = [(batch.window_from, batch.window_to, batch.row_count) for batch in batches(place.settings)]
    assert confirmed == [(date(2026, 5, day), date(2026, 5, day), 0) for day in (1, 4)]
    missing, undated, empty = result.quarantined
    assert (missing.reason, missing.window_from) == ("empty", date(2026, 5, 2))
    assert "has not come" in missing.message
    assert "of which days" in undated.message
    assert (empty.file_name, empty.reason) == ("refunds_20260505.csv", "empty")


def test_the_file_that_was_awaited_closes_the_finding_even_if_it_is_older(place: Place) -> None:
    place.drop("a.csv", refunds("9.00"), at="2026-04-30T00:00:00Z")
    place.land()
    (place.settings.inbox / "open/refunds/a.csv").unlink()
    place.state("a.meta.json", rows=1, total_amount="1.00", at="2026-05-02T00:00:00Z")
    place.land()
    assert [finding.reason for finding in findings(place.settings)] == ["empty"]
    place.drop("a.csv", refunds("1.00"), at="2026-05-01T00:00:00Z")
    assert len(place.land().new) == 1
    assert findings(place.settings) == []


def test_what_a_companion_states_and_nobody_checks_is_said(place: Place) -> None:
    place.drop("a.csv", refunds("1.00"))
    place.state("a.meta.json", row=7)
    place.state("a.csv.meta.json", rowz=7)
    result = place.land()
    assert [batch.meta for batch in result.new] == [{"rowz": 7}]
    assert any("'rowz'" in why and "total_amount" in why for _, why in result.ignored)
    assert any("more specific" in why for _, why in result.ignored)
    assert len(tree(place.settings)) == 4
