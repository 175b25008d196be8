"""What bots say in group chats: a queue for each with the limits of its platform.

WeCom, DingTalk and Feishu answer 200 also where they refuse, and say so in a code; Apprise takes that for sent and
cannot sign for Feishu (2.2.0), so those three are asked here. Slack and Teams go through Apprise.

Limits (their documentation): WeCom 20 a minute; DingTalk 20 a minute, then ten minutes of silence; Feishu 100 a
minute and 5 a second, 20 KB, and busy at :00 and :30. Where more waits than may be said, one message says it all.
"""

import base64
import datetime as dt
import hashlib
import hmac
import http.client
import json
import logging
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.access.models import Event
from muster.access.scope import policies
from muster.integrations.models import Delivery, GroupBot
from muster.people.models import Member
from muster.people.policies import units_below
from muster.reporting.queries.briefing import said

log = logging.getLogger(__name__)
State, Kind = Delivery.State, GroupBot.Kind
MINUTE = 60
TOGETHER = 3  # from so many on one message says them all
MOST_LINES = 20
MOST_TRIES = 6
MOST_BYTES = 20_000
TIMEOUT = 10
LATER = [1, 2, 5, 15, 60, 120]  # minutes until the next try
SPREAD = 20  # seconds over which what happens at one moment is spread
BUSY = (0, 30)  # minutes at which Feishu asks to be left alone


@dataclass(frozen=True)
class Said:
    """A sentence for a group: without names of customers, and with them where the group may hear them."""

    label: Any
    plain: Any
    named: Any
    words: Callable[[Any], dict[str, Any]] | None = None  # more words for the sentence, of the record as it is now


SAYS = {
    "crm.deal.win": Said(
        gettext_lazy("A deal is won"), gettext_lazy("%(by)s won a deal"), gettext_lazy("%(by)s won the deal %(name)s")
    ),
    "crm.routing.wait": Said(
        gettext_lazy("A customer waits for an owner"),
        gettext_lazy("A customer waits for an owner"),
        gettext_lazy("%(name)s waits for an owner"),
    ),
    "reporting.briefingissue.send": Said(
        gettext_lazy("The sales briefing of the unit"),
        gettext_lazy("%(name)s: %(numbers)s"),
        gettext_lazy("%(name)s: %(numbers)s"),
        lambda row: {"name": str(row), "numbers": said(row)},
    ),
    "people.auditcampaign.remind": Said(
        gettext_lazy("An audit is not finished"),
        gettext_lazy("Please finish the audit: %(name)s"),
        gettext_lazy("Please finish the audit: %(name)s"),
    ),
    "people.paper.publish": Said(
        gettext_lazy("There is something to read"),
        gettext_lazy("Please read: %(name)s"),
        gettext_lazy("Please read: %(name)s"),
    ),
}
OF_ALL = {"people.auditcampaign.remind", "people.paper.publish"}  # concern the whole firm
OF_HEAD = {"reporting.briefingissue.send"}  # what the head of a unit is told is for its group, of others it is not


@dataclass(frozen=True)
class Platform:
    hosts: tuple[str, ...]
    a_minute: int
    silence: dt.timedelta = dt.timedelta(minutes=1)  # after it said that it was too much
    too_much: frozenset[int] = frozenset()  # the codes that say so


PLATFORMS = {
    Kind.WECOM: Platform(("qyapi.weixin.qq.com",), 20, too_much=frozenset({45009})),
    Kind.DINGTALK: Platform(
        ("oapi.dingtalk.com", "api.dingtalk.com"), 20, dt.timedelta(minutes=10), frozenset({130101, 660026})
    ),
    Kind.FEISHU: Platform(("open.feishu.cn", "open.larksuite.com"), 100, too_much=frozenset({9499, 11232})),
    Kind.SLACK: Platform(("hooks.slack.com",), 50),
    Kind.TEAMS: Platform(("webhook.office.com", "logic.azure.com", "powerplatform.com"), 60),
}


class Failed(Exception):
    """The group did not get it. `silence`: for how long nothing more may be said."""

    def __init__(self, why: str, silence: dt.timedelta | None = None) -> None:
        super().__init__(why)
        self.silence = silence


def check_key(kind: str, key: str) -> None:
    """Raises ValidationError unless KEY is a webhook of the platform: a bot cannot be made to ask addresses inside."""
    parts = urlsplit(key)
    hosts = PLATFORMS[Kind(kind)].hosts
    inside = any(parts.hostname == one or (parts.hostname or "").endswith(f".{one}") for one in hosts)
    if parts.scheme != "https" or not inside:
        problem = _("This is no webhook of that platform: it begins with https://%(host)s/.") % {"host": hosts[0]}
        raise ValidationError({"new_key": problem})


# -- queue -----------------------------------------------------------------------------------------------------------


def queue(events: Iterable[Event]) -> None:
    """Put what bots tell of EVENTS into their queues, spread over some seconds."""
    told = [one for one in events if one.action in SAYS]
    rows_of_bots = GroupBot.objects.unscoped("bots").filter(is_on=True, archived_at=None).select_related("unit")
    bots = list(rows_of_bots) if told else []
    rows, now = [], timezone.now()
    for bot in bots:
        mine = [one for one in told if one.action in bot.tells]
        members = _members(bot, mine)
        rows += [
            Delivery(bot=bot, event_id=one.pk, due_at=now + dt.timedelta(seconds=(one.pk + bot.pk) % SPREAD))
            for one in mine
            if one.action in OF_ALL or (whom(one) in members and _is_for(bot, one))
        ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def _is_for(bot: GroupBot, event: Event) -> bool:
    return event.action not in OF_HEAD or whom(event) == bot.unit.head_id


def whom(event: Event) -> int | None:
    """The member an event concerns: whose record it is, or in whose queue it waits."""
    return event.owner_id or event.context.get("queue") or event.actor_member_id


def _members(bot: GroupBot, events: list[Event]) -> set[int | None]:
    rows = Member.objects.unscoped("bots").filter(unit__in=units_below(bot.unit_id))
    return set(rows.filter(pk__in={whom(one) for one in events} - {None}).values_list("pk", flat=True))


def speak(now: dt.datetime | None = None) -> int:
    """Let every bot say what is due, within its limits; how many messages went out."""
    moment = now or timezone.now()
    rows = Delivery.objects.unscoped("bots").exclude(bot=None)
    rows.filter(state=State.SENDING, claimed_at__lt=moment - dt.timedelta(minutes=5)).update(state=State.WAITING)
    due = rows.filter(state=State.WAITING, due_at__lte=moment, bot__is_on=True, bot__archived_at=None)
    count = 0
    for pk in due.order_by("bot").values_list("bot", flat=True).distinct():
        while said := _turn(pk, moment):
            count += said
    return count


def _turn(pk: int, now: dt.datetime) -> int:
    """One message of one bot; 0 where nothing is left or nothing may be said."""
    bot, rows = _claimed(pk, now)
    if not rows:
        return 0
    try:
        send(bot, text_of(bot, rows), now)
    except Failed as error:
        _later(bot, rows, str(error), error.silence, now)
        return 0
    _set(rows, state=State.SENT, sent_at=now, error="")
    GroupBot.objects.unscoped("bots").filter(pk=bot.pk).update(problem="")
    return 1


@transaction.atomic
def _claimed(pk: int, now: dt.datetime) -> tuple[GroupBot, list[Delivery]]:
    """What the bot says next. That it speaks is noted before it does, so that no worker can go beyond its limit."""
    bot = GroupBot.objects.unscoped("bots").select_for_update().get(pk=pk)
    spoke = [at for at in bot.spoke_at if at > now.timestamp() - MINUTE]
    if len(spoke) >= PLATFORMS[Kind(bot.kind)].a_minute or not may_speak(bot, now):
        return bot, []
    due = Delivery.objects.unscoped("bots").filter(bot=bot, state=State.WAITING, due_at__lte=now)
    rows = list(due.select_related("event").order_by("pk"))
    rows = rows if len(rows) >= TOGETHER else rows[:1]
    if rows:
        _set(rows, state=State.SENDING, claimed_at=now)
        GroupBot.objects.unscoped("bots").filter(pk=pk).update(spoke_at=[*spoke, now.timestamp()])
    return bot, rows


def may_speak(bot: GroupBot, now: dt.datetime) -> bool:
    if bot.quiet_until and bot.quiet_until > now:
        return False
    return bot.kind != Kind.FEISHU or timezone.localtime(now).minute not in BUSY


def _set(rows: list[Delivery], **values: Any) -> None:
    Delivery.objects.unscoped("bots").filter(pk__in=[one.pk for one in rows]).update(**values)


def _later(bot: GroupBot, rows: list[Delivery], why: str, silence: dt.timedelta | None, now: dt.datetime) -> None:
    log.warning("bot %s: %s", bot.pk, why)
    for row in rows:
        tries = row.tries + (silence is None)  # being told to wait is no failure
        state = State.FAILED if tries >= MOST_TRIES else State.WAITING
        wait = silence or dt.timedelta(minutes=LATER[min(max(tries, 1), len(LATER)) - 1])
        _set([row], state=state, tries=tries, due_at=now + wait, error=why[:300])
    quiet = {"quiet_until": now + silence} if silence else {}
    GroupBot.objects.unscoped("bots").filter(pk=bot.pk).update(problem=why[:300], **quiet)


# -- words -----------------------------------------------------------------------------------------------------------


def text_of(bot: GroupBot, rows: list[Delivery]) -> str:
    """One line for each of ROWS with a link; customers are named only where the group may hear their names."""
    with translation.override(bot.language):
        lines = [_line(bot, row.event) for row in rows[:MOST_LINES] if row.event]
        if more := len(rows) - MOST_LINES:
            lines += [ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}] if more > 0 else []
        return fitting("\n".join(lines))


def _line(bot: GroupBot, event: Event) -> str:
    tells = SAYS[event.action]
    named = bot.names_customers or event.action in OF_ALL
    models: dict[str, Any] = {one._meta.label_lower: one for one in policies()}
    row = models[event.model](pk=event.object_id) if event.model in models and event.object_id else None
    words = {"by": event.by, "name": event.object_name}
    if tells.words and row is not None:
        full = models[event.model].objects.unscoped("bots").filter(pk=row.pk).first()
        words |= tells.words(full) if full is not None else {}
    sentence = str(tells.named if named else tells.plain) % words
    path = row.get_absolute_url() if row is not None and hasattr(row, "get_absolute_url") else ""
    return f"{sentence}\n{settings.PUBLIC_URL}{path}"


def fitting(text: str) -> str:
    """TEXT cut to what a message may hold, at a whole character."""
    raw = text.encode()
    return text if len(raw) <= MOST_BYTES else raw[: MOST_BYTES - 3].decode("utf-8", "ignore") + "…"


# -- sending ---------------------------------------------------------------------------------------------------------


def send(bot: GroupBot, text: str, now: dt.datetime) -> None:
    """Say TEXT in the group of BOT. Raises Failed."""
    key, secret = bot.__dict__["key"], bot.__dict__.get("secret") or ""
    if bot.kind in (Kind.SLACK, Kind.TEAMS):
        _by_apprise(key, text)
        return
    seconds = int(now.timestamp())
    if bot.kind == Kind.FEISHU:
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if secret:
            body |= {"timestamp": str(seconds), "sign": feishu_sign(seconds, secret)}
    else:
        body = {"msgtype": "text", "text": {"content": text}}
        if secret and bot.kind == Kind.DINGTALK:
            key += f"&timestamp={seconds * 1000}&sign={quote_plus(dingtalk_sign(seconds * 1000, secret))}"
    _check(bot.kind, _post(key, body))


def dingtalk_sign(milliseconds: int, secret: str) -> str:
    """https://open.dingtalk.com/document/robots/customize-robot-security-settings: HMAC-SHA256 of time and secret."""
    digest = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def feishu_sign(seconds: int, secret: str) -> str:
    """https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: time and secret are the key, the text is
    empty."""
    return base64.b64encode(hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


class _Stays(urllib.request.HTTPRedirectHandler):
    """Never follows: a webhook has no reason to send us elsewhere."""

    def redirect_request(self, *args: Any) -> None:
        return None


def _post(url: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - https to the platform's host, see check_key
        url, json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json; charset=utf-8"}
    )
    try:
        with urllib.request.build_opener(_Stays).open(request, timeout=TIMEOUT) as answer:
            found = json.loads(answer.read(MOST_BYTES))
    except urllib.error.HTTPError as error:
        busy = error.code == http.client.TOO_MANY_REQUESTS
        raise Failed(f"HTTP {error.code}", dt.timedelta(minutes=1) if busy else None) from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise Failed(str(error) or type(error).__name__) from error
    if not isinstance(found, dict):
        raise Failed(_("The platform answered something unreadable."))
    return found


def _check(kind: str, answer: dict[str, Any]) -> None:
    code = answer.get("errcode", answer.get("code", answer.get("StatusCode", 0)))
    if code == 0:
        return
    platform = PLATFORMS[Kind(kind)]
    why = f"{code} {answer.get('errmsg') or answer.get('msg') or ''}".strip()
    raise Failed(why, platform.silence if code in platform.too_much else None)


def _by_apprise(key: str, text: str) -> None:
    from apprise import Apprise  # noqa: PLC0415 - large, and few speak there

    group = Apprise()
    if not group.add(key) or not group.notify(body=text):
        raise Failed(_("The message was not taken."))
