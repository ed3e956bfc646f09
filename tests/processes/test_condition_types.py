"""What makes no sense in expressions, each fault with its column and its mend, and all of them at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.condition import Expression, parse
from processes.condition_types import FactType, check, type_of
from tests.processes.condition_examples import TYPES, any_typed, untyped

PEOPLE = {
    "child.birth_date": FactType("date"),
    "child.age_days": FactType("number"),
    "child.sex": FactType("choice", ("F", "M")),
    "child.name": FactType("text"),
    "child.nik": FactType("text"),
    "child.twin": FactType("yes/no"),
    "mother.sex": FactType("choice", ("F", "M")),
    "mother.religion": FactType("choice", ("islam", "kristen", "katolik", "hindu", "buddha", "konghucu", "lain")),
    "mother.unlisted": FactType("choice"),
    "family.income": FactType("money"),
    "family.rent": FactType("money"),
    "movers": FactType("text", many=True),
    "movers.age": FactType("number", many=True),
    "movers.income": FactType("money", many=True),
    "movers.sex": FactType("choice", ("F", "M"), many=True),
    "movers.mother.nik": FactType("text", many=True),
    "pupils.age": FactType("number", many=True),
    "family.members.age": FactType("number", many=True, members="family.members"),
    "family.cars.year": FactType("number", many=True, members="family.cars"),
}
YES_NO, NUMBER, TEXT, CHOICE = FactType("yes/no"), FactType("number"), FactType("text"), FactType("choice", ("F", "M"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("child.age_days > 60", "yes/no"),
        ("child.age_days > P60D", "yes/no"),
        ('child.sex = "F"', "yes/no"),
        ('"F" = child.sex', "yes/no"),
        ('child.sex in ["F", "M"]', "yes/no"),
        ("child.sex = mother.sex", "yes/no"),
        ("child.sex = child.name", "yes/no"),
        ('mother.unlisted = "whatever"', "yes/no"),
        ("child.birth_date < today()", "yes/no"),
        ("child.birth_date between date(child.name) and today() - 1", "yes/no"),
        ("child.twin", "yes/no"),
        ("child.twin = true", "yes/no"),
        ("child.birth_date is known", "yes/no"),
        ("family.income < 2000000", "yes/no"),
        ("family.income = child.age_days", "yes/no"),
        ("today() - child.birth_date", "number"),
        ("child.birth_date + P60D", "date"),
        ("P60D + child.birth_date", "date"),
        ("family.income + family.rent", "money"),
        ("family.income + 1", "money"),
        ("family.income * 12", "money"),
        ("12 * family.income", "money"),
        ("family.income / 12", "money"),
        ("family.income / family.rent", "number"),
        ("-family.income", "money"),
        ("child.name + child.nik", "text"),
        ("if child.twin then 1 else family.income", "money"),
        ('if child.twin then "a" else child.name', "text"),
        ("if child.twin then child.sex else mother.sex", "choice"),
        ("any(movers.age < 17)", "yes/no"),
        ("any(movers.age < 17 and movers.sex = child.sex)", "yes/no"),
        ("any(movers.mother.nik = child.nik or movers.age = 1)", "yes/no"),
        ("all(movers.age > max(pupils.age))", "yes/no"),
        ("count(movers)", "number"),
        ("count(movers.age)", "number"),
        ("sum(movers.income) / count(movers)", "money"),
        ("sum(if movers.age < 17 then 1 else 0)", "number"),
        ("max(movers.income)", "money"),
        ("length(child.sex)", "number"),
        ("number(substring(child.nik, 7, 2)) > 40", "yes/no"),
        ("text(child.birth_date)", "text"),
        ("weekday(child.birth_date) in [6, 7]", "yes/no"),
    ],
)
def test_an_expression_that_makes_sense_has_a_type(text: str, kind: str) -> None:
    assert check(parse(text), PEOPLE) == []
    found = type_of(parse(text), PEOPLE)
    assert found is not None
    assert found.kind == kind
    assert not found.many


@pytest.mark.parametrize(
    ("text", "column", "code", "fault", "mend"),
    [
        # facts
        ("child.brith_date < today()", 1, "unknown-fact", "There is no fact 'child.brith_date'.", "Write child.birth_date."),
        ("Child.Twin", 1, "unknown-fact", "There is no fact 'Child.Twin'.", "Write child.twin."),
        ("qqq.zzz is known", 1, "unknown-fact", "There is no fact 'qqq.zzz'.", "Declare it as an element of its entity."),
        ("today - child.birth_date > 1", 1, "unknown-fact", "There is no fact 'today'.", "Write today()."),
        ("child.twin = yes", 14, "unknown-fact", "There is no fact 'yes'.", "Write true."),
        ("child.twin = Tidak", 14, "unknown-fact", "There is no fact 'Tidak'.", "Write false."),
        ("child.name = null", 14, "unknown-fact", "There is no fact 'null'.", "Write … is not known."),
        ("child.sex = F", 13, "unknown-fact", "There is no fact 'F'.", 'Write "F".'),
        ("child.sex in [f]", 15, "unknown-fact", "There is no fact 'f'.", 'Write "F".'),
        # comparing
        ("child.birth_date > 60", 18, "wrong-type", "A date is compared with a number.",
         "Write days_between(child.birth_date, today()) for a number of days."),
        ("60 < child.birth_date", 4, "wrong-type", "A number is compared with a date.",
         "Write days_between(child.birth_date, today()) for a number of days."),
        ('child.birth_date > "2020-01-31"', 18, "wrong-type", "A date is compared with a text.",
         'Write date("2020-01-31").'),
        ('child.birth_date = "31/1/2020"', 18, "wrong-type", "A date is compared with a text.", 'Write date("2020-01-31").'),
        ("child.birth_date = child.name", 18, "wrong-type", "A date is compared with a text.", "Write date(child.name)."),
        ('child.age_days > "60"', 16, "wrong-type", "A number is compared with a text.", "Write 60."),
        ('child.age_days > "x"', 16, "wrong-type", "A number is compared with a text.",
         "Write a number, without quotes."),
        ("child.age_days = child.nik", 16, "wrong-type", "A number is compared with a text.", "Write number(child.nik)."),
        ("child.nik = 3303", 11, "wrong-type", "A text is compared with a number.", 'Write "3303".'),
        ("child.nik > 3303", 11, "wrong-type", "A text is compared with a number.", "Write number(child.nik)."),
        ('child.twin = "yes"', 12, "wrong-type", "Yes or no is compared with a text.", "Write true."),
        ('child.twin = "tidak"', 12, "wrong-type", "Yes or no is compared with a text.", "Write false."),
        ("child.twin = 1", 12, "wrong-type", "Yes or no is compared with a number.", "Write true."),
        ("child.twin = child.birth_date", 12, "wrong-type", "Yes or no is compared with a date.", "Compare values of one kind."),
        ('child.name < "B"', 12, "wrong-type", "A text has no order of smaller and larger.",
         "Write number(child.name) if it holds a number."),
        ('child.sex < "F"', 11, "wrong-type", "A choice from a code list has no order of smaller and larger.",
         "Write '=', '!=' or in […]."),
        ("child.twin >= true", 12, "wrong-type", "Yes or no has no order of smaller and larger.", "Write '=', '!=' or in […]."),
        ('child.name between "a" and "b"', 12, "wrong-type", "A text has no order of smaller and larger.",
         "Write number(child.name) if it holds a number."),
        ("child.age_days between 1 and today()", 16, "wrong-type", "A number is compared with a date.",
         "Write days_between(today(), today()) for a number of days."),
        ('child.age_days in [1, "2"]', 16, "wrong-type", "A number is compared with a text.", "Write 2."),
        # codes
        ('child.sex = "G"', 13, "unknown-code", '"G" is not a code of child.sex.', 'Write one of "F", "M".'),
        ('"f" != child.sex', 1, "unknown-code", '"f" is not a code of child.sex.', 'Write "F".'),
        ('mother.religion in ["islam", "kristin"]', 30, "unknown-code", '"kristin" is not a code of mother.religion.',
         'Write "kristen".'),
        ('child.sex = (if child.twin then "F" else "X")', 42, "unknown-code", '"X" is not a code of child.sex.',
         'Write one of "F", "M".'),
        ("child.sex = mother.religion", 11, "wrong-type", "child.sex and mother.religion have no code in common.",
         "Compare facts of the same code list."),
        # logic
        ("child.age_days and child.twin", 1, "wrong-type", "child.age_days is a number; here yes or no is needed.",
         "Write child.age_days > 0."),
        ("child.twin or child.name", 15, "wrong-type", "child.name is a text; here yes or no is needed.",
         'Write child.name = "…".'),
        ('child.twin or "ya"', 15, "wrong-type", '"ya" is a text; here yes or no is needed.', "Write true."),
        ("not child.birth_date", 5, "wrong-type", "child.birth_date is a date; here yes or no is needed.",
         'Write child.birth_date >= date("2020-01-31").'),
        ("if child.sex then 1 else 2", 4, "wrong-type", "child.sex is a choice from a code list; here yes or no is needed.",
         'Write child.sex = "…".'),
        ('if child.twin then 1 else "2"', 27, "wrong-type", "After 'then' stands a number, but after 'else' a text.", "Write 2."),
        # arithmetic
        ("child.birth_date + child.birth_date", 18, "wrong-type", "'+' does not work between a date and a date.",
         "Subtract them: a date minus a date is a number of days."),
        ("60 - child.birth_date", 4, "wrong-type", "'-' does not work between a number and a date.", "Write … - P60D."),
        ("child.birth_date * 2", 18, "wrong-type", "'*' does not work between a date and a number.", "Write … - P60D."),
        ("child.name + 1", 12, "wrong-type", "'+' does not work between a text and a number.", "Write text(1)."),
        ("child.nik * 2", 11, "wrong-type", "'*' does not work between a text and a number.", "Write number(child.nik)."),
        ('today() - "2020-01-31"', 9, "wrong-type", "'-' does not work between a date and a text.",
         'Write date("2020-01-31").'),
        ("child.twin + 1", 12, "wrong-type", "'+' does not work between yes or no and a number.",
         "Compute with numbers or dates."),
        ("-child.name", 2, "wrong-type", "child.name is a text; here a number is needed.",
         "Write number(child.name)."),
        ("child.age_days / 0", 18, "division-by-zero", "A division by zero has no result.", "Write … / 1."),
        # functions
        ("years_between(child.birth_date, child.age_days)", 33, "wrong-type",
         "child.age_days is a number; here a date is needed.", "Write a date."),
        ('weekday("2020-01-31")', 9, "wrong-type", '"2020-01-31" is a text; here a date is needed.', 'Write date("2020-01-31").'),
        ("length(child.age_days)", 8, "wrong-type",
         "child.age_days is a number; here a text is needed.", "Write text(child.age_days)."),
        ("number(child.birth_date)", 8, "wrong-type",
         "child.birth_date is a date; here a text is needed.", "Write text(child.birth_date)."),
        ("substring(child.nik, 0, 2)", 22, "wrong-argument", "The first character is number 1, not 0.", "Write 1."),
        # lists
        ("movers.age < 17", 1, "many-outside", "'movers.age' is a list: one value for each of movers.",
         "Write it inside any(…) or all(…), or count(…), sum(…), min(…), max(…)."),
        ("movers is known", 1, "many-outside", "'movers' is a list: one value for each of movers.",
         "Write it inside any(…) or all(…), or count(…), sum(…), min(…), max(…)."),
        ("any(child.age_days < 17)", 5, "not-a-list", "child.age_days < 17 is no list, so any has nothing to go over.",
         "Write child.age_days < 17."),
        ("count(child.age_days)", 7, "not-a-list", "child.age_days is no list, so count has nothing to go over.",
         "Count a fact of a many-role."),
        ("count(movers.age < 17)", 7, "wrong-argument", "count counts all members, whatever their values.",
         "Write sum(if movers.age < 17 then 1 else 0)."),
        ("count(movers.age + 1)", 7, "wrong-argument", "count counts all members, whatever their values.",
         "Write count(movers.age)."),
        ("any(movers.age > pupils.age)", 5, "many-mixed", "'movers.age' and 'pupils.age' are not lists of the same role.",
         "Use one list, and the other inside a function of its own, as in max(pupils.age)."),
        ("any(family.members.age > family.cars.year)", 5, "many-mixed",
         "'family.members.age' and 'family.cars.year' are not lists of the same role.",
         "Use one list, and the other inside a function of its own, as in max(family.cars.year)."),
        ("any(movers.age)", 5, "wrong-type", "movers.age is a number; here yes or no is needed.", "Write movers.age > 0."),
        ("sum(movers.age > 1)", 5, "wrong-type",
         "movers.age > 1 is yes or no; here a number is needed.", "Write if movers.age > 1 then 1 else 0."),
        ('any(movers.sex = "X")', 18, "unknown-code", '"X" is not a code of movers.sex.', 'Write one of "F", "M".'),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told(text: str, column: int, code: str, fault: str, mend: str) -> None:
    [told] = check(parse(text), PEOPLE)
    assert (told.column, told.code, told.fault.en, told.mend.en) == (column, code, fault, mend)
    assert told.fault.id != told.fault.en
    assert told.mend.id != told.mend.en
    assert type_of(parse(text), PEOPLE) is None


@pytest.mark.parametrize(
    ("text", "expected", "fault", "mend"),
    [
        ("child.age_days", YES_NO, "The expression gives a number; it must give yes or no.", "Write child.age_days > 0."),
        ('"2020-01-31"', FactType("date"), "The expression gives a text; it must give a date.", 'Write date("2020-01-31").'),
        ("child.twin", NUMBER, "The expression gives yes or no; it must give a number.", "Write if child.twin then 1 else 0."),
        ("child.name", CHOICE, "The expression may give what is no code of the list.", 'Write if … then "F" else ….'),
        ("mother.religion", CHOICE, "The expression may give what is no code of the list.", 'Write if … then "F" else ….'),
        ('if child.twin then "F" else "N"', CHOICE, '"N" is not a code of this list.', 'Write one of "F", "M".'),
        ("1", CHOICE, "The expression gives a number; it must give a choice from a code list.", 'Write "1".'),
        ("movers.age < pupils.age", YES_NO._replace(many=True),
         "'movers.age' and 'pupils.age' are not lists of the same role.",
         "Use one list, and the other inside a function of its own, as in max(pupils.age)."),
    ],
)  # fmt: skip
def test_what_gives_something_else_than_expected_is_told(text: str, expected: FactType, fault: str, mend: str) -> None:
    [told] = check(parse(text), PEOPLE, expected)
    assert (told.fault.en, told.mend.en) == (fault, mend)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("family.income", NUMBER),
        ("child.age_days", FactType("money")),
        ("child.sex", TEXT),
        ("mother.sex", CHOICE),
        ('if child.twin then "F" else child.sex', FactType("choice", ("F", "M", "X"))),
        ('if child.twin then "F" else "M"', CHOICE),
        ("movers.age < 17", YES_NO._replace(many=True)),
        ("today() - P1D * movers.age", FactType("date", many=True)),
        ("movers.age = max(pupils.age)", YES_NO._replace(many=True)),
    ],
)
def test_what_fits_what_is_expected_is_no_fault(text: str, expected: FactType) -> None:
    assert check(parse(text), PEOPLE, expected) == []


def test_all_faults_are_told_at_once_in_the_order_of_the_text() -> None:
    faults = check(parse('child.birth_date > 60 and child.sex = "X" or nobody.knows = 1 and movers.age = 2'), PEOPLE)
    assert [fault.code for fault in faults] == ["wrong-type", "unknown-code", "unknown-fact", "many-outside"]


def test_one_fault_does_not_bring_others_with_it() -> None:
    assert len(check(parse('nobody.knows + 1 > 2 and years_between(nobody.knows2, today()) = "x" + 1'), PEOPLE)) == 3
    assert len(check(parse('nobody.knows in [1, "x", date("2020-01-31")]'), PEOPLE)) == 1
    assert len(check(parse("nobody.knows between 1 and today()"), PEOPLE)) == 1


def test_types_may_be_asked_for_and_names_only_when_one_is_needed() -> None:
    asked = 0

    def names() -> list[str]:
        nonlocal asked
        asked += 1
        return sorted(PEOPLE)

    assert check(parse("child.twin"), PEOPLE.get, known=names) == []
    assert asked == 0
    assert check(parse("child.twinn"), PEOPLE.get, known=names)[0].mend.en == "Write child.twin."
    assert check(parse("child.twinn"), PEOPLE.get)[0].mend.en == "Declare it as an element of its entity."


@given(untyped, st.sampled_from([None, YES_NO, NUMBER, CHOICE, NUMBER._replace(many=True)]))
def test_no_expression_breaks_the_check(expression: Expression, expected: FactType | None) -> None:
    faults = check(expression, TYPES, expected)
    assert all(fault.fault.id and fault.mend.id for fault in faults)


@given(any_typed)
def test_what_is_well_typed_has_no_faults(expression: Expression) -> None:
    faults = check(expression, TYPES, type_of(expression, TYPES))
    assert {fault.code for fault in faults} <= {"division-by-zero", "wrong-argument"}  # of numbers written out
