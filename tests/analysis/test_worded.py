"""Names of the model in what the analysis says, told as people say them."""

import pytest

from analysis.drawing.worded import Worded
from processes.resolved import resolved
from processes.words import Words
from tests.catalogue import procedure, redesign, sample


@pytest.fixture(scope="module")
def worded() -> Worded:
    made = redesign("kia")
    assert made.after is not None
    return Worded([resolved(one, sample().catalogue) for one in (procedure("kia"), made.after)])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("'child.name' stays", "“full name of the child” stays"),
        ("needs child.name, child.nik", "needs full name of the child, national identity number of the child"),
        ("'complete' needs nothing", "“papers complete?” needs nothing"),
        ("asks siak.person-by-nik", "asks “person by NIK”"),
        ("'birth-certificate of child'", "“birth certificate of the child”"),
        ("held by siak.person-by-nik about child", "held by “person by NIK” about the child"),
        ("comes with kk of child | ktp of father", "comes with family card of the child | identity card of the father"),
        ("not in force on 2026-11-01", "not in force on 1 November 2026"),
        ("asked only if child.age_years >= 5; why", "asked only if age of the child is at least 5; why"),
        ("'nobody' knows kia.yaml or no.such", "'nobody' knows kia.yaml or no.such"),
        (
            "it isn't 'child.name' that 'child.nik'",
            "it isn't “full name of the child” that “national identity number of the child”",
        ),
    ],
)
def test_names_in_a_sentence_are_told_in_words(worded: Worded, said: str, told: str) -> None:
    assert worded(Words(said, said)).en == told


def test_each_language_has_its_own_words(worded: Worded) -> None:
    assert worded(Words("'child.name'", "'child.name'")).id == "“nama lengkap anak”"


def test_a_service_says_whom_it_is_asked_about_and_a_name_nobody_knows_stays(worded: Worded) -> None:
    assert worded.name("siak.person-by-nik about child").en.endswith(" of the child")
    assert worded.name("no-such").en == "no-such"


def test_every_finding_of_the_sample_is_told_without_a_dotted_name() -> None:
    for name in ("kia", "pbi-apbd"):
        made = redesign(name)
        assert made.after is not None
        tell = Worded([resolved(one, sample().catalogue) for one in (procedure(name), made.after)])
        for one in (*made.changes, *made.moves):
            said = tell(one.says if hasattr(one, "says") else one.why)
            for text in said:
                assert "child." not in text and "applicant." not in text, text
