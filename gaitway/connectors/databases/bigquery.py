"""BigQuery by Google's own driver: `bigquery://project/dataset?key=${GAITWAY_SOURCE_BQ}&location=EU&maximum_bytes_billed=…`.

`key` is the service account's JSON in base64; without it the identity of the machine is taken. Each query is tried first without
running, and only what BigQuery itself calls a SELECT is run."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from ..base import Limits, Sign
from .address import Address, BadAddress
from .engine import BATCH, SHOWN, Answer, Denied, Engine, Fault
from .wall import bare

BILLED = 10 * 2**30  # bytes that one query may scan where the address doesn't say
OPTIONS = ("key", "location", "maximum_bytes_billed")


class BigQuery(Engine):
    extra, driver = "bigquery", "google"
    room_mb = 4096

    client: Any = None
    job: Any = None
    endpoint: str | None = None  # Google's

    def __init__(self, address: Address, options: Mapping[str, Any], limits: Limits) -> None:
        super().__init__(address, options, limits)
        from google.cloud import bigquery

        self.bigquery = bigquery
        self.known = address.known(OPTIONS)
        most = self.known.get("maximum_bytes_billed", str(BILLED))
        if not most.isdigit():
            raise BadAddress(f"maximum_bytes_billed is {most}, not a number of bytes.")
        self.billed = int(most)

    def open(self) -> None:
        if self.client is None:
            self.client = self.bigquery.Client(
                project=self.address.host,
                credentials=self.credentials(),
                location=self.known.get("location"),
                client_options={"api_endpoint": self.endpoint} if self.endpoint else None,
            )

    def credentials(self) -> Any:
        """Raises BadAddress. None: those of the machine."""
        if "key" not in self.known:
            return None
        from google.oauth2 import service_account

        try:
            text = base64.b64decode(self.known["key"], altchars=b"-_", validate=True)
            return service_account.Credentials.from_service_account_info(json.loads(text))
        except (binascii.Error, ValueError) as error:
            raise BadAddress("key is not a service account's JSON in base64: base64 -w0 key.json makes it.") from error

    def close(self) -> None:
        """Each query is a job of its own, without a session: it leaves nothing behind."""

    def ask(self, sql: str) -> Answer:
        text = bare(sql)
        tried = self._query(text, dry_run=True)
        if tried.statement_type != "SELECT":
            raise Denied(f"BigQuery calls this {tried.statement_type}, and a KPI only reads. Write one SELECT.")
        self.job = self._query(
            text, maximum_bytes_billed=self.billed, job_timeout_ms=round(1000 * self.limits.seconds) + 500
        )
        rows = self.job.result(page_size=BATCH, max_results=self.limits.rows + 1, retry=None, job_retry=None)
        values = (row.values() for row in rows)
        batches = iter(lambda: list(islice(values, BATCH)), [])
        return Answer([field.name for field in rows.schema], [field.field_type for field in rows.schema], batches)

    def _query(self, sql: str, **settings: Any) -> Any:
        config = self.bigquery.QueryJobConfig(use_legacy_sql=False, labels={"by": "gaitway"}, **settings)
        if self.address.database:
            config.default_dataset = f"{self.address.host}.{self.address.database}"
        return self.client.query(sql, job_config=config, retry=None, job_retry=None, timeout=self.limits.seconds)

    def cancel(self) -> None:
        if self.job is not None:
            self.job.cancel(retry=None, timeout=1)

    def explain(self, error: Exception) -> Fault:
        if type(error).__name__ == "DefaultCredentialsError":
            return Fault("This machine has no identity at Google: add key=${GAITWAY_SOURCE_…} to the address.")
        status = getattr(error, "code", None)
        says = getattr(error, "message", None) or str(error)
        unreached = type(error).__module__.startswith(("requests", "urllib3", "google.auth"))
        return Fault(" ".join(str(says).split()).rstrip(".") + ".", unreached or status in (429, 500, 502, 503, 504))

    def rights(self) -> Iterator[Sign]:
        billed = f"{self.billed:,} bytes a query"
        yield Sign("only reads", True, f"only what BigQuery calls a SELECT is run, at most {billed}; give the account the roles "
                   "BigQuery Data Viewer and BigQuery Job User alone")  # fmt: skip

    def about(self) -> Iterator[Sign]:
        yield Sign("who", True, str(self.client.get_service_account_email(retry=None, timeout=self.limits.seconds)))
        yield Sign("server", True, f"BigQuery, project {self.address.host}, asked in UTC")

    def tables(self) -> Sequence[str]:
        if not self.address.database:
            return []
        dataset = f"{self.address.host}.{self.address.database}"
        found = self.client.list_tables(dataset, max_results=SHOWN + 1, retry=None, timeout=self.limits.seconds)
        return sorted(table.table_id for table in found)


ENGINE = BigQuery
