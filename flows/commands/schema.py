"""`sekali schema`: JSON Schemas of a catalogue for editors, written or held against those that are there; makes none itself."""

from collections.abc import Mapping
from pathlib import Path

import click

from flows.commands.speaking import USAGE_FAULT, option, say, stop
from flows.commands.speaking import command as made
from flows.saving import save
from processes.files import shown
from processes.problem import Severity
from processes.reading import Read, catalogue_around, read
from processes.schema import FOLDER, schema_files
from processes.words import Words

HELP = Words(
    "Menulis JSON Schema untuk katalog, dengan nama-nama yang didefinisikan katalog itu, agar penyunting teks melengkapi kunci "
    "dan nama sambil menulis. Baris pertama berkas menyalakannya: # yaml-language-server: $schema=.schemas/procedure.json",
    "Writes JSON Schemas for a catalogue, with the names that catalogue defines, so that editors complete keys and names "
    "while you write. The first line of a file switches it on: # yaml-language-server: $schema=.schemas/procedure.json",
)


@made("schema", HELP, "sekali schema processes/purbalingga")
@click.argument("catalogue", metavar="CATALOGUE")
@option(
    "--to",
    "folder",
    metavar="FOLDER",
    words=Words(f"Tulis ke folder ini; biasanya CATALOGUE/{FOLDER}.", f"Write here; usually CATALOGUE/{FOLDER}."),
)
@option(
    "--check",
    is_flag=True,
    words=Words(
        "Jangan menulis; kode keluar 1 bila ada yang usang.", "Write nothing; exit code 1 if any is out of date."
    ),
)
def command(catalogue: str, folder: str | None, check: bool) -> int:
    """Write the schemas of a catalogue, or say which are out of date."""
    if not Path(catalogue).exists():
        raise stop(Words(f"Tidak ada folder '{catalogue}'.", f"There is no folder '{catalogue}'."), USAGE_FAULT)
    top = catalogue_top(Path(catalogue))
    found = read([top])
    if not found.files:
        raise stop(
            Words(
                f"Tidak ada berkas YAML di '{shown(top)}'. Buat katalog dengan 'sekali new catalogue FOLDER'.",
                f"There is no YAML file in '{shown(top)}'. Make a catalogue with 'sekali new catalogue FOLDER'.",
            )
        )
    texts = schema_files(found.catalogue, found.procedures)
    where = Path(folder) if folder else top / FOLDER
    if check:
        return _checked(stale(where, texts), catalogue)
    for path in refreshed(where, texts):
        click.echo(say(Words(f"ditulis: {shown(path)}", f"written: {shown(path)}")))
    _tell_of_problems(found, top)
    return 0


def catalogue_top(path: Path) -> Path:
    """Return the folder of the catalogue that a path belongs to; the folder itself, if it belongs to none."""
    return catalogue_around(path) or (path if path.is_dir() else path.parent)


def stale(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Return the schemas in a folder that are not there or not as they should be."""
    return [folder / name for name, text in texts.items() if _text_of(folder / name) != text]


def refreshed(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write schemas into a folder; return them.

    Raises:
        click.exceptions.Exit: After saying why, if the file system does not let it.
    """
    try:
        for name, text in texts.items():
            save(folder / name, text)
    except OSError as error:
        raise not_written(folder, error) from None
    return [folder / name for name in texts]


def not_written(path: Path, error: OSError) -> click.exceptions.Exit:
    """Say that a file or folder cannot be written, and return what to raise."""
    reason = error.strerror or type(error).__name__
    return stop(
        Words(
            f"'{shown(path)}' tidak dapat ditulis ({reason}). Periksa izin folder itu, atau pilih folder lain.",
            f"'{shown(path)}' cannot be written ({reason}). See whether you may write there, or choose another folder.",
        )
    )


def _text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _checked(out_of_date: list[Path], catalogue: str) -> int:
    for path in out_of_date:
        click.echo(say(Words(f"usang: {shown(path)}", f"out of date: {shown(path)}")))
    if out_of_date:
        click.echo(say(Words(f"Jalankan 'sekali schema {catalogue}'.", f"Run 'sekali schema {catalogue}'.")))
        return 1
    click.echo(say(Words("Semua skema mutakhir.", "All schemas are current.")))
    return 0


def _tell_of_problems(found: Read, top: Path) -> None:
    """Say on the side that names may be missing from the schemas, if files have problems."""
    number = sum(problem.severity is Severity.PROBLEM for problem in found.problems)
    if number:
        words = Words(
            f"Katalog ini memiliki {number} masalah; nama yang tidak terbaca tidak ada dalam skema. Lihat 'sekali check {shown(top)}'.",
            f"This catalogue has {number} problem{'s' * (number != 1)}; names that could not be read are not in the schemas. "
            f"See 'sekali check {shown(top)}'.",
        )
        click.echo(say(words), err=True)
