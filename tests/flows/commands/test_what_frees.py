"""`sekali redesign --what-frees`: as text in both languages and as JSON."""

import json

import pytest

from tests.flows.commands.calling import sekali

SKTM = "processes/purbalingga/procedures/sktm.yaml"


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "an act: only the law can free it"), ("id", "hanya hukum yang dapat membebaskannya")],
)
def test_what_frees_what_stays_is_told_in_both_languages(lang: str, said: str) -> None:
    told = sekali("redesign", SKTM, "--what-frees", lang=lang)

    assert told.exit_code == 0
    assert said in told.stdout


def test_as_data_every_way_has_its_suppositions_in_words() -> None:
    (told,) = json.loads(sekali("redesign", SKTM, "--what-frees", "--format", "json").stdout)

    by_subject = {one["subject"]: one for one in told["what_frees"]}
    slip = by_subject["land-tax-slip of applicant"]
    kinds = [[one["kind"] for one in way["suppositions"]] for way in slip["ways"]]
    assert ["Concluded"] in kinds
    assert all(one["says"]["id"] and one["says"]["en"] for way in slip["ways"] for one in way["suppositions"])
    assert by_subject["statement-signature"]["only"]["en"] == "an act: only the law can free it"


def test_nothing_of_it_is_told_unasked() -> None:
    (told,) = json.loads(sekali("redesign", SKTM, "--format", "json").stdout)

    assert "what_frees" not in told
