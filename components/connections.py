"""Where the two accounts are: what providers, the files on stages and clients are told of a stack's configuration."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+(:\d+)?$")]


def form(words: str) -> dict[str, Any]:
    """Say in words what a field's pattern means: for the text of an error, and for the reference of the configuration.

    Args:
        words: behind "it should be", such as "twelve digits in quotes".
    """
    return {"form": words}


class Settings(BaseModel):
    """A part of a stack's configuration: its keys are spelled right, and its values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AwsSettings(Settings):
    """The AWS account of the data lake; endpoint and keys only for an account on this computer."""

    account_id: str = Field(
        pattern=r"^\d{12}$",
        description="The account; deployments into any other are refused.",
        json_schema_extra=form("twelve digits in quotes"),
    )
    region: str = Field(
        pattern=r"^[a-z]{2}(-[a-z]+)+-\d$",
        description="Where the bucket is; its partition decides how ARNs and Snowflake's locations begin.",
        json_schema_extra=form("a region such as us-east-1"),
    )
    endpoint: Url | None = Field(
        None,
        description="Address of S3, IAM and STS on this computer.",
        json_schema_extra=form("an address such as http://127.0.0.1:8085"),
    )
    access_key: str | None = Field(None, description="Access key of that endpoint; real ones come from `AWS_*`.")
    secret_key: str | None = Field(None, description="Secret key of that endpoint; real ones come from `AWS_*`.")

    @model_validator(mode="after")
    def _keys_need_an_endpoint(self) -> Self:
        if self.endpoint is None and (self.access_key or self.secret_key):
            raise ValueError(
                "access_key and secret_key belong to a local endpoint; a real account takes its credentials from AWS_*"
            )
        return self


class SnowflakeSettings(Settings):
    """The Snowflake account and user; host, port, protocol and password only for an account on this computer."""

    organization: str | None = Field(
        None,
        pattern=r"^[A-Za-z][A-Za-z0-9_]*$",
        description="The organization that the account belongs to.",
        json_schema_extra=form("the part of the account identifier before the hyphen"),
    )
    account: str = Field(
        pattern=r"^[A-Za-z][A-Za-z0-9_-]*$",
        description="The account within its organization.",
        json_schema_extra=form("the part of the account identifier behind the hyphen"),
    )
    user: str = Field(min_length=1, description="Who deploys: holds `ACCOUNTADMIN`, and by it the engineer's role.")
    host: str | None = Field(None, description="Where an account on this computer answers.")
    port: int | None = Field(None, ge=1, le=65535, description="The port there.")
    protocol: Literal["http", "https"] | None = Field(None, description="The protocol there.")
    password: str | None = Field(
        None, description="The user's password there; credentials of a real account come from `SNOWFLAKE_*`."
    )

    @model_validator(mode="after")
    def _local_parts_need_a_host(self) -> Self:
        if self.host is None and (self.port or self.protocol or self.password):
            raise ValueError(
                "port, protocol and password belong to a local host; "
                "a real account takes its credentials from SNOWFLAKE_*"
            )
        return self

    @property
    def identifier(self) -> str:
        """The account as clients name it: organization-account, or the bare account of a local one."""
        return f"{self.organization}-{self.account}" if self.organization else self.account

    def address(self) -> dict[str, Any]:
        """Return the connector's parameters that the configuration decides: who logs in where."""
        return {"account": self.identifier} | self.model_dump(exclude={"organization", "account"}, exclude_none=True)
