"""A window gives way to a service that refuses: it pauses, halves once per burst, and grows back after a calm."""

from __future__ import annotations

import gc

import pytest

from pasqal_client._http.throttle import CALM, PAUSE, Throttle, Window


def test_a_window_is_as_large_as_it_was_made() -> None:
    """A window that has met no refusal holds nothing back."""
    window = Window(8)
    assert (window.size(0.0), window.pause(0.0)) == (8, 0.0)


def test_a_burst_of_refusals_halves_the_window_once() -> None:
    """Requests that were in flight together count as one burst, even if some started a moment later."""
    window = Window(8)
    for started, now in [(0.0, 0.1), (0.0, 0.11), (0.105, 0.12), (0.9, 1.0)]:
        window.note_rejection(started, now, 1.0)
    assert window.size(1.0) == 4


@pytest.mark.parametrize(("bursts", "size"), [(1, 4), (2, 2), (3, 1), (4, 1)])
def test_each_further_burst_halves_it_again(bursts: int, size: int) -> None:
    """Bursts halve the window down to one request at a time, but never to zero."""
    window = Window(8)
    for burst in range(bursts):
        window.note_rejection(burst * 10.0, burst * 10.0 + 0.1, 1.0)
    assert window.size(bursts * 10.0) == size


@pytest.mark.parametrize(
    ("retry_after", "pause"), [(1.5, 1.5), (120.0, 120.0), (0.0, 0.0), (None, PAUSE)]
)
def test_nothing_new_starts_until_retry_after_has_passed(
    retry_after: float | None, pause: float
) -> None:
    """A window pauses for as long as the service asks, or for a short default if it names no time."""
    window = Window(8)
    window.note_rejection(0.0, 10.0, retry_after)
    assert window.pause(10.0) == pytest.approx(pause)
    assert window.pause(10.0 + pause) == 0.0


def test_a_burst_has_one_jitter() -> None:
    """Adding up the jitter of every refusal in a burst would only lengthen the pause."""
    window = Window(8)
    window.note_rejection(0.0, 1.0, 2.0, 0.25)
    window.note_rejection(0.0, 1.0, 2.0, 0.5)
    assert window.pause(1.0) == pytest.approx(2.25)


def test_a_listing_does_not_wait_longer_than_its_requests_may_take() -> None:
    """A listing with a short deadline sends its request anyway and hears from the service how long the pause is."""
    throttle = Throttle()
    hasty, patient = Window(8, throttle, 1.0), Window(8, throttle, 60.0)
    patient.note_rejection(0.0, 1.0, 25.0)
    assert hasty.pause(1.0) == 0.0
    assert patient.pause(1.0) == pytest.approx(25.0)
    assert hasty.pause(25.5) == pytest.approx(0.5)


def test_the_longest_pause_of_a_burst_counts() -> None:
    """A shorter pause that arrives later does not cut a longer one short."""
    window = Window(8)
    window.note_rejection(0.0, 1.0, 5.0)
    window.note_rejection(0.0, 1.1, 0.1)
    assert window.pause(2.0) == pytest.approx(4.0)


def test_a_larger_window_is_tried_again_only_after_a_calm() -> None:
    """The old size comes back in steps, one after each half minute without a refusal, not page by page."""
    window = Window(8)
    window.note_rejection(0.0, 0.0, 0.0)
    window.note_rejection(1.0, 1.0, 0.0)
    assert window.size(1.0 + CALM - 0.1) == 2
    assert window.size(1.0 + CALM) == 4
    assert window.size(1.0 + CALM + 1) == 4
    assert window.size(1.0 + 2 * CALM) == 8
    assert window.size(1.0 + 9 * CALM) == 8


def test_what_one_listing_learns_holds_for_all_of_a_client() -> None:
    """All listings of a client pause together and share what the service admits; each keeps its own upper bound."""
    throttle = Throttle()
    wide, narrow = Window(14, throttle), Window(2, throttle)
    wide.note_rejection(0.0, 0.1, 1.0)
    assert (wide.pause(0.1), narrow.pause(0.1)) == (1.0, 1.0)
    assert (wide.size(1.1), narrow.size(1.1)) == (4, 2)
    narrow.note_rejection(0.05, 0.2, 1.0)
    assert (wide.size(1.2), narrow.size(1.2)) == (4, 2)


def test_a_finished_listing_leaves_its_room_to_the_others() -> None:
    """A listing that starts later inherits what was learnt, and gets all of it once it is alone."""
    throttle = Throttle()
    first = Window(8, throttle)
    first.note_rejection(0.0, 0.1, 0.0)
    second = Window(8, throttle)
    assert second.size(1.0) == 2
    assert not first.wait_for_stop(0)
    first.stop()
    first.stop()
    assert first.wait_for_stop(60)
    assert first.wait_for_stop(60)
    assert not second.is_stopped
    assert second.size(1.0) == 4


def test_a_listing_that_is_part_of_a_call_takes_no_share() -> None:
    """Its requests are counted among those of the call; it pauses with the others, and they with it."""
    throttle = Throttle()
    call, part = Window(8, throttle), Window(1, throttle, is_part=True)
    call.note_rejection(0.0, 0.1, 1.0)
    assert (call.size(1.1), part.size(1.1)) == (4, 1)
    part.note_rejection(2.0, 2.1, 1.0)
    assert (call.size(3.1), call.pause(2.1)) == (2, 1.0)
    part.stop()
    assert call.size(3.1) == 2


def test_every_listing_has_room_for_one_request() -> None:
    """However many listings run at once, none has to wait for another one to end."""
    throttle = Throttle()
    windows = [Window(8, throttle) for _ in range(20)]
    for burst in range(10):
        windows[0].note_rejection(burst * 10.0, burst * 10.0 + 0.1, 0.0)
    assert {window.size(100.0) for window in windows} == {1}


def test_a_listing_that_was_forgotten_takes_no_room() -> None:
    """An iterator that is dropped without being closed does not hold up the other listings."""
    throttle = Throttle()
    kept = Window(8, throttle)
    dropped = Window(8, throttle)
    kept.note_rejection(0.0, 0.1, 0.0)
    assert kept.size(1.0) == 4
    del dropped
    gc.collect()
    assert kept.size(1.0) == 8


def test_a_listing_may_end_while_its_thread_asks_the_throttle() -> None:
    """Garbage collection ends one at any moment, also where the lock of the throttle is held by the same thread."""
    throttle = Throttle()
    first, second = Window(8, throttle), Window(8, throttle)
    first.note_rejection(0.0, 0.1, 0.0)
    with throttle._lock:
        second.stop()
    assert first.size(1.0) == 8
