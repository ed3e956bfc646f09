"""What the pages say, in both languages; knows no page."""

from processes.words import Words

TEXTS: dict[str, Words] = {
    "worklist": Words("Daftar kerja", "Worklist"),
    "skip": Words("Langsung ke isi", "Skip to the content"),
    "other-language": Words("English", "Bahasa Indonesia"),
    "sign-in": Words("Masuk", "Sign in"),
    "sign-out": Words("Keluar", "Sign out"),
    "role": Words("Peran", "Role"),
    "name": Words("Nama Anda", "Your name"),
    "name-hint": Words("Disimpan bersama setiap jawaban dan keputusan.", "It is kept with each answer and decision."),
    "token": Words("Kata sandi layanan ini", "Password of this service"),
    "choose": Words("Pilih", "Choose"),
    "waiting": Words("menunggu", "waiting"),
    "no-work": Words("Tidak ada yang menunggu.", "Nothing waits."),
    "no-roles": Words(
        "Belum ada kasus. 'sekali run' menerima kasus.", "There are no cases. 'sekali run' takes cases in."
    ),
    "case": Words("Kasus", "Case"),
    "step": Words("Tugas", "Task"),
    "what": Words("Yang ditunggu", "Waits for"),
    "since": Words("Menunggu sejak", "Waiting since"),
    "came-up": Words("Lewat batas waktu, naik dari", "Over its time limit, come up from"),
    "next": Words("Halaman berikutnya", "Next page"),
    "first-page": Words("Halaman pertama", "First page"),
    "back": Words("Kembali ke daftar kerja", "Back to the worklist"),
    "fill-in": Words("Yang perlu diisi", "To fill in"),
    "only-missing": Words("Hanya yang belum diketahui yang ditanyakan.", "Only what is not known yet is asked."),
    "in-place": Words(
        "Registri tidak dapat menjawab. Isi sebagai gantinya, atau tanyakan lagi.",
        "The registry could not answer. Fill this in in its place, or ask it again.",
    ),
    "none": Words("Tidak ada", "There is none"),
    "yes": Words("Ya", "Yes"),
    "no": Words("Tidak", "No"),
    "acts": Words("Pernyataan", "Declarations"),
    "confirm": Words("Saya nyatakan", "I confirm"),
    "consent": Words("Saya setuju", "I consent"),
    "withhold": Words("Saya tidak setuju", "I do not consent"),
    "known": Words("Yang diketahui", "What is known"),
    "fact": Words("Data", "Fact"),
    "value": Words("Isi", "Value"),
    "sure": Words("Kepastian", "How sure"),
    "whence": Words("Asal", "Whence"),
    "papers": Words("Dokumen", "Papers"),
    "decide": Words("Keputusan", "Decision"),
    "which": Words("Data mana yang dimaksud?", "Which one is meant?"),
    "which-about": Words(
        "Registri menyimpan beberapa data untuk pencarian ini. Yang ditawarkan dan yang dipilih disimpan.",
        "The registry holds several records for what was asked. What is on offer and what is chosen are kept.",
    ),
    "why": Words("Alasan", "Reason"),
    "why-hint": Words(
        "Wajib bila kasus ditolak atau dikembalikan. Disimpan dan dapat dibaca pemohon.",
        "Needed where the case is refused or sent back. It is kept, and the applicant may read it.",
    ),
    "why-kept": Words(
        "Bila perlu. Disimpan dan dapat dibaca pemohon.", "If need be. It is kept, and the applicant may read it."
    ),
    "wants-reason": Words("perlu alasan", "needs a reason"),
    "send": Words("Kirim", "Send"),
    "save": Words("Simpan sebagai konsep", "Save as a draft"),
    "ask-again": Words("Tanyakan registri lagi", "Ask the registry again"),
    "try-again": Words("Coba lagi", "Try again"),
    "saved": Words("Konsep tersimpan. Belum dikirim.", "The draft is saved. It is not sent yet."),
    "resumed": Words("Ini konsep yang tersimpan. Belum dikirim.", "This is the saved draft. It is not sent yet."),
    "fresh": Words(
        "Ini konsep yang tersimpan. Registri ditanyai lagi, dan isinya sudah lain: periksa yang bertanda 'sebelumnya'.",
        "This is the saved draft. Registries were asked again and tell something else now: see what is marked 'before'.",
    ),
    "before": Words("sebelumnya", "before"),
    "said": Words("Yang sudah dijawab dan diputuskan", "Answered and decided so far"),
    "who": Words("Siapa", "Who"),
    "when": Words("Kapan", "When"),
    "answered": Words("Jawaban", "Answer"),
    "taken": Words("Tersimpan", "Taken"),
    "ready": Words(
        "Kasus siap dilanjutkan. Proses berikutnya akan meneruskannya.", "The case can go on; the next run takes it on."
    ),
    "still-missing": Words("Masih ada yang kurang.", "Something is still missing."),
    "stuck": Words(
        "Kasus ini tidak dapat berlanjut; jawaban tidak membantu. Hubungi pengelola sistem.",
        "The case is stuck, and no answer helps it. Call whoever runs the system.",
    ),
    "faults": Words("Ada yang perlu diperbaiki", "Something must be mended"),
    "fault": Words("Salah", "Error"),
    "changed": Words(
        "Kasus ini berubah sejak Anda membukanya: mungkin orang lain sudah menjawab. Isian Anda ada di bawah; tidak ada yang "
        "hilang. Periksa, lalu kirim lagi.",
        "The case has changed since you opened it: somebody else may have answered. What you typed stands below; nothing is lost. "
        "Look at it, and send it again.",
    ),
    "gone": Words("Kasus ini tidak lagi menunggu di sini", "The case does not wait here any more"),
    "gone-why": Words(
        "Mungkin orang lain sudah menjawabnya, atau kasusnya sudah berlanjut. Tidak ada yang diubah.",
        "Somebody else may have answered, or the case has gone on. Nothing was changed.",
    ),
    "typed": Words("Yang Anda isi", "What you typed"),
    "not-yours": Words("Tugas ini untuk peran lain", "This is for another role"),
    "not-yours-why": Words(
        "Masuk dengan peran itu bila Anda memegangnya. Peran yang dapat menjawab:",
        "Sign in with that role if it is yours. Who can answer:",
    ),
    "old-page": Words(
        "Halaman ini terlalu lama terbuka. Isian Anda ada di bawah; kirim lagi.",
        "The page was open for too long. What you typed stands below; send it again.",
    ),
    "no-cookie": Words(
        "Peramban tidak mengirim cookie. Izinkan cookie untuk halaman ini, lalu coba lagi.",
        "The browser sent no cookie. Allow cookies for this page and try again.",
    ),
    "wrong-token": Words("Kata sandinya tidak cocok.", "The password is not right."),
    "wrong-role": Words("Pilih peran Anda.", "Choose your role."),
    "wrong-name": Words("Tulis nama Anda, paling panjang 200 huruf.", "Write your name, at most 200 letters."),
    "not-found": Words("Halaman ini tidak ada.", "There is no such page."),
    "too-large": Words("Terlalu besar untuk diterima.", "It is too large to be taken."),
    "other-site": Words(
        "Ini dikirim dari situs lain, jadi ditolak.", "This was sent from another site, and so is refused."
    ),
    "wrong-type": Words("Jenis isinya tidak diterima di sini.", "Such content is not taken here."),
    "wrong-host": Words("Nama server ini lain.", "The server has another name."),
    "no-token": Words("Tanpa token yang benar tidak ada jawaban.", "There is no answer without the right token."),
    "wrong-method": Words("Ini tidak dapat dilakukan di sini.", "This cannot be done here."),
    "unreadable": Words("Isinya tidak dapat dibaca.", "What was sent cannot be read."),
    "failure": Words(
        "Terjadi kesalahan di dalam sekali. Laporkan dengan nomor ini:",
        "A fault inside sekali. Report it with this number:",
    ),
    "back-head": Words("Kembalikan untuk diperbaiki", "Send back to be mended"),
    "back-about": Words(
        "Tandai apa yang perlu diperbaiki. Hanya itu yang ditanyakan lagi; yang bergantung padanya diproses ulang. Selama kasus "
        "berada pada pemohon, batas waktu hukum berhenti.",
        "Mark what is to be mended. Only that is asked again, and what rests on it is done anew. While the case is with whoever "
        "asked, the legal time limit stands still.",
    ),
    "not-marked": Words("Tidak ditandai", "Not marked"),
    "back-send": Words("Kembalikan", "Send back"),
    "back-why": Words("Apa yang perlu diperbaiki, dan mengapa", "What is to be mended, and why"),
    "back-why-hint": Words(
        "Disimpan; pemohon membacanya di atas formulirnya.", "It is kept; whoever asked reads it above the form."
    ),
    "went-back": Words("Dikembalikan", "Sent back"),
    "went-to": Words("Kepada", "To"),
    "marked": Words("Ditandai", "Marked"),
    "mend": Words("Petugas mengembalikan kasus ini untuk diperbaiki", "An officer has sent this back to be mended"),
    "mend-about": Words(
        "Hanya yang ditandai yang ditanyakan lagi. Selama menunggu Anda, batas waktu hukum berhenti.",
        "Only what is marked is asked again. While it waits for you, the legal time limit stands still.",
    ),
    "contests": Words("Yang dibantah", "What is contested"),
    "registry-says": Words("Menurut registri", "The registry says"),
    "said-instead": Words("Menurut yang membantah", "Said instead"),
    "settled": Words("Putusan", "Settled"),
    "registry-right": Words("isi registri benar", "the registry is right"),
    "citizen-right": Words("yang membantah benar", "what was said instead is right"),
    "open": Words("belum", "not yet"),
    "contest-head": Words("Ada yang salah pada data di atas?", "Is anything above wrong?"),
    "contest-about": Words(
        "Isi hanya yang salah, dengan apa yang benar. Petugas memeriksa keduanya; kasus ini menunggunya. Isian lain di halaman ini "
        "disimpan sebagai konsep.",
        "Fill in only what is wrong, with what is right. An officer looks at both, and the case waits for that. What else is typed "
        "here is kept as a draft.",
    ),
    "contest-why": Words("Mengapa itu salah", "Why it is wrong"),
    "contest-why-hint": Words(
        "Misalnya dokumen apa yang menunjukkannya. Disimpan bersama kedua isi.",
        "Such as which document shows it. It is kept with both values.",
    ),
    "contest-send": Words("Bantah", "Contest"),
    "withheld": Words("Persetujuan yang tidak diberikan", "A consent was not given"),
    "withheld-about": Words(
        "Tanpa persetujuan ini registri tidak ditanyai. Bila diberikan sekarang, registri menjawab sebagai gantinya.",
        "Without it the registry is not asked. If it is given after all, the registry answers instead.",
    ),
    "ask-consent": Words("Mintakan persetujuan sekali lagi", "Ask for the consent once more"),
    "late-here": Words(
        "Lewat batas waktu pada petugas instansi ini", "Over the time limit, with officers of this agency"
    ),
    "objection": Words("Bila tidak setuju", "How to object"),
}
