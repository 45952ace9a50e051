"""Point launch buttons and repository links at the repository of this checkout.

The repository is, in this order,

1. the one that the publishing workflow names: ``GITHUB_REPOSITORY``, with
   ``GITHUB_SERVER_URL`` and ``GITHUB_REF_NAME``;
2. the git remote ``origin`` of the checkout, in any https or ssh form.

So a fork's buttons open the fork. Binder works with GitHub and GitLab, Colab with
github.com alone. JupyterHub's button appears when a hub is named, by the environment
variable ``BCE_JUPYTERHUB_URL`` or by ``jupyterhub_url`` in ``_config.yml``. Where a
page or the notebook to download says ADDRESS-OF-THIS-REPOSITORY, the address is put.
Without a repository nothing is linked, and the build says so once.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

BINDER = "https://mybinder.org"
COLAB = "https://colab.research.google.com"
DEFAULT_BRANCH = "main"
ADDRESS = "ADDRESS-OF-THIS-REPOSITORY"  # what the pages say, until it is known
# Both forges also answer ssh on port 443, under a host of its own.
SSH_OVER_443 = {"ssh.github.com": "github.com", "altssh.gitlab.com": "gitlab.com"}

# scheme://user@host:port/owner/name.git, or git's short form user@host:owner/name.git
REMOTE = re.compile(
    r"((?P<scheme>https?|ssh|git|git\+ssh)://)?"
    r"([^@/]+@)?(?P<host>[\w-]+(\.[\w-]+)+)(:(?P<port>\d+)(?=/))?"
    r"[:/]/?(?P<path>[^/]+(/[^/]+)*/[^/]+?)(\.git)?/?"
)

logger = logging.getLogger(__name__)


class Repository(NamedTuple):
    """Where the sources of the book live on the web."""

    url: str
    provider: str
    branch: str


def web_address(remote: str) -> str | None:
    """Page of a git remote on GitHub or GitLab; None for any other place.

    A user name, a password or a token in the remote never reaches the page.
    """
    match = REMOTE.fullmatch(remote.strip())
    if match is None or provider_of(match["host"]) is None:
        return None
    host = SSH_OVER_443.get(match["host"], match["host"])
    # Only a web server's port belongs into a web address.
    if match["scheme"] in ("http", "https"):
        port = f":{match['port']}" if match["port"] else ""
        return f"{match['scheme']}://{host}{port}/{match['path']}"
    return f"https://{host}/{match['path']}"


def provider_of(host: str) -> str | None:
    """The forge behind a host such as github.com or gitlab.example.org."""
    return next((forge for forge in ("github", "gitlab") if forge in host), None)


def git(folder: Path, *arguments: str) -> str:
    """Output of a git command, empty if it fails or git is missing.

    A folder that is no checkout itself may lie in one that has nothing to do with it.
    """
    if not (folder / ".git").exists():
        return ""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def branch_of(folder: Path, environment: Mapping[str, str]) -> str:
    """The workflow's branch, else the one tracked here, else origin's default."""
    named = environment.get("GITHUB_REF_NAME", "")
    if named and not re.fullmatch(r"\d+/merge", named):
        return named
    for reference in ("@{upstream}", "origin/HEAD"):
        tracked = git(folder, "rev-parse", "--abbrev-ref", reference)
        if tracked.startswith("origin/") and tracked != "origin/HEAD":
            return tracked.removeprefix("origin/")
    return DEFAULT_BRANCH


def find_repository(folder: Path, environment: Mapping[str, str]) -> Repository | None:
    """The repository that this checkout came from, if it is on GitHub or GitLab."""
    name = environment.get("GITHUB_REPOSITORY")
    server = environment.get("GITHUB_SERVER_URL", "https://github.com")
    remote = f"{server}/{name}" if name else git(folder, "remote", "get-url", "origin")
    url = web_address(remote)
    if url is None:
        return None
    return Repository(
        url, provider_of(urlsplit(url).hostname), branch_of(folder, environment)
    )


def launch_links(repository: Repository, notebook: str, hub: str) -> dict[str, str]:
    """Addresses that open a notebook of the repository, by the name of the place."""
    url, branch = repository.url, repository.branch
    path = urlsplit(url).path.strip("/")
    binder = {
        "https://github.com": f"gh/{path}",
        "https://gitlab.com": f"gl/{quote(path, safe='')}",
    }.get(url.removesuffix(f"/{path}"), f"git/{quote(url, safe='')}")
    links = {"Binder": f"{BINDER}/v2/{binder}/{branch}?urlpath=lab/tree/{notebook}"}
    if url.startswith("https://github.com/"):
        links["Colab"] = f"{COLAB}/github/{path}/blob/{branch}/{notebook}"
    if hub:
        folder = path.rpartition("/")[2]
        pull = {
            "repo": url,
            "branch": branch,
            "urlpath": f"lab/tree/{folder}/{notebook}",
        }
        address = f"{hub.rstrip('/')}/hub/user-redirect/git-pull"
        links["JupyterHub"] = f"{address}?{urlencode(pull, safe='/')}"
    return links


def configure(app: Sphinx, config: Config) -> None:
    """Tell the theme which repository to link, before the theme reads its options."""
    repository = find_repository(Path(app.srcdir), os.environ)
    if repository is None:
        logger.info(
            "No repository on GitHub or GitLab found (git remote origin): "
            "the pages have no launch buttons and no repository links."
        )
        return
    config.repository_address = repository.url
    config.html_theme_options.update(
        repository_url=repository.url,
        repository_provider=repository.provider,
        repository_branch=repository.branch,
        use_repository_button=True,
        use_edit_page_button=True,
        use_issues_button=True,
    )


def add_launch_links(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    options = app.config.html_theme_options
    if context.get("page_source_suffix") == ".ipynb" and "repository_url" in options:
        repository = Repository(
            *(options[f"repository_{part}"] for part in Repository._fields)
        )
        hub = os.environ.get("BCE_JUPYTERHUB_URL") or app.config.jupyterhub_url
        context["launch_links"] = launch_links(repository, f"{pagename}.ipynb", hub)


def name_the_address(app: Sphinx, docname: str, source: list[str]) -> None:
    """Make lines that can be copied of those that name this repository's address."""
    source[0] = source[0].replace(ADDRESS, app.config.repository_address or ADDRESS)


def name_it_in_downloads(app: Sphinx, exception: Exception | None) -> None:
    if address := app.config.repository_address:
        for path in Path(app.outdir, "_sources").rglob("*.ipynb"):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(ADDRESS, address), encoding="utf-8")


def setup(app: Sphinx) -> dict:
    app.add_config_value("jupyterhub_url", "", "html")
    app.add_config_value("repository_address", "", "env")  # pages are read again
    app.connect("config-inited", configure)
    app.connect("source-read", name_the_address)
    app.connect("html-page-context", add_launch_links)
    app.connect("build-finished", name_it_in_downloads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
