"""`sekali demo`: the whole road on a made-up population, by the very commands that people would type."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from analysis.change import Redesign
from analysis.redesign import redesigned
from flows.commands.speaking import command as made
from flows.commands.speaking import language, option, say, stop
from flows.commands.tables import heading, table
from flows.connectors.sql import SqlServices
from flows.demo.births import write_births
from flows.demo.population import DEMO_DATE, DEMO_PEOPLE, DEMO_SEED, populate
from flows.demo.settings import CATALOGUE, VARIABLE, demo_settings, over_http
from flows.saving import save
from flows.settings import read_settings
from processes.reading import Read, read
from processes.words import Words

RUN_PROCEDURE = "akta-kelahiran"
OVER_HTTP = "siak"
HELP = Words(
    "Membuat penduduk buatan dalam registri SQLite, memeriksa katalog contoh, menganalisis, merancang ulang, dan "
    "menggambar setiap prosedur, lalu menjalankan kelahiran melalui prosedur saat ini dan rancang ulangnya.",
    "Makes a population that does not exist, in SQLite registries; checks the sample catalogue; analyses, redesigns and draws "
    "every procedure; runs births through today's procedure and through its redesign, and compares what came out.",
)


@made("demo", HELP, "sekali demo --people 100000 --cases 1000")
@option(
    "--folder",
    default="sekali-demo",
    type=click.Path(file_okay=False),
    words=Words("Tempat hasil ditulis.", "Where everything is written."),
)
@option(
    "--people", default=DEMO_PEOPLE, type=click.IntRange(1_000), words=Words("Jumlah penduduk.", "How many people.")
)
@option(
    "--cases",
    default=1_000,
    type=click.IntRange(1),
    words=Words("Jumlah kelahiran yang dijalankan.", "How many births to run."),
)
@option(
    "--http/--no-http",
    "http",
    default=False,
    words=Words(
        "Juga dengan registri penduduk lewat HTTP (beberapa detik lagi).",
        "Also with the population registry over HTTP (some seconds more).",
    ),
)
def command(folder: str, people: int, cases: int, http: bool) -> int:
    """Show everything, step by step."""
    started = time.monotonic()
    place = Path(folder)
    births = _world(place, people, cases)
    _sekali("check", _short(CATALOGUE))
    found = read([CATALOGUE])
    redesigns = _redesigns(found)
    _sekali("redesign", _short(CATALOGUE / "procedures"), "--to", str(place / "redesigned"), quiet=True)
    for which in ("--today", "--redesign", "--both"):
        _sekali("draw", _short(CATALOGUE / "procedures"), which, "-o", str(place / "pictures"), quiet=True)
    same = _both_ways(place, births, http=http)
    click.echo("\n" + _summary(redesigns))
    click.echo("\n" + _where(place, time.monotonic() - started))
    return 0 if same else 1


def _world(place: Path, people: int, cases: int) -> Path:
    """Make the registries, the settings that lead to them, and the births to be recorded."""
    _tell(
        Words(f"Membuat {people:,} penduduk buatan …".replace(",", "."), f"Making {people:,} people who do not exist …")
    )
    for old in ("registries", "redesigned", "pictures", "today", "redesign", "http"):
        shutil.rmtree(place / old, ignore_errors=True)
    population = populate(place / "registries", people, DEMO_SEED, DEMO_DATE, newborn_babies=max(cases, 10))
    rows = [[f"{one.registry}.{one.table}", f"{one.rows:,}"] for one in population.counts]
    click.echo(table([say(Words("registri", "registry")), say(Words("baris", "rows"))], rows, right=frozenset({1})))
    save(place / "sekali.toml", demo_settings((place / "registries").resolve()))
    births = place / "births.jsonl"
    write_births(population, births, cases, DEMO_SEED, DEMO_DATE)
    return births


def _redesigns(found: Read) -> list[Redesign]:
    """Redesign every procedure, for the table at the end."""
    policy = found.policies[0]
    return [redesigned(procedure, found.catalogue, policy) for procedure in found.procedures]


def _both_ways(place: Path, births: Path, *, http: bool) -> bool:
    """Run the births through today's procedure and through the redesign; return whether the same came out."""
    settings = place / "sekali.toml"
    today = _ran(place, "today", births, settings)
    same = _compared(today, _ran(place, "redesign", births, settings, "--redesign"))
    if http:
        with _over_http(place) as leading_there:
            same = _compared(today, _ran(place, "http", births, leading_there, "--redesign")) and same
    return same


def _ran(place: Path, name: str, births: Path, settings: Path, *more: str) -> dict[str, Any]:
    """Run the births, and return what came of each."""
    folder = place / name
    folder.mkdir(parents=True, exist_ok=True)
    results = folder / "results.jsonl"
    where = ("--settings", str(settings), "--store", str(folder / "cases.sqlite"), "--results", str(results))
    procedure = _short(CATALOGUE / "procedures" / f"{RUN_PROCEDURE}.yaml")
    _sekali("run", procedure, *more, "--cases", str(births), *where, "--date", DEMO_DATE.isoformat())
    return _outcomes(results)


@contextmanager
def _over_http(place: Path) -> Iterator[Path]:
    """Serve the population registry over HTTP, and give settings that lead to it there and to the others in SQL."""
    from flows.demo.service import registry_app, serving  # a second, for those who want to see it

    settings = read_settings(place / "sekali.toml", os.environ)
    sql = SqlServices(settings, read([CATALOGUE]).catalogue)
    mine = [name for name in settings.services if name.startswith(f"{OVER_HTTP}.")]
    os.environ[VARIABLE] = token = secrets.token_urlsafe(24)
    try:
        with serving(registry_app(sql.catalogue, sql, OVER_HTTP, token, mine)) as address:
            _tell(
                Words(f"Registri {OVER_HTTP} lewat HTTP: {address}", f"The registry {OVER_HTTP} over HTTP: {address}")
            )
            there = place / "sekali-http.toml"
            save(there, demo_settings((place / "registries").resolve(), over_http(address, mine)))
            yield there
    finally:
        sql.close()


def _outcomes(results: Path) -> dict[str, Any]:
    """Read what came of each case: outcome, reason, and the facts on what was issued."""
    lines = (json.loads(line) for line in results.read_text(encoding="utf-8").splitlines())
    return {line["case"]: (line["outcome"], line.get("step"), line.get("outputs")) for line in lines}


def _compared(today: dict[str, Any], redesign: dict[str, Any]) -> bool:
    kinds = Counter((outcome, step) for outcome, step, _ in today.values())
    rows = [[str(outcome), str(step or ""), f"{number:,}"] for (outcome, step), number in kinds.most_common()]
    heads = [say(Words("hasil", "outcome")), say(Words("langkah", "step")), say(Words("kasus", "cases"))]
    click.echo("\n" + table(heads, rows, right=frozenset({2})))
    different = sorted(case for case in today.keys() | redesign.keys() if today.get(case) != redesign.get(case))
    if not different:
        _tell(
            Words(
                f"{len(today):,} kasus berakhir sama pada prosedur saat ini dan rancang ulang.".replace(",", "."),
                f"{len(today):,} cases ended alike in today's procedure and in the redesign.",
            )
        )
    else:
        some = ", ".join(different[:5])
        _tell(
            Words(
                f"{len(different)} kasus berakhir berbeda: {some}", f"{len(different)} cases ended differently: {some}"
            )
        )
    return not different


def _summary(redesigns: list[Redesign]) -> str:
    """Return the table at the end: what each procedure asks, before and after, a case on average."""
    heads = [
        say(Words("prosedur", "procedure")),
        say(Words("isian", "fields")),
        say(Words("dokumen", "documents")),
        say(Words("langkah", "steps")),
        say(Words("menit warga", "citizen minutes")),
    ]
    rows = []
    for one in redesigns:
        before, after = one.burden_before, one.burden_after
        if before is None or after is None or one.after is None:
            rows.append([one.before.id, *["-"] * 4])
            continue
        steps = f"{len(one.before.step_by_id)} → {len(one.after.step_by_id)}"
        rows.append(
            [
                one.before.title.in_language(language()),
                f"{before.questions:.1f} → {after.questions:.1f}",
                f"{before.documents:.1f} → {after.documents:.1f}",
                steps,
                f"{before.citizen_minutes:.0f} → {after.citizen_minutes:.0f}",
            ]
        )
    return table(heads, rows, right=frozenset({1, 2, 3, 4}))


def _where(place: Path, seconds: float) -> str:
    """Say where everything is, and what to type next: the program as it can be called from here."""
    sekali = _short(Path(sys.executable).with_name("sekali"))
    why = f"{sekali} redesign {_short(CATALOGUE / 'procedures' / 'akta-kelahiran.yaml')}"
    waiting = f"{sekali} cases --store {place}/redesign/cases.sqlite"
    return say(
        Words(
            f"Gambar: {place}/pictures/  Rancang ulang dan perubahannya: {place}/redesigned/  Kasus: {place}/today, {place}/redesign\n"
            f"Selesai dalam {seconds:.0f} detik. Coba selanjutnya:\n"
            f"  {why}   # apa yang berubah, dan alasannya\n  {waiting}   # siapa menunggu apa",
            f"Pictures: {place}/pictures/  Redesigns and what changed: {place}/redesigned/  Cases: {place}/today, {place}/redesign\n"
            f"Done in {seconds:.0f} seconds. Try next:\n"
            f"  {why}   # what changes, and why\n  {waiting}   # who waits for what",
        )
    )


def _sekali(*arguments: str, quiet: bool = False) -> None:
    """Run a command as people would, showing it first."""
    click.echo("\n" + heading(f"$ sekali {' '.join(arguments)}"))
    program = Path(sys.executable).with_name("sekali")
    environment = {**os.environ, "SEKALI_LANG": language()}
    done = subprocess.run(  # noqa: S603  # our own command
        [program, *arguments], env=environment, stdout=subprocess.DEVNULL if quiet else None, check=False
    )
    if done.returncode:
        name = arguments[0]
        raise stop(
            Words(
                f"'sekali {name}' berakhir dengan kode {done.returncode}.",
                f"'sekali {name}' ended with code {done.returncode}.",
            )
        )


def _short(path: Path) -> str:
    """Return a path from here, if it is shorter."""
    return min(str(path), os.path.relpath(path), key=len)


def _tell(words: Words) -> None:
    click.echo(heading(say(words)))
