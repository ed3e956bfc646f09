"""The checker's picture of how steps follow each other: gaps between them, and what may come after what; knows no fact."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from processes.procedure import Back, Choose, Item, Lookup, Parallel, Procedure, Refuse, Step, Steps, inside, walk

Within = tuple[int, int]  # a list of steps: the item it lies in, and its number there
Gap = tuple[Within, int]  # right before an item of a list, by its number; behind all of them, by how many they are
Node = Gap | str  # a gap, or an item by its name
Nodes = Mapping[Node, Collection[Node]]
TOP: Within = (0, 0)
END: Node = ""


class Flow:
    """What may come right after each place of a procedure: after a parallel part's entry all of it does, elsewhere one."""

    def __init__(self, procedure: Procedure) -> None:
        self.chooses = [item for item in walk(procedure.steps) if isinstance(item, Choose)]
        self.name = {id(item): f"choose {number}" for number, item in enumerate(self.chooses)}
        self.behind: dict[str, Gap] = {}  # by item
        self.then: dict[Node, list[Node]] = {END: []}  # in the order of the text
        self.splits: set[Node] = set()
        self._add(procedure.steps, TOP, END)
        self._came = turned(self.then)
        self._after: dict[Node, set[Node]] = {}
        self._before: dict[Node, set[Node]] = {}

    def _add(self, steps: Steps, within: Within, last: Node) -> None:
        for number, item in enumerate(steps):
            name = (
                item.id if isinstance(item, Step) else self.name.setdefault(id(item), f"{item.kind} {len(self.name)}")
            )
            self.name[id(item)], self.behind[name] = name, (within, number + 1)
            self.then[within, number], lists = [name], inside(item)
            if isinstance(item, Back | Refuse):
                self.then[name] = [item.target if isinstance(item, Back) else END]
            else:
                on = [self.behind[name]] if isinstance(item, Lookup) or not lists else []
                self.then[name] = [*(((id(item), n), 0) for n in range(len(lists))), *on]
            if isinstance(item, Parallel):
                self.splits.add(name)
            for n, inner in enumerate(lists):
                self._add(inner, (id(item), n), self.behind[name])
        self.then[within, len(steps)] = [last]

    def after(self, node: Node) -> set[Node]:
        """Return what may come after a place."""
        if node not in self._after:
            self._after[node] = reach(self.then, self.then[node])
        return self._after[node]

    def before(self, node: Node) -> set[Node]:
        """Return what may come before a place."""
        if node not in self._before:
            self._before[node] = reach(self._came, self._came.get(node, ()))
        return self._before[node]

    def comes_to(self, places: Collection[Node], start: Node) -> bool:
        """Return whether every way from one place comes to one of some others, or never ends."""
        misses, grown = {END}, True
        while grown:
            grown = False
            for node in reversed(self.then):
                if node not in misses and node not in places:
                    missing = [one in misses for one in self.then[node]]
                    if missing and (all(missing) if node in self.splits else any(missing)):
                        misses.add(node)
                        grown = True
        return start not in misses


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


def lists(steps: Steps) -> Iterator[Steps]:
    """Yield a list of steps and all lists inside it."""
    yield steps
    for item in walk(steps):
        yield from inside(item)


def sides(steps: Steps, within: tuple[int, ...] = ()) -> Iterator[tuple[Item, tuple[int, ...]]]:
    """Yield each item with the sides of parallel parts in which it lies."""
    for item in steps:
        yield item, within
        for number, inner in enumerate(inside(item)):
            yield from sides(inner, (*within, id(item), number) if isinstance(item, Parallel) else within)
