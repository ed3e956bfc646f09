"""`sekali answer`: takes the answer or the decision that a case waits for, checked like a form would check it."""

import click

from flows import answering
from flows.answering import NotTakenError
from flows.case_files import title_of
from flows.commands.cases import opened, the_case
from flows.commands.speaking import USAGE_FAULT, option, say, stop
from flows.commands.speaking import command as made
from flows.consenting import ask_again
from flows.contesting import contest
from flows.returning import Sender, send_back
from flows.store.case_store import CaseStore
from flows.store.rows import Kept
from flows.worklist.waiting import Programs
from processes.case import DONE
from processes.words import Words

HELP = Words(
    "Menjawab yang ditunggu sebuah kasus: fakta sebagai fakta=nilai (fakta= tanpa nilai: memang tidak ada; anggota daftar "
    "dipisahkan '|'), keputusan dengan --way, pekerjaan yang selesai dengan --done. Kasus lalu siap; 'sekali run' melanjutkannya. "
    "Dengan --send-back kasus kembali kepada yang mengisi formulirnya.",
    "Answers what a case waits for: facts as fact=value (fact= without a value: there is none; '|' between the members of a "
    "list), a decision with --way, work that is done with --done. The case is then ready; 'sekali run' takes it on. "
    "With --send-back it goes back to whoever filled in its form.",
)


@made("answer", HELP, "sekali answer AK-00017 complete --way complete --by 'counter of disdukcapil'")
@click.argument("case")
@click.argument("step")
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...")
@option("--way", metavar="NAME", words=Words("Keputusan: jalur yang dipilih.", "The decision: which way it goes."))
@option("--done", is_flag=True, words=Words("Pekerjaannya selesai.", "The work is done."))
@option(
    "--send-back",
    "marks",
    multiple=True,
    metavar="FACT=KIND",
    words=Words(
        "Kembalikan kepada yang mengisi formulir: fakta atau dokumen yang salah (wrong), tidak lengkap (incomplete) atau sudah "
        "tidak berlaku (outdated). Perlu --why.",
        "Send it back to whoever filled in the form: a fact or paper that is wrong, incomplete or outdated. Needs --why.",
    ),
)
@option(
    "--contest",
    "contested",
    multiple=True,
    metavar="FACT=VALUE",
    words=Words(
        "Bantah isi registri yang ditampilkan: apa yang benar. Perlu --why; petugas memutuskan.",
        "Contest what a registry told: what is right instead. Needs --why; an officer settles it.",
    ),
)
@option(
    "--ask-consent",
    "consent",
    is_flag=True,
    words=Words(
        "Mintakan sekali lagi persetujuan yang tidak diberikan, kepada yang menolaknya.",
        "Ask once more for a consent that was withheld, of whoever withheld it.",
    ),
)
@option("--by", "who", metavar="WHO", default="", words=Words("Siapa yang menjawab.", "Who answers."))
@option("--name", metavar="NAME", default="", words=Words("Nama yang menjawab.", "The name of whoever answers."))
@option("--why", metavar="TEXT", default="", words=Words("Alasan keputusan.", "Why it was so decided."))
@option("--procedure", metavar="NAME", words=Words("Prosedur kasus itu.", "The procedure of the case."))
@option("--store", metavar="FILE", words=Words("Penyimpanan kasus.", "The case store."))
def command(
    case: str,
    step: str,
    facts: tuple[str, ...],
    way: str | None,
    done: bool,
    marks: tuple[str, ...],
    contested: tuple[str, ...],
    consent: bool,
    who: str,
    name: str,
    why: str,
    procedure: str | None,
    store: str | None,
) -> int:
    """Take an answer."""
    if (way is not None) and done:
        raise stop(Words("Tulis --way atau --done, tidak keduanya.", "Write --way or --done, not both."), USAGE_FAULT)
    otherwise = sum(map(bool, (marks, contested, consent)))
    if otherwise > 1 or (otherwise and (facts or done or way is not None)):
        raise stop(
            Words(
                "Dengan --send-back, --contest atau --ask-consent tidak ada yang dijawab atau diputuskan.",
                "With --send-back, --contest or --ask-consent nothing is answered or decided.",
            ),
            USAGE_FAULT,
        )
    said, marked = dict(_pair(one) for one in facts), dict(_pair(one) for one in marks)
    cases = opened(store)
    try:
        kept = the_case(cases, case, procedure)
        if contested:
            _contest(cases, kept, step, dict(_pair(one) for one in contested), Sender(who, name, why))
            return 0
        if consent:
            _ask_consent(cases, kept, step, Sender(who, name, why))
            return 0
        if marked:
            _send_back(cases, kept, step, marked, Sender(who, name, why))
            return 0
        left = answering.answer(cases, kept, step, said, DONE if done else way, who, name=name, why=why)
    except NotTakenError as error:
        for fault in error.faults:
            click.echo(say(fault), err=True)
        return 1
    finally:
        cases.close()
    if left:
        names = ", ".join(left)
        click.echo(say(Words(f"Tersimpan. Masih kurang: {names}.", f"Taken. Still missing: {names}.")))
    else:
        click.echo(say(Words(f"Kasus '{case}' siap dilanjutkan.", f"The case '{case}' is ready to go on.")))
    return 0


def _contest(cases: CaseStore, kept: Kept, step: str, facts: dict[str, str], by: Sender) -> None:
    program, dates = Programs(cases).with_dates(kept.definition)
    wait = answering.wait_of(cases, kept, step, program.model)
    went = ", ".join(contest(cases, program, dates, kept, wait, facts, by))
    click.echo(
        say(
            Words(
                f"Dibantah. Kasus '{kept.key}' menunggu pada {went} sampai petugas memutuskan.",
                f"Contested. The case '{kept.key}' waits at {went} until an officer has settled it.",
            )
        )
    )


def _ask_consent(cases: CaseStore, kept: Kept, step: str, by: Sender) -> None:
    program, dates = Programs(cases).with_dates(kept.definition)
    wait = answering.wait_of(cases, kept, step, program.model)
    went = ask_again(cases, program, dates, kept, wait, by)
    click.echo(
        say(
            Words(
                f"Kasus '{kept.key}' menunggu persetujuan pada {went}.",
                f"The case '{kept.key}' waits for the consent at {went}.",
            )
        )
    )


def _send_back(cases: CaseStore, kept: Kept, step: str, marks: dict[str, str], by: Sender) -> None:
    program, dates = Programs(cases).with_dates(kept.definition)
    wait = answering.wait_of(cases, kept, step, program.model)
    went = send_back(cases, program, dates, kept, wait, marks, by)
    title = title_of(program.model, went.form)
    click.echo(
        say(
            Words(
                f"Kasus '{kept.key}' dikembalikan: {title.id} ({went.form}). Selama itu batas waktu berhenti.",
                f"The case '{kept.key}' was sent back: {title.en} ({went.form}). Meanwhile the time limit stands still.",
            )
        )
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise stop(Words(f"'{text}' bukan fakta=nilai.", f"'{text}' is not of the form fact=value."), USAGE_FAULT)
    return name.strip(), value
