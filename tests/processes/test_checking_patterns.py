"""Patterns that would keep a check busy for ever are refused; those that people write are not."""

import re
import time

import pytest

from processes.checking.patterns import pattern_fault

FINE = [
    "",
    "[0-9]{16}",
    "[1-9][0-9]{15}",
    r"[0-9]+(\.[0-9]+)*",
    r"(\d{3}-)*\d{4}",
    r"[A-Z]{1,2} [0-9]{1,4} [A-Z]{1,3}",
    r"(A|B|AB|O)[+-]?",
    r"(ab){2}",
    r"(a+){2}",
    r"(?:[0-9]{2}/){2}[0-9]{4}",
    r"[^\]]+",
    r"a|b|c",
    r"[]a]+",
    r"(?P<name>[0-9]{3}),(?P=name)",
    r"(?=a)a+",
    r"\(0[0-9]+\) [0-9]+",
    r"(,[a-z]+)*",
    r"([a-z]+;)*",
    ".*",
    "x{,5}",
]
SLOW = [
    "(a+)+",
    "(a*)*",
    "([a-z]+)*x",
    "(a|aa)+",
    "(a|a)*",
    "(.*)*",
    "(.*,)*",
    "(a?)*",
    "((a+)b?)*",
    "(x+x+)+y",
    "([0-9]+-?)*",
    "(a+){10,}",
    "(?:a+)+",
    "(?P<n>a+)+",
    r"(\w+\s?)*",
]
BAD = ["[0-9", "(a", "a)", "*a", "a{2,1}", "(?P<1>a)", r"\Q", "[z-a]", "(?P=x)", "[[a]"]  # fmt: skip


@pytest.mark.parametrize("pattern", FINE)
def test_a_pattern_that_people_write_is_fine(pattern: str) -> None:
    assert pattern_fault(pattern) is None


@pytest.mark.parametrize("pattern", SLOW)
def test_a_repetition_within_a_repetition_is_refused(pattern: str) -> None:
    fault = pattern_fault(pattern)

    assert fault is not None
    assert fault.code == "slow-pattern"
    assert pattern[fault.column - 1] == "("


def test_many_repetitions_of_anything_are_refused() -> None:
    assert pattern_fault(".*a.*b.*") is None
    fault = pattern_fault(r".*a.*b.*c\w*d")

    assert fault is not None
    assert (fault.code, fault.column) == ("slow-pattern", 10)


@pytest.mark.parametrize("pattern", BAD)
def test_what_is_no_regular_expression_is_told(pattern: str) -> None:
    fault = pattern_fault(pattern)

    assert fault is not None
    assert fault.code == "bad-pattern"
    assert 1 <= fault.column <= len(pattern) + 1


@pytest.mark.parametrize("pattern", FINE)
def test_what_is_let_through_takes_no_time(pattern: str) -> None:
    begun = time.process_time()
    for piece in ("a", "0", "ab", "0.", "-", "1-", ",a", "a;", "aA0 "):
        re.fullmatch(pattern, piece * 60 + "!")

    assert time.process_time() - begun < 1
