"""Finding a catalogue's YAML files and reading their text, within bounds; knows nothing of YAML.

Whatever the file system holds, what comes back is a text or a problem: nothing here raises.
"""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from processes.part import Location
from processes.problem import Problem, nearest
from processes.words import Words

SUFFIXES = (".yaml", ".yml")
MOST_BYTES = 2_000_000  # a long procedure has 20,000; a list of two million bytes takes a second to read


def found(paths: Iterable[str | Path]) -> tuple[list[Path], list[Problem]]:
    """Return the YAML files at the given paths, each once, and what is wrong with the paths.

    Args:
        paths: Files and folders. Folders are searched with all folders in them, but not in those (nor for files)
            whose names begin with a dot. Links are followed; a folder reached twice is searched once.

    Returns:
        The files, in the order of the paths and within a folder by name; relative where the path was relative.
        Then the problems: a path that is not there, a folder without YAML files, and whatever cannot be a YAML file.

    Examples:
        >>> files, problems = found(["no-such-folder"])
        >>> problems[0].fault.en
        "There is nothing at 'no-such-folder'."
    """
    search = _Search()
    for path in paths:
        search.visit(Path(path))
    return search.files, search.problems


def text_of(path: Path) -> str | Problem:
    """Return the text of a file, or the problem that keeps it from being read.

    Args:
        path: A file as `found` returns them. A file too large is refused by its size, before it is opened.

    Returns:
        The text, with line ends and byte order mark as they are.
    """
    try:
        status = path.stat()
        if problem := _no_file(path, status):
            return problem
        if status.st_size > MOST_BYTES:
            return _too_large(path, status.st_size)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        return _unreadable(path, error)
    if len(content) > MOST_BYTES:  # it grew, or tells no true size
        return _too_large(path, len(content))
    return _decoded(path, content)


def shown(path: Path) -> str:
    """Return a path as it can be shown: what is not text in it, or would steer a terminal, as '\ufffd'.

    >>> shown(Path("katalog/akta.yaml"))
    'katalog/akta.yaml'
    """
    name = os.fsencode(path).decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in name)


class _Search:
    """One search through paths, with what was found so far."""

    def __init__(self) -> None:
        self.files: list[Path] = []
        self.problems: list[Problem] = []
        self.taken: set[_Identity] = set()  # files met

    def visit(self, path: Path) -> None:
        """Take a path that was given: a file, or a folder to search."""
        try:
            status = path.stat()
        except (OSError, ValueError) as error:
            self.problems.append(_unreadable(path, error))
            return
        if stat.S_ISDIR(status.st_mode) and not _is_named_yaml(path):
            self.search(path)
        elif problem := _no_file(path, status) or _not_named_yaml(path):
            self.problems.append(problem)
        elif _is_new(status, self.taken):
            self.files.append(path)

    def search(self, folder: Path) -> None:
        """Take all that is in a folder, or tell that it holds nothing for us."""
        told = len(self.problems)
        candidates = list(self.candidates(folder))
        if not candidates and len(self.problems) == told:
            self.problems.append(_empty_folder(folder))
        files = []
        for candidate in sorted(candidates, key=lambda candidate: (candidate.linked, candidate.path.parts)):
            try:
                status = candidate.path.stat()
            except OSError as error:
                self.problems.append(_unreadable(candidate.path, error))
                continue
            if problem := _no_file(candidate.path, status):
                self.problems.append(problem)
            elif _is_new(status, self.taken):
                files.append(candidate.path)
        self.files.extend(sorted(files, key=lambda path: path.parts))

    def candidates(self, top: Path) -> Iterator["_Candidate"]:
        """Yield what is named like a YAML file in a folder and all below it; linked folders come last.

        So that what can be reached both ways is known by its own name, not by the link's.
        """
        folders, linked = [top], list[Path]()
        searched: set[_Identity] = set()
        while folders or linked:
            folder = (folders or linked).pop()
            try:
                if not _is_new(folder.stat(), searched):
                    continue
                with os.scandir(folder) as listing:
                    entries = sorted(listing, key=lambda entry: entry.name)
            except OSError as error:
                self.problems.append(_unreadable(folder, error))
                continue
            for entry in entries:
                path = folder / entry.name
                if entry.name.startswith("."):
                    continue
                if _is_named_yaml(path):
                    yield _Candidate(path, entry.is_symlink())
                elif _is_folder(entry):
                    (linked if entry.is_symlink() else folders).append(path)


class _Candidate(NamedTuple):
    path: Path
    linked: bool


_Identity = tuple[int, int]  # of a file or folder, whatever path leads to it: its device, and its number there


def _is_new(status: os.stat_result, met: set[_Identity]) -> bool:
    """Whether a file or folder was not met before; from now on it was."""
    identity = (status.st_dev, status.st_ino)
    if identity in met:
        return False
    met.add(identity)
    return True


def _is_named_yaml(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle; nothing of ours, since its name is no YAML file's
        return False


def _decoded(path: Path, content: bytes) -> str | Problem:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _not_utf8(path, content, error)
    if "\0" in text:
        return _not_text(path, text)
    return text


# --- one function a problem ---


def _start(path: Path) -> Location:
    return Location(shown(path), 1, 1)


def _no_file(path: Path, status: os.stat_result) -> Problem | None:
    """Return the problem of what is no ordinary file and so may not be opened, if it is none."""
    if stat.S_ISREG(status.st_mode):
        return None
    if stat.S_ISDIR(status.st_mode):
        return Problem(
            code="folder-named-yaml",
            where=_start(path),
            fault=Words(
                id=f"'{shown(path)}' adalah folder, padahal namanya seperti berkas YAML.",
                en=f"'{shown(path)}' is a folder, though its name is that of a YAML file.",
            ),
            mend=Words(
                id=f"Ubah nama folder itu menjadi '{shown(path.parent / path.stem)}'.",
                en=f"Rename the folder to '{shown(path.parent / path.stem)}'.",
            ),
        )
    return Problem(
        code="not-a-file",
        where=_start(path),
        fault=Words(
            id=f"'{shown(path)}' bukan berkas biasa (melainkan perangkat, pipa, atau soket), maka tidak dibuka.",
            en=f"'{shown(path)}' is no ordinary file (but a device, a pipe or a socket), so it was not opened.",
        ),
        mend=Words(id="Berikan berkas YAML biasa.", en="Give an ordinary YAML file."),
    )


def _not_named_yaml(path: Path) -> Problem | None:
    """Return the problem of a file that was given and is not named like YAML, if so."""
    if _is_named_yaml(path):
        return None
    better = shown(path.with_suffix(SUFFIXES[0]))
    return Problem(
        code="not-named-yaml",
        where=_start(path),
        fault=Words(
            id=f"Nama '{shown(path)}' tidak berakhir dengan .yaml atau .yml.",
            en=f"The name '{shown(path)}' does not end in .yaml or .yml.",
        ),
        mend=Words(
            id=f"Ubah namanya menjadi '{better}' jika isinya YAML, atau berikan berkas lain.",
            en=f"Rename it to '{better}' if it holds YAML, or give another file.",
        ),
    )


def _empty_folder(path: Path) -> Problem:
    return Problem(
        code="empty-folder",
        where=_start(path),
        fault=Words(
            id=f"Tidak ada berkas .yaml atau .yml di folder '{shown(path)}' dan subfoldernya.",
            en=f"The folder '{shown(path)}' and the folders in it hold no .yaml or .yml file.",
        ),
        mend=Words(
            id="Berikan folder katalog; nama yang diawali titik tidak dibaca.",
            en="Give the folder of a catalogue; names that begin with a dot are passed over.",
        ),
    )


def _too_large(path: Path, size: int) -> Problem:
    return Problem(
        code="file-too-large",
        where=_start(path),
        fault=Words(
            id=f"Ukuran berkas ini {size:,} byte; yang dibaca paling besar {MOST_BYTES:,} byte.".replace(",", "."),
            en=f"The file has {size:,} bytes; no more than {MOST_BYTES:,} are read.",
        ),
        mend=Words(
            id="Bagi menjadi beberapa berkas, satu prosedur atau satu jenis data katalog per berkas.",
            en="Divide it into several files, one for each procedure or part of the catalogue.",
        ),
    )


def _unreadable(path: Path, error: OSError | ValueError) -> Problem:
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOENT, errno.ENOTDIR):
        return _dangling(path) if path.is_symlink() else _not_there(path)
    if number in (errno.EACCES, errno.EPERM):
        fault = Words(
            id=f"'{shown(path)}' tidak boleh dibaca oleh pengguna ini.",
            en=f"This user may not read '{shown(path)}'.",
        )
        mend = Words(id="Beri izin baca, lalu ulangi.", en="Give leave to read it, then try again.")
    elif number == errno.ELOOP:
        fault = Words(
            id=f"'{shown(path)}' adalah tautan yang berputar dan tidak sampai ke berkas mana pun.",
            en=f"'{shown(path)}' is a link that goes in a circle and leads to no file.",
        )
        mend = Words(id="Hapus atau perbaiki tautan itu.", en="Remove the link, or set it right.")
    else:
        reason = errno.errorcode.get(number or 0, type(error).__name__)
        fault = Words(
            id=f"'{shown(path)}' tidak dapat dibaca (kode sistem: {reason}).",
            en=f"'{shown(path)}' cannot be read (the system says: {reason}).",
        )
        mend = Words(
            id="Periksa namanya, dan apakah berkas itu dapat dibuka dengan program lain.",
            en="See whether the name is right and whether another program can open it.",
        )
    return Problem(code="unreadable", where=_start(path), fault=fault, mend=mend)


def _dangling(path: Path) -> Problem:
    return Problem(
        code="path-not-found",
        where=_start(path),
        fault=Words(
            id=f"Tautan '{shown(path)}' menunjuk ke tempat yang tidak ada.",
            en=f"The link '{shown(path)}' leads to nothing.",
        ),
        mend=Words(id="Hapus atau perbaiki tautan itu.", en="Remove the link, or set it right."),
    )


def _not_there(path: Path) -> Problem:
    name = nearest(path.name, _names_beside(path))
    mend = Words(id="Periksa penulisan nama dan foldernya.", en="See whether the name and its folder are right.")
    if name:
        near = shown(path.with_name(name))
        mend = Words(id=f"Maksud Anda '{near}'?", en=f"Did you mean '{near}'?")
    return Problem(
        code="path-not-found",
        where=_start(path),
        fault=Words(id=f"Tidak ada apa pun di '{shown(path)}'.", en=f"There is nothing at '{shown(path)}'."),
        mend=mend,
    )


def _names_beside(path: Path) -> list[str]:
    try:
        return [name for name in os.listdir(path.parent) if not name.startswith(".")] if path.name else []
    except OSError:
        return []


def _not_utf8(path: Path, content: bytes, error: UnicodeDecodeError) -> Problem:
    line_start = content.rfind(b"\n", 0, error.start) + 1
    line = content.count(b"\n", 0, error.start) + 1
    column = len(content[line_start : error.start].decode("utf-8")) + 1
    byte = content[error.start]
    probably = bytes([byte]).decode("cp1252", "replace")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        cause = Words(id="Tampaknya disimpan sebagai UTF-16.", en="It seems to have been saved as UTF-16.")
    elif error.end == len(content) and error.reason == "unexpected end of data":
        cause = Words(
            id="Tampaknya berkas terpotong di tengah karakter.", en="It seems to be cut off within a character."
        )
    elif probably.isprintable() and probably != "\ufffd":
        cause = Words(
            id=f"Tampaknya disimpan sebagai Windows-1252 (Latin-1), dan byte ini adalah '{probably}'.",
            en=f"It seems to have been saved as Windows-1252 (Latin-1), where this byte is '{probably}'.",
        )
    else:
        cause = Words(id="Tampaknya bukan berkas teks.", en="It seems to be no text.")
    return Problem(
        code="not-utf-8",
        where=Location(shown(path), line, column),
        fault=Words(
            id=f"Byte ke-{error.start + 1} (0x{byte:02X}) bukan UTF-8. {cause.id}",
            en=f"Byte {error.start + 1} (0x{byte:02X}) is not UTF-8. {cause.en}",
        ),
        mend=_SAVE_AS_UTF8,
    )


def _not_text(path: Path, text: str) -> Problem:
    first = text.index("\0")
    cause = Words(id="Tampaknya bukan berkas teks.", en="It seems to be no text.")
    if text.count("\0") * 3 > len(text):
        cause = Words(id="Tampaknya disimpan sebagai UTF-16.", en="It seems to have been saved as UTF-16.")
    return Problem(
        code="not-text",
        where=Location(shown(path), text.count("\n", 0, first) + 1, first - text.rfind("\n", 0, first)),
        fault=Words(
            id=f"Berkas ini memuat byte nol, yang tidak ada dalam teks. {cause.id}",
            en=f"The file holds zero bytes, which no text does. {cause.en}",
        ),
        mend=_SAVE_AS_UTF8,
    )


_SAVE_AS_UTF8 = Words(
    id="Simpan ulang berkas sebagai teks dengan pengodean UTF-8.", en="Save the file again as text, encoded as UTF-8."
)
