"""The reader of expressions: from a text to its tree, or to one fault with its column and its mend; knows no types.

Read by precedence climbing, a page of code, so that a fault can be told exactly and reading costs microseconds. The
grammar is written down in `tests/processes/condition.lark` and held against this reader by the tests.
"""

import re
from datetime import date
from difflib import get_close_matches
from typing import NamedTuple, NoReturn

from processes.condition_tree import (
    AND,
    COMPARED,
    COMPARISONS,
    FUNCTIONS,
    MOST_CHARACTERS,
    MOST_DEPTH,
    NOT,
    OR,
    POWERS,
    SIGN,
    Constant,
    Expression,
    Fact,
    Operation,
    deepest,
)
from processes.words import Words

_KEYWORDS = frozenset(["or", "and", "not", "in", "is", "known", "between", "if", "then", "else", "true", "false"])
_SIGNS = COMPARISONS | frozenset("+-*/(),[]")

# What people write who come from elsewhere, and what it is here.
_FOREIGN = {
    **dict.fromkeys(["==", "==="], "="),
    **dict.fromkeys(["<>", "≠", "=!"], "!="),
    **dict.fromkeys(["=<", "≤"], "<="),
    **dict.fromkeys(["=>", "≥"], ">="),
    **dict.fromkeys(["&&", "&"], "and"),
    **dict.fromkeys(["||", "|"], "or"),
    "!": "not",
    "×": "*",
    **dict.fromkeys(["÷", ":"], "/"),
    **dict.fromkeys(["−", "–", "—"], "-"),
    **dict.fromkeys("“”„‟", '"'),
    **dict.fromkeys("‘’`", "'"),
    "\N{NO-BREAK SPACE}": " ",
}
_FOREIGN_WORDS = {
    "dan": "and",
    "atau": "or",
    "bukan": "not",
    "tidak": "not",
    "jika": "if",
    "maka": "then",
    "selain": "else",
}

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\["'\\])*"|'(?:[^'\\]|\\["'\\])*')"""
    r"|(?P<days>P[0-9]+D(?![\w.]))"
    r"|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<sign>[=<>!&|]+|\S)"
    r"|(?P<space>\s+)",
    re.ASCII,
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST_DIGITS = 15  # so many a floating-point number keeps exactly


class ConditionError(ValueError):
    """A text that is no expression: at which column (from 1, in characters), why, and how to mend it."""

    def __init__(self, column: int, fault: Words, mend: Words, code: str = "condition-syntax") -> None:
        self.column, self.fault, self.mend, self.code = column, fault, mend, code
        super().__init__(f"column {column}: {fault.en} {mend.en} [{code}]")


class _Token(NamedTuple):
    kind: str  # text, days, name, number, sign (keywords too) or end
    text: str
    column: int


def parse(text: str) -> Expression:
    """Return the expression that a text says.

    Args:
        text: At most 1,000 characters; operators and functions at most 50 deep in each other.

    Raises:
        ConditionError: At the first thing that is not of the language.

    Complexity:
        Linear in the length of the text.

    Source:
        Pratt, V. R. (1973). Top down operator precedence. POPL '73, 41-51. https://doi.org/10.1145/512927.512931

    Examples:
        >>> parse("child.age_days > P60D").operator
        '>'
        >>> parse("child.sex == 'F'")
        Traceback (most recent call last):
        ...
        processes.condition_reading.ConditionError: column 11: '==' is not a sign of this language. Write '='. [...]
    """
    if len(text) > MOST_CHARACTERS:
        raise ConditionError(
            MOST_CHARACTERS + 1,
            Words(
                f"Ekspresi ini terdiri atas {len(text)} karakter; paling banyak {MOST_CHARACTERS}.",
                f"This expression has {len(text)} characters; {MOST_CHARACTERS} are the most.",
            ),
            Words("Pindahkan sebagian ke elemen yang dihitung (computed).", "Move parts of it into computed elements."),
            "condition-too-long",
        )
    reader = _Reader(_tokens(text))
    expression = reader.whole()
    if (deep := deepest(expression, MOST_DEPTH, MOST_CHARACTERS)) is not None:
        _too_deep(deep.column)
    return expression


def _tokens(text: str) -> list[_Token]:
    tokens = []
    for match in _TOKEN.finditer(text):  # it leaves no character out
        kind, said, column = match.lastgroup, match[0], match.start() + 1
        if kind == "sign" or said in _KEYWORDS:
            tokens.append(_Token("sign", _sign(said, column), column))
        elif kind and kind != "space":
            tokens.append(_Token(kind, said, column))
    tokens.append(_Token("end", "", len(text) + 1))
    return tokens


def _sign(said: str, column: int) -> str:
    if said in _SIGNS or said in _KEYWORDS:
        return said
    if said in "\"'":
        _wrong(
            column,
            Words(f"Teks yang dibuka dengan {said} tidak ditutup.", f"The text that opens with {said} is not closed."),
            Words(
                f"Tutup dengan {said}; di dalam teks, kutip ditulis \\{said}, garis miring terbalik \\\\.",
                f"Close it with {said}; inside a text write a quote as \\{said} and a backslash as \\\\.",
            ),
        )
    known = _FOREIGN.get(said)
    fault = Words(f"'{said}' bukan tanda bahasa ini.", f"'{said}' is not a sign of this language.")
    if known:
        _wrong(column, fault, _write(known))
    _wrong(
        column,
        fault,
        Words(
            "Tulis salah satu dari = != < <= > >= + - * / ( ) [ ] ,.", "Write one of = != < <= > >= + - * / ( ) [ ] ,."
        ),
    )


class _Reader:
    """The place reached in one text; each method reads one thing from there and moves on."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens, self.at, self.nested = tokens, 0, 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def comes(self, sign: str) -> bool:
        return self.next.kind == "sign" and self.next.text == sign

    def takes(self, sign: str) -> bool:
        """Move past the sign if it comes next."""
        comes = self.comes(sign)
        self.at += comes
        return comes

    def needs(self, sign: str, after: _Token) -> None:
        """Move past a sign that must come, to go on with what began at `after`."""
        if not self.takes(sign):
            self.unexpected(sign, after)

    def whole(self) -> Expression:
        if self.next.kind == "end":
            _wrong(1, Words("Ekspresi ini kosong.", "The expression is empty."), _write("child.age_days > 60"))
        expression = self.expression(0)
        if self.next.kind != "end":
            self.unexpected()
        return expression

    def expression(self, power: int) -> Expression:
        """Read an expression whose operators all bind tighter than `power`."""
        self.nested += 1
        if self.nested > 2 * MOST_DEPTH + 1:  # each level of a tree takes at most two: an operand, and its brackets
            _too_deep(self.next.column)
        left = self.start(power)
        while self.next.kind == "sign" and (binds := POWERS.get(self.next.text, 0)) > power:
            left = self.continuation(left, self.take(), binds)
        self.nested -= 1
        return left

    def start(self, power: int) -> Expression:
        token = self.take()
        match token.kind:
            case "number":
                return Constant("number", _number(token.text, token.column), token.column)
            case "days":
                return Constant("days", _number(token.text[1:-1], token.column), token.column)
            case "text":
                return Constant("text", re.sub(r"\\(.)", r"\1", token.text[1:-1]), token.column)
            case "name":
                return self.call(token) if self.comes("(") else Fact(token.text, token.column)
        match token.text:
            case "true" | "false":
                return Constant("yes/no", token.text == "true", token.column)
            case "(":
                inside = self.expression(0)
                self.needs(")", token)
                return inside
            case "-":
                return Operation("-", (self.expression(SIGN),), token.column)
            case "not" if power <= NOT:
                return Operation("not", (self.expression(NOT),), token.column)
            case "if" if power == 0:
                return self.choice(token)
            case "not" | "if":
                _wrong(
                    token.column,
                    Words(
                        f"'{token.text}' di tempat ini harus dalam kurung.",
                        f"'{token.text}' must stand in brackets here.",
                    ),
                    _write("(not …)" if token.text == "not" else "(if … then … else …)"),
                )
        self.at -= 1
        self.missing()

    def choice(self, token: _Token) -> Expression:
        condition = self.expression(0)
        self.needs("then", token)
        then = self.expression(0)
        self.needs("else", token)
        return Operation("if", (condition, then, self.expression(0)), token.column)

    def continuation(self, left: Expression, token: _Token, binds: int) -> Expression:
        if binds in (OR, AND):
            operands = [left, self.expression(binds)]
            while self.takes(token.text):
                operands.append(self.expression(binds))
            return Operation(token.text, tuple(operands), token.column)
        if binds != COMPARED:
            return Operation(token.text, (left, self.expression(binds)), token.column)
        compared = self.comparison(left, token)
        if POWERS.get(self.next.text) == COMPARED and self.next.kind == "sign":
            _wrong(
                self.next.column,
                Words("Dua perbandingan berderet.", "Two comparisons stand in a row."),
                Words(
                    "Hubungkan dengan 'and', atau beri kurung: a < b and b < c.",
                    "Join them by 'and', or use brackets: a < b and b < c.",
                ),
            )
        return compared

    def comparison(self, left: Expression, token: _Token) -> Expression:
        match token.text:
            case "in":
                opened = self.next
                self.needs("[", token)
                return Operation("in", (left, *self.listed("]", opened)), token.column)
            case "between":
                low = self.expression(COMPARED)
                self.needs("and", token)
                return Operation("between", (left, low, self.expression(COMPARED)), token.column)
            case "is":
                known = "is not known" if self.takes("not") else "is known"
                self.needs("known", token)
                return Operation(known, (left,), token.column)
        return Operation(token.text, (left, self.expression(COMPARED)), token.column)

    def listed(self, close: str, opened: _Token) -> list[Expression]:
        """Read one expression or more, between commas, and the bracket that closes."""
        expressions = [self.expression(0)]
        while self.takes(","):
            expressions.append(self.expression(0))
        self.needs(close, opened)
        return expressions

    def call(self, name: _Token) -> Expression:
        opened = self.take()
        if name.text not in FUNCTIONS:
            _unknown_function(name)
        arguments = [] if self.takes(")") else self.listed(")", opened)
        if len(arguments) != FUNCTIONS[name.text]:
            _wrong(
                name.column,
                Words(
                    f"{name.text} diberi {len(arguments)} nilai; seharusnya {FUNCTIONS[name.text]}.",
                    f"{name.text} is given {len(arguments)} values; it takes {FUNCTIONS[name.text]}.",
                ),
                _write(_USAGE[name.text]),
                "wrong-arguments",
            )
        if name.text == "date" and isinstance(said := arguments[0], Constant) and said.kind == "text":
            return Constant("date", _day(str(said.value), said.column), name.column)
        return Operation(name.text, tuple(arguments), name.column)

    def missing(self) -> NoReturn:
        """Say that a value is missing at the place reached."""
        token, before = self.next, self.tokens[self.at - 1] if self.at else None
        if before is None:
            fault = Words(f"Sebelum '{token.text}' tidak ada nilai.", f"No value stands before '{token.text}'.")
        elif token.kind == "end":
            fault = Words(f"Setelah '{before.text}' tidak ada apa-apa lagi.", f"Nothing follows '{before.text}'.")
        else:
            fault = Words(
                f"Setelah '{before.text}' tidak boleh '{token.text}'.", f"'{token.text}' cannot follow '{before.text}'."
            )
        if token.text == "known":
            _wrong(token.column, fault, _write("… is known"))
        if token.kind == "sign" and token.text in "=<>" and before and before.text in _SIGNS:
            _wrong(token.column, fault, Words("Tulis satu tanda saja.", "Write one sign only."))
        _wrong(
            token.column,
            fault,
            Words('Tulis fakta, bilangan, "teks", atau date("…").', 'Write a fact, a number, a "text" or date("…").'),
        )

    def unexpected(self, wanted: str = "", after: _Token | None = None) -> NoReturn:
        """Say that what comes next cannot; `wanted` should have, to go on with what began at `after`."""
        token = self.next
        if token.kind == "name" and (known := _meant(token.text)):
            _wrong(token.column, _misplaced(token), _write(known))
        if text := self.words_in_a_row():
            _wrong(
                text.column,
                Words(f"'{text.text}' adalah teks tanpa tanda kutip.", f"'{text.text}' is a text without quotes."),
                _write(f'"{text.text}"'),
            )
        if token.text == "at":
            _wrong(
                token.column,
                _misplaced(token),
                Words(
                    "Syarat membaca nilai, bukan tingkat keyakinan; tulis 'at' dalam 'needs' sebuah langkah.",
                    "A condition reads values, not how sure they are; write 'at' in 'needs' of a step.",
                ),
            )
        if after and after.text == "is":
            _wrong(
                token.column,
                Words(
                    "Setelah 'is' hanya boleh 'known' atau 'not known'.",
                    "After 'is' only 'known' or 'not known' may stand.",
                ),
                Words("Untuk membandingkan, tulis '='.", "To compare, write '='."),
            )
        if after and wanted in (")", "]") and token.kind == "end":
            _wrong(
                after.column,
                Words(f"Kurung '{after.text}' tidak ditutup.", f"The bracket '{after.text}' is not closed."),
                _write(wanted),
            )
        if self.comes("not") and self.tokens[self.at + 1].text == "in":
            _wrong(token.column, _misplaced(token), _write("not(… in […])"))
        if after and wanted:
            _wrong(
                token.column,
                Words(f"'{wanted}' tidak ada setelah '{after.text}'.", f"'{wanted}' is missing after '{after.text}'."),
                _write({"[": 'in ["…", "…"]', "and": "between … and …"}.get(wanted, wanted)),
            )
        if token.text in (")", "]"):
            mend = Words("Hapus, atau buka kurungnya.", "Leave it out, or open the bracket.")
        else:
            mend = Words("Tulis tanda atau 'and', 'or' di antaranya.", "Write a sign, or 'and', 'or', between them.")
        _wrong(token.column, _misplaced(token), mend)

    def words_in_a_row(self) -> _Token | None:
        """Return the text that a row of bare words around the place reached was meant to be: `name = Siti Aminah`."""
        first = last = self.at
        while first and self.bare(first - 1):
            first -= 1
        while self.bare(last):
            last += 1
        words = self.tokens[first:last]
        if len(words) < 2 or last == self.at or not words[0].text[0].isupper():
            return None
        return _Token("text", " ".join(word.text for word in words), words[0].column)

    def bare(self, at: int) -> bool:
        return self.tokens[at].kind == "name" and "." not in self.tokens[at].text


_USAGE = {name: f"{name}({', '.join('…' * many)})" for name, many in FUNCTIONS.items()}


def _number(digits: str, column: int) -> int | float:
    if len(digits.replace(".", "")) > _MOST_DIGITS:
        _wrong(
            column,
            Words(
                f"Bilangan ini lebih dari {_MOST_DIGITS} angka.", f"This number has more than {_MOST_DIGITS} digits."
            ),
            Words('Tulis nomor (seperti NIK) sebagai teks: "…".', 'Write identifiers as texts: "…".'),
        )
    return float(digits) if "." in digits else int(digits)


def _day(text: str, column: int) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # a month or a day too many
    _wrong(
        column,
        Words(f'"{text}" bukan tanggal.', f'"{text}" is not a date.'),
        Words('Tulis tahun-bulan-hari, seperti date("2020-01-31").', 'Write year-month-day, as in date("2020-01-31").'),
        "not-a-date",
    )


def _meant(word: str) -> str | None:
    """Return the word of the language that somebody wrote large, or in Indonesian."""
    small = word.lower()
    return small if small in _KEYWORDS else _FOREIGN_WORDS.get(small)


def _misplaced(token: _Token) -> Words:
    return Words(f"'{token.text}' tidak pada tempatnya.", f"'{token.text}' cannot stand here.")


def _unknown_function(name: _Token) -> NoReturn:
    wanted = _meant(name.text) or next(iter(get_close_matches(name.text, FUNCTIONS, n=1)), None)
    if wanted is None:
        mend = Words(f"Fungsi yang ada: {', '.join(FUNCTIONS)}.", f"The functions are {', '.join(FUNCTIONS)}.")
    else:
        mend = _write(_USAGE.get(wanted, wanted))
    _wrong(
        name.column,
        Words(f"Tidak ada fungsi '{name.text}'.", f"There is no function '{name.text}'."),
        mend,
        "unknown-function",
    )


def _write(what: str) -> Words:
    said = f"'{what}'" if what.isalpha() or len(what) < 4 else what
    return Words(f"Tulis {said}.", f"Write {said}.")


def _too_deep(column: int) -> NoReturn:
    _wrong(
        column,
        Words(
            f"Ekspresi ini bersusun lebih dari {MOST_DEPTH} tingkat.",
            f"The expression is nested more than {MOST_DEPTH} deep.",
        ),
        Words("Pindahkan sebagian ke elemen yang dihitung (computed).", "Move parts of it into computed elements."),
        "condition-too-deep",
    )


def _wrong(column: int, fault: Words, mend: Words, code: str = "condition-syntax") -> NoReturn:
    raise ConditionError(column, fault, mend, code)
