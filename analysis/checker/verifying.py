"""The independent checker: whether a redesign decides every case as today; shares no code with whoever makes redesigns.

It reads both procedures, the catalogue, the policy and the certificate, finds out by itself what is certain where, and holds
the claims against that. Of the folder around it imports the shape of certificates alone, of `processes/` what the language
means: values, the names of facts, the reading of conditions.

Why what it accepts decides every case as today is told on one page, "Certificate and checker" in `analysis/README.md`. Numbers in
brackets are the steps of that argument: `[4]`.

Read in this order:

- `steps.py` lays the steps of both side by side [2, 9]; `flow.py` says how they follow each other, `things.py` what they are about;
- `rules.py` says how facts come from facts, `ways.py` goes all ways of one procedure and notes how sure each fact is where it
  is read [3], `agreeing.py` once more for each answer to conditions that several choices share [4];
- `reading.py` asks that what is read is there as today [4-6], `additions.py` that what is put in may be and is needed [7, 8];
- `claims.py` holds the lines of the certificate against all that [10], `moves.py` goes from there through the moves [11].

`words.py` has the sentences.
"""

from collections import Counter
from collections.abc import Callable

from analysis.certificate import Certificate, fingerprint, reached_fingerprint
from analysis.checker import words as says
from analysis.checker.additions import Additions, Law, sound
from analysis.checker.agreeing import by_answers
from analysis.checker.claims import Claims
from analysis.checker.moves import Moves
from analysis.checker.reading import Reading
from analysis.checker.rules import Facts
from analysis.checker.steps import Comparison
from analysis.checker.ways import Narrowed, Way
from analysis.checker.words import Refusal
from processes.catalogue import Catalogue
from processes.part import placeless
from processes.policy import Policy
from processes.procedure import Procedure, Step, walk
from processes.resolved import Resolved, resolved
from processes.words import Words

Refuses = Callable[..., None]


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
    found = dict[Refusal, None]()
    unmoved = certificate.moves[0].made_in if certificate.moves else after  # about that speak all lines but the moves

    def refuse(where: str, words: Words, *parts: object) -> None:
        found[Refusal(where, says.filled(words, *parts))] = None

    _about_these(before, after, catalogue, policy, certificate, refuse)
    if found:  # what is not about these files is looked at no further
        return tuple(found)
    try:
        _hold(before, unmoved, after, catalogue, policy, certificate, refuse)
    except (KeyError, IndexError, AttributeError, ValueError, StopIteration):
        if not certificate.moves:
            raise
        # what moves were made in comes with the certificate, and nobody has looked yet whether it names what there is
        refuse("moves[0].made_in", says.UNREADABLE_STAGE)
    return tuple(found)


def _about_these(
    before: Procedure, after: Procedure, catalogue: Catalogue, policy: Policy, said: Certificate, refuse: Refuses
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
    old: Procedure,
    new: Procedure,
    moved: Procedure,
    catalogue: Catalogue,
    policy: Policy,
    said: Certificate,
    refuse: Refuses,
) -> None:
    """Go through the argument: what there is, today and in the redesign before any move, and then the moves."""
    refused: list[str] = []

    def refusing(where: str, words: Words, *parts: object) -> None:
        refused.append(where)
        refuse(where, words, *parts)

    facts, then = Facts(), resolved(old, catalogue)
    alike = [placeless(one) for one in old.roles] == [placeless(one) for one in new.roles]
    before = Way(then, facts, None)  # [3]
    model = _like(then, new) if alike else resolved(new, catalogue)
    after = Way(model, facts, before.shown, narrowed=Narrowed.of(before, model))
    pairs = Comparison(before, after, policy.date, refusing)  # [2, 9]
    reading = Reading(before, after, pairs, refusing)
    reading.check()  # [4-6]
    sound(after, refusing)  # [7]
    law = Law(new, catalogue, policy)
    Additions(reading, pairs, law, refusing).check(said.suppliers)  # [7, 8]
    Claims(said, reading, pairs, refusing).check()  # [10]
    if said.moves and not refused:  # [11]
        end = Way(_like(after.model, moved), facts, before.shown, narrowed=after.narrowed)
        sound(end, refuse)
        answered = by_answers(before, after, end) if reading.agreed else ()
        Moves(after, before.shown, law, refuse).check(said.moves, end, [(one, last) for _, one, last in answered])


def _like(model: Resolved, procedure: Procedure) -> Resolved:
    """Return a procedure with the same roles, read against the same catalogue: forms that are the same value ask the same."""
    same = {name for name, step in procedure.step_by_id.items() if step is model.procedure.step_by_id.get(name)}
    questions = {name: asked for name, asked in model._questions.items() if name in same}
    papers = {name: taken for name, taken in model._papers.items() if name in same}
    return Resolved(procedure, model.catalogue, model.naming, questions, papers)
