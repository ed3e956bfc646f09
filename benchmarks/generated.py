"""Procedures and a catalogue of a stated size and kind, from a seed; knows nothing of what is measured with them.

A procedure has 30 steps: ten forms, six checks, four judgements, two refusals, two look-ups of today and six others; two
choices, one parallel part and one return. Its forms have 60 fields over 40 facts of three roles; a third of the forms takes a
document. Checks verify one or two facts, judgements read two, one judgement in twenty does not say what it reads, and the
facts of an identity (NIK, family card number) are printed on what is issued.

A catalogue has 100 services, each with one or two keys out of a dozen facts that anything may be keyed by, giving two to six
facts; coverage is 1 in four of ten and 0.7-0.98 in the rest; one in eight only confirms, one in eight may not be asked. So
there are alternatives and circles in every procedure.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import Any

import yaml

Data = dict[str, Any]

PERSON = ["nik", "name", "phone", "card", "plot", "tax_no", "school_no", "permit_no"]  # anything may be keyed by these
PERSON_MORE = ["street", "job", "blood", "faith", "age", "income", "debt"]
FAMILY = ["kk_no", "meter_no", "parcel_no", "account_no"]  # and by these
FAMILY_MORE = ["address", "size", "roof", "water", "wealth", "aid"]
NUMBERS = {"age", "income", "debt", "size", "wealth"}
ROLES = {"applicant": "person", "child": "person", "household": {"is": "applicant.family"}}
FACTS = [
    *(f"{role}.{element}" for role in ("applicant", "child") for element in PERSON + PERSON_MORE),
    *(f"household.{element}" for element in FAMILY + FAMILY_MORE),
]
IDENTITY = ["applicant.nik", "child.nik", "household.kk_no"]
SERVICES = 100


def catalogue_files(seed: int) -> dict[str, Data]:
    """Return the files of a catalogue by name."""
    random = Random(seed)
    services: Data = {}
    agreements: Data = {}
    for number in range(SERVICES):
        family = random.random() < 0.25
        keys, more = (FAMILY, FAMILY_MORE) if family else (PERSON, PERSON_MORE)
        needs = random.sample(keys, random.choice([1, 1, 2]))
        answers = [one for one in [*keys, *more, *([] if family else ["family"])] if one not in needs]
        kind = "confirms" if random.random() < 1 / 8 else "gives"
        service: Data = {"about": "family" if family else "person", "needs": needs}
        service[kind] = random.sample(answers, random.randint(2, 6))
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
            "elements": {one: _type(one) for one in PERSON + PERSON_MORE},
            "relations": {"family": "family"},
        },
        "family": {
            "entity": "family",
            "key": "kk_no",
            "elements": {one: _type(one) for one in FAMILY + FAMILY_MORE},
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
    return "number" if element in NUMBERS else "text"


def procedure(seed: int, services: Data) -> Data:
    """Return a procedure as its file would hold it."""
    return _Maker(Random(seed), services).procedure(seed)


class _Maker:
    def __init__(self, random: Random, services: Data) -> None:
        self.random, self.services = random, services
        self.known: set[str] = set()
        self.first: list[str] = []
        self.count = 0

    def procedure(self, seed: int) -> Data:
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
        request = self.form()
        self.first = [str(one) for one in request["asks"]]
        head = [kinds.pop()() for _ in range(3)]
        back = self.judge_and("back")
        middle = [kinds.pop()() for _ in range(3)]
        chosen = self.choose(kinds, 3)
        side_by_side = self.parallel(kinds)
        second = self.choose(kinds, 2)
        refusal = self.judge_and("refuse")
        tail = [kind() for kind in kinds]
        printed = sorted(self.known - set(IDENTITY))
        carries = [*(one for one in IDENTITY if one in self.known), *self.random.sample(printed, min(6, len(printed)))]
        return {
            "procedure": f"generated-{seed}",
            "title": f"Generated procedure {seed}",
            "agency": "office",
            "purpose": "registration",
            "roles": dict(ROLES),
            "steps": [
                request,
                *head,
                back,
                *middle,
                chosen,
                side_by_side,
                second,
                refusal,
                *tail,
                {"issue": self.name("issue"), "by": "office", "carries": sorted(carries)},
            ],
        }

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}-{self.count}"

    def some(self, number: int) -> list[str]:
        return sorted(self.random.sample(sorted(self.known), min(number, len(self.known))))

    def form(self) -> Data:
        first = not self.known
        asks = self.random.sample(FACTS, 6)
        if first:
            asks = list(dict.fromkeys([*self.random.sample(IDENTITY, 2), *asks]))[:6]
        step: Data = {"form": self.name("form"), "by": "applicant", "minutes": self.random.randint(4, 20), "asks": asks}
        if first or self.random.random() < 1 / 3:
            step["documents"] = [
                self.random.choice(["ktp of applicant", "kk of applicant", "ktp of child", "deed of household"])
            ]
        self.known.update(asks)
        return step

    def check(self) -> Data:
        facts = self.some(self.random.choice([1, 2]))
        return {"check": self.name("check"), "by": "office", "minutes": 5, "verifies": facts}

    def judgement(self) -> Data:
        step: Data = {"decide": self.name("decide"), "by": "office", "minutes": 4}
        if self.random.random() >= 1 / 20:
            step["needs"] = self.some(2)
        return step

    def judge(self) -> Data:
        return {**self.judgement(), "ways": [{"way": "one", "share": 0.5}, {"way": "other"}]}

    def judge_and(self, end: str) -> Data:
        target = "form-1"
        anew = self.random.sample(self.first, 2)
        last = {"back to": target, "anew": anew} if end == "back" else {"refuse": self.name("refuse")}
        return {**self.judgement(), "ways": [{"way": "yes", "share": 0.8}, {"way": "no", "steps": [last]}]}

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
                    self.known.update(f"{role}.{one}" for one in gets)
                return {"lookup": self.name("lookup"), "service": f"registry.{name}", "about": role, "gets": gets}
        return self.check()

    def choose(self, kinds: list[Callable[[], Data]], number: int) -> Data:
        numbers = sorted(one for one in self.known if one.partition(".")[2] in NUMBERS)
        fact = self.random.choice(numbers) if numbers else ""
        condition = f"{fact} > 50" if fact else f'{self.some(1)[0]} = "x"'
        before = set(self.known)
        steps = [kinds.pop()() for _ in range(number)]
        if self.random.random() < 0.3:
            steps.append({"refuse": self.name("refuse")})
        self.known = before
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


def write(folder: Path, procedures: Iterable[int], seed: int = 0) -> None:
    """Write a catalogue and some procedures, by number, to a folder."""
    files = catalogue_files(seed)
    folder.mkdir()
    for name, data in files.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    (folder / "procedures").mkdir()
    for number in procedures:
        data = procedure(seed * 1_000_000 + number, files["registry"]["services"])
        text = yaml.dump(data, sort_keys=False, Dumper=yaml.CSafeDumper)
        (folder / "procedures" / f"p{number}.yaml").write_text(text, encoding="utf-8")
