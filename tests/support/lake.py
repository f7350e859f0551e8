"""A bucket, a role and an integration, as the platform's program makes them; for tests of loading."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

ROLE = "arn:aws:iam::123456789012:role/"
_numbers = itertools.count(1)


@dataclass
class Lake:
    """A bucket of its own with a role that may read `customers/`, and an integration that assumes it."""

    aws: Any
    cursor: Any
    name: str = ""

    def __post_init__(self) -> None:
        number = next(_numbers)
        self.name = f"LAKE_{number}"
        self.bucket = f"lake-{number}"
        self.s3, self.iam = self.aws.client("s3"), self.aws.client("iam")
        self.s3.create_bucket(Bucket=self.bucket)
        self.iam.create_role(RoleName=self.bucket, AssumeRolePolicyDocument=self.trust())
        self.allow("s3:GetObject", "s3:DeleteObject")
        self.cursor.execute(
            f"create storage integration {self.name} type = external_stage storage_provider = 'S3' enabled = true "
            f"storage_aws_role_arn = '{ROLE}{self.bucket}' storage_aws_external_id = 'our-id' "
            f"storage_allowed_locations = ('s3://{self.bucket}/customers/')"
        )
        self.cursor.execute(
            f"create stage LANDING url = 's3://{self.bucket}/customers/' storage_integration = {self.name}"
        )

    def trust(self, external_id: str = "our-id") -> str:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::999999999999:user/snowflake-local"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
        }
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    def allow(self, *actions: str) -> None:
        """Let the role do this to objects, and list the prefix."""
        statements = [
            {"Effect": "Allow", "Action": list(actions), "Resource": f"arn:aws:s3:::{self.bucket}/customers/*"},
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": f"arn:aws:s3:::{self.bucket}",
                "Condition": {"StringLike": {"s3:prefix": "customers/*"}},
            },
        ]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self.iam.put_role_policy(RoleName=self.bucket, PolicyName="read", PolicyDocument=document)

    def put(self, name: str, content: str | bytes) -> None:
        """Write an object below `customers/`."""
        body = content.encode() if isinstance(content, str) else content
        self.s3.put_object(Bucket=self.bucket, Key=f"customers/{name}", Body=body)
