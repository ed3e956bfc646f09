"""What a look-up can come to and what a case can wait for: the same words in the store, in the audit trail and for people."""

from datetime import UTC, datetime, timedelta
from typing import Literal

from processes.words import Words, same

LookUpOutcome = Literal["found", "none", "several", "mismatch", "not lawful", "no consent", "down", "malformed"]

OUTCOMES: dict[str, Words] = {
    "found": Words("ditemukan", "it was found"),
    "none": Words("data tidak ditemukan", "nothing was found"),
    "several": Words("ditemukan beberapa data", "several were found"),
    "mismatch": Words("data tidak cocok", "what was said differs"),
    "not lawful": Words("tidak boleh ditanyakan", "it may not be asked"),
    "no consent": Words("belum ada persetujuan", "consent was not given"),
    "down": Words("registri tidak tersedia", "the registry did not answer"),
    "malformed": Words("data registri rusak", "what the registry holds cannot be read"),
}

WAITS_FOR = {
    "answer": Words("jawaban", "an answer"),
    "decision": Words("keputusan", "a decision"),
    "registry": Words("registri", "a registry"),
    "nobody": Words("tidak dapat berlanjut", "nobody: it is stuck"),
}
CHOOSE = "choose"  # why a case waits of which a registry holds several records: somebody says which one is meant
CONTESTED = "contested"  # why a case waits of which somebody says that the registry is wrong
TO_SIGN = "to sign"  # why an answer is waited for of whom nothing is asked but a signature or a consent
CONSENT_AGAIN = "consent again"  # why an answer is waited for of whom nothing is asked but a consent that was withheld
WHY = OUTCOMES | {
    CONSENT_AGAIN: Words("persetujuan ditanyakan sekali lagi", "a consent is asked for once more"),
    TO_SIGN: Words("tanda tangan atau persetujuan", "a signature or a consent"),
    CONTESTED: Words("isi registri dibantah", "what the registry told is contested"),
    CHOOSE: Words("ditemukan beberapa data; pilih yang dimaksud", "several were found; choose which one is meant"),
    "rounds": Words("selalu dikembalikan; jawab lagi", "always sent back; answer anew"),
    "sent back": Words("dikembalikan untuk diperbaiki", "sent back to be mended"),
    "no way": Words("tidak ada jalur yang cocok", "no way of the choice fits it"),
    "failure": Words("data kasus tidak dapat diproses", "the case's data cannot be worked with"),
}
DOWN_UNTIL = "down until "  # before a time in UTC, so that what is later is greater


def down(until: datetime | None) -> str:
    """Return what a case waits for whose registry does not answer, with the time until when, if that is known.

    >>> down(datetime(2026, 11, 30, 3, 0, 0, 5, tzinfo=UTC))
    'down until 2026-11-30T03:00:01+00:00'
    """
    if until is None:
        return "down"
    whole = until.astimezone(UTC) + timedelta(microseconds=-until.microsecond % 1_000_000)
    return DOWN_UNTIL + whole.isoformat(timespec="seconds")


def told(why: str) -> Words:
    """Return why a case waits, as people say it, with times by the machine's clock."""
    if not why.startswith(DOWN_UNTIL):
        return WHY.get(why, same(why))
    until = datetime.fromisoformat(why.removeprefix(DOWN_UNTIL)).astimezone().isoformat(" ")
    words = OUTCOMES["down"]
    return Words(f"{words.id}, sampai {until}", f"{words.en}, until {until}")
