"""What commands on procedures share: reading the files, *what if*, and stopping where they do not stand; decides nothing."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

import click

from flows.commands.speaking import USAGE_FAULT, language, option, stop
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.problem import Problem, Severity, nearest
from processes.procedure import Procedure
from processes.reading import Read, catalogue_around, deciding, read
from processes.words import Words


class Chosen(NamedTuple):
    """The procedures a command is about, with all they refer to."""

    catalogue: Catalogue
    procedures: tuple[Procedure, ...]
    policy: Policy


class WhatIf(NamedTuple):
    """What is assumed for once, without editing a file."""

    policy: str | None = None  # the name of a policy of the catalogue, or the path of a policy's file
    on: str | None = None  # a day instead of the policy's
    with_agreements: tuple[str, ...] = ()  # as if in force
    without_agreements: tuple[str, ...] = ()  # as if there were none


def what_if(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of *what if* to a command, which gets them together as `assumed`."""

    @wraps(function)
    def called(
        *arguments: Any,
        policy: str | None,
        on: str | None,
        with_agreements: tuple[str, ...],
        without_agreements: tuple[str, ...],
        **more: Any,
    ) -> Any:
        return function(*arguments, assumed=WhatIf(policy, on, with_agreements, without_agreements), **more)

    added = (
        option("--policy", words=Words("Kebijakan: nama atau berkas.", "The policy: its name, or a file.")),
        option(
            "--with",
            "with_agreements",
            multiple=True,
            metavar="AGREEMENT",
            words=Words(
                "Andaikan perjanjian ini berlaku; boleh diulang.", "As if this agreement were in force; repeatable."
            ),
        ),
        option(
            "--without",
            "without_agreements",
            multiple=True,
            metavar="AGREEMENT",
            words=Words("Andaikan perjanjian ini tidak ada; boleh diulang.", "As if it did not exist; repeatable."),
        ),
        option("--on", metavar="DATE", words=Words("Tanggal perjanjian dinilai.", "The day agreements are judged on.")),
    )
    for one in reversed(added):
        called = one(called)
    return called


def chosen(
    path: str,
    policy: str | None = None,
    on: str | None = None,
    with_agreements: Sequence[str] = (),
    without_agreements: Sequence[str] = (),
) -> Chosen:
    """Read the procedures at a path, and the policy that counts for them.

    Args:
        path: A procedure's file, or a folder.
        policy: The name of a policy of the catalogue, or the path of a policy's file; else the only one there is, else the usual.
        on: A day instead of the policy's.
        with_agreements: Agreements to be taken as in force, besides those of the policy.
        without_agreements: Agreements to be taken as not there.

    Raises:
        click.exceptions.Exit: After saying why, if the files have problems, or something that is named is not there.
    """
    if not Path(path).exists():
        raise stop(
            Words(f"Tidak ada berkas atau folder '{path}'.", f"There is no file or folder '{path}'."), USAGE_FAULT
        )
    found = read([path])
    problems = problems_of(found)
    for problem in problems:
        click.echo(problem.in_language(language()), err=True)
    if problems:
        raise stop(Words("Perbaiki dahulu masalah di atas.", "Mend these problems first."))
    if not found.procedures:
        raise stop(Words(f"Tidak ada prosedur di '{path}'.", f"There is no procedure in '{path}'."))
    assumed = WhatIf(policy, on, tuple(with_agreements), tuple(without_agreements))
    return Chosen(found.catalogue, found.procedures, counting(found, assumed))


def neighbours(path: str, found: Chosen) -> tuple[Procedure, ...]:
    """Return all procedures of the catalogue that a path belongs to."""
    around = catalogue_around(Path(path))
    return read([around]).procedures if around is not None else found.procedures


def problems_of(found: Read) -> list[Problem]:
    """Return what must be mended before the files can be used; advice is left to `sekali check`."""
    return [problem for problem in found.problems if problem.severity is Severity.PROBLEM]


def counting(found: Read, assumed: WhatIf) -> Policy:
    """Return the policy that counts: the one that is named, with what is assumed besides.

    Raises:
        click.exceptions.Exit: After saying why, if there is no such policy, day or agreement.
    """
    policies = {one.id: one for one in found.policies} or {"usual": Policy(id="usual")}
    name = assumed.policy
    if name is not None and name not in policies and Path(name).is_file():
        for one in read([name]).policies[:1]:
            policies[name] = deciding(one, tuple(made for made in found.decisions if made not in one.decisions))
    if name is not None and name not in policies:
        there, near = ", ".join(policies), _did_you_mean(name, policies)
        raise stop(
            Words(
                f"Tidak ada kebijakan '{name}'.{near.id} Ada: {there}.",
                f"There is no policy '{name}'.{near.en} There are: {there}.",
            ),
            USAGE_FAULT,
        )
    policy = policies[name] if name else policies.get("usual") or next(iter(policies.values()))
    taken, left = assumed.with_agreements, assumed.without_agreements
    _must_be_there(found.catalogue, taken, left)
    update: dict[str, Any] = {
        "with_agreements": tuple(dict.fromkeys(one for one in (*policy.with_agreements, *taken) if one not in left)),
        "without_agreements": tuple(
            dict.fromkeys(one for one in (*policy.without_agreements, *left) if one not in taken)
        ),
    }
    if assumed.on is not None:
        update["date"] = _day(assumed.on)
    return policy.model_copy(update=update)


def _must_be_there(catalogue: Catalogue, taken: Sequence[str], left: Sequence[str]) -> None:
    known = [one.id for one in catalogue.agreements]
    for name in (*taken, *left):
        if name not in known:
            near = _did_you_mean(name, known)
            raise stop(
                Words(
                    f"Tidak ada perjanjian '{name}' di katalog.{near.id}",
                    f"There is no agreement '{name}' in the catalogue.{near.en}",
                ),
                USAGE_FAULT,
            )
    if both := sorted(set(taken) & set(left)):
        raise stop(
            Words(
                f"'{both[0]}' disebut dengan --with dan --without.", f"'{both[0]}' is named by --with and --without."
            ),
            USAGE_FAULT,
        )


def _did_you_mean(name: str, known: Sequence[str] | dict[str, Any]) -> Words:
    near = nearest(name, known)
    return Words(f" Maksud Anda '{near}'?", f" Did you mean '{near}'?") if near else Words("", "")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise stop(
            Words(f"'{text}' bukan tanggal. Tulis tahun-bulan-hari.", f"'{text}' is not a date. Write year-month-day."),
            USAGE_FAULT,
        ) from None
