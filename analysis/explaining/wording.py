"""What brings a fact, who reads it and what else could bring it, as people read it; knows no fact."""

from analysis.explaining.options import OptionKind
from analysis.explaining.sources import SourceKind
from analysis.instance import DemandKind
from processes.words import Words

SOURCE_WORDS: dict[SourceKind, Words] = {
    "question": Words("isian", "question"),
    "act": Words("tindakan", "act"),
    "document": Words("dokumen", "document"),
    "log-in": Words("log masuk", "log-in"),
    "check": Words("pemeriksaan", "check"),
    "look-up": Words("penelusuran data", "look-up"),
    "confirmed": Words("pencocokan data", "confirmation"),
    "computed": Words("perhitungan", "computation"),
    "made": Words("dibuat langkah itu", "made there"),
    "event": Words("peristiwa yang memulai kasus", "the event that starts cases"),
}
READER_WORDS: dict[DemandKind, Words] = {
    "condition": Words("syarat sebuah pilihan", "the condition of a choice"),
    "judgement": Words("penilaian petugas", "a judgement"),
    "silent judgement": Words(
        "penilaian yang tidak menyebut apa yang dibacanya", "a judgement that does not say what it reads"
    ),
    "behind": Words(
        "penilaian sesudahnya yang tidak menyebut apa yang dibacanya",
        "a judgement further on that does not say what it reads",
    ),
    "output": Words("dimuat pada yang diterbitkan", "stands on what is issued"),
    "record": Words("dicatat dalam register", "entered in a register"),
    "need": Words("dibutuhkan langkah", "a need of the step"),
    "act": Words("dinyatakan orang dalam tindakannya", "declared by a person's act"),
    "field": Words("syarat sebuah isian", "the condition of a question"),
    "key": Words("kunci penelusuran atau perhitungan", "a key of a look-up or computation"),
    "confirmed": Words("dicocokkan", "compared by a look-up"),
}
OPTION_WORDS: dict[OptionKind, Words] = {
    "service": Words("layanan", "service"),
    "confirming service": Words("layanan pencocokan", "confirming service"),
    "computation": Words("perhitungan", "computation"),
    "document": Words("dokumen", "document"),
    "log-in": Words("log masuk", "log-in"),
}
