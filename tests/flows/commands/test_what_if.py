"""*What if*: agreements taken and left, another day, another policy, without editing a file."""

import json
from pathlib import Path

import pytest

from tests.flows.commands.calling import sekali

BIRTH = "processes/purbalingga/procedures/akta-kelahiran.yaml"


def asked(*assumed: str) -> float:
    (told,) = json.loads(sekali("redesign", BIRTH, "--format", "json", *assumed).stdout)
    return float(told["burden"]["after"]["questions"])


def test_an_agreement_is_taken_or_left_for_once() -> None:
    assert asked("--with", "a07") < asked(), "a07 is planned"
    assert asked("--on", "2027-06-01", "--without", "a07") == asked("--on", "2027-06-01"), (
        "planned, and so not in force"
    )
    assert "unlawful today" not in found()
    assert "unlawful today" in found("--without", "a01"), "the office may not ask its own register any more"


def found(*assumed: str) -> set[str]:
    (told,) = json.loads(sekali("analyse", BIRTH, "--format", "json", *assumed).stdout)
    return {one["kind"] for one in told["findings"]}


@pytest.mark.parametrize("command", ["analyse", "redesign", "draw", "run"])
@pytest.mark.parametrize(
    ("assumed", "said"),
    [
        (["--with", "a7"], "There is no agreement 'a7' in the catalogue. Did you mean 'a07'?"),
        (["--without", "a7"], "There is no agreement 'a7' in the catalogue. Did you mean 'a07'?"),
        (["--with", "a07", "--without", "a07"], "'a07' is named by --with and --without."),
        (["--on", "2026-13-01"], "'2026-13-01' is not a date. Write year-month-day."),
        (["--policy", "usal"], "There is no policy 'usal'. Did you mean 'usual'? There are: usual."),
    ],
    ids=["with", "without", "both", "on", "policy"],
)
def test_what_is_not_there_is_said_with_the_nearest_name(
    command: str, assumed: list[str], said: str, tmp_path: Path
) -> None:
    store = ["--store", str(tmp_path / "cases.sqlite")] if command == "run" else []

    told = sekali(command, BIRTH, *assumed, *store)

    assert told.exit_code == 2
    assert told.stderr.strip() == said
