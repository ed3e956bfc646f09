"""The settings that a command works with; or it says what is wrong with them, and ends. Decides nothing."""

import os
from datetime import date

import click

from flows.commands.speaking import language, stop
from flows.settings import Settings, SettingsError, holidays_of, settings_of, store_of
from processes.words import Words


def settings_here(store: str | None, file: str | None) -> Settings:
    """Return the settings of a file, or of the one beside a store."""
    try:
        return settings_of(os.environ, store_of(os.environ, store), file)
    except SettingsError as error:
        raise stop_for(error) from None


def holidays_here(store: str | None, file: str | None) -> frozenset[date]:
    """Return just the holidays of the same settings."""
    try:
        return holidays_of(os.environ, store_of(os.environ, store), file)
    except SettingsError as error:
        raise stop_for(error) from None


def stop_for(error: SettingsError) -> click.exceptions.Exit:
    """Print what is wrong with the settings, and return what to raise."""
    for problem in error.problems:
        click.echo(problem.in_language(language()), err=True)
    return stop(Words("Perbaiki dahulu pengaturannya.", "Mend the settings first."))
