"""The review as a site of files that opens from disk and can be mailed; the same pages and papers as the server's, without deciding."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from analysis.change import Burden
from analysis.lawful import counts
from flows.papers.files import Paper
from flows.review.app import ASSETS
from flows.review.desk import Desk, State
from flows.review.overview import View
from flows.review.pages import NOBODY, Pages
from flows.review.papers import PAPERS
from flows.review.site import Site
from flows.review.supposing import USUALLY, Supposed
from flows.saving import save, save_parts
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


SITES = tuple(Site(language, served=False) for language in LANGUAGES)


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
        return Desk(self.root, self.choose, watched=False)


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
        PictureError: If a paper cannot be made here.

    Complexity: for each procedure that of its redesign, of what would free what stays, and of four drawings; for each
    agreement a redesign of each procedure that it could concern.
    """
    desk = whence.desk()
    names = [str(one.id) for one in desk.state().procedures]
    many = min(processes or os.cpu_count() or 1, len(names))
    if many == 1:
        return sorted([*_whole(desk, folder), *chain.from_iterable(_procedure(desk, folder, name) for name in names)])
    with ProcessPoolExecutor(many, get_context("spawn"), _begin, (whence,)) as pool:
        parts = [pool.submit(_part, folder, name) for name in ("", *names)]  # what takes longest first
        return sorted(chain.from_iterable(one.result() for one in parts))


_desk: list[Desk] = []  # of a process that writes parts of a site


def _begin(whence: Whence) -> None:
    """Read the catalogue, once in each process."""
    _desk.append(whence.desk())


def _part(folder: Path, name: str) -> list[Path]:
    """Write the pages of one procedure; without a name, what is about all."""
    return list(_procedure(_desk[0], folder, name) if name else _whole(_desk[0], folder))


def _procedure(desk: Desk, folder: Path, name: str) -> Iterator[Path]:
    """Write the pages and papers of one procedure."""
    pages = Pages(desk)
    for site in SITES:
        made = {
            site.to("procedure", name): pages.procedure(site, NOBODY, name, site.to("procedure", name)),
            site.to("forms", name): pages.forms(site, NOBODY, name, site.to("forms", name)),
            site.to("frees", name): pages.frees(site, NOBODY, name, site.to("frees", name)),
        }
        for case in range(1, max(1, pages.cases(name)) + 1):
            file = site.to("walk", name, case=case)
            made[file] = pages.walk(site, NOBODY, name, case, here=file)
        for fact in pages.facts(name):
            file = site.to("fact", name, name=fact)
            made[file] = pages.fact(site, NOBODY, name, fact, file)
        yield from _saved(folder / site.language, made)
        papers = ((kind, pages.paper(site, name, kind)) for kind in PAPERS)
        there = {site.to("paper", name, file=f"{kind}.pdf"): paper for kind, paper in papers if paper is not None}
        yield from _saved_papers(folder / site.language, there)


def _whole(desk: Desk, folder: Path) -> Iterator[Path]:
    """Write what is about all procedures, and what pages need."""
    desk.compute_all()
    pages, state = Pages(desk), desk.state()
    changing = dict[str, Supposed]()
    for agreement in state.catalogue.agreements:
        name = str(agreement.id)
        in_force = counts(agreement, state.policy)
        supposed = Supposed(without_agreements=(name,)) if in_force else Supposed(with_agreements=(name,))
        if _changes_anything(desk, state, supposed):
            changing[name] = supposed
            for site in SITES:  # now, for not many are remembered
                yield from _saved(folder / site.language, _overview(pages, site._replace(supposed=supposed)))
    together = pages.together(state)
    for site in SITES:
        shown = {name: site._replace(supposed=supposed).to("overview") for name, supposed in changing.items()}
        made = _overview(pages, site) | {
            site.to("decisions"): pages.decisions(site, NOBODY, site.to("decisions")),
            site.to("what-if"): pages.what_if(site, NOBODY, site.to("what-if"), shown),
            site.to("papers"): pages.papers(site, NOBODY, site.to("papers")),
        }
        yield from _saved(folder / site.language, made)
        papers = together.papers(site.language) if together is not None else ()
        yield from _saved_papers(
            folder / site.language, {site.to("paper", file=f"{paper.name}.pdf"): paper for paper in papers}
        )
    yield from _saved(folder, {"index.html": START})
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    for name, (path, _) in ASSETS.items():
        shutil.copyfile(path, folder / "assets" / name)
        yield folder / "assets" / name


def _overview(pages: Pages, site: Site) -> dict[str, str | None]:
    file = site.to("overview")
    return {file: pages.overview(site, NOBODY, View(), file)[0]}


def _changes_anything(desk: Desk, state: State, supposed: Supposed) -> bool:
    """Whether the redesigns ask anything else under a supposition."""

    def asked(supposed: Supposed) -> list[Burden | None]:
        return [desk.looked(state, one, supposed).redesign.burden_after for one in state.procedures]

    return asked(supposed) != asked(USUALLY)


def _saved(folder: Path, made: Mapping[str, str | None]) -> Iterator[Path]:
    for file, text in made.items():
        assert text is not None  # noqa: S101  # what it is about is there
        save(folder / file, text)
        yield folder / file


def _saved_papers(folder: Path, made: Mapping[str, Paper]) -> Iterator[Path]:
    for file, paper in made.items():
        save_parts(folder / file, [paper.content("pdf")])
        yield folder / file
