"""What a point of a procedure reads and writes: whether two steps may change places; moves none."""

from dataclasses import dataclass

from analysis.instance import Instance, bits
from processes.procedure import Issue


@dataclass(frozen=True, slots=True)
class Footprint:
    """The facts that some steps read and write, as bits, and the papers they hand in and make."""

    reads: int = 0
    writes: int = 0
    papers_read: frozenset[str] = frozenset()
    papers_made: frozenset[str] = frozenset()
    silent: bool = False  # a judgement that does not say what it reads: it reads whatever came before

    def __or__(self, other: "Footprint") -> "Footprint":
        return Footprint(
            self.reads | other.reads,
            self.writes | other.writes,
            self.papers_read | other.papers_read,
            self.papers_made | other.papers_made,
            self.silent or other.silent,
        )

    def feeds(self, other: "Footprint") -> bool:
        """Whether it writes something that the other reads."""
        return bool(self.writes & other.reads or self.papers_made & other.papers_read or other.silent)

    def independent_of(self, other: "Footprint") -> bool:
        """Whether neither writes what the other reads or writes.

        Source: Bernstein, A. J. (1966). Analysis of programs for parallel processing. https://doi.org/10.1109/PGEC.1966.264565.
        """
        return not (self.feeds(other) or other.feeds(self) or self.writes & other.writes)


def footprint(instance: Instance, node: int) -> Footprint:
    """Return what a point reads and writes; what it reads is followed back through what is computed everywhere.

    A check reads what it verifies and writes it too, for it makes it surer. A look-up writes what it brings.

    Complexity: linear in what the point does, and in the computed rules.
    """
    reads = writes = 0
    silent = False
    for kind, number, operand in instance.work[node]:
        if kind == "demand" and instance.demands[number].what != "behind":  # that is what is read elsewhere
            reads |= 1 << instance.demands[number].fact
        elif kind in ("ask", "paper", "perhaps", "log in"):
            writes |= instance.items[number].facts
        elif kind == "fold":
            reads |= operand
            writes |= instance.items[number].facts
        elif kind == "check":
            reads |= 1 << operand
            writes |= 1 << operand
        elif kind == "give":
            writes |= number
        elif kind == "rule":
            rule = instance.rules[number]
            reads |= rule.keys
            writes |= rule.gives | rule.confirms
        elif kind == "silent":
            silent = True
    step = instance.points[node].step
    papers = [item.paper for item in instance.items if item.node == node and item.paper is not None]
    handed_in = (
        str(one.document) for paper in papers for one in (paper.document, *paper.document.either) if one.document
    )
    made = frozenset([str(step.document)]) if isinstance(step, Issue) and step.document else frozenset[str]()
    return Footprint(_followed(instance, reads), writes, frozenset(handed_in), made, silent)


def _followed(instance: Instance, facts: int) -> int:
    before = 0
    while facts != before:
        before = facts
        for number in bits(instance.computed):
            if instance.rules[number].gives & facts:
                facts |= instance.rules[number].keys
    return facts
