"""Makes the site of the documentation, dbt's documentation and slides in it: `make site`, into the folder site/.

The pages are those of docs/ and the README, whose links lead to the repository's folders: a copy is made whose links
lead to the site's pages, and Zensical makes the site of that. Nothing in it is fetched from elsewhere but what draws
the diagrams: a browser without internet shows their text.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from components.repository import ROOT
from docs.pages import slides

SITE = ROOT / "site"
# Pages that lie elsewhere in the repository, by their name on the site.
ELSEWHERE = {
    "index.md": "README.md",
    "contributing.md": "CONTRIBUTING.md",
    "changes.md": "CHANGELOG.md",
    "local_account.md": "local_account/README.md",
}
# What a reader goes through, in order; a page that is in none is named by a test.
PARTS = {
    "Begin": ("index.md", "story.md", "user_guide.md"),
    "Use": ("app.md", "customer_360.md", "analyst.md", "campaigns.md"),
    "Understand": ("architecture.md", "diagrams.md", "data.md", "churn.md", "semantic_model.md", "local_account.md"),
    "Operate": ("admin.md", "deploy.md", "config.md", "security.md", "support.md"),
    "Change": ("contributing.md", "api.md", "performance.md", "new_in_snowflake.md", "validation.md", "changes.md"),
}
_LINK = re.compile(r"(?<=\]\()(?!https?:|#)([^)#\s]+)(#[^)\s]*)?(?=\))")
# What `build` puts beside the pages.
_BESIDE = """
Beside these pages: [dbt's own documentation](dbt/index.html), and slides to
[decide](slides/deck.html), for [users](slides/users.html), for [administrators](slides/administrators.html) and for
[developers](slides/developers.html).
"""
_CONFIG = """[project]
site_name = "Customer 360"
docs_dir = "pages"
site_dir = "site"
use_directory_urls = false
nav = [
{nav}
]
[project.theme]
font = false
features = ["navigation.sections", "search.highlight"]
[project.markdown_extensions.tables]
[project.markdown_extensions.toc]
[project.markdown_extensions.pymdownx.superfences]
custom_fences = [{{ name = "mermaid", class = "mermaid", format = "pymdownx.superfences.fence_code_format" }}]
"""


def write_source(folder: Path) -> None:
    """Write the copy of the pages, with pictures and the site's configuration, into an empty folder."""
    pages = folder / "pages"
    for picture in (*(ROOT / "docs").rglob("*.svg"), *(ROOT / "docs").rglob("*.png")):
        target = pages / picture.relative_to(ROOT / "docs")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(picture, target)
    for name, source in sources().items():
        (pages / name).write_text(relinked(source.read_text(), source.parent))
    index = pages / "index.md"
    index.write_text(index.read_text() + _BESIDE)
    nav = ",\n".join(
        f'  {{ "{part}" = [{", ".join(f"{chr(34)}{name}{chr(34)}" for name in names)}] }}'
        for part, names in PARTS.items()
    )
    (folder / "zensical.toml").write_text(_CONFIG.format(nav=nav))


def sources() -> dict[str, Path]:
    """Return every page of the site by its name there."""
    return {file.name: file for file in sorted((ROOT / "docs").glob("*.md"))} | {
        name: ROOT / source for name, source in ELSEWHERE.items()
    }


def relinked(text: str, folder: Path) -> str:
    """Return a page's text with links that lead to the site's pages.

    Args:
        text: of the page.
        folder: of the repository, in which it lies.

    Raises:
        FileNotFoundError: where a link leads nowhere.
    """
    names = {source: name for name, source in sources().items()}

    def target(match: re.Match[str]) -> str:
        wanted = (folder / match[1]).resolve()
        if wanted in names:
            return names[wanted] + (match[2] or "")
        if wanted.is_relative_to(ROOT) and not wanted.exists():
            raise FileNotFoundError(f"{wanted.relative_to(ROOT)} is linked and not there")
        if wanted.suffix in {".svg", ".png"}:
            return wanted.relative_to(ROOT / "docs").as_posix()
        return "index.md#where-things-are"  # a file or folder of code, which the site does not have

    return _LINK.sub(target, text)


def write_dbt_docs(folder: Path) -> None:
    """Write dbt's own documentation as one file; it needs no account, and so knows no sizes of tables."""
    with tempfile.TemporaryDirectory(prefix="c360-dbt-docs-") as target:
        for words in (["parse"], ["docs", "generate", "--no-compile", "--empty-catalog", "--static"]):
            places = ["--project-dir", str(ROOT / "dbt"), "--profiles-dir", str(ROOT / "dbt")]
            command = [
                str(Path(sys.executable).with_name("dbt")),
                *words,
                *places,
                "--target-path",
                target,
                "--log-path",
                target,
            ]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(target) / "static_index.html", folder / "index.html")


def build() -> None:
    """Make the whole site anew."""
    with tempfile.TemporaryDirectory(prefix="c360-site-") as folder:
        write_source(Path(folder))
        zensical = Path(sys.executable).with_name("zensical")
        subprocess.run([str(zensical), "build"], cwd=folder, check=True)
        shutil.rmtree(SITE, ignore_errors=True)
        shutil.copytree(Path(folder) / "site", SITE)
    slides.write(SITE / "slides")
    write_dbt_docs(SITE / "dbt")


if __name__ == "__main__":
    build()
