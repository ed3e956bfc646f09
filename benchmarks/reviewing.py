"""What the review costs: the overview of 200 procedures, a decision until its procedure is drawn again, pages, and the site as files."""

import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path

from starlette.testclient import TestClient

from benchmarks.generated import Kind, write
from flows.review.app import ASSETS, application
from flows.review.desk import Desk
from flows.review.export import Whence, export
from processes.policy import Policy
from processes.reading import Read

RUNS = 7
SAMPLE = Path("processes/purbalingga")
SIXTY = Kind("sixty", chapters=2)  # two everyday procedures in a row: 60 steps, 120 fields
DAY = date(2026, 11, 5)


def policy_of(found: Read) -> Policy:
    """Return the policy of a catalogue; goes to other processes by its name."""
    return next(iter(found.policies), Policy())


def main(arguments: list[str]) -> None:
    """Print the table; the only argument is another number of procedures than 200."""
    many = int(arguments[0]) if arguments else 200
    print("| what | seconds | of the processor |")
    print("| --- | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        _overview(Path(folder), many)
        _decisions(Path(folder))
        _site(Path(folder))
        _weight(Path(folder))


def _row(what: str, taken: list[tuple[float, float]]) -> None:
    wall, cpu = (statistics.median(one[number] for one in taken) for number in (0, 1))
    print(f"| {what} | {wall:.3f} | {cpu:.3f} |", flush=True)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that something takes, and those of the processor, Graphviz and other processes included."""
    start, times = time.perf_counter(), os.times()
    work()
    wall, now = time.perf_counter() - start, os.times()
    return wall, sum(now[:4]) - sum(times[:4])


def _client(desk: Desk) -> TestClient:
    return TestClient(application(desk, language="en", today=lambda: DAY), base_url="http://localhost")


def _overview(folder: Path, many: int) -> None:
    root = folder / "many"
    write(root, range(many))
    desk = Desk(root, policy_of)
    _row(f"before: {many} procedures of 30 steps redesigned, once", [_timed(desk.compute_all)])
    client = _client(desk)
    assert client.get("/").text.count('<th scope="row">') == many
    _row(f"overview of {many} procedures", [_timed(lambda: client.get("/")) for _ in range(RUNS)])
    _row(
        "the same, sorted and searched", [_timed(lambda: client.get("/?sort=minutes&down=1&q=p1")) for _ in range(RUNS)]
    )


def _decisions(folder: Path) -> None:
    root = folder / "sixty"
    write(root, [1], kind=SIXTY)
    desk = Desk(root, policy_of)
    (procedure,) = desk.state().procedures
    client = _client(desk)
    address = f"/p/{procedure.id}"
    page = client.get(address).text
    steps = len(procedure.step_by_id)
    _row(f"the page of a procedure of {steps} steps, again", [_timed(lambda: client.get(address)) for _ in range(RUNS)])
    for decision in ("accepted", "rejected"):
        taken = []
        for _ in range(RUNS):
            page = client.get(address).text
            sent = _form(page)

            def decide(sent: dict[str, str] = sent, decision: str = decision) -> None:
                data = {**sent, "by": "Benchmark", "why": "to measure it", "decision": decision}
                answer = client.post(f"{address}/decide", data=data)
                assert answer.status_code == 200 and answer.text.count("<svg id=") == 2

            taken.append(_timed(decide))
        _row(f"a finding {decision} until it is drawn again, {steps} steps", taken)


def _form(page: str) -> dict[str, str]:
    """Return the hidden fields of the first form that decides on one finding nobody has decided on."""
    for form in re.findall(r'(?s)<form method="post" action="/p/[^"]*" class="decide">.*?</form>', page):
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
        what = [value for name, value in hidden if name == "what"]
        if len(what) == 1 and what[0].endswith("@none"):
            return {name: unescape(value) for name, value in hidden}
    raise AssertionError("everything is decided")


def _site(folder: Path) -> None:
    taken = [_timed(lambda: export(Whence(SAMPLE, policy_of), folder / "site"))]
    _row("the sample catalogue of nine procedures as a site of files", taken)


def _weight(folder: Path) -> None:
    """Tell the heaviest page that links lead to, as it is sent and as it is shown; not what is asked with words behind a `?`."""
    shared = sum(path.stat().st_size for path, _ in ASSETS.values())
    print("\n| the heaviest page, with styles, script and letters | sent, kB | shown, kB |")
    print("| --- | ---: | ---: |")
    for what, root in (("of the sample catalogue", SAMPLE), ("of a catalogue of 60 steps", folder / "sixty")):
        client = _client(Desk(root, policy_of))
        waiting, sizes = ["/"], dict[str, tuple[int, int]]()
        while waiting:
            if (page := waiting.pop()) not in sizes:
                answer = client.get(page)
                sizes[page] = int(answer.headers["content-length"]) + shared, len(answer.content) + shared
                if "html" in answer.headers["content-type"]:
                    links = re.findall(r'href="(/[^"#?]*)', answer.text)
                    waiting += [one for one in links if not re.search("assets|papers|frees", one)]
        heaviest = max(sizes, key=sizes.__getitem__)
        sent, shown = sizes[heaviest]
        print(f"| {what}, of {len(sizes)}: `{heaviest}` | {sent / 1000:.0f} | {shown / 1000:.0f} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
