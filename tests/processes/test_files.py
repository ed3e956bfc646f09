"""Whatever the file system holds, a text or a clear problem comes back."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from processes.files import MOST_BYTES, found, shown, text_of
from processes.problem import Problem

NOBODY = 65534


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in a folder of its own and gives relative paths, as people do."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def as_nobody(here: Path) -> Iterator[None]:
    """Root may read everything: step down to a user who may not."""
    if os.geteuid() != 0:
        yield
        return
    here.chmod(0o755)
    os.seteuid(NOBODY)
    yield
    os.seteuid(0)


def write(name: str, content: bytes = b"a: 1\n") -> Path:
    path = Path(name)
    if not path.parent.exists():
        path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def names(paths: list[str]) -> list[str]:
    files, problems = found(paths)
    assert problems == []
    return [str(file) for file in files]


def test_folders_are_searched_and_files_come_sorted() -> None:
    for name in ("k/b.yaml", "k/a.yml", "k/z/c.YAML", "k/a/d.yaml", "k/notes.txt", "k/.git/x.yaml", "k/.hidden.yaml"):
        write(name)

    assert names(["k"]) == ["k/a/d.yaml", "k/a.yml", "k/b.yaml", "k/z/c.YAML"]


def test_names_stay_as_they_were_given(here: Path) -> None:
    write("k/a.yaml")

    assert names(["k"]) == ["k/a.yaml"]
    assert names([str(here / "k")]) == [str(here / "k/a.yaml")]
    assert names(["k/../k/a.yaml"]) == ["k/../k/a.yaml"]


def test_the_order_of_the_paths_is_kept_and_no_file_comes_twice() -> None:
    for name in ("k/a.yaml", "k/b.yaml", "l/a.yaml"):
        write(name)

    assert names(["l", "k/b.yaml", ".", "k", "k/b.yaml"]) == ["l/a.yaml", "k/b.yaml", "k/a.yaml"]


def test_a_link_to_a_folder_above_ends() -> None:
    write("k/a.yaml")
    Path("k/again").symlink_to("..")

    assert names(["k"]) == ["k/a.yaml"]


def test_what_is_reached_twice_is_known_by_its_own_name() -> None:
    write("k/z/x.yaml")
    write("k/y.yaml")
    Path("k/a").symlink_to("z")
    Path("k/b.yaml").symlink_to("y.yaml")

    assert names(["k"]) == ["k/y.yaml", "k/z/x.yaml"]


def test_folders_nested_deeper_than_python_recurses_are_searched() -> None:
    folders = ["d/" * depth for depth in range(1, 1201)]
    for folder in folders:
        os.mkdir(folder)
    path = write(folders[-1] + "a.yaml")

    assert names(["d"]) == [str(path)]

    path.unlink()
    for folder in reversed(folders):  # pytest's own cleaning recurses
        os.rmdir(folder)


def folder_without_yaml() -> str:
    write("k/.hidden/a.yaml")
    write("k/notes.txt")
    return "k"


def misspelt() -> str:
    write("akta.yaml")
    return "akte.yaml"


def inside_a_file() -> str:
    write("a.yaml")
    return "a.yaml/b.yaml"


def folder_named_yaml() -> str:
    write("k.yaml/a.yaml")
    return "k.yaml"


def folder_named_yaml_below() -> str:
    write("k/x.yml/a.yaml")
    return "k"


def pipe() -> str:
    os.mkfifo("p.yaml")
    return "p.yaml"


def pipe_below() -> str:
    Path("k").mkdir()
    os.mkfifo("k/p.yaml")
    return "k"


def dangling_link() -> str:
    Path("a.yaml").symlink_to("nowhere")
    return "a.yaml"


def dangling_link_below() -> str:
    Path("k").mkdir()
    Path("k/a.yaml").symlink_to("nowhere")
    return "k"


def link_to_itself() -> str:
    Path("a.yaml").symlink_to("a.yaml")
    return "a.yaml"


PATHS: list[tuple[str, Callable[[], str] | str, str, str, str]] = [
    ("a path that is not there", "nowhere", "path-not-found", "nowhere", "There is nothing at 'nowhere'."),
    ("no path at all", "", "empty-folder", ".", "The folder '.' and"),
    ("a name misspelt", misspelt, "path-not-found", "akte.yaml", "Did you mean 'akta.yaml'?"),
    ("a path through a file", inside_a_file, "path-not-found", "a.yaml/b.yaml", "There is nothing at"),
    ("a folder without YAML files", folder_without_yaml, "empty-folder", "k", "hold no .yaml or .yml file"),
    ("a folder named like a file", folder_named_yaml, "folder-named-yaml", "k.yaml", "Rename the folder to 'k'."),
    ("a folder below named so", folder_named_yaml_below, "folder-named-yaml", "k/x.yml", "is a folder"),
    ("a file of another name", lambda: str(write("a.txt")), "not-named-yaml", "a.txt", "Rename it to 'a.yaml'"),
    ("a file without suffix", lambda: str(write("Makefile")), "not-named-yaml", "Makefile", "does not end in .yaml"),
    ("a device", "/dev/zero", "not-a-file", "/dev/zero", "so it was not opened"),
    ("a pipe, which would wait for ever", pipe, "not-a-file", "p.yaml", "so it was not opened"),
    ("a pipe in a folder", pipe_below, "not-a-file", "k/p.yaml", "so it was not opened"),
    ("a link to nothing", dangling_link, "path-not-found", "a.yaml", "The link 'a.yaml' leads to nothing."),
    ("a link to nothing in a folder", dangling_link_below, "path-not-found", "k/a.yaml", "leads to nothing"),
    ("a link to itself", link_to_itself, "unreadable", "a.yaml", "goes in a circle"),
    ("a name too long for the system", "x" * 300 + ".yaml", "unreadable", "x" * 300 + ".yaml", "ENAMETOOLONG"),
    ("a name with a zero byte", "a\0b.yaml", "unreadable", "a\ufffdb.yaml", "cannot be read"),
]


@pytest.mark.parametrize(("path", "code", "where", "says"), [pytest.param(*row, id=title) for title, *row in PATHS])
def test_a_path_that_leads_to_no_yaml_file_is_one_problem(
    path: Callable[[], str] | str, code: str, where: str, says: str
) -> None:
    files, problems = found([path if isinstance(path, str) else path()])

    assert files == []
    assert [(problem.code, problem.where.file) for problem in problems] == [(code, where)]
    assert says in str(problems[0])
    assert problems[0].fault.id != problems[0].fault.en
    assert problems[0].mend.id != problems[0].mend.en


def test_one_bad_path_does_not_hide_the_others() -> None:
    write("k/a.yaml")
    write("k/b.yaml/c.yaml")

    files, problems = found(["nowhere", "k", "l"])

    assert [str(file) for file in files] == ["k/a.yaml"]
    assert [problem.where.file for problem in problems] == ["nowhere", "k/b.yaml", "l"]


def test_a_folder_that_may_not_be_read_is_a_problem(request: pytest.FixtureRequest) -> None:
    write("k/locked/a.yaml")
    write("k/b.yaml")
    Path("k/locked").chmod(0)
    request.getfixturevalue("as_nobody")

    files, problems = found(["k"])

    assert [str(file) for file in files] == ["k/b.yaml"]
    assert [str(problem.fault.en) for problem in problems] == ["This user may not read 'k/locked'."]


def test_a_file_that_may_not_be_read_is_a_problem(request: pytest.FixtureRequest) -> None:
    path = write("a.yaml")
    path.chmod(0)
    request.getfixturevalue("as_nobody")

    problem = text_of(path)

    assert isinstance(problem, Problem)
    assert problem.fault.en == "This user may not read 'a.yaml'."


@pytest.mark.parametrize(
    "content", ["", "a: 1\n", "a: 1\r\nb: é – 中\r\n", "\ufeffa: 1\n"], ids=["empty", "plain", "CRLF", "BOM"]
)
def test_text_is_given_back_as_it_is(content: str) -> None:
    assert text_of(write("a.yaml", content.encode())) == content


BYTES: list[tuple[str, bytes, str, int, int, str]] = [
    ("Latin-1", "a: 1\nb: né\n".encode("latin-1"), "not-utf-8", 2, 5, "Byte 10 (0xE9) is not UTF-8. It seems to have"),
    ("Windows-1252's quotation marks", b"a: \x93x\x94\n", "not-utf-8", 1, 4, "where this byte is '“'"),
    ("Latin-1 after characters of several bytes", "éé".encode() + b"\xe9\n", "not-utf-8", 1, 3, "this byte is 'é'"),
    ("UTF-16 with its mark", "a: 1".encode("utf-16"), "not-utf-8", 1, 1, "saved as UTF-16"),
    ("UTF-16 without", "a: 1\n".encode("utf-16-le"), "not-text", 1, 2, "saved as UTF-16"),
    ("a zero byte", b"a: 1\nb: x\0y\n", "not-text", 2, 5, "zero bytes"),
    ("cut off within a character", b"a: \xe4\xb8", "not-utf-8", 1, 4, "cut off within a character"),
    ("a spreadsheet", b"PK\x03\x04\x14\0\x06\0" + b"\x9d\x8d" * 50, "not-utf-8", 1, 9, "It seems to be no text."),
    ("a byte more than the limit", b"#" * (MOST_BYTES + 1), "file-too-large", 1, 1, "2,000,001 bytes"),
]


@pytest.mark.parametrize(
    ("content", "code", "line", "column", "says"), [pytest.param(*row, id=title) for title, *row in BYTES]
)
def test_bytes_that_are_no_text_are_a_problem_with_a_place(
    content: bytes, code: str, line: int, column: int, says: str
) -> None:
    problem = text_of(write("a.yaml", content))

    assert isinstance(problem, Problem)
    assert (problem.code, *problem.where) == (code, "a.yaml", line, column)
    assert says in problem.fault.en


def test_a_file_of_200_megabytes_is_refused_by_its_size_alone() -> None:
    path = Path("a.yaml")
    with path.open("wb") as file:
        file.truncate(200_000_000)
    path.chmod(0)  # so that opening it would be another problem, for those who are not root

    problem = text_of(path)

    assert isinstance(problem, Problem)
    assert problem.fault.id == "Ukuran berkas ini 200.000.000 byte; yang dibaca paling besar 2.000.000 byte."


@pytest.mark.parametrize("path", [".", "/dev/zero", "nowhere.yaml"])
def test_reading_what_is_no_file_is_a_problem_too(path: str) -> None:
    assert isinstance(text_of(Path(path)), Problem)


def test_a_name_that_is_no_text_or_would_steer_the_terminal_is_shown_without_harm() -> None:
    assert shown(Path(os.fsdecode(b"k\xff/a\x1b[31m\n.yaml"))) == "k\ufffd/a\ufffd[31m\ufffd.yaml"
