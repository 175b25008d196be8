"""Pages of customers on the database of DATABASE_URL, over HTTP beside bare SQL: the board, a customer, the global
search. Prints one line of JSON."""

import json
from functools import partial
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.bare import Bare
from bench.measure import Ask, Server, get, session_of, timed, version, viewers  # sets Django up
from muster.access.actors import actor_for
from muster.access.models import User
from muster.crm.models import Account

WORDS = ("物流", "hua")  # two Chinese characters; three letters, as in pinyin and Latin names
CUSTOMERS = 7  # whose pages' queries are counted, from the one with fewest deals to the one with most


def fragment(path: str, headers: dict[str, str]) -> Ask:
    """What the search box asks for."""
    return get(path, {**headers, "HX-Request": "true"})


def pages(server: Server, role: str, user: User) -> list[dict[str, Any]]:
    headers, sql = session_of(user), Bare(user.member.pk, whole=role == "director")
    account = _customers(user)[-1]
    asked = [
        ("board", "board of deals", get("/deals/board/", headers), sql.board),
        ("customer", "a customer", get(f"/customers/{account}/", headers), lambda: sql.customer(account)),
    ]
    found = [timed(server, *one) for one in asked]
    for word in WORDS:
        path, plain = f"/search/?q={quote(word)}", partial(sql.everywhere, word)
        found.append(timed(server, "search", f"search box with “{word}”", fragment(path, headers), plain))
        page = timed(server, "search", f"search page with “{word}”", get(path, headers), int)
        found.append({**page, "bare": found[-1]["bare"]})  # the same answer
    return found


def _customers(user: User) -> list[int]:
    """Customers that USER sees, from few deals to many."""
    rows = Account.objects.visible_to(actor_for(user)).filter(archived_at=None).order_by("-id").values("pk")[:300]
    counted = Account.objects.unscoped("bench").filter(pk__in=[one["pk"] for one in rows]).annotate(n=Count("deals"))
    keys = list(counted.order_by("n", "pk").values_list("pk", flat=True))
    return [keys[at * (len(keys) - 1) // (CUSTOMERS - 1)] for at in range(CUSTOMERS)]


def queries(user: User) -> list[int]:
    """How many queries the pages of several customers take."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    found = []
    for pk in _customers(user):
        client.get(f"/customers/{pk}/")
        with CaptureQueriesContext(connection) as caught:
            client.get(f"/customers/{pk}/")
        found.append(len(caught))
    return found


def main() -> None:
    server, seen = Server(), viewers()
    try:
        found = {role: pages(server, role, user) for role, user in seen.items()}
        memory = server.memory()
    finally:
        server.stop()
    print(json.dumps({"database": version(), "pages": found, "memory": memory, "queries": queries(seen["manager"])}))


if __name__ == "__main__":
    main()
