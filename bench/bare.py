"""The same answers by hand-written SQL on the same database, as somebody would write who knows it well."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from muster.core.listings import _read_cursor
from muster.core.periods import Period, parse

DEAL = (
    "SELECT d.*, a.name, m.name, s.name FROM crm_deal d LEFT JOIN crm_account a ON a.id = d.account_id "
    "JOIN people_member m ON m.id = d.owner_id JOIN crm_stage s ON s.id = d.stage_id "
)
BELOW = "SELECT descendant_id FROM people_reportingline WHERE ancestor_id = %s"

EVERYWHERE = {  # what the global search looks through, and by what a row is one's own
    "crm_account": "account",
    "people_member": "",
    "crm_lead": "owner_id",
    "crm_contact": "account",
    "crm_deal": "owner_id",
    "people_unit": "",
    "crm_contract": "owner_id",
    "people_skill": "",
    "crm_quote": "owner_id",
    "crm_receipt": "account",
    "crm_invoice": "account",
    "crm_product": "",
}


class Bare:
    """Statements for the rows of one member and all below, or of the whole firm."""

    def __init__(self, member: int, whole: bool) -> None:
        self.member, self.whole = member, whole

    def _mine(self, column: str) -> str:
        return "TRUE" if self.whole else f"{column} IN ({BELOW})"

    def _who(self, times: int = 1) -> list[Any]:
        return [] if self.whole else [self.member] * times

    def _run(self, text: str, values: list[Any]) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return list(cursor.fetchall())

    def deals(self, more: str = "", values: tuple[Any, ...] = ()) -> None:
        mine = f"WHERE {self._mine('d.owner_id')} AND d.archived_at IS NULL"
        counted = f"SELECT count(*) FROM (SELECT 1 FROM crm_deal d {mine} LIMIT 10001) x"
        self._run(counted, self._who())
        text = f"{DEAL} {mine} {more} ORDER BY d.amount DESC NULLS LAST, d.id DESC LIMIT 51"
        self._run(text, [*self._who(), *values])

    def far(self, cursor: str) -> Callable[[], None]:
        at = _read_cursor(cursor)
        if at is None:
            return self.deals
        behind = "AND (d.amount < %s OR (d.amount = %s AND d.id < %s) OR d.amount IS NULL)"
        return lambda: self.deals(behind, (at["value"], at["value"], at["pk"]))

    def deal(self, pk: int) -> None:
        self._run(f"{DEAL} WHERE d.id = %s AND {self._mine('d.owner_id')}", [pk, *self._who()])
        self._run("SELECT * FROM crm_stage WHERE archived_at IS NULL", [])

    def search(self, word: str) -> None:
        mine = "TRUE"
        if not self.whole:
            team = f"SELECT account_id FROM crm_accountmember WHERE member_id IN ({BELOW})"
            mine = f"(owner_id IN ({BELOW}) OR id IN ({team}))"
        where = f"FROM crm_account WHERE search_text LIKE %s AND archived_at IS NULL AND {mine}"
        self._run(f"SELECT count(*) FROM (SELECT 1 {where} LIMIT 10001) x", [f"%{word}%", *self._who(2)])
        self._run(f"SELECT * {where} ORDER BY id DESC LIMIT 51", [f"%{word}%", *self._who(2)])

    def board(self) -> None:
        """Open deals of the first pipeline by stage, and those closed this month: how many, how much, and the largest
        of each."""
        month = parse("month")
        pipeline = "(SELECT id FROM crm_pipeline WHERE is_default)"
        mine = f"d.archived_at IS NULL AND d.pipeline_id = {pipeline} AND {self._mine('d.owner_id')}"
        for when, span in (
            ("d.status = 'open'", []),
            ("d.status <> 'open' AND d.closed_on >= %s AND d.closed_on < %s", [month.start, month.end]),
        ):
            sums = "SELECT stage_id, currency, count(*), sum(amount) FROM crm_deal d"
            self._run(f"{sums} WHERE {when} AND {mine} GROUP BY stage_id, currency", [*span, *self._who()])
        stages = self._run(f"SELECT id, kind FROM crm_stage WHERE archived_at IS NULL AND pipeline_id = {pipeline}", [])
        for stage, kind in stages:
            when, span = (
                ("d.status = 'open'", [])
                if kind == "open"
                else (
                    "d.closed_on >= %s AND d.closed_on < %s",
                    [month.start, month.end],
                )
            )
            largest = f"{DEAL} WHERE d.stage_id = %s AND {when} AND {mine} ORDER BY d.amount DESC NULLS LAST, d.id DESC"
            self._run(f"{largest} LIMIT 25", [stage, *span, *self._who()])

    def _customers(self, pk: str) -> str:
        """PK is that of a customer of one's own or on whose team one is."""
        own, team = f"owner_id IN ({BELOW})", f"member_id IN ({BELOW})"
        seen = f"SELECT id FROM crm_account WHERE {own} UNION ALL SELECT account_id FROM crm_accountmember WHERE {team}"
        return "TRUE" if self.whole else f"{pk} IN ({seen})"

    def customer(self, pk: int) -> None:
        """The customer, its owner and tags; deals by status, the first of them, and the first contacts."""
        account = "SELECT a.*, m.name FROM crm_account a LEFT JOIN people_member m ON m.id = a.owner_id"
        self._run(f"{account} WHERE a.id = %s AND {self._customers('a.id')}", [pk, *self._who(2)])
        mine = f"d.account_id = %s AND d.archived_at IS NULL AND {self._mine('d.owner_id')}"
        sums = f"SELECT status, currency, count(*), sum(amount) FROM crm_deal d WHERE {mine} GROUP BY status, currency"
        self._run(sums, [pk, *self._who()])
        order = "ORDER BY d.closed_on DESC NULLS FIRST, d.amount DESC NULLS LAST, d.id DESC LIMIT 11"
        self._run(f"{DEAL} WHERE {mine} {order}", [pk, *self._who()])
        people = "SELECT * FROM crm_contact WHERE account_id = %s AND archived_at IS NULL"
        self._run(f"{people} ORDER BY decides DESC, name LIMIT 10", [pk])
        tags = "SELECT t.* FROM crm_tag t JOIN crm_accounttag g ON g.tag_id = t.id WHERE g.account_id = %s"
        self._run(tags, [pk])

    def everywhere(self, word: str) -> None:
        """Of each kind eight that carry WORD, the newest of the first two hundred found."""
        pair = len(word) == 2 and connection.vendor == "postgresql"  # no trigram
        found, values = ("search_pairs LIKE %s", [f"% {word} %"]) if pair else ("search_text LIKE %s", [f"%{word}%"])
        for table, whose in EVERYWHERE.items():
            mine, times = "TRUE", 0
            if whose == "account":
                mine, times = self._customers("account_id" if table != "crm_account" else "id"), 2
            elif whose:
                mine, times = self._mine(whose), 1
            some = f"SELECT id FROM {table} WHERE {found} AND archived_at IS NULL AND {mine} LIMIT 200"
            text = f"WITH few AS MATERIALIZED ({some}) SELECT * FROM {table} WHERE id IN (SELECT id FROM few)"
            self._run(f"{text} ORDER BY id DESC LIMIT 8", [*values, *self._who(times)])

    def dashboard(self) -> None:
        """This quarter and the one before: closed deals in all, by day and by member; open ones by stage; work in all,
        by day, by kind and by member; customers touched; tasks on time."""
        now, mine = parse("quarter"), self._mine("owner_id")
        for period in (now, now.previous()):
            self._work(period)
            span: list[Any] = [period.start, period.end, *self._who()]
            closed = f"FROM crm_deal WHERE closed_on >= %s AND closed_on < %s AND archived_at IS NULL AND {mine}"
            days = (
                "closed_on - opened_on"
                if connection.vendor == "postgresql"
                else "julianday(closed_on) - julianday(opened_on)"
            )
            for by in ("status", "status, closed_on", "status, owner_id"):
                self._run(f"SELECT {by}, count(*), sum(amount), sum({days}) {closed} GROUP BY {by}", span)
            tasks = f"FROM activities_task WHERE due_on >= %s AND due_on < %s AND {self._mine('owner_id')}"
            self._run(f"SELECT count(*), sum(CASE WHEN done_on <= due_on THEN 1 ELSE 0 END) {tasks}", span)
            self._open(period.end)

    def _work(self, period: Period) -> None:
        span: list[Any] = [period.start, period.end, *self._who()]
        where = f"done_on >= %s AND done_on < %s AND archived_at IS NULL AND {self._mine('owner_id')}"
        done = f"FROM activities_activity WHERE {where}"
        for by in ("kind", "done_on", "owner_id"):
            self._run(f"SELECT {by}, count(*) {done} GROUP BY {by}", span)
        self._run(f"SELECT count(DISTINCT account_id) {done}", span)

    def _open(self, end: dt.date) -> None:
        self._run(
            "SELECT stage_id, count(*), sum(amount) FROM crm_deal WHERE archived_at IS NULL AND opened_on < %s "
            f"AND (closed_on IS NULL OR closed_on >= %s) AND {self._mine('owner_id')} GROUP BY stage_id",
            [end, end, *self._who()],
        )

    def log(self) -> None:
        """One activity, committed."""
        now = dt.datetime.now(dt.UTC)
        text = (
            "INSERT INTO activities_activity (created_at, updated_at, version, kind, status, subject, body, outcome, "
            "next_step, done_at, done_on, is_late, owner_id) "
            "VALUES (%s, %s, 1, 'call', 'done', 'bare', '', '', '', %s, %s, %s, %s)"
        )
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(text, [now, now, now, now.date(), False, self.member])
