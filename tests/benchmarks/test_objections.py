"""The report objects to results that break a promise, and names old versions."""

import json
import re
import shutil

import pytest

from benchmarks import objections, report


@pytest.fixture
def results(tmp_path):
    return shutil.copytree(objections.RESULTS, tmp_path / "results")


def spoil(path, old, new):
    text = path.read_text()
    path.write_text(re.sub(old, new, text, count=1, flags=re.MULTILINE))
    assert path.read_text() != text


def test_the_results_keep_the_promises():
    assert [*objections.faults()] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        (
            "accuracy.csv",
            r"^(float64,loss,0.0,bcelib),[^,]*",
            r"\1,2.01",
            r"^bcelib errs by 2\.01 ulps: float64 loss, y = 0\.0$",
        ),
        (
            "accuracy.csv",
            r"^(float32,hessian,0.9,bcelib),[^,]*",
            r"\1,inf",
            "^bcelib errs by inf ulps: float32 hessian",
        ),
        (
            "accuracy.csv",
            r"^(float16,gradient,1.0,bcelib,.*),,,$",
            r"\1,9.5,,",
            r"^bcelib returns nan at z = 9\.5: float16 gradient",
        ),
        (
            "scale.csv",
            r"^(log loss of a file,1000000000,.*?),[\d.]+,([\d.]*)$",
            r"\1,900,\2",
            "^the memory of 'log loss of a file' grows",
        ),
    ],
)
def test_a_broken_promise_stops_the_report(
    results, monkeypatch, tmp_path, name, old, new, fault
):
    spoil(results / name, old, new)
    found = [*objections.faults(results)]
    assert any(re.search(fault, each) for each in found), found
    page = tmp_path / "page.md"
    page.write_text("% begin memory\n% end\n")
    monkeypatch.setattr(report, "PAGES", [page])
    monkeypatch.setattr(objections, "faults", lambda: found)
    with pytest.raises(SystemExit, match=fault.removeprefix("^").removesuffix("$")):
        report.main()
    assert page.read_text() == "% begin memory\n% end\n"


def test_old_versions_are_named_and_stop_nothing(
    results, monkeypatch, tmp_path, capsys
):
    about = json.loads((results / "speed.json").read_text())
    about["distributions"] = {"torch": "2.0.1+cpu", "bcelib": "0.1.0", "scipy": "9"}
    for name in ("accuracy.json", "speed.json", "scale.json"):
        (results / name).write_text(json.dumps({"distributions": {}}))
    (results / "speed.json").write_text(json.dumps(about))
    pins = tmp_path / "pins.txt"
    pins.write_text("torch==2.0.2\nscipy==9 ; python_version < '3'\nscipy==10\n")
    found = [*objections.outdated(results, pins)]
    assert found == ["speed.json: torch==2.0.1 was measured and is not pinned any more"]
    monkeypatch.setattr(report, "PAGES", [])
    monkeypatch.setattr(objections, "outdated", lambda: found)
    report.main()
    assert capsys.readouterr().out == found[0] + "\n"
