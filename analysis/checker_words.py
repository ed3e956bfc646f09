"""What the checker says when it refuses a redesign, in both languages; knows no procedure and judges nothing."""

from dataclasses import dataclass

from processes.words import Words


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a redesign is not accepted: the broken line, a place in a file or a path in the certificate, and what is wrong."""

    where: str
    says: Words


def filled(words: Words, *parts: object) -> Words:
    """Return a sentence with its parts, in the order of their numbers.

    >>> filled(Words("{0} hilang", "{0} is gone"), "x").en
    'x is gone'
    """
    return Words(words.id.format(*parts), words.en.format(*parts))


OTHER_WAYS = Words("{0} memiliki {1} cabang, bukan {2}", "{0} has {1} ways, not {2}")
OTHER_CONDITION = Words(
    "'{0}' diminta dengan syarat lain daripada saat ini", "'{0}' is asked under another condition than today"
)
UNKNOWN_MOVE = Words("jenis pemindahan '{0}' tidak dikenal", "'{0}' is no kind of move that is known")
MOVE_SWITCHED_OFF = Words("kebijakan tidak memakai pemindahan '{0}'", "the policy switches off moves of the kind '{0}'")
MOVED_MORE = Words("di sini berubah lebih banyak daripada '{0}'", "more was changed here than '{0}'")
NOT_ALIKE = Words(
    "'{0}' dan '{1}' tidak dapat menjadi satu: pelaku, dasar, batas waktu atau isinya berbeda",
    "'{0}' and '{1}' cannot be one: they differ in who does it, ground, time limit or more",
)
OTHER_PAPERS = Words("'{0}' dan '{1}' memeriksa berkas yang berbeda", "'{0}' and '{1}' check by different papers")
RETURN_BETWEEN = Words("kasus dapat kembali ke '{0}' saja", "a case may return to '{0}' alone")
ASKS_OTHERWISE = Words("'{0}' meminta yang lain daripada sebelumnya", "'{0}' asks for something else than before")
KEEPS_ITS_PLACE = Words("{0} tidak boleh pindah", "{0} has to keep its place")
DEPENDS = Words("{0} dan {1} bergantung satu sama lain", "{0} and {1} depend on each other")
OTHER_AGENCIES = Words("keputusan dari instansi yang berbeda: {0}", "these decisions are of different agencies: {0}")
CARRIED_FOR_SOMETHING = Words("yang dibawa '{0}' masih diperlukan di sana", "what '{0}' carries is needed there")
STILL_JUDGED = Words("pada '{0}' masih ada yang dinilai orang", "at '{0}' something is left for people to judge")
LESS_SURE_MOVED = Words(
    "setelah dipindahkan, '{0}' di sini hanya tingkat {1}, bukan {2}",
    "after the moves '{0}' is only at level {1} here, not {2}",
)
WRONG_ON_RETURN = Words(
    "'{0}' bukan formulir saat ini yang hanya tinggal pada jalan kembalinya",
    "'{0}' is no form of today that stays just on the return to it",
)
UNREADABLE_STAGE = Words(
    "prosedur yang dipindahkan tidak sesuai dengan katalog", "the procedure that was moved does not fit the catalogue"
)
OTHER_CATALOGUE = Words("sertifikat ini dibuat dengan katalog lain", "the certificate was made with another catalogue")
OTHER_POLICY = Words(
    "sertifikat ini dibuat dengan kebijakan atau tanggal lain", "the certificate was made with another policy or date"
)
ONLY_IF_KNOWN = Words(
    "suatu syarat bertanya apakah '{0}' diketahui; maka pemberinya harus tetap seperti saat ini",
    "a condition asks whether '{0}' is known, so whoever gives it must be as today",
)
NO_LOG_IN = Words(
    "log masuk '{0}' tidak boleh atau tidak dapat dilakukan semua orang",
    "the log-in '{0}' may not be asked for, or not everybody can do it",
)
CONDITION_OF_ITSELF = Words("'{0}' menjadi syarat bagi dirinya sendiri", "'{0}' is a condition of itself")
ASKS_NOTHING = Words("'{0}' tidak menyebut apa yang dicari", "'{0}' does not say what it asks for")
WRONG_ONE = Words("'{0}' bertanya tentang pihak yang salah", "'{0}' asks about the wrong one")
DONE_BY_NOBODY = Words("penelusuran '{0}' tidak dikerjakan orang", "no person does the look-up '{0}'")
FINDS_TOO_FEW = Words(
    "cakupan atau kemutakhiran {0} tidak memenuhi kebijakan", "{0} does not find enough, or is too old, for the policy"
)
NOTHING_TO_REPAIR = Words(
    "{0} menemukan semua orang; formulir sisa tidak perlu", "{0} finds everybody, so there is nothing to repair"
)
NO_RESIDUAL_FORM = Words(
    "'{0}' membutuhkan formulir sisa, dan sesudahnya paling banyak satu pemeriksaan",
    "'{0}' needs a residual form, and behind it one check at most",
)
NOT_REPAIRED = Words(
    "'{0}' tidak dapat diperoleh bila {1} tidak menemukan", "nothing brings '{0}' where {1} finds nothing"
)
RESIDUAL_ASKS_MORE = Words(
    "formulir sisa '{0}' meminta yang lain", "the residual form '{0}' asks for something else, or somebody else"
)
OTHERS_GONE = Words("yang hilang adalah {0}", "what is gone is {0}")
BOUND_AND_GAP = Words(
    "batas dan selisihnya tidak cocok dengan menit warga", "bound and gap do not fit the citizen minutes"
)
OPTIMAL_WITH_GAP = Words("yang optimal tidak memiliki selisih", "what is optimal has no gap")
CHANGED_THOUGH_AS_TODAY = Words("rancangan ini bukan seperti saat ini", "the redesign is not as today")
LINE_LACKING = Words("tidak ada baris tentang {0}", "there is no line about {0}")
OTHER_RETURN = Words("kembali ke '{0}', bukan ke '{1}' seperti saat ini", "returns to '{0}', not to '{1}' as today")
OTHER_PLACE = Words("{0} berdiri di tempat {1}", "{0} stands where {1} stands today")
FIELD_NOT_AS_TODAY = Words("{0}: '{1}' bukan seperti saat ini", "{0}: '{1}' is not as it is today")
ACT_GONE = Words(
    "tindakan '{0}' hilang; hanya hukum yang dapat menghapusnya", "the act '{0}' is gone; only the law can drop it"
)
ITEM_NOT_AS_TODAY = Words("'{0}': '{1}' bukan seperti saat ini", "'{0}': '{1}' is not as it is today")
ANEW_UNDER_CONDITION = Words(
    "'{0}' ditanyakan lagi setelah kembali, maka tidak boleh bersyarat",
    "'{0}' is asked anew on a return, so it may have no condition",
)
NAMED_TWICE = Words("ada dua langkah '{0}'", "two steps are called '{0}'")
OTHER_PROCEDURE = Words(
    "sertifikat ini bukan tentang prosedur '{0}' ini", "the certificate is not about this procedure '{0}'"
)
NEVER_REACHED = Words("tidak ada kasus yang sampai di '{0}'", "no case comes to '{0}'")
CROSSES_PARALLEL = Words("kembali ini memotong bagian paralel", "this return crosses the edge of a parallel part")
MISSING_TODAY = Words("'{0}' tidak pasti ada saat ini", "'{0}' is not certain to be there even today")
NEW_STEP_DOES_MORE = Words(
    "langkah baru '{0}' melakukan lebih dari tugasnya", "the new step '{0}' does more than it is for"
)
CONSENT_NOT_NEEDED = Words("persetujuan '{0}' tidak diperlukan siapa pun", "nobody needs the consent '{0}'")
FETCHED_FOR_NOBODY = Words("'{0}' dicari, tetapi tidak ada yang membacanya", "'{0}' is fetched, but nobody reads it")
NO_WAY_ON = Words("tidak ada jalan bila {0} tidak menemukan", "there is no way on where {0} finds nothing")
RESIDUAL_CHECK = Words(
    "pemeriksaan '{0}' bukan hanya tentang formulir sisa", "the check '{0}' is not just of the residual form"
)
PROVES_NOTHING = Words("'{0}' tidak membuktikan yang dicari", "'{0}' proves nothing that was asked for")
NO_SUCH_SUPPLIER = Words("pemasok '{0}' ini tidak ada dalam rancangan", "the redesign has no such supplier '{0}'")
KEY_NOT_THERE = Words("'{0}' belum ada sebelum pemasok ini", "'{0}' is not there before this supplier")
SUPPLIER_LACKING = Words("pemasok '{0}' tidak disebut", "the supplier '{0}' is not named")
OTHER_AGREEMENT = Words(
    "bukan seperti perjanjian '{0}' dalam katalog", "is not as the catalogue has the agreement '{0}'"
)
OTHER_LEGAL_BASIS = Words(
    "dasar hukum '{0}' bukan dari perjanjiannya", "the legal basis of '{0}' is not that of its agreement"
)
NO_COUNTERPART = Words("{0} tidak ada padanannya saat ini", "{0} has no counterpart today")
NO_SUCH_LINE = Words("tidak ada yang sesuai dengan baris tentang {0}", "nothing corresponds to this line about {0}")
OTHER_SUPPLIER = Words("pemasok ini bukan {0}", "this supplier is not {0}")
OTHERS_FETCHED = Words("yang dicari adalah {0}", "what is fetched is {0}")
INSIDE_NEW_STEP = Words("{0} berdiri di dalam langkah baru", "{0} stands inside a step that was put in")
VERIFIES_MORE = Words("'{0}' memeriksa lebih banyak daripada saat ini", "'{0}' verifies more than today")
ASKED_NEWLY = Words("'{0}' diminta, padahal saat ini tidak", "'{0}' is asked for here, but not today")
ANEW_GONE = Words(
    "'{0}' ditanyakan lagi setelah kembali, tetapi isiannya hilang",
    "'{0}' is asked anew on a return, but its question is gone",
)
NEVER_ENDS = Words("kasus yang sampai di '{0}' tidak pernah selesai", "a case that comes to '{0}' never ends")
UNEXPLAINED_STEP = Words("langkah '{0}' tidak ada saat ini", "there is no step '{0}' today, and nothing explains it")
SAYS_OTHERWISE = Words("tertulis {0}, padahal {1}", "it says {0}, but it is {1}")
AGREEMENT_FOR_NOTHING = Words(
    "perjanjian disebut, padahal tidak ada penelusuran baru", "agreements are named, but nothing new is looked up"
)
NOT_COVERED = Words("tidak ada perjanjian yang disebut mencakup '{0}'", "no agreement that is named covers '{0}'")
NOT_READ = Words("'{0}' dibaca di {1}", "'{0}' is read at {1}")
DERIVED_TOO_LOW = Words(
    "penurunan '{0}' tidak sampai pada tingkat yang diperlukan",
    "the derivation of '{0}' does not reach the level needed",
)
NOT_FROM_HERE = Words("'{0}' tidak diperoleh pada tingkat itu dari sini", "'{0}' does not come from here at that level")
NOT_CONSENTED = Words("{0} belum menyetujui penelusuran '{1}'", "{0} has not consented to '{1}' on every way to it")

GONE_THOUGH = Words("langkah '{0}' hilang, padahal {1.id}", "the step '{0}' is gone, though it {1.en}")
TOO_LOW = Words("'{0}' di sini {1.id}, padahal diperlukan {2.id}", "'{0}' is {1.en} here, but needed {2.en}")
NOT_HERE_NOW = Words("{0} tidak ada lagi di sini", "{0} is not here any more")
NOT_HERE_TODAY = Words("{0} tidak ada di sini saat ini", "{0} is not here today")

# why a step may not go
READS_OR_RECORDS = Words("membaca atau mencatat fakta", "reads or records facts")
IS_THE_REQUEST = Words("adalah permohonan itu sendiri", "is the request itself")
FINDS_FACTS = Words("menemukan fakta", "finds facts")
DECIDES = Words("memutus sesuatu bila tidak menemukan", "decides something where it finds nothing")
NO_LETTER = Words("bukan surat yang hanya membawa fakta", "is no letter that only carries facts")
MAKES_A_DOCUMENT = Words("dokumennya masih diminta", "makes a document that is still asked for")
CARRIES_PAPERS = Words("membawa berkas ke tempat yang masih bekerja", "takes papers to where something is still done")
NOT_REPLACED = Words("mengerjakan sesuatu yang tidak digantikan", "does something that nothing replaces")

# why an agreement allows nothing
LEFT_OUT = Words("kebijakan tidak memakai perjanjian '{0}'", "the policy leaves out the agreement '{0}'")
NOT_IN_FORCE = Words("perjanjian '{0}' tidak berlaku pada {1}", "the agreement '{0}' is not in force on {1}")
FOR_OTHERS = Words(
    "perjanjian '{0}' untuk pihak, layanan atau tujuan lain",
    "the agreement '{0}' is for another consumer, service or purpose",
)
LOG_IN_FOR_NOTHING = Words("tidak ada yang membaca hasil log masuk '{0}'", "nobody reads what the log-in '{0}' tells")
FETCHED_TOO_EARLY = Words(
    "'{0}' bertanya juga untuk kasus yang tidak membutuhkannya", "'{0}' asks for cases, too, that do not need it"
)
NAMED_TWICE_HERE = Words("'{0}' disebut dua kali", "'{0}' is named twice")
