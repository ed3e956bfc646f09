"""What a certificate of a redesign claims, as data with its JSON; knows neither who makes it nor who checks it."""

import json
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError, model_validator

from analysis.once import once
from processes.catalogue import Agreement, Catalogue, FormField, Registry
from processes.element import Assurance
from processes.fitting import fit
from processes.part import Part, Same
from processes.policy import Policy
from processes.procedure import Procedure
from processes.reaching import reached
from processes.words import Words
from processes.writing import procedure_text
from processes.yaml_text import parse

FORMAT: Literal["sekali certificate 3"] = "sekali certificate 3"
Level = int  # as `Assurance` numbers them


class CertificateError(ValueError):
    """A text is no certificate, or not of a form that is known here."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def _written(procedure: Procedure) -> str:
    return procedure_text(procedure)


def _read(text: object) -> object:
    if not isinstance(text, str):
        return text
    document = parse(text, "")
    fitted = fit(Procedure, document)
    if document.problems or fitted.problems or fitted.value is None:
        raise ValueError("this is no procedure")
    return fitted.value


WrittenProcedure = Annotated[Procedure, BeforeValidator(_read), PlainSerializer(_written, return_type=str)]
"""A procedure; in JSON, the text of its file."""


class Claim(BaseModel):
    """The frozen base of everything a certificate says: a field too many is an error, and so is one of the wrong kind."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Named(Claim):
    """A procedure by its name and the fingerprint of what it says."""

    procedure: str
    sha256: str


class SureFact(Claim):
    """A fact and a level."""

    fact: str
    level: Level = Field(ge=0, le=3)


class Source(SureFact):
    """Where a fact has a level from: a step of the redesign itself, a supplier (by its place in the list), or neither: the event that starts every case."""

    step: str | None = None
    supplier: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _not_both(self) -> "Source":
        if self.step is not None and self.supplier is not None:
            raise ValueError("a source is a step or a supplier")
        return self


class NeededFact(Claim):
    """A fact of something dropped that somebody reads, and at which level he needs it."""

    fact: str
    needed: Level = Field(ge=1, le=3)


class Dropped(Claim):
    """Something of today that is gone, with its facts."""

    step: str
    kind: Literal["question", "document", "check", "log-in", "letter", "look-up", "step"]
    subject: str
    facts: tuple[str, ...] = ()


class Added(Claim):
    """A step, a consent or a condition of the redesign that today has not.

    Of a form that stays just on the return to it, the subject is that form of today.
    """

    step: str
    kind: str  # of step; or consent, or condition
    subject: str = ""  # the service asked, the log-in used, the act; the question or document under the condition
    says: str = ""  # to which service's look-up who consents; the condition
    reads: tuple[SureFact, ...] = ()  # by the condition, as sure as it is there


class Supplier(Claim):
    """A service, computation or act through which facts are known from other facts, copied out."""

    step: str  # that puts it in force; none, if it holds everywhere
    kind: Literal["service", "computed", "derive", "same"]
    name: str  # of the service, else of the fact; of an act, the two whom it says to be one
    about: dict[str, str] = {}  # of a service: its subjects -> who stands for them
    keys: tuple[SureFact, ...]  # of a service: how sure each is where it is asked; else just there
    gives: tuple[str, ...]
    confirms: tuple[str, ...] = ()
    level: Level = Field(ge=1, le=3)
    key_level: Level = Field(ge=1, le=3)
    coverage: float = 1.0
    agreements: tuple[Agreement, ...] = ()  # of a look-up that was put in, and so are the facts it fetches
    fetches: tuple[str, ...] = ()

    @property
    def who(self) -> object:
        """What tells one that an act makes from another of the same act: what it makes of one of the two."""
        return (self.keys, self.gives) if self.kind == "same" else ()


def behind(step: str) -> str:
    """Name the place right behind a step of today's procedure, gone or not: what it brought is read there for a silent judgement."""
    return f"behind {step}"


class Counterpart(Claim):
    """A decision or an outcome of the redesign: it is the one of today of the same name, and sees the same facts."""

    place: str  # its step; of a choice by condition, its number
    kind: str


class DemandMet(Claim):
    """That a place reads a fact, the level it must have there, and the level it is certain to have there."""

    place: str
    what: str
    fact: str
    needed: Level = Field(ge=0, le=3)
    level: Level = Field(ge=0, le=3)


COMPLETES = FormField(
    act="declaration",
    id="completes",
    label=Words("Yang kurang sudah dilengkapi", "What was lacking is complete now"),
)
"""What a form asks that stays just on the return to it."""


def consent_to(service: str, minutes: float = 0.0) -> FormField:
    """Return the act by which those whom data are about consent to ask a service for them."""
    name = "consent-" + service.replace(".", "-")
    label = Words(f"Persetujuan akses data {service}", f"Consent to ask {service}")
    return FormField(act="consent", id=name, label=label, consents_to=service, minutes=minutes)


class Move(Claim):
    """A change beyond leaving out, with the procedure it was made in; what it led to is that of the next move, at last the redesign.

    What kinds there are, and when each is allowed, is for the checker to say; a kind it does not know is refused.
    """

    kind: str
    steps: tuple[str, ...]  # what was moved, by the names it had then
    into: str = ""  # the step that holds it now; of a merge, of a question that is asked earlier
    over: tuple[str, ...] = ()  # what it has changed its order with, or stands beside now
    because: str  # as `GROUNDS` has it of its kind
    made_in: WrittenProcedure


GROUNDS = {
    "merge": "the same hands do both for the same reason, and nothing stands between",
    "side by side": "none writes what another reads or writes, none can end the case, and different hands do them",
    "drop carrying": "nothing is done there, or there are no papers",
    "share papers": "whoever works there reads facts only",
    "automate": "nothing is left to judge",
    "ask before the split": "whoever comes to the split has come by the form that asks it",
    "knock out first": "none reads what another finds, and whoever is refused is refused in any order",
}
"""By kind of move: what makes it one that changes no outcome."""


class Weight(Claim):
    """What a procedure asks of people, expected over its cases."""

    questions: float
    documents: float
    contacts: float
    citizen_minutes: float
    agency_minutes: float


class Spoken(Claim):
    """A text in both languages."""

    id: str
    en: str


class Optimum(Claim):
    """How good the redesign is said to be: among which redesigns, and how far from their best at most, in citizen minutes.

    This is claimed: whoever searched says so, nothing in a certificate shows it, and only its arithmetic is checked.
    """

    status: Literal["optimal", "best found", "as today"]
    bound: float | None = None  # no redesign of the family has fewer
    gap: float | None = None
    weighed: float | None = None  # the citizen minutes of this one, before any move
    family: Spoken


class Certificate(Claim):
    """Why a redesign decides every case as today, line by line.

    All lines but the moves are about what was left out and put in: about the procedure that the first move was made in, or the
    redesign itself, if nothing was moved.
    """

    format: Literal["sekali certificate 3"] = FORMAT
    before: Named
    after: Named
    catalogue: str  # the fingerprint of what today's procedure can reach of it
    policy: Policy  # with its date
    dropped: tuple[Dropped, ...]
    added: tuple[Added, ...]
    facts: tuple[NeededFact, ...]  # of what was dropped
    sources: tuple[Source, ...]  # where they come from now: nothing rests on what stands behind it
    suppliers: tuple[Supplier, ...]
    counterparts: tuple[Counterpart, ...]
    demands: tuple[DemandMet, ...]
    moves: tuple[Move, ...] = ()
    weight_before: Weight
    weight_after: Weight
    optimum: Optimum


@once
def fingerprint(part: Part) -> str:
    """Return the SHA-256 of a procedure, a catalogue or a policy as canonical text.

    The text is what the value says besides what goes without saying, as JSON in the order of the language; places in files are
    left out. So a value has the same fingerprint before it is written and after it is read back. (YAML would do as well, and takes forty
    times as long to write.)
    """
    return sha256(part.model_dump_json(by_alias=True, exclude_defaults=True).encode()).hexdigest()


def reached_fingerprint(procedure: Procedure, catalogue: Catalogue) -> str:
    """Return the fingerprint of what a procedure can reach of a catalogue: what it cannot reach may change meanwhile.

    It tells just whether a certificate is about this catalogue; what is claimed is compared with the catalogue itself.

    Complexity: that of finding what is reached; each part is written once for as long as the catalogue lives.
    """
    return _reached_fingerprint(Same(procedure), Same(catalogue))


@lru_cache(maxsize=8)  # for whoever makes the certificate, and whoever checks it right after
def _reached_fingerprint(procedure: Same[Procedure], catalogue: Same[Catalogue]) -> str:
    whole = sha256()
    for kind, parts in reached(procedure.it, catalogue.it):
        if kind == "where":
            continue
        whole.update(f"{kind}\n".encode())
        for part in parts:
            if isinstance(part, Registry):  # it is made anew for what is reached of it, its services are not
                whole.update(part.model_dump_json(by_alias=True, exclude={"services", "events"}).encode())
            for one in (*part.services, *part.events) if isinstance(part, Registry) else (part,):
                whole.update(f"\n{type(one).__name__} {fingerprint(one)}\n".encode())
    return whole.hexdigest()


def certificate_text(certificate: Certificate) -> str:
    """Return a certificate as JSON that reads back equal."""
    return json.dumps(certificate.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=1) + "\n"


def certificate_of(text: str) -> Certificate:
    """Read a certificate strictly: every field there, none too many, each of its kind.

    Raises:
        CertificateError: With what is wrong and where, in both languages.
    """
    try:
        said = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except _TwiceError as error:
        raise CertificateError(
            Words(f"'{error}' tertulis dua kali dalam sertifikat.", f"The certificate says '{error}' twice.")
        ) from None
    except (ValueError, RecursionError) as error:
        place = f" ({error.lineno}:{error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise CertificateError(
            Words(f"Sertifikat ini bukan JSON{place}.", f"The certificate is not JSON{place}.")
        ) from None
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        found = str(said.get("format") if isinstance(said, dict) else None)[:60]
        raise CertificateError(
            Words(
                f"Ini bukan sertifikat dengan bentuk '{FORMAT}'; tertulis '{found}'. Buat lagi: sekali redesign --to.",
                f"This is no certificate of the form '{FORMAT}'; it says '{found}'. Make it anew: sekali redesign --to.",
            )
        )
    try:
        return Certificate.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = path_text(first["loc"])
        raise CertificateError(
            Words(
                f"Sertifikat rusak pada {place} ({error.error_count()} kesalahan): {_FAULTS_ID.get(first['type'], 'isinya tidak dapat dibaca')}.",
                f"The certificate is broken at {place} ({error.error_count()} faults): {first['msg']}.",
            )
        ) from None


class _TwiceError(ValueError):
    """A name stands twice in one object, so that it would say two things."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    for number, (name, _) in enumerate(pairs):
        if any(name == other for other, _ in pairs[:number]):
            raise _TwiceError(name[:60])
    return dict(pairs)


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


_FAULTS_ID = {
    "missing": "bagian ini tidak ada",
    "extra_forbidden": "bagian ini tidak dikenal",
    "literal_error": "isinya bukan salah satu yang dikenal",
}


def path_text(path: tuple[int | str, ...]) -> str:
    """Return a path inside a certificate as people read it.

    >>> path_text(("suppliers", 2, "keys", 0, "level"))
    'suppliers[2].keys[0].level'
    """
    text = ""
    for one in path:
        text += f"[{one}]" if isinstance(one, int) else f".{one}" if text else one
    return text or "."


def level_words(level: Level) -> Words:
    """Return a level in words."""
    return Assurance(level).words
