"""Rules written and the best answers asked: what atoms that others make true come to, and what costs least."""

from itertools import product

from analysis.fewest.answer_sets import Answer, Program


def answer(program: Program) -> Answer:
    """Return the best answer, which is found at once."""
    found = program.solve(10.0)
    assert found is not None
    return found


def test_what_rests_on_itself_alone_does_not_hold() -> None:
    program = Program()
    with program.writing():
        one, other = program.told(), program.told()
        program.rule(one, [other])
        program.rule(other, [one])
    assert answer(program).held == frozenset()


def test_the_highest_priority_is_least_first_and_then_the_next() -> None:
    program = Program()
    with program.writing():
        dear, slow, cheap = program.told(), program.told(), program.told()
        program.choice([dear, slow, cheap])
        program.at_most_one([dear, slow, cheap])
        program.never([-program.any_of([[dear], [slow], [cheap]])])
        program.minimize(2, [(dear, 5), (slow, 1), (cheap, 1)])
        program.minimize(1, [(slow, 7), (cheap, 3)])
    found = answer(program)
    assert (found.held, found.costs, found.proven) == (frozenset({cheap}), {2: 1, 1: 3}, True)


def test_costs_are_told_by_priority_also_if_one_comes_later() -> None:
    program = Program()
    with program.writing():
        kept = program.told()
        program.rule(kept, [])
        program.minimize(1, [(kept, 4)])
    assert answer(program).costs == {1: 4}
    with program.writing():
        program.minimize(3, [(kept, 2)])
    assert answer(program).costs == {3: 2, 1: 4}


def test_the_same_two_share_an_atom_and_what_never_holds_makes_none() -> None:
    program = Program()
    with program.writing():
        one, other = program.atom(), program.atom()
        assert program.either(one, other) == program.either(other, one) != one
        assert program.either(one, 0) == program.either(one, one) == one
        assert program.either(one, program.true) == program.true
        assert program.every([one, other]) == program.every([one, other, one])
        assert program.every([one, 0]) == 0
        assert program.all_of([program.true, one]) == program.every([one]) == one
        assert program.all_of([]) == program.true


def test_all_of_and_either_hold_as_they_say() -> None:
    for first, second in ((False, False), (True, False), (False, True), (True, True)):
        program = Program()
        with program.writing():
            one, other = program.atom(), program.atom()
            for atom, holds in ((one, first), (other, second)):
                if holds:
                    program.rule(atom, [])
            said = {name: program.told() for name in ("all", "either")}
            program.rule(said["all"], [program.all_of([one, program.true, other])])
            program.rule(said["either"], [program.either(one, other)])
        held = answer(program).held
        assert (said["all"] in held) == (first and second)
        assert (said["either"] in held) == (first or second)


def test_what_is_due_costs_something_just_where_it_must_hold() -> None:
    for first, second, third in product((False, True), repeat=3):
        program = Program()
        with program.writing():
            one, other, another = program.atom(), program.atom(), program.atom()
            for atom, holds in ((one, first), (other, second), (another, third)):
                if holds:
                    program.rule(atom, [])
            assert program.due([[one]]) == one
            program.minimize(1, [(program.due([[one, other], [another]]), 3)])
        assert answer(program).costs == {1: 3 if (first and second) or third else 0}


def test_there_is_no_answer_to_what_cannot_be() -> None:
    program = Program()
    with program.writing():
        program.never([program.true])
    assert program.solve(10.0) is None
