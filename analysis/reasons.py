"""Why each thing that a redesign leaves out can go, by its finding or by what the certificate says of its facts; changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from analysis.certificate import Certificate, NeededFact, Source, Supplier
from analysis.change import Change, ChangeKind, Redesign, Stay
from analysis.finding import Finding, FindingKind
from analysis.instance import Instance
from analysis.residual import shown_role
from processes.procedure import Check, FormStep, Identify
from processes.words import Words

RESTS_ON: dict[ChangeKind, tuple[FindingKind, ...]] = {
    "question dropped": ("asked again", "never used", "held by a registry", "derivable"),
    "document dropped": ("document needless",),
    "check dropped": ("check needless",),
    "letter dropped": ("letter needless",),
    "signature dropped": ("signature without a fact",),
    "step dropped": ("empty step", "carry needless"),
}
"""The findings a kind of change rests on."""

WITH_FACTS: tuple[ChangeKind, ...] = (
    *("question dropped", "document dropped", "check dropped", "log-in dropped", "look-up dropped"),
)


def with_reasons(instance: Instance, redesign: Redesign, found: Sequence[Finding]) -> Redesign:
    """Return a redesign each change of which is tied to its findings and says why it holds.

    What only holds together with other changes has no finding of its own; then what the certificate says of its facts tells why:
    from where somebody who reads them has them now, or that nobody does.

    Args:
        instance: Today's procedure.
        redesign: Its redesign.
        found: What was found of today's procedure.

    Complexity: linear in the changes, times what was found at the step of each, and in the certificate.
    """
    reasons, at_steps = _Reasons(instance, redesign), _by_step(found)
    changes = tuple(reasons.of(change, at_steps) for change in redesign.changes)
    stays = tuple(reasons.of_no_use_today(one, at_steps) for one in redesign.stays)
    return replace(redesign, changes=changes, stays=stays)


def tied(changes: Iterable[Change], found: Sequence[Finding]) -> tuple[Change, ...]:
    """Return changes tied to more findings that they rest on, such as those that are only found on the redesign."""
    at_steps = _by_step(found)
    return tuple(
        replace(change, findings=(*change.findings, *(one.id for one in behind))) if behind else change
        for change in changes
        for behind in [_behind(change, at_steps)]
    )


_AtSteps = dict[str, list[Finding]]  # by step: what was found there


def _by_step(found: Iterable[Finding]) -> _AtSteps:
    at_steps: _AtSteps = {}
    for one in found:
        at_steps.setdefault(one.step, []).append(one)
    return at_steps


def _behind(change: Change, found: _AtSteps) -> list[Finding]:
    """Return the findings that a change rests on."""
    kinds = RESTS_ON.get(change.kind, ())
    return [
        one
        for one in found.get(change.step, ())
        if one.kind in kinds and (one.subject == change.subject or change.kind == "check dropped")
    ]


class _Reasons:
    """What the certificate of a redesign says of the facts of what is gone."""

    def __init__(self, instance: Instance, redesign: Redesign) -> None:
        self.instance, self.naming = instance, instance.model.naming
        self.certificate: Certificate | None = redesign.certificate
        self.steps = redesign.after.step_by_id if redesign.after is not None else {}
        if redesign.moves:
            self.steps = redesign.moves[0].made_in.step_by_id
        lines = self.certificate.facts if self.certificate is not None else ()
        self.needed = {one.fact: one for one in lines}
        self.sources: dict[str, list[Source]] = {}  # as far as needed
        for source in self.certificate.sources if self.certificate is not None else ():
            mine, one = self.sources.setdefault(source.fact, []), self.needed.get(source.fact)
            if one is not None and not (mine and mine[-1].level >= one.needed):
                mine.append(source)
        suppliers = self.certificate.suppliers if self.certificate is not None else ()
        self.keys = {key.fact: one.name for one in suppliers if one.kind == "service" for key in one.keys}
        dropped = self.certificate.dropped if self.certificate is not None else ()
        self.facts = {(one.step, one.kind, one.subject): one.facts for one in dropped}

    def of(self, change: Change, found: _AtSteps) -> Change:
        """Return a change with the findings it rests on, and why it holds."""
        behind = _behind(change, found)
        says = behind[0].says if behind else change.says
        facts = self._facts(change) if change.kind in WITH_FACTS else None
        if facts is not None and (not behind or self._brought_by_a_service(change, behind[0], facts)):
            says = self._why(change, facts)
        return Change(change.kind, change.step, change.subject, says, tuple(one.id for one in behind))

    def of_no_use_today(self, stay: Stay, found: _AtSteps) -> Stay:
        """Say of a question that nobody reads today that it stays all the same, if a look-up of the redesign is asked with it."""
        unused = any(one.kind == "never used" and one.subject == stay.subject for one in found.get(stay.step, ()))
        if not unused or (self.naming.canonical(stay.subject) or "") not in self.keys:
            return stay
        why = Words(
            f"{stay.why.id}; saat ini tidak dipakai, rancang ulang memakainya",
            f"{stay.why.en}; never used today, the redesign uses it",
        )
        return replace(stay, why=why)

    def _facts(self, change: Change) -> tuple[str, ...] | None:
        """Return the facts of what is gone; nothing, if the certificate does not say."""
        kind, subject = change.kind.removesuffix(" dropped"), change.subject
        names = [
            change.step if kind in ("log-in", "look-up") else subject,
            self.naming.canonical(subject.partition("#")[0]) or subject,
        ]
        return next((self.facts[at] for name in names if (at := (change.step, kind, name)) in self.facts), None)

    def _brought_by_a_service(self, change: Change, first: Finding, facts: tuple[str, ...]) -> bool:
        """Whether a service brings the fact of a question, though today what makes it needless is another question or paper."""
        last = self._last(facts[0]) if len(facts) == 1 and facts[0] in self.needed else None
        service = last is not None and last.kind == "service" and facts[0] in last.gives
        return change.kind == "question dropped" and first.kind == "asked again" and service

    def _last(self, fact: str) -> Supplier | None:
        """Return the supplier that a needed fact comes from in the end, if that is not a step."""
        number = self.sources[fact][-1].supplier
        return self.certificate.suppliers[number] if self.certificate is not None and number is not None else None

    def _why(self, change: Change, facts: tuple[str, ...]) -> Words:
        """Return why something with some facts can go, as far as the other changes are made too."""
        surer = change.kind in ("check dropped", "log-in dropped")
        read = [self.needed[one] for one in facts if one in self.needed and (not surer or self.needed[one].needed > 1)]
        if read:
            parts = [(self.naming.shown(one.fact), self._from(one, surer=surer)) for one in read]
            return Words(
                "; ".join(f"'{name}' diperoleh dari {words.id}" for name, words in parts),
                "; ".join(f"'{name}' comes from {words.en}" for name, words in parts),
            )
        names = ", ".join(f"'{self.naming.shown(one)}'" for one in facts)
        asking = [self.keys[one] for one in facts if one in self.keys]
        if asking and change.kind in ("question dropped", "document dropped"):
            services = ", ".join(dict.fromkeys(asking))
            return Words(
                f"yang dibutuhkan {services} darinya sudah ada tanpa ini",
                f"what {services} is asked with of it is there without this",
            )
        if asking:
            services = ", ".join(dict.fromkeys(asking))
            return Words(
                f"yang dibutuhkan {services} darinya sudah cukup pasti tanpa ini",
                f"what {services} is asked with of it is sure enough without this",
            )
        match change.kind:
            case "check dropped" | "log-in dropped":
                return Words(
                    f"tidak ada yang membutuhkan {names} lebih pasti daripada tanpa ini",
                    f"nobody needs {names} surer than without this",
                )
            case "document dropped":
                return Words(
                    f"setelah perubahan lainnya tidak ada yang membaca isi '{change.subject}'",
                    f"once the other changes are made nobody reads what '{change.subject}' shows",
                )
            case "look-up dropped":
                return change.says
        return Words(
            f"setelah perubahan lainnya tidak ada langkah yang membaca {names}",
            f"once the other changes are made no step reads {names}",
        )

    def _from(self, one: NeededFact, *, surer: bool) -> Words:
        """Return who brings a fact, or who makes it so sure, where that is asked."""
        mine = self.sources[one.fact]
        supplier = self._last(one.fact)
        alone = supplier is not None and one.fact in supplier.gives  # and makes nothing surer that was there
        told = [*dict.fromkeys(self._source(source) for source in (mine[-1:] if surer or alone else mine))]
        return Words(" dan ".join(words.id for words in told), " and ".join(words.en for words in told))

    def _source(self, source: Source) -> Words:
        if source.supplier is not None and self.certificate is not None:
            return self._supplier(self.certificate.suppliers[source.supplier])
        if source.step is None:
            return Words("peristiwa yang memulai setiap kasus", "the event that starts every case")
        step = self.steps.get(source.step)
        match step:
            case FormStep():
                return Words(f"isian '{source.step}'", f"what '{source.step}' asks for")
            case Check():
                return Words(f"pemeriksaan '{source.step}'", f"the check '{source.step}'")
            case Identify():
                return Words(f"log masuk '{source.step}'", f"the log-in '{source.step}'")
        return Words(f"hasil '{source.step}'", f"what '{source.step}' finds")

    def _supplier(self, supplier: Supplier) -> Words:
        keys = ", ".join(self.naming.shown(key.fact) for key in supplier.keys)
        if supplier.kind == "service":
            about = ", ".join(shown_role(self.instance, whom) for whom in supplier.about.values())
            return Words(f"{supplier.name} tentang {about}", f"{supplier.name} about {about}")
        if supplier.kind == "same":
            return Words(f"{keys}: orang yang sama", f"{keys}: the same person")
        return Words(f"perhitungan dari {keys}", f"a computation from {keys}")
