"""Whatever is started from a template passes the check, together with the catalogue it is put into."""

from pathlib import Path

import pytest

import processes
from processes.catalogue import Agency, Catalogue, EvidenceType, Purpose
from processes.element import DataElement, Entity
from processes.problem import Problem
from processes.reading import Read, read
from processes.starting import KINDS, RESTS_ON, CannotStartError, Existing, Kind, start_of, start_of_catalogue
from processes.words import LANGUAGES, Language, same
from processes.writing import part_text

SAMPLE = Path(processes.__file__).parent / "purbalingga"
ODD_NAMES = ["no", "null", "true", "on"]


def existing(found: Read) -> Existing:
    return Existing(found.catalogue, tuple(p.id for p in found.procedures), tuple(p.id for p in found.policies))


def problems_with(texts: dict[str, str], folder: Path) -> tuple[Problem, ...]:
    """What is wrong with files, in a folder of their own."""
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
    return read([folder]).problems


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_to_start_from_passes_the_check(language: Language, tmp_path: Path):
    assert problems_with(start_of_catalogue(language), tmp_path) == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["another", *ODD_NAMES])
@pytest.mark.parametrize("kind", KINDS)
def test_every_file_passes_the_check_in_a_small_catalogue(kind: Kind, name: str, language: Language, tmp_path: Path):
    texts = start_of_catalogue(language)
    assert problems_with(texts, tmp_path) == ()
    texts["new.yaml"] = start_of(kind, name, existing(read([tmp_path])), language)
    assert problems_with(texts, tmp_path) == ()


@pytest.fixture(scope="module")
def sample() -> Read:
    return read([SAMPLE])


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_passes_the_check_in_the_sample(kind: Kind, sample: Read, tmp_path: Path):
    path = tmp_path / "new.yaml"
    path.write_text(start_of(kind, "quite_new", existing(sample), "id"), encoding="utf-8")
    told = read([SAMPLE, path]).problems
    assert [problem for problem in told if problem.where.file == str(path)] == []


POOR = Catalogue(
    entities=(Entity(id="no", key="on", elements=(DataElement(id="on"),)),),
    agencies=(Agency(id="null", title=same("No")),),
    purposes=(Purpose(id="true", title=same("1")),),
)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "agreements"])
def test_a_catalogue_with_hardly_anything_and_odd_names_is_enough(kind: Kind, tmp_path: Path):
    texts = {
        "entity.yaml": part_text(POOR.entities[0]),
        "lists.yaml": "agencies: {'null': {title: 'No'}}\npurposes: {'true': '1'}\n",
        "new.yaml": start_of(kind, "new", Existing(POOR), "en"),
    }
    assert problems_with(texts, tmp_path) == ()


def test_papers_of_the_catalogue_are_asked_for():
    paper = EvidenceType(id="card", title=same("Card"), about="no", carries=("on",))
    with_paper = POOR.model_copy(update={"evidence": (paper,)})
    assert "documents: [card of applicant]\n" in start_of("procedure", "a", Existing(with_paper), "en")
    assert "# documents:" in start_of("procedure", "a", Existing(POOR), "en")


@pytest.mark.parametrize("kind", KINDS)
def test_comments_are_in_one_language(kind: Kind, sample: Read):
    indonesian = start_of(kind, "new", existing(sample), "id")
    english = start_of(kind, "new", existing(sample), "en")
    assert "#id" not in indonesian + english
    assert "#en" not in indonesian + english
    assert indonesian != english
    assert len(indonesian.splitlines()) == len(english.splitlines())


@pytest.mark.parametrize("kind", RESTS_ON)
def test_what_must_be_there_before_is_told(kind: Kind):
    with pytest.raises(CannotStartError, match="Make one first: sekali new"):
        start_of(kind, "new", Existing(), "en")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("procedure", "birth-certificate"),
        ("policy", "usual"),
        ("agencies", "disdukcapil"),
        ("form", "F-2.01"),
        ("registry", "siak"),
        ("entity", "person"),
        ("evidence", "ktp"),
        ("purposes", "civil-registration"),
    ],
)
def test_a_name_that_is_taken_is_told(kind: Kind, name: str, sample: Read):
    there = existing(sample)._replace(procedures=("birth-certificate",), policies=("usual",))
    with pytest.raises(CannotStartError, match=f"'{name}' in this catalogue already"):
        start_of(kind, name, there, "en")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("procedure", "Building permit"),
        ("procedure", "../up"),
        ("entity", "land-parcel"),
        ("form", "-1"),
        ("form", "a/b"),
        ("registry", "1st"),
        ("policy", ""),
        ("agencies", "x" * 101),
    ],
)
def test_what_can_be_no_name_is_told(kind: Kind, name: str, sample: Read):
    with pytest.raises(CannotStartError, match="cannot be the name"):
        start_of(kind, name, existing(sample), "en")


def test_a_path_for_a_name_leads_to_the_option_for_folders(sample: Read):
    with pytest.raises(
        CannotStartError, match=r"the first is a letter or a digit\. The folder is said with --in FOLDER"
    ):
        start_of("form", "kantor/F-9", existing(sample), "en")


def test_the_header_leads_to_the_schemas():
    text = start_of("entity", "land", Existing(), "en", "../.schemas")
    assert text.startswith("# yaml-language-server: $schema=../.schemas/entity.json\n")
