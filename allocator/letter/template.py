"""The template of a letter: what the ministry fills in, and below it the letter in Markdown, as an officer edits it.

A template may hold the head alone; the shipped letter then follows. Jinja fills in the facts, in a sandbox.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2 import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from allocator.errors import Finding, InvalidInput, suggestion
from allocator.report.language import Code

SHIPPED = files("allocator.letter") / "templates"
#: Between these lines stands what the ministry fills in.
FENCE = "---\n"
#: What is in brackets is still to be filled in.
OPEN = re.compile(r"\[[^\]]*\]")
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Letterhead(BaseModel):
    """What the ministry fills in; facts of the letter may stand in it, as ``{{ sector }}``."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    authority: Words = Field(description="the competent authority, in whose name the decision is taken")
    address: Words = Field(description="where it can be reached")
    addressee: Words = Field(description="who gets the letter")
    objection: Words = Field(description="the objection clause: with whom, within what time, and how")
    roles: list[Words] = Field(min_length=1, description="roles that may sign")

    @property
    def open(self) -> list[str]:
        """Keys of what is still to be filled in."""
        return [name for name, value in self if OPEN.search("\n".join(value) if isinstance(value, list) else value)]


@dataclass(frozen=True)
class Template:
    """A template as it was read.

    Attributes:
        name: as the user gave it.
        letterhead: what the ministry filled in.
        body: the letter, preceded by as many empty lines as the head has, so that lines are counted as in the file.
        code: the language of the shipped letter, which it may extend.
    """

    name: str
    letterhead: Letterhead
    body: str
    code: Code

    def filled(self, facts: Mapping[str, Any]) -> str:
        """Return the letter as Markdown.

        Raises:
            InvalidInput: the template is no Jinja, or uses what there is not.
        """
        head = {key: self._filled(value, facts) for key, value in self.letterhead if isinstance(value, str)}
        return self._filled(self.body, {**facts, **head})

    def _filled(self, text: str, facts: Mapping[str, Any]) -> str:
        try:
            environment = _environment(self.code)
            code = environment.compile(text, self.name, self.name)
            return Compiled.from_code(environment, code, {}).render(facts)
        except TemplateSyntaxError as error:
            raise self._refused(error.lineno, str(error.message)) from None
        except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            lines = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == self.name]
            raise self._refused(lines[-1] if lines else 0, _meant(error, facts)) from None

    def _refused(self, line: int, message: str) -> InvalidInput:
        remedy = "docs/how-to/letters.md lists what a template may use"
        return InvalidInput([Finding(self.name, line, 0, "", f"{message.rstrip('.')}; {remedy}", "A713")])


def read_template(path: Path | None, code: Code) -> Template:
    """Return a template: a file, ``letter.<language>.md`` of a folder, or the shipped one where no path is given.

    Raises:
        InvalidInput: it cannot be read, or what the ministry fills in is not whole.
    """
    name = f"letter.{code}.md"
    if path is None:
        head, body = _parted(name, (SHIPPED / name).read_text(encoding="utf-8"))
        return Template(name, head, body, code)
    file = path / name if path.is_dir() else path
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "this is not UTF-8"
        message = f"no template can be read here ({what}); name a file in UTF-8, or a folder with {name}"
        raise InvalidInput([Finding(str(file), 0, 0, "", message, "A711")]) from None
    head, body = _parted(str(file), text.replace("\r\n", "\n"))
    return Template(str(file), head, body if body.strip() else f'{{% extends "{name}" %}}', code)


def _parted(name: str, text: str) -> tuple[Letterhead, str]:
    """Return head and body of a template."""
    parts = text.split(FENCE, 2)
    if len(parts) < 3 or parts[0].strip():
        message = f"a template begins with what the ministry fills in ({', '.join(Letterhead.model_fields)}), between two lines of ---"
        raise InvalidInput([Finding(name, 1, 0, "", f"{message}; copy the head of the shipped one", "A712")])
    try:
        content = YAML(typ="safe").load(parts[1])
        return Letterhead.model_validate(content or {}), "\n" * (parts[1].count("\n") + 2) + parts[2]
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise InvalidInput([Finding(name, line, 0, "", f"{error.problem or 'not YAML'}; put texts in quotes", "A712")]) from None
    except ValidationError as error:
        found = [_fault(name, parts[1], ".".join(map(str, one["loc"])), str(one["type"])) for one in error.errors()]
        raise InvalidInput(found) from None


def _fault(name: str, head: str, path: str, kind: str) -> Finding:
    known = Letterhead.model_fields
    key = path.split(".", 1)[0]
    line = next((number for number, text in enumerate(head.splitlines(), 2) if text.startswith(f"{key}:")), 1)
    if kind == "missing":
        message = f"missing; write {known[key].description}"
    elif kind == "extra_forbidden":
        message = f"unknown key{suggestion(key, list(known)) or '; one of ' + ', '.join(known) + ' was expected'}"
    else:
        what = "a list of texts" if path == "roles" else "a text"
        message = (
            f"{what} was expected; write {known[key].description}" if key in known else "expected keys and texts, such as authority: ..."
        )
    return Finding(name, line, 0, path, message, "A712")


def _environment(code: Code) -> ImmutableSandboxedEnvironment:
    """Return where templates are filled: Markdown is text, what it shows as HTML is escaped later."""

    def shipped(name: str) -> str | None:
        return _parted(name, (SHIPPED / name).read_text(encoding="utf-8"))[1] if name == f"letter.{code}.md" else None

    return ImmutableSandboxedEnvironment(
        loader=FunctionLoader(shipped),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _meant(error: Exception, facts: Mapping[str, Any]) -> str:
    """Return what was wrong, with the fact that may have been meant."""
    text = str(error.message if isinstance(error, TemplateError) else error) or type(error).__name__
    named = re.match(r"'(\w+)' is undefined", text) if isinstance(error, UndefinedError) else None
    return f"there is no '{named[1]}'{suggestion(named[1], list(facts))}" if named else text
