"""What commands on procedures share: reading the files, and stopping where they do not stand; decides nothing."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

import click

from flows.commands.speaking import USAGE_FAULT, language, stop
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.problem import Severity
from processes.procedure import Procedure
from processes.reading import read
from processes.words import Words


class Chosen(NamedTuple):
    """The procedures a command is about, with all they refer to."""

    catalogue: Catalogue
    procedures: tuple[Procedure, ...]
    policy: Policy


def chosen(path: str, policy: str | None = None, on: str | None = None) -> Chosen:
    """Read the procedures at a path, and the policy that counts for them.

    Args:
        path: A procedure's file, or a folder.
        policy: The name of a policy of the catalogue, or the path of a policy's file; else the only one there is, else the usual.
        on: A day instead of the policy's.

    Raises:
        click.exceptions.Exit: After saying why, if the files have problems or there is no such policy.
    """
    if not Path(path).exists():
        raise stop(
            Words(f"Tidak ada berkas atau folder '{path}'.", f"There is no file or folder '{path}'."), USAGE_FAULT
        )
    found = read([path])
    problems = [problem for problem in found.problems if problem.severity is Severity.PROBLEM]
    for problem in problems:
        click.echo(problem.in_language(language()), err=True)
    if problems:
        raise stop(Words("Perbaiki dahulu masalah di atas.", "Mend these problems first."))
    if not found.procedures:
        raise stop(Words(f"Tidak ada prosedur di '{path}'.", f"There is no procedure in '{path}'."))
    policies = {one.id: one for one in found.policies} or {"usual": Policy(id="usual")}
    if policy is not None and policy not in policies and Path(policy).is_file():
        policies |= zip([policy], read([policy]).policies, strict=False)
    if policy is not None and policy not in policies:
        names = ", ".join(policies)
        raise stop(
            Words(
                f"Tidak ada kebijakan '{policy}'. Ada: {names}.", f"There is no policy '{policy}'. There are: {names}."
            ),
            USAGE_FAULT,
        )
    counting = policies[policy] if policy else policies.get("usual") or next(iter(policies.values()))
    if on is not None:
        try:
            counting = counting.model_copy(update={"date": date.fromisoformat(on)})
        except ValueError:
            raise stop(
                Words(f"'{on}' bukan tanggal. Tulis tahun-bulan-hari.", f"'{on}' is not a date. Write year-month-day."),
                USAGE_FAULT,
            ) from None
    return Chosen(found.catalogue, found.procedures, counting)
