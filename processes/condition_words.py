"""Expressions told to people, in Indonesian and English; knows no fact's name and no code's label, but asks for them.

Negations are carried inwards to where people say them ("is not more than", "is none of"), which Kleene's logic allows;
`and` within `or`, or the other way round, stands in brackets.
"""

from collections.abc import Callable
from datetime import date

from processes.condition import plain_number
from processes.condition_tree import COMPARISONS, POWERS, Constant, Expression, Fact, Operation
from processes.words import Words, same

_Told = tuple[str, str]  # how a sentence goes in Indonesian and in English

_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_NUMBERS: dict[str, _Told] = {
    "=": ("{} sama dengan {}", "{} is {}"),
    "!=": ("{} tidak sama dengan {}", "{} is not {}"),
    "<": ("{} kurang dari {}", "{} is less than {}"),
    "<=": ("{} paling banyak {}", "{} is at most {}"),
    ">": ("{} lebih dari {}", "{} is more than {}"),
    ">=": ("{} paling sedikit {}", "{} is at least {}"),
}
_DATES: dict[str, _Told] = {
    "=": ("{} adalah {}", "{} is {}"),
    "!=": ("{} bukan {}", "{} is not {}"),
    "<": ("{} sebelum {}", "{} is before {}"),
    "<=": ("{} paling lambat {}", "{} is on or before {}"),
    ">": ("{} setelah {}", "{} is after {}"),
    ">=": ("{} pada atau setelah {}", "{} is on or after {}"),
}
_TEXTS: dict[str, _Told] = {"=": ("{} adalah {}", "{} is {}"), "!=": ("{} bukan {}", "{} is not {}")}
_FACTS: dict[str, _Told] = {
    "=": ("{} sama dengan {}", "{} is the same as {}"),
    "!=": ("{} tidak sama dengan {}", "{} is not the same as {}"),
}
_YES_NO = {True: Words("ya", "yes"), False: Words("tidak", "no")}

_ARITHMETIC: dict[str, _Told] = {
    "+": ("{} ditambah {}", "{} plus {}"),
    "-": ("{} dikurangi {}", "{} minus {}"),
    "*": ("{} dikali {}", "{} times {}"),
    "/": ("{} dibagi {}", "{} divided by {}"),
}
_SPANS: dict[str, tuple[_Told, _Told]] = {  # spans of time: the unit of what they are compared with, and when alone
    "days_between": (("{} hari", "{} days"), ("{} dalam hari", "{} in days")),
    "months_between": (("{} bulan penuh", "{} full months"), ("{} dalam bulan penuh", "{} in full months")),
    "years_between": (("{} tahun penuh", "{} full years"), ("{} dalam tahun penuh", "{} in full years")),
}
_FUNCTIONS: dict[str, _Told] = {
    "today": ("hari ini", "today"),
    "date": ("tanggal dalam {}", "the date in {}"),
    "weekday": ("hari dari {}", "the day of the week of {}"),
    "count": ("banyaknya {}", "the number of {}"),
    "sum": ("jumlah seluruh {}", "the sum of {}"),
    "length": ("banyaknya karakter {}", "the number of characters of {}"),
    "upper": ("{} dalam huruf besar", "{} in capital letters"),
    "lower": ("{} dalam huruf kecil", "{} in small letters"),
    "number": ("{} sebagai bilangan", "{} as a number"),
    "text": ("{} sebagai teks", "{} as text"),
}
_TEXT_TESTS: dict[str, tuple[_Told, _Told]] = {
    "starts_with": (
        ("{} diawali dengan {}", "{} starts with {}"),
        ("{} tidak diawali dengan {}", "{} does not start with {}"),
    ),
    "contains": (("{} memuat {}", "{} contains {}"), ("{} tidak memuat {}", "{} does not contain {}")),
}
_CONDITIONS = COMPARISONS | {
    "and",
    "or",
    "not",
    "in",
    "between",
    "is known",
    "is not known",
    "any",
    "all",
    *_TEXT_TESTS,
}

_MONTHS = (
    Words("Januari", "January"),
    Words("Februari", "February"),
    Words("Maret", "March"),
    Words("April", "April"),
    Words("Mei", "May"),
    Words("Juni", "June"),
    Words("Juli", "July"),
    Words("Agustus", "August"),
    Words("September", "September"),
    Words("Oktober", "October"),
    Words("November", "November"),
    Words("Desember", "December"),
)
_WEEKDAYS = (
    Words("Senin", "Monday"),
    Words("Selasa", "Tuesday"),
    Words("Rabu", "Wednesday"),
    Words("Kamis", "Thursday"),
    Words("Jumat", "Friday"),
    Words("Sabtu", "Saturday"),
    Words("Minggu", "Sunday"),
)


def in_words(
    expression: Expression,
    name_of: Callable[[str], Words],
    code_label: Callable[[str, str], Words | None] = lambda path, code: None,
    kind_of: Callable[[str], str | None] = lambda path: None,
) -> Words:
    """Return the expression as people say it.

    Args:
        expression: What to tell.
        name_of: The name of a fact, or of a role that is counted, by its path; it goes in the middle of sentences.
        code_label: What a code of a fact means, by the fact's path and the code; None where it has no label.
        kind_of: The kind of a fact ("date", "yes/no", …), if known: dates are then *before* each other, not less.

    Examples:
        >>> from processes.condition import parse
        >>> names = {"child.age_days": Words("umur anak dalam hari", "child's age in days")}
        >>> words = in_words(parse("child.age_days > 60"), names.__getitem__)
        >>> words.id, words.en
        ('umur anak dalam hari lebih dari 60', "child's age in days is more than 60")
    """
    telling = _Telling(name_of, code_label, kind_of)
    return telling.condition(expression) if telling.is_condition(expression) else telling.value(expression)


def day_words(day: date) -> Words:
    """Return a date as it is written in letters.

    >>> day_words(date(2026, 8, 17)).id
    '17 Agustus 2026'
    """
    month = _MONTHS[day.month - 1]
    return Words(f"{day.day} {month.id} {day.year}", f"{day.day} {month.en} {day.year}")


def number_words(number: float) -> Words:
    """Return a number with its thousands set apart.

    >>> number_words(2500000), number_words(-0.5)
    (Words(id='2.500.000', en='2,500,000'), Words(id='−0,5', en='−0.5'))
    """
    whole, point, fraction = plain_number(abs(number)).partition(".")
    english = f"{'−' if number < 0 else ''}{int(whole):,}{point}{fraction}"
    return Words(english.translate(str.maketrans(",.", ".,")), english)


def _say(told: _Told, *parts: Words) -> Words:
    return Words(told[0].format(*[part.id for part in parts]), told[1].format(*[part.en for part in parts]))


def _bracketed(words: Words) -> Words:
    return _say(("({})", "({})"), words)


def _listed(words: list[Words]) -> Words:
    """Return a list of choices: "a, b or c"."""
    if len(words) == 1:
        return words[0]
    indonesian = f"{', '.join(one.id for one in words[:-1])}{',' if len(words) > 2 else ''} atau {words[-1].id}"
    return Words(indonesian, f"{', '.join(one.en for one in words[:-1])} or {words[-1].en}")


class _Telling:
    """One expression being told; each method tells one kind of thing."""

    def __init__(
        self,
        name_of: Callable[[str], Words],
        code_label: Callable[[str, str], Words | None],
        kind_of: Callable[[str], str | None],
    ) -> None:
        self.name_of, self.code_label, self.kind_of = name_of, code_label, kind_of

    # What kind of thing it is

    def is_condition(self, expression: Expression) -> bool:
        match expression:
            case Constant(kind):
                return kind == "yes/no"
            case Fact(path):
                return self.kind_of(path) == "yes/no"
            case Operation("if", (_, then, otherwise)):
                return self.is_condition(then) and self.is_condition(otherwise)
        return expression.operator in _CONDITIONS

    def is_date(self, expression: Expression) -> bool:
        match expression:
            case Constant(kind):
                return kind == "date"
            case Fact(path):
                return self.kind_of(path) == "date"
            case Operation("if", (_, then, _)):
                return self.is_date(then)
            case Operation("+" | "-", (left, right)):
                unsure = isinstance(right, Fact) and self.kind_of(right.path) is None  # a date as well, perhaps
                return self.is_date(left) != self.is_date(right) and not unsure
            case Operation("min" | "max", (inside,)):
                return self.is_date(inside)
        return expression.operator in ("today", "date")

    def is_span(self, expression: Expression) -> bool:
        """Tell whether it is the time between two dates."""
        match expression:
            case Operation("-", (left, right)):
                return self.is_date(left) and self.is_date(right)
            case Operation(operator):
                return operator in _SPANS
        return False

    # Conditions

    def condition(self, expression: Expression, holds: bool = True, within: str = "") -> Words:
        """Tell that a condition holds, or that it does not; in brackets where `within` could be misread."""
        match expression:
            case Constant(_, value):
                always = bool(value) == holds
                return (
                    Words("selalu berlaku", "it always holds")
                    if always
                    else Words("tidak pernah berlaku", "it never holds")
                )
            case Fact(path):
                return _say(("{} adalah “{}”", "{} is “{}”"), self.name_of(path), _YES_NO[holds])
        operator, operands = expression.operator, expression.operands
        match operator:
            case "not":
                return self.condition(operands[0], not holds, within)
            case "and" | "or":
                return self.joined(operator if holds else {"and": "or", "or": "and"}[operator], operands, holds, within)
            case "if" | "any" | "all":
                told = self.choice(operands, holds) if operator == "if" else self.members(operator, operands[0], holds)
                return _bracketed(told) if within else told
            case "in":
                return self.among(operands[0], operands[1:], holds)
            case "between":
                return self.between(operands, holds)
            case "is known" | "is not known":
                told_as = (
                    ("{} diketahui", "{} is known")
                    if (operator == "is known") == holds
                    else ("{} tidak diketahui", "{} is not known")
                )
                return _say(told_as, self.atom(operands[0]))
            case "starts_with" | "contains":
                return _say(_TEXT_TESTS[operator][not holds], self.atom(operands[0]), self.atom(operands[1]))
        return self.comparison(operator if holds else _OPPOSITE[operator], *operands)

    def joined(self, operator: str, operands: tuple[Expression, ...], holds: bool, within: str) -> Words:
        parts = [self.condition(operand, holds, operator) for operand in operands]
        indonesian = {"and": " dan ", "or": " atau "}[operator].join([part.id for part in parts])
        told = Words(indonesian, f" {operator} ".join([part.en for part in parts]))
        return _bracketed(told) if within not in ("", operator) else told

    def choice(self, operands: tuple[Expression, ...], holds: bool) -> Words:
        condition, then, otherwise = operands
        return _say(
            ("jika {}, maka {}; jika tidak, {}", "if {}, then {}; otherwise {}"),
            self.condition(condition, True, "if"),
            self.condition(then, holds, "if"),
            self.condition(otherwise, holds, "if"),
        )

    def members(self, operator: str, inside: Expression, holds: bool) -> Words:
        told = self.condition(inside, holds)
        if (operator == "any") == holds:
            return _say(("untuk sedikitnya satu di antaranya: {}", "for at least one of them: {}"), told)
        return _say(("untuk setiap anggotanya: {}", "for each of them: {}"), told)

    def among(self, value: Expression, choices: tuple[Expression, ...], holds: bool) -> Words:
        told = _listed([self.beside(value, choice) for choice in choices])
        subject = self.subject(value, choices)
        if len(choices) == 1:
            return _say(_TEXTS["=" if holds else "!="], subject, told)
        if holds:
            return _say(("{} adalah salah satu dari {}", "{} is one of {}"), subject, told)
        return _say(("{} bukan salah satu dari {}", "{} is not one of {}"), subject, told)

    def between(self, operands: tuple[Expression, ...], holds: bool) -> Words:
        value, low, high = operands
        told = self.subject(value, (low, high)), self.beside(value, low), self.beside(value, high)
        no = "" if holds else "tidak "
        verb = "jatuh pada" if any(map(self.is_date, (value, low, high))) else "bernilai"
        return _say(
            (f"{{}} {no}{verb} {{}} sampai dengan {{}}", "{} is from {} to {}" if holds else "{} is not from {} to {}"),
            *told,
        )

    def comparison(self, operator: str, left: Expression, right: Expression) -> Words:
        left, right = _negative(left) or left, _negative(right) or right
        if isinstance(left, Constant) and not isinstance(right, Constant):
            return self.comparison(_MIRRORED.get(operator, operator), right, left)
        if isinstance(right, Constant) and right.kind == "yes/no" and operator in ("=", "!="):
            return self.condition(left, bool(right.value) == (operator == "="))
        if operator in ("=", "!=") and not isinstance(right, Constant):
            phrases = _FACTS
        elif self.is_date(left) or self.is_date(right):
            phrases = _DATES
        elif isinstance(right, Constant) and (right.kind == "text" or _is_weekday(left)) and operator in _TEXTS:
            phrases = _TEXTS
        else:
            phrases = _NUMBERS
        return _say(phrases[operator], self.subject(left, (right,)), self.beside(left, right))

    # Values

    def subject(self, value: Expression, others: tuple[Expression, ...]) -> Words:
        """Tell what a comparison is about; a span of time takes its unit from numbers it is compared with."""
        if self.is_span(value) and isinstance(value, Operation) and all(isinstance(one, Constant) for one in others):
            return self.span(value)
        return self.side(value)

    def beside(self, value: Expression, other: Expression) -> Words:
        """Tell what a value is compared with: a code by its label, a number of days as days."""
        if not isinstance(other, Constant):
            return self.side(other)
        if other.kind == "text" and isinstance(value, Fact):
            return self.code_label(value.path, str(other.value)) or self.constant(other)
        if other.kind == "number" and isinstance(other.value, int | float):
            if _is_weekday(value) and other.value in range(1, 8):
                return _WEEKDAYS[int(other.value) - 1]
            if self.is_span(value) and isinstance(value, Operation):
                return _counted(other.value, _unit(value)[0])
        return self.constant(other)

    def constant(self, constant: Constant) -> Words:
        value = constant.value
        if isinstance(value, bool):
            return _YES_NO[value]
        if isinstance(value, date):
            return day_words(value)
        if isinstance(value, str):
            return same(f"“{value}”")
        return _counted(value, _SPANS["days_between"][0]) if constant.kind == "days" else number_words(value)

    def side(self, expression: Expression) -> Words:
        """Tell one side of a comparison, in brackets where its parts could be taken for the sentence's."""
        told = self.value(expression)
        loose = isinstance(expression, Operation) and (expression.operator == "if" or self.is_condition(expression))
        return _bracketed(told) if loose else told

    def atom(self, expression: Expression) -> Words:
        """Tell a value inside another, in brackets where its parts could be taken for the other's."""
        sum_or_product = isinstance(expression, Operation) and expression.operator in _ARITHMETIC
        if sum_or_product and not self.is_span(expression) and not _negative(expression):
            return _bracketed(self.value(expression))
        return self.side(expression)

    def value(self, expression: Expression) -> Words:
        """Tell what a value is."""
        match expression:
            case Constant():
                return self.constant(expression)
            case Fact(path):
                return self.name_of(path)
        operator, operands = expression.operator, expression.operands
        if self.is_condition(expression) and operator != "if":
            return _say(("apakah {}", "whether {}"), self.condition(expression))
        if self.is_span(expression):
            return _say(_unit(expression)[1], self.span(expression))
        match operator:
            case "if":
                return _say(
                    ("jika {}, maka {}; jika tidak, {}", "if {}, then {}; otherwise {}"),
                    self.condition(operands[0], True, "if"),
                    self.atom(operands[1]),
                    self.branch(operands[2]),
                )
            case "+" | "-" | "*" | "/":
                return self.arithmetic(operator, operands)
            case "sum" if (counted := _counting(operands[0])) is not None:
                told = self.condition(counted)
                return _say(("banyaknya anggota yang memenuhi ({})", "the number of those for which ({})"), told)
            case "min" | "max":
                return _say(self.extreme(operator, operands[0]), self.atom(operands[0]))
            case "substring":
                return self.part(*operands)
        return _say(_FUNCTIONS[operator], *[self.atom(operand) for operand in operands])

    def branch(self, expression: Expression) -> Words:
        """Tell what is so otherwise; a chain of choices goes on without brackets."""
        chained = isinstance(expression, Operation) and expression.operator == "if"
        return self.value(expression) if chained else self.atom(expression)

    def span(self, expression: Operation) -> Words:
        start, end = expression.operands
        if expression.operator == "-":
            start, end = end, start
        return _say(("jangka waktu dari {} sampai {}", "the time from {} to {}"), self.atom(start), self.atom(end))

    def arithmetic(self, operator: str, operands: tuple[Expression, ...]) -> Words:
        if len(operands) == 1:
            below = _negative(Operation("-", operands))
            return (
                self.constant(below)
                if below
                else _say(("negatif dari {}", "the negative of {}"), self.atom(operands[0]))
            )
        left, right = operands
        if self.is_date(left) and isinstance(right, Constant):
            days = right if right.kind == "days" else Constant("days", right.value)
            told_as = ("{} setelah {}", "{} after {}") if operator == "+" else ("{} sebelum {}", "{} before {}")
            return _say(told_as, self.constant(days), self.atom(left))
        goes_on = isinstance(left, Operation) and POWERS.get(left.operator, 0) >= POWERS[operator]
        first = self.value(left) if goes_on and not self.is_date(left) else self.atom(left)
        second = self.atom(right)
        return _say(_ARITHMETIC[operator], first, second)

    def extreme(self, operator: str, inside: Expression) -> _Told:
        if self.is_date(inside):
            return ("{} paling awal", "the earliest {}") if operator == "min" else ("{} paling akhir", "the latest {}")
        return ("{} terkecil", "the smallest {}") if operator == "min" else ("{} terbesar", "the largest {}")

    def part(self, text: Expression, start: Expression, length: Expression) -> Words:
        told = self.atom(text)
        if isinstance(start, Constant) and isinstance(length, Constant):
            first, many = start.value, length.value
            if isinstance(first, int) and isinstance(many, int):
                numbers = number_words(first), number_words(first + many - 1), told
                return _say(("karakter ke-{} sampai ke-{} dari {}", "characters {} to {} of {}"), *numbers)
        return _say(
            ("{} karakter mulai dari karakter ke-({}) dari {}", "{} characters from number ({}) on of {}"),
            self.atom(length),
            self.value(start),
            told,
        )


def _counted(number: float, unit: _Told) -> Words:
    """Return a number with its unit, in English without the s if it is one."""
    indonesian, english = unit
    return _say((indonesian, english.removesuffix("s") if number == 1 else english), number_words(number))


def _unit(span: Operation) -> tuple[_Told, _Told]:
    return _SPANS.get(span.operator, _SPANS["days_between"])


def _negative(expression: Expression) -> Constant | None:
    """Return a number with its sign before it as one constant."""
    match expression:
        case Operation("-", (Constant("number" | "days" as kind, int() | float() as number),)):
            return Constant(kind, -number)
    return None


def _is_weekday(expression: Expression) -> bool:
    return isinstance(expression, Operation) and expression.operator == "weekday"


def _counting(inside: Expression) -> Expression | None:
    """Return the condition of `if … then 1 else 0`, which a sum of counts."""
    match inside:
        case Operation("if", (condition, Constant("number", 1), Constant("number", 0))):
            return condition
    return None
