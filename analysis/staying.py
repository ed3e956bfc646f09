"""Why what stays stays: for every question, document and log-in of a redesign the reason; changes nothing."""

from collections.abc import Iterable, Iterator, Sequence

from analysis.branches import expression
from analysis.change import Stay
from analysis.consents import could_be_asked
from analysis.demand import Requirement
from analysis.holders import holders, refused
from analysis.instance import Instance, Item, Rule, bits, union
from analysis.lawful import Refusal
from analysis.placing import Call
from analysis.removal import Choice, Today
from analysis.scenarios import answers_of, outcomes
from analysis.supply import State
from processes import condition
from processes.element import Assurance
from processes.element import level as element_level
from processes.words import Words

# How far a service is from bringing a fact, beside how far it is from being lawful (see `Refusal`).
KEY = 2  # a key that is not there
FAR = 10  # it can never be sure enough


def stays(today: Today, choice: Choice, looked_up: Iterable[Call]) -> tuple[Stay, ...]:
    """Return, for every question, document and log-in that stays, why it does.

    The reason is found by taking it away: what is lacking then, although every offered service may be used, is what
    it stays for. Of what is asked only of some it is said of whom, too; a log-in that is new does not stay.

    Args:
        today: The procedure with everything that was chosen from, conditions and log-ins too.
        choice: What is kept of it.
        looked_up: The look-ups that the choice comes to.

    Complexity: a supply analysis with a bit for each thing that stays, and one with a bit for each service that could replace one.
    """
    looked_up = list(looked_up)
    staying = [
        item
        for item in (*today.instance.items, *today.instance.options)
        if choice.kept >> item.number & 1 and item.kind in ("question", "paper", "log-in") and item.log_in is None
    ]
    without = _Without(today, choice, [item for item in staying if item.number not in today.bound])
    return tuple(
        Stay(
            item.step.id, _subject(today.instance, item), _of_some(today.instance, item, _why(looked_up, item, without))
        )
        for item in staying
    )


class _Without:
    """What would be lacking without each of some items of a choice, although every offered service may be used."""

    def __init__(self, today: Today, choice: Choice, items: Sequence[Item]) -> None:
        self.today, self.instance, self.kept = today, today.instance, choice.kept
        self._scenario = {item.number: scenario for scenario, item in enumerate(items)}
        every = (1 << len(items)) - 1
        offered = dict.fromkeys(answers_of(self.instance, today.offered), every)
        self._found = outcomes(self.instance, today.needs, len(items), self._kept_without(items), offered, {})
        self._replacing = self._replacements([item for item in items if not self.missed(item)])

    def _kept_without(self, items: Sequence[Item]) -> list[int]:
        """Return, by item, the scenarios that keep it, or may ask for it on a form that is filled in anyway."""
        kept = [0] * (len(self.instance.items) + len(self.instance.options))
        for scenario, item in enumerate(items):
            without = self.kept & ~item.bit
            for number in bits(without | could_be_asked(self.instance, without)):
                kept[number] |= 1 << scenario
        return kept

    def missed(self, item: Item) -> list[Requirement]:
        """Return the requirements that are not met without an item."""
        scenario = self._scenario[item.number]
        pairs = zip(self.today.needs.stated, self._found.failing, strict=True)
        return [one for one, failing in pairs if failing >> scenario & 1]

    def state(self, item: Item, node: int) -> State:
        """Return what is certain before a point without an item."""
        return self._found.at(node, self._scenario[item.number]) or State()

    def replacing(self, item: Item) -> tuple[list[int], list[Rule]]:
        """Return the services that give, or else confirm, what an item without which nothing is lacking says; and those that do alone."""
        return self._replacing[item.number]

    def _replacements(self, items: Sequence[Item]) -> dict[int, tuple[list[int], list[Rule]]]:
        """Find them: a scenario for each item without each of its services but one."""
        rules, offered = self.instance.rules, list(bits(self.today.offered))
        giving = {item.number: [n for n in offered if rules[n].gives & item.facts] for item in items}
        for item in items:
            giving[item.number] = giving[item.number] or [n for n in offered if rules[n].confirms & item.facts]
        pairs = [(item, n) for item in items for n in giving[item.number]]
        every = (1 << len(pairs)) - 1
        left_out = dict.fromkeys(offered, 0)
        for scenario, (item, alone) in enumerate(pairs):
            for n in giving[item.number]:
                left_out[n] |= (n != alone) << scenario
        used = {one: every & ~left_out[one.rule] for one in answers_of(self.instance, self.today.offered)}
        kept = self._kept_without([item for item, _ in pairs])
        found = outcomes(self.instance, self.today.needs, len(pairs), kept, used, {}).feasible if pairs else 0
        replacing: dict[int, tuple[list[int], list[Rule]]] = {number: (some, []) for number, some in giving.items()}
        for scenario, (item, alone) in enumerate(pairs):
            if found >> scenario & 1:
                replacing[item.number][1].append(rules[alone])
        return replacing


def _of_some(instance: Instance, item: Item, why: Words) -> Words:
    """Say of a question that a redesign asks under a condition when it is asked, and why then."""
    if item.under is None or item.instead_of < 0:
        return why
    naming = instance.model.naming
    tree = expression(instance.points, naming, item.under)
    assert tree is not None  # noqa: S101  # conditions that cannot be read are not offered
    under = condition.to_text(condition.renamed(tree, naming.shown))
    return Words(f"hanya ditanyakan jika {under}; {why.id}", f"asked only if {under}; {why.en}")


def _subject(instance: Instance, item: Item) -> str:
    if item.paper is not None:
        return item.paper.id
    if item.question is not None:
        return instance.model.naming.shown(item.question.fact) if item.question.fact else item.question.id
    return item.step.id


def _why(looked_up: list[Call], item: Item, without: _Without) -> Words:
    instance = without.instance
    match without.today.bound.get(item.number):
        case "act":
            return Words("tindakan yang hanya dapat dilakukan orang itu sendiri", "an act that only that person can do")
        case "tested":
            return Words("suatu syarat menanyakan apakah ini diketahui", "a condition asks whether it is known")
        case "decided":
            return Words("keputusan peninjau", "a reviewer's decision")
        case "repair":
            return Words(
                "hanya diminta bila penelusuran data tidak menemukan apa pun",
                "it is asked only where a look-up finds nothing",
            )
        case "agreed":
            return Words(
                "yang dibutuhkan hanya pasti ada bila pilihan dengan syarat yang sama searah: tetap seperti saat ini",
                "what is needed is certain only if choices with the same condition agree, so this is left as it is today",
            )
        case "anew":
            return Words("ditanyakan lagi bila kasus dikembalikan", "it is asked anew when a case is returned")
    missed = without.missed(item)
    lacking = list(dict.fromkeys(one.demand.fact for one in missed))
    own = [one for one in missed if item.facts >> one.demand.fact & 1]
    if own:
        return _reasons(instance, own, item, without)
    keys = [call.first.name for call in looked_up if any(rule.keys & item.facts for rule in call.rules)]
    if keys:
        names = ", ".join(keys)
        return Words(f"kunci untuk {names}", f"it is the key of {names}")
    if lacking:
        facts = ", ".join(instance.shown(fact) for fact in lacking)
        return Words(
            f"tanpanya tidak ada {facts} yang cukup pasti", f"without it {facts} could not be had, or not as sure"
        )
    return _asks_less(item, without)


def _asks_less(item: Item, without: _Without) -> Words:
    """Say of what could go why it stays: what would take its place asks more of people, or would have to be several suppliers."""
    if any(union(sides) & item.bit for sides in without.today.asked_beside):
        return Words(
            "ditanyakan pada beberapa cabang yang berjalan bersamaan: tetap pada semuanya atau pada tidak satu pun",
            "several sides of a parallel part ask it: it stays in all of them or in none",
        )
    giving, alone = without.replacing(item)
    if giving and not alone and item.facts.bit_count() == 1:
        return Words(
            "hanya beberapa layanan bersama yang dapat menggantikannya, sedangkan setiap fakta hanya punya satu pemasok",
            "only several services together could replace it, and a redesign takes one supplier a fact",
        )
    found = {(rule.coverage < 1, bool(rule.consent)) for rule in alone}
    if found == {(True, False)}:
        return Words(
            "layanan yang dapat menggantikannya tidak menemukan semua orang: formulir sisanya akan lebih berat",
            "the services that could replace it do not find everybody: their residual forms would ask more",
        )
    if found == {(False, True)}:
        return Words(
            "layanan yang dapat menggantikannya memerlukan persetujuan orangnya: meminta itu lebih berat",
            "the services that could replace it need a person's consent: to ask for that would be more",
        )
    return Words(
        "dapat digantikan, tetapi formulir sisa, persetujuan, log masuk, peninjauan atau kunci lain akan lebih berat",
        "it could be replaced, but residual forms, consents, log-ins, looking over or other keys would ask more",
    )


def _reasons(instance: Instance, missed: list[Requirement], item: Item, without: _Without) -> Words:
    """Return why nobody else can bring some facts as sure as they are needed: each reason once, with the facts it holds for."""
    surest: dict[int, Requirement] = {}
    for one in missed:
        fact = one.demand.fact
        if fact not in surest or one.level > surest[fact].level:
            surest[fact] = one
    for_reason: dict[Words, list[str]] = {}
    for fact, one in surest.items():
        reason = _no_supplier(instance, one, without.state(item, one.demand.node))
        for_reason.setdefault(reason, []).append(instance.shown(fact))
    told = [(", ".join(names), reason) for reason, names in for_reason.items()]
    return Words(
        "; ".join(f"{names}: {one.id}" for names, one in told), "; ".join(f"{names}: {one.en}" for names, one in told)
    )


def _no_supplier(instance: Instance, needed: Requirement, there: State) -> Words:
    """Say what the service that is nearest to bringing a fact lacks: keys, sureness, or an agreement."""
    fact, level = needed.demand.fact, needed.level
    offered = [rule for rule in instance.rules[len(instance.today) :] if rule.gives >> fact & 1]
    reasons = [
        *(_of_offered(instance, rule, level, there) for rule in offered),
        *_of_refused(instance, fact, level, there),
    ]
    if not reasons:
        return Words("tidak ada layanan data yang memilikinya", "no service holds it")
    return min(reasons, key=lambda one: one.far).says


def _of_offered(instance: Instance, rule: Rule, level: int, there: State) -> Refusal:
    if rule.level < level:
        words = Assurance(level).words
        says = Words(
            f"harus {words.id}, padahal {rule.name} tidak menemukan semua orang atau kurang pasti",
            f"must be {words.en}, and {rule.name} does not find everybody or is less sure",
        )
        return Refusal(FAR, says)
    lacking = keys_lacking(rule, level, there)
    keys = ", ".join(instance.shown(key) for key in lacking)
    says = Words(
        f"ada di {rule.name}, tetapi tanpa ini kuncinya ({keys}) belum cukup pasti di sana",
        f"held by {rule.name}, but without this its key ({keys}) is not there, or not sure enough",
    )
    if not lacking:
        says = Words(
            f"ada di {rule.name}, tetapi orangnya tidak mengisi formulir lain sebelumnya untuk menyetujui",
            f"held by {rule.name}, but the person fills in no other form before on which to consent",
        )
    return Refusal(KEY * len(lacking), says)


def _of_refused(instance: Instance, fact: int, level: int, there: State) -> Iterator[Refusal]:
    """Yield why services that hold a fact may not be asked; those that would lack their keys as well are further off."""
    for holder in holders(instance.model, instance.facts[fact]):
        if not holder.confirms and (why := refused(instance, fact, holder)):
            enough = max(level, int(element_level(instance.model.catalogue.key_level(holder.offer))))
            lacking = [
                key for key in holder.keys if key not in instance.index or there.level(instance.index[key]) < enough
            ]
            unsure = FAR if level == Assurance.AUTHORITATIVE and holder.offer.coverage < 1 else 0
            yield why._replace(far=why.far + KEY * len(lacking) + unsure)


def keys_lacking(rule: Rule, level: int, there: State) -> list[int]:
    """Return the keys of a rule that are not sure enough at a place for an answer of a level."""
    return [key for key in bits(rule.keys) if there.level(key) < max(level, rule.key_level)]
