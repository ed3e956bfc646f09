"""Whether an expression makes sense: the type of everything in it, and all faults at once; knows no values, no file.

A fault names the column it stands at and how to mend it, so that a date compared with a number, a code that is not in
its list, or a fact that nobody declared is told when a file is checked, not when a case runs.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from processes.condition_kinds import FAMILY, KIND_WORDS, FactType
from processes.condition_mends import (
    NO_WORDS,
    YES_WORDS,
    Typed,
    comparable,
    computable,
    converted,
    large,
    listed_codes,
    nearest,
    quoted,
    short,
    write,
)
from processes.condition_tree import COMPARISONS, FUNCTIONS, OVER_MEMBERS, Constant, Expression, Fact, Operation
from processes.words import Words

__all__ = ["FactType", "Fault", "Types", "check", "type_of"]


class Fault(NamedTuple):
    """One thing that makes no sense: at which column (from 1, in characters), why, and how to mend it."""

    column: int
    code: str
    fault: Words
    mend: Words


Types = Mapping[str, FactType] | Callable[[str], FactType | None]
Names = Collection[str] | Callable[[], Iterable[str]]


def check(
    expression: Expression,
    types: Types,
    expected: FactType | None = None,
    known: Names | None = None,
) -> list[Fault]:
    """Return all faults of an expression, in the order of the text.

    Args:
        expression: What to check.
        types: The type of every fact by its path, or how to ask for one; None for what is no fact.
        expected: What the expression must give. Of a fact of a many-role (`many`), it is evaluated for each member, so
            that facts of that role may stand anywhere in it.
        known: The paths to choose the nearest name from, or how to ask for them when one is needed; those of `types`,
            if that is a mapping.

    Examples:
        >>> from processes.condition import parse
        >>> types = {"child.birth_date": FactType("date"), "child.sex": FactType("choice", ("1", "2"))}
        >>> [fault] = check(parse("child.birth_dat > 60"), types)
        >>> print(fault.fault.en, fault.mend.en)
        There is no fact 'child.birth_dat'. Write child.birth_date.
        >>> for fault in check(parse('child.birth_date > 60 and child.sex = "3"'), types):
        ...     print(fault.column, fault.fault.en, fault.mend.en)
        18 A date is compared with a number. Write days_between(child.birth_date, today()) for a number of days.
        39 "3" is not a code of child.sex. Write one of "1", "2".
    """
    checking = _checking(types, known)
    checking.whole(expression, expected)
    return sorted(checking.faults, key=lambda fault: fault.column)


def type_of(expression: Expression, types: Types) -> FactType | None:
    """Return the type of what an expression gives, or None if it makes no sense.

    >>> from processes.condition import parse
    >>> type_of(parse("today() - child.birth_date"), {"child.birth_date": FactType("date")}).kind
    'number'
    """
    checking = _checking(types, None)
    found = checking.whole(expression, None)
    return None if checking.faults else found


_TEXT, _NUMBER, _MONEY, _DATE, _YES_NO = (FactType(kind) for kind in ("text", "number", "money", "date", "yes/no"))
_ANY = frozenset(FAMILY.values())

# What each plain function takes, by family, and gives.
_SIGNATURES: dict[str, tuple[tuple[frozenset[str], ...], FactType]] = {
    "today": ((), _DATE),
    "date": ((frozenset({"text"}),), _DATE),
    "years_between": ((frozenset({"date"}),) * 2, _NUMBER),
    "months_between": ((frozenset({"date"}),) * 2, _NUMBER),
    "days_between": ((frozenset({"date"}),) * 2, _NUMBER),
    "weekday": ((frozenset({"date"}),), _NUMBER),
    "length": ((frozenset({"text"}),), _NUMBER),
    "substring": ((frozenset({"text"}), frozenset({"number"}), frozenset({"number"})), _TEXT),
    "starts_with": ((frozenset({"text"}),) * 2, _YES_NO),
    "contains": ((frozenset({"text"}),) * 2, _YES_NO),
    "upper": ((frozenset({"text"}),), _TEXT),
    "lower": ((frozenset({"text"}),), _TEXT),
    "number": ((frozenset({"text"}),), _NUMBER),
    "text": ((_ANY,), _TEXT),
}
_COMBINED = {
    "any": frozenset({"yes/no"}),
    "all": frozenset({"yes/no"}),
    "sum": frozenset({"number"}),
    "min": frozenset({"number", "date"}),
    "max": frozenset({"number", "date"}),
}
_ORDERED = frozenset({"number", "date"})
_LEVELS = frozenset({"declared", "documented", "authoritative"})
_NOTHING_WORDS = frozenset({"null", "none", "nil", "kosong", "empty"})


@dataclass
class _Checking:
    """One check under way: what is found so far, and the many-roles met where their facts may stand."""

    types: Callable[[str], FactType | None]
    known: Names
    faults: list[Fault] = field(default_factory=list)
    roles: dict[str, str] | None = None  # many-role -> one of its facts; None where such facts may not stand

    def whole(self, expression: Expression, expected: FactType | None) -> FactType | None:
        if expected is None or not expected.many:
            found = self.type(expression)
        else:
            found, roles = self.for_each(expression)
            self.one_role(expression, roles)
        if found and expected:
            self.result(expression, found, expected)
        return found

    def result(self, expression: Expression, found: FactType, expected: FactType) -> None:
        """See that the whole gives what is expected of it."""
        if FAMILY[found.kind] != FAMILY[expected.kind]:
            given, wanted = KIND_WORDS[found.kind], KIND_WORDS[expected.kind]
            fault = Words(
                f"Hasil ekspresi ini adalah {given.id}; seharusnya {wanted.id}.",
                f"The expression gives {given.en}; it must give {wanted.en}.",
            )
            mend = converted(expression, found, FAMILY[expected.kind])
            self.add(_column(expression), "wrong-result", fault, mend)
        elif expected.kind == "choice" and expected.codes:
            self.codes_given(expression, expected)

    def codes_given(self, expression: Expression, expected: FactType) -> None:
        unsure = False
        for leaf in _results(expression):
            if isinstance(leaf, Constant):
                self.code(leaf, expected, None)
            else:
                codes = _Checking(self.types, (), roles={}).type(leaf)
                unsure = unsure or codes is None or not codes.codes or not set(codes.codes) <= set(expected.codes)
        if unsure:
            fault = Words(
                "Hasil ekspresi ini belum tentu salah satu kode dalam daftar.",
                "The expression may give what is no code of the list.",
            )
            mend = Words(
                f'Tulis if … then "{expected.codes[0]}" else ….', f'Write if … then "{expected.codes[0]}" else ….'
            )
            self.add(_column(expression), "wrong-result", fault, mend)

    def add(self, column: int, code: str, fault: Words, mend: Words) -> None:
        self.faults.append(Fault(column, code, fault, mend))

    def type(self, expression: Expression, beside: Expression | None = None) -> FactType | None:
        """Return what the expression gives, None where that cannot be known; `beside` is what it is compared with."""
        match expression:
            case Constant(kind):
                return _NUMBER if kind == "days" else FactType(kind)
            case Fact():
                return self.fact(expression, beside)
        operator, operands = expression.operator, expression.operands
        if operator in COMPARISONS:
            return self.comparison(expression)
        if operator == "count":
            return self.count(operands[0])
        if operator in OVER_MEMBERS:
            return self.over_members(expression)
        if operator in _SIGNATURES:
            return self.function(expression)
        match operator:
            case "and" | "or" | "not":
                for operand in operands:
                    self.yes_or_no(operand)
            case "in":
                self.among(expression)
            case "between":
                self.same(expression, operands[0], operands[1], ordered=True)
                self.same(expression, operands[0], operands[2], ordered=True, again=True)
            case "if":
                return self.branches(expression)
            case "+" | "-" | "*" | "/":
                return self.arithmetic(expression)
            case _:  # is known, is not known
                self.type(operands[0])
        return _YES_NO

    # Facts

    def fact(self, fact: Fact, beside: Expression | None) -> FactType | None:
        found = self.types(fact.path)
        if found is None:
            self.unknown(fact, beside)
            return None
        if found.many:
            role = found.members or fact.path.partition(".")[0]
            if self.roles is None:
                self.list_alone(fact, role)
            else:
                self.roles.setdefault(role, fact.path)
        return found._replace(many=False, members="")

    def list_alone(self, fact: Fact, role: str) -> None:
        fault = Words(
            f"'{fact.path}' adalah daftar: satu nilai untuk setiap {role}.",
            f"'{fact.path}' is a list: one value for each of {role}.",
        )
        mend = Words(
            "Tulis di dalam any(…) atau all(…), atau count(…), sum(…), min(…), max(…).",
            "Write it inside any(…) or all(…), or count(…), sum(…), min(…), max(…).",
        )
        self.add(fact.column, "many-outside", fault, mend)

    def unknown(self, fact: Fact, beside: Expression | None) -> None:
        path, small = fact.path, fact.path.lower()
        choice = self.types(beside.path) if isinstance(beside, Fact) else None
        code = nearest(path, choice.codes) if choice else None
        near = nearest(path, self.known() if callable(self.known) else self.known)
        bare = "." not in path and choice is not None and FAMILY[choice.kind] == "text"  # somebody's answer, no fact
        large_name = "." not in path and path[:1].isupper()
        if near and near.lower() != small and (large_name or (bare and "." in near)):
            near = None
        if path in FUNCTIONS:
            mend = write(f"{path}({', '.join('…' * FUNCTIONS[path])})")
        elif code and code.lower() == small:
            mend = write(quoted(code))
        elif small in YES_WORDS | NO_WORDS:
            mend = write("true" if small in YES_WORDS else "false")
        elif small in _NOTHING_WORDS:
            mend = write("… is not known")
        elif near:
            mend = write(near)
        elif choice and choice.codes and "." not in path:
            codes = listed_codes(choice.codes)
            mend = Words(f"Tulis salah satu: {codes}.", f"Write one of {codes}.")
        elif bare or large_name:
            mend = write(quoted(path))
        elif path in _LEVELS:
            mend = Words(
                f"Syarat membaca nilai, bukan tingkat keyakinan; tulis 'needs: [… at {path}]' di sebuah langkah.",
                f"A condition reads values, not how sure they are; write 'needs: [… at {path}]' at a step.",
            )
        else:
            mend = Words("Daftarkan sebagai elemen entitasnya.", "Declare it as an element of its entity.")
        fault = Words(f"Tidak ada fakta '{path}'.", f"There is no fact '{path}'.")
        self.add(fact.column, "unknown-fact", fault, mend)

    # Comparing

    def comparison(self, expression: Operation) -> FactType:
        left, right = expression.operands
        self.same(expression, left, right, ordered=expression.operator not in ("=", "!="))
        return _YES_NO

    def among(self, expression: Operation) -> None:
        value, *choices = expression.operands
        for place, choice in enumerate(choices):
            self.same(expression, value, choice, again=place > 0)

    def same(
        self, whole: Operation, left: Expression, right: Expression, ordered: bool = False, again: bool = False
    ) -> None:
        """See that two things can be compared; `again` if faults inside the left one are told already."""
        told = len(self.faults)
        left_type = self.type(left, beside=right)
        if again:
            del self.faults[told:]
        right_type = self.type(right, beside=left)
        if left_type is None or right_type is None:
            return
        if FAMILY[left_type.kind] != FAMILY[right_type.kind]:
            self.differ(whole, (left, left_type), (right, right_type))
        elif ordered and FAMILY[left_type.kind] not in _ORDERED:
            if not again:
                self.no_order(whole, left, left_type)
        else:
            self.codes_compared(whole, (left, left_type), (right, right_type))

    def codes_compared(self, whole: Operation, left: Typed, right: Typed) -> None:
        for (one, choice), (other, _) in ((left, right), (right, left)):
            if choice.codes:
                for leaf in _results(other):
                    if isinstance(leaf, Constant):
                        self.code(leaf, choice, one)
        codes, others = left[1].codes, right[1].codes
        if codes and others and not set(codes) & set(others):
            fault = Words(
                f"{short(left[0])} dan {short(right[0])} tidak mempunyai kode yang sama.",
                f"{short(left[0])} and {short(right[0])} have no code in common.",
            )
            mend = Words("Bandingkan fakta dengan daftar kode yang sama.", "Compare facts of the same code list.")
            self.add(whole.column, "wrong-type", fault, mend)

    def code(self, constant: Constant, choice: FactType, of: Expression | None) -> None:
        value = str(constant.value)
        if value in choice.codes:
            return
        near = nearest(value, choice.codes)
        listed = listed_codes(choice.codes)
        whose = Words(short(of), short(of)) if of else Words("daftar ini", "this list")
        fault = Words(
            f"{quoted(value)} bukan kode {whose.id}.",
            f"{quoted(value)} is not a code of {whose.en}.",
        )
        mend = write(quoted(near)) if near else Words(f"Tulis salah satu: {listed}.", f"Write one of {listed}.")
        self.add(constant.column, "unknown-code", fault, mend)

    def differ(self, whole: Operation, left: Typed, right: Typed) -> None:
        first, second = KIND_WORDS[left[1].kind], KIND_WORDS[right[1].kind]
        fault = Words(
            f"{large(first.id)} dibandingkan dengan {second.id}.",
            f"{large(first.en)} is compared with {second.en}.",
        )
        self.add(whole.column, "wrong-type", fault, comparable(left, right, whole.operator in ("=", "!=", "in")))

    def no_order(self, whole: Operation, value: Expression, found: FactType) -> None:
        what = KIND_WORDS[found.kind]
        fault = Words(
            f"{large(what.id)} tidak mempunyai urutan lebih kecil atau lebih besar.",
            f"{large(what.en)} has no order of smaller and larger.",
        )
        if found.kind == "text":
            mend = Words(
                f"Tulis number({short(value)}) jika isinya bilangan.",
                f"Write number({short(value)}) if it holds a number.",
            )
        else:
            mend = Words("Tulis '=', '!=' atau in […].", "Write '=', '!=' or in […].")
        self.add(whole.column, "wrong-type", fault, mend)

    # Operators

    def yes_or_no(self, operand: Expression) -> None:
        self.needs(operand, self.type(operand), frozenset({"yes/no"}))

    def needs(self, operand: Expression, found: FactType | None, families: frozenset[str]) -> None:
        """See that an operand is of one of these families."""
        if found is None or FAMILY[found.kind] in families:
            return
        wanted = [KIND_WORDS[kind] for kind in KIND_WORDS if kind in families]
        given = KIND_WORDS[found.kind]
        fault = Words(
            f"{short(operand)} adalah {given.id}; di sini diperlukan {' atau '.join(w.id for w in wanted)}.",
            f"{short(operand)} is {given.en}; here {' or '.join(w.en for w in wanted)} is needed.",
        )
        mend = converted(operand, found, next(kind for kind in KIND_WORDS if kind in families))
        self.add(_column(operand), "wrong-type", fault, mend)

    def branches(self, expression: Operation) -> FactType | None:
        condition, then, otherwise = expression.operands
        self.yes_or_no(condition)
        first, second = self.type(then), self.type(otherwise)
        if first is None or second is None:
            return None
        if FAMILY[first.kind] != FAMILY[second.kind]:
            one, other = KIND_WORDS[first.kind], KIND_WORDS[second.kind]
            fault = Words(
                f"Setelah 'then' {one.id}, tetapi setelah 'else' {other.id}.",
                f"After 'then' stands {one.en}, but after 'else' {other.en}.",
            )
            mend = converted(otherwise, second, FAMILY[first.kind])
            self.add(_column(otherwise), "wrong-type", fault, mend)
            return None
        return _both(first, second)

    def arithmetic(self, expression: Operation) -> FactType | None:
        operator, operands = expression.operator, expression.operands
        found = [self.type(operand) for operand in operands]
        if len(operands) == 1:
            self.needs(operands[0], found[0], frozenset({"number"}))
            return found[0] if found[0] and FAMILY[found[0].kind] == "number" else None
        left, right = found
        if operator == "/" and isinstance(operands[1], Constant) and operands[1].value == 0:
            fault = Words("Pembagian dengan nol tidak ada hasilnya.", "A division by zero has no result.")
            self.add(operands[1].column, "division-by-zero", fault, write("… / 1"))
        if left is None or right is None:
            return None
        result = _arithmetic_result(operator, left, right)
        if result is None:
            fault = Words(
                f"'{operator}' tidak berlaku antara {KIND_WORDS[left.kind].id} dan {KIND_WORDS[right.kind].id}.",
                f"'{operator}' does not work between {KIND_WORDS[left.kind].en} and {KIND_WORDS[right.kind].en}.",
            )
            mend = computable(operator, (operands[0], left), (operands[1], right))
            self.add(expression.column, "wrong-type", fault, mend)
        return result

    # Functions

    def function(self, expression: Operation) -> FactType:
        takes, gives = _SIGNATURES[expression.operator]
        for operand, families in zip(expression.operands, takes, strict=True):
            self.needs(operand, self.type(operand), families)
        if expression.operator == "substring":
            start = expression.operands[1]
            if isinstance(start, Constant) and start.value == 0:
                fault = Words("Karakter pertama adalah nomor 1, bukan 0.", "The first character is number 1, not 0.")
                self.add(start.column, "wrong-argument", fault, write("1"))
        return gives

    def over_members(self, expression: Operation) -> FactType | None:
        function, inside = expression.operator, expression.operands[0]
        told = len(self.faults)
        found, roles = self.for_each(inside)
        if not roles and len(self.faults) == told:
            self.no_list(function, inside)
        self.one_role(inside, roles)
        self.needs(inside, found, _COMBINED[function])
        return _YES_NO if function in ("any", "all") else found

    def count(self, inside: Expression) -> FactType:
        found = self.types(inside.path) if isinstance(inside, Fact) else None
        if found and found.many:
            return _NUMBER
        told = len(self.faults)
        given, roles = self.for_each(inside)
        if isinstance(inside, Fact) or not roles:
            if len(self.faults) == told:
                self.no_list("count", inside)
            return _NUMBER
        fault = Words(
            "count menghitung semua anggota, apa pun nilainya.", "count counts all members, whatever their values."
        )
        if given and given.kind == "yes/no":
            mend = write(f"sum(if {short(inside)} then 1 else 0)")
        else:
            mend = write(f"count({next(iter(roles.values()))})")
        self.add(_column(inside), "wrong-argument", fault, mend)
        return _NUMBER

    def for_each(self, inside: Expression) -> tuple[FactType | None, dict[str, str]]:
        """Return the type for one member, and the many-roles whose facts stand there."""
        outside, self.roles = self.roles, {}
        found = self.type(inside)
        roles, self.roles = self.roles, outside
        return found, roles

    def one_role(self, inside: Expression, roles: dict[str, str]) -> None:
        if len(roles) > 1:
            one, other, *_ = roles.values()
            fault = Words(
                f"'{one}' dan '{other}' bukan daftar dari peran yang sama.",
                f"'{one}' and '{other}' are not lists of the same role.",
            )
            mend = Words(
                f"Pakai satu daftar, dan yang lain di dalam fungsinya sendiri, misalnya max({other}).",
                f"Use one list, and the other inside a function of its own, as in max({other}).",
            )
            self.add(_column(inside), "many-mixed", fault, mend)

    def no_list(self, function: str, inside: Expression) -> None:
        fault = Words(
            f"{short(inside)} bukan daftar, jadi {function} tidak ada gunanya.",
            f"{short(inside)} is no list, so {function} has nothing to go over.",
        )
        if function == "count":
            mend = Words("Hitung fakta dari peran jamak.", "Count a fact of a many-role.")
        else:
            mend = write(short(inside))
        self.add(_column(inside), "not-a-list", fault, mend)


def _checking(types: Types, known: Names | None) -> _Checking:
    if isinstance(types, Mapping):
        return _Checking(types.get, types if known is None else known)
    return _Checking(types, () if known is None else known)


def _both(one: FactType, other: FactType) -> FactType:
    """Return the type of what is either the one or the other, of one family."""
    if one.kind == other.kind == "choice":
        codes = dict.fromkeys(one.codes + other.codes) if one.codes and other.codes else ()
        return FactType("choice", tuple(codes))
    if one.kind == other.kind:
        return one
    return _MONEY if FAMILY[one.kind] == "number" else _TEXT


def _arithmetic_result(operator: str, left: FactType, right: FactType) -> FactType | None:
    match FAMILY[left.kind], operator, FAMILY[right.kind]:
        case "number", "/", "number":
            return _MONEY if left.kind == "money" and right.kind != "money" else _NUMBER
        case "number", _, "number":
            return _both(left, right)
        case "date", "-", "date":
            return _NUMBER
        case ("date", "+" | "-", "number") | ("number", "+", "date"):
            return _DATE
        case "text", "+", "text":
            return _TEXT
    return None


def _results(expression: Expression) -> list[Expression]:
    """Return what the expression can come to: itself, or of an `if` what its branches can."""
    if isinstance(expression, Operation) and expression.operator == "if":
        return _results(expression.operands[1]) + _results(expression.operands[2])
    return [expression]


def _column(expression: Expression) -> int:
    """Return where the expression begins; an operation itself stands where its operator does."""
    if isinstance(expression, Operation):
        return min([expression.column, *map(_column, expression.operands)])
    return expression.column
