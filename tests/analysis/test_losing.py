"""What a return that asks facts anew takes with it: what rests on them, by those alone who are used."""

from datetime import date
from pathlib import Path

import pytest

from analysis.consents import with_consents
from analysis.fewest.search import Search
from analysis.optional import with_options
from analysis.redesign import analysed, decided_today
from benchmarks.generated import Kind, write
from processes.policy import Policy
from processes.reading import read
from tests.sketching import agreement, sketch

CARD = "evidence:\n  card: {title: card, about: person, carries: [nik]}\n"
BACK = """
- decide: known
  by: office
  needs: [{reads}]
  ways:
    - way: well-known
    - way: wrong
      share: 0.1
      steps:
        - back to: {target}
          anew: [{anew}]
"""


def test_a_service_that_nobody_uses_makes_nothing_rest_on_what_is_asked_anew() -> None:
    """The register finds a number by name and date of birth; nobody asks it, so the date stays when the name is asked anew."""
    steps = (
        "- form: apply\n  asks: [mother.nik]\n  documents: [card of mother]\n"
        "- check: papers\n  by: office\n  verifies: [mother.nik]\n"
        "- lookup: find\n  service: people.person-by-nik\n  about: mother\n  gets: [name, birth_date]\n"
        "- form: again\n  asks: [mother.name]\n"
        + BACK.format(reads="mother.name", target="again", anew="mother.name")
        + "- decide: judge\n  by: office\n  ways: [{way: good}]\n"
    )
    alone = sketch(steps, agreement("a", "people.person-by-nik"), CARD)
    offered = sketch(steps, agreement("a", "people.person-by-nik", "people.nik-by-name"), CARD)

    assert alone.before("judge", "mother.birth_date") == offered.before("judge", "mother.birth_date") == 2
    assert offered.redesigned.before("judge", "mother.birth_date") == 2, "the judgement may read it"


@pytest.mark.slow  # a second or two each
@pytest.mark.parametrize(
    ("number", "what"),
    [
        (0, "a look-up by which another grows surer can be asked only later than that"),
        (1, "a judgement that does not say what it reads, behind a return"),
        (8, "a look-up on the way round a return"),
        (17, "what is checked on one side of a choice only was to bring back what a return loses"),
        (25, "the key of a look-up of today would rest on what is asked anew, through a service"),
        (70, "a look-up of today that goes made a fact rest on what is asked anew"),
    ],
)
def test_the_least_of_sixty_steps_is_proven_and_holds(number: int, what: str, tmp_path: Path) -> None:
    """None of these was: what was chosen did not hold when it was built, or the checker refused it."""
    write(tmp_path / "catalogue", range(number, number + 1), 0, Kind("sixty", chapters=2))
    found = read([tmp_path / "catalogue"])

    redesign = analysed(found.procedures[0], found.catalogue, Policy(id="policy", date=date(2026, 6, 15))).redesign
    assert redesign.after is not None and redesign.certificate is not None, what
    assert redesign.optimum is not None and redesign.optimum.proven, what


@pytest.mark.slow  # two to four seconds each
@pytest.mark.parametrize("number", [47, 83])
def test_what_a_return_loses_is_known_before_anything_is_tried(number: int, tmp_path: Path) -> None:
    """Of these the solver gave plan after plan in which a return lost what was needed: a check behind the return was to bring it back."""
    write(tmp_path / "catalogue", range(number, number + 1), 0, Kind("sixty", chapters=2))
    found = read([tmp_path / "catalogue"])
    today, _ = decided_today(found.procedures[0], found.catalogue, Policy(id="policy", date=date(2026, 6, 15)))

    search = Search(with_consents(with_options(today)))
    assert search.next() is not None
    assert search.cuts == 0
