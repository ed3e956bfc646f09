"""Rules of single steps, one function for each kind; knows nothing of what comes before or after."""

from collections.abc import Iterable, Iterator

from processes.catalogue import DataService, Form, FormField, FormPart
from processes.checking.names import advice, one_of, place, problem, reference
from processes.checking.scope import Scope
from processes.checking.sharing import field_problems
from processes.part import Location, Part
from processes.problem import Problem
from processes.procedure import (
    Approve,
    Carry,
    Check,
    Decide,
    Derive,
    Document,
    FormStep,
    FormUse,
    Identify,
    Issue,
    Lookup,
    Need,
    Notify,
    PartUse,
    Procedure,
    Step,
    Wait,
    actor,
)
from processes.wording import short
from processes.words import Words


def step_problems(scope: Scope, step: Step) -> Iterator[Problem]:
    """Yield what is wrong with a step: first what every step may have, then what its kind has."""
    catalogue = scope.known.catalogue
    if step.by is not None:
        yield from scope.actor(step.by, step)
    yield from _needs(scope, step.needs or (), step)
    registers = [register.id for register in catalogue.registers]
    for record in step.records:
        yield from reference(scope.known, "register", record.id, record.where, registers)
        yield from _needs(scope, record.takes, record)
    if step.escalates_to is not None:
        yield from escalation_problems(scope, step, limited=bool(step.within or scope.procedure.time_limit))
    if step.purpose is not None:
        purposes = [purpose.id for purpose in catalogue.purposes]
        yield from reference(scope.known, "purpose", step.purpose, place(step.purpose, step), purposes)
    match step:
        case FormStep():
            yield from _form(scope, step)
        case Identify():
            yield from _identify(scope, step)
        case Lookup():
            yield from _lookup(scope, step)
        case Check():
            yield from _check(scope, step)
        case Derive():
            yield from _derive(scope, step)
        case Decide() | Approve():
            yield from _judgement(scope, step)
        case Issue():
            yield from _issue(scope, step)
        case Notify():
            if step.whom is not None:
                yield from scope.actor(step.whom, step, "whom")
            yield from _needs(scope, step.carries, step)
        case Carry() if step.to is not None:
            yield from reference(scope.known, "agency", step.to, place(step.to, step), catalogue.agency)
        case Wait() if step.lasts is None:
            yield advice(
                "empty-wait",
                step.where,
                Words(f"'{step.id}' tidak menyebut berapa lama.", f"'{step.id}' does not say for how long."),
                Words("Tambahkan, misalnya 'for: 3 days'.", "Add it, as in 'for: 3 days'."),
            )


def escalation_problems(scope: Scope, part: Step | Procedure, *, limited: bool) -> Iterator[Problem]:
    """Yield what is wrong with to whom something goes up that is over its limit."""
    to, agencies = part.escalates_to or "", scope.known.catalogue.agency
    yield from scope.actor(to, part, "escalates_to")
    if actor(to).whom not in agencies and to in scope.naming.roles:
        yield problem(
            "escalated-to-citizen",
            place(to, part),
            Words(
                f"Yang terlambat naik kepada petugas atau instansi, bukan peran '{to}'.",
                f"What is late goes up to an officer or an agency, not to the role '{to}'.",
            ),
            one_of(to, agencies),
        )
    if not limited:
        yield advice(
            "escalated-never",
            place(to, part),
            Words(
                f"Tidak ada batas waktu, sehingga tidak ada yang naik kepada '{to}'.",
                f"There is no time limit, so nothing goes up to '{to}'.",
            ),
            Words("Tambahkan 'within' atau 'time_limit'.", "Add 'within' or 'time_limit'."),
        )


def _needs(scope: Scope, needs: Iterable[Need], part: Part) -> Iterator[Problem]:
    for need in needs:
        yield from scope.fact(need.fact, place(need.fact, part))


def _facts(scope: Scope, paths: Iterable[str], part: Part) -> Iterator[Problem]:
    for path in paths:
        yield from scope.fact(path, place(path, part))


# --- forms ----------------------------------------------------------------------------------------------------------


def _form(scope: Scope, step: FormStep) -> Iterator[Problem]:
    for use in step.uses:
        yield from _use(scope, use)
    for one in step.asks:
        yield from _question(scope, one)
    for document in step.documents:
        yield from _document(scope, document)
    if step.only is not None:
        yield from _only(scope, step, step.only)
    if not (step.uses or step.asks or step.documents):
        yield advice(
            "empty-form",
            step.where,
            Words(f"Formulir '{step.id}' tidak meminta apa pun.", f"The form '{step.id}' asks for nothing."),
            Words(
                "Tulis 'uses', 'asks' atau 'documents', atau hapus langkah ini.",
                "Write 'uses', 'asks' or 'documents', or remove the step.",
            ),
        )


def _use(scope: Scope, use: FormUse) -> Iterator[Problem]:
    forms = scope.known.catalogue.form
    yield from reference(scope.known, "form", use.id, place(use.id, use), forms)
    form = forms.get(use.id)
    if form is None:
        return
    parts = {part.id: part for part in form.parts}
    for chosen in use.parts:
        if chosen.id in parts:
            yield from _part(scope, form, parts[chosen.id], chosen)
        elif not scope.known.is_lost(chosen.id):
            yield problem(
                "unknown-part",
                place(chosen.id, chosen),
                Words(
                    f"Formulir {form.id} tidak mempunyai bagian '{short(chosen.id)}'.",
                    f"The form {form.id} has no part '{short(chosen.id)}'.",
                ),
                one_of(chosen.id, parts),
            )
    if not use.parts:
        for part in form.parts:
            yield from _part(scope, form, part, use)


def _part(scope: Scope, form: Form, part: FormPart, chosen: PartUse | FormUse) -> Iterator[Problem]:
    """Yield what is wrong with a part of a form in this procedure."""
    roles = chosen.roles if isinstance(chosen, PartUse) else ()
    write = f"{{{form.id}: {{{part.id}: …}}}}"
    mend = Words(f"Tulis perannya: uses: {write}.", f"Write the role: uses: {write}.")
    if not roles and part.role is None:
        yield problem(
            "part-without-role",
            chosen.where,
            Words(
                f"Bagian '{part.id}' tidak menyebut peran yang diisi.",
                f"Nothing says about whom the part '{part.id}' is filled in.",
            ),
            mend,
        )
    elif (
        not roles
        and part.role is not None
        and part.role not in scope.naming.roles
        and not scope.known.is_lost(part.role)
    ):
        yield problem(
            "unknown-role",
            chosen.where,
            Words(
                f"Bagian '{part.id}' diisi tentang peran '{part.role}', yang tidak ada dalam prosedur ini.",
                f"The part '{part.id}' is about the role '{part.role}', which this procedure does not have.",
            ),
            mend,
        )
    for role in roles or ([part.role] if part.role in scope.naming.roles and part.role else []):
        yield from scope.fits(role, part.about, f"{form.id} {part.id}", place(role, chosen) if roles else chosen.where)
    for one in part.fields:
        if one.same is not None:
            yield from _same(scope, one.same, [chosen.where] * 2)


def _question(scope: Scope, one: FormField) -> Iterator[Problem]:
    yield from field_problems(scope.known, one)
    if one.asks is not None:
        yield from scope.fact(one.asks, place(one.asks, one))
    yield from _facts(scope, one.declares, one)
    if one.same is not None:
        yield from _same(scope, one.same, [place(path, one) for path in one.same])
    if one.condition is not None:
        yield from scope.condition(one.condition, one)


def _same(scope: Scope, pair: tuple[str, str], where: list[Location]) -> Iterator[Problem]:
    """Yield what is wrong with two roles that an act says are one."""
    one, other = pair
    yield from scope.subject(one, where[0])
    subject = scope.naming.subject(one)
    if subject is None:
        yield from scope.subject(other, where[1])
    else:
        yield from scope.fits(other, subject.entity.id, one, where[1])


def _only(scope: Scope, step: FormStep, only: tuple[str, ...]) -> Iterator[Problem]:
    if scope.known.lost:
        return
    everything = step.model_copy(update={"only": None, "id": f"{step.id} "})
    there = {question.id for question in scope.model.questions(everything)}
    for name in only:
        fact, again, number = name.partition("#")
        if name not in there and f"{scope.naming.canonical(fact) or fact}{again}{number}" not in there:
            yield problem(
                "not-on-the-form",
                place(name, step),
                Words(f"Formulir ini tidak menanyakan '{short(name)}'.", f"The form does not ask '{short(name)}'."),
                one_of(name, [scope.naming.shown(one) for one in there]),
            )


def _document(scope: Scope, document: Document) -> Iterator[Problem]:
    for option in document.either:
        yield from _document(scope, option)
    if document.document is not None:
        yield from _paper(scope, document.document, document)
    if document.condition is not None:
        yield from scope.condition(document.condition, document)


def _paper(scope: Scope, name: str, part: Part) -> Iterator[Problem]:
    """Yield what is wrong with `KIND of ROLE`."""
    kind, _, whom = name.partition(" of ")
    where = place(name, part)
    papers = scope.known.catalogue.paper
    yield from reference(scope.known, "evidence", kind, where, papers)
    paper = papers.get(kind)
    if paper is None:
        yield from scope.subject(whom, where)
    else:
        yield from scope.fits(whom, paper.about, kind, where)


# --- machines -------------------------------------------------------------------------------------------------------


def _identify(scope: Scope, step: Identify) -> Iterator[Problem]:
    log_ins = scope.known.catalogue.log_in
    yield from reference(scope.known, "log-in", step.using, place(step.using, step), log_ins)
    by = step.by
    if by is None or by not in scope.naming.roles:
        if by is not None and actor(by).whom in scope.known.catalogue.agency:
            yield problem(
                "log-in-by-agency",
                place(by, step),
                Words(
                    "Yang masuk dengan identitasnya adalah seseorang, bukan instansi.",
                    "A person logs in, not an agency.",
                ),
                one_of(by, scope.naming.roles),
            )
    elif log_in := log_ins.get(step.using):
        yield from scope.fits(by, log_in.about, step.using, place(by, step))


def _lookup(scope: Scope, step: Lookup) -> Iterator[Problem]:
    services = scope.known.catalogue.service
    yield from reference(scope.known, "service", step.service, place(step.service, step), services)
    service = services.get(step.service)
    if service is None:
        for path in [step.about] if isinstance(step.about, str) else [about.role for about in step.about or ()]:
            yield from scope.subject(path, place(path, step))
        return
    yield from _about(scope, step, service)
    answers = (*service.gives, *service.confirms)
    for fact in step.gets:
        if fact not in answers and not scope.known.is_lost_path(fact):
            yield problem(
                "unknown-service-fact",
                place(fact, step),
                Words(
                    f"Layanan '{step.service}' tidak memberi '{short(fact)}'.",
                    f"The service '{step.service}' does not give '{short(fact)}'.",
                ),
                one_of(fact, answers),
            )


def _about(scope: Scope, step: Lookup, service: DataService) -> Iterator[Problem]:
    """Yield what is wrong with whom a look-up is about."""
    if isinstance(service.about, str):
        if isinstance(step.about, str):
            yield from scope.fits(step.about, service.about, step.service, place(step.about, step))
            return
        fitting = [
            role for role in scope.naming.roles if (s := scope.naming.subject(role)) and s.entity.id == service.about
        ]
        yield _whom(step, f"about: {fitting[0] if fitting else 'applicant'}")
        return
    subjects = {subject.id: subject for subject in service.about}
    if not isinstance(step.about, tuple):
        pairs = ", ".join(f"{name}: …" for name in subjects)
        yield _whom(step, f"about: {{{pairs}}}")
        return
    for about in step.about:
        if about.id in subjects:
            yield from scope.fits(
                about.role, subjects[about.id].entity, f"{step.service} {about.id}", place(about.role, about)
            )
        elif not scope.known.is_lost(about.id):
            yield problem(
                "unknown-subject",
                about.where,
                Words(
                    f"Layanan '{step.service}' tidak mempunyai subjek '{about.id}'.",
                    f"The service '{step.service}' has no subject '{about.id}'.",
                ),
                one_of(about.id, subjects),
            )
    named = {about.id for about in step.about}
    for name in subjects:
        if name not in named and "unread" not in scope.known.lost:
            yield problem(
                "missing-subject",
                step.about[0].where if step.about else step.where,
                Words(
                    f"Tidak disebut siapa '{name}' layanan '{step.service}'.",
                    f"Nothing says who is '{name}' of '{step.service}'.",
                ),
                Words(f"Tambahkan '{name}: PERAN'.", f"Add '{name}: ROLE'."),
            )


def _whom(step: Lookup, write: str) -> Problem:
    where = (
        place(step.about, step) if isinstance(step.about, str) else step.about[0].where if step.about else step.where
    )
    return problem(
        "wrong-about",
        where,
        Words(
            f"Tidak jelas tentang siapa '{step.service}' ditanya.",
            f"It is not clear whom '{step.service}' is asked about.",
        ),
        Words(f"Tulis '{write}'.", f"Write '{write}'."),
    )


def _derive(scope: Scope, step: Derive) -> Iterator[Problem]:
    for derivation in step.computes:
        yield from scope.fact(derivation.id, derivation.where)
        expected = scope.type_of(derivation.id)
        yield from scope.expression(derivation.expression, derivation, expected)


# --- officers -------------------------------------------------------------------------------------------------------


def _check(scope: Scope, step: Check) -> Iterator[Problem]:
    yield from _facts(scope, (*step.verifies, *step.gives), step)
    for path in step.inspects:
        if path not in step.verifies:
            yield problem(
                "inspects-what-it-does-not-verify",
                place(path, step),
                Words(
                    f"'{step.id}' memeriksa sendiri {path}, tetapi 'verifies' tidak menyebutnya.",
                    f"'{step.id}' inspects {path}, which its 'verifies' does not name.",
                ),
                one_of(path, step.verifies) if step.verifies else Words("Tambahkan 'verifies'.", "Add 'verifies'."),
            )
    if step.by is None:
        yield problem(
            "check-by-nobody",
            step.where,
            Words(f"Tidak disebut siapa yang memeriksa '{step.id}'.", f"Nothing says who does the check '{step.id}'."),
            Words(
                f"Tambahkan, misalnya 'by: {scope.procedure.agency}'.", f"Add it, as in 'by: {scope.procedure.agency}'."
            ),
        )
    elif step.by in scope.naming.roles and step.by not in scope.known.catalogue.agency:
        yield problem(
            "check-by-citizen",
            place(step.by, step),
            Words(
                f"Pemeriksaan dilakukan petugas, bukan peran '{step.by}'.",
                f"A check is done by an officer, not by the role '{step.by}'.",
            ),
            one_of(step.by, scope.known.catalogue.agency),
        )
    if not step.verifies and not step.gives:
        yield advice(
            "empty-check",
            step.where,
            Words(f"'{step.id}' tidak memeriksa fakta apa pun.", f"'{step.id}' checks no fact."),
            Words("Tulis 'verifies: […]' atau 'gives: […]'.", "Write 'verifies: […]' or 'gives: […]'."),
        )


def _judgement(scope: Scope, step: Decide | Approve) -> Iterator[Problem]:
    yield from _facts(scope, step.gives, step)
    if step.by is None:
        yield advice(
            "decided-by-nobody",
            step.where,
            Words(f"Tidak disebut siapa yang memutuskan '{step.id}'.", f"Nothing says who decides '{step.id}'."),
            Words("Tambahkan 'by: …', misalnya 'by: head of desa'.", "Add 'by: …', as in 'by: head of desa'."),
        )
    if step.needs is None:
        yield advice(
            "silent-judgement",
            step.where,
            Words(
                f"'{step.id}' tidak menyebut fakta yang dibacanya, jadi dianggap membaca semua isi berkas: "
                "semua fakta yang ada sebelumnya harus tetap ada.",
                f"'{step.id}' does not say what it reads, so it is taken to read everything the case holds: "
                "every fact that is there before it must stay.",
            ),
            Words(
                "Tulis 'needs: […]', atau 'needs: []' jika tidak membaca apa pun.",
                "Write 'needs: […]', or 'needs: []' if it reads nothing.",
            ),
        )


def _issue(scope: Scope, step: Issue) -> Iterator[Problem]:
    yield from _needs(scope, step.carries, step)
    yield from _facts(scope, step.gives, step)
    if step.document is not None:
        yield from _paper(scope, step.document, step)
    registries = [registry.id for registry in scope.known.catalogue.registries]
    for name in step.changes:
        yield from reference(scope.known, "registry", name, place(name, step), registries)
    for name in step.starts:
        yield from reference(scope.known, "procedure", name, place(name, step), scope.known.procedures)
    if not (step.carries or step.gives or step.document):
        yield advice(
            "empty-issue",
            step.where,
            Words(f"'{step.id}' tidak memuat fakta apa pun.", f"'{step.id}' carries no fact."),
            Words(
                "Tulis 'carries: […]': fakta yang tertulis di dalamnya.",
                "Write 'carries: […]': the facts that stand on it.",
            ),
        )
