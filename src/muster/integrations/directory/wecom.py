"""WeCom (企业微信). Since 2022-06-20 an app gets no mobile phone, mail or avatar of anybody; names and places
it does."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.integrations.directory.http import Api
from muster.integrations.directory.shape import Access, Department, Failed, Person, Snapshot, Step, checked, said

DISABLED, QUIT = 2, 5


class WeComApi(Api):
    system = _("WeCom")
    official = "https://qyapi.weixin.qq.com"
    expired = frozenset({40001, 40014, 41001, 42001})
    busy = frozenset({-1, 45009, 45033})
    pause = 0.01

    def token(self) -> str:
        access = {"corpid": self.access.account, "corpsecret": self.access.secret}
        return str(self.first("/cgi-bin/gettoken", access).get("access_token") or "")


class WeCom:
    """Account is the corp id, secret that of the app."""

    def __init__(self, access: Access) -> None:
        self.api, self.root = WeComApi(access), access.root

    def read(self, step: Step) -> Snapshot:
        found = Snapshot()
        answer = self.api.ask("/cgi-bin/department/list", {"id": self.root} if self.root else None)
        for row in answer.get("department") or []:
            key, parent = str(row["id"]), str(row.get("parentid") or "")
            heads = [str(one) for one in row.get("department_leader") or []]
            found.departments[key] = Department(key, str(row.get("name") or key), parent or None, heads)
        for key in list(found.departments):
            self._people(found, key)
            step(len(found.people))
        self._told(found)
        return checked(found)

    def _people(self, found: Snapshot, department: str) -> None:
        answer = self.api.ask("/cgi-bin/user/list", {"department_id": department})
        if "userlist" not in answer:
            raise Failed(_("WeCom does not list the people of department %(name)s."), name=department)
        for row in answer["userlist"]:
            person = self._person(row)
            found.add(person)
            for at, leads in zip(row.get("department") or [], row.get("is_leader_in_dept") or [], strict=False):
                if leads and (one := found.departments.get(str(at))) and person.key not in one.heads:
                    one.heads.append(person.key)

    def _person(self, row: dict[str, Any]) -> Person:
        main, places = str(row.get("main_department") or ""), [str(one) for one in row.get("department") or []]
        places.sort(key=lambda one: one != main)
        given = said(
            phone=row.get("mobile"), work_email=row.get("biz_mail") or row.get("email"), preferred_name=row.get("alias")
        )
        leaders = row.get("direct_leader") or []
        return Person(
            str(row["userid"]),
            str(row.get("name") or row["userid"]),
            places,
            given,
            str(row.get("position") or ""),
            str(leaders[0]) if leaders else "",
            row.get("status") not in (DISABLED, QUIT),
        )

    def _told(self, found: Snapshot) -> None:
        if found.people and not any("phone" in one.given or "work_email" in one.given for one in found.people.values()):
            found.note(_("WeCom tells no phones and mails to this app: both stay as they are here."))
        if found.people and all(one.name == one.key for one in found.people.values()):
            raise Failed(_("WeCom tells no names to this app, only ids: use an app of your own firm."))
