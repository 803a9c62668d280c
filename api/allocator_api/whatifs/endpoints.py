"""``/v1/whatifs``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request

from allocator_api.identity import Caller, Permission, may
from allocator_api.problems import CONFLICT, NOT_FOUND, told
from allocator_api.whatifs.schemas import WhatIfAnswer, WhatIfAsked

router = APIRouter(prefix="/v1/whatifs", tags=["runs"])


@router.post("", responses={**NOT_FOUND, **CONFLICT, **told(410, 503)})
def ask_what_if(caller: Annotated[Caller, may(Permission.START_RUNS)], request: Request, body: WhatIfAsked) -> WhatIfAnswer:
    """Answer a finished run with other settings, at once: who would have more or less. Nothing is kept.

    The first question to a run takes as long as the run was solved; later ones solve again only what the settings touch.
    """
    return WhatIfAnswer.model_validate(request.app.state.whatifs.ask(caller, body.run, tuple(body.settings)))
