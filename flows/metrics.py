"""What is counted of cases, look-ups and runs, in the text form that Prometheus reads; names and numbers alone, nobody's data.

Source: Prometheus, Exposition formats, text-based format 0.0.4.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from flows.store.case_store import CaseStore
from flows.store.counting import failures, last_runs, look_ups, stands

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics(store: CaseStore) -> str:
    """Return all metrics of a store.

    Complexity: linear in open cases and in the audit trail.
    """
    return "".join(f"{line}\n" for line in _lines(store))


def _lines(store: CaseStore) -> Iterator[str]:
    places = stands(store)
    yield from _head("sekali_cases", "gauge", "Cases, by where they stand and what they wait for.")
    for one in places:
        labels = {"procedure": one.procedure, "state": one.state, "step": one.step}
        yield _sample("sekali_cases", labels | {"waits_for": one.waits_for, "why": one.why}, one.cases)
    yield from _head("sekali_waiting_since_timestamp_seconds", "gauge", "Since when the longest waits.")
    for one in places:
        if one.since:
            labels = {"procedure": one.procedure, "step": one.step, "waits_for": one.waits_for, "why": one.why}
            yield _sample("sekali_waiting_since_timestamp_seconds", labels, _seconds(one.since))
    yield from _head("sekali_look_ups_total", "counter", "Cases for which a service was asked, by what it came to.")
    for told in look_ups(store):
        yield _sample("sekali_look_ups_total", {"service": told.service, "outcome": told.outcome}, told.cases)
    runs = last_runs(store)
    yield from _head("sekali_runs_total", "counter", "Runs.")
    for run in runs:
        yield _sample("sekali_runs_total", {"procedure": run.procedure}, run.runs)
    yield from _head("sekali_last_run_timestamp_seconds", "gauge", "When the newest run began.")
    for run in runs:
        yield _sample("sekali_last_run_timestamp_seconds", {"procedure": run.procedure}, _seconds(run.started))
    yield from _head("sekali_last_run_duration_seconds", "gauge", "How long the newest run took, once it has ended.")
    for run in runs:
        if run.ended:
            took = _seconds(run.ended) - _seconds(run.started)
            yield _sample("sekali_last_run_duration_seconds", {"procedure": run.procedure}, took)
    yield from _head("sekali_failures_total", "counter", "What failed, by kind.")
    for kind, number in failures(store).items():
        yield _sample("sekali_failures_total", {"kind": kind}, number)


def _head(name: str, kind: str, about: str) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"


def _sample(name: str, labels: Mapping[str, str], value: float) -> str:
    """Return a line of a metric.

    >>> print(_sample("sekali_cases", {"step": "ask", "why": ""}, 3))
    sekali_cases{step="ask"} 3
    """
    told = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items() if text)
    return f"{name}{{{told}}} {value:g}" if abs(value) < 1e6 else f"{name}{{{told}}} {value:.0f}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
