"""What MkDocs does not do by itself: formulas become MathML, folders in `nav` become their pages, files beside `docs` can be linked to."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel

#: Files outside `docs` that pages link to; each is copied to `files/` of the site.
BESIDE = ("scenarios/*.yaml", "scenarios/frameworks/*.yaml", "scenarios/legal.csv", "benchmarks/*.md", "benchmarks/results.svg")
FORMULA = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Write out the folders in `nav`."""
    config.nav = [_pages(entry, Path(config.docs_dir)) for entry in config.nav or []]
    return config


def _pages(entry: Any, docs: Path) -> Any:
    if not isinstance(entry, dict) or not str(*entry.values()).endswith("/"):
        return entry
    ((title, folder),) = entry.items()
    pages = sorted((docs / folder).glob("*.md"), key=lambda page: (page.name != "README.md", page.name))
    return {title: [page.relative_to(docs).as_posix() for page in pages]}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the files beside `docs`, under the names by which pages link to them."""
    root = Path(config.docs_dir).parent
    for path in (path for pattern in BESIDE for path in sorted(root.glob(pattern))):
        name = path.relative_to(root).as_posix()
        added = File.generated(config, f"../{name}", abs_src_path=str(path), inclusion=InclusionLevel.NOT_IN_NAV)
        added.dest_uri = f"files/{Path(name).with_suffix('.html') if added.is_documentation_page() else name}"
        files.append(added)
    return files


def on_page_content(content: str, **_: Any) -> str:
    """Turn every formula into MathML, which browsers show without a script."""
    return FORMULA.sub(lambda found: _formula(html.unescape(found[3]), block=found[2] == "["), content)


def _formula(source: str, block: bool) -> str:
    formula = convert(source.strip(), display="block" if block else "inline")
    return f'<div class="formula" tabindex="0">{formula}</div>' if block else formula
