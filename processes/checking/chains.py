"""Names that lead to other names: circles among them and the longest way; knows not what they name."""

from collections.abc import Iterator, Mapping, Sequence

Leads = Mapping[str, Sequence[str]]  # a name and those it leads to; these need not lead on


def circles(leads: Leads) -> Iterator[list[str]]:
    """Yield circles, each as the names in it in order, so that every name in a circle leads to one that was yielded.

    Complexity: linear in names and leads, times the number of circles.

    >>> list(circles({"a": ["b", "x"], "b": ["a"], "c": ["a"], "d": ["d"]}))
    [['a', 'b'], ['d']]
    """
    inside = _without_ends(leads)
    told: set[str] = set()
    for start in leads:
        if start in inside and start not in told and (way := _way_back(inside, start)):
            if told.isdisjoint(way):
                yield way
            told.update(way)


def longest(leads: Leads) -> tuple[int, str]:
    """Return the length of the longest way that ends, counted in names, and the name it begins with.

    Complexity: linear.

    >>> longest({"a": ["b", "c"], "b": ["c"], "c": []})
    (3, 'a')
    """
    from_: dict[str, list[str]] = {}
    open_ = dict.fromkeys(leads, 0)
    for name, others in leads.items():
        for other in set(others):
            if other in leads:
                from_.setdefault(other, []).append(name)
                open_[name] += 1
    lengths = {name: 1 for name in leads if not open_[name]}
    ready = list(lengths)
    for name in ready:  # grows while it is read
        for before in from_.get(name, ()):
            lengths[before] = max(lengths.get(before, 0), lengths[name] + 1)
            open_[before] -= 1
            if not open_[before]:
                ready.append(before)
    return max(((lengths[name], name) for name in ready), default=(0, ""), key=lambda found: found[0])


def _without_ends(leads: Leads) -> dict[str, list[str]]:
    """Return what is left when all that leads nowhere is taken away, again and again."""
    inside = {name: [other for other in dict.fromkeys(others) if other in leads] for name, others in leads.items()}
    from_: dict[str, list[str]] = {}
    for name, others in inside.items():
        for other in others:
            from_.setdefault(other, []).append(name)
    left = {name: len(others) for name, others in inside.items()}
    ends = [name for name in inside if not left[name]]
    for end in ends:  # grows while it is read
        del inside[end]
        for before in from_.get(end, ()):
            left[before] -= 1
            if not left[before]:
                ends.append(before)
    return inside


def _way_back(leads: Leads, start: str) -> list[str]:
    """Return a way from a name back to itself, if there is one."""
    came_from: dict[str, str] = {}
    waiting = [start]
    while waiting:
        name = waiting.pop()
        for other in leads.get(name, ()):
            if other == start:
                way = [name]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if other not in came_from:
                came_from[other] = name
                waiting.append(other)
    return []
