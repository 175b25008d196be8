"""Feishu (飞书), and Lark by another address."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.integrations.directory.http import Api
from muster.integrations.directory.shape import (
    Access,
    Department,
    Failed,
    Person,
    Snapshot,
    Step,
    checked,
    day_of,
    said,
)

ROOT = "0"
PAGE = 50
MOST_PAGES = 20_000
IDS = {"department_id_type": "open_department_id", "user_id_type": "user_id"}


class FeishuApi(Api):
    system = _("Feishu")
    official = "https://open.feishu.cn"
    expired = frozenset({99991661, 99991663, 99991664, 99991668})
    busy = frozenset({99991400, 1000004, 1000005})
    pause = 0.06  # 1,000 questions in a minute

    def token(self) -> str:
        access = {"app_id": self.access.account, "app_secret": self.access.secret}
        answer = self.first("/open-apis/auth/v3/tenant_access_token/internal", body=access)
        return str(answer.get("tenant_access_token") or "")

    def signed(self, token: str) -> tuple[dict[str, Any], dict[str, str]]:
        return {}, {"Authorization": f"Bearer {token}"}

    def code(self, answer: dict[str, Any]) -> int:
        return int(answer.get("code") or 0)


class Feishu:
    """Account is the app id, secret the app secret."""

    def __init__(self, access: Access) -> None:
        self.api, self.root = FeishuApi(access), access.root or ROOT

    def read(self, step: Step) -> Snapshot:
        found = Snapshot()
        path = f"/open-apis/contact/v3/departments/{self.root}/children"
        for row in self._pages(path, {"fetch_child": "true"}):
            if not (row.get("status") or {}).get("is_deleted"):
                self._department(found, row)
        for key in [self.root, *found.departments]:
            for row in self._pages("/open-apis/contact/v3/users/find_by_department", {"department_id": key}):
                found.add(self._person(row))
            step(len(found.people))
        return checked(found)

    def _pages(self, path: str, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
        mark = ""
        for _page in range(MOST_PAGES):
            more = {"page_token": mark} if mark else {}
            data = self.api.ask(path, {**IDS, **query, "page_size": PAGE, **more}).get("data") or {}
            yield from data.get("items") or []
            if not data.get("has_more"):
                return
            if not data.get("page_token") or data["page_token"] == mark:
                break
            mark = data["page_token"]
        raise Failed(_("Feishu's pages do not come to an end."))

    def _department(self, found: Snapshot, row: dict[str, Any]) -> None:
        key, parent = str(row.get("open_department_id") or ""), str(row.get("parent_department_id") or "")
        heads = [str(one.get("leaderID")) for one in row.get("leaders") or [] if one.get("leaderID")]
        first = str(row.get("leader_user_id") or "")
        found.departments[key] = Department(
            key, str(row.get("name") or key), parent if parent != self.root else None, [first, *heads]
        )

    def _person(self, row: dict[str, Any]) -> Person:
        if not row.get("user_id"):
            raise Failed(_("Feishu does not tell user ids to this app: give it the right to see them."))
        status = row.get("status") or {}
        main = [str(one.get("department_id")) for one in row.get("orders") or [] if one.get("is_primary_dept")]
        places = sorted((str(one) for one in row.get("department_ids") or []), key=lambda one: one not in main)
        given = said(
            phone=row.get("mobile"),
            work_email=row.get("enterprise_email") or row.get("email"),
            employee_no=row.get("employee_no"),
            preferred_name=row.get("en_name"),
            work_place=row.get("city"),
            hired_on=day_of(row.get("join_time")),
        )
        return Person(
            str(row["user_id"]),
            str(row.get("name") or row["user_id"]),
            places,
            given,
            str(row.get("job_title") or ""),
            str(row.get("leader_user_id") or ""),
            not any(status.get(one) for one in ("is_resigned", "is_exited", "is_frozen")),
        )
