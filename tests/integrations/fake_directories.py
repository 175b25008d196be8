"""A company as WeCom, DingTalk and Feishu tell of it, with their tokens that run out, their limits and their errors."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "s3cret-of-the-app"


@dataclass
class Worker:
    key: str
    name: str
    departments: list[str]
    phone: str = ""
    email: str = ""
    number: str = ""
    title: str = ""
    leader: str = ""
    active: bool = True
    joined: int = 0  # seconds


@dataclass
class Company:
    """Departments: id → (name, parent, heads). The first is the top."""

    departments: dict[str, tuple[str, str, list[str]]] = field(default_factory=dict)
    people: list[Worker] = field(default_factory=list)

    def of(self, department: str) -> list[Worker]:
        return [one for one in self.people if department in one.departments]


def firm() -> Company:
    return Company(
        {"1": ("总公司", "0", ["boss"]), "2": ("华东", "1", ["wang"]), "3": ("华南", "1", ["li", "boss"])},
        [
            Worker("boss", "赵总", ["1"], "13800000001", "boss@example.com", "A1", "总经理"),
            Worker("wang", "王芳", ["2"], "+86 13800000002", "wang@example.com", "A2", "主管", "boss"),
            Worker("li", "李雷", ["3", "2"], "13800000003", "li@example.com", "A3", "主管", "boss"),
            Worker(
                "zhang", "张三", ["2"], "13800000004", "zhang@example.com", "A4", "销售代表", "wang", joined=1583020800
            ),
        ],
    )


class Fake:
    """One vendor's server for COMPANY. `token_lasts` counts questions; `busy` and `broken` name questions by their
    number and by their path."""

    expired_code = 42001
    busy_code = 45009

    def __init__(self, company: Company) -> None:
        self.company, self.asked = company, list[str]()
        self.token_lasts, self.left, self.tokens = 10**6, 0, 0
        self.busy: set[int] = set()
        self.broken = ""
        self.http_busy = False
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                fake.answer(self, {})

            def do_POST(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                fake.answer(self, json.loads(self.rfile.read(size) or b"{}"))

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        parts = urlsplit(request.path)
        query = {key: one[0] for key, one in parse_qs(parts.query).items()}
        self.asked.append(parts.path)
        status, said = self._said(parts.path, query, body, request.headers.get("Authorization", ""))
        content = json.dumps(said).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def _said(self, path: str, query: Any, body: Any, header: str) -> tuple[int, Any]:
        if len(self.asked) in self.busy:
            return (429, {}) if self.http_busy else (200, self.error(self.busy_code, "freq out of limit"))
        if self.broken and self.broken in f"{path}?{json.dumps({**query, **body}, sort_keys=True)}":
            return 200, self.error(60011, f"no privilege for {SECRET}")
        if (token := self.token(path, query, body)) is not None:
            return 200, token
        self.left -= 1
        if self.left < 0 or f"t{self.tokens}" not in (query.get("access_token"), header.removeprefix("Bearer ")):
            return 200, self.error(self.expired_code, "access_token expired")
        return 200, self.told(path, query, body)

    def fresh(self, right: bool, **extra: Any) -> dict[str, Any]:
        if not right:
            return self.error(40001, f"invalid credential {SECRET}")
        self.tokens, self.left = self.tokens + 1, self.token_lasts
        return {**self.error(0, "ok"), **extra}

    def error(self, code: int, text: str) -> dict[str, Any]:
        return {"errcode": code, "errmsg": text}

    def token(self, path: str, query: Any, body: Any) -> Any:
        raise NotImplementedError

    def told(self, path: str, query: Any, body: Any) -> Any:
        raise NotImplementedError


class FakeWeCom(Fake):
    """`open_fields`: an app from before 2022-06-20, which still gets phones and mails."""

    open_fields = True

    def token(self, path: str, query: Any, body: Any) -> Any:
        if path != "/cgi-bin/gettoken":
            return None
        right = (query.get("corpid"), query.get("corpsecret")) == ("corp", SECRET)
        return self.fresh(right, access_token=f"t{self.tokens + 1}", expires_in=7200)

    def told(self, path: str, query: Any, body: Any) -> Any:
        ok = self.error(0, "ok")
        if path == "/cgi-bin/department/list":
            rows = [
                {"id": int(key), "name": name, "parentid": int(parent), "order": 1, "department_leader": heads}
                for key, (name, parent, heads) in self.company.departments.items()
            ]
            return {**ok, "department": rows[::-1]}  # those below may come before those above
        if path == "/cgi-bin/user/list":
            return {**ok, "userlist": [self.person(one) for one in self.company.of(query["department_id"])]}
        return self.error(40066, "invalid url")

    def person(self, one: Worker) -> dict[str, Any]:
        contact = {"mobile": one.phone, "email": "", "biz_mail": one.email} if self.open_fields else {}
        return {
            "userid": one.key,
            "name": one.name,
            "department": [int(key) for key in reversed(one.departments)],
            "main_department": int(one.departments[0]),
            "position": one.title,
            "direct_leader": [one.leader] if one.leader else [],
            "is_leader_in_dept": [0] * len(one.departments),
            "status": 1 if one.active else 2,
            **contact,
        }


class FakeDingTalk(Fake):
    busy_code = 90018

    def token(self, path: str, query: Any, body: Any) -> Any:
        if path != "/gettoken":
            return None
        right = (query.get("appkey"), query.get("appsecret")) == ("corp", SECRET)
        return self.fresh(right, access_token=f"t{self.tokens + 1}", expires_in=7200)

    def told(self, path: str, query: Any, body: Any) -> Any:
        ok, key = self.error(0, "ok"), str(body.get("dept_id"))
        if path == "/topapi/v2/department/get":
            name, parent, heads = self.company.departments[key]
            row = {"dept_id": int(key), "name": name, "parent_id": int(parent), "dept_manager_userid_list": heads}
            return {**ok, "result": row}
        if path == "/topapi/v2/department/listsub":
            below = [
                {"dept_id": int(one), "name": name, "parent_id": int(parent)}
                for one, (name, parent, _heads) in self.company.departments.items()
                if parent == key
            ]
            return {**ok, "result": below}
        assert path == "/topapi/v2/user/list"
        assert body["size"] <= 100, "the documented most"
        rows, at = self.company.of(key), body["cursor"]
        page = rows[at : at + 2]  # pages of two, whatever is asked for
        more = {"has_more": True, "next_cursor": at + 2} if at + 2 < len(rows) else {"has_more": False}
        return {**ok, "result": {**more, "list": [self.person(one) for one in page]}}

    def person(self, one: Worker) -> dict[str, Any]:
        return {
            "userid": one.key,
            "name": one.name,
            "mobile": one.phone,
            "org_email": one.email,
            "job_number": one.number,
            "title": one.title,
            "dept_id_list": [int(key) for key in one.departments],
            "hired_date": one.joined * 1000,
            "leader": False,
            "active": one.active,
        }


class FakeFeishu(Fake):
    expired_code = 99991663
    busy_code = 99991400

    def error(self, code: int, text: str) -> dict[str, Any]:
        return {"code": code, "msg": text}

    def token(self, path: str, query: Any, body: Any) -> Any:
        if path != "/open-apis/auth/v3/tenant_access_token/internal":
            return None
        right = (body.get("app_id"), body.get("app_secret")) == ("corp", SECRET)
        return self.fresh(right, tenant_access_token=f"t{self.tokens + 1}", expire=7200)

    def told(self, path: str, query: Any, body: Any) -> Any:
        assert int(query["page_size"]) <= 50, "the documented most"
        if path == "/open-apis/contact/v3/departments/0/children":
            return self.page(query, [self.department(key) for key in self.company.departments])
        assert path == "/open-apis/contact/v3/users/find_by_department"
        key = query["department_id"].removeprefix("od-")
        return self.page(query, [self.person(one) for one in self.company.of(key)])

    def page(self, query: Any, rows: list[Any]) -> dict[str, Any]:
        at = int(query.get("page_token") or 0)
        data: dict[str, Any] = {"items": rows[at : at + 2], "has_more": at + 2 < len(rows)}
        if data["has_more"]:
            data["page_token"] = str(at + 2)
        return {**self.error(0, "success"), "data": data}

    def department(self, key: str) -> dict[str, Any]:
        name, parent, heads = self.company.departments[key]
        return {
            "open_department_id": f"od-{key}",
            "parent_department_id": f"od-{parent}" if parent != "0" else "0",
            "name": name,
            "leader_user_id": heads[0] if heads else "",
            "leaders": [{"leaderType": 1, "leaderID": one} for one in heads],
            "status": {"is_deleted": False},
        }

    def person(self, one: Worker) -> dict[str, Any]:
        return {
            "user_id": one.key,
            "name": one.name,
            "mobile": one.phone,
            "enterprise_email": one.email,
            "employee_no": one.number,
            "job_title": one.title,
            "department_ids": [f"od-{key}" for key in reversed(one.departments)],
            "orders": [{"department_id": f"od-{one.departments[0]}", "is_primary_dept": True}],
            "leader_user_id": one.leader,
            "join_time": one.joined,
            "status": {"is_frozen": False, "is_resigned": not one.active, "is_activated": True},
        }


FAKES: dict[str, type[Fake]] = {"wecom": FakeWeCom, "dingtalk": FakeDingTalk, "feishu": FakeFeishu}
