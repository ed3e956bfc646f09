"""What analysis says about a well-formed procedure, with the places that make it true; knows no detector."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from processes.part import Location
from processes.words import Language, Words

FindingKind = Literal[
    "missing",
    "unsound",
    "lost",
    "in conflict",
    "unlawful today",
    "asked again",
    "never used",
    "held by a registry",
    "derivable",
    "document needless",
    "check needless",
    "letter needless",
    "empty step",
    "only some need it",
    "signature without a fact",
    "no legal basis",
    "asked by another agency",
    "carry needless",
    "order",
    "does the law ask less?",
]
KINDS: tuple[FindingKind, ...] = get_args(FindingKind)
BLOCKING: frozenset[FindingKind] = frozenset({"missing", "unsound"})  # while there is one, there is no redesign

KIND_WORDS: dict[FindingKind, Words] = {
    "missing": Words("kurang", "missing"),
    "unsound": Words("alur tidak sehat", "unsound"),
    "lost": Words("nilai hilang", "lost"),
    "in conflict": Words("bertabrakan", "in conflict"),
    "unlawful today": Words("akses data tanpa dasar", "unlawful today"),
    "asked again": Words("ditanyakan berulang", "asked again"),
    "never used": Words("tidak pernah dipakai", "never used"),
    "held by a registry": Words("sudah tersedia di registri", "held by a registry"),
    "derivable": Words("dapat diturunkan", "derivable"),
    "document needless": Words("dokumen tidak perlu", "document needless"),
    "check needless": Words("pemeriksaan tidak perlu", "check needless"),
    "letter needless": Words("surat pengantar tidak perlu", "letter needless"),
    "empty step": Words("langkah kosong", "empty step"),
    "only some need it": Words("hanya sebagian yang membutuhkan", "only some need it"),
    "signature without a fact": Words("tanda tangan tanpa fakta", "signature without a fact"),
    "no legal basis": Words("tanpa dasar hukum", "no legal basis"),
    "asked by another agency": Words("sudah ditanyakan instansi lain", "asked by another agency"),
    "carry needless": Words("pengantaran berkas tidak perlu", "carry needless"),
    "order": Words("urutan", "order"),
    "does the law ask less?": Words("apakah hukum meminta lebih sedikit?", "does the law ask less?"),
}


class Witness(BaseModel):
    """One place in the model that makes a finding true."""

    model_config = ConfigDict(frozen=True)

    where: Location
    role: Words  # what the place does in the argument: "asks it", "gives it"
    ground: str = ""  # what stands there, as far as the argument rests on it, without its place; else its role says it

    def in_language(self, language: Language) -> str:
        """Return the witness as a line."""
        return f"{self.where}: {self.role.in_language(language)}"


class Finding(BaseModel):
    """Something analysis says about one step, and one fact or document of it.

    A finding without a witness is an opinion, so the model refuses one.
    """

    model_config = ConfigDict(frozen=True)

    kind: FindingKind
    procedure: str
    step: str
    subject: str  # the fact, document or step it speaks of, as people write it
    says: Words
    witnesses: Annotated[tuple[Witness, ...], Field(min_length=1)]
    ground: tuple[str, ...] = ()  # what else it rests on: a level, the kind of a demand
    advice: bool = False  # of a kind that blocks a redesign: whether this one does not
    number: int = 1  # of several that rest on the same: two fields that ask one fact on one form
    leans_on: tuple[tuple[str, ...], ...] = ()  # sets of ids: with all of one set it holds no more, see `leaning`

    @property
    def id(self) -> str:
        """A short name that stays the same as long as what the finding rests on does, wherever it stands in its file.

        It begins with a letter, so that YAML never takes it for a number.
        """
        ground = [
            self.kind,
            self.procedure,
            self.step,
            self.subject,
            *self.ground,
            *sorted(witness.ground or witness.role.en for witness in self.witnesses),
            *([str(self.number)] if self.number > 1 else []),
        ]
        return "f" + hashlib.sha256(json.dumps(ground).encode()).hexdigest()[:11]

    @property
    def blocks(self) -> bool:
        """Whether there is no redesign while it is found."""
        return self.kind in BLOCKING and not self.advice

    @property
    def kind_words(self) -> Words:
        """Its kind as people read it."""
        words = KIND_WORDS[self.kind]
        return Words(f"{words.id} (saran)", f"{words.en} (advice)") if self.advice else words

    @property
    def where(self) -> Location:
        """The place it speaks of."""
        return self.witnesses[0].where

    def in_language(self, language: Language) -> str:
        """Return the finding with its witnesses, a line each."""
        kind = self.kind_words.in_language(language)
        head = f"{kind}: {self.says.in_language(language)} [{self.id}]"
        return "\n".join([head, *(f"  {witness.in_language(language)}" for witness in self.witnesses)])

    def __str__(self) -> str:
        return self.in_language("en")


def told_apart(found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings so that no two have the same id: those that rest on the same are numbered, in the order given.

    Complexity: linear.
    """
    times: Counter[str] = Counter()
    for one in found:
        name = one.id
        times[name] += 1
        yield one if times[name] == 1 else one.model_copy(update={"number": times[name]})
