"""`sekali review`: what reviewers see and decide, as pages on this machine or as a site of files."""

from dataclasses import dataclass
from pathlib import Path

import click

from flows.commands.catalogues import WhatIf, counting
from flows.commands.listening import names_of, serve, token_for, where_to_listen
from flows.commands.speaking import USAGE_FAULT, language, option, say, stop
from flows.commands.speaking import command as made
from flows.pictures import PictureError
from flows.review.app import application
from flows.review.desk import Ahead, Desk, NoCatalogueError
from flows.review.export import Whence, export
from processes.policy import Policy
from processes.reading import Read
from processes.words import Words

HELP = Words(
    "Menyajikan tinjauan katalog sebagai halaman: semua prosedur sebelum dan sesudah, gambar berdampingan, alasan setiap perubahan, "
    "formulir, kasus buatan, dan keputusan peninjau, yang disimpan sebagai berkas dalam katalog. Hanya di mesin ini, kecuali dengan "
    "--host; lalu SEKALI_TOKEN di lingkungan wajib.",
    "Serves the review of a catalogue as pages: all procedures before and after, drawings side by side, why each thing changes, the "
    "forms, made-up cases, and the reviewers' decisions, kept as files in the catalogue. Only on this machine, unless --host says "
    "otherwise; then SEKALI_TOKEN must be in the environment.",
)
PORT = 8700
PATIENCE = 2.0  # seconds that somebody waits for what takes long, before a page says that it is being computed


@made("review", HELP, "sekali review processes/purbalingga")
@click.argument("catalogue", type=click.Path(file_okay=False))
@where_to_listen(PORT)
@option("--policy", metavar="NAME", words=Words("Kebijakan: nama atau berkas.", "The policy: its name, or a file."))
@option(
    "--export",
    "folder",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    words=Words(
        "Jangan sajikan: tulis situs yang dapat dibuka dari disk dan dikirim.",
        "Serve nothing: write a site that opens from disk and can be mailed.",
    ),
)
def command(catalogue: str, port: int, host: str, policy: str | None, folder: str | None) -> int:
    """Serve the review of a catalogue, or write it as files."""
    if folder is not None:
        return written(catalogue, policy, Path(folder))
    token = token_for(host)
    desk = opened(catalogue, policy)
    ahead = Ahead(desk)
    app = application(
        desk,
        token=token,
        language=language(),
        hosts=names_of(host),
        tell=lambda line: click.echo(line, err=True),
        ahead=ahead,
        patience=PATIENCE,
    )
    ahead.start()
    try:
        serve(app, host, port, Words("Tinjauan", "Review"))
    finally:
        ahead.stop()
    return 0


@dataclass(frozen=True)
class Choosing:
    """Which policy counts, by its name; goes to other processes."""

    name: str | None

    def __call__(self, found: Read) -> Policy:
        """Return the policy.

        Raises:
            click.exceptions.Exit: After saying so, if there is none of that name.
        """
        return counting(found, WhatIf(policy=self.name))


def written(catalogue: str, policy: str | None, folder: Path) -> int:
    """Write the review as a site of files; return the exit code.

    Raises:
        click.exceptions.Exit: After saying why, if it cannot be written.
    """
    desk = opened(catalogue, policy)
    try:
        files = export(Whence(desk.root, Choosing(policy)), folder)
    except PictureError as error:
        raise stop(error.words) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise stop(Words(f"'{folder}' tidak dapat ditulis: {why}.", f"'{folder}' cannot be written: {why}.")) from error
    start = folder / "index.html"
    click.echo(
        say(
            Words(
                f"ditulis: {start} dan {len(files) - 1} berkas lain",
                f"written: {start} and {len(files) - 1} other files",
            )
        )
    )
    return 0


def opened(catalogue: str, policy: str | None) -> Desk:
    """Read a catalogue.

    Raises:
        click.exceptions.Exit: After saying why, if it cannot be used as it is.
    """
    root = Path(catalogue)
    if not root.is_dir():
        raise stop(Words(f"Tidak ada folder '{catalogue}'.", f"There is no folder '{catalogue}'."), USAGE_FAULT)
    try:
        return Desk(root, Choosing(policy))
    except NoCatalogueError as error:
        for problem in error.problems:
            click.echo(problem.in_language(language()), err=True)
        if error.problems:
            raise stop(Words("Perbaiki dahulu masalah di atas.", "Mend these problems first.")) from None
        raise stop(Words(f"Tidak ada prosedur di '{catalogue}'.", f"There is no procedure in '{catalogue}'.")) from None
