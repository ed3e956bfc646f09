"""What else could move cases: ten steps a case in other engines, each step as little as can be; needs the group `bench`.

A step here sets one value and does nothing else: no look-up, no audit trail, no form. So these figures are what the engine itself
costs, and the most that it could reach.
"""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from benchmarks.births import Seconds, timed

STEPS = 10
Row = tuple[str, int, Callable[[], Seconds] | str]  # what, cases, and how long; or why not


def peers(folder: Path, postgres: str | None) -> Iterator[Row]:
    """Yield the rows of the other engines.

    Args:
        folder: Where they may write.
        postgres: The address of an empty database; nothing, if there is none.
    """
    yield f"a Prefect task for each step and case, {STEPS} steps", 20, lambda: prefect_tasks(20)
    spiff = "" if find_spec("SpiffWorkflow") else "SpiffWorkflow is not installed"
    yield f"SpiffWorkflow, {STEPS} script tasks, nothing saved", 300, spiff or (lambda: spiff_workflow(300, None))
    yield (
        f"SpiffWorkflow, {STEPS} script tasks, saved in SQLite after each",
        50,
        spiff or (lambda: spiff_workflow(50, folder / "spiff.sqlite")),
    )
    dbos = "" if find_spec("dbos") else "dbos is not installed"
    sqlite = f"sqlite:///{folder / 'dbos.sqlite'}"
    yield f"DBOS, a workflow of {STEPS} steps for each case, SQLite", 30, dbos or (lambda: dbos_workflows(30, sqlite))
    no_postgres = dbos or ("" if postgres else "there is no PostgreSQL")
    yield (
        f"DBOS, a workflow of {STEPS} steps for each case, PostgreSQL",
        30,
        no_postgres or (lambda: dbos_workflows(30, str(postgres))),
    )


def prefect_tasks(cases: int) -> Seconds:
    """Run one flow in which each step of each case is a task."""
    from prefect import flow, task
    from prefect.cache_policies import NO_CACHE
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    @task(cache_policy=NO_CACHE, persist_result=False)
    def step(case: int, number: int) -> int:
        return case + number

    @flow(persist_result=False, validate_parameters=False)
    def peer() -> None:
        for case in range(cases):
            for number in range(STEPS):
                step(case, number)

    with temporary_settings(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        return timed(peer)


def spiff_workflow(cases: int, store: Path | None) -> Seconds:
    """Run a BPMN process of script tasks for each case; with a store, save the whole case after each task."""
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
    from SpiffWorkflow.util.task import TaskState

    parser = BpmnParser()
    parser.add_bpmn_str(_bpmn().encode())
    spec = parser.get_spec("peer")
    serializer = BpmnWorkflowSerializer()
    database = sqlite3.connect(store or ":memory:", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE cases (number INTEGER PRIMARY KEY, content TEXT)")

    def run() -> None:
        for number in range(cases):
            workflow = BpmnWorkflow(spec)
            if store is None:
                workflow.do_engine_steps()
            else:
                while (task := workflow.get_next_task(state=TaskState.READY)) is not None:
                    task.run()
                    content = serializer.serialize_json(workflow)
                    database.execute("REPLACE INTO cases VALUES (?, ?)", (number, content))
            assert workflow.is_completed()

    seconds = timed(run)
    database.close()
    return seconds


def _bpmn() -> str:
    tasks = "".join(
        f'<scriptTask id="t{n}"><incoming>f{n}</incoming><outgoing>f{n + 1}</outgoing><script>v{n} = {n}</script></scriptTask>'
        for n in range(STEPS)
    )
    ends = ["start", *(f"t{n}" for n in range(STEPS)), "end"]
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{one}" targetRef="{other}"/>'
        for n, (one, other) in enumerate(pairwise(ends))
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="peer">'
        '<process id="peer" isExecutable="true"><startEvent id="start"><outgoing>f0</outgoing></startEvent>'
        f'{tasks}<endEvent id="end"><incoming>f{STEPS}</incoming></endEvent>{flows}</process></definitions>'
    )


def dbos_workflows(cases: int, database: str) -> Seconds:
    """Run a durable workflow for each case, each step of which is recorded."""
    from dbos import DBOS

    @DBOS.step()
    def step(case: int, number: int) -> int:
        return case + number

    @DBOS.workflow()
    def peer(case: int) -> str:
        return json.dumps([step(case, number) for number in range(STEPS)])

    logging.getLogger("dbos").setLevel(logging.ERROR)
    DBOS(config={"name": "peer", "system_database_url": database, "run_admin_server": False, "log_level": "ERROR"})  # type: ignore[typeddict-unknown-key]
    try:
        DBOS.launch()
        peer(-1)

        def run() -> None:
            for case in range(cases):
                peer(case)

        return timed(run)
    finally:
        DBOS.destroy(destroy_registry=True)
