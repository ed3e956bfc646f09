"""The command line: finds the module of a command when it is called, and turns what goes wrong into words and exit codes."""

import io
import os
import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec

import click

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # none is used, and looking for them takes a while

from flows.commands.speaking import USAGE_FAULT, Command, Group, lang_option, language, see_help, version_option
from processes.words import LANGUAGES, Words

# Name -> what it does, in a line. Each stands in the module flows.commands.NAME as `command`.
COMMANDS: dict[str, Words] = {
    "check": Words("Periksa berkas katalog.", "Say what is wrong with the files of a catalogue."),
    "new": Words("Buat berkas awal yang diberi penjelasan.", "Write a commented file to start from."),
    "schema": Words("Tulis JSON Schema untuk penyunting teks.", "Write JSON Schemas for editors."),
    "analyse": Words("Tunjukkan yang tidak perlu dalam prosedur.", "Say what is needless in a procedure."),
    "redesign": Words("Rancang ulang prosedur dan jelaskan alasannya.", "Redesign a procedure and say why."),
    "explain": Words("Jelaskan dari mana sebuah fakta berasal.", "Say where a fact comes from, and why."),
    "verify": Words("Periksa sertifikat sebuah rancang ulang.", "Check the certificate of a redesign."),
    "compare": Words("Bandingkan dua prosedur pada kasus buatan.", "Compare two procedures on made-up cases."),
    "draw": Words(
        "Gambar prosedur: saat ini, rancang ulang, atau keduanya.", "Draw a procedure: today, redesigned, or both."
    ),
    "paper": Words(
        "Buat naskah resmi: SOP, standar, lampiran, nota.", "Make official papers: SOP, standard, annex, briefing."
    ),
    "review": Words("Tinjau katalog dan putuskan, sebagai halaman.", "Review a catalogue, and decide, as pages."),
    "report": Words("Tinjauan satu prosedur sebagai PDF.", "The review of a procedure as PDF."),
    "run": Words("Jalankan kasus nyata.", "Run real cases."),
    "cases": Words("Daftar kasus dan apa yang ditunggunya.", "List cases and what they wait for."),
    "worklist": Words("Pekerjaan setiap peran, yang terlama dahulu.", "What waits for each role, oldest first."),
    "serve": Words("Sajikan daftar kerja sebagai halaman dan API.", "Serve the worklist as a page and an API."),
    "answer": Words("Jawab yang ditunggu sebuah kasus.", "Answer what a case waits for."),
    "migrate": Words("Pindahkan kasus ke prosedur yang baru.", "Move waiting cases to the new procedure."),
    "audit": Words("Tunjukkan dan periksa jejak audit.", "Show and verify who looked at what."),
    "erase": Words("Hapus data kasus yang sudah selesai.", "Erase the data of closed cases."),
    "events": Words("Tulis apa yang terjadi sebagai log kejadian.", "Write what happened as an event log."),
    "digest": Words("Ringkas yang menunggu dan yang gagal.", "Sum up what waits and what failed."),
    "doctor": Words("Periksa semua yang diperlukan untuk berjalan.", "Look at all that running needs."),
    "registry": Words("Layani sebuah registri SQL lewat HTTP.", "Serve a registry in SQL over HTTP."),
    "demo": Words("Tunjukkan semuanya dengan penduduk buatan.", "Show everything on a made-up population."),
}


class Commands(Group):
    """The group of all commands, each imported only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands that are there, in the order in which people meet them."""
        return [name for name in COMMANDS if find_spec(f"flows.commands.{name}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        found: Command = import_module(f"flows.commands.{cmd_name}").command
        return found

    def words_of(self, ctx: click.Context, cmd_name: str) -> Words:
        """Return what a command does, without importing it."""
        return COMMANDS[cmd_name]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the whole is for."""
        words = Words(
            "Sekali: beri tahu pemerintah satu kali saja. Menemukan isian, dokumen, dan langkah yang tidak perlu dalam "
            "prosedur layanan publik, merancang ulang, menggambar, dan menjalankannya.",
            "Sekali: tell the government once. Finds the questions, documents and steps that a public procedure does "
            "not need, redesigns it, draws it, and runs it.",
        )
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(words.in_language(language(ctx)))


cli = Commands(
    "sekali",
    params=[lang_option(), version_option()],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def run(arguments: list[str] | None = None) -> None:
    """Run the command line; whatever happens, people get a sentence and the shell an honest exit code."""
    _remember_language(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows another
    try:
        if os.environ.get("SEKALI_LOG"):
            import_module("flows.logs").set_up(os.environ)
        code = cli.main(arguments, prog_name="sekali", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(USAGE_FAULT)
    except click.ClickException as error:
        click.echo(wrong_call(error).in_language(language()), err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo(Words("Dihentikan.", "Stopped.").in_language(language()), err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that closing it says nothing
        sys.exit(141)
    except OSError as error:
        what = f"{error.filename or ''}: {error.strerror or error}".strip(": ")
        words = Words(f"Tidak dapat dibaca atau ditulis: {what}.", f"Cannot be read or written: {what}.")
        click.echo(words.in_language(language()), err=True)
        sys.exit(USAGE_FAULT)
    except Exception as error:  # the outermost place: nobody above could mend it
        if os.environ.get("SEKALI_DEBUG"):
            raise
        what = " ".join(f"{type(error).__name__}: {error}".split())
        words = Words(
            f"Kesalahan di dalam sekali, bukan pada berkas Anda: {what}. Jalankan lagi dengan SEKALI_DEBUG=1 dan laporkan.",
            f"A fault inside sekali, not in your files: {what}. Run again with SEKALI_DEBUG=1 and report what it says.",
        )
        click.echo(words.in_language(language()), err=True)
        sys.exit(70)


def _remember_language(arguments: Sequence[str]) -> None:
    """Let `--lang` hold wherever it stands, also behind `--help` and behind what is wrong with a call."""
    for argument, after in zip(arguments, [*arguments[1:], ""], strict=False):
        said = after if argument == "--lang" else argument.removeprefix("--lang=")
        if said in LANGUAGES and argument.startswith("--lang"):
            os.environ["SEKALI_LANG"] = said


def wrong_call(error: click.ClickException) -> Words:
    """Return what is wrong with a call and where help is, in both languages."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    fault, hint = _fault(error), see_help(context.command_path if context else "sekali")
    return Words(fault.id + hint.id, fault.en + hint.en)


def _fault(error: click.ClickException) -> Words:
    match error:
        case click.NoSuchOption():
            name = error.option_name
            near = get_close_matches(name, error.possibilities or [], n=1)
            mend = Words(f" Maksud Anda '{near[0]}'?", f" Did you mean '{near[0]}'?") if near else Words("", "")
            return Words(f"Tidak ada pilihan '{name}'.{mend.id}", f"There is no option '{name}'.{mend.en}")
        case click.MissingParameter():
            return Words(f"{_named(error)} belum disebut.", f"{_named(error)} is missing.")
        case click.BadOptionUsage():
            return Words(
                f"Pilihan {error.option_name} membutuhkan nilai.", f"The option {error.option_name} needs a value."
            )
        case click.BadParameter(param=click.Parameter(type=click.Choice(choices=choices))):
            listed = ", ".join(str(choice) for choice in choices)
            return Words(
                f"{_named(error)} harus salah satu dari: {listed}.", f"{_named(error)} must be one of: {listed}."
            )
        case click.BadParameter(param=click.Parameter(type=click.IntRange(min=least, max=most))) if least is not None:
            if most is None:
                return Words(f"{_named(error)} paling sedikit {least}.", f"{_named(error)} must be {least} or more.")
            return Words(f"{_named(error)} antara {least} dan {most}.", f"{_named(error)} must be {least} to {most}.")
        case click.BadParameter():
            return Words(f"Nilai {_named(error)} tidak dapat dipakai.", f"The value of {_named(error)} cannot be used.")
    said = error.format_message()
    found = re.fullmatch(
        r"Got unexpected extra argument(s?) \((.+)\)", said
    )  # for it click has no exception of its own
    if found:
        there = "There are arguments" if found[1] else "There is an argument"
        return Words(f"Argumen ini berlebih: {found[2]}.", f"{there} too many: {found[2]}.")
    return Words(f"Perintah ini tidak dipahami: {said}", said)


def _named(error: click.BadParameter) -> str:
    if error.param is None or error.ctx is None:
        return str(error.param_hint)
    return error.param.opts[0] if isinstance(error.param, click.Option) else error.param.make_metavar(error.ctx)
