"""What stands in the way of running, or soon will: store, settings, registries, agreements, cases, Prefect; mends nothing itself."""

import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Literal, NamedTuple

from sqlalchemy import func, select

from flows.connectors.registries import Registries
from flows.deadlines import counts_working_days
from flows.law import Law
from flows.outcomes import told as told_why
from flows.pipeline import services_needed
from flows.settings import FILE, Settings, problems_with
from flows.store import tables
from flows.store.case_store import CaseStore
from flows.store.database import utc_now
from flows.store.definitions import Definition
from processes.catalogue import Catalogue
from processes.problem import Problem
from processes.procedure import Lookup, walk
from processes.resolved import resolved
from processes.words import Words, same

SECONDS = 3.0  # for Prefect's server to answer

State = Literal["well", "note", "mend"]


class Look(NamedTuple):
    """What was found about one thing."""

    about: Words
    state: State  # well; to be noted, as it soon matters; to be mended, as runs will not do what is expected
    says: Words
    mend: Words = same("")


_HELD_UP: dict[str, tuple[Words, State, Words]] = {  # what a case waits for that nobody can simply answer
    "registry": (
        Words("kasus menunggu registri", "cases wait for a registry"),
        "note",
        Words("Jalankan lagi setelah registrinya menjawab: sekali run.", "Run again once it answers: sekali run."),
    ),
    "nobody": (
        Words("kasus macet", "cases that are stuck"),
        "mend",
        Words("Lihat 'sekali cases', lalu 'sekali answer'.", "See 'sekali cases', then 'sekali answer'."),
    ),
}


def store_looks(store: CaseStore) -> Iterator[Look]:
    """Tell of the case store, which was brought up to date when it was opened, and of the cases that do not go on."""
    about = Words("penyimpanan kasus", "case store")
    where = store.engine.url.render_as_string(hide_password=True)
    with store.engine.connect() as connection:
        cases = connection.execute(select(func.count()).select_from(tables.cases)).scalar() or 0
        failures = connection.execute(
            select(tables.failures.c.segment, tables.failures.c.kind, func.count())
            .group_by(tables.failures.c.segment, tables.failures.c.kind)
            .order_by(func.count().desc())
        ).all()
        waits = connection.execute(
            select(tables.waits.c.waits_for, tables.waits.c.step, tables.waits.c.why, func.count())
            .where(tables.waits.c.waits_for.in_(_HELD_UP))
            .group_by(tables.waits.c.waits_for, tables.waits.c.step, tables.waits.c.why)
            .order_by(tables.waits.c.waits_for.desc(), func.count().desc(), tables.waits.c.step, tables.waits.c.why)
        ).all()
    yield Look(
        about,
        "well",
        Words(
            f"{where}: {cases} kasus, tabel versi {tables.VERSION}",
            f"{where}: {cases} cases, tables of version {tables.VERSION}",
        ),
    )
    for what, step, why, number in waits:
        told, state, mend = _HELD_UP[what]
        yield Look(told, state, _counted(number, step, told_why(why)), mend)
    for segment, kind, number in failures:
        yield Look(
            Words("gagal sejauh ini", "failures so far"),
            "note",
            _counted(number, segment or "-", same(kind)),
            Words(
                "Pesannya ada dalam tabel 'failures' penyimpanan; dapat memuat data pribadi.",
                "What they say is in the store's table 'failures'; it may quote personal data.",
            ),
        )


def _counted(number: int, place: str, why: Words) -> Words:
    return Words(f"{number} pada {place}: {why.id}", f"{number} at {place}: {why.en}")


def registry_looks(settings: Settings, running: Sequence[Definition], planned: Sequence[Definition]) -> Iterator[Look]:
    """Tell of settings and registries: whether all that is set up can be opened, and all that is needed is set up.

    Args:
        settings: The settings.
        running: What open cases are pinned to: they wait for what is not set up.
        planned: What may be run.
    """
    about, well, trouble = Words("registri", "registries"), dict[str, None](), dict[str, Words]()
    problems, notes = dict[Problem, None](), dict[Problem, None]()
    for one in (*running, *planned):
        services = Registries(settings, one.catalogue, utc_now)
        needed = services_needed(one.procedure)
        for problem in problems_with(settings, one.catalogue, needed):
            lacking = problem.code == "settings-missing" and one not in running
            (notes if lacking else problems)[problem] = None
        for name in settings.services:
            if name in one.catalogue.service:
                found = services.problems([name])
                problems |= dict.fromkeys(found)
                services.reach(name)
                silent = services.troubles.get(name)
                trouble |= {name: silent} if silent else {}
                well |= {} if found or silent else {name: None}
        services.close()
    if well:
        names = ", ".join(well)
        yield Look(about, "well", Words(f"dapat dibuka: {names}", f"can be opened: {names}"))
    for name, why in trouble.items():
        mend = Words("Kasus menunggu sampai ia menjawab.", "Cases wait until it answers.")
        yield Look(about, "note", Words(f"{name} tidak menjawab: {why.id}", f"{name} does not answer: {why.en}"), mend)
    for problem in (*problems, *notes):
        says = Words(f"{problem.where}: {problem.fault.id}", f"{problem.where}: {problem.fault.en}")
        yield Look(about, "mend" if problem in problems else "note", says, problem.mend)
    if not settings.services and not problems and not notes:
        mend = Words("Tulis sekali.toml; lihat flows/README.md.", "Write sekali.toml; see flows/README.md.")
        yield Look(about, "note", Words("belum ada yang diatur", "none is set up"), mend)


def agreement_looks(definitions: Iterable[Definition], today: date, days: int) -> Iterator[Look]:
    """Tell which look-ups the law does not allow today, or will not within some days.

    Args:
        definitions: Procedures, each with catalogue and policy.
        today: The day.
        days: How far to look ahead.

    Complexity: a judgement a look-up for each day on which an agreement that it rests on may end.
    """
    about, told = Words("perjanjian", "agreements"), set[tuple[str, str]]()
    checked = 0
    for one in definitions:
        law = Law(resolved(one.procedure, one.catalogue), one.policy)
        ends = sorted({end + timedelta(1) for end in _ends(one.catalogue) if today <= end < today + timedelta(days)})
        for step in walk(one.procedure.steps):
            if not isinstance(step, Lookup):
                continue
            words, checked = tuple(str(word) for word in step.gets), checked + 1
            now = law(step.id, words, today)
            over = next((day for day in ends if now.lawful and not law(step.id, words, day).lawful), None)
            where = f"{one.procedure.id}: {step.id}"
            if (where, step.service) in told or (now.lawful and over is None):
                continue
            told.add((where, step.service))
            if over is None:
                says = Words(f"{where} ({step.service}): {now.reason.id}", f"{where} ({step.service}): {now.reason.en}")
                yield Look(about, "mend", says, _RENEW)
            else:
                left = (over - today).days
                basis = ", ".join(now.basis)
                yield Look(
                    about,
                    "note",
                    Words(
                        f"{where} ({step.service}) tidak boleh lagi mulai {over}, {left} hari lagi: {basis}",
                        f"{where} ({step.service}) is not allowed any more from {over}, in {left} days: {basis}",
                    ),
                    _RENEW,
                )
    if checked and not told:
        until = today + timedelta(days)
        yield Look(
            about, "well", Words(f"semua pencarian boleh sampai {until}", f"all look-ups are allowed until {until}")
        )


_RENEW = Words(
    "Perpanjang perjanjiannya; sampai saat itu kasusnya menjawab formulir pengganti atau menunggu.",
    "Renew the agreement; until then cases answer the residual form, or wait.",
)


def _ends(catalogue: Catalogue) -> Iterator[date]:
    return (one.until for one in catalogue.agreements if one.until is not None)


def holiday_looks(settings: Settings, definitions: Iterable[Definition], today: date, days: int) -> Iterator[Look]:
    """Tell whether the holidays are known of every day on which time limits are counted.

    Args:
        settings: Where they stand.
        definitions: Procedures, of which some may count working days.
        today: The day.
        days: How far to look ahead.
    """
    counting = sorted({str(one.procedure.id) for one in definitions if counts_working_days(one.procedure)})
    if not counting:
        return
    about, names = Words("hari libur", "holidays"), ", ".join(counting)
    last, until = max(settings.holidays, default=None), today + timedelta(days)
    file = settings.file or FILE
    if last is None:
        says = Words(
            f"tidak disebut; hanya Sabtu dan Minggu tidak dihitung sebagai hari kerja ({names})",
            f"none is named; just Saturdays and Sundays are no working days ({names})",
        )
        mend = Words(
            f"Tulis dalam {file}, sebelum semua bagian: holidays = [2026-12-25, …]",
            f"Write in {file}, before all parts: holidays = [2026-12-25, …]",
        )
        yield Look(about, "note", says, mend)
    elif last.year < until.year:
        says = Words(
            f"daftarnya berakhir pada {last}; hari libur tahun {last.year + 1} belum ada ({names})",
            f"the list ends on {last}; those of {last.year + 1} are not there ({names})",
        )
        mend = Words(
            f"Tambahkan pada 'holidays' dalam {file} begitu ditetapkan.",
            f"Add them to 'holidays' in {file} as soon as they are decreed.",
        )
        yield Look(about, "mend" if last.year < today.year else "note", says, mend)
    else:
        yield Look(about, "well", Words(f"diketahui sampai {last}", f"they are known until {last}"))


def prefect_looks(environment: Mapping[str, str]) -> Iterator[Look]:
    """Tell of Prefect: whether it is there, and whether its server answers, if one is named."""
    try:
        there = version("prefect")
    except PackageNotFoundError:
        says = Words("tidak terpasang", "it is not installed")
        mend = Words("Pasang lagi Sekali, atau pakai --no-prefect.", "Install Sekali again, or use --no-prefect.")
        yield Look(same("Prefect"), "mend", says, mend)
        return
    address = environment.get("PREFECT_API_URL")
    if not address:
        says = Words(f"{there}; server dinyalakan untuk setiap run", f"{there}; a server is started for each run")
        yield Look(same("Prefect"), "well", says)
        return
    try:
        if not address.startswith(("http://", "https://")):
            raise ValueError(address)
        with urllib.request.urlopen(f"{address.rstrip('/')}/health", timeout=SECONDS) as answer:  # noqa: S310  # just those two
            answer.read(100)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or type(error).__name__
        yield Look(
            same("Prefect"),
            "mend",
            Words(
                f"server pada PREFECT_API_URL tidak menjawab: {reason}",
                f"the server at PREFECT_API_URL does not answer: {reason}",
            ),
            Words(
                "Nyalakan dengan 'prefect server start', atau hapus PREFECT_API_URL.",
                "Start it with 'prefect server start', or unset PREFECT_API_URL.",
            ),
        )
        return
    yield Look(same("Prefect"), "well", Words(f"{there}; servernya menjawab", f"{there}; its server answers"))
