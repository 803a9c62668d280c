"""Letters: the draft decision to one claimant, from a template that a ministry edits and approves."""

from allocator.letter.facts import Reference, facts
from allocator.letter.render import Form, render
from allocator.letter.signing import Signature, sign
from allocator.letter.template import Letterhead, Template, read_template

__all__ = ["Form", "Letterhead", "Reference", "Signature", "Template", "facts", "read_template", "render", "sign"]
