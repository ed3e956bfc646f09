"""What would free each question that stays, as text and as data; computes nothing."""

from typing import Any

from analysis.explaining.freeing import Freeing, Way
from flows.commands.speaking import language, say
from flows.commands.tables import table
from processes.words import Words

KIND_WORDS = {
    "question": Words("isian", "question"),
    "document": Words("dokumen", "document"),
    "act": Words("tindakan", "act"),
}


def as_text(found: tuple[Freeing, ...]) -> str:
    """Return what would free what stays as a table: a row for each way, any one of which is enough."""
    if not found:
        return say(Words("Tidak ada isian atau dokumen yang tersisa.", "No question or document is left."))
    heads = [
        say(Words("tetap ditanyakan di", "still asked at")),
        say(Words("apa", "what")),
        say(Words("yang membebaskannya (salah satu baris)", "what would free it (any one row)")),
        say(Words("menit warga", "citizen minutes")),
    ]
    rows = []
    for one in found:
        start = [one.step, f"{say(KIND_WORDS[one.kind])} {one.subject}"]
        if one.only is not None:
            rows.append([*start, f"— {one.only.in_language(language())}", ""])
            start = ["", ""]
        for way in one.ways:
            rows.append([*start, _way(way), "" if way.citizen_minutes is None else f"{way.citizen_minutes:.1f}"])
            start = ["", ""]
    return table(heads, rows, right=frozenset({3}), wide=84)


def _way(way: Way) -> str:
    told = " + ".join(one.says.in_language(language()) for one in way.suppositions)
    if way.asked:
        still = Words(
            " (dapat, tetapi rancang ulang tetap menanyakannya: lebih ringan)",
            " (it could go; the redesign would ask it all the same, as that is lighter)",
        )
        return told + still.in_language(language())
    return told


def as_data(found: tuple[Freeing, ...]) -> list[dict[str, Any]]:
    """Return what would free what stays as plain data, texts in both languages."""
    return [
        {
            "step": one.step,
            "kind": one.kind,
            "subject": one.subject,
            "only": one.only._asdict() if one.only else None,
            "ways": [
                {
                    "suppositions": [
                        {"kind": type(supposed).__name__, "says": supposed.says._asdict()}
                        for supposed in way.suppositions
                    ],
                    "still_asked": way.asked,
                    "citizen_minutes": way.citizen_minutes,
                }
                for way in one.ways
            ],
        }
        for one in found
    ]
