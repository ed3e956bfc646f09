"""Random catalogues, well-formed procedures and cases from a seed; knows nothing of analysis.

Everything is made as plain data, as a YAML file would hold it, so that it can be written to files, read as values, and made
smaller until just what a failing test needs is left.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from random import Random
from typing import Any

import yaml

from processes.case import Case, Scalar, Value
from processes.catalogue import Catalogue, DataService
from processes.condition_value import evaluate
from processes.element import Entity
from processes.policy import Policy
from processes.procedure import Back, Decide, Procedure, walk
from processes.resolved import Naming, Resolved, resolved

Data = dict[str, Any]
TODAY = date(2026, 6, 15)
POLICY = Policy(id="generated", date=TODAY)

ENTITIES: list[Data] = [
    {
        "entity": "person",
        "key": "nik",
        "elements": {
            "nik": "text",
            "name": "text",
            "phone": "text",
            "age": "number",
            "income": "number",
            "flag": "yes/no",
            "score": "number",
            "finding": "text",
            "adult": {"type": "yes/no", "computed": "age >= 17"},
            "tax": {"type": "number", "computed": "income * 2"},
        },
        "relations": {"mother": "person", "family": "family"},
    },
    {
        "entity": "family",
        "key": "kk_no",
        "elements": {"kk_no": "text", "address": "text", "size": "number", "poor": "yes/no"},
        "relations": {"head": "person"},
    },
]
LISTS: Data = {
    "agencies": {
        "office": {"title": "office", "officers": {"head": "head of the office"}},
        "village": {"title": "village"},
    },
    "registers": {"statistics": {"title": "statistics", "agency": "office", "rests_on": {"law": "UU 16/1997"}}},
    "purposes": {"registration": "registration", "tax": "tax"},
    "evidence": {
        "ktp": {"title": "identity card", "about": "person", "carries": ["nik", "name", "age"], "minutes": 5},
        "kk": {
            "title": "family card",
            "about": "person",
            "carries": ["nik", "name", "family", "family.address", "family.size"],
            "minutes": 6,
        },
        "notice": {"title": "notice", "about": "person", "carries": ["age", "mother", "mother.name"], "minutes": 8},
        "letter": {"title": "letter", "about": "person", "carries": ["name"], "minutes": 9, "visits": 1},
        "statement": {
            "title": "statement",
            "about": "person",
            "carries": ["income", "phone"],
            "assurance": "declared",
            "minutes": 3,
        },
    },
    "identification": {"eid": {"title": "digital identity", "about": "person", "gives": ["name"], "minutes": 1}},
}
FORM: Data = {
    "form": "F-1",
    "title": "about a person",
    "parts": {
        "person": {"about": "person", "role": "applicant", "fields": ["nik", "name", "age"]},
        "means": {
            "about": "person",
            "role": "applicant",
            "fields": ["income", {"asks": "phone", "if": "income > 50"}, {"act": "signature", "id": "sign-means"}],
        },
    },
}
ROLES: Data = {
    "applicant": "person",
    "child": "person",
    "mother": {"is": "child.mother"},
    "household": {"is": "applicant.family"},
    "movers": {"many": "person", "expected": 2},
}


@dataclass(frozen=True)
class Made:
    """A procedure and its catalogue as data, and as values."""

    seed: int
    files: list[Data] = field(repr=False)
    steps_of: Data = field(repr=False)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue as a value."""
        return catalogue(self.files)

    @cached_property
    def procedure(self) -> Procedure:
        """The procedure as a value."""
        return Procedure.model_validate(self.steps_of)

    @cached_property
    def model(self) -> Resolved:
        """The procedure read against its catalogue."""
        return resolved(self.procedure, self.catalogue)

    def yaml(self) -> str:
        """Return the procedure and what is random in its catalogue, to be shown with a failing test."""
        shown = [*(one for one in self.files if "registry" in one or "agreements" in one), self.steps_of]
        return f"seed {self.seed}\n" + "\n---\n".join(
            yaml.safe_dump(one, sort_keys=False, allow_unicode=True, width=120) for one in shown
        )


def catalogue(files: Sequence[Data]) -> Catalogue:
    """Return the catalogue that files of data make together."""
    kinds = {"entity": "entities", "form": "forms", "registry": "registries"}
    found: dict[str, Any] = {}
    for one in files:
        kind = next((kind for kind in kinds if kind in one), None)
        if kind:
            found.setdefault(kinds[kind], []).append(one)
        else:
            for name, parts in one.items():
                found.setdefault(name, {}).update(parts)
    lists = {
        name: tuple({"id": key, **_long(name, value)} for key, value in parts.items())
        for name, parts in found.items()
        if isinstance(parts, dict)
    }
    return Catalogue.model_validate({**{k: tuple(v) for k, v in found.items() if isinstance(v, list)}, **lists})


def _long(name: str, value: object) -> Data:
    return value if isinstance(value, dict) else {"title": value}


# --- tiny ones, for oracles -----------------------------------------------------------------------------------------

KEYS = (["nik"], ["name"], ["name", "age"], ["phone"], ["family"], ["mother"], ["nik", "name"])
ANSWERS = ("nik", "name", "phone", "age", "income", "flag", "mother", "family", "mother.name", "family.address")
FAMILY_KEYS = (["kk_no"], ["head"], ["address"])
FAMILY_ANSWERS = ("kk_no", "address", "size", "poor", "head", "head.name")
SUBJECTS = ("applicant", "child", "mother", "movers")
ELEMENTS = ("nik", "name", "phone", "age", "income", "flag")
CONDITIONS = (
    "{0}.income > 50",
    "{0}.flag",
    "not({0}.flag)",
    "{0}.age < 17",
    "{0}.adult",
    "{0}.income > 50 and {0}.flag",
    "{0}.tax > 100 or {0}.age > 40",
    "{0}.phone is known",
)


def tiny(seed: int, *, steps: int = 6, rules: bool = True) -> Made:
    """Return a small procedure with whatever the language has, and a small catalogue.

    Every second seed has few people and many services, so that much can be shared.

    Args:
        seed: The same gives the same.
        steps: About how many steps.
        rules: Whether it may have look-ups, derivations and computed facts, and its catalogue services.
    """
    random = Random(seed)
    files = [*deepcopy(ENTITIES), deepcopy(LISTS), deepcopy(FORM)]
    shared = rules and seed % 2 == 1
    if rules:
        files += _services(random, random.randint(5, 10) if shared else random.randint(1, 7))
    else:
        for element in ("adult", "tax"):
            files[0]["elements"][element] = {"type": files[0]["elements"][element]["type"]}
    return Made(seed, files, _Tiny(random, files, steps, rules, shared).procedure())


def _services(random: Random, number_of: int) -> list[Data]:
    services: Data = {}
    for number in range(number_of):
        family = random.random() < 0.3
        needs = random.choice(FAMILY_KEYS if family else KEYS)
        answers = [one for one in (FAMILY_ANSWERS if family else ANSWERS) if one not in needs]
        service: Data = {"about": "family" if family else "person", "needs": list(needs)}
        kind = "confirms" if random.random() < 0.2 else "gives"
        service[kind] = sorted(random.sample(answers, random.randint(1, 4)))
        if kind == "gives" and random.random() < 0.2:
            others = [one for one in answers if one not in service["gives"] and "." not in one]
            if others:
                service["confirms"] = [random.choice(others)]
        if random.random() < 0.3:
            service["assurance"] = random.choice(["documented", "declared"])
        if random.random() < (0.7 if number_of < 5 else 0.9):
            service["key_level"] = random.choice(["declared", "declared", "declared", "documented"])
        if random.random() < 0.4:
            service["coverage"] = random.choice([0.9, 0.7, 0.98])
        services[f"s{number}"] = service
    if random.random() < 0.15:
        services["pair"] = {
            "about": {"parent": "person", "young": "person"},
            "needs": ["parent.nik", "young.name"],
            "gives": ["young.nik", "young.age"],
            "key_level": "declared",
        }
    agreements: Data = {}
    for number, name in enumerate(services):
        if random.random() < 0.1:
            continue  # none at all
        agreement: Data = {"consumer": "office", "services": [f"r.{name}"], "purposes": ["registration"]}
        match random.randrange(12 if number_of < 5 else 30):
            case 0:
                agreement["until"] = "2026-06-14"
            case 1:
                agreement |= {"state": "planned", "from": "2026-07-01"}
            case 2:
                agreement["purposes"] = ["tax"]
            case 3:
                agreement["consumer"] = "village"
            case 4:
                answers = [*services[name].get("gives", ()), *services[name].get("confirms", ())]
                agreement["facts"] = [random.choice(answers)]
            case 5:
                agreement["consent"] = True
            case 6:
                agreement |= {"from": "2026-06-15", "until": "2026-06-15"}
        agreements[f"a{number}"] = agreement
    registry = {"registry": "r", "title": "registry", "agency": "village", "services": services}
    return [registry, {"agreements": agreements}]


@dataclass
class _Place:
    """What the maker of a procedure knows where it stands."""

    known: set[str]
    targets: list[tuple[str, list[str]]]  # forms that a return may lead to, with what they ask on every way
    depth: int


class _Tiny:
    def __init__(self, random: Random, files: list[Data], steps: int, rules: bool, shared: bool) -> None:
        self.random, self.rules, self.left, self.shared = random, rules, steps, shared
        self.services: Data = next((one["services"] for one in files if "registry" in one), {})
        self.count = 0
        self.conditions: list[str] = []  # under which something was asked: a choice may repeat it
        self.evidence: Data = files[len(ENTITIES)]["evidence"]

    def procedure(self) -> Data:
        place = _Place(set(), [], 0)
        steps = [self.form(place, first=True)]
        while self.left > 0:
            steps += self.item(place)
        carried = self.known_facts(place, 2, 12 if self.shared else 7) or ["applicant.name"]
        if not set(carried) <= place.known:
            steps.append({"form": self.name("form"), "asks": ["applicant.name"]})
        steps.append({"issue": self.name("issue"), "by": "office", "carries": [self.need(one) for one in carried]})
        return {
            "procedure": f"tiny-{self.random.randrange(10**6)}",
            "title": "tiny",
            "agency": "office",
            "purpose": "registration",
            "roles": deepcopy(ROLES),
            "steps": steps,
        }

    # --- small choices

    def chance(self, likely: float) -> bool:
        return self.random.random() < likely

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}-{self.count}"

    def fact(self) -> str:
        if self.chance(0.15):
            return self.random.choice(
                ["household.kk_no", "household.address", "household.size", "child.family.address"]
            )
        return f"{self.random.choice(SUBJECTS[1:3] if self.shared else SUBJECTS)}.{self.random.choice(ELEMENTS)}"

    def known_facts(self, place: _Place, least: int, most: int) -> list[str]:
        """Return some facts that are certain here, now and then any others."""
        pool = sorted(place.known)
        number = min(len(pool), self.random.randint(least, most))
        found = self.random.sample(pool, number)
        if self.chance(0.02):
            found.append(self.fact())
        return sorted(set(found))

    def need(self, fact: str) -> str:
        return f"{fact} at {self.random.choice(['declared', 'declared', 'documented'])}" if self.chance(0.06) else fact

    def condition(self, place: _Place) -> str | None:
        for _ in range(6):
            again = self.conditions and self.chance(0.5)
            text = self.random.choice(self.conditions) if again else self.new_condition()
            if all(fact in place.known for fact in read_in(text)) or ("is known" in text and self.chance(0.2)):
                return text
        return None

    def new_condition(self) -> str:
        templates = CONDITIONS if self.rules else [one for one in CONDITIONS if "adult" not in one and "tax" not in one]
        role = self.random.choice(("applicant", "child", "mother"))
        return self.random.choice(templates).format(role)

    # --- steps

    def sequence(self, place: _Place, most: int) -> list[Data]:
        made: list[Data] = []
        for _ in range(self.random.randint(0, most)):
            if self.left <= 0:
                break
            made += self.item(place)
        return made

    def item(self, place: _Place) -> list[Data]:
        self.left -= 1
        kinds: list[tuple[Callable[[_Place], Data | None], float]] = [
            (self.form, 5),
            (self.check, 3),
            (self.decide, 2.5),
            (self.choose, 2.5 if place.depth < 3 else 0),
            (self.parallel, 1.2 if place.depth < 2 else 0),
            (self.lookup, 3 if self.services else 0),
            (self.derive, 0.5 if self.rules else 0),
            (self.letter, 0.7),
            (self.identify, 0.4),
            (self.approve, 0.5),
            (self.other, 0.7),
        ]
        made = self.random.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0](place)
        return [made] if made else []

    def form(self, place: _Place, *, first: bool = False, asking: Sequence[str] = ()) -> Data:
        name = self.name("form")
        by = "office" if not first and self.chance(0.1) else "applicant"
        step: Data = {"form": name, "by": by}
        if self.chance(0.2):
            step["minutes"] = self.random.randint(1, 20)
        certain: list[str] = []
        if self.chance(0.15):
            role = self.random.choice(["applicant", "child", "mother"])
            step["uses"] = {"F-1": {self.random.choice(["person", "means"]): [role]}}
            part = step["uses"]["F-1"]
            certain += [f"{role}.{one}" for one in (["nik", "name", "age"] if "person" in part else ["income"])]
        asks: list[object] = [*asking]
        certain += asking
        for _ in range(self.random.randint(1 if not certain else 0, 4 if not first else 5)):
            asks.append(self.field(place, certain))
        if self.chance(0.15):
            asks.append(self.act(place, certain))
        if asks:
            step["asks"] = asks
        if self.chance(0.4):
            step["documents"] = [self.document(place, certain) for _ in range(self.random.randint(1, 2))]
        place.known.update(certain)
        place.targets.append((name, sorted(certain)))
        return step

    def field(self, place: _Place, certain: list[str]) -> object:
        fact = self.fact()
        if self.chance(0.12):
            here = _Place(place.known | set(certain), [], 0)
            if condition := self.condition(here):
                self.conditions.append(condition)
                return {"asks": fact, "if": condition}
        certain.append(fact)
        if self.chance(0.06):
            return {"asks": fact, "act": "choice"}
        return {"asks": fact, "minutes": self.random.randint(1, 9)} if self.chance(0.5) else fact

    def act(self, place: _Place, certain: list[str]) -> Data:
        act: Data = {"act": self.random.choice(["signature", "declaration"]), "id": self.name("act")}
        known = sorted(place.known | set(certain))
        if known and self.chance(0.5):
            act["declares"] = [self.random.choice(known)]
        elif self.services and self.chance(0.3):
            act |= {"act": "consent", "consents_to": f"r.{self.random.choice(sorted(self.services))}"}
        return act

    def document(self, place: _Place, certain: list[str]) -> object:
        kind = self.random.choice(sorted(self.evidence))
        role = self.random.choice(["applicant", "child", "mother", "movers"])
        if self.chance(0.15):
            other = self.random.choice(sorted(set(self.evidence) - {kind}))
            return {"either": [f"{kind} of {role}", f"{other} of {role}"]}
        name = f"{kind} of {role}"
        if self.chance(0.12):
            here = _Place(place.known | set(certain), [], 0)
            if condition := self.condition(here):
                self.conditions.append(condition)
                return {"document": name, "if": condition}
        if self.chance(0.06):
            return {"document": name, "share": 0.5}
        certain += [f"{role}.{one}" for one in self.evidence[kind]["carries"] if one not in ("mother", "family")]
        return name

    def check(self, place: _Place) -> Data | None:
        verified = self.known_facts(place, 1, 2)
        if not verified:
            return None
        step: Data = {"check": self.name("check"), "by": "office", "minutes": 5, "verifies": verified}
        if self.chance(0.1):
            step["gives"] = ["applicant.finding"]
            place.known.add("applicant.finding")
        return step

    def judgement(self, place: _Place) -> Data:
        if self.chance(0.07):
            return {}
        needs = [self.need(one) for one in self.known_facts(place, 0, 3)]
        return {"needs": needs}

    def decide(self, place: _Place) -> Data:
        step: Data = {"decide": self.name("decide"), "by": "office", "minutes": 4, **self.judgement(place)}
        ways: list[Data] = [{"way": "yes"}]
        if self.chance(0.3) and place.depth < 3:
            inner = _Place(set(place.known), list(place.targets), place.depth + 1)
            ways[0]["steps"] = self.sequence(inner, 2)
            met = inner.known
        else:
            met = set(place.known)
        for number in range(self.random.choice([1, 1, 1, 2])):
            way: Data = {"way": f"no-{number}", "share": self.random.choice([0.1, 0.2, 0.3])}
            inner = _Place(set(place.known), list(place.targets), place.depth + 1)
            steps = self.sequence(inner, 1) if place.depth < 3 and self.chance(0.4) else []
            match self.random.randrange(4):
                case 0 | 1 if place.targets:
                    steps.append(self.back(place))  # to what comes before the judgement, or nobody ever leaves
                case 2:
                    steps.append({"refuse": self.name("refuse")})
                case _:
                    met &= inner.known
            way["steps"] = steps
            ways.append(way)
        place.known = met
        return {**step, "ways": ways}

    def back(self, place: _Place) -> Data:
        target, asked = self.random.choice(place.targets)
        step: Data = {"back to": target}
        if asked and self.chance(0.65):
            step["anew"] = sorted(set(self.random.sample(asked, self.random.randint(1, min(3, len(asked))))))
            if self.chance(0.1):
                others = sorted(place.known - set(step["anew"]))
                step["anew"] += [self.random.choice(others)] if others else []
        return step

    def choose(self, place: _Place) -> Data | None:
        drawn = [self.condition(place) for _ in range(self.random.choice([1, 1, 2]))]
        conditions = [one for one in dict.fromkeys(drawn) if one]
        if not conditions:
            return None
        branches: list[Data] = []
        met: set[str] | None = None
        for condition in [*conditions, None]:
            inner = _Place(set(place.known), list(place.targets), place.depth + 1)
            steps = self.sequence(inner, 2)
            ended = condition is not None and self.chance(0.15)
            if ended:
                steps.append({"refuse": self.name("refuse")})
            else:
                met = inner.known if met is None else met & inner.known
            share = {"share": self.random.choice([0.1, 0.3, 0.5])} if self.chance(0.5) and condition else {}
            branches.append({"if": condition, **share, "steps": steps} if condition else {"else": steps})
        place.known = met or set()
        return {"choose": branches}

    def parallel(self, place: _Place) -> Data:
        sides = []
        gained: set[str] = set()
        for number in range(self.random.choice([2, 2, 3])):
            inner = _Place(set(place.known), [], place.depth + 1)
            steps = self.sequence(inner, 2) or [{"notify": self.name("notify"), "by": "office"}]
            sides.append({"branch": f"side-{number}", "steps": steps})
            gained |= inner.known
        place.known |= gained
        return {"parallel": sides}

    def lookup(self, place: _Place) -> Data | None:
        name = self.random.choice(sorted(self.services))
        service = self.services[name]
        answers = [*service.get("gives", ()), *service.get("confirms", ())]
        step: Data = {"lookup": self.name("lookup"), "service": f"r.{name}"}
        if isinstance(service["about"], dict):
            step["about"] = {"parent": "mother", "young": "child"}
            roles = [("parent.", "mother."), ("young.", "child.")]
        else:
            family = service["about"] == "family"
            role = self.random.choice(["household", "child.family"] if family else SUBJECTS)
            step["about"] = role
            roles = [("", f"{role}.")]

        def full(fact: str) -> str:
            return next(new + fact[len(old) :] for old, new in roles if fact.startswith(old))

        keys = {full(one) for one in service["needs"]}
        if not keys <= place.known and self.chance(0.8):
            return self.form(place, asking=sorted(keys))
        if self.chance(0.5):
            step["gets"] = sorted(self.random.sample(answers, self.random.randint(1, len(answers))))
        if self.chance(0.3):
            step["by"] = "office"
        got = {full(one) for one in step.get("gets", answers) if one in service.get("gives", ())}
        if service.get("coverage", 1) < 1 and self.chance(0.6):
            asked = sorted(got) if self.chance(0.8) else []
            if asked:
                step["not_found"] = [{"form": self.name("form"), "by": "applicant", "asks": asked}]
                place.known |= got
        else:
            place.known |= got
        return step

    def derive(self, place: _Place) -> Data | None:
        role = self.random.choice(["applicant", "child"])
        if f"{role}.income" not in place.known:
            return None
        place.known.add(f"{role}.score")
        return {"derive": self.name("derive"), "computes": {f"{role}.score": f"{role}.income + 1"}}

    def letter(self, place: _Place) -> Data | None:
        carried = self.known_facts(place, 0, 2)
        step: Data = {"issue": self.name("letter"), "by": "village", "letter": True, "carries": carried}
        if self.chance(0.3):
            step["document"] = f"letter of {self.random.choice(['applicant', 'child'])}"
        if self.chance(0.3):
            del step["letter"]
            step["gives"] = ["child.nik"]
            place.known.add("child.nik")
            if self.chance(0.5):
                step["carries"] = sorted({*carried, "child.nik"})
            if self.chance(0.5):
                step["records"] = {"statistics": ["child.nik"]}
        return step

    def identify(self, place: _Place) -> Data:
        place.known |= {"applicant.nik", "applicant.name"}
        return {"identify": self.name("identify"), "with": "eid"}

    def approve(self, place: _Place) -> Data:
        return {"approve": self.name("approve"), "by": "head of office", **self.judgement(place)}

    def other(self, place: _Place) -> Data | None:
        match self.random.randrange(4):
            case 0:
                return {"notify": self.name("notify"), "by": "office", "carries": self.known_facts(place, 0, 1)}
            case 1:
                return {"pay": self.name("pay"), "minutes": 3}
            case 2:
                return {"wait": self.name("wait"), "for": "1 day"}
            case _:
                taken = self.known_facts(place, 1, 1)
                if not taken:
                    return None
                return {"notify": self.name("notify"), "by": "office", "records": {"statistics": taken}}


def read_in(condition: str) -> list[str]:
    """Return what one of the conditions above reads, computed facts by what they are computed from."""
    words = condition.replace("(", " ").replace(")", " ").split()
    facts = [word for word in words if "." in word]
    return [one.replace(".adult", ".age").replace(".tax", ".income") for one in facts]


# --- very small ones, of which every redesign can be tried -----------------------------------------------------------

FEW_ELEMENTS = ("nik", "nik", "name", "age", "income", "mother", "mother.name")
FEW_KEYS = (["nik"], ["nik"], ["nik"], ["name"], ["age"], ["name", "age"], ["nik", "name"], ["mother"], ["income"])
FEW_ANSWERS = ("nik", "name", "age", "income", "mother", "mother.name")
FEW_EVIDENCE = ("ktp", "notice", "statement")


def few(seed: int, *, things: int = 7) -> Made:
    """Return a very small procedure: few fields, documents and checks, few services, and yet all that makes a choice hard.

    Args:
        seed: The same gives the same.
        things: The most fields, documents, log-ins and checks.
    """
    random = Random(seed)
    files = [*deepcopy(ENTITIES), deepcopy(LISTS), deepcopy(FORM), *_few_services(random)]
    return Made(seed, files, _Few(random, things, Random(f"{seed}: who fills in")).procedure())


def few_policy(seed: int) -> Policy:
    """Return the policy a very small procedure is redesigned under."""
    random = Random(-1 - seed)
    return Policy(
        id="few",
        date=TODAY,
        contact_minutes=random.choice([30, 10, 4, 1, 0]),
        new_log_ins=random.random() < 0.3,
        shows=random.random() < 0.2,
        least_coverage=random.choice([0, 0, 0, 0.8]),
    )


def _few_services(random: Random) -> list[Data]:
    services: Data = {}
    agreements: Data = {}
    for number in range(random.randint(3, 6)):
        needs = random.choice(FEW_KEYS)
        answers = [one for one in FEW_ANSWERS if one not in needs]
        service: Data = {"about": "person", "needs": list(needs)}
        kind = "confirms" if random.random() < 0.2 else "gives"
        service[kind] = sorted(random.sample(answers, random.choice([1, 1, 2, 3])))
        service["key_level"] = random.choice(["declared", "declared", "documented"])
        if random.random() < 0.25:
            service["assurance"] = "documented"
        if random.random() < 0.4:
            service["coverage"] = random.choice([0.98, 0.9, 0.75])
        services[f"s{number}"] = service
        agreement: Data = {"consumer": "office", "services": [f"r.s{number}"], "purposes": ["registration"]}
        match random.randrange(14):
            case 0:
                agreement["until"] = "2026-06-14"
            case 1:
                agreement["purposes"] = ["tax"]
            case 2 | 3:
                agreement["consent"] = True
            case 4:
                agreement["facts"] = [random.choice(service[kind])]
        agreements[f"a{number}"] = agreement
    registry = {"registry": "r", "title": "registry", "agency": "village", "services": services}
    return [registry, {"agreements": agreements}]


class _Few:
    def __init__(self, random: Random, things: int, filling: Random) -> None:
        self.random, self.left, self.count, self.filling = random, things, 0, filling
        people = random.choice([["applicant"], ["applicant"], ["child"], ["child", "child", "applicant"]])
        self.facts = sorted({f"{random.choice(people)}.{element}" for element in FEW_ELEMENTS})
        self.facts = random.sample(self.facts, random.randint(3, min(5, len(self.facts))))
        self.people = [*people, "child"]
        self.returned = False
        self.asked_first: list[str] = []

    def procedure(self) -> Data:
        known: set[str] = set()
        first = self.form(known)
        assert first is not None
        self.asked_first = [one["asks"] for one in first["asks"] if "asks" in one]
        steps = [first]
        for _ in range(self.random.randint(1, 4)):
            steps += self.item(known, 0)
        carried = self.some(known, 1, 4)
        steps.append({"issue": self.name("issue"), "by": "office", "carries": [self.need(one) for one in carried]})
        return {
            "procedure": f"few-{self.random.randrange(10**6)}",
            "title": "few",
            "agency": "office",
            "purpose": "registration",
            "roles": {"applicant": "person", "child": "person", "mother": {"is": "child.mother"}},
            "steps": steps,
        }

    def chance(self, likely: float) -> bool:
        return self.random.random() < likely

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}-{self.count}"

    def some(self, known: set[str], least: int, most: int) -> list[str]:
        pool = sorted(known)
        return sorted(self.random.sample(pool, min(len(pool), self.random.randint(least, most))))

    def need(self, fact: str) -> str:
        return f"{fact} at declared" if self.chance(0.15) else fact

    def item(self, known: set[str], depth: int) -> list[Data]:
        kinds: list[tuple[Callable[[set[str], int], Data | None], float]] = [
            (lambda known, _: self.form(known), 3),
            (lambda known, _: self.check(known), 3),
            (self.decide, 2.5),
            (self.choose, 4 if depth < 2 else 0),
            (self.parallel, 1 if depth < 1 else 0),
            (lambda known, _: self.identify(known), 0.3),
            (lambda known, _: self.used(known), 2.5 if depth else 0),
        ]
        made = self.random.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0](known, depth)
        return [made] if made else []

    def form(self, known: set[str]) -> Data | None:
        if self.left <= 0:
            return None
        step: Data = {"form": self.name("form"), "by": self.filling.choices(["applicant", "child"], [3, 1])[0]}
        asks: list[object] = []
        asked: set[str] = set()
        for fact in self.random.sample(self.facts, self.random.randint(1, 3 if known else len(self.facts))):
            if self.left > 0:
                self.left -= 1
                asked.add(fact)
                asks.append({"asks": fact, "minutes": self.random.randint(1, 9)})
        if self.chance(0.1):
            asks.append({"act": "signature", "id": self.name("act"), "declares": [sorted(asked)[0]]})
        step["asks"] = asks
        if self.left > 0 and self.chance(0.5):
            self.left -= 1
            kind, role = self.random.choice(FEW_EVIDENCE), self.random.choice(self.people)
            step["documents"] = [f"{kind} of {role}"]
            carries = next(v for k, v in LISTS["evidence"].items() if k == kind)["carries"]
            asked |= {f"{role}.{one}" for one in carries if one in FEW_ELEMENTS}
        known |= asked
        return step

    def check(self, known: set[str]) -> Data | None:
        if self.left <= 0 or not known:
            return None
        self.left -= 1
        verified = self.some(known, 1, 2)
        return {"check": self.name("check"), "by": "office", "minutes": 5, "verifies": verified}

    def identify(self, known: set[str]) -> Data | None:
        if self.left <= 0:
            return None
        self.left -= 1
        known |= {"applicant.nik", "applicant.name"}
        return {"identify": self.name("identify"), "with": "eid"}

    def used(self, known: set[str]) -> Data:
        return {"notify": self.name("notify"), "by": "office", "carries": self.some(known, 1, 2)}

    def decide(self, known: set[str], depth: int) -> Data:
        step: Data = {"decide": self.name("decide"), "by": "office", "minutes": 4}
        if not self.chance(0.06):
            step["needs"] = [self.need(one) for one in self.some(known, 0, 2)]
        way: Data = {"way": self.name("no"), "share": self.random.choice([0.25, 0.5])}
        met = set(known)
        inner = set(known)
        form = self.form(inner) if self.chance(0.3) else None
        way["steps"] = [form] if form else []
        match self.random.randrange(3):
            case 0 if depth == 0:
                way["steps"].append({"refuse": self.name("refuse")})
            case 1 if depth == 0 and not self.returned and not form:
                self.returned = True
                asked = self.asked_first
                back: Data = {"back to": "form-1"}
                if self.chance(0.7):
                    back["anew"] = sorted(self.random.sample(asked, self.random.randint(1, min(2, len(asked)))))
                way["steps"].append(back)
            case _:
                met &= inner
        known.clear()
        known |= met
        return {**step, "ways": [{"way": self.name("yes")}, way]}

    def choose(self, known: set[str], depth: int) -> Data | None:
        conditions = [
            text
            for fact in sorted(known)
            for text in {"age": [f"{fact} < 17"], "income": [f"{fact} > 50", f"{fact} > 90"]}.get(
                fact.split(".")[1], []
            )
        ]
        conditions += [f"{one.removesuffix('age')}adult" for one in sorted(known) if one.endswith(".age")]
        if not conditions:
            return None
        chosen = self.random.sample(conditions, min(len(conditions), self.random.choice([1, 1, 2])))
        branches: list[Data] = []
        met: set[str] | None = None
        for text in [*chosen, None]:
            inner = set(known)
            steps = [one for _ in range(self.random.randint(0, 2)) for one in self.item(inner, depth + 1)]
            if text and depth == 0 and self.chance(0.2):
                steps.append({"refuse": self.name("refuse")})
            else:
                met = inner if met is None else met & inner
            share = self.random.choice([0.1, 0.25, 0.4])
            branches.append({"if": text, "share": share, "steps": steps} if text else {"else": steps})
        known.clear()
        known |= met or set()
        return {"choose": branches}

    def parallel(self, known: set[str], depth: int) -> Data:
        sides = []
        gained: set[str] = set()
        for number in range(2):
            inner = set(known)
            steps = [one for _ in range(self.random.randint(1, 2)) for one in self.item(inner, depth + 2)]
            steps = steps or [{"notify": self.name("notify"), "by": "office", "carries": self.some(known, 0, 1)}]
            sides.append({"branch": f"side-{number}", "steps": steps})
            gained |= inner
        known |= gained
        return {"parallel": sides}


# --- making a failing one smaller -----------------------------------------------------------------------------------


def smallest(made: Made, fails: Callable[[Made], bool]) -> Made:
    """Return a smaller procedure that still fails: whatever can be left out is left out.

    `fails` is asked for each try; a try that is no procedure any more counts as one that does not fail.
    """

    def still(files: list[Data], steps: Data) -> bool:
        try:
            return fails(Made(made.seed, files, steps))
        except Exception:  # noqa: BLE001  # whatever is wrong with a broken procedure, it is not this failure
            return False

    files, steps = deepcopy(made.files), deepcopy(made.steps_of)
    shrinking = True
    while shrinking:
        shrinking = False
        for whole in (steps, files):
            for path in sorted(parts(whole), key=len):
                tried_files, tried_steps = deepcopy(files), deepcopy(steps)
                if without(tried_steps if whole is steps else tried_files, path) and still(tried_files, tried_steps):
                    files, steps, shrinking = tried_files, tried_steps, True
                    break
            if shrinking:
                break
    return Made(made.seed, files, steps)


def parts(data: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield (*path, key)
            yield from parts(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield (*path, number)
            yield from parts(value, (*path, number))


def without(data: Any, path: tuple[Any, ...]) -> bool:
    for step in path[:-1]:
        data = data[step]
    try:
        del data[path[-1]]
    except (KeyError, IndexError):
        return False
    return True


# --- cases ----------------------------------------------------------------------------------------------------------


@dataclass
class Thing:
    """Somebody or something that exists: its values, and those it is related to."""

    entity: Entity
    values: dict[str, Value] = field(default_factory=dict)
    related: dict[str, "Thing"] = field(default_factory=dict)


class World:
    """People who exist, with one true value for each fact; registries know them, as far as they cover."""

    def __init__(self, made: Made, random: Random, *, misses: float | None = None) -> None:
        """Make the people a procedure is about.

        Args:
            made: The procedure.
            random: What decides their values.
            misses: How likely a service with coverage below 1 finds nothing; None for what it says itself.
        """
        self.made, self.random, self.misses = made, random, misses
        self.naming = Naming(made.catalogue, made.procedure.roles)
        self.things: list[Thing] = []
        self.roles: dict[str, list[Thing]] = {}
        self.missed: dict[tuple[str, str], bool] = {}
        for role in made.procedure.roles:
            if role.reached:
                continue
            subject = self.naming.subject(role.id)
            assert subject is not None
            number = random.randint(0, 3) if subject.many else 1
            self.roles[role.id] = [self._thing(subject.entity, 3) for _ in range(number)]

    def _thing(self, entity: Entity, far: int) -> Thing:
        thing = Thing(entity)
        self.things.append(thing)
        for element in entity.elements:
            if element.computed:
                continue
            match element.type:
                case "number" | "money":
                    thing.values[element.id] = self.random.choice([10, 16, 30, 45, 60, 90])
                case "yes/no":
                    thing.values[element.id] = self.random.random() < 0.5
                case _:
                    thing.values[element.id] = f"{element.id} {len(self.things)}"
        if far:
            for relation in entity.relations:
                thing.related[relation.id] = self._thing(self.made.catalogue.entity[relation.entity], far - 1)
        return thing

    def value(self, name: str) -> Value:
        """Return the true value of a canonical fact; nothing where the world ends."""
        role, *path = name.split(".")
        things = self.roles[role]
        values = tuple(self._value(thing, path) for thing in things)
        many = self.naming.subject(role)
        return values if many is not None and many.many else values[0]

    def _value(self, thing: Thing, path: list[str]) -> Any:
        if path and path[0] in thing.related:
            other = thing.related[path[0]]
            return self._value(other, path[1:]) if len(path) > 1 else other.values[other.entity.key]
        element = thing.entity.element(path[0]) if path else None
        if element is None:
            return None
        if element.computed and (
            parsed := Naming(self.made.catalogue, self.made.procedure.roles).expression(element.computed)
        ):
            return evaluate(parsed, lambda fact: self._value(thing, fact.split(".")), TODAY)
        return thing.values.get(element.id)

    @cached_property
    def facts(self) -> dict[str, Value]:
        """The true values of all facts that can be written with three relations or fewer."""
        found: dict[str, Value] = {}
        for role, things in self.roles.items():
            subject = self.naming.subject(role)
            assert subject is not None
            for path in _paths(self.made.catalogue, subject.entity, 3):
                name = self.naming.canonical(f"{role}.{path}")
                if name is not None and (things or subject.many):
                    found.setdefault(name, self.value(f"{role}.{path}"))
        return found

    # --- registries

    def registries(self, service: str, keys: Mapping[str, Value]) -> list[dict[str, Value]]:
        """Answer a look-up as registries do: by the values of the keys, without knowing whom they are asked about."""
        offered = self.made.catalogue.service[service]
        if any(isinstance(value, tuple) for value in keys.values()):
            number = max(len(value) for value in keys.values() if isinstance(value, tuple))
            each = [self._one(service, offered, {k: _nth(v, n) for k, v in keys.items()}) for n in range(number)]
            if any(record is None for record in each):
                return []
            words = (*offered.gives, *offered.confirms)
            return [{word: tuple(_single(record, word) for record in each if record is not None) for word in words}]
        record = self._one(service, offered, keys)
        return [record] if record is not None else []

    def _one(self, service: str, offered: DataService, keys: Mapping[str, Value]) -> dict[str, Value] | None:
        told = (service, repr(sorted(keys.items())))
        if told not in self.missed:
            likely = 1 - offered.coverage if self.misses is None or offered.coverage >= 1 else self.misses
            self.missed[told] = self.random.random() < likely
        if self.missed[told]:
            return None
        found: dict[str, Thing] = {}
        subjects = {"": offered.about} if isinstance(offered.about, str) else {s.id: s.entity for s in offered.about}
        for name, entity in subjects.items():
            prefix = f"{name}." if name else ""
            mine = {word.removeprefix(prefix): v for word, v in keys.items() if word.startswith(prefix)}
            thing = next(
                (
                    one
                    for one in self.things
                    if one.entity.id == entity and all(self._value(one, w.split(".")) == v for w, v in mine.items())
                ),
                None,
            )
            if thing is None:
                return None
            found[prefix] = thing
        record: dict[str, Value] = {}
        for word in (*offered.gives, *offered.confirms):
            prefix = next(one for one in found if word.startswith(one))
            record[word] = self._value(found[prefix], word.removeprefix(prefix).split("."))
        return record


def _single(record: Mapping[str, Value], word: str) -> Scalar | None:
    value = record[word]
    assert not isinstance(value, tuple)
    return value


def _nth(value: Value, number: int) -> Value:
    return value[number] if isinstance(value, tuple) else value


def _paths(known: Catalogue, entity: Entity, far: int) -> Iterator[str]:
    for element in entity.elements:
        yield element.id
    for relation in entity.relations:
        yield relation.id
        if far:
            for path in _paths(known, known.entity[relation.entity], far - 1):
                yield f"{relation.id}.{path}"


class Decisions(dict[str, tuple[str, ...]]):
    """Decisions on steps; whatever is not among them is done."""

    def get(self, step: str, default: Any = None) -> tuple[str, ...]:
        """Return what was decided on a step."""
        return super().get(step, ("done",))


def cases(made: Made, random: Random, number: int) -> Iterator[tuple[Case, World]]:
    """Yield cases with the world they live in; together they go every way, as chance has it.

    Every judgement goes each of its ways in turn, and in the end one that does not return.
    """
    for one in range(number):
        misses = random.choice([None, 0.0, 1.0, 0.5])
        world = World(made, random, misses=misses)
        decisions = Decisions()
        for item in walk(made.procedure.steps):
            if isinstance(item, Decide):
                lasting = [w.id for w in item.ways if not (w.steps and isinstance(w.steps[-1], Back))]
                ways = [way.id for way in item.ways]
                decided = [random.choice(ways) for _ in range(random.randint(0, 2))]
                decisions[item.id] = (*decided, random.choice(lasting))
        yield Case(f"{made.seed}-{one}", dict(world.facts), decisions), world
