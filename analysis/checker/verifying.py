"""Whether a certificate holds: the steps of the argument in order; `__init__.py` tells what they are and where to read on."""

from collections import Counter

from analysis.certificate import Certificate, fingerprint, reached_fingerprint
from analysis.checker import words as says
from analysis.checker.additions import Additions, Law, sound
from analysis.checker.agreeing import by_answers
from analysis.checker.claims import Claims
from analysis.checker.moves import check_moves
from analysis.checker.reading import Reading
from analysis.checker.rules import Facts
from analysis.checker.stage import Stage
from analysis.checker.steps import Comparison
from analysis.checker.ways import Way, of_some
from analysis.checker.words import Refusal, Refusals
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.procedure import Procedure, Step, walk
from processes.resolved import resolved


def verify(
    before: Procedure, after: Procedure, catalogue: Catalogue, policy: Policy, certificate: Certificate
) -> tuple[Refusal, ...]:
    """Return why a redesign and its certificate are refused: nothing, if they hold.

    What is proven then: as long as suppliers tell the truth, declared facts are true or corrected, and a judgement depends on
    nothing but what its step declares, the redesign comes to the same outcome as today for every case, with the same facts on what
    is issued, each at least as sure. What services cover and what people are asked for in minutes is not proven.

    Args:
        before: Today's procedure, well-formed.
        after: The redesigned one, well-formed.
        catalogue: What both refer to.
        policy: The date, and what counts.
        certificate: What is claimed.

    Complexity: linear in steps, facts and lines of the certificate; one more pass for each return that lowers what is certain;
    up to 64, where choices must agree.

    Source:
        Translation validation: Pnueli, A., Siegel, M., Singerman, E. (1998), https://doi.org/10.1007/BFb0054170. Certifying
        algorithms: McConnell, R., Mehlhorn, K., Näher, S., Schweitzer, P. (2011), https://doi.org/10.1016/j.cosrev.2010.09.009.
    """
    refuse = Refusals()
    _about_these(before, after, catalogue, policy, certificate, refuse)
    if refuse:  # what is not about these files is looked at no further
        return tuple(refuse)
    try:
        _hold(before, after, catalogue, policy, certificate, refuse)
    except (KeyError, IndexError, AttributeError, ValueError, StopIteration):
        if not certificate.moves:
            raise
        # what moves were made in comes with the certificate, and nobody has looked yet whether it names what there is
        refuse("moves[0].made_in", says.UNREADABLE_STAGE)
    return tuple(refuse)


def _about_these(
    before: Procedure, after: Procedure, catalogue: Catalogue, policy: Policy, said: Certificate, refuse: Refusals
) -> None:
    """Ask whether the certificate is about these procedures, catalogue and policy, and names tell steps apart [1]."""
    for path, named, procedure in (("before", said.before, before), ("after", said.after, after)):
        if (named.procedure, named.sha256) != (procedure.id, fingerprint(procedure)):
            refuse(f"{path}.sha256", says.OTHER_PROCEDURE, procedure.id)
    if said.catalogue != reached_fingerprint(before, catalogue):
        refuse("catalogue", says.OTHER_CATALOGUE)
    if fingerprint(said.policy) != fingerprint(policy):
        refuse("policy", says.OTHER_POLICY, said.policy.id, said.policy.date, policy.id, policy.date)
    for procedure in (before, after, *(move.made_in for move in said.moves)):
        names = Counter(item.id for item in walk(procedure.steps) if isinstance(item, Step))
        for name in sorted(name for name, times in names.items() if times > 1):
            refuse(f"{procedure.id}: {name}", says.NAMED_TWICE, name)


def _hold(
    old: Procedure, new: Procedure, catalogue: Catalogue, policy: Policy, said: Certificate, refuse: Refusals
) -> None:
    """Go through the argument: today's procedure beside the redesign before any move, and then the moves."""
    unmoved = said.moves[0].made_in if said.moves else new  # about that speak all lines but the moves
    facts, then = Facts(), resolved(old, catalogue)  # [3]
    before, model = Way(then, facts), resolved(unmoved, catalogue, then)
    after = Way(model, facts, before.seen(of_some(before, model)))
    pairs = Comparison(before, after, policy.date, refuse)  # [2, 9]
    reading = Reading(before, after, pairs, refuse)
    reading.check()  # [4-6]
    sound(after, refuse)  # [7]
    law = Law(unmoved, catalogue, policy)
    additions = Additions(reading, pairs, law, refuse)
    additions.check(said.suppliers)  # [7, 8]
    Claims(said, reading, pairs, refuse).check()  # [10]
    if said.moves and not refuse:  # [11]
        end = Way(resolved(new, catalogue, model), facts, after.beside)
        sound(end, refuse)
        additions.not_earlier(end)
        answered = by_answers(before, after, end) if reading.agreed else ()
        check_moves(
            Stage(after, before.shown, law, refuse), said.moves, end, [(one, last) for _, one, last in answered]
        )
