"""`sekali answer`: takes the answer or the decision that a case waits for, checked like a form would check it."""

import click

from flows import answering
from flows.answering import NotTakenError
from flows.commands.cases import opened, the_case
from flows.commands.speaking import USAGE_FAULT, option, say, stop
from flows.commands.speaking import command as made
from processes.case import DONE
from processes.words import Words

HELP = Words(
    "Menjawab yang ditunggu sebuah kasus: fakta sebagai fakta=nilai (fakta= tanpa nilai: memang tidak ada; anggota daftar "
    "dipisahkan '|'), keputusan dengan --way, pekerjaan yang selesai dengan --done. Kasus lalu siap; 'sekali run' melanjutkannya.",
    "Answers what a case waits for: facts as fact=value (fact= without a value: there is none; '|' between the members of a "
    "list), a decision with --way, work that is done with --done. The case is then ready; 'sekali run' takes it on.",
)


@made("answer", HELP, "sekali answer AK-00017 complete --way complete --by 'counter of disdukcapil'")
@click.argument("case")
@click.argument("step")
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...")
@option("--way", metavar="NAME", words=Words("Keputusan: jalur yang dipilih.", "The decision: which way it goes."))
@option("--done", is_flag=True, words=Words("Pekerjaannya selesai.", "The work is done."))
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
    who: str,
    name: str,
    why: str,
    procedure: str | None,
    store: str | None,
) -> int:
    """Take an answer."""
    if (way is not None) and done:
        raise stop(Words("Tulis --way atau --done, tidak keduanya.", "Write --way or --done, not both."), USAGE_FAULT)
    said = dict(_pair(one) for one in facts)
    cases = opened(store)
    try:
        kept = the_case(cases, case, procedure)
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


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise stop(Words(f"'{text}' bukan fakta=nilai.", f"'{text}' is not of the form fact=value."), USAGE_FAULT)
    return name.strip(), value
