"""Which of the two a paper is about, a procedure as it is or its redesign, with all that the paper may tell of it."""

from dataclasses import dataclass

from analysis.burden import burden
from analysis.certificate import Certificate
from analysis.change import Burden, Redesign
from analysis.compiling import compiled
from analysis.papers.assuming import assumed, assuming_words
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.procedure import Procedure
from processes.resolved import Resolved, resolved
from processes.words import Words

BEFORE = Words("Kondisi saat ini", "As it is today")
AFTER = Words("Rancang ulang, terbukti memutus setiap kasus seperti saat ini", "Redesign, proven to decide as today")


@dataclass(frozen=True, slots=True)
class Version:
    """One procedure that a paper is about."""

    model: Resolved
    title: Words  # of the service; the redesign has the same
    state: Words  # today's or the redesign
    asks: Burden  # expected, a case
    policy: Policy
    others: tuple[Procedure, ...] = ()  # of the catalogue, as they are today
    redesign: Redesign | None = None  # of which it is the procedure after

    @property
    def procedure(self) -> Procedure:
        """The procedure itself."""
        return self.model.procedure

    @property
    def name(self) -> str:
        """The name of today's procedure."""
        return self.redesign.before.id if self.redesign else self.procedure.id

    @property
    def catalogue(self) -> Catalogue:
        """What it refers to."""
        return self.model.catalogue


def before(procedure: Procedure, catalogue: Catalogue, policy: Policy, others: tuple[Procedure, ...] = ()) -> Version:
    """Return a procedure as it is, for a paper about it."""
    asks = burden(compiled(procedure, catalogue, policy, offers=False))
    return Version(resolved(procedure, catalogue), procedure.title, BEFORE, asks, policy, others)


def after(redesign: Redesign, catalogue: Catalogue, policy: Policy, others: tuple[Procedure, ...] = ()) -> Version:
    """Return what a procedure is redesigned to, for a paper about it.

    Raises:
        ValueError: If the redesign was refused, or the checker has not accepted it: no paper says that it holds.
    """
    if redesign.after is None or redesign.burden_after is None or redesign.certificate is None:
        raise ValueError("no paper is made of a redesign that is refused or has no certificate")
    model = resolved(redesign.after, catalogue)
    state, more = AFTER, assuming_words(_used(redesign.certificate, assumed(catalogue, policy)))
    if more is not None:
        state = Words(f"{state.id}; {more.id}", f"{state.en}; {more.en}")
    return Version(model, redesign.before.title, state, redesign.burden_after, policy, others, redesign)


def _used(certificate: Certificate, agreements: tuple[str, ...]) -> list[str]:
    """Return which of some agreements the look-ups of a certificate rest on."""
    rests_on = {str(agreement.id) for supplier in certificate.suppliers for agreement in supplier.agreements}
    return [one for one in agreements if one in rests_on]
