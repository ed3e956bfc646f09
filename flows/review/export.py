"""The review as a site of files that opens from disk and can be mailed; the same pages as the server's, without deciding."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from flows.review.app import ASSETS
from flows.review.desk import Desk
from flows.review.overview import View
from flows.review.pages import NOBODY, Pages
from flows.review.site import Site
from flows.saving import save
from processes.policy import Policy
from processes.reading import Read
from processes.words import LANGUAGES

START = """<!doctype html>
<html lang="id">
<head><meta charset="utf-8"><title>Sekali</title><meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Sekali</h1>
<ul><li><a href="id/index.html" lang="id">Bahasa Indonesia</a></li>
<li><a href="en/index.html" lang="en">English</a></li></ul></main></body>
</html>
"""


class Whence(NamedTuple):
    """What a process needs to read the same catalogue."""

    root: Path
    choose: Callable[
        [Read], Policy
    ]  # which policy counts; a function that can be named, for it goes to other processes

    def desk(self) -> Desk:
        """Read the catalogue.

        Raises:
            NoCatalogueError: If it cannot be used as it is.
        """
        return Desk(self.root, self.choose)


def export(whence: Whence, folder: Path, processes: int | None = None) -> list[Path]:
    """Write the site into a folder.

    Args:
        whence: The catalogue.
        folder: Where to; what is there of the same names is written over.
        processes: That share the procedures among them; as many as the machine has, if nothing is said.

    Returns:
        The files.

    Raises:
        NoCatalogueError: If the catalogue cannot be used as it is.
        OSError: If a file cannot be written.

    Complexity: for each procedure that of its redesign, of what would free what stays, and of four drawings.
    """
    desk = whence.desk()
    names = [str(one.id) for one in desk.state().procedures]
    many = min(processes or os.cpu_count() or 1, len(names))
    write = partial(_procedures, whence, folder)
    if many > 1:
        shares = [names[number::many] for number in range(many)]
        with ProcessPoolExecutor(many - 1, mp_context=get_context("spawn")) as pool:
            others = [pool.submit(write, share) for share in shares[1:]]
            files = [*_procedures_of(desk, folder, shares[0]), *chain.from_iterable(one.result() for one in others)]
        desk.compute_all()
    else:
        files = list(_procedures_of(desk, folder, names))
    return sorted([*files, *_whole(desk, folder)])


def _procedures(whence: Whence, folder: Path, names: Iterable[str]) -> list[Path]:
    """Write the pages of some procedures, in a process of its own."""
    return list(_procedures_of(whence.desk(), folder, names))


def _procedures_of(desk: Desk, folder: Path, names: Iterable[str]) -> Iterator[Path]:
    pages = Pages(desk)
    for name in names:
        for language in LANGUAGES:
            site = Site(language, served=False)
            made = {
                site.to("procedure", name): pages.procedure(site, NOBODY, name, site.to("procedure", name)),
                site.to("forms", name): pages.forms(site, NOBODY, name, site.to("forms", name)),
                site.to("frees", name): pages.frees(site, NOBODY, name, site.to("frees", name)),
            }
            for case in range(1, max(1, pages.cases(name)) + 1):
                file = site.to("walk", name, case=case)
                made[file] = pages.walk(site, NOBODY, name, case, here=file)
            for file, text in made.items():
                assert text is not None  # noqa: S101  # the procedure is there
                path = folder / language / file
                save(path, text)
                yield path


def _whole(desk: Desk, folder: Path) -> Iterator[Path]:
    """Write what is about all procedures, and what pages need."""
    pages = Pages(desk)
    for language in LANGUAGES:
        site = Site(language, served=False)
        for file, text in {
            site.to("overview"): pages.overview(site, NOBODY, View(), site.to("overview"))[0],
            site.to("decisions"): pages.decisions(site, NOBODY, site.to("decisions")),
        }.items():
            path = folder / language / file
            save(path, text)
            yield path
    save(folder / "index.html", START)
    yield folder / "index.html"
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    for name, (path, _) in ASSETS.items():
        shutil.copyfile(path, folder / "assets" / name)
        yield folder / "assets" / name
