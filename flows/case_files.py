"""Case files: JSON Lines or CSV -> cases, line by line, each checked like a form would; and results written; knows no store."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from flows.form_steps import WITHHELD
from processes.case import Case, Outcome, Value
from processes.problem import nearest
from processes.procedure import FormStep, Step, walk
from processes.resolved import Resolved
from processes.values import Parser, WrongValueError, parser
from processes.words import Language, Words, same

LONGEST_LINE = 1_000_000  # bytes
LONGEST_KEY = 200  # characters
KEYS = ("case", "facts", "decisions", "papers", "event")
NONE = "-"  # in a CSV cell: there is none
NOT_UTF_8 = Words(
    "Baris ini bukan UTF-8. Simpan berkasnya sebagai UTF-8.", "The line is not UTF-8. Save the file as UTF-8."
)


class LineFault(NamedTuple):
    """Why a line of a case file is no case."""

    line: int
    words: Words


class FileError(Exception):
    """The whole file cannot be read; `words` say why."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


class _WrongLineError(ValueError):
    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


class Answers:
    """Reads answers to the questions of one procedure: facts, decisions and papers, under any name the procedure has for them."""

    def __init__(self, model: Resolved, *others: Resolved) -> None:
        """Make a reader.

        Args:
            model: The procedure.
            others: Redesigns of it, or what it was redesigned from: decisions and papers of theirs are known, too.
        """
        self.model = model
        self.models = (model, *others)
        self._facts: dict[str, tuple[str, bool, Parser]] = {}
        self._papers: dict[str, str] = {}
        self.decided: dict[str, frozenset[str]] = {
            str(name): frozenset(str(way.id) for way in getattr(step, "ways", ())) or frozenset({"done"})
            for one in self.models
            for name, step in one.procedure.step_by_id.items()
        }
        for one in self.models:  # a consent may be withheld
            for step in walk(one.procedure.steps):
                for question in one.questions(step) if isinstance(step, FormStep) else ():
                    if question.consents_to:
                        self.decided.setdefault(question.id, frozenset({"given", WITHHELD}))

    def fact(self, name: str) -> tuple[str, bool, Parser]:
        """Return what a name means: the canonical fact, whether it is a list, and what reads a value.

        Raises:
            WrongValueError: If it means nothing; with the name that was probably meant.
        """
        if name not in self._facts:
            fact = self.model.naming.fact(name)
            if fact is None:
                raise WrongValueError(self._unknown(name))
            codes = self.model.catalogue.code_list.get(fact.element.codes or "")
            self._facts[name] = (str(fact.name), fact.many, parser(fact.element, codes))
        return self._facts[name]

    def _unknown(self, name: str) -> Words:
        near = nearest(name, self.known_facts())
        mend = Words(f" Maksud Anda '{near}'?", f" Did you mean '{near}'?") if near else same("")
        return Words(f"Tidak ada fakta '{_short(name)}'.{mend.id}", f"There is no fact '{_short(name)}'.{mend.en}")

    def known_facts(self) -> list[str]:
        """Return the facts that the procedure asks, as people write them; and all elements of its roles."""
        naming = self.model.naming
        names: dict[str, None] = {}
        for step in walk(self.model.procedure.steps):
            if isinstance(step, FormStep):
                names |= dict.fromkeys(naming.shown(q.fact) for q in self.model.questions(step) if q.fact)
        for role in self.model.procedure.roles:
            if (subject := naming.subject(role.id)) is not None:
                names |= dict.fromkeys(f"{role.id}.{one.id}" for one in subject.entity.elements)
        return list(names)

    def value(self, name: str, raw: object) -> tuple[str, Value]:
        """Return a fact and its value.

        Raises:
            WrongValueError: If there is no such fact, or it cannot have this value.
        """
        canonical, many, parse = self.fact(name)
        if raw is None:
            return canonical, () if many else None
        if isinstance(raw, list | tuple) != many:
            raise WrongValueError(
                Words(
                    "Diperlukan daftar, satu nilai untuk setiap anggota.", "A list is needed, a value for each member."
                )
                if many
                else Words(
                    "Hanya satu nilai yang dapat diterima, bukan daftar.", "Just one value is needed, not a list."
                )
            )
        return canonical, tuple([parse(one) for one in raw]) if isinstance(raw, list | tuple) else parse(raw)

    def decision(self, step: str, raw: object) -> tuple[str, ...]:
        """Return what was decided on a step, visit by visit.

        Raises:
            WrongValueError: If nobody decides there, or not so.
        """
        ways = self.decided.get(step)
        if ways is None:
            near = nearest(step, self.decided)
            mend = Words(f" Maksud Anda '{near}'?", f" Did you mean '{near}'?") if near else same("")
            raise WrongValueError(
                Words(
                    f"Tidak ada keputusan pada langkah '{_short(step)}'.{mend.id}",
                    f"Nobody decides at a step '{_short(step)}'.{mend.en}",
                )
            )
        decided = raw if isinstance(raw, list | tuple) else [raw]
        for one in decided:
            if not isinstance(one, str) or one not in ways:
                raise WrongValueError(
                    Words(
                        f"'{_short(one)}' bukan keputusan pada '{step}'. Yang dapat dipilih: {', '.join(sorted(ways))}.",
                        f"'{_short(one)}' is no decision at '{step}'. There are: {', '.join(sorted(ways))}.",
                    )
                )
        return tuple(str(one) for one in decided)

    def paper(self, raw: object) -> str:
        """Return the paper that a text names, as the procedure calls it.

        Raises:
            WrongValueError: If the procedure asks for no such paper.
        """
        if not self._papers:
            self._papers = {
                self._paper_key(name): name
                for model in self.models
                for step in walk(model.procedure.steps)
                if isinstance(step, FormStep)
                for paper in model.papers(step)
                for name in paper.id.split(" | ")
            }
        name = raw if isinstance(raw, str) else _short(raw)
        found = self._papers.get(self._paper_key(name))
        if found is None:
            near = nearest(name, self._papers.values())
            mend = Words(f" Maksud Anda '{near}'?", f" Did you mean '{near}'?") if near else same("")
            raise WrongValueError(
                Words(
                    f"Prosedur ini tidak meminta dokumen '{_short(raw)}'.{mend.id}",
                    f"The procedure asks for no document '{_short(raw)}'.{mend.en}",
                )
            )
        return found

    def _paper_key(self, name: str) -> str:
        kind, _, role = name.partition(" of ")
        subject = self.model.naming.subject(role)
        return f"{kind} of {subject.name if subject else role}"

    def case(self, data: object) -> Case:
        """Return the case that a line of JSON says.

        Raises:
            WrongValueError: With what is wrong with it; the first thing only.
        """
        if not isinstance(data, dict):
            raise _WrongLineError(Words("Baris ini bukan objek JSON.", "The line is no JSON object."))
        for key in data:
            if key not in KEYS:
                near = nearest(key, KEYS)
                mend = Words(f" Maksud Anda '{near}'?", f" Did you mean '{near}'?") if near else same("")
                raise _WrongLineError(
                    Words(
                        f"Kunci '{_short(key)}' tidak dikenal.{mend.id}",
                        f"The key '{_short(key)}' is not known.{mend.en}",
                    )
                )
        papers = data.get("papers")
        if papers is not None and not isinstance(papers, list):
            raise _WrongLineError(Words("'papers' seharusnya daftar.", "'papers' must be a list."))
        return Case(
            self._key(data.get("case")),
            self._facts_of(_mapping(data, "facts")),
            {str(step): _at(step, self.decision, raw) for step, raw in _mapping(data, "decisions").items()},
            None if papers is None else frozenset(_plain(self.paper, one) for one in papers),
            self._by_request() if data.get("event") is None else self._event(_mapping(data, "event")),
        )

    def _by_request(self) -> dict[str, Value] | None:
        """Return that no event started a case, unless one starts every case: then nobody is asked for what that brings."""
        start = self.model.event_start
        if start is not None and start.of_all:
            raise _WrongLineError(
                Words(
                    "Setiap kasus prosedur ini dimulai peristiwa ('starts_from'): tuliskan yang dibawanya sebagai 'event'.",
                    "An event starts every case of this procedure ('starts_from'): write what it brought as 'event'.",
                )
            )
        return None

    def _event(self, data: Mapping[str, object]) -> dict[str, Value]:
        """Return what the event brought that started a case; it brings nothing but what it carries."""
        start = self.model.event_start
        if start is None:
            raise _WrongLineError(
                Words(
                    "Prosedur ini tidak dimulai dari peristiwa ('starts_from'), jadi kasusnya tidak memiliki 'event'.",
                    "No event starts this procedure ('starts_from'), so its cases have no 'event'.",
                )
            )
        brought = self._facts_of(data)
        for name in brought:
            if name not in start.facts:
                shown, carried = self.model.naming.shown(name), ", ".join(map(self.model.naming.shown, start.facts))
                raise _WrongLineError(
                    Words(
                        f"Peristiwa itu tidak membawa '{shown}'; yang dibawanya: {carried}.",
                        f"The event does not carry '{shown}'; it carries: {carried}.",
                    )
                )
        return brought

    def _key(self, raw: object) -> str:
        if not isinstance(raw, str) or not raw.strip() or not raw.isprintable() or len(raw) > LONGEST_KEY:
            raise _WrongLineError(
                Words(
                    f"'case' seharusnya nomor kasus: teks 1 sampai {LONGEST_KEY} karakter.",
                    f"'case' must be the number of the case: a text of 1 to {LONGEST_KEY} characters.",
                )
            )
        return raw.strip()

    def _facts_of(self, data: Mapping[str, object]) -> dict[str, Value]:
        facts: dict[str, Value] = {}
        for name, raw in data.items():
            try:
                canonical, value = self.value(name, raw)
            except WrongValueError as error:
                raise _WrongLineError(_said_of(name, error.words)) from None
            if canonical in facts and facts[canonical] != value:
                shown = self.model.naming.shown(canonical)
                raise _WrongLineError(
                    Words(
                        f"'{shown}' tertulis dua kali dengan nilai berbeda.",
                        f"'{shown}' is said twice, and differently.",
                    )
                )
            facts[canonical] = value
        return facts


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[str, object]:
    found = data.get(key)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise _WrongLineError(Words(f"'{key}' seharusnya objek JSON.", f"'{key}' must be a JSON object."))
    return found


def _at(step: str, read: Any, raw: object) -> tuple[str, ...]:
    try:
        found: tuple[str, ...] = read(step, raw)
    except WrongValueError as error:
        raise _WrongLineError(error.words) from None
    return found


def _plain(read: Any, raw: object) -> str:
    try:
        found: str = read(raw)
    except WrongValueError as error:
        raise _WrongLineError(error.words) from None
    return found


def _said_of(name: str, words: Words) -> Words:
    shown = _short(name)
    return Words(f"'{shown}': {words.id}", f"'{shown}': {words.en}")


def _short(value: object) -> str:
    text = value if isinstance(value, str) else "[…]" if isinstance(value, list | dict) else str(value)
    text = "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
    return text if len(text) <= 60 else text[:60] + "…"


# --- reading --------------------------------------------------------------------------------------------------------


def read_cases(path: Path, answers: Answers) -> Iterator["tuple[int, Case] | LineFault"]:
    """Yield the cases of a file with their lines, and what is wrong with the lines that are none.

    A file whose name ends in `.csv` is CSV; any other is JSON Lines. Nothing but the line at hand is kept.

    Raises:
        FileError: If the file cannot be read, or its first line cannot be the head of a table.
    """
    lines = _csv(path, answers) if path.suffix.lower() == ".csv" else _json_lines(path)
    try:
        for line, data in lines:
            if isinstance(data, Words):
                yield LineFault(line, data)
                continue
            try:
                yield line, answers.case(data)
            except _WrongLineError as error:
                yield LineFault(line, error.words)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileError(
            Words(f"'{path}' tidak dapat dibaca: {reason}.", f"'{path}' cannot be read: {reason}.")
        ) from None


def _json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                while line and not line.endswith(b"\n"):  # the rest of it
                    line = file.readline(LONGEST_LINE)
                yield number, Words("Baris ini terlalu panjang.", "The line is too long.")
                continue
            line = line.removeprefix(b"\xef\xbb\xbf").strip()
            if not line:
                continue
            try:
                said = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                yield number, _no_json(line, error)
            else:
                yield number, _said_twice(line, said) or said


def _no_json(line: bytes, error: orjson.JSONDecodeError) -> Words:
    try:
        line.decode()
    except UnicodeDecodeError:
        return NOT_UTF_8
    return Words(f"Baris ini bukan JSON (kolom {error.colno}).", f"The line is no JSON (column {error.colno}).")


def _said_twice(line: bytes, said: object) -> Words | None:
    """Return the key that an object of a line has twice, if there is one: readers of JSON forget the first without a word."""
    if line.count(b":") == _keys(said):  # nothing was forgotten, and nearly all lines are such
        return None

    def once(pairs: list[tuple[str, object]]) -> object:
        names: set[str] = set()
        for name, _ in pairs:
            if name in names:
                raise _WrongLineError(Words(f"'{_short(name)}' tertulis dua kali.", f"'{_short(name)}' is said twice."))
            names.add(name)
        return None

    try:
        json.loads(line, object_pairs_hook=once)
    except _WrongLineError as error:
        return error.words
    except RecursionError:  # nested so deep that it will be refused in any case
        pass
    return None


def _keys(said: object) -> int:
    """Return how many keys stand in an object and in the objects right in it."""
    if not isinstance(said, dict):
        return 0
    return len(said) + sum(len(one) for one in said.values() if isinstance(one, dict))


def _csv(path: Path, answers: Answers) -> Iterator[tuple[int, Any]]:
    """Read a table: a column `case`, one a fact, `decision:STEP`, `papers`; `|` stands between the members of a list."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        first = file.readline(LONGEST_LINE)
        file.seek(0)
        semicolons = first.count(";") > first.count(",")
        rows = csv.reader(file, delimiter=";" if semicolons else ",", strict=True)
        try:
            heads = [head.strip() for head in next(rows, [])]
        except csv.Error:
            heads = []
        if fault := _fault_of(heads, answers):
            raise FileError(Words(f"{path}:1: {fault.id}", f"{path}:1: {fault.en}"))
        while True:
            line = rows.line_num + 1
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield line, Words(f"Baris ini bukan CSV: {error}.", f"The line is no CSV: {error}.")
                continue
            if any(row):
                yield line, _row(heads, row, answers)


def _fault_of(heads: Sequence[str], answers: Answers) -> Words | None:
    """Return why names of columns are none, if they are not."""
    if "case" not in heads:
        return Words(
            "Baris pertama CSV seharusnya nama kolom, termasuk 'case'.",
            "The first line of a CSV file must name the columns, 'case' among them.",
        )
    for number, head in enumerate(heads):
        if head in heads[:number]:
            return Words(f"Ada dua kolom '{_short(head)}'.", f"There are two columns '{_short(head)}'.")
        try:
            if head.startswith("decision:"):
                step = head.removeprefix("decision:")
                answers.decision(step, sorted(answers.decided.get(step, ["done"]))[0])
            elif head not in ("case", "papers"):
                answers.fact(head)
        except WrongValueError as error:
            return Words(f"Kolom '{_short(head)}': {error.words.id}", f"Column '{_short(head)}': {error.words.en}")
    return None


def _row(heads: Sequence[str], row: Sequence[str], answers: Answers) -> Any:
    if len(row) != len(heads):
        return Words(
            f"Baris ini memiliki {len(row)} kolom, seharusnya {len(heads)}.",
            f"The line has {len(row)} columns; it must have {len(heads)}.",
        )
    if any("\udc80" <= sign <= "\udcff" for cell in row for sign in cell):
        return NOT_UTF_8
    data: dict[str, Any] = {"facts": {}, "decisions": {}}
    for head, written in zip(heads, row, strict=True):
        cell = written.strip()
        if head == "case":
            data["case"] = cell
        elif head == "papers":
            data["papers"] = [one.strip() for one in cell.replace("|", ";").split(";") if one.strip()]
        elif not cell:
            continue  # not answered
        elif head.startswith("decision:"):
            data["decisions"][head.removeprefix("decision:")] = cell.split("|")
        elif cell == NONE:
            data["facts"][head] = None
        else:
            data["facts"][head] = cell.split("|") if answers.fact(head)[1] else cell
    return data


# --- results --------------------------------------------------------------------------------------------------------


def result(key: str, outcome: Outcome, model: Resolved, language: Language) -> bytes:
    """Return the line of JSON that says what became of a case, or what it waits for; facts under the names that people write."""
    said: dict[str, object] = {"case": key, "outcome": outcome.kind}
    if outcome.step:
        said["step"] = outcome.step
        said["title"] = title_of(model, outcome.step).in_language(language)
    if outcome.kind == "waiting":
        said["waits_for"] = outcome.waits_for
        said["who"] = outcome.who
        if outcome.missing:
            said["missing"] = [model.naming.shown(name) for name in outcome.missing]
    if outcome.kind == "issued":
        said["outputs"] = {
            output.step: {model.naming.shown(name): value for name, value in output.facts} for output in outcome.outputs
        }
    return orjson.dumps(said) + b"\n"


def title_of(model: Resolved, step: str) -> Words:
    """Return what a step is called for people."""
    found: Step | None = model.procedure.step_by_id.get(step)
    return (found.title if found else None) or same(step.replace("-", " "))
