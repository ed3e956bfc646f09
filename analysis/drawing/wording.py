"""What is written on pictures, in Indonesian and English: kinds of steps, times, days, shares, amounts; knows no picture."""

import re
from datetime import date

from processes.condition import Expression
from processes.condition_words import in_words, number_words
from processes.part import Part
from processes.procedure import Procedure, Step, actor
from processes.resolved import Naming
from processes.shapes import Duration, Ground, Unit
from processes.words import Language, Words, same

KIND_WORDS = {
    "form": Words("formulir", "form"),
    "identify": Words("masuk (log-in)", "log-in"),
    "lookup": Words("penelusuran data", "look-up"),
    "check": Words("pemeriksaan", "check"),
    "derive": Words("perhitungan", "computation"),
    "decide": Words("keputusan petugas", "judgement"),
    "pay": Words("pembayaran", "payment"),
    "approve": Words("pengesahan", "approval"),
    "issue": Words("penerbitan", "issue"),
    "letter": Words("surat pengantar", "letter"),
    "notify": Words("pemberitahuan", "notice"),
    "carry": Words("pengantaran berkas", "papers carried"),
    "wait": Words("menunggu", "wait"),
    "refuse": Words("ditolak", "refused"),
}
CITIZENS = Words("Masyarakat", "Citizens")
REGISTRIES = Words("Registri", "Registries")
START, END = Words("Mulai", "Start"), Words("Selesai", "End")
EVENT = Words("peristiwa", "event")
TOGETHER = Words("serentak", "in parallel")
OTHERWISE = Words("selain itu", "otherwise")
FOUND, NOT_FOUND = Words("ditemukan", "found"), Words("tidak ditemukan", "not found")
QUESTIONS, DOCUMENTS = Words("Isian", "Questions"), Words("Dokumen", "Documents")

_UNITS: dict[Unit, Words] = {
    "minutes": Words("menit", "minutes"),
    "hours": Words("jam", "hours"),
    "days": Words("hari", "days"),
    "working days": Words("hari kerja", "working days"),
    "weeks": Words("minggu", "weeks"),
    "months": Words("bulan", "months"),
    "years": Words("tahun", "years"),
}

_MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
_DAY = re.compile(r"\b[12]\d{3}-\d{2}-\d{2}\b")


def joined(parts: list[Words], between: str = " · ") -> Words:
    """Return words one after the other.

    >>> joined([Words("satu", "one"), Words("dua", "two")]).en
    'one · two'
    """
    return Words(between.join(part.id for part in parts), between.join(part.en for part in parts))


def small(text: str) -> str:
    """Return a phrase as it goes in the middle of a sentence; abbreviations stay as they are.

    >>> small("Nama anak"), small("NIK ibu")
    ('nama anak', 'NIK ibu')
    """
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def large(text: str) -> str:
    """Return a phrase as it begins a line.

    >>> large("nama anak")
    'Nama anak'
    """
    return text[:1].upper() + text[1:]


def title_of(item: Part) -> Words:
    """Return what a step is called: its title, or its name as words.

    >>> from processes.procedure import Wait
    >>> title_of(Wait(id="in-the-post")).en
    'In the post'
    """
    title: Words | None = getattr(item, "title", None)
    if title is not None:
        return title
    name = str(getattr(item, "id", "")).replace("-", " ").replace("_", " ")
    return same(name[:1].upper() + name[1:])


def duration_words(length: Duration) -> Words:
    """Return a length of time.

    >>> duration_words(Duration(1, "working days"))
    Words(id='1 hari kerja', en='1 working day')
    """
    amount, unit = _number(length.amount), _UNITS[length.unit]
    return Words(f"{amount.id} {unit.id}", f"{amount.en} {unit.en[:-1] if length.amount == 1 else unit.en}")


def minutes_words(minutes: float, before: float | None = None) -> Words:
    """Return minutes, rounded as people say them, and what they were.

    >>> minutes_words(12.809).en, minutes_words(0.333).id, minutes_words(13, 35).en
    ('13 min', '0,3 menit', '35 → 13 min')
    """
    amount, then = rounded_words(minutes), rounded_words(minutes if before is None else before)
    if amount != then:
        amount = joined([then, amount], " → ")
    return Words(f"{amount.id} menit", f"{amount.en} min")


def rounded_words(number: float) -> Words:
    """Return a number without more digits than matter.

    >>> rounded_words(207.04).id, rounded_words(3.9).id, rounded_words(2.0).id
    ('207', '3,9', '2')
    """
    return _number(round(number) if number >= 10 else round(number, 1))


def _number(number: float) -> Words:
    return number_words(int(number) if float(number).is_integer() else number)


def day_words(day: date) -> Words:
    """Return a date as offices write it.

    >>> day_words(date(2024, 8, 7))
    Words(id='7 Agustus 2024', en='7 August 2024')
    """
    english = (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    )
    return Words(f"{day.day} {_MONTHS[day.month - 1]} {day.year}", f"{day.day} {english[day.month - 1]} {day.year}")


def dated(words: Words) -> Words:
    """Return a text with the days in it as offices write them.

    >>> dated(Words("sampai 2026-06-30", "until 2026-06-30")).id
    'sampai 30 Juni 2026'
    """
    return Words(_dated(words.id, "id"), _dated(words.en, "en"))


def _dated(text: str, language: Language) -> str:
    def told(found: re.Match[str]) -> str:
        try:
            return day_words(date.fromisoformat(found[0])).in_language(language)
        except ValueError:  # it only looks like a day
            return found[0]

    return _DAY.sub(told, text)


def share_words(share: float) -> Words:
    """Return a share in per cent.

    >>> share_words(0.005).id, share_words(0.85).en
    ('0,5%', '85%')
    """
    per_cent = _number(round(100 * share, 1))
    return Words(f"{per_cent.id}%", f"{per_cent.en}%")


def money_words(rupiah: float) -> Words:
    """Return an amount of money.

    >>> money_words(10000)
    Words(id='Rp10.000', en='Rp10,000')
    """
    amount = _number(rupiah)
    return Words(f"Rp{amount.id}", f"Rp{amount.en}")


def ground_words(ground: Ground) -> Words:
    """Return on what a requirement rests."""
    if ground.habit:
        return Words("kebiasaan, tanpa dasar hukum", "habit, no legal basis")
    law = str(ground.law or ground.local)
    if ground.until is None:
        return same(law)
    return Words(f"{law} (tidak berlaku sejak {ground.until})", f"{law} (not in force since {ground.until})")


def by_words(step: Step, naming: Naming) -> Words | None:
    """Return the officer who does a step, if its lane does not say so already."""
    if step.by is None:
        return None
    who = actor(step.by)
    agency = naming.catalogue.agency.get(who.whom)
    if agency is not None and who.officer is not None:
        return next((officer.title for officer in agency.officers if officer.id == who.officer), same(who.officer))
    return None


def whom_words(by: str, naming: Naming) -> Words:
    """Return whom a role, an agency or an officer means."""
    who = actor(by)
    agency = naming.catalogue.agency.get(who.whom)
    if agency is None:
        return naming.role_words(who.whom)
    officer = next((one.title for one in agency.officers if one.id == who.officer), None)
    return joined([officer, agency.title], ", ") if officer else agency.title


def condition_words(expression: Expression, naming: Naming) -> Words:
    """Return a condition as people say it, codes by what they mean."""

    def name_of(path: str) -> Words:
        found = naming.role_words(path) if naming.fact(path) is None else naming.words(path)
        return Words(small(found.id), small(found.en))

    def code_label(path: str, code: str) -> Words | None:
        fact = naming.fact(path)
        codes = naming.catalogue.code_list.get(fact.element.codes or "") if fact else None
        return next((one.title for one in codes.codes if one.id == code), None) if codes else None

    def kind_of(path: str) -> str | None:
        fact = naming.fact(path)
        return fact.element.type if fact else None

    return in_words(expression, name_of, code_label, kind_of)


def yearly_words(procedure: Procedure) -> Words | None:
    """Return how many cases there are a year."""
    if not procedure.volume:
        return None
    amount = _number(procedure.volume)
    return Words(f"{amount.id} permohonan per tahun", f"{amount.en} cases a year")
