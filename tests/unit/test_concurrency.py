"""A window gives way to a service that refuses: it pauses, halves once a burst, and grows back only after a calm."""

from __future__ import annotations

import gc

import pytest

from pasqal_client._http.concurrency import CALM, PAUSE, Throttle, Window


def test_a_window_is_as_large_as_it_was_made() -> None:
    """Without a refusal nothing is held back."""
    window = Window(8)
    assert (window.size(0.0), window.pause(0.0)) == (8, 0.0)


def test_a_burst_of_refusals_halves_the_window_once() -> None:
    """Requests that were under way together count as one burst, even if some started a moment later."""
    window = Window(8)
    for started, now in [(0.0, 0.1), (0.0, 0.11), (0.105, 0.12), (0.9, 1.0)]:
        window.refused(started, now, 1.0)
    assert window.size(1.0) == 4


@pytest.mark.parametrize(("bursts", "size"), [(1, 4), (2, 2), (3, 1), (4, 1)])
def test_each_further_burst_halves_it_again(bursts: int, size: int) -> None:
    """Down to one request at a time, never to none."""
    window = Window(8)
    for burst in range(bursts):
        window.refused(burst * 10.0, burst * 10.0 + 0.1, 1.0)
    assert window.size(bursts * 10.0) == size


@pytest.mark.parametrize(("retry_after", "pause"), [(1.5, 1.5), (0.0, 0.0), (None, PAUSE)])
def test_nothing_new_starts_until_retry_after_has_passed(
    retry_after: float | None, pause: float
) -> None:
    """The pause is the service's, or a short one if it gives none."""
    window = Window(8)
    window.refused(0.0, 10.0, retry_after)
    assert window.pause(10.0) == pytest.approx(pause)
    assert window.pause(10.0 + pause) == 0.0


def test_a_pause_of_hours_is_for_the_one_who_was_told_of_it() -> None:
    """The request that got it ends with an error; listings that begin meanwhile ask for themselves."""
    window = Window(8)
    window.refused(0.0, 1.0, 86_400.0)
    assert window.pause(1.0) == pytest.approx(PAUSE)


def test_a_burst_has_one_jitter() -> None:
    """Each refusal of it would add to the longest one, and nothing would be gained by that."""
    window = Window(8)
    window.refused(0.0, 1.0, 2.0, 0.25)
    window.refused(0.0, 1.0, 2.0, 0.5)
    assert window.pause(1.0) == pytest.approx(2.25)


def test_a_listing_does_not_wait_longer_than_its_requests_may_take() -> None:
    """It makes a request, and hears from the service itself that the pause is longer than that."""
    throttle = Throttle()
    hasty, patient = Window(8, throttle, 1.0), Window(8, throttle, 60.0)
    patient.refused(0.0, 1.0, 25.0)
    assert hasty.pause(1.0) == 0.0
    assert patient.pause(1.0) == pytest.approx(25.0)
    assert hasty.pause(25.5) == pytest.approx(0.5)


def test_the_longest_pause_of_a_burst_counts() -> None:
    """A shorter one that comes later does not cut it."""
    window = Window(8)
    window.refused(0.0, 1.0, 5.0)
    window.refused(0.0, 1.1, 0.1)
    assert window.pause(2.0) == pytest.approx(4.0)


def test_a_larger_window_is_tried_again_only_after_a_calm() -> None:
    """Not page by page: the old size comes back in steps, each after half a minute without a refusal."""
    window = Window(8)
    window.refused(0.0, 0.0, 0.0)
    window.refused(1.0, 1.0, 0.0)
    assert window.size(1.0 + CALM - 0.1) == 2
    assert window.size(1.0 + CALM) == 4
    assert window.size(1.0 + CALM + 1) == 4
    assert window.size(1.0 + 2 * CALM) == 8
    assert window.size(1.0 + 9 * CALM) == 8


def test_what_one_listing_learns_holds_for_all_of_a_client() -> None:
    """All of them pause, and what the service admits is shared out evenly; each keeps its own upper bound."""
    throttle = Throttle()
    wide, narrow = Window(14, throttle), Window(2, throttle)
    wide.refused(0.0, 0.1, 1.0)
    assert (wide.pause(0.1), narrow.pause(0.1)) == (1.0, 1.0)
    assert (wide.size(1.1), narrow.size(1.1)) == (4, 2)
    narrow.refused(0.05, 0.2, 1.0)
    assert (wide.size(1.2), narrow.size(1.2)) == (4, 2)


def test_a_listing_that_is_over_leaves_its_room_to_the_others() -> None:
    """A new one starts with what was learnt before, and alone it has all of that."""
    throttle = Throttle()
    first = Window(8, throttle)
    first.refused(0.0, 0.1, 0.0)
    second = Window(8, throttle)
    assert second.size(1.0) == 2
    first.stop()
    assert first.stopped.is_set()
    assert not second.stopped.is_set()
    assert second.size(1.0) == 4


def test_every_listing_has_room_for_one_request() -> None:
    """However many there are, none waits for another one to end."""
    throttle = Throttle()
    windows = [Window(8, throttle) for _ in range(20)]
    for burst in range(10):
        windows[0].refused(burst * 10.0, burst * 10.0 + 0.1, 0.0)
    assert {window.size(100.0) for window in windows} == {1}


def test_a_listing_that_was_forgotten_takes_no_room() -> None:
    """Who drops an iterator without ending it does not hold up the others."""
    throttle = Throttle()
    kept = Window(8, throttle)
    dropped = Window(8, throttle)
    kept.refused(0.0, 0.1, 0.0)
    assert kept.size(1.0) == 4
    del dropped
    gc.collect()
    assert kept.size(1.0) == 8
