"""`sekali new`: a commented file to start from, or a small whole catalogue; never writes over what is there."""

import os
from pathlib import Path

import click

from flows.commands.schema import not_written, refreshed
from flows.commands.speaking import USAGE_FAULT, language, option, say, stop
from flows.commands.speaking import command as made
from flows.saving import save_new
from processes.files import shown
from processes.reading import Read, catalogue_around, read
from processes.schema import FOLDER, schema_files
from processes.starting import KINDS, RESTS_ON, CannotStartError, Existing, Kind, start_of, start_of_catalogue
from processes.words import Words

HELP = Words(
    "Menulis berkas awal yang diberi penjelasan dan lolos pemeriksaan: NAME.yaml, dengan nama-nama dari katalog yang memuat folder "
    "itu. 'catalogue' menulis katalog kecil yang utuh ke folder baru NAME. Berkas yang sudah ada tidak pernah ditimpa.",
    "Writes a commented file to start from, which passes the check: NAME.yaml, with names of the catalogue the folder belongs "
    "to. 'catalogue' writes a small whole catalogue into the new folder NAME. What is there already is never written over.",
)


@made("new", HELP, "sekali new catalogue my-regency\n  sekali new procedure building-permit --in my-regency")
@click.argument("kind", type=click.Choice(["catalogue", *KINDS]), metavar="KIND")
@click.argument("name", metavar="NAME")
@option(
    "--in",
    "folder",
    default=".",
    metavar="FOLDER",
    words=Words("Folder tempat menulis; tanpa ini, folder saat ini.", "Where to write; without it, this folder."),
)
def command(kind: str, name: str, folder: str) -> int:
    """Write a file to start from."""
    where = Path(folder)
    if not where.is_dir():
        raise stop(
            Words(
                f"Tidak ada folder '{folder}'. Buat dahulu, atau pilih folder lain.",
                f"There is no folder '{folder}'. Make it first, or choose another.",
            ),
            USAGE_FAULT,
        )
    if kind == "catalogue":
        _new_catalogue(where / name)
        where = where / name
    else:
        _new_file(_kind(kind), name, where)
    top, found = _catalogue_of(where)
    refreshed(top / FOLDER, schema_files(found.catalogue, found.procedures))
    _written(top / FOLDER)
    click.echo(say(Words(f"Periksa: sekali check {shown(top)}", f"See: sekali check {shown(top)}")))
    return 0


def _catalogue_of(folder: Path) -> tuple[Path, Read]:
    """Return the catalogue that a folder belongs to; where there is none yet, what stands right in the folder."""
    top = catalogue_around(folder)
    if top is not None:
        return top, read([top])
    return folder, read(path for path in sorted(folder.glob("*.y*ml")) if not path.name.startswith("."))


def _kind(text: str) -> Kind:
    return next(kind for kind in KINDS if kind == text)


def _new_catalogue(folder: Path) -> None:
    """Write a whole catalogue into a folder that is new or empty."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise _is_there(folder)
        for file, text in start_of_catalogue(language()).items():
            save_new(folder / file, text)
            _written(folder / file)
    except OSError as error:
        raise not_written(folder, error) from None


def _new_file(kind: Kind, name: str, folder: Path) -> None:
    """Write one file into a folder."""
    top, found = _catalogue_of(folder)
    if not found.files and kind in RESTS_ON:
        raise stop(
            Words(
                f"'{shown(folder)}' bukan bagian katalog. Sebut folder katalog dengan --in FOLDER, "
                "atau buat yang baru: sekali new catalogue FOLDER",
                f"'{shown(folder)}' belongs to no catalogue. Name the folder of one with --in FOLDER, "
                "or make one: sekali new catalogue FOLDER",
            )
        )
    existing = Existing(
        found.catalogue, tuple(one.id for one in found.procedures), tuple(one.id for one in found.policies)
    )
    path = folder / f"{name}.yaml"
    schemas = Path(os.path.relpath(top / FOLDER, folder)).as_posix()
    try:
        save_new(path, start_of(kind, name, existing, language(), schemas))
    except CannotStartError as error:
        raise stop(error.words) from None
    except FileExistsError:
        raise _is_there(path) from None
    except OSError as error:
        raise not_written(path, error) from None
    _written(path)


def _written(path: Path) -> None:
    click.echo(say(Words(f"ditulis: {shown(path)}", f"written: {shown(path)}")))


def _is_there(path: Path) -> click.exceptions.Exit:
    return stop(
        Words(
            f"'{shown(path)}' sudah ada dan dibiarkan utuh. Pilih nama atau folder lain.",
            f"'{shown(path)}' is there already and was left alone. Choose another name or folder.",
        )
    )
