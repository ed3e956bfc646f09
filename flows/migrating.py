"""Which open cases can go on under another definition, which stay, which need a person; decides, and changes nothing.

A case is taken through the other procedure anew, with what people have said, handed in and decided and what registries have told it;
nobody is asked. It may move if it comes where it stands now without anything being done twice, left out, or supposed of anybody: then
it is there as if it had begun that way, and ends as a new case with the same answers would.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from flows import keeping
from flows.audit import Entry
from flows.compiling import Program, compiled
from flows.law import Judge, Law
from flows.look_ups import group_of, wanted_words
from flows.moving import RETURNS, Moving, Op, Place, Wait, Work
from flows.ports import Answer, Down, Keys
from flows.store.definitions import Definition
from flows.store.rows import Moved, Ready
from flows.store.standing import Standing
from processes.case import Value
from processes.element import DataElement
from processes.procedure import (
    Approve,
    Check,
    Decide,
    Derive,
    FormStep,
    Identify,
    Issue,
    Lookup,
    Pay,
    Procedure,
    Step,
    walk,
)
from processes.resolved import Resolved, service_fact
from processes.words import Words

Lot = Literal["moves", "stays", "person"]

LOTS: dict[Lot, Words] = {
    "moves": Words("pindah", "move"),
    "stays": Words("tetap", "stay"),
    "person": Words("perlu orang", "need a person"),
}
_BY_PEOPLE = (FormStep, Identify, Check, Decide, Approve, Pay)
_HERE = "stop"  # why a case stops on its way where nobody would: the next run takes it on


class Judged(NamedTuple):
    """What becomes of an open case."""

    key: str
    at: str  # the steps at which it stands, or nothing
    lot: Lot
    why: Words
    moved: Moved | None = None  # how it stands under the other definition, if it moves


class _Cannot(Exception):  # noqa: N818  # no fault: it is how a case is told apart
    """The case cannot move."""

    def __init__(self, lot: Lot, why: Words) -> None:
        super().__init__(why.en)
        self.lot, self.why = lot, why


class Migration:
    """Judges the open cases that are pinned to one definition, for another one."""

    def __init__(self, old: Definition, new: Definition, today: date, law: Judge | None = None) -> None:
        """Make what judges.

        Args:
            old: What the cases are pinned to.
            new: Where they may go.
            today: The day on which conditions are read and look-ups judged.
            law: Says whether registries may be asked; if nothing is said, the agreements of the new definition do.
        """
        self.today = today
        self.old, self.new = (compiled(one.procedure, one.catalogue) for one in (old, new))
        self.old_dates, self.new_dates = (keeping.Dates(one.model.naming) for one in (self.old, self.new))
        self.law: Judge = law or Law(self.new.model, new.policy)
        self.left: Counter[str] = Counter()  # what the case on its way has behind it, and has not come through again
        self.records: Mapping[tuple[str, Keys], Mapping[str, Value]] = {}
        self.none: frozenset[tuple[str, Keys]] = frozenset()
        self._stop_where_something_happens()
        self._same = _remembered(self._unlike)
        theirs = {
            name for group in self.new.groups.values() for name in (group.service,) if group.id not in self.old.groups
        }
        self.told = frozenset(group.service for group in self.new.groups.values()) - theirs

    def judge(self, one: Standing) -> Judged:
        """Return what becomes of a case.

        Complexity: that of moving it through the procedure once.
        """
        at = " ".join(dict.fromkeys(wait.step for wait in one.waits)) or one.kept.position
        try:
            moved = self._moved(one)
        except _Cannot as cannot:
            return Judged(one.kept.key, at, *self._told(one, cannot))
        where = moved.position.replace(" ", ", ")
        if not where or moved.state == "ready":
            place = where or _start(self.new.model.procedure)
            why = Words(
                f"berlanjut pada '{place}'; tidak ada yang ditanya", f"it goes on at '{place}'; nobody is asked"
            )
        else:
            why = Words(f"menunggu pada '{where}' seperti kasus baru", f"it waits at '{where}' as a new case would")
        return Judged(one.kept.key, at, "moves", why, moved)

    def _told(self, one: Standing, cannot: _Cannot) -> tuple[Lot, Words]:
        """Return why a case cannot move; whoever would stay for ever where it is needs a person."""
        if any(wait.waits_for == "nobody" for wait in one.waits):
            return "person", _and(Words("kasus ini macet", "it is stuck"), cannot.why)
        if any(wait.why in ("not lawful", "no consent") for wait in one.waits):
            return "person", _and(
                Words("registrinya tidak boleh ditanyai", "its registry may not be asked"), cannot.why
            )
        return cannot.lot, cannot.why

    # --- on its way

    def _stop_where_something_happens(self) -> None:
        """Let a case on its way stop before what nobody has done for it yet: an output, a notice, a refusal."""
        steps = self.new.model.procedure.step_by_id
        labels = {place.label: place for place in self.new.places if place.label}
        for label, place in labels.items():
            step = steps.get(label)
            if step is not None and not isinstance(step, (*_BY_PEOPLE, Lookup, Derive)):
                self.new.ops[place.number] = self._only_again(self.new.ops[place.number], place)

    def _only_again(self, op: Op, place: Place) -> Op:
        def again(work: Work, cases: list[Moving]) -> None:
            for case in cases:  # one
                if self.left[place.label] > 0:
                    self.left[place.label] -= 1
                    op(work, [case])
                else:
                    work.park(case, place, Wait(place.label, "nobody", why=_HERE))

        return again

    def _ask(self, service: str, words: tuple[str, ...], keys: Sequence[Keys]) -> Mapping[Keys, Answer]:
        """Answer as the registry has answered; who has not been asked of does not answer."""
        return {one: self._answer(service, words, one) for one in keys}

    def _answer(self, service: str, words: tuple[str, ...], keys: Keys) -> Answer:
        if (service, keys) in self.none:
            return ()
        record = self.records.get((service, keys), {})
        if not record or any(word not in record for word in words):
            return Down()
        return (tuple(record[word] for word in words),)

    def _moved(self, one: Standing) -> Moved:
        """Return how a case stands under the new definition.

        Raises:
            _Cannot: If it may not move.
        """
        row = one.kept
        new = keeping.moving(Ready(row.id, row.key, row.moves, row.given, None), self.new, "", self.new_dates)
        self._look_at_event(new)
        if row.state == "ready" and row.held is None and not one.passed:
            self._look_at_facts(new.facts)
            return keeping.moved(new, self.new)._replace(state="ready", held=None, waits=())
        if row.state == "ready":
            raise _Cannot(
                "stays", Words("sudah dijawab; jalankan dahulu 'sekali run'", "it is answered: call 'sekali run' first")
            )
        old = keeping.moving(Ready(row.id, row.key, row.moves, row.given, row.held), self.old, "", self.old_dates)
        if old.visits.get(RETURNS):
            raise _Cannot("stays", Words("pernah dikembalikan petugas", "it was sent back by an officer"))
        if old.contested:
            raise _Cannot("stays", Words("sebuah nilainya disanggah", "one of its values is contested"))
        self._look_at_facts({**old.facts, **old.values})
        for step in dict.fromkeys((*one.passed, *(wait.step for wait in one.waits))):
            if (unlike := self._same((step, step in one.passed))) is not None:
                raise unlike
        self._remember(one, old)
        try:
            self.new.advance([new], self.today, self._ask, self.law)
        except Exception as error:  # noqa: BLE001  # whatever is wrong with one case, it stays as it is
            kind = type(error).__name__
            raise _Cannot(
                "person", Words(f"datanya tidak dapat diproses ({kind})", f"its data cannot be worked with ({kind})")
            ) from None
        self._compare(one, old, new)
        return self._as_kept(new)

    def _as_kept(self, new: Moving) -> Moved:
        """Return a case as it is kept; where the next run takes it on by itself, it waits for nothing."""
        ready = any(_by_itself(wait) for wait in new.waits)
        moved = keeping.moved(new, self.new)
        return moved._replace(state="ready", waits=()) if ready else moved

    def _remember(self, one: Standing, old: Moving) -> None:
        """Put together what registries have answered about a case, for those who ask the same for the same purpose."""
        self.left = Counter(one.passed)
        records: dict[tuple[str, Keys], dict[str, Value]] = {}
        none = set[tuple[str, Keys]]()
        for number, name in enumerate(one.passed):
            step = self.old.model.procedure.step_by_id.get(name)
            if not isinstance(step, Lookup) or str(step.service) not in self.told:
                continue
            known, outcome = self._told_by(step, old, set(one.passed[: number + 1])), one.outcomes.get(name)
            for keys, record in known.items():
                if outcome == "none" and len(known) == 1:
                    none.add((str(step.service), keys))
                elif outcome == "found":
                    records.setdefault((str(step.service), keys), {}).update(record)
        self.records, self.none = records, frozenset(none)

    def _told_by(self, step: Lookup, old: Moving, before: set[str]) -> dict[Keys, dict[str, Value]]:
        """Return what a look-up has told, by keys: of a many-role a record a member. Nothing, if the keys may have changed since."""
        model = self.old.model
        service = model.service(step)
        assert service is not None  # noqa: S101  # it was asked
        keys = [_fact(model, step, word) for word in service.needs]
        if any(key not in old.marks or not before.issuperset(old.marks[key][1:]) for key in keys):
            return {}
        words = {}
        for word in wanted_words(model, step):
            name = _fact(model, step, word)
            if str(step.id) in old.marks.get(name, ()):
                words[word] = old.values[name]
        told = tuple(old.values[key] for key in keys)
        if not any(isinstance(key, tuple) for key in told):
            return {told: words}
        size = max(len(key) for key in told if isinstance(key, tuple))
        return {
            tuple(_nth(key, n) for key in told): {word: _nth(value, n) for word, value in words.items()}
            for n in range(size)
        }

    # --- whether it may move

    def _look_at_event(self, new: Moving) -> None:
        start = self.new.model.event_start
        if (new.event is not None and start is None) or (new.event is None and start is not None and start.of_all):
            raise _Cannot(
                "stays", Words("dimulai dengan cara lain (peristiwa)", "it was started otherwise (by an event, or not)")
            )

    def _look_at_facts(self, facts: Iterable[str]) -> None:
        for name in facts:
            before, now = self.old.model.naming.fact(name), self.new.model.naming.fact(name)
            if (
                before
                and now
                and (before.many, _kind(before.element, self.old)) != (now.many, _kind(now.element, self.new))
            ):
                shown = self.new.model.naming.shown(name)
                raise _Cannot("stays", Words(f"'{shown}' kini lain jenisnya", f"'{shown}' is of another kind now"))

    def _unlike(self, asked: tuple[str, bool]) -> _Cannot | None:
        """Return why a step is not the same in both, if it is in both; of one that is passed, whether it was done as it is now wanted."""
        name, passed = asked
        before = self.old.model.procedure.step_by_id.get(name)
        now = self.new.model.procedure.step_by_id.get(name)
        if before is None or now is None:
            return None
        what = Words(f"'{name}' kini lain artinya", f"'{name}' means something else now")
        if type(before) is not type(now) or (before.by != now.by and not (passed and now.by is None)):
            return _Cannot("stays", what)
        if {way.id for way in getattr(before, "ways", ())} != {way.id for way in getattr(now, "ways", ())}:
            return _Cannot("stays", what)
        if isinstance(before, Lookup) and isinstance(now, Lookup):
            if group_of(self.old.model, before) != group_of(self.new.model, now):
                return _Cannot("stays", what)
        elif passed and not self._done_so(before, now):
            return _Cannot(
                "stays",
                Words(
                    f"'{name}' sudah lewat dan kini meminta lebih banyak", f"'{name}' is passed, and asks for more now"
                ),
            )
        return None

    def _done_so(self, before: Step, now: Step) -> bool:
        """Whether what was done at a step covers what is to be done there now."""
        if isinstance(before, FormStep) and isinstance(now, FormStep):
            return _acts(self.new.model, now) <= _acts(self.old.model, before)
        if before.needs is not None or isinstance(before, Issue):
            read = {str(need.fact) for need in before.needs or ()}
            if (now.needs is None and before.needs is not None) or {str(need.fact) for need in now.needs or ()} - read:
                return False
        if getattr(now, "fee", 0) > getattr(before, "fee", 0):
            return False
        for field in ("verifies", "gives"):
            if not set(getattr(now, field, ())) <= set(getattr(before, field, ())):
                return False
        return {str(n.fact) for n in getattr(before, "carries", ())} == {
            str(n.fact) for n in getattr(now, "carries", ())
        }

    def _compare(self, one: Standing, old: Moving, new: Moving) -> None:
        """Hold a case that has come through the new procedure against what was done for it."""
        stood = {wait.step for wait in one.waits}
        self._look_at_waits(one, stood, new)
        if new.ended is not None:
            raise _Cannot("stays", Words("akan langsung selesai", "it would be closed at once"))
        self._look_at_steps(one, stood, new)
        if new.given_changed:
            raise _Cannot("stays", Words("pernah dikembalikan kepada pemohon", "it was sent back to be answered anew"))
        for name, value in old.values.items():
            if name in new.values and new.values[name] != value:
                shown = self.new.model.naming.shown(name)
                raise _Cannot("stays", Words(f"'{shown}' akan lain nilainya", f"'{shown}' would have another value"))
        steps = self.new.model.procedure.step_by_id
        if [output for output in old.outputs if output[0] in steps] != new.outputs:
            raise _Cannot("stays", Words("sudah menerbitkan hal lain", "it has issued something else"))
        papers = _papers(self.new, new) - _papers(self.old, old)
        if papers:
            paper = min(papers)
            raise _Cannot(
                "person", Words(f"berkas '{paper}' belum pernah diminta", f"the paper '{paper}' was never asked for")
            )
        if new.consents - old.consents:
            to = min(new.consents - old.consents).partition(" by ")[0]
            raise _Cannot(
                "person", Words(f"persetujuan untuk '{to}' belum diberikan", f"nobody has consented to '{to}'")
            )

    def _look_at_waits(self, one: Standing, stood: set[str], new: Moving) -> None:
        steps = self.new.model.procedure.step_by_id
        for wait in new.waits:
            if _by_itself(wait):
                continue
            if wait.waits_for == "nobody":
                raise _Cannot("stays", Words("akan macet di sana", "it would be stuck there"))
            if wait.why in ("not lawful", "no consent"):
                raise _Cannot(
                    "person", Words(f"'{wait.step}' tidak boleh ditanyakan", f"'{wait.step}' may not be asked")
                )
            if wait.step in stood or not (wait.step in one.passed or any(step in steps for step in stood)):
                continue
            if wait.missing:
                shown = ", ".join(self.new.model.naming.shown(name) for name in wait.missing)
                raise _Cannot(
                    "person",
                    Words(f"'{wait.step}' masih harus menanyakan {shown}", f"'{wait.step}' has still to ask {shown}"),
                )
            raise _Cannot("person", Words(f"'{wait.step}' kini harus lebih dahulu", f"'{wait.step}' comes first now"))

    def _look_at_steps(self, one: Standing, stood: set[str], new: Moving) -> None:
        steps = self.new.model.procedure.step_by_id
        done, before = Counter(new.passed), Counter(one.passed)
        for name, times in before.items():
            if name in steps and done[name] < times:
                raise _Cannot("stays", Words(f"'{name}' akan dilakukan lagi", f"'{name}' would be done again"))
        for name, times in done.items():
            step = steps[name]
            if times > before[name] and isinstance(step, _BY_PEOPLE) and step.by is not None:
                sent = isinstance(step, FormStep) and name in stood and not _acts(self.new.model, step)
                if not sent:
                    raise _Cannot("person", Words(f"'{name}' belum dilakukan siapa pun", f"nobody has done '{name}'"))


def _by_itself(wait: Wait) -> bool:
    """Whether a case stops only because nobody is asked and nothing done on its way: the next run takes it on."""
    return wait.why == _HERE or (wait.waits_for, wait.why) == ("registry", "down")


def _start(procedure: Procedure) -> str:
    return next((str(item.id) for item in walk(procedure.steps) if isinstance(item, Step)), "")


def _nth(value: Value, number: int) -> Any:
    return value[number] if isinstance(value, tuple) else value


def _fact(model: Resolved, step: Lookup, word: str) -> str:
    name = service_fact(model.subjects(step), word)
    return str(model.naming.canonical(name) or name)


def _acts(model: Resolved, step: FormStep) -> set[tuple[str, ...]]:
    """Return what whoever fills in a form does besides answering, and what exactly is declared and consented to by it."""
    acts = [question for question in model.questions(step) if question.act]
    return {
        (act.id, act.consents_to or "", *about) for act in acts for about in ((), *((one,) for one in act.declares))
    }


def _papers(program: Program, case: Moving) -> set[str]:
    return {name for name, bit in program.paper_bits.items() if case.handed_in & bit}


def _kind(element: DataElement, program: Program) -> tuple[object, ...]:
    lists = {one.id: tuple(code.id for code in one.codes) for one in program.model.catalogue.codes}
    return element.type, element.pattern, element.min, element.max, element.computed, lists.get(element.codes or "")


def _and(one: Words, other: Words) -> Words:
    return Words(f"{one.id}; {other.id}", f"{one.en}; {other.en}")


def _remembered(find: Callable[[tuple[str, bool]], _Cannot | None]) -> Callable[[tuple[str, bool]], _Cannot | None]:
    found: dict[tuple[str, bool], _Cannot | None] = {}

    def remembered(asked: tuple[str, bool]) -> _Cannot | None:
        if asked not in found:
            found[asked] = find(asked)
        return found[asked]

    return remembered


def judged(
    cases: Iterable[Standing],
    definition: Callable[[int], Definition],
    new: Definition,
    today: date,
    law: Judge | None = None,
) -> Iterator[Judged]:
    """Yield what becomes of open cases, in their order.

    Args:
        cases: As they stand.
        definition: What is pinned under a number.
        new: Where they may go.
        today: The day.
        law: As for `Migration`.
    """
    migrations: dict[int, Migration] = {}
    for one in cases:
        number = one.kept.definition
        if number not in migrations:
            migrations[number] = Migration(definition(number), new, today, law)
        yield migrations[number].judge(one)


def moving_over(procedure: Procedure, by: str) -> Entry:
    """Return what the audit trail says of cases that go on under another definition.

    Args:
        procedure: The new one.
        by: Who moves them; if nothing is said, its agency.
    """
    return Entry(
        what="migration",
        procedure=str(procedure.id),
        step="",
        service="",
        consumer=by or str(procedure.agency),
        purpose="",
        basis=(),
        facts=(),
        reason=Words("Kasus berlanjut menurut prosedur yang baru", "The case goes on under the new procedure"),
        outcome="moved",
        source="case",
        cases=(),
    )
