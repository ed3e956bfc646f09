"""The tables of the case store; knows nothing of what is written into them."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

VERSION = "7"  # of these tables; `migrations` brings older ones up to date

metadata = MetaData()

meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

# What cases are pinned to, once for all of them: whatever becomes of the files, a case finishes on what it began with.
texts = Table("texts", metadata, Column("hash", Text, primary_key=True), Column("content", LargeBinary, nullable=False))
definitions = Table(
    "definitions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("procedure", Text, nullable=False),
    Column("redesigned", Boolean, nullable=False),
    Column("procedure_hash", Text, nullable=False),
    Column("catalogue_hash", Text, nullable=False),
    Column("policy_hash", Text, nullable=False),
    UniqueConstraint("procedure_hash", "catalogue_hash", "policy_hash"),
)

runs = Table(
    "runs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("procedure", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("started", Text, nullable=False),
    Column("ended", Text),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("procedure", Text, nullable=False),
    Column("key", Text, nullable=False),  # the case's own; the same case comes in once
    Column("definition", Integer, nullable=False),
    Column("state", Text, nullable=False),  # ready, waiting, done
    Column("position", Text, nullable=False),  # where it stands: steps; empty before the first
    Column("moves", Integer, nullable=False),  # compare-and-set: whoever writes must have read this number
    Column("outcome", Text),  # issued, refused
    Column("reason", Text),  # the step of a refusal
    Column("erased", Text),  # when its data were erased
    UniqueConstraint("procedure", "key"),
)
ready = Index(
    "cases_ready",
    cases.c.definition,
    cases.c.position,
    cases.c.id,
    sqlite_where=text("state = 'ready'"),
    postgresql_where=text("state = 'ready'"),
)

waiting = Index(
    "cases_waiting",
    cases.c.procedure,
    cases.c.id,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)

closed = Table(  # how many cases came to what: counted as they are closed, so that nobody looks at all of them
    "closed",
    metadata,
    Column("procedure", Text, nullable=False),
    Column("outcome", Text, nullable=False),  # issued, refused
    Column("reason", Text, nullable=False),  # the step of a refusal; empty of what was issued
    Column("cases", Integer, nullable=False),
    PrimaryKeyConstraint("procedure", "outcome", "reason"),
)

# What is large stands apart: a case's row is written each time it moves.
given = Table(  # what a case brings along
    "given",
    metadata,
    Column("case_id", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
held = Table(  # its values, each with where it comes from, and its outputs
    "held",
    metadata,
    Column("case_id", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("outputs", LargeBinary),
)

waits = Table(
    "waits",
    metadata,
    Column("case_id", Integer, nullable=False),
    Column("number", Integer, nullable=False),  # in the order of the text
    Column("step", Text, nullable=False),
    Column("waits_for", Text, nullable=False),  # answer, decision, registry, nobody
    Column("who", Text, nullable=False),
    Column("missing", Text, nullable=False),  # names of facts, as JSON
    Column("why", Text, nullable=False),
    Column("since", Text, nullable=False, server_default=""),
    Column("escalated", Text, nullable=False, server_default=""),  # who can answer as well, because it is late
    PrimaryKeyConstraint("case_id", "number"),
    sqlite_with_rowid=False,
)

waits_of_whom = Index("waits_of_whom", waits.c.who, waits.c.case_id)
waits_gone_up = Index(
    "waits_gone_up",
    waits.c.escalated,
    waits.c.case_id,
    sqlite_where=text("escalated != ''"),
    postgresql_where=text("escalated != ''"),
)
waits_for_registry = Index(
    "waits_for_registry",
    waits.c.case_id,
    sqlite_where=text("waits_for = 'registry'"),
    postgresql_where=text("waits_for = 'registry'"),
)

batches = Table(
    "batches",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("run", Integer, nullable=False),
    Column("segment", Text, nullable=False),
    Column("cases", Integer, nullable=False),
    Column("at", Text, nullable=False),
)
batches_of_run = Index("batches_of_run", batches.c.run)
segments = Table(
    "segments",
    metadata,
    Column("case_id", Integer, nullable=False),
    Column("first", Text, nullable=False),  # step
    Column("visit", Integer, nullable=False),
    Column("batch", Integer, nullable=False),
    Column("steps", LargeBinary, nullable=False),  # all that were passed, as JSON
    PrimaryKeyConstraint("case_id", "first", "visit"),
    sqlite_with_rowid=False,
)

segments_of_batch = Index("segments_of_batch", segments.c.batch)

# The audit trail: a row for each look-up, batch and outcome, chained by hash; without personal data.
audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("first", Integer, nullable=False),  # the number of the first row that was written with it
    Column("content", LargeBinary, nullable=False),  # canonical JSON: what the hash is made of
    Column("hash", Text, nullable=False),
)
audited = Table(  # where a case stands in it
    "audited",
    metadata,
    Column("case_id", Integer, nullable=False),
    Column("first", Integer, nullable=False),  # among the rows that were written with this one
    PrimaryKeyConstraint("case_id", "first"),
    sqlite_with_rowid=False,
)
written_with = Index("audit_written_with", audit.c.first)

answers = Table(
    "answers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("case_id", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("what", Text, nullable=False),  # names of facts, or the way, as JSON
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=""),  # of whoever answered in that role
    Column("why", Text, nullable=False, server_default=""),  # in their words
    Column("since", Text, nullable=False, server_default=""),  # when the case had begun to wait for it
)
answers_of = Index("answers_of", answers.c.case_id)
returned = Table(  # when cases were sent back to whoever filled in their forms
    "returned",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("case_id", Integer, nullable=False),
    Column("step", Text, nullable=False),  # where it stood
    Column("form", Text, nullable=False),  # where it went
    Column("marks", Text, nullable=False),  # facts and papers, each with what is the matter with it, as JSON
    Column("who", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Text, nullable=False),
)
returned_of = Index("returned_of", returned.c.case_id)
intakes = Table(  # when cases were taken in: those up to this number, and after the one before
    "intakes",
    metadata,
    Column("last", Integer, primary_key=True),
    Column("at", Text, nullable=False),
)
drafts = Table(  # what is typed into a form that is not sent yet
    "drafts",
    metadata,
    Column("case_id", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),  # who saved it
    Column("at", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "step"),
)
failures = Table(
    "failures",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("run", Integer, nullable=False),
    Column("segment", Text, nullable=False),
    Column("case_id", Integer),
    Column("kind", Text, nullable=False),
    Column("message", Text, nullable=False),  # may quote personal data: it stays here
    Column("at", Text, nullable=False),
)
