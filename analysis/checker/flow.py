"""How the steps of a procedure follow each other, and what can be come to from where; knows no fact."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from processes.procedure import Back, Choose, Item, Lookup, Parallel, Procedure, Refuse, Step, Steps, inside, walk

Within = tuple[int, int]  # a list of steps: the item it lies in, and its number there
Gap = tuple[Within, int]  # right before an item of a list, by its number; behind all of them, by how many they are
Node = Gap | str  # a gap, or an item by its name
Nodes = Mapping[Node, Collection[Node]]
TOP: Within = (0, 0)
END: Node = ""
Chosen = tuple[str, int]  # a choice: its conditions, and how many choices with the same come before it


class Flow:
    """What may come right after each place of a procedure: after a parallel part's entry all of it does, elsewhere one."""

    def __init__(self, procedure: Procedure) -> None:
        self.chooses = [item for item in walk(procedure.steps) if isinstance(item, Choose)]
        self.name = {id(item): f"choose {number}" for number, item in enumerate(self.chooses)}
        # by name: its conditions, and how many with the same come first; no move changes the order of these
        self.choice: dict[str, Chosen] = {}
        self.item: dict[str, Item] = {}
        self.behind: dict[str, Gap] = {}  # by item
        self.side: dict[str, Within] = {}  # by item: the innermost side of a parallel part that it lies in
        self.lists: list[Steps] = []
        self.then: dict[Node, list[Node]] = {END: []}  # in the order of the text
        self.splits: set[Node] = set()
        self._add(procedure.steps, TOP, END, TOP)
        met = Counter[str]()
        for item in self.chooses:
            text = " | ".join(branch.condition or "else" for branch in item.branches)
            self.choice[self.name[id(item)]] = text, met[text]
            met[text] += 1

    def _add(self, steps: Steps, within: Within, last: Node, side: Within) -> None:
        self.lists.append(steps)
        for number, item in enumerate(steps):
            named = item.id if isinstance(item, Step) else f"{item.kind} {len(self.name)}"
            name = self.name.setdefault(id(item), named)
            self.item[name] = item
            self.behind[name], self.side[name] = (within, number + 1), side
            self.then[within, number], lists = [name], inside(item)
            if isinstance(item, Back | Refuse):
                self.then[name] = [item.target if isinstance(item, Back) else END]
            else:
                on = [self.behind[name]] if isinstance(item, Lookup) or not lists else []
                self.then[name] = [*(((id(item), n), 0) for n in range(len(lists))), *on]
            if isinstance(item, Parallel):
                self.splits.add(name)
            for n, inner in enumerate(lists):
                here = id(item), n
                self._add(inner, here, self.behind[name], here if isinstance(item, Parallel) else side)
        self.then[within, len(steps)] = [last]

    def ahead(self, met: Mapping[Node, int]) -> tuple[dict[Node, int], dict[Node, int]]:
        """Return what some way from each place comes by, and what every way does that ends: sets, as is what is met where."""
        some, every = dict.fromkeys(self.then, 0), dict.fromkeys(self.then, -1)
        every[END], changed = 0, True
        while changed:
            changed = False
            for node in reversed(self.then):
                here = met.get(node, 0)
                may, must = here, -1 if node not in self.splits else 0
                for then in self.then[node]:
                    may |= some.get(then, 0)
                    must = must | every.get(then, -1) if node in self.splits else must & every.get(then, -1)
                must = here if node == END else must | here
                if (may, must) != (some[node], every[node]):
                    some[node], every[node], changed = may, must, True
        return some, every


def reach(along: Nodes, starts: Iterable[Node], stops: Collection[Node] = ()) -> set[Node]:
    """Return what can be come to from some places, these included, without going on from a stop."""
    seen, waiting = set[Node](), list(starts)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += () if node in stops else along.get(node, ())
    return seen


def turned(along: Nodes) -> dict[Node, list[Node]]:
    """Return the same, the other way round."""
    found: dict[Node, list[Node]] = {}
    for node, then in along.items():
        for one in then:
            found.setdefault(one, []).append(node)
    return found
