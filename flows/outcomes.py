"""What a look-up can come to and what a case can wait for: the same words in the store, in the audit trail and for people."""

from typing import Literal

from processes.words import Words

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
WHY = OUTCOMES | {
    "rounds": Words("selalu dikembalikan; jawab lagi", "always sent back; answer anew"),
    "no way": Words("tidak ada jalur yang cocok", "no way of the choice fits it"),
    "failure": Words("data kasus tidak dapat diproses", "the case's data cannot be worked with"),
}
