"""Rules of entities and code lists; knows no procedure."""

from collections.abc import Iterator

from processes.checking.chains import circles, longest
from processes.checking.expressions import expression_problems, facts_in, type_of_element
from processes.checking.names import Known, one_of, place, problem, reference, reserved
from processes.checking.patterns import pattern_fault
from processes.condition_types import FactType
from processes.element import DataElement, Entity
from processes.problem import Problem
from processes.words import Words


def entity_problems(known: Known, entity: Entity) -> Iterator[Problem]:
    """Yield what is wrong with an entity: its key, its elements, its relations."""
    names = {element.id: element for element in entity.elements}
    if entity.key not in names and not known.is_lost(entity.key):
        yield problem(
            "unknown-key-element",
            place(entity.key, entity),
            Words(
                f"Kunci '{entity.key}' bukan elemen entitas '{entity.id}'.",
                f"The key '{entity.key}' is not an element of '{entity.id}'.",
            ),
            one_of(entity.key, names),
        )
    for element in entity.elements:
        yield from element_problems(known, element, names)
    for relation in entity.relations:
        yield from reserved(relation.id, relation.where)
        yield from reference(known, "entity", relation.entity, place(relation.entity, relation), known.catalogue.entity)
        if relation.id in names:
            yield problem(
                "element-and-relation",
                relation.where,
                Words(
                    f"'{relation.id}' adalah elemen dan sekaligus hubungan entitas '{entity.id}'.",
                    f"'{relation.id}' is an element and a relation of '{entity.id}' at once.",
                ),
                Words("Beri salah satu nama lain.", "Give one of them another name."),
            )
    yield from circular(known, entity)


def element_problems(known: Known, element: DataElement, beside: dict[str, DataElement]) -> Iterator[Problem]:
    """Yield what is wrong with one element, which stands beside others of its entity."""
    yield from reserved(element.id, element.where)
    yield from _codes(known, element)
    yield from _bounds(element)
    if element.pattern is not None:
        yield from _pattern(known, element, element.pattern)
    if element.computed is not None:
        yield from _computed(known, element, element.computed, beside)


def _codes(known: Known, element: DataElement) -> Iterator[Problem]:
    if element.type == "choice" and element.codes is None:
        yield problem(
            "choice-without-codes",
            element.where,
            Words(
                f"Pilihan '{element.id}' tidak menyebut daftar kodenya.",
                f"The choice '{element.id}' names no code list.",
            ),
            one_of(element.id, known.catalogue.code_list)
            if known.catalogue.codes
            else Words(
                "Tambahkan 'codes: NAMA' dan daftarkan dalam 'codes:'.", "Add 'codes: NAME' and declare it in 'codes:'."
            ),
        )
    if element.codes is None:
        return
    yield from reference(known, "codes", element.codes, place(element.codes, element), known.catalogue.code_list)
    if element.type != "choice":
        yield problem(
            "codes-without-choice",
            place(element.codes, element),
            Words(
                f"'{element.id}' mempunyai daftar kode, padahal bukan pilihan.",
                f"'{element.id}' has a code list, but is not a choice.",
            ),
            Words("Tulis 'type: choice', atau hapus 'codes'.", "Write 'type: choice', or leave 'codes' out."),
        )


def _bounds(element: DataElement) -> Iterator[Problem]:
    low, high = element.min, element.max
    if low is None and high is None:
        return
    if element.type not in ("text", "number", "money"):
        yield problem(
            "bounds-without-number",
            element.where,
            Words(
                f"'{element.id}' mempunyai batas, padahal jenisnya '{element.type}'.",
                f"'{element.id}' has bounds, but is of type '{element.type}'.",
            ),
            Words(
                "Hapus 'min' dan 'max'; keduanya untuk bilangan dan panjang teks.",
                "Leave 'min' and 'max' out; they are for numbers and lengths of texts.",
            ),
        )
    elif low is not None and high is not None and low > high:
        yield problem(
            "min-above-max",
            element.where,
            Words(f"'min' {low:g} lebih besar daripada 'max' {high:g}.", f"'min' {low:g} is more than 'max' {high:g}."),
            Words("Tukar keduanya.", "Exchange them."),
        )


def _pattern(known: Known, element: DataElement, pattern: str) -> Iterator[Problem]:
    if element.type != "text":
        yield problem(
            "pattern-without-text",
            place(pattern, element),
            Words(
                f"'{element.id}' mempunyai pola, padahal jenisnya '{element.type}'.",
                f"'{element.id}' has a pattern, but is of type '{element.type}'.",
            ),
            Words("Hapus 'pattern', atau 'type'.", "Leave 'pattern' out, or 'type'."),
        )
    if fault := pattern_fault(pattern):
        yield problem(fault.code, known.inside(pattern, fault.column, element), fault.fault, fault.mend)


def _computed(known: Known, element: DataElement, text: str, beside: dict[str, DataElement]) -> Iterator[Problem]:
    def types(path: str) -> FactType | None:
        own = beside.get(path)
        return type_of_element(known, own) if own else None

    def names() -> list[str]:
        return [name for name in beside if name != element.id]

    yield from expression_problems(known, text, element, types, names, type_of_element(known, element))


MOST_IN_A_ROW = 50  # computations, each from the next


def circular(known: Known, entity: Entity) -> Iterator[Problem]:
    """Yield each circle of elements that are computed from each other, and a way of them too long to follow."""
    computed = {element.id: sorted(facts_in(element.computed)) for element in entity.elements if element.computed}
    elements = {element.id: element for element in entity.elements}
    for way in circles(computed):
        start = elements[way[0]]
        round_ = " → ".join([*way[:10], *["…"] * (len(way) > 10), way[0]])
        yield problem(
            "circular-computation",
            place(start.computed, start),
            Words(
                f"'{start.id}' dihitung dari dirinya sendiri: {round_}.",
                f"'{start.id}' is computed from itself: {round_}.",
            ),
            Words(
                "Hilangkan salah satu perhitungan dari lingkaran ini.",
                "Take one of these computations out of the circle.",
            ),
        )
    length, first = longest(computed)
    if length > MOST_IN_A_ROW:
        yield problem(
            "too-many-computations-in-a-row",
            place(elements[first].computed, elements[first]),
            Words(
                f"'{first}' dihitung melalui {length - 1} perhitungan lain; paling banyak {MOST_IN_A_ROW}.",
                f"'{first}' is computed over {length - 1} other computations; {MOST_IN_A_ROW} are the most.",
            ),
            Words("Gabungkan beberapa perhitungan.", "Make one of several of them."),
        )
