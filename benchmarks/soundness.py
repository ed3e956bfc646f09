"""How long it takes to tell whether a flow is sound, beside pm4py's WOFLAN on the same nets.

    python -m benchmarks.soundness [--tasks N] [--limit SECONDS] [--seed N]

The nets are block-structured: sequences, choices, parallel parts and loops that nest, each once as it is built and once with the
end of a parallel part changed from a join to a merge. pm4py is not needed by Sekali (`pip install --group bench`); where it is not
installed its columns stay empty. Each run of WOFLAN has its own process and a limit of time.
"""

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from multiprocessing.queues import Queue
from random import Random

from analysis.soundness import Net, NodeKind, soundness

SIZES = (10, 20, 40, 80, 120, 200)  # tasks
LIMIT = 60.0  # seconds for WOFLAN
TRIES = 5  # of ours, the best counts


class Blocks:
    """A block-structured flow of a number of tasks, from a seed."""

    def __init__(self, tasks: int, seed: int) -> None:
        self.random = Random(seed)
        self.kinds: list[NodeKind] = ["step"]
        self.edges: list[list[int]] = [[]]
        self.edges[self._block(0, tasks)].append(self._node("end"))

    def net(self, fault: bool) -> Net:
        """Return the flow; with a fault, its first parallel part does not wait for all its sides."""
        first = self.kinds.index("join") if fault else -1
        kinds = tuple("merge" if node == first else kind for node, kind in enumerate(self.kinds))
        return Net(kinds, tuple(tuple(later) for later in self.edges))

    def _node(self, kind: NodeKind) -> int:
        self.kinds.append(kind)
        self.edges.append([])
        return len(self.kinds) - 1

    def _after(self, before: int, kind: NodeKind) -> int:
        node = self._node(kind)
        self.edges[before].append(node)
        return node

    def _block(self, before: int, tasks: int) -> int:
        if tasks <= 1:
            return self._after(before, "step")
        here = self.random.randint(1, tasks - 1)
        parts = [here, tasks - here]
        match self.random.choices(["sequence", "choice", "parallel", "loop"], [5, 2, 3, 1])[0]:
            case "choice" | "parallel" as kind:
                first = self._after(before, "split" if kind == "parallel" else "choice")
                last = self._node("join" if kind == "parallel" else "merge")
                for part in parts:
                    self.edges[self._block(first, part)].append(last)
                return last
            case "loop":
                merge = self._after(before, "merge")
                choice = self._after(self._block(merge, parts[0]), "choice")
                self.edges[self._block(choice, parts[1])].append(merge)
                return choice
        return self._block(self._block(before, parts[0]), parts[1])


def main(arguments: Sequence[str]) -> None:
    """Print a row a net."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, action="append", help="how many; may be given more than once")
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds for each run of WOFLAN")
    parser.add_argument("--seed", type=int, default=3)
    chosen = parser.parse_args(arguments)
    peer = find_spec("pm4py") is not None
    print("| tasks | edges | verdict | Sekali, ms | states tried | WOFLAN says | WOFLAN, s |")
    print("| ---: | ---: | --- | ---: | ---: | --- | ---: |")
    for tasks in chosen.tasks or SIZES:
        for fault in (False, True):
            net = _with_a_parallel_part(tasks, chosen.seed).net(fault)
            best = min(_seconds(net) for _ in range(TRIES))
            verdict = soundness(net)
            says, seconds = _woflan_within(net, chosen.limit) if peer else ("", 0.0)
            assert says in ("", "nothing", verdict.answer), f"{says}, but ours is {verdict}"
            took = "" if not says else f"> {chosen.limit:.0f}" if says == "nothing" else f"{seconds:.2f}"
            edges = sum(len(later) for later in net.following)
            row = [str(tasks), str(edges), verdict.answer, f"{1000 * best:.1f}", str(verdict.states), says, took]
            print(f"| {' | '.join(row)} |", flush=True)


def _with_a_parallel_part(tasks: int, seed: int) -> Blocks:
    while "join" not in (blocks := Blocks(tasks, seed)).kinds:
        seed += 1
    return blocks


def _seconds(net: Net) -> float:
    start = time.perf_counter()
    soundness(net)
    return time.perf_counter() - start


def _woflan_within(net: Net, limit: float) -> tuple[str, float]:
    """Return what WOFLAN says, and after how many seconds; "nothing" if it takes longer than the limit."""
    answers: Queue[tuple[str, float]] = multiprocessing.Queue()
    process = multiprocessing.Process(target=_woflan, args=(net, answers), daemon=True)
    process.start()
    try:
        return answers.get(timeout=limit + 10)  # it takes some time to begin
    except Exception:  # noqa: BLE001  # queue.Empty, or the process was lost
        return "nothing", limit
    finally:
        process.kill()
        process.join()


def _woflan(net: Net, answers: "Queue[tuple[str, float]]") -> None:
    with open(os.devnull, "w") as nowhere:  # it greets and warns
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    from pm4py.algo.analysis.woflan import algorithm
    from pm4py.objects.petri_net.obj import Marking, PetriNet
    from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

    made = PetriNet("net")

    def place(name: str) -> object:
        new = PetriNet.Place(name)
        made.places.add(new)
        return new

    def transition(name: str, takes: Sequence[object], puts: Sequence[object]) -> None:
        new = PetriNet.Transition(name, name)
        made.transitions.add(new)
        for one in takes:
            add_arc_from_to(one, new, made)
        for one in puts:
            add_arc_from_to(new, one, made)

    before = {node: place(f"before {node}") for node, kind in enumerate(net.kinds) if kind != "join"}
    edges = [(node, later) for node, following in enumerate(net.following) for later in following]
    on = [
        before[later] if net.kinds[later] != "join" else place(f"{number}") for number, (_, later) in enumerate(edges)
    ]
    for node, kind in enumerate(net.kinds):
        takes = [before[node]] if kind != "join" else [on[n] for n, edge in enumerate(edges) if edge[1] == node]
        out = [on[number] for number, edge in enumerate(edges) if edge[0] == node]
        for number, puts in enumerate([out] if kind == "split" else [[one] for one in out]):
            transition(f"{node} {number}", takes, puts)
    end = before[net.kinds.index("end")]
    start = time.perf_counter()
    sound = algorithm.apply(
        made,
        Marking({before[0]: 1}),
        Marking({end: 1}),
        {
            algorithm.Parameters.PRINT_DIAGNOSTICS: False,
            algorithm.Parameters.RETURN_ASAP_WHEN_NOT_SOUND: True,
            algorithm.Parameters.RETURN_DIAGNOSTICS: False,
        },
    )
    answers.put(("sound" if sound else "unsound", time.perf_counter() - start))


if __name__ == "__main__":
    main(sys.argv[1:])
