"""The briefing as a note of at most two pages; decides no number."""

from collections.abc import Callable, Iterator

from analysis.drawing.text import shortened
from analysis.drawing.wording import day_words, large
from analysis.papers.briefing import Briefing, Service, Signing
from analysis.papers.telling import count_words
from flows.papers.document import (
    Bar,
    Bars,
    Block,
    Document,
    Heading,
    Paragraph,
    Side,
    Signatures,
    Table,
    document_pdf,
    pages_of,
)
from processes.words import Language, Words

MOST_PAGES = 2
SIZES = (9.0, 8.5, 8.0, 7.5)  # of the letters, the largest that fits
ROWS = (12, 10, 8, 6, 4, 3)  # of services, decisions, tasks and risks, as many as fit
LONGEST = 110  # characters of a name

TITLE = Words("NOTA DINAS", "BRIEFING")
ABOUT = Words("Bahan rapat pimpinan tingkat tinggi (High Level Meeting)", "For the High Level Meeting")
HEAD = (
    (Words("Kepada Yth.", "To"), Words("[Bupati melalui Sekretaris Daerah]", "[the regent, through the secretary]")),
    (Words("Dari", "From"), Words("[perangkat daerah]", "[agency]")),
    (Words("Tanggal / Nomor", "Date / Number"), Words("[diisi instansi]", "[to be filled in by the agency]")),
)
SUBJECT = Words("Hal", "Subject")
CITIZENS = Words("1. Yang berubah bagi masyarakat", "1. What changes for citizens")
SAVES = Words("2. Yang dihemat dalam setahun", "2. What it saves in a year")
SIGN = Words(
    "3. Keputusan yang dimohon: perjanjian yang ditandatangani", "3. Decisions asked for: agreements to be signed"
)
AGENCIES = Words("4. Tugas setiap instansi", "4. What each agency does")
RISKS = Words("5. Risiko dan asumsi", "5. Risks and assumptions")
MORE = Words("{} lainnya", "{} more")
SIGNED = (Words("[jabatan]", "[post]"), Words("[nama, NIP]", "[name, staff number]"))
TODAY, THEN = Words("saat ini", "today"), Words("rancang ulang", "redesigned")
DECISIONS = (Words("[ ] setuju", "[ ] yes"), Words("[ ] tidak", "[ ] no"))
MENDS = Words("mengesahkan akses data saat ini", "makes a look-up of today lawful")
CONSENT = Words("dengan persetujuan setiap orang", "with the consent of each person")


def briefing_pdf(told: Briefing, language: Language) -> bytes:
    """Return a briefing as PDF of at most two pages: with smaller letters, then with fewer rows, until it fits.

    What is left out is counted in the row that stands for it.

    Raises:
        PictureError: If it cannot be made.
    """
    made = b""
    for rows in ROWS:
        for size in SIZES if rows == ROWS[0] else SIZES[-2:]:
            made = document_pdf(briefing_document(told, language, rows, size))
            if pages_of(made) <= MOST_PAGES:
                return made
    return made


def briefing_document(told: Briefing, language: Language, rows: int = ROWS[0], size: float = SIZES[0]) -> Document:
    """Return a briefing with at most so many rows in each part."""
    title = TITLE.in_language(language)
    blocks = tuple(_Blocks(told, language, rows).all())
    day = day_words(told.day).in_language(language)
    foot = Words(
        f"Semua angka dihitung dari model menurut kebijakan per {day}", f"All figures are the model's, as of {day}"
    )
    return Document(title, language, blocks, foot.in_language(language), size=size)


class _Blocks:
    def __init__(self, told: Briefing, language: Language, rows: int) -> None:
        self.told, self.language, self.rows = told, language, rows
        self.said: Callable[[Words], str] = lambda words: shortened(words.in_language(language), LONGEST)

    def number(self, value: float, digits: int = 0) -> str:
        return count_words(value, digits).in_language(self.language)

    def change(self, before: float, after: float, digits: int = 1) -> str:
        return f"{self.number(before, digits)} → {self.number(after, digits)}"

    def all(self) -> Iterator[Block]:
        yield Heading(self.said(TITLE), 1)
        yield Paragraph(self.said(ABOUT), align="center", small=True)
        subject = Words(
            f"Rancang ulang {len(self.told.services)} layanan publik",
            f"Redesign of {len(self.told.services)} public services",
        )
        head = [((self.said(label),), (self.said(text),)) for label, text in (*HEAD, (SUBJECT, subject))]
        yield Table((), (2, 10), tuple(head))
        yield from self.citizens()
        yield from self.savings()
        yield from self.signings()
        yield from self.tasks()
        yield from self.risks()
        yield Signatures((("", ""), tuple(self.said(one) for one in SIGNED)))

    def citizens(self) -> Iterator[Block]:
        heads = (
            Words("Layanan", "Service"),
            Words("Permohonan setahun", "Cases a year"),
            Words("Isian", "Questions"),
            Words("Dokumen", "Documents"),
            Words("Urusan formulir", "Dealings"),
            Words("Menit pemohon", "Minutes"),
            Words("Jam dihemat setahun", "Hours spared a year"),
        )
        shown, rest = self.told.services[: self.rows], self.told.services[self.rows :]
        rows = [self.service(one) for one in shown]
        if rest:
            name = self.said(MORE).format(len(rest))
            volume, hours = sum(one.volume for one in rest), sum(one.hours for one in rest)
            rows.append(((name,), (self.number(volume),), ("",), ("",), ("",), ("",), (self.number(hours),)))
        sides: tuple[Side, ...] = ("left", "right", "right", "right", "right", "right", "right")
        yield Heading(self.said(CITIZENS))
        yield Table(tuple(map(self.said, heads)), (3.5, 1.8, 1.7, 1.6, 1.5, 2.1, 1.5), tuple(rows), sides=sides)
        note = Words(
            "Rata-rata per permohonan, saat ini → rancang ulang. Setiap permohonan diputus sama seperti sebelumnya, dengan sertifikat "
            "yang diperiksa pemeriksa terpisah.",
            "A case on average, today → redesigned. Every case is decided as before, with a certificate that a separate checker has verified.",
        )
        yield Paragraph(note.in_language(self.language), small=True)

    def service(self, one: Service) -> tuple[tuple[str, ...], ...]:
        unknown = "–"
        return (
            (self.said(one.title),),
            (self.number(one.volume) if one.volume else unknown,),
            (self.change(one.before.questions, one.after.questions),),
            (self.change(one.before.documents, one.after.documents),),
            (self.change(one.before.contacts, one.after.contacts),),
            (self.change(one.before.citizen_minutes, one.after.citizen_minutes),),
            (self.number(one.hours) if one.volume else unknown,),
        )

    def savings(self) -> Iterator[Block]:
        heads = (
            Words("", ""),
            Words("Saat ini", "Today"),
            Words("Rancang ulang", "Redesigned"),
            Words("Selisih", "Saved"),
        )
        rows = tuple(
            (
                (self.said(one.name),),
                (self.number(one.before),),
                (self.number(one.after),),
                (self.number(one.before - one.after),),
            )
            for one in self.told.totals
        )
        yield Heading(self.said(SAVES))
        yield Table(tuple(map(self.said, heads)), (4, 2, 2, 2), rows, sides=("left", "right", "right", "right"))
        bars = [
            Bar(self.said(one.title), then, now, self.change(then, now, 0))
            for one in self.told.services[: min(self.rows, 9)]
            if one.volume
            for then, now in [
                (one.volume * one.before.citizen_minutes / 60, one.volume * one.after.citizen_minutes / 60)
            ]
        ]
        if bars:
            name = Words("Jam masyarakat setahun", "Hours of citizens a year")
            yield Bars(self.said(name), self.said(TODAY), self.said(THEN), tuple(bars))

    def signings(self) -> Iterator[Block]:
        yield Heading(self.said(SIGN))
        if not self.told.signings:
            yield Paragraph(
                self.said(Words("Tidak ada perjanjian baru yang diperlukan.", "No new agreement is wanted."))
            )
            return
        heads = (
            Words("No.", "No."),
            Words("Perjanjian (pemberi → pengguna data)", "Agreement (gives → uses data)"),
            Words("Untuk layanan", "For"),
            Words("Jam dihemat setahun", "Hours spared a year"),
            Words("Bulan", "Months"),
            Words("Biaya (juta Rp)", "Cost (million Rp)"),
            Words("Keputusan", "Decision"),
        )
        shown, rest = self.told.signings[: self.rows], self.told.signings[self.rows :]
        rows = [self.signing(number, one) for number, one in enumerate(shown, start=1)]
        if rest:
            name = self.said(MORE).format(len(rest))
            hours = self.number(sum(one.hours for one in rest))
            cost = self.number(sum(one.cost or 0.0 for one in rest) / 1_000_000)
            rows.append((("",), (name,), ("",), (hours,), ("",), (cost,), ("",)))
        sides: tuple[Side, ...] = ("center", "left", "left", "right", "right", "right", "center")
        yield Table(tuple(map(self.said, heads)), (0.7, 4.6, 2.6, 1.5, 1.2, 1.3, 1.5), tuple(rows), sides=sides)
        cost = self.number(sum(one.cost or 0.0 for one in self.told.signings) / 1_000_000)
        together = self.number(self.told.together)
        words = Words(
            f"Semuanya bersama menghemat {together} jam masyarakat setahun lagi, dengan biaya {cost} juta rupiah (perkiraan).",
            f"All together they spare citizens {together} more hours a year, at an estimated {cost} million rupiah.",
        )
        yield Paragraph(words.in_language(self.language), small=True)

    def signing(self, number: int, one: Signing) -> tuple[tuple[str, ...], ...]:
        parties = f"{self.said(one.giver)} → {self.said(one.user)}"
        more = [self.said(words) for words, holds in ((CONSENT, one.consent), (MENDS, one.mends)) if holds]
        lines = [f"{one.agreement}: {self.said(one.title)}", parties, *more]
        names = ", ".join(self.said(each) for each in one.procedures)
        return (
            (str(number),),
            tuple(lines),
            (shortened(names, LONGEST),),
            (self.number(one.hours),),
            (self.number(one.months) if one.months is not None else "–",),
            (self.number(one.cost / 1_000_000) if one.cost is not None else "–",),
            tuple(map(self.said, DECISIONS)),
        )

    def tasks(self) -> Iterator[Block]:
        yield Heading(self.said(AGENCIES))
        shown, rest = self.told.tasks[: self.rows], self.told.tasks[self.rows :]
        rows = [
            (
                (self.said(one.agency),),
                tuple(shortened(line.in_language(self.language), 2 * LONGEST) for line in one.lines),
            )
            for one in shown
        ]
        if rest:
            rows.append(((self.said(MORE).format(len(rest)),), ("",)))
        yield Table((), (3, 9), tuple(rows))

    def risks(self) -> Iterator[Block]:
        yield Heading(self.said(RISKS))
        shown, rest = self.told.risks[: self.rows], self.told.risks[self.rows :]
        lines = [shortened(one.in_language(self.language), 2 * LONGEST) for one in shown]
        if self.told.refused:
            names = ", ".join(large(self.said(one)) for one in self.told.refused)
            words = Words(f"Belum dapat dirancang ulang: {names}", f"Cannot be redesigned yet: {names}")
            lines.insert(0, shortened(words.in_language(self.language), 2 * LONGEST))
        if rest:
            lines.append(self.said(MORE).format(len(rest)))
        yield Table((), (1,), ((tuple(lines),),), numbered=True)
