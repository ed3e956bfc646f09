"""Soundness against a token game written another way, on thousands of random flows; and published nets."""

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

import pytest

from analysis.findings.flow_faults import unsound
from analysis.soundness import Net, NodeKind, soundness
from tests.seeds import blocks
from tests.sketching import sketch

MOST_MARKINGS = 4_000
Edge = tuple[int, int]  # a node, and which of its edges; (-1, 0) is how a case comes in
Marking = frozenset[tuple[Edge, int]]


# --- the game, told plainly -------------------------------------------------------------------------------------------


class Game:
    """Tokens lie on edges; nothing is reduced, nothing is clever."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.into: dict[int, list[Edge]] = {node: [] for node in range(len(net.kinds))}
        self.into[0].append((-1, 0))
        for node, following in enumerate(net.following):
            for number, later in enumerate(following):
                self.into[later].append((node, number))
        self.start: Marking = frozenset({((-1, 0), 1)})
        self.stops = {node for node in range(1, len(net.kinds)) if self.only_stops(node)}

    def behind(self, node: int) -> set[int]:
        found = [node]
        for one in found:
            found += dict.fromkeys(later for later in self.net.following[one] if later not in found)
        return set(found)

    def only_stops(self, node: int) -> bool:
        """Whether a token there can do nothing but stop the case."""
        kinds, behind = self.net.kinds, self.behind(node)
        return not any(kinds[one] in ("join", "end") for one in behind) and all(
            any(kinds[last] == "stop" for last in self.behind(one)) for one in behind
        )

    def taken(self, marking: Marking, node: int) -> Iterator[Counter[Edge]]:
        tokens = Counter(dict(marking))
        if self.net.kinds[node] == "join":
            if self.into[node] and all(tokens[edge] for edge in self.into[node]):
                yield Counter(self.into[node])
        else:
            for edge in self.into[node]:
                if tokens[edge]:
                    yield Counter([edge])

    def passing(self, marking: Marking, node: int) -> Iterator[Marking | None]:
        """Yield the markings after a node is passed; None if the case has ended properly."""
        kind = self.net.kinds[node]
        edges = [(node, number) for number in range(len(self.net.following[node]))]
        for taken in self.taken(marking, node):
            left = Counter(dict(marking))
            left.subtract(taken)
            left = +left
            if node in self.stops or (kind == "end" and not left):
                yield None
            elif kind == "split" or not edges:
                if edges:
                    yield frozenset((left + Counter(edges)).items())
            else:
                for edge in edges:
                    yield frozenset((left + Counter([edge])).items())

    def ends_badly(self, marking: Marking) -> bool:
        return sum(n for _, n in marking) > 1 and any(
            kind == "end" and any(True for _ in self.taken(marking, node)) for node, kind in enumerate(self.net.kinds)
        )

    def crowded(self, marking: Marking) -> set[int]:
        found = set()
        for node, kind in enumerate(self.net.kinds):
            if node in self.stops:
                continue
            here = [n for edge, n in marking if edge in self.into[node]]
            if (max(here, default=0) if kind == "join" else sum(here)) > 1:
                found.add(node)
        return found

    def explored(self, start: Marking) -> tuple[dict[Marking, set[Marking | None]], set[int]] | None:
        """Return all markings with what comes after each, and the nodes passed; crowded ones are not gone on from."""
        after: dict[Marking, set[Marking | None]] = {}
        passed: set[int] = set()
        waiting = [start]
        while waiting:
            marking = waiting.pop()
            if marking in after:
                continue
            after[marking] = set()
            if len(after) > MOST_MARKINGS:
                return None
            if self.crowded(marking):
                continue
            for node in range(len(self.net.kinds)):
                if not self.net.following[node] and any(True for _ in self.taken(marking, node)):
                    passed.add(node)  # it comes there, and perhaps stays
                for new in self.passing(marking, node):
                    passed.add(node)
                    after[marking].add(new)
                    if new is not None and new not in after:
                        waiting.append(new)
        return after, passed

    def can_end(self, after: dict[Marking, set[Marking | None]]) -> set[Marking]:
        ending: set[Marking] = set()
        while True:
            new = {m for m, later in after.items() if m not in ending and (None in later or later & ending)}
            if not new:
                return ending
            ending |= new

    def faults(self) -> set[str] | None:
        """Return the faults of the flow: none at all if it is sound, None if there are too many markings."""
        explored = self.explored(self.start)
        if explored is None:
            return None
        after, passed = explored
        found = set()
        if any(self.crowded(marking) for marking in after):
            return {"lack of synchronisation"}  # and perhaps others behind it
        if any(self.ends_badly(marking) for marking in after):
            found.add("proper completion")
        if set(after) - self.can_end(after):
            found.add("option to complete")
        passed |= set().union(*(self.behind(node) for node in passed & self.stops))
        if any(kind != "end" and node not in passed for node, kind in enumerate(self.net.kinds)):
            found.add("dead step")
        return found

    def replayed(self, way: Sequence[int]) -> set[Marking | None]:
        """Return all markings in which a case can be after passing these nodes in this order."""
        now: set[Marking | None] = {self.start}
        for node in way:
            now = {new for marking in now if marking is not None for new in self.passing(marking, node)}
        return now

    def shows(self, fault: str, way: Sequence[int], node: int) -> bool:
        """Whether the way really comes to the fault."""
        if fault == "dead step":
            explored = self.explored(self.start)
            return explored is not None and node not in explored[1]
        if fault == "proper completion":
            return self.net.kinds[way[-1]] == "end" and any(
                marking is not None and self.ends_badly(marking) for marking in self.replayed(way[:-1])
            )
        markings = [marking for marking in self.replayed(way) if marking is not None]
        if fault == "lack of synchronisation":
            return any(node in self.crowded(marking) for marking in markings)
        for marking in markings:
            explored = self.explored(marking)
            if explored is not None and marking not in self.can_end(explored[0]):
                return True
        return False


# --- random flows -----------------------------------------------------------------------------------------------------


def any_flow(seed: int) -> Net:
    """Return a flow of any shape: mostly unsound."""
    random = Random(seed)
    number = random.randint(2, 9)
    kinds: list[NodeKind] = ["step"]
    kinds += random.choices(["step", "choice", "merge", "split", "join", "stop"], [3, 3, 2, 3, 3, 1], k=number)
    kinds += ["end"] * random.choice([1, 1, 1, 2])
    size = len(kinds)
    following: list[tuple[int, ...]] = []
    for node, kind in enumerate(kinds):
        most = {"choice": random.choice([2, 2, 3]), "split": random.choice([2, 2, 3]), "end": 0, "stop": 0}.get(kind, 1)
        forward = range(node + 1, size)
        edges = [
            random.choice(forward) if forward and random.random() < 0.85 else random.randrange(1, size)
            for _ in range(most)
        ]
        if kind == "step" and random.random() < 0.04:
            edges = []
        following.append(tuple(edges))
    net = Net(tuple(kinds), tuple(following))
    return net if random.random() < 0.1 else come_to(net)


def come_to(net: Net) -> Net:
    """Return a flow without the nodes that no edges lead to from the start."""
    reached = [0]
    for node in reached:
        reached += dict.fromkeys(later for later in net.following[node] if later not in reached)
    numbers = {node: number for number, node in enumerate(reached)}
    return Net(
        tuple(net.kinds[node] for node in reached),
        tuple(tuple(numbers[later] for later in net.following[node]) for node in reached),
    )


class Structured:
    """A flow of nested parts, sound as it is built; then perhaps something is changed."""

    def __init__(self, seed: int, size: int = 4) -> None:
        self.random = Random(seed)
        self.kinds: list[NodeKind] = ["step"]
        self.edges: list[list[int]] = [[]]
        last = self.sequence(0, size, 0)
        self.connect(last, self.node("end"))

    def node(self, kind: NodeKind) -> int:
        self.kinds.append(kind)
        self.edges.append([])
        return len(self.kinds) - 1

    def connect(self, node: int, later: int) -> None:
        self.edges[node].append(later)

    def sequence(self, before: int, size: int, depth: int) -> int:
        for _ in range(self.random.randint(1, size)):
            before = self.part(before, size, depth)
        return before

    def part(self, before: int, size: int, depth: int) -> int:
        kind = self.random.choice(["step", "step", "xor", "and", "loop", "refuse"]) if depth < 3 else "step"
        if kind == "step":
            node = self.node("step")
            self.connect(before, node)
            return node
        if kind == "loop":
            merge = self.node("merge")
            self.connect(before, merge)
            choice = self.node("choice")
            self.connect(self.sequence(merge, 1, depth + 1), choice)
            if self.random.random() < 0.5:
                self.connect(choice, merge)
            else:
                redo = self.node("step")
                self.connect(choice, redo)
                self.connect(redo, merge)
            return choice  # what comes next is the other way
        opens: NodeKind = "split" if kind == "and" else "choice"
        closes: NodeKind = "join" if kind == "and" else "merge"
        first, last = self.node(opens), self.node(closes)
        self.connect(before, first)
        if kind == "refuse":
            self.connect(first, self.node("stop"))
            self.connect(self.sequence_or_nothing(first, size, depth), last)
            return last
        for _ in range(self.random.choice([2, 2, 3])):
            self.connect(self.sequence_or_nothing(first, size - 1, depth), last)
        return last

    def sequence_or_nothing(self, first: int, size: int, depth: int) -> int:
        if self.random.random() < 0.2:
            return first
        entry = self.node("step")
        self.connect(first, entry)
        return self.sequence(entry, max(1, size - 1), depth + 1)

    def net(self, changes: int = 0) -> Net:
        kinds, edges = list(self.kinds), [list(one) for one in self.edges]
        for _ in range(changes):
            node = self.random.randrange(1, len(kinds))
            match self.random.randrange(5):
                case 0 if kinds[node] in ("join", "merge"):
                    kinds[node] = "merge" if kinds[node] == "join" else "join"
                case 1 if kinds[node] in ("split", "choice"):
                    kinds[node] = "choice" if kinds[node] == "split" else "split"
                case 2 if kinds[node] == "step":  # a return, or a jump forward
                    kinds[node] = "choice"
                    edges[node].append(self.random.randrange(1, len(kinds)))
                case 3 if edges[node]:
                    edges[node][self.random.randrange(len(edges[node]))] = self.random.randrange(1, len(kinds))
                case 4 if kinds[node] == "step" and edges[node]:
                    edges[node] = []
                    kinds[node] = self.random.choice(["stop", "step"])
                case _:
                    pass
        return Net(tuple(kinds), tuple(tuple(one) for one in edges))


def agrees(net: Net, told: str) -> str:
    """See that verdict and game agree on a flow, and that the way shows the fault; return the answer, or "" if skipped."""
    game = Game(net)
    expected = game.faults()
    verdict = soundness(net)
    if expected is None:
        return ""
    assert verdict.answer == ("unsound" if expected else "sound"), f"{told}: {net} {verdict} {expected}"
    if verdict.fault:
        assert game.shows(verdict.fault, verdict.way, verdict.node), f"{told}: {net} {verdict} {expected}"
    return verdict.answer


@pytest.mark.parametrize("seeds", blocks(6000, 1500), ids=str)
def test_verdicts_on_flows_of_any_shape_are_those_of_the_game(seeds: range) -> None:
    answers = Counter(agrees(any_flow(seed), f"any flow, seed {seed}") for seed in seeds)

    assert answers["sound"] > 500
    assert answers["unsound"] > 500


@pytest.mark.parametrize("seeds", blocks(1000, 250), ids=str)
def test_verdicts_on_structured_flows_with_changes_are_those_of_the_game(seeds: range) -> None:
    answers: Counter[str] = Counter()
    for seed in seeds:
        net = Structured(seed, size=3).net(changes=seed % 4)
        if len(net.kinds) < 24:
            answers[agrees(net, f"structured flow, seed {seed}, {seed % 4} changes")] += 1

    assert answers["sound"] > 30
    assert answers["unsound"] > 30


# --- published nets, and large ones -----------------------------------------------------------------------------------


def flow(**edges: str) -> Net:
    """Return a flow from `kind_name="later later"`; the first node is where cases start."""
    numbers = {name: number for number, name in enumerate(edges)}
    kinds: list[NodeKind] = [
        next(k for k in ("step", "choice", "merge", "split", "join", "end", "stop") if name.startswith(k))
        for name in edges
    ]
    return Net(tuple(kinds), tuple(tuple(numbers[one] for one in later.split()) for later in edges.values()))


COMPLAINT = flow(  # van der Aalst (1998), https://doi.org/10.1142/S0218126698000043: the unsound handling of complaints
    split_register="choice_1 choice_2",
    choice_1="step_process_1 step_time_out_1",
    choice_2="step_process_2 step_time_out_2",
    step_process_1="join_ok",
    step_process_2="join_ok",
    step_time_out_1="merge_nok",
    step_time_out_2="merge_nok",
    join_ok="end",
    merge_nok="end",
    end="",
)
PUBLISHED = {
    "deadlock": (flow(choice="step_a step_b", step_a="join", step_b="join", join="end", end=""), "option to complete"),
    "no synchronisation": (
        flow(split="step_a step_b", step_a="end", step_b="end", end=""),
        "lack of synchronisation",
    ),
    "parallel": (flow(split="step_a step_b", step_a="join", step_b="join", join="end", end=""), None),
    "return after the join": (
        flow(
            step="split", split="step_a step_b", step_a="join", step_b="join", join="choice", choice="split end", end=""
        ),
        None,
    ),
    "return out of a branch": (
        flow(step="split", split="choice step_b", choice="split join", step_b="join", join="end", end=""),
        "lack of synchronisation",
    ),
    "dead step": (flow(step_a="step_b", step_b="end", join_c="end", end=""), "dead step"),
    "endless": (
        flow(choice="step_a step_d", step_a="step_b", step_b="step_c", step_c="step_b", step_d="end", end=""),
        "option to complete",
    ),
    "complaint": (COMPLAINT, "lack of synchronisation"),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_nets_have_their_published_verdicts(name: str) -> None:
    net, fault = PUBLISHED[name]

    verdict = soundness(net)

    assert (verdict.answer, verdict.fault) == (("unsound", fault) if fault else ("sound", None))
    assert fault is None or Game(net).shows(fault, verdict.way, verdict.node)


def test_a_refusal_in_a_side_ends_the_case_with_the_sides_beside_it() -> None:
    net = flow(split="choice step", choice="join stop", step="join", join="end", end="", stop="")

    assert soundness(net).answer == "sound"


def test_the_step_at_which_a_case_is_stuck_waits_at_a_join() -> None:
    net = flow(split="choice step_b", choice="join step_a", step_a="end", step_b="join", join="end", end="")

    verdict = soundness(net)

    assert verdict.answer == "unsound"
    assert net.kinds[verdict.node] == "join"


def together(*nets: Net) -> Net:
    """Return a flow that runs flows with one end each side by side."""
    kinds: list[NodeKind] = ["split"]
    following: list[tuple[int, ...]] = [()]
    join = 1 + sum(len(net.kinds) for net in nets)
    for net in nets:
        first = len(kinds)
        following[0] += (first,)
        kinds += ["step" if kind == "end" else kind for kind in net.kinds]
        following += [
            (join,) if kind == "end" else tuple(first + one for one in later)
            for kind, later in zip(net.kinds, net.following, strict=True)
        ]
    return Net((*kinds, "join", "end"), (*following, (join + 1,), ()))


def knot() -> Net:
    """Return a sound flow that no rule takes apart: two ways into two sides that cross."""
    return flow(
        choice="split_a split_b",
        split_a="merge_x merge_y",
        split_b="merge_x merge_y",
        merge_x="join",
        merge_y="join",
        join="end",
        end="",
    )


def test_what_is_not_decided_within_the_bound_is_unknown_never_sound() -> None:
    whole = together(*[knot()] * 8)

    few = soundness(whole, most_states=100)

    assert soundness(knot()).answer == "sound"
    assert (few.answer, few.states) == ("unknown", 100)


def test_a_fault_among_many_states_is_found_along_few_ways() -> None:
    assert soundness(together(*[knot()] * 12, COMPLAINT), most_states=3_000).answer == "unsound"


def test_many_sides_and_refusals_need_no_states() -> None:
    side = flow(
        step="choice", choice="step_a stop step_b", step_a="merge", stop="", step_b="merge", merge="end", end=""
    )

    verdict = soundness(together(*[side] * 60))

    assert (verdict.answer, verdict.states < 5) == ("sound", True)


def test_large_acyclic_flows_without_choices_need_no_states() -> None:
    """Whatever their edges: every node waits for all before it and sends to all behind it."""
    random = Random(1)
    kinds: list[NodeKind] = ["split"]
    edges: list[list[int]] = [[]]
    for _ in range(80):  # a node is a join and a split
        join, split = len(kinds), len(kinds) + 1
        kinds += ["join", "split"]
        edges += [[split], []]
        for earlier in {0, *random.sample([n for n in range(join) if kinds[n] == "split"], min(3, join // 2 + 1))}:
            edges[earlier].append(join)
    kinds += ["join", "end"]
    last = len(kinds) - 2
    edges += [[last + 1], []]
    for node in range(last):
        if kinds[node] == "split":
            edges[node].append(last)

    verdict = soundness(Net(tuple(kinds), tuple(tuple(one) for one in edges)))

    assert (verdict.answer, verdict.states < 5) == ("sound", True)


# --- procedures -------------------------------------------------------------------------------------------------------

APPLY = "- form: apply\n  asks: [child.name]\n"
DEED = "- issue: deed\n  by: office\n  carries: [child.name]\n"
JUDGED = """
        - decide: {name}
          by: office
          needs: [child.name]
          ways:
            - way: good
            - way: bad
              steps:
                - {bad}
"""
BESIDE = "    - branch: {name}\n      steps:\n        - notify: {name}-told\n"


def sides(*parts: str) -> str:
    return "- parallel:\n" + "".join(parts)


def side(name: str, bad: str) -> str:
    return f"    - branch: {name}\n      steps:{JUDGED.format(name=f'fine-{name}', bad=bad)}"


def unsound_of(steps: str) -> list[tuple[str, str]]:
    """Return what is unsound in some steps, each with the way shown."""
    return [(one.says.en, one.witnesses[-1].role.en) for one in unsound(sketch(steps).instance)]


def test_each_return_out_of_a_side_is_told_with_what_comes_of_it() -> None:
    found = unsound_of(APPLY + sides(side("one", "back to: apply"), side("two", "back to: apply")) + DEED)

    assert [says for says, _ in found] == [
        "the return to 'apply' crosses the edge of a parallel part: the branches beside it would run again or be skipped"
    ] * 2
    assert found[0][1].startswith("way: apply → ")
    assert "fine-one → 'bad' → back to 'apply' → apply" in found[0][1]
    assert found[0][1].endswith("is done twice at once")
    assert "fine-two" in found[1][1]


def test_a_return_into_a_side_is_told_as_what_can_never_end() -> None:
    inside = f"    - branch: one\n      steps:\n        - form: inner\n          asks: [child.name]\n{BESIDE.format(name='two')}"
    again = JUDGED.format(name="fine", bad="back to: inner").replace("\n        ", "\n")

    ((says, way),) = unsound_of(APPLY + sides(inside) + again + DEED)

    assert says.startswith("the return to 'inner' crosses")
    assert way.endswith("then the case can end no more")


@pytest.mark.parametrize(
    "steps",
    [
        APPLY + sides(side("one", "refuse: refused"), BESIDE.format(name="two")) + DEED,
        APPLY + sides(side("alone", "back to: apply")) + DEED,
        APPLY + sides(*(side(f"s{n}", f"refuse: no-{n}") for n in range(14))) + DEED,
    ],
    ids=["a refusal in a side", "a return out of the only side", "refusals in many sides"],
)
def test_what_always_comes_to_an_end_is_no_fault(steps: str) -> None:
    assert unsound_of(steps) == []


def test_a_return_within_a_side_is_no_fault() -> None:
    inner = "    - branch: one\n      steps:\n        - form: inner\n          asks: [child.name]\n"
    steps = inner + JUDGED.format(name="fine", bad="back to: inner") + BESIDE.format(name="two")

    assert unsound_of(APPLY + sides(steps) + DEED) == []


def test_what_is_behind_a_side_that_never_ends_is_never_come_to() -> None:
    turning = "    - branch: one\n      steps:\n        - form: inner\n          asks: [child.name]\n        - back to: inner\n"

    found = unsound_of(APPLY + sides(turning, BESIDE.format(name="two")) + DEED)

    assert ("no case comes to 'deed'", "is never reached") in found
    assert [says for says, _ in found if "never ends" in says] == ["a case that comes to 'inner' never ends"]
