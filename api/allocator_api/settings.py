"""Settings of the service, each from one variable of the environment: `database` from ``ALLOCATOR_DATABASE``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from allocator.errors import Finding, InvalidInput, suggestion

PREFIX = "ALLOCATOR_"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
#: A host as browsers write it in an origin.
HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")


def is_private(address: str) -> bool:
    """Return whether nobody on the way reads what is sent to an address: it is https, or of this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def _is_origin(address: str) -> bool:
    """Return whether an address is private and written as browsers write an origin: in small letters, without path and usual port."""
    try:
        parts = urlsplit(address)
        port = "" if parts.port in (None, 0, 443 if parts.scheme == "https" else 80) else f":{parts.port}"
    except ValueError:
        return False
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return is_private(address) and bool(HOST.fullmatch(host)) and address == f"{parts.scheme}://{host}{port}"


def _parted(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Listed = Annotated[tuple[str, ...], BeforeValidator(_parted)]


class Settings(BaseModel):
    """What an installation decides; the defaults serve one machine."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(Path(), description="folder of what the service keeps: its keys, and its database unless that is elsewhere")
    database: str = Field("", description="URL of the database; empty for the SQLite file allocator.sqlite in home")
    library: Path | None = Field(None, description="folder of scenarios, frameworks/ and baseline/ offered besides the shipped ones")
    audience: str = Field("stockpile-allocator", min_length=1, description="audience that an access token must carry")
    oidc_issuer: str = Field("", description="issuer of the access tokens of an identity provider; none if empty")
    oidc_keys: str = Field("", description="its public keys, a JWKS: an https address or a file")
    oidc_algorithm: Literal["PS256", "RS256", "ES256"] = Field("PS256", description="the one algorithm by which it signs")
    oidc_role_claim: str = Field("allocator_role", min_length=1, description="claim of its tokens that holds the role")
    oidc_partner_claim: str = Field("allocator_partner", min_length=1, description="claim of its tokens that holds the region of a partner")
    oidc_client: str = Field(
        "", max_length=200, description="id of the service as a client of the provider; people then sign in on the page"
    )
    oidc_client_key: Path | None = Field(
        None, description="file of the private key by which that client proves itself; none if it is public"
    )
    oidc_scope: str = Field("openid profile", pattern=r"(^| )openid( |$)", description="scopes that are asked for, parted by spaces")
    address: str = Field("", description="address of the service as browsers see it, without a path, such as https://crisis.example")
    classification: str = Field(
        "partner confidential",
        pattern=r"^[^\x00-\x1f\x7f]{1,80}$",
        description="label of what is made from the figures of partners, in your own marking: TLP:AMBER, Departementaal VERTROUWELIJK",
    )
    cors_origins: Listed = Field((), description="web origins, parted by commas, whose pages may call the API")
    max_body_bytes: int = Field(2_000_000, gt=0, description="largest body of a request, in bytes")
    lease_seconds: float = Field(
        30, gt=0, description="seconds after which the run of a worker that gives no sign of life is given to another"
    )
    max_run_seconds: float = Field(1800, gt=0, description="seconds that a run may take")
    max_cells: int = Field(1_000_000, gt=0, description="largest model that is run: claims times periods")
    requests_per_minute: int = Field(600, gt=0, description="requests that one client may make in a minute")

    @model_validator(mode="after")
    def _keys_of_the_provider(self) -> Settings:
        if bool(self.oidc_issuer) != bool(self.oidc_keys) or self.oidc_keys.startswith("http:"):
            raise _fault("oidc_keys", "name issuer and keys of the identity provider both, the keys as a file or by https")
        return self

    @model_validator(mode="after")
    def _signing_in(self) -> Settings:
        if self.address and not _is_origin(self.address):
            told = "write scheme, host and an unusual port alone, as in https://crisis.example; http is taken of this machine only"
            raise _fault("address", told)
        if self.oidc_client and not (self.address and is_private(self.oidc_issuer)):
            raise _fault("oidc_client", "a client needs ALLOCATOR_ADDRESS and an issuer by https; name all three, or no client")
        if self.oidc_client == self.audience:
            told = "client and audience are one, so that an ID token would do as access token; give the service an audience of its own"
            raise _fault("audience", told)
        if self.oidc_client_key and not self.oidc_client:
            raise _fault("oidc_client_key", "the key is that of a client; name ALLOCATOR_OIDC_CLIENT too, or neither")
        return self

    @property
    def database_url(self) -> str:
        """URL of the database as SQLAlchemy takes it."""
        return self.database or f"sqlite:///{(self.home / 'allocator.sqlite').as_posix()}"


def _fault(name: str, told: str) -> PydanticCustomError:
    return PydanticCustomError("together", "{told}", {"name": name, "told": told})


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Return the settings of an environment.

    Raises:
        InvalidInput: a variable of the prefix is no setting, or its value cannot be used; with every such fault.
    """
    given = {name.removeprefix(PREFIX).lower(): text for name, text in sorted(environment.items()) if name.startswith(PREFIX)}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        raise InvalidInput(_findings(error)) from None


def _findings(error: ValidationError) -> Iterator[Finding]:
    for fault in error.errors():
        if not fault["loc"]:
            yield Finding(f"{PREFIX}{fault['ctx']['name'].upper()}", 0, 0, "", fault["msg"], "A601")
            continue
        name = str(fault["loc"][0])
        if fault["type"] == "extra_forbidden":
            known = sorted(Settings.model_fields)
            meant = suggestion(name, known).upper().replace("; DID YOU MEAN '", f"; did you mean '{PREFIX}")
            told = f"there is no such setting{meant or '; remove it'}"
        else:
            told = f"{fault['msg'].lower()}, but '{fault['input']}' was given; write the {Settings.model_fields[name].description}"
        yield Finding(f"{PREFIX}{name.upper()}", 0, 0, "", told, "A601")
