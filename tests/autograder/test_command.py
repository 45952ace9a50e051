"""The command line, from a zip as an LMS exports it to pages and gradebooks."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import pytest
from handed_in import DEMO, demo, notebook, solved

from autograder import results
from autograder.__main__ import GUIDE, MASTERS, main
from autograder.grading import batch
from autograder.masters import homework
from autograder.sandbox import sandbox

MASTER = homework.load("03", MASTERS)
WRITTEN = next(question for question in MASTER.questions if question.written)
MACHINE_POINTS = MASTER.points - WRITTEN.points


@pytest.fixture
def upload(tmp_path):
    """A zip as Canvas exports it: one student did all, one handed in a blank."""
    path = tmp_path / "submissions.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("lovelaceada_101_9001_hw03.ipynb", json.dumps(solved(MASTER)))
        blank = json.dumps(notebook(MASTER, {}))
        file.writestr("boolegeorge_LATE_102_9002_hw03-1.ipynb", blank)
        file.writestr("venntj_103_9003_notes.pdf", b"%PDF-1.4")
    return path


def rows(path):
    text = path.read_text(encoding="utf-8-sig")
    return {row["lms_id"]: row for row in csv.DictReader(io.StringIO(text))}


def test_from_upload_to_gradebook(upload, tmp_path, bubblewrap, capsys):
    out = tmp_path / "grades"
    command = ["grade", "03", str(upload), "--out", str(out)]
    assert main(command) == 0
    said = "Without a notebook: 1\n  venntj-103: no notebook was handed in; there is"
    assert said in capsys.readouterr().out
    grades = rows(out / "grades.csv")
    assert set(grades) == {"101", "102", "103"}
    assert float(grades["101"]["autograded"]) == MACHINE_POINTS
    assert grades["101"]["total"] == ""  # the written answer is not scored yet
    assert grades["102"]["total"] == "0"
    assert grades["102"]["q1 status"] == "not attempted"
    assert (grades["103"]["total"], grades["103"]["q1 status"]) == ("", "unreadable")
    for name in ("results.json", "summary.html", "canvas.csv", "scores.html"):
        assert (out / name).stat().st_size > 0
    assert len([*(out / "feedback").glob("*.html")]) == 3

    sheet = out / "scores.csv"
    text = sheet.read_text(encoding="utf-8-sig")
    table = [*csv.DictReader(io.StringIO(text))]
    for row in table:
        if "lovelace" in row["student"] and row["question"] == WRITTEN.name:
            row["points"] = str(WRITTEN.points)
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table[0])
        writer.writeheader()
        writer.writerows(table)
    assert main(["merge", "03", "--out", str(out)]) == 0
    assert float(rows(out / "grades.csv")["101"]["total"]) == MASTER.points
    assert main(command) == 0  # graded again, the points that a person gave remain
    assert float(rows(out / "grades.csv")["101"]["total"]) == MASTER.points


def test_a_term_of_one_homework(upload, tmp_path, bubblewrap, capsys):
    term = tmp_path / "grades"
    term.mkdir()
    people = [
        "Student,ID,Section",
        "Ada,101,A",
        "George,102,A",
        "JT,103,B",
        "Zoe,104,B",
    ]
    (term / "roster.csv").write_text("\n".join(people))
    assert main(["grade", "03", str(upload), "--out", str(term / "03")]) == 0
    assert "1 students of the roster are missing" in capsys.readouterr().out
    typed = "student,question,points,reason,by\n"
    typed += f"lovelaceada-101,{WRITTEN.name},{WRITTEN.points},,ep\n"
    for question in MASTER.questions:
        typed += f"venntj-103,{question.name},1,on paper,ep\n"
    copy = tmp_path / "ep.csv"
    copy.write_text(typed)
    assert main(["merge", "03", str(copy), "--out", str(term / "03")]) == 0
    assert main(["gradebook", str(term)]) == 0
    assert capsys.readouterr().out.endswith(f"{term / 'gradebook.html'}\n")
    text = (term / "gradebook.csv").read_text(encoding="utf-8-sig")
    totals = {row["name"]: row["total"] for row in csv.DictReader(io.StringIO(text))}
    by_hand = str(10 * len(MASTER.questions))
    assert totals == {"Ada": "100", "George": "0", "JT": by_hand, "Zoe": "0"}


def test_notebooks_of_another_homework_are_doubted(
    upload, tmp_path, bubblewrap, capsys
):
    assert main(["grade", "01", str(upload), "--out", str(tmp_path / "01")]) == 0
    said = capsys.readouterr().out
    assert "2 of 2 notebooks are of another version of the handout. Are they of" in said
    assert main(["grade", "03", str(upload), "--out", str(tmp_path / "03")]) == 0
    assert "another version" not in capsys.readouterr().out


def test_a_term_may_have_masters_of_ones_own_too(tmp_path, bubblewrap, capsys):
    masters, folder, term = (tmp_path / name for name in ("own", "class", "grades"))
    made = shutil.copytree(DEMO / "01_demo", masters / "21_demo")
    (made / "01_demo.ipynb").rename(made / "21_demo.ipynb")
    folder.mkdir()
    (folder / "ada.ipynb").write_text(json.dumps(notebook(MASTER, {})))
    (folder / "ben.ipynb").write_text(json.dumps(notebook(MASTER, {})))
    mine = ["--masters", str(masters)]
    for number, own in (("03", []), ("21", mine)):
        out = ["--out", str(term / number)]
        assert main(["grade", number, str(folder), *out, *own]) == 0
    (term / "term.toml").write_text("[homework.03]\nweight = 2\n")
    assert main(["gradebook", str(term)]) == 2
    assert "there is no homework '21_demo'" in capsys.readouterr().err
    assert main(["gradebook", str(term), *mine]) == 0
    head = (term / "gradebook.csv").read_text("utf-8-sig").partition("\n")[0]
    assert '"03","03 note","21","21 note"' in head


def test_who_hands_in_late_joins_the_others(upload, tmp_path, bubblewrap, capsys):
    out, late = tmp_path / "grades", tmp_path / "late.zip"
    assert main(["grade", "03", str(upload), "--out", str(out)]) == 0
    with zipfile.ZipFile(late, "w") as file:
        made = json.dumps(solved(MASTER))
        file.writestr("boolegeorge_LATE_102_9009_hw03.ipynb", made)
        file.writestr("turingalan_LATE_104_9010_hw03.ipynb", made)
    capsys.readouterr()
    assert main(["grade", "03", str(late), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "2 more students are in the reports, from earlier runs" in printed
    assert "3 written answers wait for points in" in printed
    grades = rows(out / "grades.csv")
    assert set(grades) == {"101", "102", "103", "104"}
    assert float(grades["102"]["autograded"]) == MACHINE_POINTS


def test_a_late_file_by_itself_is_its_students(upload, tmp_path, bubblewrap, capsys):
    out, late = tmp_path / "grades", tmp_path / "Downloads" / "hw03 (1).ipynb"
    late.parent.mkdir()
    late.write_text(json.dumps(solved(MASTER)))
    grade = ["grade", "03", "--out", str(out)]
    assert main([*grade, str(upload)]) == 0
    assert main([*grade, str(late)]) == 2
    assert f"{late}: whose is it? Name the student with" in capsys.readouterr().err
    assert main([*grade, str(late), "--student", "102"]) == 0
    printed = capsys.readouterr().out
    assert "Replaced: 1\n  boolegeorge-102: Downloads/hw03 (1)" in printed
    grades = rows(out / "grades.csv")
    assert set(grades) == {"101", "102", "103"}
    assert float(grades["102"]["autograded"]) == MACHINE_POINTS
    with zipfile.ZipFile(out / "feedback_canvas.zip") as file:
        assert file.namelist() == ["lovelaceada_101_9001_hw03.ipynb.feedback.html"]
    assert main([*grade, str(upload)]) == 0  # the whole class again: it stays
    printed = capsys.readouterr().out
    assert "Kept, since what is handed over is older" in printed
    assert "boolegeorge-102: Downloads/hw03 (1).ipynb, not boolegeorge_LATE" in printed
    assert float(rows(out / "grades.csv")["102"]["autograded"]) == MACHINE_POINTS
    assert main([*grade, str(late), "--student", "104"]) == 0
    assert "New here: 1\n  student-104" in capsys.readouterr().out
    assert float(rows(out / "grades.csv")["104"]["autograded"]) == MACHINE_POINTS


def test_a_file_that_is_nobodys_waits_for_a_person(tmp_path, bubblewrap, capsys):
    out, export = tmp_path / "grades", tmp_path / "submissions.zip"
    with zipfile.ZipFile(export, "w") as file:
        blank = json.dumps(notebook(MASTER, {}))
        file.writestr("jonesamy_101_9001_hw03.ipynb", json.dumps(solved(MASTER)))
        file.writestr("smith_101_999_9002_hw03.ipynb", blank)  # user 999, Smith_101
        file.writestr("venntj_103_9003_hw03.ipynb", blank)
    grade = ["grade", "03", str(export), "--out", str(out)]
    for _ in range(2):
        assert main(grade) == 0
        printed = capsys.readouterr().out
        assert "Nobody's yet: 1\n  smith_101_999_9002_hw03.ipynb" in printed
        grades = rows(out / "grades.csv")
        assert set(grades) == {"101", "103", ""}
        assert float(grades["101"]["autograded"]) == MACHINE_POINTS
        assert (grades[""]["total"], grades[""]["q1 status"]) == ("", "unreadable")
    for _ in range(2):
        assert main([*grade, "--student", "999"]) == 0
        assert main(grade) == 0
        assert "Nobody's yet" not in capsys.readouterr().out
        grades = rows(out / "grades.csv")
        assert set(grades) == {"101", "103", "999"}
        assert float(grades["101"]["autograded"]) == MACHINE_POINTS
        assert grades["999"]["total"] == "0"


def test_a_handout_of_another_version_is_reported(
    upload, tmp_path, monkeypatch, capsys, bubblewrap
):
    command = ["grade", "03", str(upload), "--out", str(tmp_path / "grades")]
    monkeypatch.setattr("autograder.__main__.HANDOUTS", tmp_path)
    assert main(["release", "03"]) == 0
    assert main(command) == 0
    assert "not what the master makes now" not in capsys.readouterr().err
    handout = tmp_path / f"{MASTER.name}.ipynb"
    handout.write_text(handout.read_text().replace("raise", "return"))
    assert main(command) == 0
    assert f"{handout} is not what the master makes now" in capsys.readouterr().err


def test_release_without_a_number_makes_all_handouts_and_the_tables_of_the_guide(
    tmp_path, monkeypatch, capsys
):
    guide, handouts = tmp_path / "guide.md", tmp_path / "handouts"
    blocks = "<!-- {0} -->\nold\n<!-- /{0} -->\n"
    guide.write_text("Words.\n" + blocks.format("overview") + blocks.format("aims"))
    places = {"MASTERS": DEMO, "HANDOUTS": handouts, "GUIDE": guide}
    for name, place in places.items():
        monkeypatch.setattr(f"autograder.__main__.{name}", place)
    assert main(["release", "01"]) == 0
    assert "old" in guide.read_text()  # of one homework no table is made
    assert main(["release"]) == 0
    assert str(guide) in capsys.readouterr().out
    text = guide.read_text()
    assert text.startswith("Words.\n<!-- overview -->\n| week | homework |")
    assert "old" not in text
    assert "- BCE (3). *a*" in text
    assert [path.name for path in handouts.iterdir()] == ["01_demo.ipynb"]


def test_an_interrupt_says_how_to_go_on(upload, tmp_path, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "grade_all", interrupted)
    out = str(tmp_path / "grades")
    assert main(["grade", "03", str(upload), "--out", out]) == 130
    assert "the same command goes on from here" in capsys.readouterr().err


def test_ctrl_c_ends_all_and_shows_no_traceback(tmp_path, bubblewrap):
    for name, source in {"ada": None, "bob": "while True: pass"}.items():
        made = solved(MASTER, "q1", source) if source else solved(MASTER)
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "hw03.ipynb").write_text(json.dumps(made))
    out = tmp_path / "grades"
    command = [sys.executable, "-m", "autograder", "grade", "03", tmp_path / "class"]
    running = subprocess.Popen(
        [*command, "--out", out, "--jobs", "2", "--seconds", "60"],
        cwd=MASTERS.parent,
        start_new_session=True,  # a terminal interrupts a whole group of processes
        # Where the tests run in the background, a shell has them ignore interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not [*(out / "results").glob("*.json")]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "the same command goes on from here" in errors
    assert "Traceback" not in errors
    assert [path.stem for path in (out / "results").glob("*.json")] == ["ada"]


def test_without_bubblewrap_it_refuses_and_says_what_to_do(
    upload, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("PATH", str(tmp_path))
    out = tmp_path / "grades"
    assert main(["grade", "03", str(upload), "--out", str(out)]) == 2
    assert "apt-get install bubblewrap" in capsys.readouterr().err
    assert not out.exists()
    with pytest.raises(sandbox.NoSandboxError, match="not installed"):
        sandbox.check_available()


def test_unsafe_must_be_typed_and_stamps_every_result(
    upload, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("PATH", str(tmp_path))  # no bubblewrap
    out = tmp_path / "grades"
    assert main(["grade", "03", str(upload), "--out", str(out), "--unsafe"]) == 0
    assert "WITHOUT" in capsys.readouterr().err
    grades = rows(out / "grades.csv")
    assert {row["unsafe"] for row in grades.values()} == {"unsafe"}
    assert float(grades["101"]["autograded"]) == MACHINE_POINTS
    stored = [json.loads(path.read_text()) for path in (out / "results").glob("*.json")]
    assert [each["unsafe"] for each in stored] == [True] * 3
    for page in (out / "feedback").iterdir():
        assert "--unsafe" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["grade", "99", "x", "--out", "OUT"],
            "there is no homework '99'; there are 01_",
        ),
        (["grade", "03", "missing.zip", "--out", "OUT"], "missing.zip"),
        (["merge", "03", "--out", "OUT"], "holds no results"),
        (["gradebook", "OUT"], "holds no folder with results; `grade` each homework"),
        (["grade", "03", "empty", "--out", "OUT"], "empty: no submissions found"),
    ],
)
def test_bad_input_is_named(arguments, says, tmp_path, monkeypatch, capsys, bubblewrap):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    words = [word.replace("OUT", str(tmp_path / "out")) for word in arguments]
    assert main(words) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["--jobs", "--seconds"])
@pytest.mark.parametrize("value", ["0", "-1", "many"])
def test_numbers_are_checked(option, value, capsys):
    with pytest.raises(SystemExit):
        main(["grade", "03", "x", "--out", "y", option, value])
    assert option in capsys.readouterr().err


def test_check_tells_what_a_master_breaks(capsys, monkeypatch):
    assert main(["check", "03"]) == 0
    assert "promises kept" in capsys.readouterr().out
    broken = homework.Homework(
        MASTER.name,
        MASTER.notebook,
        MASTER.answers.replace("[[right]]", "[[wrong]]\ndiagnosis = 'none'", 1),
    )
    monkeypatch.setattr(homework, "load", lambda *_: broken)
    assert main(["check", "03"]) == 1
    assert "NOT wrong answer" in capsys.readouterr().out


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with what the wheel installs."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=MASTERS.parent, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_an_installed_grader_grades_masters_of_ones_own(
    installed, tmp_path, bubblewrap
):
    masters, handouts, out = (tmp_path / x for x in ("masters", "handouts", "grades"))
    shutil.copytree(DEMO, masters)
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.ipynb").write_text(json.dumps(solved(demo())), "utf-8")

    def run(*words):
        return subprocess.run(
            [sys.executable, "-m", "autograder", *map(str, words)],
            cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(installed)},
            capture_output=True, text=True,
        )  # fmt: skip

    mine = ["--masters", masters]
    assert f"{installed}/homework holds no masters" in run("check").stderr
    assert run("check", *mine).stdout.endswith("promises kept\n")
    assert run("new", "20", "--masters", tmp_path / "new").returncode == 0
    assert run("check", "20", "--masters", tmp_path / "new").returncode == 0
    made = run("release", *mine, "--handouts", handouts)
    assert made.stdout == f"{handouts}/01_demo.ipynb\n"
    graded = run("grade", "1", "class", *mine, "--handouts", handouts, "--out", out)
    assert "not what the master makes" not in graded.stderr
    assert run("merge", "1", *mine, "--out", out).returncode == 0
    (ada,) = results.read_all(out, demo())
    assert [question.points for question in ada.questions] == [3, 2, None]
    assert (out / "feedback" / "ada.html").exists()


def test_masters_of_ones_own_do_not_touch_the_course(tmp_path, capsys):
    masters = ["--masters", str(DEMO)]
    assert main(["release", *masters]) == 2
    assert "--masters needs --handouts DIR, or --out FILE" in capsys.readouterr().err
    before = GUIDE.read_bytes()
    assert main(["release", *masters, "--handouts", str(tmp_path)]) == 0
    assert GUIDE.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["01_demo.ipynb"]


@pytest.mark.parametrize("command", [["check"], ["grade", "1", "x", "--out", "y"]])
def test_a_folder_without_masters_is_named(command, tmp_path, capsys):
    assert main([*command, "--masters", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert f"{tmp_path} holds no masters" in said
    assert "--masters" in said
