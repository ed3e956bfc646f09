"""Cases that between them go every way of two procedures: told what each case came by, it proposes the next; compares nothing.

First a plain case. Then, for each way that no case has taken though some case came to its place, that case changed so that it
takes it. Then, for all that a return asks anew, a case in which the first answers were wrong; at each condition, every value around which it
may change its mind. The rest is chance.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Literal

from analysis.comparing.worlds import Answer, Recipe, Setting, World
from analysis.interpreter import Run
from processes import condition
from processes.case import Value
from processes.condition import to_text
from processes.procedure import Approve, Choose, Decide, FormStep, Item, Lookup, walk
from processes.resolved import Paper, Question, Resolved

Side = Literal["before", "after"]
SIDES: tuple[Side, Side] = ("before", "after")
TRIES = 300  # combinations of values, before a condition is taken to have no more ways
ROUNDS = 30  # in which something new was found

_Weighed = tuple[tuple[bool, int], Recipe]  # whether it waits, and how many things are otherwise; the less the better


@dataclass(frozen=True, slots=True)
class Goal:
    """A way at a place of one of the two procedures that some case should take."""

    side: Side
    place: str
    way: str


@dataclass
class Place:
    """Where a case can go several ways: what stands there, and the conditions of its ways in their order."""

    item: Item
    ways: dict[str, condition.Expression | None] = field(default_factory=dict)


class Covering:
    """Proposes cases, and keeps count of the ways they took."""

    def __init__(self, setting: Setting, seed: int) -> None:
        """Begin with no case.

        Args:
            setting: The two procedures.
            seed: The same gives the same cases.
        """
        self.setting, self.random = setting, Random(seed)  # noqa: S311  # no secret depends on it
        self.places = {side: places(setting, number) for number, side in enumerate(SIDES)}
        self.goals = [Goal(s, p, way) for s in SIDES for p, place in self.places[s].items() for way in place.ways]
        self.taken: dict[Goal, int] = dict.fromkeys(self.goals, 0)
        self.tried: set[Goal] = set()  # ways towards which a case was looked for in vain
        self._plain: _Weighed = (True, 0), Recipe()
        self._example: dict[Goal, _Weighed] = {}
        self._reached: dict[tuple[Side, str], _Weighed] = {}
        self._asked_anew: dict[frozenset[str], Recipe] = {}  # the first case of which today's procedure asks them anew

    def note(self, recipe: Recipe, runs: tuple[Run, Run]) -> None:
        """Note which ways a case took in the two procedures; a case that comes to an end is the better example."""
        weight = (runs[0].outcome.kind == "waiting", recipe.size)
        if weight < self._plain[0]:
            self._plain = weight, recipe
        if anew := frozenset(runs[0].anew - recipe.corrected.keys()):
            self._asked_anew.setdefault(anew, recipe)
        for side, run in zip(SIDES, runs, strict=True):
            for one in set(run.taken):
                goal = Goal(side, one.place, one.way)
                if goal in self.taken:
                    self.taken[goal] += 1
                    if goal not in self._example or weight < self._example[goal][0]:
                        self._example[goal] = weight, recipe
                here = self._reached.get((side, one.place))
                if here is None or weight < here[0]:
                    self._reached[side, one.place] = weight, recipe

    def proposed(self) -> Iterator[Recipe]:
        """Yield cases without end; each should be noted before the next is asked for.

        Complexity: a case is a copy of a small recipe; a way behind a condition costs up to `TRIES` evaluations of it.
        """
        yield Recipe()
        for _ in range(ROUNDS):
            covered = sum(map(bool, self.taken.values()))
            for goal in self.goals:
                if not self.taken[goal]:
                    yield from self._towards(goal)
            if covered == sum(map(bool, self.taken.values())):
                break
        yield from self._mistaken()
        yield from self._around()
        while True:
            yield self._by_chance()

    # --- towards a way

    def _towards(self, goal: Goal) -> Iterator[Recipe]:
        """Yield cases that should take a way: one that came to its place, changed."""
        reached, place = self._reached.get((goal.side, goal.place)), self.places[goal.side][goal.place]
        if reached is None:
            return
        recipe = reached[1]
        self.tried.add(goal)
        match place.item:
            case Decide() | Approve() as step:
                yield recipe.but("ways", step.id, (goal.way, self.setting.lasting[step.id]))
            case Lookup() as step:
                answer: Answer = "none" if goal.way == "none" else "several" if goal.way == "several" else "found"
                yield recipe.but("answers", self.about(goal.side, step), answer)
            case _:
                yield from self._meeting(recipe, goal, list(place.ways), list(place.ways.values()))

    def about(self, side: Side, step: Lookup) -> str:
        """Return which service a look-up asks about whom, as recipes name it."""
        subjects = self.setting.models[SIDES.index(side)].subjects(step)
        return f"{step.service} about {', '.join(subject.name for _, subject in sorted(subjects.items()))}"

    def _meeting(
        self, recipe: Recipe, goal: Goal, ways: list[str], conditions: list[condition.Expression | None]
    ) -> Iterator[Recipe]:
        """Yield a case like another but with values that lead a certain way at a place, if any are found."""
        number = ways.index(goal.way)
        read = [one for one in conditions[: number + 1] if one is not None]
        names = sorted({name for one in read for name in condition.facts_read(self.setting.base(one))})
        names = [name for name in names if name in self.setting.candidates.by_fact]
        for changed in self._changes(recipe, names):
            world = World(self.setting, changed)
            if self._leads_to(world, conditions) == number:
                yield changed
                return

    def _leads_to(self, world: World, conditions: Sequence[condition.Expression | None]) -> int | None:
        for number, one in enumerate(conditions):
            if one is None:
                return number
            found = self.setting.books[0].evaluate(one, world.said, self.setting.today)
            if found is True or (isinstance(found, tuple) and True in found):
                return number
        return None

    def _changes(self, recipe: Recipe, names: list[str]) -> Iterator[Recipe]:
        """Yield a case with other values of some facts: of each alone, of its list's length, then of several by chance."""
        for name in names:
            for value in self.setting.candidates.by_fact[name]:
                yield self._with(recipe, name, value)
        many = [one for name in names if (one := self.setting.list_of(name))]
        for one in dict.fromkeys(many):
            for number in (0, 1, 3):
                yield recipe.but("members", one, number)
        for _ in range(TRIES if names else 0):
            changed = recipe
            for name in names:
                changed = self._with(changed, name, None)
            yield changed

    def _with(self, recipe: Recipe, name: str, value: Value) -> Recipe:
        """Return a case in which a fact has a value (by chance, if none is given), and is answered as before where it is asked anew."""
        values = self.setting.candidates.by_fact[name]
        if self.setting.list_of(name):
            each: tuple[Value, ...] = tuple(self.random.choice(values) for _ in range(3))
            value = each if value is None or self.random.random() < 0.5 else (value,) * 3  # type: ignore[assignment]
        elif value is None and None not in values:
            value = self.random.choice(values)
        if name in self.setting.anew and name not in recipe.corrected:
            recipe = recipe.but("corrected", name, World(self.setting, recipe).value(name))
        return recipe.but("values", name, value)

    # --- around mistakes and conditions, and by chance

    def _mistaken(self) -> Iterator[Recipe]:
        """Yield, for all that a return asks anew, a case in which the first answers were other ones than the second."""
        for names, recipe in list(self._asked_anew.items()):
            world, changed = World(self.setting, recipe), recipe
            for name in sorted(names):
                changed = changed.but("corrected", name, world.value(name))
                changed = changed.but("values", name, self.setting.candidates.another(name))
            yield changed

    def _around(self) -> Iterator[Recipe]:
        """Yield, for each condition that some case has come to, that case with every value of what it reads."""
        seen: set[tuple[str, str]] = set()
        for side in SIDES:
            for name, place in self.places[side].items():
                reached = self._reached.get((side, name))
                read = [one for one in place.ways.values() if one is not None]
                text = " ".join(to_text(one) for one in read)
                facts = sorted({fact for one in read for fact in condition.facts_read(self.setting.base(one))})
                for fact in facts:
                    if reached is not None and fact in self.setting.candidates.by_fact and (text, fact) not in seen:
                        seen.add((text, fact))
                        for value in self.setting.candidates.by_fact[fact]:
                            yield self._with(reached[1], fact, value)

    def _by_chance(self) -> Recipe:
        """Return a case that has come somewhere, with a few things or with everything otherwise."""
        random, setting = self.random, self.setting
        examples = [one for goal, one in self._example.items() if goal.way != "several"]
        recipe = (random.choice(examples) if examples and random.random() < 0.8 else self._plain)[1]
        whole = random.random() < 0.15
        facts = [*setting.deciding, *setting.varied]
        for name in facts if whole else random.sample(facts, min(len(facts), random.choice([0, 1, 1, 2, 3]))):
            if name in setting.candidates.by_fact:
                recipe = self._with(recipe, name, random.choice(setting.candidates.by_fact[name]))
            else:
                values = setting.candidates.all_of(name)
                some = tuple(random.choice(values) for _ in range(3))
                recipe = recipe.but("values", name, some if setting.list_of(name) else some[0])
        for step, ways in setting.ways.items():
            if whole or random.random() < 0.3 / len(setting.ways) + 0.05:
                before_last = tuple(random.choice(ways) for _ in range(random.choice([0, 1, 1, 2])))
                recipe = recipe.but("ways", step, (*before_last, setting.lasting[step]))
        for many in setting.lists:
            if random.random() < 0.2:
                recipe = recipe.but("members", many, random.randint(0, 3))
        if random.random() < 0.08:
            recipe = self._other_answer(recipe)
        if setting.spare_papers and random.random() < 0.3:
            left = frozenset(one for one in setting.spare_papers if random.random() < 0.5)
            recipe = replace(recipe, without=left)
        return recipe

    def _other_answer(self, recipe: Recipe) -> Recipe:
        goals = [goal for goal in self.goals if goal.way in ("none", "several")]
        if not goals:
            return recipe
        goal = self.random.choice(goals)
        step = self.places[goal.side][goal.place].item
        assert isinstance(step, Lookup)  # noqa: S101  # nobody else finds none or several
        answer: Answer = "none" if goal.way == "none" or self.random.random() < 0.8 else "several"
        if answer == "none" and Goal(goal.side, goal.place, "none") not in self.taken:
            answer = "several"
        return recipe.but("answers", self.about(goal.side, step), answer)

    def reached(self, goal: Goal) -> bool:
        """Whether some case came to the place of a way."""
        return (goal.side, goal.place) in self._reached


def places(setting: Setting, number: int) -> dict[str, Place]:
    """Return where cases of one of the procedures can go several ways, by the names the interpreter gives them.

    A look-up finds none if its service does not find everybody, or if it says what happens then.
    """
    model, book = setting.models[number], setting.books[number]
    found: dict[str, Place] = {}
    for item in walk(model.procedure.steps):
        match item:
            case Choose():
                ways = {
                    str(n): book.expression(branch.condition) if branch.condition else None
                    for n, branch in enumerate(item.branches)
                }
                found[book.places[id(item)]] = Place(item, ways)
            case Decide() | Approve() if item.ways:
                found[item.id] = Place(item, dict.fromkeys(way.id for way in item.ways))
            case Lookup() if (service := model.service(item)) is not None:
                none = ("none",) if service.coverage < 1 or item.not_found else ()
                found[item.id] = Place(item, dict.fromkeys(("found", *none, "several")))
            case FormStep():
                for one in _conditional(model, item):
                    found[f"{item.id}: {one.id}"] = Place(item, {"asked": one.condition, "not asked": None})
            case _:
                pass
    return found


def _conditional(model: Resolved, step: FormStep) -> list[Question | Paper]:
    asked: list[Question | Paper] = [*model.questions(step), *model.papers(step)]
    return [one for one in asked if one.condition is not None]
