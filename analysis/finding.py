"""What analysis says about a well-formed procedure, with the places that make it true; knows no detector."""

import hashlib
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from processes.part import Location
from processes.words import Language, Words

FindingKind = Literal[
    "missing",
    "unsound",
    "unlawful today",
    "asked again",
    "never used",
    "held by a registry",
    "derivable",
    "document needless",
    "check needless",
    "letter needless",
    "empty step",
]
KINDS: tuple[FindingKind, ...] = get_args(FindingKind)
BLOCKING: frozenset[FindingKind] = frozenset({"missing", "unsound"})  # while there is one, there is no redesign

KIND_WORDS: dict[FindingKind, Words] = {
    "missing": Words("kurang", "missing"),
    "unsound": Words("alur tidak sehat", "unsound"),
    "unlawful today": Words("akses data tanpa dasar", "unlawful today"),
    "asked again": Words("ditanyakan berulang", "asked again"),
    "never used": Words("tidak pernah dipakai", "never used"),
    "held by a registry": Words("sudah tersedia di registri", "held by a registry"),
    "derivable": Words("dapat diturunkan", "derivable"),
    "document needless": Words("dokumen tidak perlu", "document needless"),
    "check needless": Words("pemeriksaan tidak perlu", "check needless"),
    "letter needless": Words("surat pengantar tidak perlu", "letter needless"),
    "empty step": Words("langkah kosong", "empty step"),
}


class Witness(BaseModel):
    """One place in the model that makes a finding true."""

    model_config = ConfigDict(frozen=True)

    where: Location
    role: Words  # what the place does in the argument: "asks it", "gives it"

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

    @property
    def id(self) -> str:
        """A short name that stays the same as long as what the finding rests on does, wherever it stands in its file."""
        ground = [
            self.kind,
            self.procedure,
            self.step,
            self.subject,
            self.says.en,
            *sorted(w.role.en for w in self.witnesses),
        ]
        return hashlib.sha256("\n".join(ground).encode()).hexdigest()[:10]

    @property
    def where(self) -> Location:
        """The place it speaks of."""
        return self.witnesses[0].where

    def in_language(self, language: Language) -> str:
        """Return the finding with its witnesses, a line each."""
        kind = KIND_WORDS[self.kind].in_language(language)
        head = f"{kind}: {self.says.in_language(language)} [{self.id}]"
        return "\n".join([head, *(f"  {witness.in_language(language)}" for witness in self.witnesses)])

    def __str__(self) -> str:
        return self.in_language("en")
