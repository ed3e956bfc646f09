"""`sekali verify`: whether a redesign decides every case as today, by its certificate; decides nothing itself."""

from collections.abc import Iterator
from pathlib import Path

import click

from analysis.certificate import Certificate, CertificateError, certificate_of
from analysis.checker.verifying import verify
from analysis.checker.words import Refusal
from flows.commands.catalogues import WhatIf, counting, problems_of, what_if
from flows.commands.speaking import USAGE_FAULT, language, say, stop
from flows.commands.speaking import command as made
from flows.commands.tables import at_most
from processes.procedure import Procedure
from processes.reading import Read, read
from processes.words import Words

HELP = Words(
    "Memeriksa sertifikat sebuah rancang ulang terhadap kedua prosedur, katalog, dan kebijakan, tanpa memakai kode perancang ulang. "
    "Kode keluar: 0 berlaku, 1 ditolak, 2 salah panggil.",
    "Checks the certificate of a redesign against both procedures, the catalogue and the policy, with none of the code that made "
    "the redesign. Exit code: 0 it holds, 1 it is refused, 2 wrong usage.",
)
PROVEN = (
    Words(
        "setiap keputusan, syarat dan hasil sama seperti saat ini, dengan teks dan fakta yang sama",
        "every decision, condition and outcome is that of today, with the same text and facts",
    ),
    Words(
        "setiap fakta yang dibaca sedikitnya sepasti saat ini, pada setiap jalan",
        "every fact that is read is at least as sure as today, on every way",
    ),
    Words(
        "setiap penelusuran baru diperbolehkan, dibutuhkan, dan memiliki kuncinya; bila tidak menemukan, ada jalan lain",
        "every new look-up is allowed, needed, and has its keys; where it finds nothing there is another way",
    ),
    Words("setiap kasus dapat selesai", "every case can come to an end"),
)
NOT_PROVEN = (
    Words(
        "A1: sebuah fakta bernilai satu dalam satu kasus, juga bila hasilnya mengubah registri; pemasok data mengatakannya",
        "A1: a fact has one value in a case, also where an output changes a registry, and suppliers tell it at the level stated",
    ),
    Words(
        "A2: yang dinyatakan warga benar atau diperbaiki; pemeriksaan yang hilang tidak lagi menolak siapa pun",
        "A2: what people declare is true or corrected; a check that is gone refuses nobody any more",
    ),
    Words(
        "A3: sebuah penilaian hanya bergantung pada fakta yang disebut langkahnya",
        "A3: a judgement depends on nothing but the facts its step declares",
    ),
    Words(
        "cakupan layanan yang dinyatakan, dan bahwa yang diputuskan penelaah dipertahankan",
        "the stated coverage of services, and that what reviewers decided is kept",
    ),
)
MOST_BYTES = 20_000_000  # of a certificate; one of a long procedure has 50,000


@made(
    "verify",
    HELP,
    "sekali verify akta.yaml redesigned/akta-redesigned.yaml redesigned/akta-redesigned.certificate.json",
)
@click.argument("before")
@click.argument("after")
@click.argument("certificate")
@what_if
def command(before: str, after: str, certificate: str, assumed: WhatIf) -> int:
    """Verify a redesign."""
    for path in (before, after, certificate):
        if not Path(path).is_file():
            raise stop(Words(f"Tidak ada berkas '{path}'.", f"There is no file '{path}'."), USAGE_FAULT)
    found = read([before, after], beside=before)
    problems = problems_of(found)
    for problem in problems:
        click.echo(problem.in_language(language()), err=True)
    if problems:
        raise stop(Words("Perbaiki dahulu masalah di atas.", "Mend these problems first."))
    today, redesign = _only(found, before), _only(found, after)
    claims = _certificate(certificate)
    policy = counting(found, assumed)
    refusals = verify(today, redesign, found.catalogue, policy, claims)
    click.echo(as_text(claims, refusals))
    if refusals and claims.policy.date != policy.date:
        click.echo("\n" + say(_as_of(str(claims.policy.date))))
    return 1 if refusals else 0


def _as_of(day: str) -> Words:
    """Say how a certificate of another day is verified: that day is never taken from it, as agreements may have ended since."""
    return Words(
        f"Sertifikat ini dibuat untuk {day}; apakah berlaku menurut tanggal itu: --on {day}",
        f"The certificate was made for {day}; whether it holds as of that day: --on {day}",
    )


def _only(found: Read, path: str) -> Procedure:
    """Return the procedure that a file holds."""
    here = [one for one in found.procedures if Path(one.where.file).resolve() == Path(path).resolve()]
    if not here:
        raise stop(Words(f"Tidak ada prosedur di '{path}'.", f"There is no procedure in '{path}'."), USAGE_FAULT)
    return here[0]


def _certificate(path: str) -> Certificate:
    if Path(path).stat().st_size > MOST_BYTES:
        raise stop(Words(f"'{path}' terlalu besar untuk sertifikat.", f"'{path}' is too large for a certificate."))
    try:
        return certificate_of(Path(path).read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise stop(Words(f"'{path}' bukan teks UTF-8.", f"'{path}' is no UTF-8 text.")) from None
    except CertificateError as error:
        raise stop(Words(f"{path}: {error.words.id}", f"{path}: {error.words.en}")) from None


def as_text(claims: Certificate, refusals: tuple[Refusal, ...]) -> str:
    """Return what was checked, what came of it, and what is proven by it and what is not."""
    gone, suppliers = len(claims.dropped), len(claims.suppliers)
    look_ups = sum(bool(one.fetches) for one in claims.suppliers)
    outcomes, read_facts, day = len(claims.counterparts), len(claims.demands), claims.policy.date
    checked = Words(
        f"Diperiksa pada {day}: {gone} yang hilang, {look_ups} penelusuran baru, {suppliers} pemasok, "
        f"{outcomes} keputusan dan hasil, {read_facts} fakta yang dibaca.",
        f"Checked on {day}: {gone} things gone, {look_ups} new look-ups, {suppliers} suppliers, "
        f"{outcomes} decisions and outcomes, {read_facts} facts that are read.",
    )
    lines = [f"{claims.before.procedure} -> {claims.after.procedure}", say(checked), ""]
    if refusals:
        lines.append(say(Words(f"Ditolak ({len(refusals)}):", f"Refused ({len(refusals)}):")))
        return "\n".join([*lines, *(f"  {one.where}: {one.says.in_language(language())}" for one in refusals)])
    lines.append(say(Words("Berlaku. Terbukti:", "It holds. Proven:")))
    lines += [f"  - {words.in_language(language())}" for words in PROVEN]
    lines.append(say(Words("Diandaikan atau dinyatakan, tidak dibuktikan:", "Assumed or claimed, not proven:")))
    lines += [f"  - {words.in_language(language())}" for words in (*NOT_PROVEN, *_claimed(claims))]
    return "\n".join(lines)


def _claimed(claims: Certificate) -> Iterator[Words]:
    """Yield what whoever made the redesign says of how much it asks: a certificate shows nothing of that."""
    then, now, best = claims.weight_before.citizen_minutes, claims.weight_after.citizen_minutes, claims.optimum
    yield Words(
        f"menit warga tiap kasus, menurut pembuat rancangan: {then:.1f} -> {now:.1f}",
        f"the citizen's minutes a case, as whoever made it counts them: {then:.1f} -> {now:.1f}",
    )
    if best.gap is None:
        yield Words("bahwa tidak ada rancangan yang lebih ringan", "that no redesign asks less")
    else:
        less = (
            Words(f"lebih dari {at_most(best.gap)} menit ", f"over {at_most(best.gap)} minutes ")
            if best.gap
            else Words("", "")
        )
        yield Words(
            f"kata pencarian: tidak ada yang lebih ringan {less.id}di antara {best.family.id}; sertifikat tidak menunjukkannya",
            f"the search says that none asks {less.en}less among {best.family.en}; the certificate does not show it",
        )
