"""GitHub's workflows and the citation file are valid, careful and up to date."""

import re
import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
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


def test_workflows_match_githubs_schema():
    report = matches_schema("github-workflows", *WORKFLOWS)
    assert report.returncode == 0, report.stdout


def test_workflows_are_careful():
    report = is_careful(*WORKFLOWS)
    assert report.returncode == 0, report.stdout + report.stderr


@pytest.mark.parametrize(
    ("check", "old", "new", "finding"),
    [
        (is_careful, r"@\w{40} # v6.0.2", "@v6", "unpinned-uses"),
        (is_careful, "contents: read", "contents: write", "excessive-permissions"),
        (is_careful, "persist-credentials: false", "fetch-depth: 1", "artipacked"),
        (
            is_careful,
            "run: .ci/run",
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
    uses = re.findall(r"uses: (.*)", path.read_text())
    assert uses
    for action in uses:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)


def test_one_action_has_one_version():
    text = "\n".join(path.read_text() for path in WORKFLOWS)
    pinned = dict(re.findall(r"uses: (.*)@(.*)", text))
    for action, pin in re.findall(r"uses: (.*)@(.*)", text):
        assert pin == pinned[action]


def test_ci_runs_the_entry_that_everyone_can_run():
    job = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())
    steps = job["jobs"]["test"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]
    oldest, *_ = job["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert PROJECT["requires-python"] == f">={oldest}"


def test_citation_matches_its_schema():
    report = matches_schema("citation-file-format", ROOT / "CITATION.cff")
    assert report.returncode == 0, report.stdout


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
