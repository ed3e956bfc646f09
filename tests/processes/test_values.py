"""Answers as people write them: what they mean, and what is said of those that cannot be."""

from datetime import date

import pytest

from processes.element import CodeLabel, CodeList, DataElement
from processes.values import WrongValueError, parsed
from processes.words import Words

SEX = CodeList(
    id="sex",
    codes=(CodeLabel(id="1", title=Words("Laki-laki", "male")), CodeLabel(id="2", title=Words("Perempuan", "female"))),
)
TEXT = DataElement(id="name", max=10)
NIK = DataElement(id="nik", pattern="[1-9][0-9]{15}")
AGE = DataElement(id="age", type="number", min=0, max=150)
MONEY = DataElement(id="income", type="money")
DAY = DataElement(id="birth_date", type="date")
PAID = DataElement(id="paid", type="yes/no")
CHOICE = DataElement(id="sex", type="choice", codes="sex")


@pytest.mark.parametrize(
    ("element", "raw", "value"),
    [
        (TEXT, "Siti", "Siti"),
        (TEXT, "  Siti ", "Siti"),
        (TEXT, "Ny. Łucja", "Ny. Łucja"),
        (NIK, "3303012407959001", "3303012407959001"),
        (AGE, 17, 17),
        (AGE, "17", 17),
        (AGE, "17.5", 17.5),
        (AGE, 0, 0),
        (AGE, 150, 150),
        (MONEY, 2_000_000, 2_000_000),
        (DAY, "2026-10-05", date(2026, 10, 5)),
        (DAY, date(2026, 10, 5), date(2026, 10, 5)),
        (PAID, True, True),
        (PAID, "ya", True),
        (PAID, "No", False),
        (CHOICE, "2", "2"),
        (TEXT, None, None),
        (AGE, None, None),
    ],
)
def test_an_answer_means(element: DataElement, raw: object, value: object) -> None:
    found = parsed(element, SEX, raw)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("element", "raw", "said"),
    [
        (TEXT, "", "The answer is empty. If there is none, write null."),
        (TEXT, "   ", "The answer is empty. If there is none, write null."),
        (TEXT, "Siti Nurhaliza", "The text has 14 characters; it must be at most 10."),
        (TEXT, "a\x00b", "The text has characters that cannot be printed."),
        (TEXT, "a\x1b[31m", "The text has characters that cannot be printed."),
        (TEXT, 17, 'Write it in quotes: "17".'),
        (TEXT, ["a"], "One text is needed here."),
        (TEXT, {"a": 1}, "One text is needed here."),
        (NIK, 3303012407959001, 'Write it in quotes: "3303012407959001".'),
        (NIK, "330301240795900", "does not fit the pattern [1-9][0-9]{15}."),
        (NIK, "3303012407959001\n0", "does not fit the pattern"),
        (AGE, "seventeen", "'seventeen' is not a number. Write it like 12 or 1.5, without commas."),
        (AGE, "1,000", "is not a number"),
        (AGE, "1e3", "is not a number"),
        (AGE, True, "'True' is not a number"),
        (AGE, float("nan"), "is not a number"),
        (AGE, -1, "The value is -1; it must be 0 to 150."),
        (AGE, 151, "it must be 0 to 150."),
        (AGE, 10**30, "it must be 0 to 150."),
        (MONEY, float("inf"), "it must be at most 1000000000000000000."),
        (DAY, "05-10-2026", "'05-10-2026' is not a date. Write year-month-day, like 2026-10-05."),
        (DAY, "2026-02-30", "is not a date"),
        (DAY, "2026-10-05T00:00", "is not a date"),
        (DAY, 20261005, "is not a date"),
        (PAID, "maybe", "'maybe' is neither yes nor no."),
        (PAID, 1, "is neither yes nor no."),
        (CHOICE, "3", "'3' is not a code of the list 'sex'. The codes are: 1, 2."),
        (CHOICE, "perempuan", "Did you mean '2'?"),
        (CHOICE, 2, 'Write it in quotes: "2".'),
    ],
)
def test_an_answer_that_cannot_be_is_told(element: DataElement, raw: object, said: str) -> None:
    with pytest.raises(WrongValueError) as error:
        parsed(element, SEX, raw)
    assert said in error.value.words.en
    assert error.value.words.id


def test_a_long_wrong_answer_is_not_repeated_whole() -> None:
    with pytest.raises(WrongValueError) as error:
        parsed(NIK, None, "9" * 5000)
    assert len(error.value.words.en) < 120
