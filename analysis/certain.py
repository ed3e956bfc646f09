"""What is certain in a procedure that keeps everything it has: found once; decides nothing."""

from analysis.instance import Instance
from analysis.once import once
from analysis.supply import Supply, supply


@once
def certain(instance: Instance) -> Supply:
    """Return what is certain at each point of a procedure as it is.

    Complexity: one supply analysis.
    """
    return supply(instance, instance.everything)
