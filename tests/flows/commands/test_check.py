"""`sekali check` as people call it: lines, JSON, exit codes and languages, for good files and bad ones of every kind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.commands.main import COMMANDS, run
from flows.commands.tables import heading
from tests.processes.village import FILES, Fault, village

SEKALI = Path(sys.executable).with_name("sekali")
QUIET = {
    name: value
    for name, value in os.environ.items()
    if name not in ("SEKALI_LANG", "LANG", "LC_ALL", "LC_MESSAGES", "SEKALI_DEBUG")
}


def called(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Call the installed command."""
    environment = {**QUIET, "PYTHONUTF8": "1", **more}
    return subprocess.run(
        [SEKALI, *map(str, arguments)], capture_output=True, text=True, env=environment, timeout=60, check=False
    )


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Call the command in this process: what it prints, what it complains of, and its exit code."""
    for name in ("SEKALI_LANG", "LANG", "LC_ALL", "LC_MESSAGES", "SEKALI_DEBUG"):
        monkeypatch.setenv(name, "")

    def call(*arguments: str | Path) -> tuple[str, str, int]:
        with pytest.raises(SystemExit) as end:
            run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return said.out, said.err, int(end.value.code or 0)

    return call


# --- the installed command ---


def bad_files(folder: Path) -> None:
    """Write a folder with a bad file of every kind."""
    village(folder)
    (folder / "birth.yaml").write_text(
        FILES["birth.yaml"]
        .replace("    minutes: 35\n", "    minutes: 35\n    minutes: 40\n")  # a key twice
        .replace("volume:", "volum:")  # an unknown key
        .replace("- ktp of mother", "- ktp of mothr")  # a reference to nothing
        .replace(
            "household: family", "household: family\n  one: {is: two.mother}\n  two: {is: one.mother}"
        )  # nobody reaches these
    )
    (folder / "trap.yaml").write_text("purposes:\n  x: no\n")
    bomb = "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 30))
    (folder / "bomb.yaml").write_text(f"b0: &b0 lol\n{bomb}")
    (folder / "deep.yaml").write_text("a: " + "[" * 1000 + "]" * 1000)
    (folder / "latin.yaml").write_bytes("title: Kartu d\xe9s".encode("latin-1"))
    (folder / "empty.yaml").write_text("")
    (folder / "binary.yaml").write_bytes(bytes(range(256)))
    with (folder / "huge.yaml").open("wb") as file:
        file.truncate(200_000_000)


def test_bad_files_of_every_kind_get_a_clear_line_each(tmp_path: Path) -> None:
    bad_files(tmp_path)

    result = called("check", tmp_path)

    assert result.returncode == 1
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    for name, code in {
        "birth.yaml:26:5": "duplicate-key",
        "birth.yaml:5:1": "unknown-key",
        "birth.yaml:35:9": "unknown-role",
        "birth.yaml:16:13": "roles-in-a-circle",
        "trap.yaml:2:6": "looks-like-truth",
        "bomb.yaml:2:": "alias",
        "deep.yaml:1:": "too-deep",
        "latin.yaml:1:": "not-utf-8",
        "empty.yaml:1:1": "empty-file",
        "huge.yaml:1:1": "file-too-large",
        "binary.yaml:2:": "not-utf-8",
    }.items():
        assert any(f"/{name}" in line and line.endswith(f"[{code}]") for line in lines), (
            f"{name} {code}\n{result.stdout[:5000]}"
        )
    assert "Traceback" not in result.stdout
    assert lines[-1].endswith("files.")


def test_a_folder_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    result = called("check", tmp_path / "nothing")

    assert result.returncode == 2
    assert "There is nothing at" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_neither_help_nor_check_imports_what_they_do_not_need(tmp_path: Path) -> None:
    village(tmp_path)
    for arguments in (["--help"], ["check", str(tmp_path)]):
        code = (
            "import sys, flows.commands.main as main\n"
            f"try: main.run({arguments!r})\n"
            "except SystemExit: pass\n"
            "heavy = {'prefect', 'networkx', 'sqlalchemy', 'rich', 'graphviz', 'fastapi', 'httpx'}\n"
            "print('heavy:', sorted(heavy & set(sys.modules)))"
        )
        result = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, env=QUIET, timeout=60, check=False
        )
        assert result.stdout.splitlines()[-1] == "heavy: []", result.stderr


def test_whoever_stops_reading_gets_no_complaint(tmp_path: Path) -> None:
    bad_files(tmp_path)

    shell = f"'{SEKALI}' check '{tmp_path}' | head -n 1"
    result = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, env=QUIET, timeout=60, check=False)

    assert result.stdout.count("\n") == 1
    assert result.stderr == ""


def test_an_empty_path_is_not_this_folder(told) -> None:  # type: ignore[no-untyped-def]
    out, err, code = told("check", "")

    assert (out, code) == ("", 2)
    assert err.strip() == "One PATH is empty. Write the name of a folder or file; '.' for this folder."


# --- what it says ---


def test_a_catalogue_without_a_problem(tmp_path: Path, told) -> None:  # type: ignore[no-untyped-def]
    village(tmp_path)

    assert told("check", tmp_path) == (f"No problem in {len(FILES)} files.\n", "", 0)
    assert told("check", tmp_path, "--lang", "id") == (f"Tidak ada masalah dalam {len(FILES)} berkas.\n", "", 0)


def test_a_problem_is_one_line_with_its_place_and_mend(tmp_path: Path, told) -> None:  # type: ignore[no-untyped-def]
    village(tmp_path, Fault("", "to: desa", "to: desaa"))

    out, err, code = told("check", tmp_path)

    assert out.splitlines() == [
        f"{tmp_path}/birth.yaml:72:40: There is no agency 'desaa'. Write 'desa'. [unknown-agency]",
        f"1 problem in {len(FILES)} files.",
    ]
    assert (err, code) == ("", 1)


def test_advice_is_marked_and_is_no_problem(tmp_path: Path, told) -> None:  # type: ignore[no-untyped-def]
    village(tmp_path, Fault("", "  - {wait: a-day, for: 1 day}", "  - {wait: a-day}"))

    out, _, code = told("check", tmp_path)
    indonesian, _, _ = told("--lang", "id", "check", tmp_path)

    assert out.startswith(f"{tmp_path}/birth.yaml:71:5: advice: 'a-day' does not say for how long.")
    assert out.endswith(f"\n1 piece of advice in {len(FILES)} files.\n")
    assert indonesian.startswith(f"{tmp_path}/birth.yaml:71:5: saran: 'a-day' tidak menyebut berapa lama.")
    assert code == 0


def test_problems_as_json(tmp_path: Path, told) -> None:  # type: ignore[no-untyped-def]
    village(tmp_path, Fault("", "to: desa", "to: desaa"))

    out, _, code = told("check", "--format", "json", tmp_path)

    assert json.loads(out) == [
        {
            "file": f"{tmp_path}/birth.yaml",
            "line": 72,
            "column": 40,
            "code": "unknown-agency",
            "severity": "problem",
            "message": {"id": "Tidak ada instansi 'desaa'.", "en": "There is no agency 'desaa'."},
            "mend": {"id": "Tulis 'desa'.", "en": "Write 'desa'."},
        }
    ]
    assert code == 1


def test_no_problem_as_json(tmp_path: Path, told) -> None:  # type: ignore[no-untyped-def]
    village(tmp_path)

    assert told("check", tmp_path, "--format=json") == ("[]\n", "", 0)


# --- wrong calls ---


@pytest.mark.parametrize(
    ("arguments", "english", "indonesian"),
    [
        (
            ["chek"],
            "There is no command 'chek'. Did you mean 'check'?",
            "Tidak ada perintah 'chek'. Maksud Anda 'check'?",
        ),
        (
            ["check"],
            "PATH... is missing. See 'sekali check --help'.",
            "PATH... belum disebut. Lihat 'sekali check --help'.",
        ),
        (
            ["check", "x", "--formt", "json"],
            "There is no option '--formt'. Did you mean '--format'? See 'sekali check --help'.",
            "Tidak ada pilihan '--formt'. Maksud Anda '--format'? Lihat 'sekali check --help'.",
        ),
        (
            ["check", "x", "--format", "xml"],
            "--format must be one of: text, json. See 'sekali check --help'.",
            "--format harus salah satu dari: text, json. Lihat 'sekali check --help'.",
        ),
        (
            ["analyse", "x", "y"],
            "There is an argument too many: y. See 'sekali analyse --help'.",
            "Argumen ini berlebih: y. Lihat 'sekali analyse --help'.",
        ),
        (
            ["analyse", "x", "y", "z"],
            "There are arguments too many: y z. See 'sekali analyse --help'.",
            "Argumen ini berlebih: y z. Lihat 'sekali analyse --help'.",
        ),
        (
            ["run", "x", "--batch", "0"],
            "--batch must be 1 to 10000. See 'sekali run --help'.",
            "--batch antara 1 dan 10000. Lihat 'sekali run --help'.",
        ),
    ],
    ids=[
        "unknown command",
        "no path",
        "unknown option",
        "unknown format",
        "one too many",
        "two too many",
        "no such number",
    ],
)
def test_a_wrong_call_is_told_in_one_line(arguments: list[str], english: str, indonesian: str, told) -> None:  # type: ignore[no-untyped-def]
    assert told(*arguments) == ("", f"{english}\n", 2)
    assert told(*arguments, "--lang=id") == ("", f"{indonesian}\n", 2)


def test_nothing_stands_out_where_colours_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert heading("Card") != "Card"
    monkeypatch.setenv("NO_COLOR", "1")
    assert heading("Card") == "Card"


def test_help_lists_the_commands_in_both_languages(told) -> None:  # type: ignore[no-untyped-def]
    english, _, code = told("--help")
    indonesian, _, _ = told("--help", "--lang", "id")

    assert code == 0
    assert COMMANDS["check"].en in english
    assert COMMANDS["check"].id in indonesian
    assert "sekali check" in told("check", "--help")[0]
    assert not [word for word in ("Usage", "Options", "Commands", "Show", "default") if word in indonesian]
    assert not [
        word for word in ("Usage", "Options", "Show", "default") if word in told("check", "--help", "--lang=id")[0]
    ]


def test_a_call_without_anything_shows_help(told) -> None:  # type: ignore[no-untyped-def]
    out, err, code = told()

    assert (out, code) == ("", 2)
    assert "check" in err


def test_what_nobody_expected_is_one_line_without_a_traceback(told, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def broken(*_: object) -> None:
        raise RuntimeError("out\nof order")

    monkeypatch.setattr("flows.commands.check.read", broken)

    out, err, code = told("check", "x")

    assert (out, code) == ("", 70)
    assert err.count("\n") == 1
    assert "RuntimeError: out of order" in err
    assert "SEKALI_DEBUG=1" in err


def test_an_interruption_ends_quietly(told, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("flows.commands.check.read", interrupted)

    out, err, code = told("check", "x")

    assert (out, err.strip(), code) == ("", "Stopped.", 130)
