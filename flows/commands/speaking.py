"""Commands that speak two languages: help, options and messages; knows no command."""

import os
import sys
from collections.abc import Callable
from difflib import get_close_matches
from importlib import metadata
from typing import Any

import click

from processes.words import LANGUAGES, Language, Words, language_from, same

USAGE_FAULT = 2


def language(context: click.Context | None = None) -> Language:
    """Return the language to speak: what `--lang` says, else what the environment does."""
    context = context or click.get_current_context(silent=True)
    while context is not None:
        chosen = context.params.get("lang") or context.meta.get("lang")
        if chosen in LANGUAGES:
            return "id" if chosen == "id" else "en"
        context = context.parent
    return language_from(os.environ)


def say(words: Words) -> str:
    """Return words in the language of the running command."""
    return words.in_language(language())


class Spoken(click.Command):
    """The headings of the help in both languages."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how the command is called."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        if language(ctx) == "id":
            pieces = pieces.replace("[OPTIONS]", "[PILIHAN]").replace("COMMAND [ARGS]", "PERINTAH [ARGUMEN]")
        prefix = Words("Pemakaian: ", "Usage: ").in_language(language(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=prefix)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each with a line."""
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        records = [record for one in options if (record := one.get_help_record(ctx)) is not None]
        with formatter.section(Words("Pilihan", "Options").in_language(language(ctx))):
            formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option that shows the help."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = Words("Tampilkan bantuan ini.", "Show this help.").in_language(language(ctx))
        return found


class Command(Spoken):
    """A command whose help is in both languages, each with an example."""

    def __init__(self, *arguments: Any, words: Words, example: str = "", **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.words = words
        self.example = example
        self.params.append(lang_option())

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language of the context."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.words.in_language(language(ctx)))
            if self.example:
                formatter.write_paragraph()
                formatter.write_text(
                    "\b\n" + Words("Contoh:", "Example:").in_language(language(ctx)) + f"\n  {self.example}"
                )


class Group(Spoken, click.Group):
    """Commands under one name, each with a line in the help."""

    def words_of(self, ctx: click.Context, cmd_name: str) -> Words:
        """Return what a command of the group does."""
        found = self.get_command(ctx, cmd_name)
        return found.words if isinstance(found, Command) else same("")

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or say which was meant."""
        names = self.list_commands(ctx)
        if args and args[0] not in names and not args[0].startswith("-"):
            near = get_close_matches(args[0], names, n=1)
            fault = Words(f"Tidak ada perintah '{args[0]}'.", f"There is no command '{args[0]}'.")
            mend = (
                Words(f" Maksud Anda '{near[0]}'?", f" Did you mean '{near[0]}'?")
                if near
                else see_help(ctx.command_path)
            )
            click.echo(fault.in_language(language(ctx)) + mend.in_language(language(ctx)), err=True)
            raise click.exceptions.Exit(USAGE_FAULT)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options and the list of commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a line for each command."""
        there = [(name, self.words_of(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section(Words("Perintah", "Commands").in_language(language(ctx))):
            formatter.write_dl([(name, words.in_language(language(ctx))) for name, words in there])


class CommandGroup(Group, Command):
    """A command that has commands of its own."""


def see_help(path: str) -> Words:
    """Say where help is."""
    return Words(f" Lihat '{path} --help'.", f" See '{path} --help'.")


class Option(click.Option):
    """An option whose help is in both languages."""

    def __init__(self, *arguments: Any, words: Words, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.words = words

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the line of the help in the language of the context."""
        self.help = self.words.in_language(language(ctx))
        record = super().get_help_record(ctx)
        if record and language(ctx) == "id":
            return record[0], record[1].replace("[default: ", "[bawaan: ").replace("[required]", "[wajib]")
        return record


def lang_option() -> Option:
    """Return the option that chooses the language."""
    words = Words("Bahasa keluaran: id atau en.", "Language of the output: id or en.")
    return Option(
        ["--lang"], type=click.Choice(LANGUAGES), words=words, expose_value=False, callback=_remember, is_eager=True
    )


def _remember(context: click.Context, _: click.Parameter, value: str | None) -> str | None:
    if value:
        context.meta["lang"] = value
    return value


def version_option() -> Option:
    """Return the option that tells the version."""
    words = Words("Tunjukkan versi.", "Show the version.")
    return Option(["--version"], is_flag=True, is_eager=True, expose_value=False, words=words, callback=_tell_version)


def _tell_version(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(f"sekali {metadata.version('sekali')}")
        context.exit()


def option(*names: str, words: Words, **more: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds an option with help in both languages."""
    return click.option(*names, cls=Option, words=words, **more)


def command(name: str, words: Words, example: str) -> Callable[[Callable[..., Any]], Command]:
    """Return a decorator that makes a command of a function."""

    def made(function: Callable[..., Any]) -> Command:
        return click.command(name, cls=Command, words=words, example=example)(function)

    return made


def command_group(name: str, words: Words, example: str, *commands: Command) -> CommandGroup:
    """Return a command that is called by the name of one of its own."""
    return CommandGroup(name, words=words, example=example, commands=list(commands))


def stop(words: Words, code: int = 1) -> "click.exceptions.Exit":
    """Print why a command cannot go on, and return what to raise."""
    click.echo(say(words), err=True)
    return click.exceptions.Exit(code)


def colours_wanted() -> bool:
    """Whether the output is a terminal that shows colours."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
