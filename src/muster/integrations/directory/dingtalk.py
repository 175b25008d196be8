"""DingTalk (钉钉). Its list of people does not say who reports to whom; asking for each one alone would use up the
calls that an app has in a month, so managers stay as they are here."""

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

ROOT = "1"
PAGE = 100
WRAPPED = 88  # what it is stands in sub_code
MOST_PAGES = 10_000


class DingTalkApi(Api):
    system = _("DingTalk")
    official = "https://oapi.dingtalk.com"
    expired = frozenset({40001, 40014, 42001})
    busy = frozenset({-1, 90002, 90018})
    pause = 0.05  # 20 questions in a second

    def token(self) -> str:
        access = {"appkey": self.access.account, "appsecret": self.access.secret}
        return str(self.first("/gettoken", access).get("access_token") or "")

    def code(self, answer: dict[str, Any]) -> int:
        code = super().code(answer)
        sub = str(answer.get("sub_code") or "")
        return int(sub) if code == WRAPPED and sub.isdigit() else code


class DingTalk:
    """Account is the app key, secret the app secret."""

    def __init__(self, access: Access) -> None:
        self.api, self.root = DingTalkApi(access), access.root or ROOT

    def read(self, step: Step) -> Snapshot:
        found, waiting = Snapshot(), [self.root]
        while waiting:
            key = waiting.pop()
            if key in found.departments:
                raise Failed(
                    _("DingTalk names department %(name)s twice: two departments lie in each other."), name=key
                )
            found.departments[key] = self._department(key)
            below = self.api.ask("/topapi/v2/department/listsub", body={"dept_id": int(key)}).get("result") or []
            waiting += [str(one["dept_id"]) for one in below]
        for key in list(found.departments):
            self._people(found, key)
            step(len(found.people))
        found.note(_("DingTalk does not tell who reports to whom: managers stay as they are here."))
        return checked(found)

    def _department(self, key: str) -> Department:
        row = self.api.ask("/topapi/v2/department/get", body={"dept_id": int(key)}).get("result") or {}
        heads = [str(one) for one in row.get("dept_manager_userid_list") or []]
        parent = str(row.get("parent_id") or "")
        return Department(key, str(row.get("name") or key), parent if key != self.root else None, heads)

    def _people(self, found: Snapshot, department: str) -> None:
        cursor = 0
        for _page in range(MOST_PAGES):
            body = {"dept_id": int(department), "cursor": cursor, "size": PAGE}
            result = self.api.ask("/topapi/v2/user/list", body=body).get("result") or {}
            for row in result.get("list") or []:
                found.add(self._person(row))
            if not result.get("has_more"):
                return
            if int(result.get("next_cursor") or 0) <= cursor:
                break
            cursor = int(result["next_cursor"])
        raise Failed(_("DingTalk's pages of department %(name)s do not come to an end."), name=department)

    def _person(self, row: dict[str, Any]) -> Person:
        given = said(
            phone=row.get("mobile"),
            work_email=row.get("org_email") or row.get("email"),
            employee_no=row.get("job_number"),
            work_place=row.get("work_place"),
            hired_on=day_of(int(row.get("hired_date") or 0) // 1000),
        )
        places = [str(one) for one in row.get("dept_id_list") or []]
        return Person(str(row["userid"]), str(row.get("name") or row["userid"]), places, given, row.get("title") or "")
