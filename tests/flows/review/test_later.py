"""What takes long is reckoned in another process: whoever asks is not kept waiting, and nobody else is."""

import gc
import os
import time

import pytest

from flows.review.later import Later, UnreckonedError


def reckoned(seconds: float, said: str) -> tuple[int, str]:
    """Take so long; say in which process."""
    time.sleep(seconds)
    return os.getpid(), said


def failed() -> None:
    raise ValueError("a secret that no page shall show")


def test_it_is_there_after_a_while_and_made_in_another_process() -> None:
    later = Later(reckoned, 0.0, "forty-two")
    assert later.get(0.0) is None
    found = later.get(30.0)
    assert found is not None
    assert (found[0] != os.getpid(), found[1]) == (True, "forty-two")
    assert later.get(0.0) == found == later.now()


def test_whoever_needs_it_at_once_makes_it_themselves() -> None:
    assert Later(reckoned, 0.0, "here").now() == (os.getpid(), "here")


def test_a_fault_is_told_by_its_kind_alone() -> None:
    with pytest.raises(UnreckonedError, match=r"^ValueError$"):
        Later(failed).get(30.0)


def test_what_nobody_can_ask_for_any_more_is_given_up() -> None:
    later, after = Later(reckoned, 600.0, "never"), Later(reckoned, 0.0, "the next")
    assert later.get(0.3) is None
    del later
    gc.collect()
    found = after.get(30.0)  # it would have to wait for the first
    assert found is not None
    assert found[1] == "the next"
