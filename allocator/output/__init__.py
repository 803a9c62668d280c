"""What a run writes: tables, a spreadsheet, a summary, a manifest and the report; all at once or not at all."""

from allocator.output.folder import FILES, Target, choose_target
from allocator.output.write import Written, write_run

__all__ = ["FILES", "Target", "Written", "choose_target", "write_run"]
