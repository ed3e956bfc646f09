"""Builds the redesigned procedure: today's steps without what goes, with the look-ups put in; decides nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from analysis.branches import expression
from analysis.certificate import consent_to
from analysis.change import Change, ChangeKind
from analysis.findings.signing import needless_signatures
from analysis.instance import Instance, bits, union
from analysis.instance import Item as Kept
from analysis.letters import letters_behind
from analysis.optional import kept_options
from analysis.placing import Call, Spot
from analysis.removal import Choice
from analysis.residual import Residuals, shown_role
from processes import condition
from processes.catalogue import FormField
from processes.element import Assurance
from processes.procedure import (
    About,
    Approve,
    Back,
    Branch,
    Carry,
    Check,
    Choose,
    Decide,
    Document,
    FormStep,
    Identify,
    Issue,
    Item,
    Lookup,
    Parallel,
    ParallelBranch,
    Procedure,
    Step,
    Steps,
    Wait,
    Way,
    actor,
    walk,
)
from processes.shapes import Ground
from processes.words import Words

REDESIGNED = "-redesigned"  # what a redesign's name ends with


@dataclass
class Rewritten:
    """The redesigned procedure and what was changed to come to it."""

    procedure: Procedure
    changes: list[Change] = field(default_factory=list)


def rewritten(instance: Instance, choice: Choice, looked_up: list[Call]) -> Rewritten:
    """Return the procedure with just the kept items, and each look-up before the points where it is placed.

    Steps of which nothing is left go; the request stays. A return to a step that is gone leads to the step that follows
    it now, look-ups included; where a choice or the end of a way follows, to one at which nothing is done.

    Complexity: linear in steps, items and look-ups.
    """
    return _Rewriter(instance, choice, looked_up).rewrite()


Whole = TypeVar("Whole", Identify, Lookup, Issue)
OneWay = TypeVar("OneWay", Branch, ParallelBranch, Way)


class _Rewriter:
    def __init__(self, instance: Instance, choice: Choice, looked_up: list[Call]) -> None:
        self.instance, self.choice = instance, choice
        self.naming = instance.model.naming
        self.residuals = Residuals(instance)
        self.changes: list[Change] = []
        self.node = {
            id(place.item): node
            for node, place in enumerate(instance.points)
            if place.kind in ("step", "choose", "split", "back", "refused")
        }
        self.items: dict[int, list[Kept]] = {}
        for item in instance.items:
            self.items.setdefault(item.node, []).append(item)
        self.names = set(instance.procedure.step_by_id)
        options = kept_options(instance, choice.kept)
        self.narrowed = {option.instead_of: option for option in options if option.instead_of >= 0}
        self.log_ins: dict[int, list[Kept]] = {}
        for option in options:
            if option.log_in is not None:
                self.log_ins.setdefault(option.node, []).append(option)
        self.put_in: dict[Spot, list[tuple[Call, str]]] = {}
        for call in looked_up:
            name = self._name(
                "look-up-"
                + call.first.service.partition(".")[2]
                + "".join(f"-{_plain(self._role(one))}" for _, one in call.first.about)
            )
            for number, spot in enumerate(sorted(call.places)):
                self.put_in.setdefault(spot, []).append((call, name if number == 0 else self._name(name)))
        self.consents: dict[int, list[Kept]] = {}
        needed = union(rule.consent for call in looked_up for rule in call.rules)
        for option in options:
            if option.kind == "consent" and option.facts & needed:
                self.consents.setdefault(option.node, []).append(option)
        self.targets = {item.target for item in walk(instance.procedure.steps) if isinstance(item, Back)}
        self.behind = letters_behind(instance)
        self.signatures = {step.id for step, _ in needless_signatures(instance)} - instance.standing
        self.moved: dict[str, str] = {}  # a dropped step -> where returns to it lead now
        self.by_hand: set[str] = set()  # the facts on papers that residual forms ask for

    def rewrite(self) -> Rewritten:
        steps = self._sequence(self.instance.procedure.steps)
        steps = _each(steps, self._finished) if self.moved or self.by_hand else steps
        return Rewritten(_named_anew(self.instance.procedure.model_copy(update={"steps": steps})), self.changes)

    def _finished(self, item: Item) -> Item:
        """Return a step as it is once all others are known: returns lead on, and what was inspected no residual form's papers prove."""
        if isinstance(item, Back):
            target = item.target
            while target in self.moved:
                target = self.moved[target]
            return item.model_copy(update={"target": target})
        if isinstance(item, Check) and (papers := self.instance.papers_before_checks.get(item.id)) is not None:
            shown = self.by_hand - papers
            inspects = [name for name in item.verifies if name in item.inspects or self.naming.canonical(name) in shown]
            return (
                item if len(inspects) == len(item.inspects) else item.model_copy(update={"inspects": tuple(inspects)})
            )
        return item

    def _name(self, wish: str) -> str:
        name, number = wish, 2
        while name in self.names:
            name, number = f"{wish}-{number}", number + 1
        self.names.add(name)
        return name

    def _role(self, subject: str) -> str:
        return shown_role(self.instance, subject)

    def _changed(self, kind: ChangeKind, step: str, subject: str, says: Words) -> None:
        self.changes.append(Change(kind, step, subject, says))

    def _stays(self, item: Kept) -> bool:
        return bool(self.choice.kept >> item.number & 1)

    # --- steps

    def _sequence(self, steps: Steps, end: int = -1) -> Steps:
        made: list[Item] = []
        returned_to: list[Step] = []  # steps that are gone, to which returns lead, and which nothing has followed yet

        def add(item: Item) -> None:
            if returned_to and isinstance(item, Step):
                self.moved.update({step.id: item.id for step in returned_to})
            elif returned_to:
                made.append(self._standing_in(returned_to))
            returned_to.clear()
            made.append(item)

        for item in steps:
            node = self.node[id(item)]
            for log_in in self.log_ins.get(node, ()):
                add(self._log_in(item, log_in))
            for look_up in self._put_in(Spot(node)):
                add(look_up)
            left = self._item(item, node)
            if left is not None:
                add(left)
                continue
            assert isinstance(item, Step)  # noqa: S101  # only steps are dropped
            self._changed(
                "step dropped",
                item.id,
                item.id,
                Words(f"tidak ada lagi yang dikerjakan pada '{item.id}'", f"nothing is left to do at '{item.id}'"),
            )
            if item.id in self.targets:
                returned_to.append(item)
        for look_up in self._put_in(Spot(end, behind=True)):
            add(look_up)
        if returned_to:
            made.append(self._standing_in(returned_to))
        return tuple(made)

    def _put_in(self, spot: Spot) -> Iterator[Lookup]:
        """Yield the look-ups that stand at a place, each for what is read from there on."""
        for call, name in self.put_in.get(spot, ()):
            if wanted := call.wanted_at(spot, self.instance.reachable[spot.node]):
                yield self._look_up(call, name, wanted)

    def _ways(self, parts: Sequence[OneWay], node: int) -> tuple[OneWay, ...]:
        """Return the ways of a choice, rewritten."""
        ends = self.instance.ends_of_ways.get(node, {})
        return tuple(
            one.model_copy(update={"steps": self._sequence(one.steps, ends.get(number, -1))})
            for number, one in enumerate(parts)
        )

    def _standing_in(self, gone: list[Step]) -> Wait:
        """Return a step at which nothing is done, where returns lead to one that is gone and no step follows it."""
        self.moved.update({step.id: gone[0].id for step in gone[1:]})
        return Wait(id=gone[0].id, title=Words("Kasus dilanjutkan dari sini", "The case goes on from here"))

    def _nothing_by_hand(self, step: Lookup) -> Steps:
        """Return what stands where a look-up finds nothing, and nothing is left to ask: else the case would be held up there."""
        return (self._standing_in([item for item in step.not_found if isinstance(item, Step)]),)

    def _item(self, item: Item, node: int) -> Item | None:
        match item:
            case FormStep():
                return self._form(item, node)
            case Check():
                return self._check(item, node)
            case Identify():
                return self._whole(
                    item, node, "log-in dropped", Words("log masuk tidak diperlukan", "the log-in is not needed")
                )
            case Lookup():
                left = self._whole(
                    item,
                    node,
                    "look-up dropped",
                    Words("tidak ada yang membaca jawabannya", "nobody reads its answers"),
                )
                if isinstance(left, Lookup) and left.not_found:
                    by_hand = self._sequence(left.not_found) or self._nothing_by_hand(left)
                    return left.model_copy(update={"not_found": by_hand})
                return left
            case Issue() if item.letter:
                return self._whole(
                    item,
                    node,
                    "letter dropped",
                    Words("surat hanya membawa fakta yang sudah ada", "the letter carries only facts that are there"),
                )
            case Carry():
                return None if self._nobody_there(node) else item
            case Choose() | Parallel():
                return item.model_copy(update={"branches": self._ways(item.branches, node)})
            case Approve() if item.id in self.signatures:
                says = Words("tidak membaca atau memutuskan apa pun", "it reads nothing and decides nothing")
                self._changed("signature dropped", item.id, item.id, says)
                return None
            case Decide() | Approve():
                return item.model_copy(update={"ways": self._ways(item.ways, node)})
            case _:
                return item

    def _nobody_there(self, node: int) -> bool:
        """Whether papers are carried only to an office whose letters have all gone: those that follow right behind."""
        following = self.behind.get(node, ())
        return bool(following) and not any(self.choice.kept >> letter & 1 for letter in following)

    def _whole(self, step: Whole, node: int, kind: ChangeKind, says: Words) -> Whole | None:
        for item in self.items.get(node, ()):
            if not self._stays(item):
                self._changed(kind, step.id, step.id, says)
                return None
        return step

    def _form(self, step: FormStep, node: int) -> FormStep | None:
        questions = [item for item in self.items.get(node, ()) if item.question is not None]
        papers = [item for item in self.items.get(node, ()) if item.paper is not None]
        dropped = [item for item in (*questions, *papers) if not self._stays(item)]
        consents = self._new_consents(step, node)
        if not dropped and not consents:
            return step
        for item in dropped:
            self._drop(step, item)
        narrowed = [item for item in dropped if item.number in self.narrowed]
        left = [item for item in questions if self._stays(item)]
        under = {id(item.paper.document): self._condition(item) for item in narrowed if item.paper is not None}
        gone = {id(item.paper.document) for item in dropped if item.paper is not None} - under.keys()
        documents = tuple(
            document.model_copy(update={"condition": under[id(document)]}) if id(document) in under else document
            for document in step.documents
            if id(document) not in gone
        )
        if (
            not left
            and not narrowed
            and not documents
            and node not in self.instance.requests
            and step.id not in self.instance.standing
            and not step.needs
            and not step.records
        ):
            return None
        update: dict[str, object] = {"documents": documents}
        some = [self._narrow(item) for item in narrowed if item.question is not None]
        if len(left) < len(questions) or consents:
            names = [self._written(item, again=True) for item in left] + [one.id or "" for one in consents]
            narrow = {item.question.fact for item in narrowed if item.question is not None}
            asks = tuple(one for one in step.asks if self.naming.canonical(one.asks or "") not in narrow)
            names += [self._numbered(step, questions, one) for one in some]
            update["only"] = tuple(names)
            update["asks"] = (*asks, *some, *consents)
        if step.minutes:
            asked = [item for item in (*left, *narrowed) if item.question is not None]
            asked += self.consents.get(node, ())
            update["minutes"] = round(sum(item.minutes + item.officer_minutes for item in asked), 3)
        return step.model_copy(update=update)

    def _condition(self, item: Kept) -> str:
        """Return in words of the language when something is asked that was asked of all."""
        ways = self.narrowed[item.number].under
        tree = expression(self.instance.points, self.naming, ways) if ways is not None else None
        assert tree is not None  # noqa: S101  # conditions that cannot be read are not offered
        return condition.to_text(condition.renamed(tree, self.naming.shown))

    def _narrow(self, item: Kept) -> FormField:
        """Return a question, asked of some only."""
        question = item.question
        assert question is not None  # noqa: S101  # callers pass questions
        each = question.weight / (self.instance.model.expected(question.about) or 1)
        return FormField(
            asks=self._written(item),
            label=question.label,
            minutes=round(each, 3),
            rests_on=question.ground,
            condition=self._condition(item),
        )

    def _numbered(self, step: FormStep, questions: list[Kept], one: FormField) -> str:
        """Return the name of a question put behind the others, told from one of the form's own about the same fact."""
        fact = self.naming.canonical(one.asks or "")
        before = sum(item.question is not None and item.question.fact == fact for item in questions)
        before -= sum(self.naming.canonical(other.asks or "") == fact for other in step.asks)
        return f"{one.asks}#{before + 1}" if before else one.asks or ""

    def _log_in(self, before: Item, option: Kept) -> Identify:
        """Return the step at which somebody logs in before a form."""
        log_in, by = option.log_in, before.by if isinstance(before, Step) else None
        assert log_in is not None and by is not None  # noqa: S101  # as offered
        name = self._name(f"log-in-{_plain(actor(by).whom)}")
        facts = ", ".join(self.instance.shown(fact) for fact in bits(option.facts))
        self._changed("log-in added", name, log_in.id, Words(f"memastikan {facts}", f"makes sure of {facts}"))
        title = Words(f"Masuk: {log_in.title.id}", f"Log in: {log_in.title.en}")
        return Identify(id=name, title=title, by=by, using=log_in.id)

    def _written(self, item: Kept, *, again: bool = False) -> str:
        """Return a question as people write it; told from the same question further up on its form, if that is wanted."""
        question = item.question
        assert question is not None  # noqa: S101  # callers pass questions
        if question.fact is None:
            return question.id
        _, sign, number = question.id.partition("#")
        return self.naming.shown(question.fact) + (sign + number if again else "")

    def _drop(self, step: FormStep, item: Kept) -> None:
        if item.question is not None:
            name = self._written(item)
            words = item.question.label
            if item.number in self.narrowed:
                under = self._condition(item)
                self._changed(
                    "question narrowed",
                    step.id,
                    name,
                    Words(f"'{words.id}' hanya ditanyakan jika {under}", f"'{words.en}' is asked only if {under}"),
                )
                return
            self._changed(
                "question dropped",
                step.id,
                name,
                Words(
                    f"'{words.id}' diperoleh dengan cara lain setelah perubahan lainnya",
                    f"'{words.en}' comes another way once the other changes are made",
                ),
            )
        elif item.paper is not None and item.number in self.narrowed:
            under, name = self._condition(item), item.paper.id
            says = Words(f"'{name}' hanya diminta jika {under}", f"'{name}' is asked for only if {under}")
            self._changed("document narrowed", step.id, name, says)
        elif item.paper is not None:
            self._changed(
                "document dropped",
                step.id,
                item.paper.id,
                Words(f"'{item.paper.id}' tidak lagi diminta", f"'{item.paper.id}' is no longer asked for"),
            )

    def _new_consents(self, step: FormStep, node: int) -> list[FormField]:
        """Return the consents that are asked for on a form because the new look-ups need them."""
        made = []
        for option in self.consents.get(node, ()):
            name = self.instance.facts[option.facts.bit_length() - 1]
            service = name.removeprefix("consent to ").partition(" by ")[0]
            minutes = self.instance.policy.consent_minutes / self._shared(step)
            consent = consent_to(service, round(minutes, 3))
            made.append(consent)
            self._changed(
                "consent added",
                step.id,
                consent.id or "",
                Words(
                    f"persetujuan untuk {service} diminta di sini",
                    f"the consent to ask {service} is asked for here",
                ),
            )
        return made

    def _shared(self, step: FormStep) -> float:
        """Return what a form's own minutes make of those of its questions."""
        questions = self.instance.model.questions(step)
        weight, minutes = sum(one.weight for one in questions), sum(one.minutes for one in questions)
        return minutes / weight if weight and minutes else 1.0

    def _check(self, step: Check, node: int) -> Check | None:
        known = [n for n, name in enumerate(step.verifies) if self.naming.canonical(name) is not None]
        gone = {n for n, item in zip(known, self.items.get(node, []), strict=True) if not self._stays(item)}
        if not gone:
            return step
        verifies = tuple(name for n, name in enumerate(step.verifies) if n not in gone)
        inspects = tuple(name for name in step.inspects if name in verifies)
        for name in (step.verifies[n] for n in sorted(gone)):
            self._changed(
                "check dropped",
                step.id,
                name,
                Words(f"'{name}' tidak lagi diperiksa di sini", f"'{name}' is no longer checked here"),
            )
        if not verifies and not step.gives and not step.needs and not step.records:
            return None
        return step.model_copy(update={"verifies": verifies, "inspects": inspects})

    # --- look-ups

    def _look_up(self, call: Call, name: str, wanted: dict[int, int]) -> Lookup:
        rule = call.first
        words = {bit.bit_length() - 1: word for one in call.rules for bit, word in one.words}
        service = self.instance.model.catalogue.service[rule.service]
        offered = [*service.gives, *service.confirms]
        gets = tuple(sorted((words[fact] for fact in wanted), key=offered.index))
        about: str | tuple[About, ...] = self._role(rule.about[0][1])
        if rule.about[0][0]:
            about = tuple(About(id=one, role=self._role(role)) for one, role in rule.about)
        basis = rule.agreement.legal_basis[:1] if rule.agreement else ()
        title = Words(
            f"Cari data: {(service.title or Words(rule.service, rule.service)).id}",
            f"Look up: {(service.title or Words(rule.service, rule.service)).en}",
        )
        facts = ", ".join(self.instance.shown(fact) for fact in wanted)
        under = f" ({rule.agreement.id})" if rule.agreement else ""
        self._changed(
            "look-up added",
            name,
            rule.service,
            Words(f"{facts} dari {rule.name}{under}", f"{facts} from {rule.name}{under}"),
        )
        return Lookup(
            id=name,
            title=title,
            service=rule.service,
            about=about,
            gets=gets,
            rests_on=Ground(law=basis[0]) if basis else None,
            not_found=self._residual(call, name, wanted) if rule.coverage < 1 else (),
        )

    def _residual(self, call: Call, name: str, wanted: dict[int, int]) -> Steps:
        """Return the form that asks just what the look-up was to bring, where it finds nothing, and the check of its papers.

        What a paper shows that is asked for anyway is no question besides.
        """
        gives = 0
        for rule in call.rules:
            gives |= rule.gives
        facts = [fact for fact in wanted if gives >> fact & 1]  # what is only confirmed has been said already
        proven = [fact for fact, level in wanted.items() if level >= Assurance.DOCUMENTED]
        request = self._request()
        names = self.residuals.cheapest(proven, [fact for fact in facts if fact not in proven])
        documents = tuple(Document(document=name) for name in names)
        carried = {fact for name in names for fact in self.residuals.carried(name)}
        self.by_hand |= carried
        form_name = self._name(f"{name}-by-hand")
        form = FormStep(
            id=form_name,
            title=Words("Formulir sisa: data tidak ditemukan", "Residual form: nothing was found"),
            by=request.by if request else self.instance.procedure.agency,
            asks=tuple(self._field(fact) for fact in facts if self.instance.facts[fact] not in carried),
            documents=documents,
        )
        shown = ", ".join(self.instance.shown(fact) for fact in wanted)
        self._changed(
            "residual form added",
            form_name,
            shown,
            Words(f"hanya bila registri tidak menemukan: {shown}", f"only where the registry finds nothing: {shown}"),
        )
        if not proven:
            return (form,)
        like = self.residuals.check(proven)
        check = Check(
            id=self._name(f"{name}-check"),
            title=Words("Periksa dokumen formulir sisa", "Check the papers of the residual form"),
            by=like.by if like else self.instance.procedure.agency,
            minutes=self.residuals.checking(proven),
            verifies=tuple(self.instance.shown(fact) for fact in proven),
        )
        return (form, check)

    def _request(self) -> Step | None:
        """Return the first form by which somebody asks for it, if anybody does."""
        return next((self.instance.points[node].step for node in sorted(self.instance.requests)), None)

    def _field(self, fact: int) -> FormField:
        asked = self.residuals.field(fact)
        if asked is None:
            return FormField(asks=self.instance.shown(fact))
        return FormField(
            asks=self.instance.shown(fact),
            label=asked.label,
            minutes=self.residuals.each(fact),
            rests_on=asked.ground,
        )


def _named_anew(procedure: Procedure) -> Procedure:
    """Give a redesign a name of its own, so that it can stand beside today's procedure in one catalogue."""
    if procedure.id.endswith(REDESIGNED):
        return procedure
    title = Words(f"{procedure.title.id} (rancang ulang)", f"{procedure.title.en} (redesigned)")
    return procedure.model_copy(update={"id": procedure.id + REDESIGNED, "title": title})


def _plain(role: str) -> str:
    return role.replace(".", "-").replace("_", "-")


def _each(steps: Steps, made: Callable[[Item], Item]) -> Steps:
    """Return steps, each and all in them as they are made."""
    return tuple(_within(made(item), made) for item in steps)


def _within(item: Item, made: Callable[[Item], Item]) -> Item:
    match item:
        case Choose() | Parallel():
            return item.model_copy(update={"branches": _ways(item.branches, made)})
        case Decide() | Approve():
            return item.model_copy(update={"ways": _ways(item.ways, made)})
        case Lookup():
            return item.model_copy(update={"not_found": _each(item.not_found, made)})
    return item


def _ways(ways: Sequence[OneWay], made: Callable[[Item], Item]) -> tuple[OneWay, ...]:
    return tuple(way.model_copy(update={"steps": _each(way.steps, made)}) for way in ways)
