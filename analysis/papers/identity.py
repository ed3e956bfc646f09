"""The identity block of an SOP: what the model says of each box, and what is left to be filled in; knows no flow."""

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.drawing.wording import duration_words, small, title_of
from analysis.papers.telling import NOT_KNOWN, TO_FILL, agency_words, begun, laws_of
from analysis.papers.version import Version
from processes.procedure import Identify, Issue, Lookup, Procedure
from processes.words import Words, same


@dataclass(frozen=True, slots=True)
class Box:
    """A labelled box: a line, or a numbered list."""

    label: Words
    lines: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """The head of an SOP, before its flow."""

    unit: Words  # the agency
    name: Words  # of the SOP
    state: Words  # today's or the redesign
    lines: tuple[Box, ...]  # number, dates, who approves, name
    boxes: tuple[Box, ...]  # in pairs, left and right


def identity(version: Version) -> Identity:
    """Return the identity block of an SOP.

    What the model does not know (number, dates, qualifications) says that the agency fills it in; nothing is made up.

    Complexity: linear in the steps, and in those of the catalogue's other procedures.
    """
    catalogue, procedure = version.catalogue, version.procedure
    unit = agency_words(catalogue, procedure.agency)
    agency = catalogue.agency.get(procedure.agency)
    head = next((one.title for one in agency.officers if one.id == "head"), None) if agency else None
    signs = head or Words(f"Kepala {unit.id}", f"Head of the {small(unit.en)}")
    lines = (
        Box(Words("Nomor SOP", "SOP number"), (TO_FILL,)),
        Box(Words("Tanggal pembuatan", "Date made"), (TO_FILL,)),
        Box(Words("Tanggal revisi", "Date revised"), (TO_FILL,)),
        Box(Words("Tanggal efektif", "Date in force"), (TO_FILL,)),
        Box(Words("Disahkan oleh", "Approved by"), (*begun((signs,)), *_SIGNATURE)),
        Box(Words("Nama SOP", "Name of the SOP"), (version.title,)),
    )
    boxes = (
        Box(Words("Dasar hukum", "Legal basis"), laws_of(procedure, version.policy) or (NOT_KNOWN,)),
        Box(Words("Kualifikasi pelaksana", "Qualifications of those who do it"), (NOT_KNOWN,)),
        Box(Words("Keterkaitan", "Related SOPs"), tuple(_related(version)) or (Words("Tidak ada", "None"),)),
        Box(Words("Peralatan/perlengkapan", "Equipment"), (*equipment(version), _MORE)),
        Box(Words("Peringatan", "Warning"), tuple(_warnings(procedure)) or (NOT_KNOWN,)),
        Box(Words("Pencatatan dan pendataan", "Recording"), begun(_recorded(version)) or (NOT_KNOWN,)),
    )
    return Identity(unit, version.title, version.state, lines, boxes)


_SIGNATURE = (
    Words("Nama: [diisi]", "Name: [to be filled in]"),
    Words("Pangkat: [diisi]", "Rank: [to be filled in]"),
    Words("NIP: [diisi]", "Staff number: [to be filled in]"),
)
_MORE = Words("Perangkat lain: [diisi instansi]", "Other equipment: [to be filled in by the agency]")


def _related(version: Version) -> Iterable[Words]:
    """Yield the procedures that this one starts, and those that start it."""
    titles = {one.id: one.title for one in version.others}
    for name in _starts(version.procedure):
        title = titles.get(name, same(name))
        yield Words(f"{title.id} (dimulai oleh SOP ini)", f"{title.en} (started by this one)")
    for other in version.others:
        if version.name in _starts(other):
            yield Words(f"{other.title.id} (memulai SOP ini)", f"{other.title.en} (starts this one)")


def _starts(procedure: Procedure) -> tuple[str, ...]:
    steps = procedure.step_by_id.values()
    return tuple(dict.fromkeys(name for one in steps if isinstance(one, Issue) for name in one.starts))


def equipment(version: Version) -> Iterable[Words]:
    """Yield the registries that a procedure asks or changes, and its log-ins."""
    catalogue, steps = version.catalogue, version.procedure.step_by_id.values()
    names = [one.service.partition(".")[0] for one in steps if isinstance(one, Lookup)]
    names += [name for one in steps if isinstance(one, Issue) for name in one.changes]
    titles = {one.id: one.title for one in catalogue.registries}
    for name in dict.fromkeys(names):
        title = titles.get(name, same(name))
        yield Words(f"Akses ke {title.id}", f"Access to the {title.en}")
    for name in dict.fromkeys(one.using for one in steps if isinstance(one, Identify)):
        if (log_in := catalogue.log_in.get(name)) is not None:
            yield title_of(log_in)


def _warnings(procedure: Procedure) -> Iterable[Words]:
    """Yield what the law says of time, of silence and of objections."""
    if procedure.time_limit is not None:
        limit = duration_words(procedure.time_limit)
        yield Words(
            f"Bila SOP ini tidak dilaksanakan, batas waktu {limit.id} menurut ketentuan dapat terlampaui",
            f"If this is not followed, the legal limit of {limit.en} may be exceeded",
        )
    if procedure.silence_approves is not None:
        limit = duration_words(procedure.silence_approves)
        yield Words(
            f"Tanpa keputusan dalam {limit.id} permohonan dianggap dikabulkan",
            f"Without a decision within {limit.en} the case counts as approved",
        )
    if procedure.objection is not None:
        yield Words(f"Keberatan: {procedure.objection.id}", f"Objection: {procedure.objection.en}")


def _recorded(version: Version) -> Iterable[Words]:
    """Yield the registers that take facts, and the registries that are changed."""
    catalogue, steps = version.catalogue, list(version.procedure.step_by_id.values())
    registers = {one.id: one.title for one in catalogue.registers}
    registries = {one.id: one.title for one in catalogue.registries}
    names = dict.fromkeys(record.id for one in steps for record in one.records)
    yield from (registers.get(name, same(name)) for name in names)
    changed = dict.fromkeys(name for one in steps if isinstance(one, Issue) for name in one.changes)
    yield from (registries.get(name, same(name)) for name in changed)
