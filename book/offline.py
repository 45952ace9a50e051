"""Pack the built site into one file, to unpack and read offline: `make zip`.

What was printed by `make pdf` before is in it. Then the first page offers the file.
"""

import re
import shutil
import sys
import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

SITE = Path(__file__).resolve().parent.parent / "_build" / "html"
NAME = "binary-cross-entropy"
HOME = "book/index.html"
OFFER = rf'(?:<!--ZIP )?(<li><a href="{NAME}\.zip".*?</li>)(?: ZIP-->)?'
# Of no use in a folder.
SERVED = {"404.html", "sitemap.xml", "searchindex.js", "lite"}


def contents(site: Path, archive: Path) -> list[Path]:
    """The files of the site that are read from a folder, in order."""
    return sorted(
        path
        for path in site.rglob("*")
        if path.is_file()
        and path != archive
        and path.relative_to(site).parts[0] not in SERVED
        and not path.name.startswith(".")
    )


def pack(site: Path) -> Path:
    """Write the file beside the first page. It is there whole or not at all."""
    home = site / HOME
    archive = home.with_name(f"{NAME}.zip")
    html = home.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder, archive.name)
        with ZipFile(part, "w", ZIP_DEFLATED) as packed:
            for path in contents(site, archive):
                place = f"{NAME}/{path.relative_to(site).as_posix()}"
                if path == home:  # which does not offer the file inside the file
                    packed.writestr(place, re.sub(OFFER, "", html))
                else:
                    packed.write(path, place)
        shutil.move(part, archive)
    home.write_text(re.sub(OFFER, r"\1", html), encoding="utf-8")
    return archive


if __name__ == "__main__":
    if not (SITE / HOME).is_file():
        sys.exit("There is no site to pack: run `make book`.")
    archive = pack(SITE)
    print(f"{archive}: {archive.stat().st_size / 1e6:.1f} MB")
