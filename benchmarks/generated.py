"""Procedures and a catalogue of a stated size and kind, from a seed; knows nothing of what is measured with them.

*Everyday.* A procedure has 30 steps: ten forms, six checks, four judgements, two refusals, two look-ups of today and six others;
two choices by condition, one parallel part and one return. (A look-up for which no service has its keys becomes a check.) Its forms
have 60 fields over 40 facts of three roles; the request and a third of the other forms take a document. Checks verify one or two
facts, judgements read two, one judgement in twenty does not say what it reads, and the facts of an identity (NIK, family card
number) are printed on what is issued.

A catalogue has 100 services, each with one or two keys out of a dozen facts that anything may be keyed by, giving two to six
facts; coverage is 1 in four of ten and 0.7-0.98 in the rest; one in eight only confirms, one in eight may not be asked; half of
them take keys that were only declared. So there are alternatives and circles in every procedure.

*Hard.* The same, but anything is keyed by anything, and what steps read is drawn from half of the facts alone: the other half is
asked today and read by nobody, so that it is kept only where it pays as a key. Nothing of an identity is printed for its own sake.

*Large.* Ten everyday procedures, one after the other: 300 steps and 600 fields over 400 facts, 120 of which anything may be keyed
by, and 200 services. All judgements say what they read: one that does not asks for nearly all that stands before it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

Data = dict[str, Any]

PERSON = ["nik", "name", "phone", "card", "plot", "tax_no", "school_no", "permit_no"]  # anything may be keyed by these
PERSON_MORE = ["street", "job", "blood", "faith", "age", "income", "debt"]
FAMILY = ["kk_no", "meter_no", "parcel_no", "account_no"]  # and by these
FAMILY_MORE = ["address", "size", "roof", "water", "wealth", "aid"]
NUMBERS = ("age", "income", "debt", "size", "wealth")
ROLES = {"applicant": "person", "child": "person", "household": {"is": "applicant.family"}}
IDENTITY = ["applicant.nik", "child.nik", "household.kk_no"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of procedures and of the catalogue that goes with them."""

    name: str
    services: int = 100
    chapters: int = 1  # everyday procedures in a row, each with 40 facts of its own
    silent: float = 1 / 20  # the share of judgements that do not say what they read
    anything: bool = False  # keyed by anything, and half of the facts read by nobody

    def named(self, elements: list[str]) -> list[str]:
        """Return elements for each chapter: `name`, `name_2` and so on."""
        return [*elements, *(f"{one}_{n}" for n in range(2, self.chapters + 1) for one in elements)]

    @property
    def facts(self) -> list[str]:
        """All facts a form may ask."""
        person, family = self.named(PERSON + PERSON_MORE), self.named(FAMILY + FAMILY_MORE)
        return [
            *(f"{role}.{one}" for role in ("applicant", "child") for one in person),
            *(f"household.{one}" for one in family),
        ]


EVERYDAY = Kind("everyday")
HARD = Kind("hard", anything=True)
LARGE = Kind("large", services=200, chapters=10, silent=0)


def catalogue_files(seed: int, kind: Kind = EVERYDAY) -> dict[str, Data]:
    """Return the files of a catalogue by name."""
    random = Random(seed)
    services: Data = {}
    agreements: Data = {}
    person, family_facts = kind.named(PERSON + PERSON_MORE), kind.named(FAMILY + FAMILY_MORE)
    for number in range(kind.services):
        family = random.random() < 0.25
        keys, more = (FAMILY, FAMILY_MORE) if family else (PERSON, PERSON_MORE)
        keys, more = kind.named(keys), kind.named(more)
        needs = random.sample([*keys, *more] if kind.anything else keys, random.choice([1, 1, 2]))
        answers = [one for one in [*keys, *more, *([] if family else ["family"])] if one not in needs]
        answer = "confirms" if random.random() < 1 / 8 else "gives"
        service: Data = {"about": "family" if family else "person", "needs": needs}
        service[answer] = random.sample(answers, random.randint(2, 6))
        if random.random() < 0.5:
            service["key_level"] = "declared"
        if random.random() < 0.6:
            service["coverage"] = round(random.uniform(0.7, 0.98), 2)
        services[f"s{number:02}"] = service
        agreement: Data = {"consumer": "office", "services": [f"registry.s{number:02}"], "purposes": ["registration"]}
        if random.random() < 1 / 8:
            agreement |= random.choice([{"until": "2025-12-31"}, {"purposes": ["tax"]}, {"consumer": "village"}])
        agreements[f"a{number:02}"] = agreement
    papers = {
        "ktp": ("person", ["nik", "name", "age", "street"]),
        "kk": ("person", ["nik", "name", "family", "family.address", "family.size"]),
        "card": ("person", ["card", "name", "blood"]),
        "tax-letter": ("person", ["tax_no", "income", "debt"]),
        "deed": ("family", ["kk_no", "parcel_no", "address", "roof"]),
    }
    return {
        "person": {
            "entity": "person",
            "key": "nik",
            "elements": {one: _type(one) for one in person},
            "relations": {"family": "family"},
        },
        "family": {
            "entity": "family",
            "key": "kk_no",
            "elements": {one: _type(one) for one in family_facts},
            "relations": {"head": "person"},
        },
        "lists": {
            "agencies": {"office": {"title": "office"}, "village": {"title": "village"}},
            "purposes": {"registration": "registration", "tax": "tax"},
            "evidence": {
                name: {"title": name, "about": about, "carries": carries, "minutes": 4 + len(carries)}
                for name, (about, carries) in papers.items()
            },
            "agreements": agreements,
        },
        "registry": {"registry": "registry", "title": "registry", "agency": "village", "services": services},
    }


def _type(element: str) -> str:
    return "number" if element.startswith(NUMBERS) else "text"


def procedure(seed: int, services: Data, kind: Kind = EVERYDAY) -> Data:
    """Return a procedure as its file would hold it."""
    return _Maker(Random(seed), services, kind).procedure(seed)


class _Maker:
    def __init__(self, random: Random, services: Data, kind: Kind) -> None:
        self.random, self.services, self.kind = random, services, kind
        self.known: set[str] = set()
        self.asked: set[str] = set()
        self.looked_up: set[str] = set()
        self.count = 0
        facts = kind.facts
        self.facts = facts[:]  # that forms ask
        self.read = set(random.sample(facts, len(facts) // 2) if kind.anything else facts)  # that steps read

    def procedure(self, seed: int) -> Data:
        chapters = [self.chapter(last=number == self.kind.chapters) for number in range(1, self.kind.chapters + 1)]
        return {
            "procedure": f"generated-{seed}",
            "title": f"Generated procedure {seed}",
            "agency": "office",
            "purpose": "registration",
            "roles": dict(ROLES),
            "steps": [step for steps in chapters for step in steps],
        }

    def chapter(self, *, last: bool) -> list[Data]:
        """Return thirty steps; only the last ones issue something."""
        kinds: list[Callable[[], Data]] = [
            *[self.form] * 9,
            *[self.check] * 6,
            *[self.judge] * 2,
            *[self.lookup] * 2,
            self.approve,
            self.letter,
            lambda: {"notify": self.name("notify"), "by": "office"},
            lambda: {"pay": self.name("pay"), "minutes": 3},
            lambda: {"wait": self.name("wait"), "for": "1 day"},
        ]
        self.random.shuffle(kinds)
        earlier = set(self.looked_up)
        request = self.form(request=True)
        head = [kinds.pop()() for _ in range(3)]
        back = self.judgement_with({"back to": request["form"], "anew": self.random.sample(request["asks"], 2)})
        self.known -= earlier - self.asked  # its keys may rest on what is asked anew, and nobody looks it up again
        middle = [kinds.pop()() for _ in range(3)]
        chosen = self.choose(kinds, 3, refuses=True)
        side_by_side = self.parallel(kinds)
        second = self.choose(kinds, 2, refuses=False)
        refusal = self.judgement_with({"refuse": self.name("refuse")})
        tail = [kind() for kind in kinds]
        end: Data = {"issue": self.name("issue"), "by": "office", "carries": self.printed()}
        if not last:
            end = {"notify": self.name("notify"), "by": "office"}
        return [request, *head, back, *middle, chosen, side_by_side, second, refusal, *tail, end]

    def printed(self) -> list[str]:
        identity = [] if self.kind.anything else [one for one in IDENTITY if one in self.known]
        others = sorted((self.known & self.read) - set(identity))
        return sorted([*identity, *self.random.sample(others, min(6, len(others)))])

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}-{self.count}"

    def some(self, number: int) -> list[str]:
        known = sorted(self.known & self.read) or sorted(self.known)
        return sorted(self.random.sample(known, min(number, len(known))))

    def form(self, *, request: bool = False) -> Data:
        asks = self.random.sample(self.facts, 6)
        if request:
            asks = list(dict.fromkeys([*self.random.sample(IDENTITY, 2), *asks]))[:6]
        step: Data = {"form": self.name("form"), "by": "applicant", "minutes": self.random.randint(4, 20), "asks": asks}
        if request or self.random.random() < 1 / 3:
            step["documents"] = [
                self.random.choice(["ktp of applicant", "kk of applicant", "ktp of child", "deed of household"])
            ]
        self.known.update(asks)
        self.asked.update(asks)
        return step

    def check(self) -> Data:
        facts = self.some(self.random.choice([1, 2]))
        return {"check": self.name("check"), "by": "office", "minutes": 5, "verifies": facts}

    def judgement(self) -> Data:
        step: Data = {"decide": self.name("decide"), "by": "office", "minutes": 4}
        if self.random.random() >= self.kind.silent:
            step["needs"] = self.some(2)
        return step

    def judge(self) -> Data:
        return {**self.judgement(), "ways": [{"way": "one", "share": 0.5}, {"way": "other"}]}

    def judgement_with(self, end: Data) -> Data:
        """Return a judgement that ends or returns one case in five."""
        return {**self.judgement(), "ways": [{"way": "yes", "share": 0.8}, {"way": "no", "steps": [end]}]}

    def approve(self) -> Data:
        return {"approve": self.name("approve"), "by": "office", "needs": self.some(2)}

    def letter(self) -> Data:
        return {"issue": self.name("letter"), "by": "village", "letter": True, "carries": self.some(2)}

    def lookup(self) -> Data:
        """Return a look-up whose keys are there, or a form if there is none."""
        for name in self.random.sample(sorted(self.services), 20):
            service = self.services[name]
            role = "household" if service["about"] == "family" else self.random.choice(["applicant", "child"])
            if "gives" in service and all(f"{role}.{key}" in self.known for key in service["needs"]):
                gets = [one for one in service["gives"] if one != "family"][:3]
                if "key_level" in service:  # else its keys may not be sure enough
                    found = {f"{role}.{one}" for one in gets}
                    self.known |= found
                    self.looked_up |= found
                return {"lookup": self.name("lookup"), "service": f"registry.{name}", "about": role, "gets": gets}
        return self.check()

    def choose(self, kinds: list[Callable[[], Data]], number: int, *, refuses: bool) -> Data:
        numbers = sorted(one for one in self.known & self.read if one.partition(".")[2].startswith(NUMBERS))
        fact = self.random.choice(numbers) if numbers else ""
        condition = f"{fact} > 50" if fact else f'{self.some(1)[0]} = "x"'
        before, asked = set(self.known), set(self.asked)
        steps = [kinds.pop()() for _ in range(number)]
        if refuses:
            steps.append({"refuse": self.name("refuse")})
        self.known, self.asked = before, asked
        return {"choose": [{"if": condition, "share": 0.3, "steps": steps}, {"else": []}]}

    def parallel(self, kinds: list[Callable[[], Data]]) -> Data:
        before, gained = set(self.known), set[str]()
        sides = []
        for number in range(2):
            self.known = set(before)
            sides.append({"branch": f"side-{number}", "steps": [kinds.pop()() for _ in range(2)]})
            gained |= self.known
        self.known = gained
        return {"parallel": sides}


def write(folder: Path, procedures: Iterable[int], seed: int = 0, kind: Kind = EVERYDAY) -> None:
    """Write a catalogue and some procedures, by number, to a folder."""
    files = catalogue_files(seed, kind)
    folder.mkdir()
    for name, data in files.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    (folder / "procedures").mkdir()
    for number in procedures:
        data = procedure(seed * 1_000_000 + number, files["registry"]["services"], kind)
        text = yaml.dump(data, sort_keys=False, Dumper=yaml.CSafeDumper)
        (folder / "procedures" / f"p{number}.yaml").write_text(text, encoding="utf-8")
