"""`sekali run`: takes cases in, moves them, says what became of them; decides nothing."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path
from signal import SIGINT, SIGTERM, signal
from typing import Any, TextIO

import click

from analysis.redesign import redesigned
from flows.case_files import Answers, FileError, LineFault
from flows.commands.catalogues import Chosen, WhatIf, chosen, what_if
from flows.commands.progress import Progress, progress
from flows.commands.redesign import certificate_for
from flows.commands.settings_here import settings_here, stop_for
from flows.commands.speaking import USAGE_FAULT, language, option, say, stop
from flows.commands.speaking import command as made
from flows.intake import TakenIn, take_in
from flows.pipeline import BATCH, Run
from flows.prefect_settings import prepare
from flows.results import Results
from flows.settings import SettingsError, store_of
from flows.store.case_store import CaseStore
from flows.store.definitions import Definition
from flows.store.errors import StoreError
from flows.workers import Workers, WorkersError, workers_for
from flows.world import World
from processes.procedure import Procedure
from processes.resolved import resolved
from processes.words import Words

HELP = Words(
    "Menjalankan kasus nyata melalui sebuah prosedur, seperti saat ini atau menurut rancang ulangnya. Kasus yang memerlukan "
    "orang atau fakta yang belum ada berhenti dan menunggu ('sekali cases', 'sekali answer'); dijalankan lagi, ia berlanjut. "
    "Tanpa --cases, kasus yang sudah ada dan siap dilanjutkan.",
    "Runs real cases through a procedure, as it is today or redesigned. A case that needs a person or a fact that is not "
    "there stops and waits ('sekali cases', 'sekali answer'); run again, it goes on. Without --cases, the cases that are "
    "there and ready go on.",
)
ENOUGH = 100  # cases, before it is worth telling how many a second
MOST_FAULTS = 20  # lines that are no cases, before they are only counted


@made("run", HELP, "sekali run processes/purbalingga/procedures/akta-kelahiran.yaml --cases births.jsonl --redesign")
@click.argument("path")
@option("--cases", metavar="FILE", words=Words("Berkas kasus: JSON Lines atau CSV.", "The cases: JSON Lines or CSV."))
@option(
    "--redesign/--today",
    "redesign",
    default=False,
    words=Words(
        "Kasus baru menurut rancang ulang, atau prosedur saat ini.", "New cases go the redesigned way, or today's."
    ),
)
@option("--store", metavar="FILE", words=Words("Penyimpanan kasus.", "The case store."))
@option("--settings", metavar="FILE", words=Words("Pengaturan registri.", "The registries' settings."))
@option("--results", metavar="FILE", words=Words("Tempat hasil ditulis.", "Where results are written."))
@option(
    "--batch",
    type=click.IntRange(1, 10_000),
    default=BATCH,
    show_default=True,
    words=Words("Kasus dalam satu transaksi.", "Cases in one transaction."),
)
@what_if
@option(
    "--date",
    "day",
    metavar="DATE",
    words=Words("Hari ini, menurut syarat dalam prosedur.", "What today is, for the procedure's conditions."),
)
@option(
    "--prefect/--no-prefect",
    "with_prefect",
    default=True,
    words=Words("Sebagai alur Prefect, atau langsung.", "As a Prefect flow, or directly."),
)
@option(
    "--workers",
    metavar="N|ADDRESS",
    words=Words(
        "Dibagi di antara N proses, atau pekerja penjadwal Dask di alamat itu; juga SEKALI_WORKERS, atau dalam pengaturan.",
        "Shared among N processes, or the workers of the Dask scheduler at that address; also SEKALI_WORKERS, or in the settings.",
    ),
)
def command(
    path: str,
    cases: str | None,
    redesign: bool,
    store: str | None,
    settings: str | None,
    results: str | None,
    batch: int,
    assumed: WhatIf,
    day: str | None,
    with_prefect: bool,
    workers: str | None,
) -> int:
    """Take cases in, move all that can move, and write what became of them."""
    today = day_of(day)
    found = chosen(path, *assumed._replace(on=assumed.on or day))
    procedure = only(found, path)
    address = store_of(os.environ, store)
    world = _world(address, settings, today)
    try:
        shared = _workers(workers, world, with_prefect)
        wanted = after(found, procedure) if redesign else procedure
        definition = Definition(wanted, found.catalogue, found.policy, redesign)
        world.store.set_law(procedure.id, found.catalogue)
        _look_at_registries(world, procedure, definition if cases else None)
        with _results_file(results) as file, stopping():
            taken = _take_in(world.store, procedure, definition, cases) if cases else None
            run, seconds, prefect_failed = _moved(
                world, procedure.id, batch, address, bool(cases), with_prefect, shared
            )
            ids: Sequence[int] = taken.ids if taken else world.store.ids_of_run(run.number)
            told = Results(world.store, language())
            for line in told.lines(ids):
                file.write(line.decode())
            file.flush()
        _summary(world, run, told, taken, seconds)
        code = 1 if run.failure is not None or (taken and taken.faults) else 0
    finally:
        world.close()
    if prefect_failed:
        _leave(code)  # Prefect would go on trying to reach its server for minutes
    return code


# --- what is asked for ----------------------------------------------------------------------------------------------


def day_of(text: str | None) -> date:
    """Return the day that was said, else the machine's."""
    if text is None:
        return date.today()  # noqa: DTZ011  # the machine's day, read here and nowhere else
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise stop(
            Words(f"'{text}' bukan tanggal. Tulis tahun-bulan-hari.", f"'{text}' is not a date. Write year-month-day."),
            USAGE_FAULT,
        ) from None


def only(found: Chosen, path: str) -> Procedure:
    """Return the only procedure of what was named, or say that there are several."""
    if len(found.procedures) == 1:
        return found.procedures[0]
    names = ", ".join(one.id for one in found.procedures)
    raise stop(
        Words(
            f"'{path}' memuat beberapa prosedur ({names}). Sebutkan berkas salah satunya.",
            f"'{path}' holds several procedures ({names}). Name the file of one.",
        ),
        USAGE_FAULT,
    )


def after(found: Chosen, procedure: Procedure) -> Procedure:
    """Return the redesigned procedure, or say why there is none."""
    redesign = redesigned(procedure, found.catalogue, found.policy)
    if redesign.after is not None:
        certificate_for(redesign)
        return redesign.after
    for reason in redesign.refused:
        click.echo(reason.in_language(language()), err=True)
    raise stop(
        Words(
            "Prosedur ini tidak dapat dirancang ulang dengan alasan di atas; jalankan tanpa --redesign.",
            "The procedure cannot be redesigned for these reasons; run it without --redesign.",
        )
    )


def _world(address: str, settings: str | None, today: date) -> World:
    read = settings_here(address, settings)
    try:
        return World(CaseStore.open(address), read, today)
    except StoreError as error:
        raise stop(error.words) from None


def _workers(said: str | None, world: World, with_prefect: bool) -> Workers:
    """Return who moves the cases, or say why they cannot."""
    if not with_prefect and said is not None:
        raise stop(
            Words(
                "Pekerja dijalankan lewat Prefect: hapus --no-prefect.",
                "Workers are run by Prefect: leave out --no-prefect.",
            ),
            USAGE_FAULT,
        )
    if not with_prefect:
        return Workers()
    try:
        return workers_for(os.environ, world.settings.workers, said, store_is_file=world.store.is_file)
    except WorkersError as error:
        raise stop(error.words, USAGE_FAULT) from None


def _look_at_registries(world: World, procedure: Procedure, new: Definition | None) -> None:
    """Look whether all registries that will be asked are there, before a case is moved."""
    definitions = [world.store.definition(number) for number in world.store.open_definitions(procedure.id)]
    problems = world.problems([*definitions, *([new] if new else [])])
    if problems:
        raise stop_for(SettingsError(problems))


@contextmanager
def _results_file(results: str | None) -> Iterator[TextIO]:
    if results is None:
        yield sys.stdout
        return
    path = Path(results)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.unfinished")
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        unfinished.replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise stop(
            Words(f"'{results}' tidak dapat ditulis: {reason}.", f"'{results}' cannot be written: {reason}.")
        ) from None


# --- the run --------------------------------------------------------------------------------------------------------


def _take_in(store: CaseStore, procedure: Procedure, definition: Definition, cases: str) -> TakenIn:
    answers = Answers(resolved(procedure, definition.catalogue), resolved(definition.procedure, definition.catalogue))
    told: Counter[str] = Counter()

    def tell(fault: LineFault) -> None:
        told["faults"] += 1
        if told["faults"] <= MOST_FAULTS:
            click.echo(f"{cases}:{fault.line}: {say(fault.words)}", err=True)

    try:
        taken = take_in(Path(cases), answers, store, procedure.id, store.pin(procedure.id, definition), tell)
    except FileError as error:
        raise stop(error.words, USAGE_FAULT if not Path(cases).exists() else 1) from None
    if taken.faults > MOST_FAULTS:
        more = taken.faults - MOST_FAULTS
        click.echo(say(Words(f"… dan {more} baris lagi.", f"… and {more} more lines.")), err=True)
    return taken


def _moved(
    world: World, procedure: str, batch: int, address: str, new: bool, with_prefect: bool, workers: Workers
) -> tuple[Run, float, bool]:
    """Move all that can move; return the run, how long it took, and whether Prefect failed."""
    run = world.run(procedure, "new cases" if new else "ready cases", lambda more: None, batch)
    ready = run.begin()
    with progress(ready) as shown:
        run.tell = shown.moved
        prefect_failed = bool(with_prefect and ready) and not _as_flow(run, world, address, workers, shown)
        if not run.finished and run.failure is None:
            _directly(run)
    return run, time.perf_counter() - run.started, prefect_failed


def _as_flow(run: Run, world: World, address: str, workers: Workers, shown: Progress) -> bool:
    """Make the run as a Prefect flow; return whether Prefect was well. Whether the *run* was well, the run says."""
    home = (Path(".") if "://" in address else Path(address).parent).resolve() / ".prefect"
    prepare(os.environ, home)
    shown.say(Words("Menyalakan Prefect …", "Starting Prefect …"))
    try:
        from flows.prefect_flows import RunFailedError, run_as_flow  # a second, and only here
    except ImportError as error:
        shown.say(Words(f"Prefect tidak dapat dimuat ({error}).", f"Prefect cannot be loaded ({error})."))
        return False
    do = None
    if workers:
        from flows.dask_flows import run_at

        do = partial(run_at, workers, run, _told_to(address, world))
    try:
        run_as_flow(run, do)
    except RunFailedError:
        return True
    except Exception as error:  # noqa: BLE001  # whatever Prefect has, the store knows what was done
        kind = type(error).__name__
        shown.say(
            Words(
                f"Prefect bermasalah ({kind}); penyimpanan kasus mencatat semua yang sudah selesai.",
                f"Prefect has trouble ({kind}); the case store knows all that is done.",
            )
        )
        return False
    return True


def _told_to(address: str, world: World) -> dict[str, str]:
    """Return what processes that help must find in their environment: where store and settings are."""
    told = {"SEKALI_STORE": address if "://" in address else str(Path(address).resolve())}
    if world.settings.file is not None:
        told["SEKALI_SETTINGS"] = str(world.settings.file.resolve())
    return told


def _directly(run: Run) -> None:
    try:
        run.run()
    except Exception as error:  # noqa: BLE001  # told below, in words
        run.failed("run", error)


# --- stopping -------------------------------------------------------------------------------------------------------


@contextmanager
def stopping() -> Iterator[None]:
    """Leave at once on Ctrl-C: each batch is written whole or not at all, so there is nothing to wait for."""

    def leave(number: int, frame: Any) -> None:
        click.echo(
            "\n"
            + say(
                Words(
                    "Dihentikan. Yang sudah selesai tersimpan; jalankan lagi untuk melanjutkan.",
                    "Stopped. What is done is kept; run again to go on.",
                )
            ),
            err=True,
        )
        _leave(128 + number)

    before = {number: signal(number, leave) for number in (SIGINT, SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal(number, handler)


def _leave(code: int) -> None:
    """End the process now, and the server that Prefect may have started for it."""
    flows = sys.modules.get("flows.prefect_flows")
    if flows is not None:
        with suppress(Exception):
            flows.stop_own_server()
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


# --- what is said at the end ----------------------------------------------------------------------------------------


def _summary(world: World, run: Run, told: Results, taken: TakenIn | None, seconds: float) -> None:
    if taken is not None:
        old = len(taken.ids) - taken.new
        parts = [Words(f"Kasus baru: {taken.new}", f"New cases: {taken.new}")]
        if old:
            parts.append(Words(f"{old} sudah ada", f"{old} were there already"))
        if taken.faults:
            lines = "line" if taken.faults == 1 else "lines"
            parts.append(Words(f"{taken.faults} baris ditolak", f"{taken.faults} {lines} refused"))
        _tell(parts)
    parts = [Words(f"{told.issued} diterbitkan", f"{told.issued} issued")]
    parts += [Words(f"{n} ditolak: {why}", f"{n} refused: {why}") for why, n in told.refused.most_common()]
    parts += [Words(f"{n} menunggu: {step}", f"{n} waiting: {step}") for step, n in told.waiting.most_common()]
    if told.ready:
        parts.append(Words(f"{told.ready} belum dijalankan", f"{told.ready} not moved yet"))
    _tell(parts)
    if run.moved >= ENOUGH:
        rate = run.moved / max(seconds, 1e-9)
        _tell(
            [
                Words(
                    f"{run.moved} kasus dijalankan, {rate:,.0f} per detik",
                    f"{run.moved} cases moved, {rate:,.0f} a second",
                )
            ]
        )
    for service, trouble in (world.troubles() | run.troubles).items():
        _tell(
            [
                Words(
                    f"Registri {service} tidak menjawab: {trouble.id}",
                    f"The registry {service} did not answer: {trouble.en}",
                )
            ]
        )
    if run.failure is not None:
        why = str(getattr(run.failure, "orig", None) or run.failure).splitlines()[0]
        _tell(
            [
                Words(
                    f"Berhenti: {type(run.failure).__name__}: {why}. Yang sudah selesai tersimpan; jalankan lagi untuk melanjutkan.",
                    f"It stopped: {type(run.failure).__name__}: {why}. What is done is kept; run again to go on.",
                )
            ]
        )


def _tell(parts: list[Words]) -> None:
    click.echo("; ".join(say(part) for part in parts).rstrip(".") + ".", err=True)
