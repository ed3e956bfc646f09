"""The command line: finds the module of a command when it is called, and turns what goes wrong into words and exit codes."""

import os
import sys
from difflib import get_close_matches
from importlib import import_module

import click

from flows.commands.speaking import USAGE_FAULT, Command, lang_option, language
from processes.words import Words

# Name -> what it does, in a line. Each stands in the module flows.commands.NAME as `command`.
COMMANDS: dict[str, Words] = {
    "check": Words("Periksa berkas katalog.", "Say what is wrong with the files of a catalogue."),
    "new": Words("Buat berkas awal yang diberi penjelasan.", "Write a commented file to start from."),
    "schema": Words("Tulis JSON Schema untuk penyunting teks.", "Write JSON Schemas for editors."),
    "analyse": Words("Tunjukkan yang tidak perlu dalam prosedur.", "Say what is needless in a procedure."),
    "redesign": Words("Rancang ulang prosedur dan jelaskan alasannya.", "Redesign a procedure and say why."),
    "draw": Words(
        "Gambar prosedur: saat ini, rancang ulang, atau keduanya.", "Draw a procedure: today, redesigned, or both."
    ),
    "run": Words("Jalankan kasus nyata.", "Run real cases."),
    "cases": Words("Daftar kasus dan apa yang ditunggunya.", "List cases and what they wait for."),
    "answer": Words("Jawab yang ditunggu sebuah kasus.", "Answer what a case waits for."),
    "demo": Words("Tunjukkan semuanya dengan penduduk buatan.", "Show everything on a made-up population."),
}


class Commands(click.Group):
    """The group of all commands, each imported only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        found: Command = import_module(f"flows.commands.{cmd_name}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or say which was meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, n=1)
            fault = Words(f"Tidak ada perintah '{args[0]}'.", f"There is no command '{args[0]}'.")
            mend = Words(f" Maksud Anda '{near[0]}'?", f" Did you mean '{near[0]}'?") if near else Words("", "")
            click.echo(fault.in_language(language(ctx)) + mend.in_language(language(ctx)), err=True)
            raise click.exceptions.Exit(USAGE_FAULT)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a line for each command without importing any."""
        with formatter.section(Words("Perintah", "Commands").in_language(language(ctx))):
            formatter.write_dl([(name, words.in_language(language(ctx))) for name, words in COMMANDS.items()])

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
    "sekali", params=[lang_option()], context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)


def run(arguments: list[str] | None = None) -> None:
    """Run the command line; whatever happens, people get a sentence and the shell an honest exit code."""
    try:
        code = cli.main(arguments, prog_name="sekali", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo(Words("Dihentikan.", "Stopped.").in_language(language()), err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that closing it says nothing
        sys.exit(141)
    except Exception as error:  # the outermost place: nobody above could mend it
        if os.environ.get("SEKALI_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"
        words = Words(
            f"Kesalahan di dalam sekali, bukan pada berkas Anda: {what}. Jalankan lagi dengan SEKALI_DEBUG=1 dan laporkan.",
            f"A fault inside sekali, not in your files: {what}. Run again with SEKALI_DEBUG=1 and report what it says.",
        )
        click.echo(words.in_language(language()), err=True)
        sys.exit(70)
