"""Why what stays stays: for every question, document and log-in of a redesign the reason; changes nothing."""

from collections.abc import Iterable

from analysis.change import Stay
from analysis.demand import unmet
from analysis.instance import Instance, Item, bits
from analysis.lawful import why_not
from analysis.placing import Call
from analysis.removal import Choice, Today
from processes.element import Assurance
from processes.words import Words


def stays(today: Today, choice: Choice, looked_up: Iterable[Call]) -> tuple[Stay, ...]:
    """Return, for every question, document and log-in that stays, why it does.

    The reason is found by taking it away: what is lacking then, although every offered service may be used, is what
    it stays for.

    Complexity: a supply analysis for each thing that stays.
    """
    looked_up = list(looked_up)
    return tuple(
        Stay(item.step.id, _subject(today.instance, item), _why(today, choice, looked_up, item))
        for item in today.instance.items
        if choice.kept >> item.number & 1 and item.kind in ("question", "paper", "log-in")
    )


def _subject(instance: Instance, item: Item) -> str:
    if item.paper is not None:
        return item.paper.id
    if item.question is not None:
        return instance.model.naming.shown(item.question.fact) if item.question.fact else item.question.id
    return item.step.id


def _why(today: Today, choice: Choice, looked_up: list[Call], item: Item) -> Words:
    match today.bound.get(item.number):
        case "act":
            return Words("tindakan yang hanya dapat dilakukan orang itu sendiri", "an act that only that person can do")
        case "silent":
            return Words(
                "penilaian petugas sesudahnya tidak menyebut apa yang dibacanya, jadi dianggap membaca semuanya",
                "a judgement after it does not say what it reads, and so is taken to read everything",
            )
        case "tested":
            return Words("suatu syarat menanyakan apakah ini diketahui", "a condition asks whether it is known")
        case "repair":
            return Words(
                "hanya diminta bila penelusuran data tidak menemukan apa pun",
                "it is asked only where a look-up finds nothing",
            )
        case "anew":
            return Words("ditanyakan lagi bila kasus dikembalikan", "it is asked anew when a case is returned")
    supplied = today.supply_without(choice.kept & ~item.bit, today.offered)
    lacking = list(dict.fromkeys(one.demand.fact for one in unmet(today.needs, supplied)))
    own = [fact for fact in lacking if item.facts >> fact & 1]
    if own:
        return _reasons(today, own)
    keys = [call.first.name for call in looked_up if any(rule.keys & item.facts for rule in call.rules)]
    if keys:
        names = ", ".join(keys)
        return Words(f"kunci untuk {names}", f"it is the key of {names}")
    if lacking:
        facts = ", ".join(today.instance.shown(fact) for fact in lacking)
        return Words(
            f"tanpanya tidak ada {facts} yang cukup pasti", f"without it {facts} could not be had, or not as sure"
        )
    return Words(
        "layanan yang dapat menggantikannya tidak menemukan semua orang: formulir sisanya akan lebih berat",
        "the services that could replace it do not find everybody: their residual forms would ask more",
    )


def _reasons(today: Today, facts: list[int]) -> Words:
    """Return why nobody else can bring some facts: each reason once, with the facts it holds for."""
    for_reason: dict[Words, list[str]] = {}
    for fact in facts:
        for_reason.setdefault(_no_supplier(today, fact), []).append(today.instance.shown(fact))
    told = [(", ".join(names), reason) for reason, names in for_reason.items()]
    return Words(
        "; ".join(f"{names}: {one.id}" for names, one in told), "; ".join(f"{names}: {one.en}" for names, one in told)
    )


def _no_supplier(today: Today, fact: int) -> Words:
    instance = today.instance
    offered = [rule for rule in instance.rules[len(instance.today) :] if rule.gives >> fact & 1]
    if not offered:
        return _no_service(instance, fact)
    level = max((one.level for one in today.needs.stated if one.demand.fact == fact), default=1)
    name = offered[0].name
    if all(rule.level < level for rule in offered):
        sure = Assurance(level).words
        return Words(
            f"harus {sure.id}, padahal {name} tidak menemukan semua orang atau kurang pasti",
            f"must be {sure.en}, and {name} does not find everybody or is less sure",
        )
    keys = ", ".join(dict.fromkeys(instance.shown(key) for key in bits(offered[0].keys)))
    return Words(
        f"ada di {name}, tetapi tanpa ini kuncinya ({keys}) belum cukup pasti di sana",
        f"held by {name}, but without this its key ({keys}) is not there, or not sure enough",
    )


def _no_service(instance: Instance, fact: int) -> Words:
    """Say whether no service holds the fact, or one that may not be asked."""
    model, procedure = instance.model, instance.procedure
    known = model.naming.fact(instance.facts[fact])
    if known is not None:
        word = known.relation.id if known.relation else known.element.id
        for service, offer in model.catalogue.service.items():
            if offer.about == known.owner.entity.id and word in offer.gives:
                consumers = frozenset([procedure.agency])
                return why_not(model.catalogue, instance.policy, service, consumers, procedure.purpose, word)
    return Words("tidak ada layanan data yang memilikinya", "no service holds it")
