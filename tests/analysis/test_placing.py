"""Where look-ups stand in a redesign: late, once, only on ways that need them, and again where their key is asked anew."""

from analysis.placing import Call, Spot, _wanted_at
from processes.procedure import Choose, Decide, Lookup, Parallel, Steps
from tests.sketching import Sketch, agreement, sketch

AGREED = agreement("a", "people.person-by-nik", "people.family-by-number")
CARD = "evidence:\n  card: {title: card, about: person, carries: [nik]}\n"
KNOWN = """
- form: apply
  asks: [mother.nik, mother.name, child.name, child.sex]
  documents: [card of mother]
- check: papers
  by: office
  verifies: [mother.nik]
"""
DEED = """
- issue: deed
  by: office
  carries: [mother.nik, {}]
"""


def made(steps: str, *facts: str) -> Sketch:
    return sketch(KNOWN + steps + (DEED.format(", ".join(facts)) if facts else ""), AGREED, CARD)


def outline(steps: Steps) -> list[object]:
    """Return the names of steps in order, look-ups as what they get, lists for ways and sides."""
    found: list[object] = []
    for item in steps:
        match item:
            case Choose() | Parallel():
                found += [outline(one.steps) for one in item.branches]
            case Decide():
                found += [item.id, *(outline(way.steps) for way in item.ways if way.steps)]
            case Lookup():
                found.append("+".join(item.gets))
            case _:
                found.append(getattr(item, "id", item.kind))
    return found


def test_a_look_up_stands_right_before_the_first_step_that_reads() -> None:
    found = made("- notify: hello\n  whom: applicant\n- wait: a-day\n  for: 1 day", "mother.name")

    assert outline(found.after.steps) == ["apply", "papers", "hello", "a-day", "name", "deed"]


def test_a_look_up_serves_every_later_step_that_reads() -> None:
    found = made("- approve: seen\n  by: office\n  needs: [mother.name]", "mother.name")

    assert outline(found.after.steps) == ["apply", "papers", "name", "seen", "deed"]


CHOICE = """
- choose:
    - if: child.sex = "1"
      share: 0.5
      steps:
        - wait: there
          for: 1 day
        - {one}: one
          whom: applicant
          needs: [mother.name]
    - else:
        - {other}: other
          whom: applicant
          needs: [{needs}]
"""


def test_a_look_up_stands_before_a_choice_if_all_its_ways_read() -> None:
    found = made(CHOICE.format(one="notify", other="notify", needs="mother.name"), "child.sex")

    assert outline(found.after.steps) == ["apply", "papers", "name", ["there", "one"], ["other"], "deed"]


def test_a_look_up_stands_inside_the_way_that_reads_if_another_does_not() -> None:
    found = made(CHOICE.format(one="notify", other="notify", needs="child.sex"), "child.sex")

    assert outline(found.after.steps) == ["apply", "papers", ["there", "name", "one"], ["other"], "deed"]


def test_a_look_up_stands_inside_one_way_and_again_after_it_if_the_other_way_did_not_ask() -> None:
    found = made(CHOICE.format(one="notify", other="notify", needs="child.sex"), "mother.name")

    steps = outline(found.after.steps)
    assert steps == ["apply", "papers", "name", ["there", "one"], ["other"], "deed"], "all ways come to the deed"


REFUSED = """
- decide: fine
  by: office
  needs: [child.sex]
  ways:
    - way: good
    - way: bad
      share: 0.2
      steps:
        - refuse: not-fine
"""


def test_a_look_up_stands_behind_a_judgement_that_may_refuse() -> None:
    assert outline(made(REFUSED, "mother.name").after.steps) == [
        "apply",
        "papers",
        "fine",
        ["not-fine"],
        "name",
        "deed",
    ]


def test_the_look_up_of_a_key_stands_before_the_look_up_it_opens() -> None:
    found = made("- form: more\n  asks: [mother.family.address]", "mother.family.address")

    assert outline(found.after.steps) == ["apply", "papers", "family", "address", "deed"]
    assert [service for service, _, _ in found.redesigned.look_ups] == [
        "people.person-by-nik",
        "people.family-by-number",
    ]


SIDES = """
- parallel:
    - branch: one
      steps:
        - wait: there
          for: 1 day
        - approve: first
          by: office
          needs: [mother.name]
    - branch: other
      steps:
        - approve: second
          by: office
          needs: [{}]
"""


def test_a_look_up_stands_before_a_parallel_part_only_if_all_sides_read() -> None:
    both, one = made(SIDES.format("mother.name"), "child.name"), made(SIDES.format("child.name"), "child.name")

    assert outline(both.after.steps) == ["apply", "papers", "name", ["there", "first"], ["second"], "deed"]
    assert outline(one.after.steps) == ["apply", "papers", ["there", "name", "first"], ["second"], "deed"]


def test_what_one_side_looks_up_is_there_for_all_after_the_sides_have_met() -> None:
    found = made(SIDES.format("child.name"), "mother.name")

    assert outline(found.after.steps) == ["apply", "papers", ["there", "name", "first"], ["second"], "deed"]


BACK = """
- decide: known
  by: office
  needs: [mother.name]
  ways:
    - way: well-known
    - way: wrong
      share: 0.1
      steps:
        - back to: {target}
          anew: [{anew}]
"""


def test_a_look_up_is_made_again_where_its_key_is_asked_anew() -> None:
    first = KNOWN.replace("mother.name, ", "") + "- form: more\n  asks: [mother.name]\n"
    anew = sketch(first + BACK.format(target="apply", anew="mother.nik") + DEED.format("mother.name"), AGREED, CARD)

    steps = outline(anew.after.steps)
    assert steps == ["apply", "papers", "name", "known", ["back to"], "deed"]
    assert anew.redesigned.before("known", "mother.name") == 2, "behind the return it is looked up anew"


def test_a_return_that_asks_something_else_anew_makes_no_second_look_up() -> None:
    steps = BACK.format(target="apply", anew="child.name")
    found = made(steps, "mother.name", "child.name")

    assert [gets for _, _, gets in found.redesigned.look_ups] == [("name",)]


def test_a_look_up_never_stands_where_its_key_is_not_sure_enough() -> None:
    early = sketch(
        "- form: apply\n  asks: [mother.nik, mother.name]\n  documents: [card of mother]\n"
        "- notify: early\n  whom: applicant\n  needs: [mother.name]\n"
        "- check: papers\n  by: office\n  verifies: [mother.nik]\n" + DEED.format("mother.name"),
        AGREED,
        CARD,
    )

    assert early.redesigned.look_ups == []
    assert early.redesigned.asks() == ["mother.name"]


def test_a_key_is_wanted_where_the_look_up_it_opens_stands_for_what_reads_it_there() -> None:
    """Where one look-up stands twice, and only at the second place another brings its key, that one is not asked before the first."""
    found = made("- approve: first\n  by: office\n- approve: second\n  by: office\n", "mother.name")
    instance = found.instance
    first, second, deed = (
        Spot(node)
        for name in ("first", "second", "deed")
        for node, point in enumerate(instance.points)
        if point.step is not None and point.step.id == name
    )
    nik = 1 << instance.index[instance.model.naming.canonical("mother.nik")]
    by_nik = next(rule for rule in instance.rules if rule.service and rule.keys == nik)

    def wanted(places: set[Spot], reading: set[Spot]) -> set[Spot]:
        return set(_wanted_at(instance, found.today.supplied, Call((by_nik,)), places, reading))

    assert wanted({first, second}, {second}) == {second}
    assert wanted({first, second}, {first, second}) == {first, second}
    assert wanted({first, second}, {deed}) == {first, second}, "either may be the last before it"
    assert wanted({second}, {deed}) == {second}
