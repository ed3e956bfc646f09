"""What the checker says when it refuses a redesign, in both languages; knows no procedure and judges nothing."""

from dataclasses import dataclass

from processes.words import Words


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a redesign is not accepted: the broken line, a place in a file or a path in the certificate, and what is wrong."""

    where: str
    says: Words


class Refusals(dict[Refusal, None]):
    """What was refused so far, in this order, each once."""

    def __call__(self, where: str, words: Words, *parts: object) -> None:
        """Refuse something, in a sentence with its parts in the order of their numbers.

        >>> refuse = Refusals()
        >>> refuse("a.yaml:3", Words("{0} hilang", "{0} is gone"), "x")
        >>> [(one.where, one.says.en) for one in refuse]
        [('a.yaml:3', 'x is gone')]
        """
        self[Refusal(where, Words(words.id.format(*parts), words.en.format(*parts)))] = None


# fmt: off
# what it is about
OTHER_PROCEDURE = Words("sertifikat ini bukan tentang prosedur '{0}' ini", "the certificate is not about this procedure '{0}'")
OTHER_CATALOGUE = Words("sertifikat ini dibuat dengan katalog lain", "the certificate was made with another catalogue")
OTHER_POLICY = Words(
    "sertifikat ini dibuat dengan kebijakan atau tanggal lain: '{0}' pada {1}, bukan '{2}' pada {3}",
    "the certificate was made with another policy or date: '{0}' on {1}, not '{2}' on {3}",
)
NAMED_TWICE = Words("'{0}' disebut dua kali", "'{0}' is named twice")
UNREADABLE_STAGE = Words("prosedur yang dipindahkan tidak sesuai dengan katalog", "the procedure that was moved does not fit the catalogue")

# lines of the certificate
NO_SUCH_LINE = Words("tidak ada yang sesuai dengan baris tentang {0}", "nothing corresponds to this line about {0}")
LINE_LACKING = Words("tidak ada baris tentang {0}", "there is no line about {0}")
SAYS_OTHERWISE = Words("tertulis {0}, padahal {1}", "it says {0}, but it is {1}")
NOT_FROM_HERE = Words("'{0}' tidak diperoleh pada tingkat itu dari sini", "'{0}' does not come from here at that level")
DERIVED_TOO_LOW = Words("penurunan '{0}' tidak sampai pada tingkat yang diperlukan", "the derivation of '{0}' does not reach the level needed")
OPTIMUM_DOES_NOT_FIT = Words("yang dinyatakan tidak cocok satu sama lain", "what is claimed does not fit together, or the redesign")

# how steps hang together
NEVER_REACHED = Words("tidak ada kasus yang sampai di '{0}'", "no case comes to '{0}'")
NEVER_ENDS = Words("kasus yang sampai di '{0}' tidak pernah selesai", "a case that comes to '{0}' never ends")
CROSSES_PARALLEL = Words("kembali ini memotong bagian paralel", "this return crosses the edge of a parallel part")

# what is not as today
MISSING_TODAY = Words("'{0}' tidak pasti ada saat ini", "'{0}' is not certain to be there even today")
TOO_LOW = Words("'{0}' di sini {1.id}, padahal diperlukan {2.id}", "'{0}' is {1.en} here, but needed {2.en}")
ONLY_IF_KNOWN = Words("suatu syarat bertanya apakah '{0}' diketahui; maka pemberinya harus tetap seperti saat ini",
                      "a condition asks whether '{0}' is known, so whoever gives it must be as today")
OTHER_PLACE = Words("{0} berdiri di tempat {1}", "{0} stands where {1} stands today")
NOT_HERE_NOW = Words("{0} tidak ada lagi di sini", "{0} is not here any more")
NOT_HERE_TODAY = Words("{0} tidak ada di sini saat ini", "{0} is not here today")
FIELD_NOT_AS_TODAY = Words("{0}: '{1}' bukan seperti saat ini", "{0}: '{1}' is not as it is today")
OTHER_WAYS = Words("{0} memiliki {1} cabang, bukan {2}", "{0} has {1} ways, not {2}")
OTHER_RETURN = Words("kembali ke '{0}', bukan ke '{1}' seperti saat ini", "returns to '{0}', not to '{1}' as today")
OTHER_CONDITION = Words("'{0}' diminta dengan syarat lain daripada saat ini", "'{0}' is asked under another condition than today")
ASKED_NEWLY = Words("'{0}' diminta atau diperiksa, padahal saat ini tidak", "'{0}' is asked for or checked here, but not today")
ASKED_ANEW = Words("'{0}' ditanyakan lagi setelah kembali, maka harus tetap, tanpa syarat",
                   "'{0}' is asked anew on a return, so it has to stay, without a condition")
ACT_GONE = Words("tindakan '{0}' hilang; hanya hukum yang dapat menghapusnya", "the act '{0}' is gone; only the law can drop it")
WRONG_ON_RETURN = Words("'{0}' bukan formulir saat ini yang tinggal pada jalan kembali", "'{0}' is no form of today that stays just on the return to it")
STUCK_WHERE_NOT_FOUND = Words("'{0}' tidak mempunyai jalan lanjutan bila tidak menemukan", "'{0}' has no way on any more where it finds nothing")
GONE_THOUGH = Words("langkah '{0}' hilang, padahal {1.id}", "the step '{0}' is gone, though it {1.en}")

# why a step may not go
READS_OR_RECORDS = Words("membaca, menemukan, atau mencatat fakta", "reads, finds or records facts")
IS_THE_REQUEST = Words("adalah permohonan itu sendiri", "is the request itself")
MAKES_A_DOCUMENT = Words("dokumennya masih diminta", "makes a document that is still asked for")
CARRIES_PAPERS = Words("membawa berkas ke tempat yang masih bekerja", "takes papers to where something is still done")
NAMED_BY_LAW = Words("adalah tanda tangan yang disebut hukum", "is a signature that a law names")
ONLY_SIGNATURE = Words("adalah satu-satunya tanda tangan pada suatu jalan", "is the only signature on some way")
NOT_REPLACED = Words("mengerjakan sesuatu yang tidak digantikan", "does something that nothing replaces")

# what is put in
UNEXPLAINED_STEP = Words("langkah '{0}' tidak ada saat ini", "there is no step '{0}' today, and nothing explains it")
NEW_STEP_DOES_MORE = Words("langkah baru '{0}' melakukan lebih dari tugasnya", "the new step '{0}' does more than it is for")
NOT_AT_FORM = Words("'{0}' tidak berdiri di tempat formulir orang itu", "'{0}' does not stand where a form of that person stands today")
NOT_ANYWAY = Words(
    "formulir '{0}' tidak diisi oleh semua orang untuk hal lain", "not everybody fills in the form '{0}' for something else"
)
FOR_NOBODY = Words("tidak ada yang membutuhkan '{0}' dari sini", "nobody needs '{0}' from here")
NO_LOG_IN = Words("log masuk '{0}' tidak boleh atau tidak dapat dilakukan semua orang", "the log-in '{0}' may not be asked for, or not everybody can do it")
CONDITION_OF_ITSELF = Words("'{0}' menjadi syarat bagi dirinya sendiri", "'{0}' is a condition of itself")
ASKS_NOTHING = Words("'{0}' tidak menyebut apa yang dicari", "'{0}' does not say what it asks for")
WRONG_ONE = Words("'{0}' bertanya tentang pihak yang salah", "'{0}' asks about the wrong one")
DONE_BY_NOBODY = Words("penelusuran '{0}' tidak dikerjakan orang", "no person does the look-up '{0}'")
FINDS_TOO_FEW = Words("cakupan atau kemutakhiran {0} tidak memenuhi kebijakan", "{0} does not find enough, or is too old, for the policy")
FETCHED_TOO_EARLY = Words("'{0}' bertanya juga untuk kasus yang tidak membutuhkannya", "'{0}' asks for cases, too, that do not need it")
NOTHING_TO_REPAIR = Words("{0} menemukan semua orang; formulir sisa tidak perlu", "{0} finds everybody, so there is nothing to repair")
NO_RESIDUAL_FORM = Words("'{0}' membutuhkan formulir sisa, lalu paling banyak satu pemeriksaan", "'{0}' needs a residual form, and behind it one check at most")
NOT_REPAIRED = Words("'{0}' tidak dapat diperoleh bila {1} tidak menemukan", "nothing brings '{0}' where {1} finds nothing")
RESIDUAL_ASKS_MORE = Words("'{0}' bukan hanya tentang yang tidak ditemukan", "'{0}' is about more than what was not found, or asks somebody else")

# law
LEFT_OUT = Words("kebijakan tidak memakai perjanjian '{0}'", "the policy leaves out the agreement '{0}'")
NOT_IN_FORCE = Words("perjanjian '{0}' tidak berlaku pada {1}", "the agreement '{0}' is not in force on {1}")
FOR_OTHERS = Words("perjanjian '{0}' untuk pihak, layanan atau tujuan lain", "the agreement '{0}' is for another consumer, service or purpose")
AGREEMENT_FOR_NOTHING = Words("perjanjian disebut, padahal tidak ada penelusuran baru", "agreements are named, but nothing new is looked up")
OTHER_AGREEMENT = Words("bukan seperti perjanjian '{0}' dalam katalog", "is not as the catalogue has the agreement '{0}'")
OTHER_LEGAL_BASIS = Words("dasar hukum '{0}' bukan dari perjanjiannya", "the legal basis of '{0}' is not that of its agreement")
NOT_COVERED = Words("tidak ada perjanjian yang disebut mencakup '{0}'", "no agreement that is named covers '{0}'")
NOT_CONSENTED = Words("{0} belum menyetujui penelusuran '{1}'", "{0} has not consented to '{1}' on every way to it")

# moves
UNKNOWN_MOVE = Words("jenis pemindahan '{0}' tidak dikenal", "'{0}' is no kind of move that is known")
MOVE_SWITCHED_OFF = Words("kebijakan tidak memakai pemindahan '{0}'", "the policy switches off moves of the kind '{0}'")
MOVED_MORE = Words("di sini berubah lebih banyak daripada '{0}'", "more was changed here than '{0}'")
NOT_ALIKE = Words("'{0}' dan '{1}' tidak dapat menjadi satu: pelaku, dasar, berkas, batas waktu atau isinya berbeda",
                  "'{0}' and '{1}' cannot be one: they differ in who does it, ground, papers, time limit or more")
RETURN_BETWEEN = Words("kasus dapat kembali ke '{0}' saja", "a case may return to '{0}' alone")
ASKS_OTHERWISE = Words("'{0}' meminta yang lain daripada sebelumnya", "'{0}' asks for something else than before")
KEEPS_ITS_PLACE = Words("{0} tidak boleh pindah", "{0} has to keep its place")
DEPENDS = Words("{0} dan {1} bergantung satu sama lain", "{0} and {1} depend on each other")
OTHER_AGENCIES = Words("keputusan dari instansi yang berbeda: {0}", "these decisions are of different agencies: {0}")
CARRIED_FOR_SOMETHING = Words("yang dibawa '{0}' masih diperlukan di sana", "what '{0}' carries is needed there")
STILL_JUDGED = Words("pada '{0}' masih ada yang dinilai orang", "at '{0}' something is left for people to judge")
# fmt: on
