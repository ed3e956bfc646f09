"""Whether every case of a flow comes to a proper end, whatever ways it takes; knows no step, no fact and no wording.

Tokens move along edges, as in a workflow net. A *join* waits for a token on each edge that leads to it; every other node takes
tokens one by one. A *split* sends one along each of its edges; every other node along one of them. An *end* ends the case, and
nothing else may be under way then; a *stop* (a refusal) ends it with all that is under way, and so does a node from which there is
only the way to a stop. A node without edges that is neither keeps its token: it waits for what never comes, which is no fault
where something beside it always stops the case.

The flow is first made smaller by rules that change no answer, then what is left is tried out state by state.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Literal

import networkx as nx

from processes.graph import point

NodeKind = Literal["step", "choice", "merge", "split", "join", "end", "stop"]
FlowFault = Literal["option to complete", "proper completion", "dead step", "lack of synchronisation"]

MOST_STATES = 20_000  # tried of what the rules leave; structured flows leave next to none
MOST_NEW_EDGES = 1_000  # for one node that is taken out


@dataclass(frozen=True, slots=True)
class Net:
    """A flow: what its nodes are, and which come right after each; cases start at the first node, which is no join."""

    kinds: tuple[NodeKind, ...]
    following: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a flow is sound; if not, one of its faults, the nodes a case passes until it shows, and where.

    - option to complete: after this way no end can be reached any more.
    - proper completion: the last node of the way ended the case while other work was under way.
    - lack of synchronisation: after this way two tokens are at `node` at once: its work would be done twice. (At a stop that is
      no fault: two sides may refuse at once.)
    - dead step: no case comes to `node`; there is no way to show.
    """

    answer: Literal["sound", "unsound", "unknown"]
    fault: FlowFault | None = None
    way: tuple[int, ...] = ()
    node: int = -1
    states: int = 0  # that were tried


def soundness(net: Net, most_states: int = MOST_STATES) -> Verdict:
    """Return whether every case can always come to an end, ends with nothing left under way, and every node can be passed.

    Args:
        net: A flow of any shape.
        most_states: How many states are tried of what the rules leave, first all those near the start, then as many
            along few ways; if that decides nothing the answer is *unknown*, never *sound*.

    Returns:
        The verdict, with a shortest way in the reduced flow as its witness, told in nodes of the flow given.

    Complexity: structured flows (sequences, choices, parallel parts and loops that nest), flows without parallel parts and
    acyclic ones without choices are reduced to a start and ends in time near-linear in the edges. Of others the states of
    what is left are tried, exponential in the sides of parallel parts that the rules cannot take out, up to the bound.

    Source:
        Definition: van der Aalst, W. M. P. (1997). Verification of workflow nets. https://doi.org/10.1007/3-540-63139-9_48;
        surveyed in van der Aalst et al. (2011). https://doi.org/10.1007/s00165-010-0161-4. The rules are
        those of Murata, T. (1989). Petri nets: properties, analysis and applications. https://doi.org/10.1109/5.24143 on
        fusing what stands in series or in parallel, made to keep what a stop and a node without edges mean.

    >>> soundness(Net(("step", "split", "step", "step", "join", "end"), ((1,), (2, 3), (4,), (4,), (5,), ()))).answer
    'sound'
    >>> soundness(Net(("choice", "step", "step", "join", "end"), ((1, 2), (3,), (3,), (4,), ())))
    Verdict(answer='unsound', fault='option to complete', way=(0, 1), node=3, states=3)
    """
    reached = _reached(net)
    for node, kind in enumerate(net.kinds):
        if node not in reached and kind != "end":
            return Verdict("unsound", "dead step", node=node)
    net = _refusing(net)
    found = _tried(net, most_states, refusals=False)
    if found.answer == "sound" or found.fault in ("proper completion", "lack of synchronisation"):
        return found  # to refuse besides adds no state in which work goes on, only ways to end
    return _tried(net, most_states, refusals=True)


def _tried(net: Net, most_states: int, *, refusals: bool) -> Verdict:
    found = Verdict("unknown")
    for crossing in (True, False):
        small = _Reduced(net, refusals=refusals, crossing=crossing)
        small.reduce()
        trial = _Trial(small, most_states)
        found = trial.search(nearest_first=True)
        if found.answer == "unknown":
            found = trial.search(nearest_first=False)
        if found.fault != "lack of synchronisation" or found.node >= 0:
            return found
    return Verdict("unknown", states=found.states)


def net_of(graph: "nx.DiGraph[int]") -> Net:
    """Return the flow of a procedure's graph, node by node.

    Complexity: linear in the points.
    """
    kinds: dict[str, NodeKind] = {
        "choose": "choice",
        "merge": "merge",
        "split": "split",
        "join": "join",
        "refused": "stop",
        "end": "end",
    }
    nodes = range(len(graph))
    return Net(
        tuple(kinds.get(point(graph, node).kind, "step") for node in nodes),
        tuple(tuple(graph.successors(node)) for node in nodes),
    )


def come_to(net: Net) -> frozenset[int]:
    """Return the nodes a case may come to, whichever ways it takes: a join only if every edge to it may be come along.

    Complexity: linear in the edges.
    """
    edges_to = [0] * len(net.kinds)
    for following in net.following:
        for later in following:
            edges_to[later] += 1
    found, waiting = {0}, [0]
    while waiting:
        for later in net.following[waiting.pop()]:
            edges_to[later] -= 1
            if later not in found and (net.kinds[later] != "join" or not edges_to[later]):
                found.add(later)
                waiting.append(later)
    return frozenset(found)


def without_dead(net: Net) -> Net:
    """Return the flow as far as a case may come: what waits at a join that is never come to waits for ever."""
    alive = come_to(net)
    before_dead = {later for node in alive for later in net.following[node] if later not in alive}
    kinds: list[NodeKind] = ["step" if node in before_dead else "end" for node in range(len(net.kinds))]
    for node in alive:
        kinds[node] = net.kinds[node]
    return Net(tuple(kinds), tuple(later if node in alive else () for node, later in enumerate(net.following)))


def _reached(net: Net) -> set[int]:
    found, waiting = {0}, [0]
    while waiting:
        new = [node for node in net.following[waiting.pop()] if node not in found]
        found.update(new)
        waiting += new
    return found


def _refusing(net: Net) -> Net:
    """Return the flow with a stop in place of every node from which there is only the way to a stop."""
    nodes = range(len(net.kinds))
    earlier: list[list[int]] = [[] for _ in nodes]
    for node, following in enumerate(net.following):
        for later in following:
            earlier[later].append(node)

    def leading_to(targets: Iterable[int]) -> set[int]:
        found, waiting = set(targets), list(targets)
        while waiting:
            new = [node for node in earlier[waiting.pop()] if node not in found]
            found.update(new)
            waiting += new
        return found

    stops = {node for node in nodes if net.kinds[node] == "stop"}
    may_stop = leading_to(list(stops))
    others = [n for n in nodes if n not in may_stop or net.kinds[n] in ("join", "end")]
    only = may_stop - leading_to(others) - {0}
    return Net(
        tuple("stop" if node in only else net.kinds[node] for node in nodes),
        tuple(() if node in only else net.following[node] for node in nodes),
    )


# What an edge of the reduced flow stands for: an edge of the flow given, or one such chain after another.
Chain = int | tuple["Chain", "Chain"]


def _links(chain: Chain) -> Iterator[int]:
    """Yield the edges of a chain from its end, a part that it shares with itself once."""
    waiting, seen = [chain], set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, int):
            yield one
        elif id(one) not in seen:
            seen.add(id(one))
            waiting += one


class _Reduced:
    """A flow from which nodes are taken out, one by one, so that its verdict stays the same.

    A node is taken out by leading each edge to it on to each node behind it. That is allowed for a node that takes tokens one
    by one and sends them one way, if what comes before it also chooses one way and what comes behind takes tokens one by one:
    to choose earlier changes nothing that can be reached. Likewise for a node that waits for all and sends to all, if what
    comes before sends to all and what comes behind waits for all. With a single edge to it, or from it, a node is of both sorts.
    Two edges between the same nodes that always do the same are one; a choice that leads straight back to itself decides nothing.

    Without refusals, no choice that has another way leads to a stop. What is sound then is sound with them.
    With crossing, a node that waits for several and sends to several is taken out too. Then a token may come to a place a second
    time where in the flow given the first had gone on already: what is found to meet must be seen to meet there.
    """

    def __init__(self, net: Net, *, refusals: bool, crossing: bool) -> None:
        self.net, self.refusals, self.crossing = net, refusals, crossing
        reached = _reached(net)
        self.source: list[int] = []
        self.target: list[int] = []
        self.into: list[dict[int, None]] = [{} for _ in net.kinds]  # edges by node, in a fixed order
        self.out: list[dict[int, None]] = [{} for _ in net.kinds]
        self.chain: list[Chain] = []
        self.waits_for_all = [kind == "join" for kind in net.kinds]
        self.sends_to_all = [kind == "split" for kind in net.kinds]
        self.nodes = dict.fromkeys(sorted(reached))  # those that are left
        self.start = 0
        self.entry: list[Chain] = []  # what leads to the start that is left
        self.edges_given: list[tuple[int, int]] = []
        self.between: dict[tuple[int, int], dict[int, None]] = {}
        for node in self.nodes:
            for later in net.following[node]:
                self.edges_given.append((node, later))
                self._connect(node, later, len(self.edges_given) - 1)

    def _connect(self, node: int, later: int, chain: Chain) -> None:
        edge = len(self.source)
        self.source.append(node)
        self.target.append(later)
        self.chain.append(chain)
        self.into[later][edge] = self.out[node][edge] = None
        self.between.setdefault((node, later), {})[edge] = None

    def _cut(self, edge: int) -> None:
        node, later = self.source[edge], self.target[edge]
        del self.into[later][edge], self.out[node][edge], self.between[node, later][edge]

    def reduce(self) -> None:
        """Take out what can be taken out, that with the fewest edges first."""
        waiting = [(self._cost(node), node) for node in self.nodes]
        heapify(waiting)
        for node in list(self.nodes):
            for later in self._after(node) if node in self.nodes else ():
                self._thin(node, later)
        while waiting:
            cost, node = heappop(waiting)
            if node not in self.nodes:
                continue
            if cost != self._cost(node):
                heappush(waiting, (self._cost(node), node))
            elif cost <= MOST_NEW_EDGES:
                for near in self._take_out(node):
                    heappush(waiting, (self._cost(near), near))

    def _cost(self, node: int) -> int:
        return len(self.into[node]) * len(self.out[node])

    def _before(self, node: int) -> dict[int, None]:
        return dict.fromkeys(self.source[edge] for edge in self.into[node])

    def _after(self, node: int) -> dict[int, None]:
        return dict.fromkeys(self.target[edge] for edge in self.out[node])

    def _take_out(self, node: int) -> Iterable[int]:
        """Take a node out, if that is allowed, and return the nodes for which something may be allowed now."""
        before, after = self._before(node), self._after(node)
        if not after or node in after:
            return ()
        comes, goes = len(self.into[node]), len(self.out[node])
        if node == self.start:
            (later, *others) = after
            single = len(self.into[later]) == 1
            if others or goes > 1 or (self.waits_for_all[later] and not single):
                return ()
            if comes and not self._one_by_one(comes + 1, goes, before, after, node):
                return ()
            self.waits_for_all[later] = False
            self.start = later
            self.entry += [self.chain[edge] for edge in self.out[node]]
        elif self._one_by_one(comes, goes, before, after, node):
            self._set(before if goes > 1 else {}, after if comes > 1 else {}, to=False)
        elif self._all_together(comes, goes, before, after, node):
            self._set(before if goes > 1 else {}, after if comes > 1 else {}, to=True)
        else:
            return ()
        into, out = list(self.into[node]), list(self.out[node])
        for edge in (*into, *out):
            self._cut(edge)
        del self.nodes[node]
        for first in into:
            for second in out:
                self._connect(self.source[first], self.target[second], (self.chain[first], self.chain[second]))
        for earlier in before:
            for later in after:
                self._thin(earlier, later)
        return self._near((*before, *after))

    def _near(self, nodes: Iterable[int]) -> Iterator[int]:
        for node in nodes:
            yield node
            if len(self.out[node]) == 1:
                yield from self._after(node)
            if len(self.into[node]) == 1:
                yield from self._before(node)

    def _one_by_one(self, comes: int, goes: int, before: Iterable[int], after: Iterable[int], node: int) -> bool:
        return (
            (comes == 1 or not self.waits_for_all[node])
            and (goes == 1 or not self.sends_to_all[node])
            and (goes == 1 or all(len(self.out[one]) == 1 or not self.sends_to_all[one] for one in before))
            and (comes == 1 or all(len(self.into[one]) == 1 or not self.waits_for_all[one] for one in after))
        )

    def _all_together(self, comes: int, goes: int, before: Iterable[int], after: Iterable[int], node: int) -> bool:
        return (
            (comes == 1 or goes == 1 or self.crossing)
            and (comes == 1 or self.waits_for_all[node])
            and (goes == 1 or self.sends_to_all[node])
            and (goes == 1 or all(len(self.out[one]) == 1 or self.sends_to_all[one] for one in before))
            and (comes == 1 or all(self._can_wait(one) for one in after))
        )

    def _can_wait(self, node: int) -> bool:
        """Whether a node waits for all, or may be made to; an end may not: that nobody comes to it is no fault."""
        return self.waits_for_all[node] or (len(self.into[node]) == 1 and bool(self.out[node]) and node != self.start)

    def _set(self, before: Iterable[int], after: Iterable[int], *, to: bool) -> None:
        for node in before:
            self.sends_to_all[node] = to
        for node in after:
            self.waits_for_all[node] = to

    def _thin(self, node: int, later: int) -> None:
        """Leave one of several edges that always do the same; none, where a choice leads straight back to itself or may refuse."""
        edges = list(self.between.get((node, later), ()))
        waits = self.waits_for_all[later] and len(self.into[later]) > 1
        sends = self.sends_to_all[node] and len(self.out[node]) > 1
        if len(edges) > 1 and waits == sends:
            for edge in edges[1:]:
                if sends:  # both are gone along
                    self.chain[edges[0]] = (self.chain[edges[0]], self.chain[edge])
                self._cut(edge)
            edges = edges[:1]
        needless = node == later or (not self.refusals and self.net.kinds[later] == "stop")
        if needless and not waits and not sends and len(self.out[node]) > len(edges):
            for edge in edges:
                self._cut(edge)
            if not self.into[later] and later != self.start:
                del self.nodes[later]


# A move: the node that is passed, and the edges along which it sends.
_Move = tuple[int, tuple[int, ...]]


class _Trial:
    """Tries the states of a reduced flow. A state is the set of places that hold a token, as bits."""

    def __init__(self, small: _Reduced, most_states: int) -> None:
        self.small, self.most_states = small, most_states
        self.owner: list[int] = []  # by place: the node it leads to
        self.place_of_edge: dict[int, int] = {}
        self.needs: dict[int, int] = {}  # by node: the places it takes from, as bits
        for node in small.nodes:
            edges = small.into[node]
            if small.waits_for_all[node] and len(edges) > 1:
                for edge in edges:
                    self.place_of_edge[edge] = self._place(node)
            else:
                place = self._place(node)
                self.place_of_edge.update(dict.fromkeys(edges, place))
        stopping = (bit for node, bit in self.needs.items() if small.net.kinds[node] == "stop")
        self.single = ~sum(stopping)  # the places that may hold one token only
        self.moves = {node: tuple(self._moves(node)) for node in small.nodes}

    def _place(self, node: int) -> int:
        self.owner.append(node)
        self.needs[node] = self.needs.get(node, 0) | 1 << len(self.owner) - 1
        return len(self.owner) - 1

    def _moves(self, node: int) -> Iterator[tuple[int, int, _Move]]:
        """Yield what passing a node can do: the places it puts tokens on, those it puts two on, and the edges."""
        small = self.small
        edges = tuple(small.out[node])
        for together in [edges] if small.sends_to_all[node] and len(edges) > 1 else [(edge,) for edge in edges]:
            put = twice = 0
            for edge in together:
                bit = 1 << self.place_of_edge[edge]
                put, twice = put | bit, twice | put & bit & self.single
            yield put, twice, (node, together)

    def search(self, *, nearest_first: bool) -> Verdict:
        """Try states from the start until one shows a fault, none are left, or there are too many."""
        kinds = self.small.net.kinds
        first = self.needs[self.small.start]
        came: dict[int, tuple[int, _Move] | None] = {first: None}
        earlier: dict[int, list[int]] = {first: []}
        waiting = deque([first])
        passed: set[int] = set()
        ending: list[int] = []
        while waiting:
            state = waiting.popleft() if nearest_first else waiting.pop()
            stuck = True
            for node in self._able(state):
                stuck = False
                passed.add(node)
                rest = state & ~self.needs[node]
                if kinds[node] in ("end", "stop"):
                    if kinds[node] == "end" and rest:
                        return self._unsound("proper completion", came, state, (node, ()))
                    ending.append(state)
                for put, twice, move in self.moves[node]:
                    if twice or rest & put & self.single:
                        return self._unsound("lack of synchronisation", came, state, move)
                    new = rest | put
                    if new not in came:
                        if len(came) >= self.most_states:
                            return Verdict("unknown", states=len(came))
                        came[new] = (state, move)
                        earlier[new] = []
                        waiting.append(new)
                    earlier[new].append(state)
            if stuck:
                return self._unsound("option to complete", came, state)
        can_end, back = set(ending), list(ending)
        while back:
            new_ones = [one for one in dict.fromkeys(earlier[back.pop()]) if one not in can_end]
            can_end.update(new_ones)
            back += new_ones
        for state in came:
            if state not in can_end:
                return self._unsound("option to complete", came, state)
        for node in self.small.nodes:
            waits_for_ever = not self.moves[node] and any(not self.needs[node] & ~state for state in came)
            if node not in passed and kinds[node] != "end" and not waits_for_ever:
                return Verdict("unsound", "dead step", node=node, states=len(came))
        return Verdict("sound", states=len(came))

    def _able(self, state: int) -> Iterator[int]:
        """Yield the nodes that can be passed in a state and are more than a place to wait for ever."""
        seen = -1
        left = state
        while left:
            low = left & -left
            left ^= low
            node = self.owner[low.bit_length() - 1]
            if node != seen and not self.needs[node] & ~state:
                seen = node
                if self.moves[node] or self.small.net.kinds[node] in ("end", "stop"):
                    yield node

    def _unsound(
        self,
        fault: FlowFault,
        came: dict[int, tuple[int, _Move] | None],
        state: int,
        last: _Move | None = None,
    ) -> Verdict:
        moves = [last] if last else []
        while (step := came[state]) is not None:
            state, move = step
            moves.append(move)
        way, node = _Replay(self.small).way(moves[::-1], fault)
        return Verdict("unsound", fault, way, node, len(came))


class _Replay:
    """Plays moves of a reduced flow in the flow it came from: what was taken out is passed as soon as it can be.

    Only joins that were taken out are passed as late as can be, so that tokens that meet are seen to meet.
    """

    def __init__(self, small: _Reduced) -> None:
        self.small, self.net = small, small.net
        self.out: list[list[int]] = [[] for _ in self.net.kinds]
        self.into: list[list[int]] = [[] for _ in self.net.kinds]
        for edge, (node, later) in enumerate(small.edges_given):
            self.out[node].append(edge)
            self.into[later].append(edge)
        self.on: dict[int, int] = {}  # tokens by edge given
        self.at_start = 1
        self.chosen: dict[int, int] = {}  # by node: the edge along which it is left
        self.passed: list[int] = []

    def way(self, moves: Sequence[_Move], fault: FlowFault) -> tuple[tuple[int, ...], int]:
        """Return the nodes passed, and the node where tokens meet (-1 if they do not) or wait."""
        self._choose(self.small.entry)
        self._settle()
        for node, edges in moves:
            self._bring(node)
            self._choose(self.small.chain[edge] for edge in edges)
            self._pass(node)
            self._settle()
        if fault == "proper completion":
            return tuple(self.passed), self._waiting_at()
        meeting = fault == "lack of synchronisation"
        while not (meeting and self._crowded() >= 0) and (join := self._ready_join(None)) >= 0:
            self._pass(join)
            self._settle()
        return tuple(self.passed), self._crowded() if meeting else self._waiting_at()

    def _choose(self, chains: Iterable[Chain]) -> None:
        """Leave every node along the chains; one that a chain comes by again as it does the last time, without the round."""
        for chain in chains:
            last: dict[int, int] = {}
            for link in _links(chain):
                last.setdefault(self.small.edges_given[link][0], link)
            self.chosen.update(last)

    def _able(self, node: int) -> bool:
        if self.net.kinds[node] == "join":
            return all(self.on.get(edge) for edge in self.into[node])
        return bool(node == 0 and self.at_start) or any(self.on.get(edge) for edge in self.into[node])

    def _pass(self, node: int) -> None:
        self.passed.append(node)
        if self.net.kinds[node] == "join":
            taken = self.into[node]
        elif node == 0 and self.at_start:
            taken, self.at_start = [], 0
        else:
            taken = [next(edge for edge in self.into[node] if self.on.get(edge))]
        for edge in taken:
            self.on[edge] -= 1
        edges = self.out[node]
        for edge in edges if self.net.kinds[node] == "split" else [self.chosen.get(node, edges[0])] if edges else []:
            self.on[edge] = self.on.get(edge, 0) + 1

    def _settle(self) -> None:
        """Pass what was taken out, save joins of several edges, until all tokens are at nodes that are left or at such joins."""
        waiting = [0, *(self.small.edges_given[edge][1] for edge, tokens in self.on.items() if tokens)]
        while waiting:
            node = waiting.pop()
            if node in self.small.nodes or self._is_wide_join(node):
                continue
            while self._able(node):
                self._pass(node)
                waiting += [self.small.edges_given[edge][1] for edge in self.out[node]]

    def _is_wide_join(self, node: int) -> bool:
        return self.net.kinds[node] == "join" and len(self.into[node]) > 1

    def _bring(self, node: int) -> None:
        """Pass the joins that are in the way to a node that is to be passed."""
        if self._able(node):
            return
        leading: set[int] = set()
        waiting = [node]
        while waiting:
            for edge in self.into[waiting.pop()]:
                earlier = self.small.edges_given[edge][0]
                if earlier not in leading and earlier not in self.small.nodes:
                    leading.add(earlier)
                    waiting.append(earlier)
        while not self._able(node) and (join := self._ready_join(leading)) >= 0:
            self._pass(join)
            self._settle()

    def _ready_join(self, among: set[int] | None) -> int:
        """Return a join that was taken out and can be passed; -1 if there is none."""
        for edge, tokens in self.on.items():
            node = self.small.edges_given[edge][1]
            taken_out = node not in self.small.nodes and (among is None or node in among)
            if tokens and taken_out and self._is_wide_join(node) and self._able(node):
                return node
        return -1

    def _crowded(self) -> int:
        """Return the node at which two tokens are; -1 if there is none."""
        count: dict[int, int] = {0: self.at_start}
        for edge, tokens in self.on.items():
            node = self.small.edges_given[edge][1]
            before = count.get(node, 0)
            if self.net.kinds[node] != "stop":
                count[node] = max(before, tokens) if self.net.kinds[node] == "join" else before + tokens
        return next((node for node, tokens in count.items() if tokens > 1), -1)

    def _waiting_at(self) -> int:
        """Return a node that holds a token, a join before others; the last one passed if there is none."""
        held = [self.small.edges_given[edge][1] for edge, tokens in self.on.items() if tokens]
        joins = [node for node in held if self.net.kinds[node] == "join"]
        return (joins or held or self.passed[-1:] or [0])[0]
