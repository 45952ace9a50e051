"""GitHub's workflows, forms and the citation file are valid, careful and up to date."""

import re
import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
TOOLS = Path(sysconfig.get_path("scripts"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def matches_schema(name, *files):
    schema = ["--builtin-schema", f"vendor.{name}"]
    return run("check-jsonschema", *schema, *files)


def is_careful(*files):
    """Ask zizmor for permissions, pins, injections and leaked credentials."""
    return run("zizmor", "--offline", "--no-progress", "--persona=pedantic", *files)


def run(tool, *arguments):
    command = [TOOLS / tool, *arguments]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("github-workflows", WORKFLOWS),
        ("dependabot", [GITHUB / "dependabot.yml"]),
        ("github-issue-forms", FORMS),
        ("github-issue-config", [GITHUB / "ISSUE_TEMPLATE" / "config.yml"]),
        ("citation-file-format", [ROOT / "CITATION.cff"]),
    ],
)
def test_files_match_their_schemas(schema, files):
    assert files
    report = matches_schema(schema, *files)
    assert report.returncode == 0, report.stdout


def test_workflows_are_careful():
    report = is_careful(GITHUB)
    assert report.returncode == 0, report.stdout + report.stderr


@pytest.mark.parametrize(
    ("check", "old", "new", "finding"),
    [
        (is_careful, r"@\w{40} # v6.0.2", "@v6", "unpinned-uses"),
        (is_careful, "contents: read", "contents: write", "excessive-permissions"),
        (is_careful, "persist-credentials: false", "fetch-depth: 1", "artipacked"),
        (
            is_careful,
            "run: .ci/run test-grader",
            "run: echo ${{ github.head_ref }}",
            "template-injection",
        ),
        (
            lambda path: matches_schema("github-workflows", path),
            "runs-on:",
            "run-on:",
            "run-on",
        ),
    ],
)
def test_careless_workflow_is_found_out(tmp_path, check, old, new, finding):
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text()
    path = tmp_path / ".github" / "workflows" / "test.yml"
    path.parent.mkdir(parents=True)
    path.write_text(re.sub(old, new, text))
    report = check(path)
    assert report.returncode != 0
    assert finding in report.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit_and_name_their_version(path):
    uses = re.findall(r"uses: (?!\./)(.*)", path.read_text())
    assert uses
    for action in uses:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)


def test_one_action_has_one_version():
    text = "\n".join(path.read_text() for path in WORKFLOWS)
    pinned = dict(re.findall(r"uses: (.*)@(.*)", text))
    for action, pin in re.findall(r"uses: (.*)@(.*)", text):
        assert pin == pinned[action]


# ---- what is tested, and what waits for it -------------------------------------------


def jobs(name):
    return yaml.safe_load((GITHUB / "workflows" / name).read_text())["jobs"]


def given_to_pytest(*targets):
    """What the commands of `make` give to pytest."""
    command = ["make", "--dry-run", "--always-make", *targets]
    lines = subprocess.check_output(command, cwd=ROOT, text=True).replace("\\\n", " ")
    return {
        each
        for line in lines.splitlines()
        if " -m pytest " in line
        for each in line.partition(" -m pytest ")[2].split()
    }


def test_the_jobs_of_ci_test_all_that_make_test_tests():
    commands = [
        step["run"]
        for job in jobs("test.yml").values()
        for step in job["steps"]
        if "run" in step
    ]
    assert all(command.startswith(".ci/run ") for command in commands)
    targets = " ".join(commands).split()
    assert given_to_pytest(
        *(t for t in targets if t.startswith("test-"))
    ) == given_to_pytest("test")
    assert "lint" in targets
    folders = {
        f"tests/{path.name}" for path in ROOT.glob("tests/*/") if any(path.glob("*.py"))
    }
    assert folders <= given_to_pytest("test")
    assert not folders <= given_to_pytest("test-package", "test-book")


def test_the_package_is_tested_on_every_python_that_it_names():
    matrix = jobs("test.yml")["package"]["strategy"]["matrix"]
    start = "Programming Language :: Python :: 3."
    named = [c for c in PROJECT["classifiers"] if c.startswith(start)]
    assert [f"{start}{p.removeprefix('3.')}" for p in matrix["python"]] == named
    assert PROJECT["requires-python"] == f">={matrix['python'][0]}"
    assert "oldest" in matrix["versions"]


def needs(workflow, name):
    """All jobs that must have succeeded before a job starts."""
    needed = workflow[name].get("needs", [])
    needed = [needed] if isinstance(needed, str) else needed
    return {*needed}.union(*(needs(workflow, each) for each in needed))


def untested(workflow):
    """The jobs that may publish though the tests of the same commit did not pass."""
    return [
        name
        for name, job in workflow.items()
        if job.get("permissions", {}).get("id-token") == "write"
        and "./.github/workflows/test.yml"
        not in [workflow[each].get("uses") for each in needs(workflow, name)]
    ]


@pytest.mark.parametrize("name", ["publish.yml", "release.yml"])
def test_what_is_published_was_tested(name):
    assert untested(jobs(name)) == []
    careless = jobs(name)
    del careless["build"]["needs"]
    assert len(untested(careless)) == 1


# ---- the citation --------------------------------------------------------------------


def test_bad_citation_is_found_out(tmp_path):
    path = shutil.copy(ROOT / "CITATION.cff", tmp_path)
    Path(path).write_text(Path(path).read_text().replace("authors:", "writers:"))
    assert matches_schema("citation-file-format", path).returncode != 0


def test_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    book = yaml.safe_load((ROOT / "_config.yml").read_text())
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert citation["title"] == book["title"]
