"""Gives to a machine what the language states to the last detail, and says what is left to people and why."""

from collections.abc import Callable, Iterator

from analysis.instance import bits
from analysis.lawful import permissions
from analysis.move import Left
from analysis.moves.candidate import Candidate, exchanged
from analysis.moves.effects import Surroundings
from analysis.supply import Supply
from processes.element import Assurance
from processes.procedure import Approve, Check, Decide, Derive, Lookup, Step
from processes.words import Words

LEFT_TO_PEOPLE = Words(
    "semua fakta yang dibacanya sudah otoritatif, tetapi bahasa ini tidak menyatakan syarat jalurnya: bila hukum "
    "menetapkannya, tulis sebagai 'choose'",
    "all facts it reads are authoritative, but no condition is stated for its ways: if the law has one, write it as 'choose'",
)
SIGNATURE = Words(
    "tanda tangan tetap pada pejabatnya, walaupun semua fakta yang dibacanya sudah otoritatif",
    "a signature stays with its officer, though all facts it reads are authoritative",
)


def automations(around: Surroundings, supplied: Callable[[], Supply]) -> Iterator[Candidate]:
    """Yield each step that a machine may take over, because nothing is left to judge in it.

    - a look-up that an officer makes by hand, if the procedure's own agency may ask for all of it without a consent;
    - a computation that an officer makes: the language states its expression;
    - a check of facts all of which are documented or surer without it, by which nothing is found out.

    None of a step that states what it reads: who does it looks at that.

    Args:
        around: The procedure.
        supplied: What is certain in it, where that is asked for.

    Complexity: linear in steps and agreements.
    """
    for steps in around.lists:
        for number, step in enumerate(steps):
            if not isinstance(step, Step) or step.by is None or step.needs:
                continue
            why = _nothing_to_judge(around, supplied, step)
            if why is not None:
                alone = step.model_copy(update={"by": None, "minutes": 0.0, "waits": None})
                made = (*steps[:number], alone, *steps[number + 1 :])
                yield Candidate(exchanged(around.instance.procedure, steps, made), "automate", (step.id,), why)


def _nothing_to_judge(around: Surroundings, supplied: Callable[[], Supply], step: Step) -> Words | None:
    match step:
        case Lookup() if _may_be_asked(around, step):
            return Words(
                f"petugas mengetik yang dapat ditanyakan sistem sendiri kepada {step.service}",
                f"an officer types what the system may ask {step.service} itself",
            )
        case Derive():
            return Words(
                "hanya penghitungan yang rumusnya sudah tertulis", "it only computes what is written as a formula"
            )
        case Check() if not step.gives and not _read_silently(around, step):
            state = supplied().before[around.node(step)]
            facts = around.instance.mask(around.instance.model.naming.known(step.verifies))
            if facts and state is not None and all(state.level(fact) >= Assurance.DOCUMENTED for fact in bits(facts)):
                return Words(
                    "semua yang diperiksa sudah pasti tanpa pemeriksaan ini",
                    "all that is checked is documented or surer without this check",
                )
            return None
        case _:
            return None


def _may_be_asked(around: Surroundings, step: Lookup) -> bool:
    """Whether the procedure's agency may ask a service for all that a look-up gets, and needs no consent for it."""
    instance = around.instance
    procedure, catalogue = instance.procedure, instance.model.catalogue
    service = catalogue.service.get(step.service)
    if service is None:
        return False
    purpose = step.purpose or procedure.purpose
    allowed = permissions(catalogue, instance.policy, step.service, frozenset([procedure.agency]), purpose)
    wanted = frozenset(step.gets or (*service.gives, *service.confirms))
    return any(one.facts >= wanted and not one.agreement.consent for one in allowed)


def _read_silently(around: Surroundings, step: Check) -> bool:
    """Whether a judgement that does not say what it reads is taken to read that it was checked here."""
    return bool(around.instance.reachable[around.node(step)] & around.instance.silent)


def left_to_people(around: Surroundings, supplied: Supply) -> Iterator[Left]:
    """Yield the judgements that stay with people though all they read is authoritative, with what would free them."""
    instance = around.instance
    for node, place in enumerate(instance.points):
        step, state = place.step, supplied.before[node]
        if not isinstance(step, Decide | Approve) or place.kind != "step" or not step.needs or state is None:
            continue
        facts = instance.mask(instance.model.naming.known(need.fact for need in step.needs))
        if all(state.level(fact) >= Assurance.AUTHORITATIVE for fact in bits(facts)):
            yield Left(step.id, LEFT_TO_PEOPLE if step.ways else SIGNATURE)
