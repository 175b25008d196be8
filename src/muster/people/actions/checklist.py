"""Checklists for joining, moving and leaving: made from a template, done by several departments, on working days."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action
from muster.access.crud import crud
from muster.access.scope import Actor
from muster.core import workdays
from muster.core.periods import today
from muster.people.models import By, Checklist, ChecklistItem, ChecklistStep, ChecklistTemplate, Kind, Member

templates = crud(ChecklistTemplate)
steps = crud(ChecklistStep)

DEFAULTS: list[tuple[str, str, str, list[tuple[str, str, str, int]]]] = [
    (
        Kind.JOINER,
        "New colleague",
        "新员工入职",
        [
            ("Sign the contract and collect documents", "签订劳动合同，收齐入职资料", By.HR, 0),
            ("Prepare login, mailbox and devices", "开通账号、邮箱，准备电脑和电话", By.IT, -2),
            ("Name a mentor and plan the first week", "指定带教人，安排第一周", By.MANAGER, -1),
            (
                "Complete own card: photo, phone, emergency contact",
                "完善资料：照片、手机、紧急联系人",
                By.MEMBER,
                3,
            ),
            ("Hand over first customers", "分配首批客户", By.MANAGER, 10),
            ("Talk after the first month", "满月面谈", By.MANAGER, 22),
        ],
    ),
    (
        Kind.MOVER,
        "Change of team or position",
        "调岗",
        [
            ("Say goodbye to customers who stay, hand them over", "与留在原团队的客户交接", By.MEMBER, 0),
            ("Check rights and groups", "核对系统权限和群组", By.IT, 1),
            ("Agree on goals in the new position", "确认新岗位目标", By.MANAGER, 5),
        ],
    ),
    (
        Kind.LEAVER,
        "Leaving",
        "员工离职",
        [
            ("Hand over customers, deals and tasks", "交接客户、商机和任务", By.MANAGER, -5),
            ("Tell the customers who takes over", "告知客户新的负责人", By.MANAGER, -3),
            ("Settle expenses, commission and advances", "结清报销、提成和备用金", By.FINANCE, 0),
            ("Collect devices, card and keys", "收回电脑、门禁卡和钥匙", By.OFFICE, 0),
            ("Interview on leaving", "离职面谈", By.HR, -1),
            ("Close mailbox and outside accounts", "关闭邮箱和外部系统账号", By.IT, 0),
        ],
    ),
]


def ensure_default_templates(**_kwargs: Any) -> None:
    """An installation begins with one template of each kind; what is there is left alone."""
    if ChecklistTemplate.objects.unscoped("default templates").exists():
        return
    for kind, title, title_zh, rows in DEFAULTS:
        template = ChecklistTemplate(kind=kind, title=title, title_zh=title_zh)
        template.save()
        ChecklistStep.objects.bulk_create(
            [ChecklistStep(template=template, title=one, title_zh=zh, by=by, offset=at) for one, zh, by, at in rows]
        )


def template_for(kind: str, member: Member) -> ChecklistTemplate | None:
    """That of the member's position, else the one for all."""
    rows = ChecklistTemplate.objects.unscoped("template of a checklist").filter(kind=kind, archived_at=None)
    found: ChecklistTemplate | None = (
        rows.filter(position=member.position_id).first() if member.position_id else None
    ) or rows.filter(position=None).first()
    return found


@action("people.checklist.create", gettext_lazy("Begin checklists"), Checklist, creates=True)
def begin_checklist(actor: Actor, *, member: Member, kind: str, day: dt.date) -> Checklist:
    """The steps of the template with days and people on them. Raises ValidationError where there is no template."""
    row = begin(member, kind, day)
    if row is None:
        raise ValidationError(_("There is no template for this: make one first."))
    return row


def begin(member: Member, kind: str, day: dt.date) -> Checklist | None:
    """MEMBER's list of KIND for DAY; the one that is there, if it was begun before. None without a template."""
    template = template_for(kind, member)
    if template is None:
        return None
    row, made = Checklist.objects.unscoped("checklists").get_or_create(member=member, kind=kind, day=day)
    if made:
        people = {By.MEMBER: member.pk, By.MANAGER: member.manager_id}
        steps_ = ChecklistStep.objects.unscoped("steps of a template").filter(template=template, archived_at=None)
        ChecklistItem.objects.bulk_create(
            [
                ChecklistItem(
                    checklist=row,
                    member=member,
                    title=step.title,
                    title_zh=step.title_zh,
                    by=step.by,
                    assignee_id=people.get(By(step.by)),
                    due_on=workdays.shift(day, step.offset),
                )
                for step in steps_
            ]
        )
    found: Checklist = row
    return found


def drop(member: Member, kind: str, day: dt.date) -> None:
    """What was called off needs no list; one on which something was done stays."""
    rows = Checklist.objects.unscoped("checklist called off").filter(member=member, kind=kind, day=day)
    rows.exclude(items__done_on__isnull=False).delete()


@action("people.checklistitem.complete", gettext_lazy("Tick checklist items"), ChecklistItem)
def complete_item(actor: Actor, item: ChecklistItem) -> None:
    if item.done_on is None:
        item.done_on, item.done_by = today(), actor.name
        item.save(update_fields=["done_on", "done_by"])


@action("people.checklistitem.reopen", gettext_lazy("Untick checklist items"), ChecklistItem)
def reopen_item(actor: Actor, item: ChecklistItem) -> None:
    item.done_on, item.done_by = None, ""
    item.save(update_fields=["done_on", "done_by"])
