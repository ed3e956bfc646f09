"""The checker accepts the moves that are made, and none that was tampered with; it names the move."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from analysis.certificate import GROUNDS, Certificate, Move, Named, certificate_of, certificate_text, fingerprint
from analysis.certifying import certify
from analysis.checker.verifying import verify
from analysis.moves.candidate import exchanged
from processes.catalogue import FormField
from processes.procedure import (
    Approve,
    Check,
    Choose,
    Decide,
    FormStep,
    Lookup,
    Parallel,
    ParallelBranch,
    Procedure,
    Step,
    walk,
)
from processes.words import Words
from tests.analysis.moving import EVERY, Tried, lively
from tests.seeds import blocks
from tests.sketching import Sketch, agreement, sketch
from tests.tampering import Otherwise as Stage
from tests.tampering import changed, tampered


def refused(tried: Tried, certificate: Certificate, after: Procedure) -> list[str]:
    made = tried.made
    named = certificate.model_copy(update={"after": Named(procedure=after.id, sha256=fingerprint(after))})
    found = verify(made.procedure, after, made.catalogue, tried.policy, named)
    return [f"{one.where}: {one.says.en}" for one in found]


@pytest.mark.parametrize("seeds", blocks(120, 30), ids=str)
def test_every_random_redesign_that_was_moved_has_a_certificate_that_holds(seeds: range) -> None:
    """A redesign is refused by its own checker or certified: so it is enough that all that hold before moves hold after."""
    kinds: Counter[str] = Counter()
    for seed in seeds:
        tried = Tried(lively(seed), EVERY)
        redesign = tried.analysis.redesign
        assert not [one.en for one in redesign.refused if "checker" in one.en], seed
        if redesign.after is not None:
            assert redesign.certificate is not None
            assert not refused(tried, redesign.certificate, redesign.after), seed
            kinds.update(one.kind for one in redesign.moves)
    assert len(kinds) > 3, kinds


def test_a_certificate_with_moves_is_read_back_and_holds() -> None:
    read_back = 0
    for seed in range(12):
        tried = Tried(lively(seed), EVERY)
        redesign = tried.analysis.redesign
        if redesign.after is not None and redesign.moves:
            assert redesign.certificate is not None
            claims = certificate_of(certificate_text(redesign.certificate))
            assert not refused(tried, claims, redesign.after), seed
            read_back += 1
    assert read_back > 2


@pytest.mark.parametrize("seeds", blocks(60, 10), ids=str)
def test_what_a_move_says_otherwise_is_refused(seeds: range) -> None:
    for seed in seeds:
        tried = Tried(lively(seed), EVERY)
        redesign = tried.analysis.redesign
        for number, move in enumerate(redesign.certificate.moves if redesign.certificate else ()):
            assert redesign.after is not None and redesign.certificate is not None
            others = [
                one for one in EVERY if one != move.kind and {one, move.kind} != {"drop carrying", "share papers"}
            ]
            for update in (
                *({"kind": kind} for kind in others),
                {"steps": (*move.steps, "more")},
                {"steps": move.steps[1:]},
                {"steps": (*move.steps[:-1], move.steps[-1][:1], move.steps[-1][1:])},
                {"into": "elsewhere"},
                {"over": (*move.over, "more")},
                {"because": "it is quicker"},
                {"made_in": redesign.after},
                {"made_in": redesign.before},
            ):
                forged = move.model_copy(update=update)
                moves = (*redesign.certificate.moves[:number], forged, *redesign.certificate.moves[number + 1 :])
                certificate = redesign.certificate.model_copy(update={"moves": moves})
                assert refused(tried, certificate, redesign.after), (seed, move.kind, update)
            left_out = (*redesign.certificate.moves[:number], *redesign.certificate.moves[number + 1 :])
            assert refused(tried, redesign.certificate.model_copy(update={"moves": left_out}), redesign.after), seed


STEPS = """
- form: apply
  asks: [child.name, child.phone]
- check: one
  by: {by}
  waits: 1 hour
  verifies: [child.name]
- check: two
  by: office
  waits: 1 hour
  verifies: [{verified}]
- decide: fine
  by: village
  needs: [child.name]
  ways:
    - way: good
    - way: bad
      share: 10%
      steps: [{{refuse: unfit}}]
- pay: fee
- notify: told
  by: office
  whom: applicant
  carries: [child.phone]
- issue: deed
  by: office
  carries: [child.name, child.phone]
"""


def by_hand(by: str = "village", verified: str = "child.phone", policy: str = "moves: [side by side]") -> Sketch:
    return sketch(STEPS.format(by=by, verified=verified), policy=policy)


def forged(
    made: Sketch, made_in: Procedure, after: Procedure, kind: str, steps: tuple[str, ...], over: tuple[str, ...]
) -> list[str]:
    """Return why a move is refused that somebody makes by hand, with an honest certificate but for that."""
    redesign = made.analysis.redesign
    certificate = certify(made.today, replace(redesign, after=made_in, moves=(), optimum=None))
    move = redesign.certificate.moves[0].model_copy(  # type: ignore[union-attr]  # there is one
        update={"kind": kind, "steps": steps, "over": over, "made_in": made_in, "into": ""}
    )
    move = move.model_copy(update={"because": GROUNDS[kind]})
    named = Named(procedure=after.id, sha256=fingerprint(after))
    claims = certificate.model_copy(update={"moves": (move,), "after": named})
    return [f"{one.where}: {one.says.en}" for one in verify(made.procedure, after, made.catalogue, made.policy, claims)]


def beside(procedure: Procedure, first: str, second: str) -> Procedure:
    steps = procedure.steps
    at = next(n for n, one in enumerate(steps) if getattr(one, "id", "") == first)
    sides = tuple(ParallelBranch(id=one.id, steps=(one,)) for one in steps[at : at + 2] if isinstance(one, Step))
    assert [one.id for one in sides] == [first, second]
    return exchanged(procedure, steps, (*steps[:at], Parallel(branches=sides), *steps[at + 2 :]))


def test_steps_may_stand_side_by_side_only_if_nothing_holds_them() -> None:
    made = by_hand()
    unmoved = made.analysis.redesign.unmoved
    assert unmoved is not None and made.analysis.redesign.moves

    right = beside(unmoved, "one", "two")
    assert not forged(made, unmoved, right, "side by side", ("one", "two"), ("one", "two"))
    for first, second, why in (
        ("apply", "one", "has to keep its place"),
        ("two", "fine", "has to keep its place"),
        ("told", "deed", "has to keep its place"),
    ):
        wrong = beside(unmoved, first, second)
        found = forged(made, unmoved, wrong, "side by side", (first, second), (first, second))
        assert any(why in line for line in found), (first, second, found)


@pytest.mark.parametrize(
    ("by", "verified"),
    [("office", "child.phone"), ("village", "child.phone]\n  needs: [child.name")],
    ids=["the same hands", "one reads what the other makes surer"],
)
def test_steps_that_depend_on_each_other_may_not_stand_side_by_side(by: str, verified: str) -> None:
    made, other = by_hand(by, verified), by_hand()
    unmoved = made.analysis.redesign.unmoved
    assert unmoved is not None
    move = other.analysis.redesign.certificate
    assert move is not None
    wrong = beside(unmoved, "one", "two")
    certificate = certify(made.today, replace(made.analysis.redesign, after=unmoved, moves=(), optimum=None))
    forged_move = move.moves[0].model_copy(update={"made_in": unmoved, "steps": ("one", "two"), "over": ("one", "two")})
    named = Named(procedure=wrong.id, sha256=fingerprint(wrong))
    claims = certificate.model_copy(update={"moves": (forged_move,), "after": named})

    found = [one.says.en for one in verify(made.procedure, wrong, made.catalogue, made.policy, claims)]
    assert any("depend on each other" in line for line in found), found


def test_a_move_that_changes_more_than_it_says_is_refused() -> None:
    made = by_hand()
    unmoved = made.analysis.redesign.unmoved
    assert unmoved is not None
    right = beside(unmoved, "one", "two")
    for wrong in (
        changed(right, "one", verifies=()),
        changed(right, "two", minutes=99.0),
        changed(right, "fee", fee=99.0),
        changed(right, "deed", carries=()),
        right.model_copy(update={"agency": "village"}),
        exchanged(right, right.steps, (right.steps[0], *reversed(right.steps[1:-1]), right.steps[-1])),
    ):
        assert forged(made, unmoved, wrong, "side by side", ("one", "two"), ("one", "two"))


def test_a_kind_that_the_policy_switches_off_is_refused() -> None:
    made = by_hand()
    redesign = made.analysis.redesign
    assert redesign.certificate is not None and redesign.after is not None
    policy = made.policy.model_copy(update={"moves": ()})
    certificate = redesign.certificate.model_copy(update={"policy": policy})

    found = verify(made.procedure, redesign.after, made.catalogue, policy, certificate)
    assert [one.says.en for one in found] == ["the policy switches off moves of the kind 'side by side'"]


@pytest.mark.parametrize("seeds", blocks(40, 5), ids=str)
def test_what_a_move_was_made_in_is_believed_in_nothing(seeds: range) -> None:
    """Whoever writes a procedure of his own into the certificate is refused, even if it names what there is not."""
    for seed in seeds:
        tried = Tried(lively(seed), EVERY)
        redesign = tried.analysis.redesign
        if redesign.certificate is None or not redesign.moves or redesign.after is None:
            continue
        for stage in _spoilt(redesign.moves[0].made_in):
            move = redesign.certificate.moves[0].model_copy(update={"made_in": stage})
            moves = (move, *redesign.certificate.moves[1:])
            assert refused(tried, redesign.certificate.model_copy(update={"moves": moves}), redesign.after), seed


def _spoilt(procedure: Procedure) -> list[Procedure]:
    found = [procedure.model_copy(update={"steps": procedure.steps[:-1] or procedure.steps, "agency": "nobody"})]
    for item in walk(procedure.steps):
        match item:
            case Check():
                found.append(changed(procedure, item.id, verifies=("nobody.nothing",)))
            case FormStep():
                found.append(changed(procedure, item.id, by="nobody"))
            case Lookup():
                found.append(changed(procedure, item.id, service="no.service"))
            case Decide() | Approve():
                found.append(changed(procedure, item.id, needs=(), minutes=1.5))
            case Choose():
                continue
    return found


ASKED_IN_SIDES = """
- form: start
  asks: [child.name]
- parallel:
    - branch: one
      steps:
        - form: a
          asks: [child.phone, child.birth_date]
    - branch: two
      steps:
        - form: b
          asks: [child.income, child.birth_date]
    - branch: three
      steps:
        - derive: compute
          computes: {{child.sex: child.birth_date}}
        - choose:
            - if: {tested} is known
              steps: [{{notify: told}}]
            - else: []
- issue: deed
  by: office
  carries: [child.name, child.birth_date, child.phone, child.income]
"""


@pytest.mark.parametrize(("tested", "asked_once"), [("child.sex", False), ("child.nik", True)])
def test_what_is_asked_before_a_split_makes_nothing_known_there_that_was_not(tested: str, asked_once: bool) -> None:
    made = sketch(ASKED_IN_SIDES.format(tested=tested), policy="moves: [ask before the split]")
    moves = made.analysis.redesign.moves
    assert bool(moves) == asked_once
    unmoved = made.analysis.redesign.unmoved or made.after
    field = FormField(asks="child.birth_date", label=Words("birth date child", "birth date of the child"), minutes=0.5)
    earlier = changed(unmoved, "start", asks=(FormField(asks="child.name"), field))
    earlier = changed(earlier, "a", only=("child.phone",))
    earlier = changed(earlier, "b", only=("child.income",))
    certificate = certify(made.today, replace(made.analysis.redesign, after=unmoved, moves=(), optimum=None))
    move = Move(
        kind="ask before the split",
        steps=("a", "b"),
        into="start",
        because=GROUNDS["ask before the split"],
        made_in=unmoved,
    )
    named = Named(procedure=earlier.id, sha256=fingerprint(earlier))
    claims = certificate.model_copy(update={"moves": (move,), "after": named})

    found = [one.says.en for one in verify(made.procedure, earlier, made.catalogue, made.policy, claims)]

    assert found == ([] if asked_once else ["'start' asks for something else than before"])


def test_what_a_form_would_still_ask_is_not_asked_before_the_split() -> None:
    steps = ASKED_IN_SIDES.format(tested="child.nik").replace(
        "[child.income, child.birth_date]", "[child.birth_date, child.income, {asks: child.birth_date, minutes: 9}]"
    )
    redesign = sketch(steps, policy="moves: [ask before the split]").analysis.redesign

    assert redesign.after is not None, [one.en for one in redesign.refused]


GOES_AHEAD = """
- form: request
  by: child
  asks: [child.name]
- check: read
  by: village
  verifies: [child.name]
- parallel:
    - branch: one
      steps:
        - form: a
          minutes: 3
          asks: [child.birth_date]
        - check: seen
          by: village
          verifies: [child.birth_date]
    - branch: two
      steps:
        - form: b
          asks: [child.birth_date]
- issue: deed
  by: office
  carries: [child.name, child.birth_date]
"""


def test_a_form_that_several_sides_have_goes_ahead_of_the_split_and_is_as_it_was() -> None:
    made = sketch(GOES_AHEAD, policy="moves: [ask before the split]")
    [move] = made.analysis.redesign.moves
    certificate = made.analysis.redesign.certificate
    assert move.into == "a" and certificate is not None

    def refusals(after: Procedure) -> list[str]:
        named = Named(procedure=after.id, sha256=fingerprint(after))
        claims = certificate.model_copy(update={"after": named})
        return [one.says.en for one in verify(made.procedure, after, made.catalogue, made.policy, claims)]

    assert not refusals(made.after)
    assert "'a' asks for something else than before" in refusals(changed(made.after, "a", only=()))
    assert "a: 'minutes' is not as it is today" in refusals(changed(made.after, "a", minutes=1.0))
    assert "more was changed here than 'a'" in refusals(changed(made.after, "a", by="village"))
    first = made.after.steps[0]
    late = made.after.model_copy(
        update={"steps": (made.after.steps[2], first, *made.after.steps[1:2], *made.after.steps[3:])}
    )
    assert "more was changed here than 'ask before the split'" in refusals(late)


def test_what_a_form_does_not_ask_any_more_it_does_not_write() -> None:
    """Once the phone is asked before the split, whoever reads it may stand beside a form that asked it before."""
    steps = """
- form: request
  by: child
  asks: [child.name]
- parallel:
    - branch: one
      steps:
        - form: a
          by: child
          waits: 1 day
          asks: [child.phone, child.income]
    - branch: two
      steps:
        - form: b
          by: child
          asks: [child.phone]
- check: seen
  by: village
  waits: 1 day
  verifies: [child.phone]
- issue: deed
  by: office
  carries: [child.name, child.phone, child.income]
"""
    redesign = sketch(steps, policy="moves: [ask before the split, side by side]").analysis.redesign

    assert not redesign.refused, [one.en for one in redesign.refused]
    assert [one.kind for one in redesign.moves] == ["ask before the split", "side by side"]


def test_forms_that_become_one_take_as_long_as_both() -> None:
    made = sketch(
        """
- form: one
  minutes: 4
  asks: [child.name]
- form: two
  minutes: 5
  asks: [child.sex]
- issue: deed
  by: office
  carries: [child.name, child.sex]
""",
        policy="moves: [merge]",
    )
    certificate = made.analysis.redesign.certificate
    assert certificate is not None and made.after.step_by_id["one"].minutes == 9
    after = changed(made.after, "one", minutes=1.0)
    claims = certificate.model_copy(update={"after": Named(procedure=after.id, sha256=fingerprint(after))})

    found = [one.says.en for one in verify(made.procedure, after, made.catalogue, made.policy, claims)]

    assert found == ["one: 'minutes' is not as it is today"]


REFUSES_BEFORE_IT_LOOKS_UP = """
- form: apply
  asks: [child.name, child.birth_date, child.nik, child.sex]
- choose:
    - if: child.sex = "m"
      steps: [{refuse: unfit}]
    - else: []
- issue: deed
  by: office
  carries: [child.name, child.birth_date, child.nik]
"""


def test_no_look_up_is_put_before_a_refusal_that_does_not_need_it() -> None:
    """A decision may come before the look-up; for whom it refuses nobody then looks anything up. Not the other way round."""
    made = sketch(
        REFUSES_BEFORE_IT_LOOKS_UP,
        agreement("people", "people.nik-by-name"),
        policy="moves: [knock out first]\nknock_outs_across_agencies: true",
    )
    unmoved = made.analysis.redesign.unmoved or made.after
    apply, refusing, look_up, *rest = unmoved.steps
    assert isinstance(look_up, Lookup) and isinstance(refusing, Choose)
    early = unmoved.model_copy(update={"steps": (apply, look_up, refusing, *rest)})
    claims = certify(made.today, replace(made.analysis.redesign, after=unmoved, moves=(), optimum=None))
    move = Move(
        kind="knock out first",
        steps=(look_up.id,),
        over=("unfit",),
        because=GROUNDS["knock out first"],
        made_in=unmoved,
    )
    moved = claims.model_copy(update={"moves": (move,), "after": Named(procedure=early.id, sha256=fingerprint(early))})

    found = [one.says.en for one in verify(made.procedure, early, made.catalogue, made.policy, moved)]

    assert found == [f"'{look_up.id}' asks for cases, too, that do not need it"]


@pytest.mark.parametrize("seeds", blocks(24, 4), ids=str)
def test_what_was_tampered_with_after_moves_is_refused(seeds: range) -> None:
    """Whatever is changed in the redesign once it was moved, or in what a move was made in."""
    for seed in seeds:
        tried = Tried(lively(seed), EVERY)
        redesign = tried.analysis.redesign
        if redesign.after is None or redesign.certificate is None or not redesign.moves:
            continue
        moves = redesign.certificate.moves
        for number in range(len(moves) + 1):
            stage = moves[number].made_in if number < len(moves) else redesign.after
            kinds = [one for one in tampered(Stage(tried.made, tried.policy, stage)) if not one.perhaps]
            for one in Random(seed).sample(kinds, min(20, len(kinds))):
                if one.procedure == stage:
                    continue
                after, claims = redesign.after, redesign.certificate
                if number == len(moves):
                    after = one.procedure
                else:
                    forged = moves[number].model_copy(update={"made_in": one.procedure})
                    claims = claims.model_copy(update={"moves": (*moves[:number], forged, *moves[number + 1 :])})
                assert refused(tried, claims, after), (seed, number, one.kind, one.step)
