"""The catalogue that is reviewed: read again when its files change, what is known of each procedure kept meanwhile; knows no page."""

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from analysis.finding import Finding
from analysis.findings.asked_elsewhere import asked_elsewhere
from analysis.redesign import analysed
from flows.review.deciding import Decisions, decisions_in
from flows.review.judging import Judged, judged
from flows.review.looked import Looked
from flows.review.supposing import USUALLY, Supposed
from processes.catalogue import Catalogue
from processes.files import found as files_in
from processes.files import shown, text_of
from processes.policy import Decision, Policy
from processes.problem import Problem, Severity
from processes.procedure import Procedure
from processes.reaching import reached
from processes.reading import Read, deciding, read

MOST_SUPPOSED = 4  # what-ifs that are remembered at once
MOST_DECIDED = 3  # redesigns of one procedure, by what was rejected: who takes a decision back need not wait

Stamp = dict[Path, tuple[int, int]]  # file -> when it was changed, and its size


class NoCatalogueError(Exception):
    """The files cannot be used as they are; the problems say why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems[:3])))
        self.problems = problems


class State(NamedTuple):
    """A catalogue as it is read, with the decisions about it."""

    catalogue: Catalogue
    procedures: tuple[Procedure, ...]
    policy: Policy  # with every decision
    number: int  # another one whenever anything but decisions has changed

    def procedure(self, name: str) -> Procedure | None:
        """Return a procedure by its name."""
        return next((one for one in self.procedures if one.id == name), None)

    def policy_for(self, procedure: Procedure, supposed: Supposed = USUALLY) -> Policy:
        """Return the policy with the decisions that may concern a procedure, so that others do not make it look changed."""
        own = tuple(one for one in self.policy.decisions if one.procedure in (None, procedure.id))
        policy = self.policy if own == self.policy.decisions else self.policy.model_copy(update={"decisions": own})
        return supposed.over(policy)


class _Known(NamedTuple):
    """What was found out of a procedure."""

    number: int  # of the state in which it was last looked at
    within: Catalogue  # what it can reach, and so rests on
    looked: Looked


class Desk:
    """A catalogue and whoever reviews it. One request at a time looks into it: names are found in tables that grow meanwhile."""

    def __init__(self, root: Path, choose: Callable[[Read], Policy], *, watched: bool = True) -> None:
        """Read a catalogue.

        Args:
            root: Its folder.
            choose: Which of its policies counts.
            watched: Whether what changes in its files is seen.

        Raises:
            NoCatalogueError: If it cannot be used as it is.
        """
        self.root, self.choose, self.watched = root, choose, watched
        self.decisions = Decisions(root)
        self.lock = threading.RLock()
        self.problems: tuple[Problem, ...] = ()  # of what stands in the files now: then what was read before is shown
        self._stamp: Stamp = self._stamps()
        self._read = self._usable(read([root]))
        self._decided = self._read.decisions
        self._number = 0
        self._lines: dict[str, list[str]] = {}
        self._own = self._own_policy()
        self._looked: OrderedDict[Supposed, dict[str, list[_Known]]] = OrderedDict()
        self._concern: dict[str, tuple[int, frozenset[str]]] = {}  # by procedure: which agreements can change anything
        self._elsewhere: dict[str, tuple[int, tuple[Finding, ...]]] = {}

    # --- what the files say

    def state(self) -> State:
        """Return the catalogue as its files say now, or as they last did without a problem."""
        with self.lock:
            stamp = self._stamps() if self.watched else self._stamp
            if stamp != self._stamp:
                self._again(stamp)
            return State(self._read.catalogue, self._read.procedures, deciding(self._own, self._decided), self._number)

    def _stamps(self) -> Stamp:
        stamp: Stamp = {}
        for path in files_in([self.root])[0]:
            try:
                status = path.stat()
            except OSError:  # gone meanwhile
                continue
            stamp[path] = (status.st_mtime_ns, status.st_size)
        return stamp

    def _again(self, stamp: Stamp) -> None:
        """Read again what has changed; where that is decisions alone, these alone."""
        changed = {path for path in {*stamp, *self._stamp} if stamp.get(path) != self._stamp.get(path)}
        self._stamp, self._lines = stamp, {}
        if not self.problems and all(path.is_relative_to(self.decisions.folder) for path in changed):
            told = {path: decisions_in(path, shown(path)) for path in changed if path in stamp}
            if all(made is not None for made in told.values()):
                names = {shown(path) for path in changed}
                kept = [one for one in self._decided if one.where.file not in names]
                new = [one for made in told.values() for one in made or ()]
                self._decided = tuple(sorted((*kept, *new), key=lambda one: one.where))
                return
        self._number += 1
        try:
            self._read = self._usable(read([self.root]))
        except NoCatalogueError as error:
            self.problems = error.problems
            return
        self.problems, self._decided, self._own = (), self._read.decisions, self._own_policy()

    def _usable(self, told: Read) -> Read:
        problems = tuple(one for one in told.problems if one.severity is Severity.PROBLEM)
        if problems or not told.procedures:
            raise NoCatalogueError(problems)
        return told

    def _own_policy(self) -> Policy:
        """Return the policy that counts, with those decisions alone that stand in it."""
        policy = self.choose(self._read)
        own = tuple(one for one in policy.decisions if one not in self._read.decisions)
        return policy.model_copy(update={"decisions": own})

    def is_own_file(self, decision: Decision) -> bool:
        """Whether a decision stands alone in the file where this page keeps it, so that it may be changed here."""
        path = self.decisions.folder / (decision.procedure or "") / f"{decision.finding}.yaml"
        file = decision.where.file
        return file == shown(path) and sum(one.where.file == file for one in self._decided) == 1

    def line(self, file: str, number: int) -> str:
        """Return a line of a file of the catalogue; nothing, if there is no such file in it."""
        lines = self._lines.get(file)
        if lines is None:
            path = next((one for one in self._stamp if shown(one) == file), None)
            text = text_of(path) if path is not None else ""
            lines = self._lines[file] = text.splitlines() if isinstance(text, str) else []
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    # --- what there is to say

    def looked(self, state: State, procedure: Procedure, supposed: Supposed = USUALLY) -> Looked:
        """Return what there is to say about a procedure; computed only if something it rests on has changed."""
        with self.lock:
            supposed = self._of_concern(state, procedure, supposed)
            looked = self.if_known(state, procedure, supposed)
            if looked is None:
                policy = state.policy_for(procedure, supposed)
                analysis = analysed(procedure, state.catalogue, binding(policy))
                looked = Looked(procedure, state.catalogue, policy, analysis)
                self._remember(supposed, _Known(state.number, reached(procedure, state.catalogue), looked))
            return looked

    def if_known(self, state: State, procedure: Procedure, supposed: Supposed = USUALLY) -> Looked | None:
        """Return what there is to say, if it need not be computed."""
        with self.lock:
            supposed = self._of_concern(state, procedure, supposed)
            policy = state.policy_for(procedure, supposed)
            bound = binding(policy)
            kept = self._supposing(supposed).get(procedure.id, [])
            known = next((one for one in kept if binding(one.looked.policy) == bound), None)
            if known is None:
                return None
            looked = known.looked
            if known.number != state.number and (
                looked.procedure != procedure or known.within != reached(procedure, state.catalogue)
            ):
                kept[:] = [one for one in kept if one is not known]
                return None
            if looked.policy != policy:
                looked = looked.under(policy)
            if known.number != state.number or looked is not known.looked or known is not kept[-1]:
                self._remember(supposed, known._replace(number=state.number, looked=looked), instead=known)
            return looked

    def _of_concern(self, state: State, procedure: Procedure, supposed: Supposed) -> Supposed:
        """Return what is supposed, without the agreements that can change nothing about a procedure.

        Those can that it reaches, whose consumer is named in it.
        """
        if not any(supposed):
            return supposed
        number, ids = self._concern.get(procedure.id, (-1, frozenset[str]()))
        if number != state.number:
            there = reached(procedure, state.catalogue).agreements
            ids = frozenset(str(one.id) for one in there if one.consumer in procedure.names)
            self._concern[procedure.id] = (state.number, ids)
        taken, left = supposed.with_agreements, supposed.without_agreements
        return Supposed(supposed.on, tuple(n for n in taken if n in ids), tuple(n for n in left if n in ids))

    def _remember(self, supposed: Supposed, known: _Known, instead: _Known | None = None) -> None:
        kept = self._supposing(supposed).setdefault(known.looked.procedure.id, [])
        kept[:] = [*(one for one in kept if one is not instead), known][-MOST_DECIDED:]

    def _supposing(self, supposed: Supposed) -> dict[str, list[_Known]]:
        if supposed not in self._looked:
            self._looked[supposed] = {}
            for old in [one for one in self._looked if any(one)][:-MOST_SUPPOSED]:
                del self._looked[old]
        self._looked.move_to_end(supposed)
        return self._looked[supposed]

    def elsewhere(self, state: State, procedure: Procedure) -> tuple[Finding, ...]:
        """Return which questions of a procedure other agencies ask as well."""
        with self.lock:
            last = self._elsewhere.get(procedure.id)
            if last is None or last[0] != state.number:
                told = tuple(asked_elsewhere(procedure, state.catalogue, state.procedures))
                last = self._elsewhere[procedure.id] = (state.number, told)
            return last[1]

    def judged(self, state: State, looked: Looked) -> Judged:
        """Return all there is to decide of a procedure, what it has in common with others included."""
        return judged(looked.analysis, looked.policy, self.elsewhere(state, looked.procedure))

    def compute_all(self, supposed: Supposed = USUALLY, stop: Callable[[], bool] = lambda: False) -> None:
        """Look at every procedure, letting others in between; whoever asks then need not wait."""
        state = self.state()
        for procedure in state.procedures:
            if stop():
                return
            self.looked(state, procedure, supposed)


def binding(policy: Policy) -> Policy:
    """Return a policy without what was accepted: that changes no redesign."""
    rejected = tuple(one for one in policy.decisions if one.decision == "rejected")
    if rejected == policy.decisions:
        return policy
    return policy.model_copy(update={"decisions": rejected})


class Ahead:
    """Computes in a thread of its own what will be asked for: all procedures, as soon as anything has changed."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._wanted = threading.Event()
        self._stopped = False
        self._supposed: list[Supposed] = [USUALLY]
        self._thread = threading.Thread(target=self._run, name="sekali-review", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._wanted.set()
        self._thread.start()

    def want(self, supposed: Supposed) -> None:
        """Say that something is missing: what is supposed is compared with what is usual, so that is not forgotten."""
        self._supposed = list(dict.fromkeys((supposed, USUALLY)))
        self._wanted.set()

    def stop(self) -> None:
        """End, after the procedure that is being looked at."""
        self._stopped = True
        self._wanted.set()

    def _run(self) -> None:
        while not self._stopped:
            self._wanted.wait()
            self._wanted.clear()
            for supposed in self._supposed:
                with contextlib.suppress(Exception):  # whoever asks for it themselves is told
                    self.desk.compute_all(supposed, lambda: self._stopped)
