"""What each choice costs, put to the solver: never more than it really does, which `analysis.weighing` tells of a plan exactly."""

from collections.abc import Mapping
from itertools import combinations
from math import inf, prod
from typing import NamedTuple

from analysis.branches import union_share
from analysis.burden import from_event, times
from analysis.fewest.answer_sets import Program
from analysis.fewest.choices import Choices
from analysis.fewest.demanded import Demanded
from analysis.fewest.how_often import HowOften
from analysis.fewest.suppliers import is_free
from analysis.instance import Item, Rule, Ways, bits
from analysis.letters import letters_behind
from analysis.residual import Residuals
from analysis.scenarios import Supplier
from analysis.weighing import Weight, asks_citizen, only_checks, step_minutes, thousandths

CITIZEN, AGENCY, FETCHED = 3, 2, 1  # what is least first
A_FACT = 10_000  # weighs a fact fetched against a thing kept, of which of two alike plans has fewer
MOST_CONDITIONS = 4  # under which one form asks, of which every set is weighed; else pairs

Used = list[tuple[Supplier, int]]  # what a look-up may bring, each with its atom
About = tuple[str, tuple[tuple[str, str], ...]]  # a service, and whom it is asked about


class LookUp(NamedTuple):
    """What a look-up costs the citizen."""

    often: dict[int, int]  # by step, the atom that it is asked at least as often
    spent: list[tuple[int, int, float]]  # priority, atom, and the minutes each time it is asked if that holds


class Prices:
    """The costs of a program, apart from what no choice changes."""

    def __init__(self, program: Program, choices: Choices, demanded: Demanded) -> None:
        """Write down what kept things, their steps, and look-ups cost.

        Complexity: linear in items and suppliers, and see `HowOften`.
        """
        self.program, self.choices, self.instance = program, choices, choices.instance
        self.times, self.residuals = times(self.instance), Residuals(self.instance)
        self.look_ups: dict[About, LookUp] = {}
        self._weights: dict[int, list[tuple[int, int]]] = {CITIZEN: [], AGENCY: [], FETCHED: []}
        self._together: dict[tuple[int, int], int] = {}
        self._items()
        self.how_often = HowOften(program, choices, demanded)
        self._suppliers()
        for priority, weights in self._weights.items():
            if weights:
                program.minimize(priority, weights)

    def _weigh(self, priority: int, atom: int, minutes: float, before: float = 0.0) -> None:
        """Let an atom cost minutes, less those that another costs already."""
        weight = thousandths(minutes) - thousandths(before)
        if weight > 0:
            self._weights[priority].append((atom, weight))

    # --- what is kept

    def _items(self) -> None:
        choices, policy = self.choices, self.instance.policy
        staying = self.instance.requests | {self.instance.items[number].node for number in choices.today.staying}
        contacts: dict[int, list[Item]] = {}
        beside: dict[int, list[Item]] = {}  # by form that stays
        checks: dict[int, list[int]] = {}
        for number in (*sorted(choices.forced), *choices.keep):
            if number in choices.gone:
                continue
            item, atom, often = self.instance.item(number), choices.kept(number), self.times.item[number]
            if item.kind != "lookup" and number not in choices.today.bound:  # rather than the same look-up anew
                new = item.log_in is not None  # rather than a log-in of today anew
                self._weights[FETCHED].append((atom, 2 if new else 1))
            self._weigh(CITIZEN, atom, item.minutes * often)
            self._weigh(AGENCY, atom, item.officer_minutes * often)
            if item.kind in ("letter", "lookup"):
                self._step(item.node, atom)
            if item.kind == "lookup":
                self._weights[FETCHED].append((atom, A_FACT * item.facts.bit_count()))
                if policy.shows:
                    for _ in bits(item.facts):  # each by itself, as those of suppliers
                        self._weigh(CITIZEN, atom, policy.look_over_minutes * often)
            elif item.node in staying:
                beside.setdefault(item.node, []).append(item)
            elif item.kind in ("question", "paper") and asks_citizen(self.instance, item.node):
                contacts.setdefault(item.node, []).append(item)
            elif item.kind == "check" and only_checks(item):
                checks.setdefault(item.node, []).append(atom)
        for node, asked in contacts.items():
            self._contact(asked, policy.contact_minutes * self.times.visits[node])
        for node, asked in beside.items():
            self._contact_of_started(node, asked, policy.contact_minutes * self.times.visits[node])
        for node, atoms in checks.items():
            self._step(node, self.program.due([atom] for atom in atoms))
        for node, letters in letters_behind(self.instance).items():
            if not any(letter in choices.today.bound for letter in letters):
                self._step(node, self.program.due([choices.kept(letter)] for letter in letters))

    def _step(self, node: int, atom: int) -> None:
        """Tell what a step costs that is done as long as an atom holds."""
        citizen, agency = step_minutes(self.instance, node)
        self._weigh(CITIZEN, atom, citizen * self.times.visits[node])
        self._weigh(AGENCY, atom, agency * self.times.visits[node])

    def _contact_of_started(self, node: int, asked: list[Item], minutes: float) -> None:
        """Tell what a form that stays costs those too whose case an event started, if it asks what that does not bring."""
        started, brought = from_event(self.instance)
        if not started or not asks_citizen(self.instance, node):
            return
        staying = [self.instance.items[number] for number in self.choices.today.staying]
        asks = [one for one in asked if one.kind in ("question", "paper") and not brought & one.bit]
        beside = (one for one in staying if one.node == node and one.kind in ("question", "paper"))
        if not any(not brought & one.bit for one in beside):  # else it is one anyway, or as often as what stays asks
            self._contact(asks, minutes * started)

    def _contact(self, asked: list[Item], minutes: float) -> None:
        """Tell what a form costs for being one: as often as any of the conditions holds under which it asks something."""
        groups: dict[tuple[Ways | None, float], list[int]] = {}
        for item in asked:
            chance = 0.0 if item.under is not None else self.times.chance[item.number]
            groups.setdefault((item.under, chance), []).append(self.choices.kept(item.number))
        asking = {key: self.program.due([atom] for atom in atoms) for key, atoms in groups.items()}
        most = MOST_CONDITIONS if len(asking) <= MOST_CONDITIONS else 2
        likely: dict[float, list[list[int]]] = {}
        for number in range(1, min(most, len(asking)) + 1):
            for some in combinations(asking, number):
                none = prod(1.0 - chance for _, chance in some)
                ways = [under for under, _ in some if under is not None]
                chance = 1.0 - none * (1.0 - union_share(self.instance, ways))
                likely.setdefault(chance, []).append([asking[one] for one in some])
        before = 0.0
        for chance in sorted(likely):
            at_least = self.program.due(body for other, bodies in likely.items() if other >= chance for body in bodies)
            self._weigh(CITIZEN, at_least, minutes * chance, minutes * before)
            before = chance

    # --- who brings the rest

    def _suppliers(self) -> None:
        by_call: dict[About, Used] = {}
        for one, atom in self.choices.use.items():
            rule = self.instance.rules[one.rule]
            self._weights[FETCHED].append((atom, A_FACT + 1))
            if self.instance.policy.shows or not is_free(rule):
                by_call.setdefault((rule.service, rule.about), []).append((one, atom))
        for about, used in by_call.items():
            self._look_up(about, used)

    def _look_up(self, about: About, used: Used) -> None:
        """Tell what a look-up costs: what is looked over, and its residual form as often as it finds nothing."""
        rule, policy = self.instance.rules[used[0][0].rule], self.instance.policy
        called = self.program.due([atom] for _, atom in used)
        if rule.coverage >= 1 and not policy.shows:
            return
        often = self.how_often.asked(used, called)
        spent = [(CITIZEN, atom, policy.look_over_minutes) for _, atom in used] if policy.shows else []
        if rule.coverage < 1:
            spent += self._residual_form(rule, used, called)
        for priority, atom, minutes in spent:
            self._each_time(priority, atom, minutes, called, often)
        self.look_ups[about] = LookUp(often, spent)

    def _residual_form(self, rule: Rule, used: Used, called: int) -> list[tuple[int, int, float]]:
        """Return whose minutes a residual form takes each time a look-up is asked, if an atom holds."""
        program, residuals, missed = self.program, self.residuals, 1 - rule.coverage
        spent = [(CITIZEN, called, missed * residuals.contact)]
        brought = {name: program.atom() for name in self._papers(used)}
        proving = {one.fact: atom for one, atom in used if one.level > 1}
        if brought:
            program.choice(list(brought.values()))
            spent += [(CITIZEN, atom, missed * residuals.minutes(name)) for name, atom in brought.items()]
            if proving:
                check = program.due([atom] for atom in proving.values())
                spent.append((AGENCY, check, missed * min(residuals.checking([fact]) for fact in proving)))
        for one, atom in used:
            no_paper = [-brought[name] for name in residuals.papers(one.fact) if name in brought]
            if one.level > 1:
                program.never([atom, *no_paper])
                continue
            asked = program.due([[atom, *no_paper]])
            spent.append((CITIZEN, asked, missed * residuals.question(one.fact)))
        return spent

    def _papers(self, used: Used) -> list[str]:
        """Return the documents that a residual form may ask for: one proves what has to be, or spares more than it costs."""
        residuals, papers = self.residuals, dict[str, float]()  # what each spares at most
        for one, _ in used:
            for name in residuals.papers(one.fact):
                spares = inf if one.level > 1 else residuals.question(one.fact)
                papers[name] = papers.get(name, 0.0) + spares
        return sorted(name for name, spares in papers.items() if spares > residuals.minutes(name))

    def _each_time(self, priority: int, atom: int, minutes: float, called: int, often: Mapping[int, int]) -> None:
        """Let minutes be spent as often as a look-up is asked, if an atom holds."""
        steps, before = self.how_often.steps, 0.0
        for step in sorted(often):
            if weight := thousandths(minutes * steps[step]) - thousandths(minutes * before):
                both = atom if step == 0 else often[step] if atom == called else self._both(atom, often[step])
                self._weights[priority].append((both, weight))
            before = steps[step]

    def _both(self, one: int, other: int) -> int:
        """Return the atom that two cost something together: the same for the same two."""
        if (one, other) not in self._together:
            self._together[one, other] = self.program.due([[one, other]])
        return self._together[one, other]


def price(costs: Mapping[int, int]) -> Weight:
    """Return what an answer costs."""
    return Weight(costs.get(CITIZEN, 0), costs.get(AGENCY, 0), costs.get(FETCHED, 0) // A_FACT)
