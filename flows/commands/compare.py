"""`sekali compare`: whether two procedures end every generated case alike; as text or as JSON."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from analysis.comparing.comparison import Comparison, Found, Way, compared
from flows.commands.catalogues import Chosen, WhatIf, chosen, problems_of, what_if
from flows.commands.speaking import USAGE_FAULT, language, option, say, stop
from flows.commands.speaking import command as made
from flows.commands.tables import heading, table
from processes.case import Outcome, Value
from processes.procedure import Procedure
from processes.reading import catalogue_around, read
from processes.resolved import resolved
from processes.words import Words

HELP = Words(
    "Menjalankan kasus buatan, yang bersama-sama melalui setiap jalan, pada dua prosedur, lalu membandingkan hasil dan fakta yang "
    "diterbitkan. Kode keluar: 0 sama, 1 berbeda atau tidak ada kasus yang berakhir, 2 salah panggil.",
    "Runs made-up cases, which between them go every way, through two procedures, and compares how they end and the facts that are "
    "issued. Exit code: 0 alike, 1 different or no case came to an end, 2 wrong usage.",
)
ASSUMED = (
    Words(
        "Setiap fakta memiliki satu nilai benar dalam satu kasus, dan pemasok menyatakannya: pemeriksaan yang hilang tidak menolak siapa pun di sini.",
        "Each fact has one true value in a case, and suppliers tell it: a check that is gone refuses nobody here.",
    ),
    Words(
        "Register yang tidak lengkap dapat tidak menemukan; bila menemukan lebih dari satu, kasus menunggu petugas, lalu diteruskan.",
        "Registries that do not hold everybody may find nobody; where one finds several, the case waits for a person, and is then gone on with.",
    ),
    Words(
        "Ini uji, bukan bukti: kasus lain dapat berbeda. Bukti ada pada sertifikat.",
        "This is a test, not a proof: other cases may differ. The proof is the certificate.",
    ),
)
REDESIGNED = "-redesigned"


@made("compare", HELP, "sekali compare processes/purbalingga/procedures/akta-kelahiran.yaml redesigned/ --cases 1000")
@click.argument("before")
@click.argument("after")
@option(
    "--cases",
    type=click.IntRange(1, 1_000_000),
    default=1000,
    show_default=True,
    words=Words("Jumlah kasus per prosedur.", "How many cases a procedure."),
)
@option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    words=Words("Bilangan yang sama menghasilkan kasus yang sama.", "The same number gives the same cases."),
)
@option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    words=Words("Bentuk keluaran.", "How to print it."),
)
@what_if
def command(before: str, after: str, cases: int, seed: int, form: str, assumed: WhatIf) -> int:
    """Compare procedures and their redesigns."""
    today = chosen(before, *assumed)
    results = [
        (
            one,
            compared(resolved(one, today.catalogue), resolved(other, today.catalogue), today.policy, cases, seed),
        )
        for one, other in _pairs(today, before, after)
    ]
    if form == "json":
        click.echo(json.dumps([as_data(result) for _, result in results], ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(as_text(procedure, result) for procedure, result in results))
    return 0 if all(result.is_alike and result.alike for _, result in results) else 1


def _pairs(today: Chosen, before: str, after: str) -> list[tuple[Procedure, Procedure]]:
    """Return the procedures that belong together: by name, or the only one of each."""
    redesigned = _redesigned(before, after)
    if len(today.procedures) == len(redesigned) == 1:
        return [(today.procedures[0], redesigned[0])]
    named = {one.id.removesuffix(REDESIGNED): one for one in redesigned} | {one.id: one for one in redesigned}
    pairs = [(one, other) for one in today.procedures if (other := named.get(one.id + REDESIGNED) or named.get(one.id))]
    if not pairs:
        names = ", ".join(one.id for one in redesigned)
        raise stop(
            Words(
                f"Tidak ada di '{after}' yang merupakan rancang ulang dari '{before}'. Ada: {names}.",
                f"Nothing at '{after}' is a redesign of what stands at '{before}'. There are: {names}.",
            ),
            USAGE_FAULT,
        )
    return pairs


def _redesigned(before: str, after: str) -> list[Procedure]:
    """Read the procedures at a path, within the catalogue of today's procedures.

    They may have the same names as those of today.
    """
    path = Path(after)
    if not path.exists():
        raise stop(
            Words(f"Tidak ada berkas atau folder '{after}'.", f"There is no file or folder '{after}'."), USAGE_FAULT
        )
    found = read([after] if catalogue_around(Path(before)) else [after, before], beside=before)
    problems = [one for one in problems_of(found) if _lies_in(one.where.file, path)]
    for problem in problems:
        click.echo(problem.in_language(language()), err=True)
    if problems:
        raise stop(Words("Perbaiki dahulu masalah di atas.", "Mend these problems first."))
    procedures = [one for one in found.procedures if _lies_in(one.where.file, path)]
    if not procedures:
        raise stop(Words(f"Tidak ada prosedur di '{after}'.", f"There is no procedure in '{after}'."), USAGE_FAULT)
    return procedures


def _lies_in(file: str, path: Path) -> bool:
    here, there = Path(file).resolve(), path.resolve()
    return here == there or there in here.parents


# --- as people read it ----------------------------------------------------------------------------------------------


def as_text(procedure: Procedure, result: Comparison) -> str:
    """Return what came of a comparison: the figures, the ways, each difference with its smallest case, what it rests on."""
    parts = [heading(f"{procedure.title.in_language(language())} ({result.before} -> {result.after})")]
    parts.append("\n".join(say(words) for words in _figures(result)))
    parts.append(_ways(result))
    parts += [_difference(number + 1, one) for number, one in enumerate(result.differences)]
    parts.append("\n".join(f"- {say(words)}" for words in ASSUMED))
    return "\n\n".join(parts) + "\n"


def _figures(result: Comparison) -> Iterator[Words]:
    yield Words(
        f"{result.cases} kasus (benih {result.seed}): {result.alike} berakhir sama, {result.differing} berbeda, "
        f"{result.not_ended} saat ini tidak berakhir.",
        f"{result.cases} cases (seed {result.seed}): {result.alike} end alike, {result.differing} differ, "
        f"{result.not_ended} come to no end today.",
    )
    if not result.alike and not result.differing:
        yield Words(
            "Tidak ada kasus yang berakhir, jadi tidak ada yang terbukti: lihat 'sekali analyse' untuk prosedur saat ini.",
            "No case came to an end, so nothing is shown: see what 'sekali analyse' says of today's procedure.",
        )
    if result.other_reason:
        yield Words(
            f"{result.other_reason} kasus ditolak dengan alasan lain yang juga berlaku, karena urutan penolakan berubah.",
            f"{result.other_reason} are refused for another reason, because the order of refusals has changed.",
        )
    if result.held_up:
        yield Words(
            f"{result.held_up} kasus menunggu register yang tidak menemukan tepat satu, lalu diteruskan seolah-olah menemukannya.",
            f"{result.held_up} waited for a registry that did not find just one, and were gone on with as if it had.",
        )


def _ways(result: Comparison) -> str:
    rows: dict[tuple[str, str], dict[str, Way]] = {}
    for way in result.ways:
        rows.setdefault((say(way.place), say(way.way)), {})[way.goal.side] = way
    heads = [
        say(Words("tempat", "place")),
        say(Words("jalan", "way")),
        say(Words("saat ini", "today")),
        say(Words("rancang ulang", "redesigned")),
        say(Words("tidak terlalui, karena", "not taken, because")),
    ]
    lines = []
    for (place, name), sides in rows.items():
        counts = [str(sides[side].cases) if side in sides else "-" for side in ("before", "after")]
        why = [say(one.why) for one in sides.values() if one.why is not None]
        lines.append([place, name, *counts, "; ".join(dict.fromkeys(why))])
    taken = sum(1 for way in result.ways if way.cases)
    told = say(
        Words(
            f"Jalan yang dilalui: {taken} dari {len(result.ways)}; jumlah kasus per jalan:",
            f"Ways taken: {taken} of {len(result.ways)}; how many cases each:",
        )
    )
    return f"{told}\n\n{table(heads, lines, right=frozenset({2, 3}))}" if lines else told


def _difference(number: int, found: Found) -> str:
    case = found.case
    head = say(
        Words(
            f"{number}. {found.says.id} ({found.times} kasus). Kasus terkecil:",
            f"{number}. {found.says.en} ({found.times} cases). The smallest:",
        )
    )
    rows = [[name, _shown(value)] for name, value in case.facts]
    rows += [[step, ", ".join(ways)] for step, ways in case.decisions]
    rows += [[service, answer] for service, answer in case.registries]
    if case.by_event:
        started = Words("peristiwa yang memulai kasus", "an event that starts the case")
        rows.append([say(Words("dimulai oleh", "started by")), say(started)])
    if case.last_side_first:
        first = Words("cabang terakhir dikerjakan lebih dahulu", "the last of them is done first")
        rows.append([say(Words("cabang yang bersamaan", "sides beside each other")), say(first)])
    rows += [
        [say(Words("saat ini", "today")), _end(case.before)],
        [say(Words("rancang ulang", "redesigned")), _end(case.after)],
    ]
    return f"{head}\n\n{table([say(Words('hal', 'what')), say(Words('isi', 'is'))], rows)}"


def _shown(value: Value) -> str:
    if value is None:
        return say(Words("tidak ada", "there is none"))
    if isinstance(value, bool):
        return say(Words("ya", "yes") if value else Words("tidak", "no"))
    return ", ".join(map(_shown, value)) if isinstance(value, tuple) else str(value)


def _end(outcome: Outcome) -> str:
    if outcome.kind == "issued":
        steps = ", ".join(output.step for output in outcome.outputs)
        return say(Words(f"diterbitkan: {steps}", f"issued: {steps}"))
    if outcome.kind == "refused":
        return say(Words(f"ditolak: {outcome.step}", f"refused: {outcome.step}"))
    missing = f" ({', '.join(outcome.missing)})" if outcome.missing else ""
    return say(Words(f"menunggu pada '{outcome.step}'{missing}", f"waiting at '{outcome.step}'{missing}"))


# --- as data --------------------------------------------------------------------------------------------------------


def as_data(result: Comparison) -> dict[str, Any]:
    """Return a comparison as plain data, texts in both languages."""
    names = ("before", "after", "seed", "cases", "alike", "differing", "not_ended", "held_up", "other_reason")
    return {
        **{name: getattr(result, name) for name in names},
        "ways": [
            {
                "procedure": result.before if way.goal.side == "before" else result.after,
                "place": way.place._asdict(),
                "way": way.way._asdict(),
                "cases": way.cases,
                "why_not": way.why._asdict() if way.why else None,
            }
            for way in result.ways
        ],
        "differences": [_difference_data(one) for one in result.differences],
        "assumed": [words._asdict() for words in ASSUMED],
    }


def _difference_data(found: Found) -> dict[str, Any]:
    case = found.case
    return {
        **found.difference._asdict(),
        "says": found.says._asdict(),
        "cases": found.times,
        "smallest": {
            "facts": {name: _plain(value) for name, value in case.facts},
            "decisions": {step: list(ways) for step, ways in case.decisions},
            "registries": dict(case.registries),
            "last_side_first": case.last_side_first,
            "by_event": case.by_event,
            "before": _end_data(case.before),
            "after": _end_data(case.after),
        },
    }


def _end_data(outcome: Outcome) -> dict[str, Any]:
    issued = {output.step: {name: _plain(value) for name, value in output.facts} for output in outcome.outputs}
    return {"kind": outcome.kind, "step": outcome.step, "issued": issued, "missing": list(outcome.missing)}


def _plain(value: Value) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
