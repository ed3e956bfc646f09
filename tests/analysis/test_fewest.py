"""The fewest questions: worked out by hand, by trying every redesign, and by the engine, held against each other."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from fractions import Fraction
from itertools import product
from math import prod
from typing import NoReturn

import pytest

from analysis.redesign import redesigned
from processes.policy import Policy
from processes.procedure import FormStep
from tests import oracle
from tests.fewest import (
    Cost,
    Demand,
    Fewest,
    Keeping,
    NotTinyError,
    Plan,
    Redesign,
    Search,
    Supplier,
    Supply,
    fewest,
)
from tests.generating import Made, few, few_policy, smallest
from tests.seeds import blocks
from tests.sketching import CATALOGUE, Sketch, agreement, sketch

some_seeds = pytest.mark.parametrize("seeds", blocks(80, 10), ids=str)

# --- by hand --------------------------------------------------------------------------------------------------------

WORDS = "abcdefghk"
BASE = CATALOGUE.replace(
    "  sex: text\n", "  sex: text\n" + "".join(f"  {one}: {{type: number, minutes: 1}}\n" for one in WORDS)
)
BARE = "contact_minutes: 0\nnew_log_ins: false\n"


def example(steps: str, *more: str, policy: str = BARE) -> Sketch:
    return sketch(steps, *more, base=BASE, policy=policy)


def answer(one: Sketch) -> Fewest:
    return fewest(one.procedure, one.catalogue, one.policy)


def minutes(found: Fewest) -> float:
    assert found.cost is not None
    return found.cost.citizen / 1000


def kept(found: Fewest) -> set[frozenset[str]]:
    """Return the sets of fields, documents and log-ins that attain the minimum, checks left out."""
    return {_kept(one) for one in found.redesigns}


def _kept(one: Redesign) -> frozenset[str]:
    return frozenset(
        f"{thing.step} {thing.name.removeprefix('child.')}" + (" if" if under else "")
        for thing, under in one.kept
        if thing.kind != "check"
    )


def services(*rules: str, coverage: Sequence[float] = (), key_level: str = "declared") -> tuple[str, ...]:
    """Return a registry with a service about a person for each rule `keys -> answers`, and an agreement for all."""
    lines = ["registry: r", "title: r", "agency: village", "services:"]
    for number, rule in enumerate(rules):
        keys, _, answers = rule.partition(" -> ")
        found = f", coverage: {coverage[number]}" if coverage else ""
        lines.append(
            f"  s{number}: {{about: person, needs: [{keys}], gives: [{answers}], key_level: {key_level}{found}}}"
        )
    return "\n".join(lines), agreement("all", *(f"r.s{number}" for number in range(len(rules))))


def asking(weights: Mapping[str, float], demand: str, *rules: str, coverage: Sequence[float] = ()) -> Fewest:
    """Return the answer for one form that asks facts of the child, and one issue that carries some of them."""
    fields = "".join(f"\n    - {{asks: child.{fact}, minutes: {cost}}}" for fact, cost in weights.items())
    carried = ", ".join(f"child.{fact}" for fact in demand.split())
    steps = f"- form: apply\n  asks:{fields}\n- issue: deed\n  by: office\n  carries: [{carried}]\n"
    return answer(example(steps, *services(*rules, coverage=coverage)))


def only(*names: str) -> set[frozenset[str]]:
    return {frozenset(f"apply {name}" for name in group.split()) for group in names}


# Silberschatz, Korth, Sudarshan, Database System Concepts: the candidate keys of R(A, B, C, D, E) are A, BC, CD, E.
KEYS = ("a -> b, c", "c, d -> e", "b -> d", "e -> a")


def test_example_8_the_least_candidate_key_of_a_relation() -> None:
    even = asking(dict.fromkeys("abcde", 1.0), "a b c d e", *KEYS)
    weighed = asking({"a": 5, "b": 2, "c": 2, "d": 3, "e": 5}, "a b c d e", *KEYS)

    assert (minutes(even), kept(even)) == (1, only("a", "e"))
    assert (minutes(weighed), kept(weighed)) == (4, only("b c"))


def test_example_9_of_two_that_give_each_other_one_stays() -> None:
    circle = ("a -> b, c, d", "b, c, e -> a")
    cheap = asking({"a": 2, "b": 1, "c": 1, "e": 1, "d": 4}, "a b c d", *circle)
    dear = asking({"a": 4, "b": 1, "c": 1, "e": 1, "d": 4}, "a b c d", *circle)

    assert (minutes(cheap), kept(cheap)) == (2, only("a"))
    assert (minutes(dear), kept(dear)) == (3, only("b c e"))


def test_example_10_two_of_three_and_a_ring_of_three() -> None:
    two = asking(dict.fromkeys("abc", 1.0), "a b c", "a, b -> c", "b, c -> a", "a, c -> b")
    ring = asking({"a": 2, "b": 3, "c": 4}, "a b c", "a -> b", "b -> c", "c -> a")

    assert (minutes(two), kept(two)) == (2, only("a b", "b c", "a c"))
    assert (minutes(ring), kept(ring)) == (2, only("a"))


# Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, the figure of set covering: S3, S4, S5.
COVER = {
    "s1": "abcdef",
    "s2": "efhi",
    "s3": "adgj",
    "s4": "beghk",
    "s5": "cfil",
    "s6": "jk",
}


def test_example_11_the_fewest_papers_that_show_everything() -> None:
    facts = "abcdefghijkl"
    elements = "".join(f"  {one}: number\n" for one in facts if one not in WORDS)
    base = BASE.replace("  sex: text\n", "  sex: text\n" + elements)
    papers = "evidence:\n" + "".join(
        f"  {name}: {{title: {name}, about: person, carries: [{', '.join(carried)}], minutes: 1}}\n"
        for name, carried in COVER.items()
    )
    steps = f"""
- form: apply
  documents: [{", ".join(f"{name} of child" for name in COVER)}]
- issue: deed
  by: office
  carries: [{", ".join(f"child.{one}" for one in facts)}]
"""
    found = answer(sketch(steps, papers, base=base, policy=BARE))

    assert (minutes(found), kept(found)) == (3, {frozenset(f"apply {one} of child" for one in ("s3", "s4", "s5"))})


def test_example_13_a_key_that_is_used_twice_weighs_once() -> None:
    found = asking({"k": 3, "a": 2, "b": 2, "c": 9}, "c", "k -> a", "k -> b", "a, b -> c")

    assert (minutes(found), kept(found)) == (3, only("k"))


def test_example_15_everything_at_once_and_the_fewest_facts_decide_between_equals() -> None:
    weights = {"a": 2, "b": 1, "c": 1, "d": 3, "e": 2, "f": 4, "g": 3, "h": 1, "k": 99}
    # a nik, b name, c birth, d kk, e head, f address, g income, h reason, k band
    rules = ("a -> b, c, d", "d -> e, f", "b, c -> d", "a -> f", "f, g -> k")
    found = asking(weights, "b e f h k", *rules)

    # {a, g, h} fetches name, kk, head, address, band; {b, c, g, h} all of these but the name
    assert (found.cost, kept(found)) == (Cost(6000, 0, 4), only("b c g h"))


def test_example_16_repair_where_it_broke() -> None:
    weights = {"a": 2, "b": 1, "c": 3, "d": 4}  # nik, name, family card, address
    rules = ("a -> b, c", "c -> d")

    assert minutes(asking(weights, "b d", *rules, coverage=(0.96, 0.9))) == 2.56
    assert minutes(asking(weights, "b d", "h -> k")) == 5


WAYS = """
- form: apply
  asks: [{{asks: child.f, minutes: 2}}, {{asks: child.k, minutes: 3}}]
- decide: p
  by: office
  needs: [child.f]
  ways:
    - way: first
      share: {p}
      steps:
        - form: ask-g
          asks: [{{asks: child.g, minutes: 2}}]
        - notify: use-g
          by: office
          carries: [child.g]
    - way: second
      steps:
        - form: ask-h
          asks: [{{asks: child.h, minutes: 5}}]
        - notify: use-h
          by: office
          carries: [child.h]
"""
EARLY = frozenset({"apply k", "ask-h h"})
LATE = frozenset({"apply f", "ask-g g", "ask-h h"})


@pytest.mark.parametrize(
    ("p", "least", "sets"),
    [(0.1, 6.7, {LATE}), (0.4, 5.8, {LATE}), (0.5, 5.5, {LATE}), (0.6, 5.0, {EARLY}), (0.9, 3.5, {EARLY})],
)
def test_example_17_what_is_asked_before_a_split_is_asked_of_all(
    p: float, least: float, sets: set[frozenset[str]]
) -> None:
    found = answer(example(WAYS.format(p=p), *services("k -> f, g")))

    assert (minutes(found), kept(found)) == (least, sets)  # of equal minutes at 0.5 the one that fetches nothing


LOOP = """
- form: before
  asks: [child.f]
- form: body
  asks: [child.f]
- decide: fine
  by: office
  needs: [child.f]
  ways:
    - way: good
    - way: bad
      share: 0.3
      steps:
        - back to: body
          {anew}
"""


def test_example_18_a_question_that_a_return_asks_anew_weighs_each_time() -> None:
    assert minutes(answer(example(LOOP.format(anew="title: again")))) == 1
    found = answer(example(LOOP.format(anew="anew: [child.f]")))
    assert (minutes(found), kept(found)) == (1.429, {frozenset({"body f"})})


VISITS = """
- form: apply
  asks: [{{asks: child.f, minutes: 0}}, {{asks: child.h, minutes: 5}}]
{split}
      share: {p}
      steps:
        - form: later
          asks: [{{asks: child.h, minutes: 5}}]
        - notify: use
          by: office
          carries: [child.h]
{other}
"""
JUDGED = {
    "split": "- decide: p\n  by: office\n  needs: [child.f]\n  ways:\n    - way: yes-b",
    "other": "    - way: no-b",
}
TOLD = {"split": "- choose:\n    - if: child.f > 5", "other": "    - else: []"}
VISIT = "contact_minutes: 10\nnew_log_ins: false\n"


@pytest.mark.parametrize(("p", "least", "where"), [(0.1, 1.5, "later h"), (0.5, 5, "apply h")])
def test_example_18_a_further_form_is_a_further_visit(p: float, least: float, where: str) -> None:
    found = answer(example(VISITS.format(p=p, **JUDGED), policy=VISIT))

    assert minutes(found) == 10 + least
    assert kept(found) == {frozenset({"apply f", where})}


def test_a_question_is_asked_under_the_condition_of_the_way_that_needs_it() -> None:
    found = answer(example(VISITS.format(p=0.4, **TOLD), policy=VISIT))

    assert minutes(found) == 10 + 0.4 * 5
    assert kept(found) == {frozenset({"apply f", "apply h if"})}


BIRTH = """
- form: apply
  asks:
    - {asks: applicant.nik, minutes: 2}
    - {asks: mother.nik, minutes: 2}
    - {asks: mother.name, minutes: 1}
    - {asks: mother.birth_date, minutes: 1}
    - {asks: mother.family, minutes: 3}
    - {asks: child.name, minutes: 1}
    - {asks: child.birth_date, minutes: 1}
    - {asks: applicant.phone, minutes: 1}
  documents: [ktp of mother, kk of mother, notice of child]
- check: papers
  by: office
  minutes: 7
  verifies: [mother.nik, mother.name, mother.family, child.birth_date]
- issue: deed
  by: office
  carries: [child.name, child.birth_date, mother.name, mother.family]
"""
PAPERS = """
evidence:
  ktp: {title: ktp, about: person, carries: [nik, name, birth_date], minutes: 5}
  kk: {title: kk, about: person, carries: [name, family], minutes: 5}
  notice: {title: notice, about: person, carries: [birth_date], minutes: 8}
"""
REGISTRY = """
registry: r
title: r
agency: village
services:
  dukcapil: {about: person, needs: [nik], gives: [name, birth_date, family], key_level: KEY, coverage: COVERAGE}
  hospital: {about: person, needs: [mother], gives: [birth_date], key_level: declared}
"""


@pytest.mark.parametrize(
    ("agreed", "coverage", "least"),
    [
        ((), 1, 14),  # the child's name, the notice, the family card
        (
            ("r.dukcapil",),
            1,
            14,
        ),  # a key that was only said makes nothing sure: the identity card instead of the family card
        (("r.hospital",), 1, 11),  # the child's name, both cards
        (("r.dukcapil", "r.hospital"), 1, 6),  # the child's name, the identity card
        (("r.dukcapil", "r.hospital"), 0.97, 6.15),  # and the family card for the 3 in 100 whom dukcapil does not find
    ],
)
@pytest.mark.parametrize("key", ["declared", "documented"])
def test_example_19_a_birth_certificate_whole(agreed: tuple[str, ...], coverage: float, least: float, key: str) -> None:
    registry = REGISTRY.replace("KEY", key).replace("COVERAGE", str(coverage))
    law = [agreement("all", *agreed)] if agreed else []

    assert minutes(answer(example(BIRTH, PAPERS, registry, *law))) == least


PLAIN = """
- form: apply
  asks: [{asks: applicant.nik, minutes: 3}, {asks: applicant.name, minutes: 4}]
  documents: [ktp of applicant]
- check: papers
  by: office
  verifies: [applicant.nik, applicant.name]
- issue: deed
  by: office
  carries: [applicant.name]
"""
NAMED = "registry: r\ntitle: r\nagency: village\nservices:\n  s: {about: person, needs: [nik], VERB: [name]}\n"


def plain(verb: str = "gives", policy: str = BARE, steps: str = PLAIN, **otherwise: str) -> Fewest:
    return answer(example(steps, NAMED.replace("VERB", verb), agreement("a", "r.s", **otherwise), policy=policy))


def test_the_paper_carries_both_and_nothing_is_asked_besides() -> None:
    assert minutes(plain(until="2026-06-14")) == 5  # the agreement ended the day before
    assert minutes(plain(purposes="[tax]")) == 5
    assert minutes(plain()) == 5  # the card must be shown for the number anyway


def test_a_new_log_in_and_a_look_up_instead_of_a_paper() -> None:
    found = plain(policy="contact_minutes: 0\n")

    assert (minutes(found), kept(found)) == (1, {frozenset({"apply eid"})})
    assert found.cost == Cost(1000, 0, 1)


def test_what_is_shown_is_looked_over_and_a_consent_is_given() -> None:
    assert minutes(plain(policy="contact_minutes: 0\nshows: true\n")) == 1.1
    assert minutes(plain(policy="contact_minutes: 0\n", consent="true")) == 1.5


def test_a_service_that_confirms_wants_it_said() -> None:
    found = plain("confirms", policy="contact_minutes: 0\n", steps=PLAIN.replace("minutes: 4", "minutes: 2"))

    assert (minutes(found), kept(found)) == (3, {frozenset({"apply eid", "apply applicant.name"})})


BESIDE = """
- form: apply
  asks: [{asks: child.f, minutes: 1}]
- parallel:
    - branch: one
      steps:
        - form: left
          asks: [{asks: child.g, minutes: 2}]
        - notify: use-left
          by: office
          carries: [child.g]
    - branch: two
      steps:
        - form: right
          asks: [{asks: child.g, minutes: 3}]
        - notify: use-right
          by: office
          carries: [child.g]
- issue: deed
  by: office
  carries: [child.g, child.f]
"""


def test_a_side_cannot_count_on_the_other() -> None:
    assert minutes(answer(example(BESIDE))) == 6


TOLD_LATE = """
- form: apply
  asks: [{asks: child.f, minutes: 1}, {asks: child.h, minutes: 5}]
- choose:
    - if: child.f > 5
      share: 0.25
      steps:
        - refuse: refused
    - if: child.f > 3
      share: 0.25
      steps: []
    - else: []
- issue: deed
  by: office
  carries: [child.h]
"""


def test_all_ways_but_the_one_that_refuses() -> None:
    found = answer(example(TOLD_LATE))

    assert minutes(found) == 1 + 0.75 * 5


def test_a_demand_that_today_does_not_meet_leaves_no_redesign() -> None:
    found = answer(example("- form: apply\n  asks: [child.f]\n- issue: deed\n  by: office\n  carries: [child.g]\n"))

    assert (found.cost, found.missing) == (None, ("deed child.g",))


AGAIN = """
- form: apply
  asks: [child.name]
  documents: [ktp of child]
- check: once
  by: office
  minutes: 5
  verifies: [child.name]
- form: correct
  asks: [child.name]
- check: twice
  by: office
  minutes: 5
  verifies: [child.name]
- decide: fine
  by: office
  needs: [child.name]
  ways:
    - way: good
    - way: bad
      share: 0.5
      steps:
        - back to: correct
          anew: [child.name]
"""


def test_the_old_check_does_not_cover_the_new_value() -> None:
    found = answer(example(AGAIN))

    assert found.cost is not None and found.cost.agency == 10_000  # `twice` each time; `once` alone would be 5
    assert {thing.step for thing, _ in found.redesigns[0].kept if thing.kind == "check"} == {"twice"}


DIFFERENT = """
- form: apply
  asks: [{asks: child.name, minutes: 2}]
- decide: which
  by: office
  needs: []
  ways:
    - way: one
      share: 0.5
      steps: [{form: card, documents: [ktp of child]}]
    - way: two
      steps: [{form: other, documents: [OTHER of child]}]
- check: look
  by: office
  minutes: 5
  verifies: [child.name]
- issue: deed
  by: office
  carries: [child.name]
"""


def test_different_papers_on_different_ways_are_no_paper_behind_them() -> None:
    same = answer(example(DIFFERENT.replace("OTHER", "ktp")))
    different = answer(example(DIFFERENT.replace("OTHER", "kk")))

    assert same.cost == Cost(5000, 5000, 0)  # the card on either way says the name too
    assert different.cost == Cost(2000, 0, 0)  # today the check is no good, so nobody needs it


# --- by trying -------------------------------------------------------------------------------------------------------


def found_for(seed: int, *, things: int = 7) -> Iterator[tuple[Made, Policy, Fewest]]:
    """Yield a procedure with its answer, if it is tiny and lacks nothing."""
    made, policy = few(seed, things=things), few_policy(seed)
    try:
        found = fewest(made.procedure, made.catalogue, policy)
    except NotTinyError:
        return
    if found.cost is not None:
        yield made, policy, found


@some_seeds
def test_short_cuts_lose_nothing(seeds: range) -> None:
    """The same comes out if all sets are tried with all choices of suppliers, and none is left out because of another."""
    tried = 0
    for seed in seeds:
        for made, policy, found in found_for(seed, things=3):
            assert found.cost is not None
            every = list(_every_redesign(made, policy))
            if every:
                tried += 1
                least = min(cost for cost, _ in every)
                mine = {one for cost, one in every if cost == least}
                assert (found.cost, set(found.redesigns)) == (least, mine), made.yaml()
    assert tried


def _every_redesign(made: Made, policy: Policy) -> Iterator[tuple[Cost, Redesign]]:
    """Yield all feasible redesigns with their cost; none at all where there would be very many."""
    plan = Plan(made.model, policy)
    demand, search = Demand(plan), Search(plan)
    ways = [
        [
            *((thing, under) for under in plan.ways_to_keep(thing, demand.of_choice)),
            *([] if plan.stays(thing) else [None]),
        ]
        for thing in plan.things
    ]
    giving: dict[tuple[str, bool], list[Supplier | None]] = {}
    for one in plan.suppliers(demand.facts()):
        giving.setdefault((one.fact, one.confirms), [None]).append(one)
    if prod(len(options) for options in ways) * prod(len(options) for options in giving.values()) > 3000:
        return
    for chosen in product(*ways):
        kept_things: list[Keeping] = [one for one in chosen if one is not None]
        if not search.goes_together(kept_things):
            continue
        citizen = agency = Fraction(0)
        for step in plan.procedure.step_by_id:
            mine, ours = search.weighed(step, [one for one in kept_things if one[0].step == step])
            citizen, agency = citizen + mine, agency + ours
        for given in product(*giving.values()):
            suppliers = [one for one in given if one is not None]
            for asked in search.asking(kept_things, suppliers):
                everything = [*kept_things, *asked]
                if search.holds_together(everything, suppliers) and demand.met(
                    Supply(plan, everything, suppliers).certain()
                ):
                    cost = search.whole_cost(everything, (round(1000 * citizen), round(1000 * agency)), suppliers)
                    yield cost, Redesign(frozenset(everything), frozenset(suppliers))


@some_seeds
def test_what_is_kept_is_enough_on_every_way(seeds: range) -> None:
    """Each answer is written down as a procedure, and every way of it gone: nothing that is demanded is missing on any."""
    tried = 0
    for seed in seeds:
        for made, policy, found in found_for(seed):
            demand = Demand(Plan(made.model, policy))
            for redesign in found.redesigns[:3]:
                if any(under for _, under in redesign.kept):
                    continue
                tried += 1
                after = Made(made.seed, made.files, _written(made, redesign))
                rules = [
                    oracle.OracleRule(
                        one.keys - {one.fact} if one.confirms else one.keys,
                        frozenset() if one.confirms else frozenset([one.fact]),
                        frozenset([one.fact]) if one.confirms else frozenset(),
                        min(one.level, one.repaired),
                        one.key_level,
                    )
                    for one in redesign.suppliers
                ]
                there = oracle.ways(after.model, rules, inspected=oracle.inspections(made.model))
                for reading, level in demand.levels.items():
                    place = f"choose {reading.place}" if isinstance(reading.place, int) else reading.place
                    known = there.read.get(oracle.Reading(place, reading.what, reading.fact), 0)
                    assert known >= level, f"{reading} at {known}, not {level}\n{redesign}\n{made.yaml()}"
    assert tried > 2


def _written(made: Made, redesign: Redesign) -> dict[str, object]:
    """Return a procedure as data with just what is kept."""
    names = {(thing.kind, thing.step, thing.name) for thing, _ in redesign.kept}
    log_ins = {thing.step for thing, _ in redesign.kept if thing.new and thing.kind == "log-in"}
    naming = made.model.naming

    def left(steps: list[dict[str, object]]) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        for step in steps:
            kind = next(iter(step))
            one = dict(step)
            for word in ("choose", "parallel", "ways"):
                if isinstance(ways := one.get(word), list):
                    inside = [{**way, **{w: left(way[w]) for w in ("steps", "else") if w in way}} for way in ways]
                    one[word] = inside
            match kind:
                case "form":
                    name = str(step["form"])
                    if name in log_ins:
                        found.append({"identify": f"new-{name}", "by": step["by"], "with": "eid"})
                    form = made.procedure.step_by_id[name]
                    assert isinstance(form, FormStep)
                    papers = {paper.id: paper.document.document for paper in made.model.papers(form)}
                    asks: Sequence[dict[str, object]] = step.get("asks", [])  # type: ignore[assignment]
                    one["asks"] = [
                        q for q in asks if "asks" not in q or ("field", name, naming.canonical(str(q["asks"]))) in names
                    ]
                    one["documents"] = [doc for id_, doc in papers.items() if ("document", name, id_) in names]
                case "check" if ("check", str(step["check"]), str(step["check"])) not in names:
                    one = {"notify": step["check"], "by": "office"}
                case "identify" if not any(n[:2] == ("log-in", step["identify"]) for n in names):
                    one = {"notify": step["identify"], "by": "office"}
            found.append(one)
        return found

    steps = deepcopy(made.steps_of["steps"])
    return {**made.steps_of, "steps": left(steps)}


# --- the engine ------------------------------------------------------------------------------------------------------


def _logs_in_under_a_condition(redesign: Redesign) -> bool:
    return any(under for thing, under in redesign.kept if thing.kind == "log-in")


def difference(made: Made, policy: Policy) -> tuple[float, float] | None:
    """Return how many minutes of citizens and of the agency the engine's redesign is above the minimum."""
    found = fewest(made.procedure, made.catalogue, policy)
    unmoved = policy.model_copy(update={"moves": ()})
    redesign = redesigned(made.procedure, made.catalogue, unmoved)
    burden, optimum = redesign.burden_after, redesign.optimum
    assert (burden is None) == (found.cost is None), f"refused by one only: {found.missing}"
    if burden is None or optimum is None or found.cost is None:
        return None
    assert optimum.proven or optimum.gap > 0, "not proven, and no gap"
    if all(_logs_in_under_a_condition(one) for one in found.redesigns):  # the language has no word for that
        return None
    if not optimum.proven:  # then it says how far above the minimum it may be at most
        return max(0.0, round(optimum.minutes - optimum.gap - found.cost.citizen / 1000, 3)), 0.0
    forms = sum(isinstance(step, FormStep) for step in made.procedure.step_by_id.values())
    rounded = 0.01 + 0.001 * policy.contact_minutes * forms  # what adding up rounded numbers may come to

    def above(engine: float, least: int) -> float:
        more = engine - least / 1000
        return 0.0 if abs(more) <= rounded else round(more, 3)

    return above(optimum.minutes, found.cost.citizen), above(burden.agency_minutes, found.cost.agency)


@some_seeds
def test_the_engine_finds_the_minimum(seeds: range) -> None:
    counted: Counter[str] = Counter()
    for seed in seeds:
        made, policy = few(seed), few_policy(seed)
        try:
            more = difference(made, policy)
        except NotTinyError:
            counted["not tiny"] += 1
            continue
        if more is None:
            counted["refused"] += 1
            continue
        counted["equal" if not any(more) else "citizens above" if more[0] else "agency above"] += 1
        if more < (0, 0):
            _show(made, policy, "below the minimum", lambda new: new < (0, 0))
        if more[0] > 0:
            _show(made, policy, "above the minimum", lambda new: new[0] > 0)
    print(f"{dict(counted)} of {seeds}")


def _show(made: Made, policy: Policy, says: str, still: Callable[[tuple[float, float]], bool]) -> NoReturn:
    """Raise an error with the smallest procedure of which the same is true."""

    def fails(other: Made) -> bool:
        more = difference(other, policy)
        return more is not None and still(more)

    smaller = smallest(made, fails)
    found = fewest(smaller.procedure, smaller.catalogue, policy)
    raise AssertionError(
        f"{says}: {difference(smaller, policy)}\n{smaller.yaml()}\n{policy}\n{found.cost}\n{found.redesigns[0]}"
    )
