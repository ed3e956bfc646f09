"""`sekali verify`: a redesign that was written holds; what somebody has edited since is refused, with the line."""

import json
import re
from pathlib import Path

import pytest

from analysis.certificate import certificate_of, certificate_text, fingerprint
from processes.reading import read
from tests.flows.commands.calling import sekali

BEFORE = "processes/purbalingga/procedures/kia.yaml"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("redesigned")
    assert sekali("redesign", BEFORE, "--to", str(folder)).exit_code == 0
    return folder


def paths(folder: Path) -> tuple[Path, Path]:
    return folder / "kia-redesigned.yaml", folder / "kia-redesigned.certificate.json"


def test_what_was_written_holds_and_says_what_is_not_proven(written: Path) -> None:
    done = sekali("verify", BEFORE, *map(str, paths(written)))

    assert done.exit_code == 0
    assert "It holds. Proven:" in (done.stdout + done.stderr)
    assert "A1: a fact has one value in a case" in (done.stdout + done.stderr)
    assert "the search says that none asks less among redesigns that keep" in done.stdout
    assert "the certificate does not show it" in done.stdout


def test_it_speaks_indonesian(written: Path) -> None:
    done = sekali("verify", BEFORE, *map(str, paths(written)), lang="id")

    assert "Berlaku. Terbukti:" in (done.stdout + done.stderr)


def test_a_redesign_that_was_edited_is_refused_though_its_fingerprint_was_made_anew(
    written: Path, tmp_path: Path
) -> None:
    after, certificate = paths(written)
    edited, claims = tmp_path / "kia-redesigned.yaml", certificate_of(certificate.read_text(encoding="utf-8"))
    text = after.read_text(encoding="utf-8")
    line = next(n for n, one in enumerate(text.splitlines(), start=1) if one.strip().startswith("- issue:"))
    edited.write_text(
        re.sub(r"(?m)^( *)- issue:", r"\1- {notify: applicant-told, by: disdukcapil}\n\1- issue:", text, count=1)
    )
    forged = tmp_path / "forged.json"
    changed = next(one for one in read([BEFORE, edited]).procedures if one.id == "kia-redesigned")
    renamed = claims.after.model_copy(update={"sha256": fingerprint(changed)})
    forged.write_text(certificate_text(claims.model_copy(update={"after": renamed})), encoding="utf-8")

    old = sekali("verify", BEFORE, str(edited), str(certificate))
    new = sekali("verify", BEFORE, str(edited), str(forged))

    assert (old.exit_code, new.exit_code) == (1, 1)
    assert "after.sha256: the certificate is not about this procedure" in (old.stdout + old.stderr)
    assert f"{edited}:{line}:" in (new.stdout + new.stderr)
    assert "there is no step 'applicant-told' today, and nothing explains it" in (new.stdout + new.stderr)


def test_another_day_than_the_certificate_s_is_refused(written: Path) -> None:
    done = sekali("verify", BEFORE, *map(str, paths(written)), "--on", "2031-01-01")

    assert done.exit_code == 1
    assert "policy: the certificate was made with another policy or date" in (done.stdout + done.stderr)
    assert "not 'usual' on 2031-01-01" in done.stdout
    assert re.search(r"The certificate was made for (.+); whether it holds as of that day: --on \1$", done.stdout, re.M)


def test_a_redesign_beside_other_catalogues_is_read_within_that_of_today_s_procedure(
    written: Path, tmp_path: Path
) -> None:
    """The folder that both lie in declares what each of them declares, twice if they are copies and else beside each other."""
    other = tmp_path / "other"
    other.mkdir()
    declares = "entity: boat\nkey: plate\nelements: {plate: text}\n---\nagencies: {harbour: {title: harbour}}\n"
    (other / "boats.yaml").write_text(declares, encoding="utf-8")
    (other / "broken.yaml").write_text("registry: boats\nagency: nobody\n", encoding="utf-8")
    (tmp_path / "redesigned").mkdir()
    moved = [tmp_path / "redesigned" / path.name for path in paths(written)]
    for old, new in zip(paths(written), moved, strict=True):
        new.write_bytes(old.read_bytes())

    done = sekali("verify", BEFORE, *map(str, moved))

    assert done.exit_code == 0, done.stdout + done.stderr


def test_a_broken_certificate_is_a_clear_line(written: Path, tmp_path: Path) -> None:
    after, certificate = paths(written)
    data = json.loads(certificate.read_text(encoding="utf-8"))
    for name, content, says in (
        ("empty", b"", "is not JSON"),
        ("bytes", b"\xff\xfe\x00", "no UTF-8 text"),
        ("foreign", b'{"format": "other"}', "no certificate of the form"),
        ("less", json.dumps({**data, "steps": None}).encode(), "broken at steps"),
    ):
        (tmp_path / name).write_bytes(content)
        done = sekali("verify", BEFORE, str(after), str(tmp_path / name))

        assert done.exit_code == 1
        assert says in (done.stdout + done.stderr)


def test_a_file_that_is_not_there_is_wrong_usage(written: Path) -> None:
    done = sekali("verify", BEFORE, str(paths(written)[0]), "nowhere.json")

    assert done.exit_code == 2
    assert "There is no file 'nowhere.json'" in (done.stdout + done.stderr)
