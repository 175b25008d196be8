"""What the people room itself holds on a member, with the register as an installation begins. The months follow
Chinese law: contracts two years after their end (劳动合同法, article 50), wage records two years (工资支付暂行规定,
article 6)."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.access.actions.user import end_access
from muster.access.models import ApiToken, Event, RoleAssignment, User
from muster.people.models import (
    Absence,
    Assignment,
    Audience,
    AuditItem,
    Basis,
    ChangeRequest,
    Checklist,
    ChecklistItem,
    DataExport,
    DocumentKind,
    GrowthGoal,
    Handover,
    Member,
    MemberDocument,
    MemberPrivate,
    NextRole,
    PaperReading,
    SheetNote,
    SkillEvidence,
    TerritoryAssignment,
    Verification,
)
from muster.people.personal import Line, Part, register

LAW = 24
KEPT = (DocumentKind.CONTRACT, DocumentKind.IDENTITY)


def pseudonym(member: Member) -> str:
    """The name of somebody who was forgotten, in the language of the installation."""
    with translation.override(settings.LANGUAGE_CODE):
        return gettext("Former member #%(number)s") % {"number": member.pk}


def end_of_login(member: Member) -> None:
    """The login says nothing of anybody any more and opens nothing."""
    user: Any = member.user
    end_access(user)
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=user).delete()
    ApiToken.objects.unscoped("erasure").filter(user=user).delete()
    RoleAssignment.objects.unscoped("erasure").filter(user=user).delete()
    user.username, user.name, user.email, user.is_active = f"former-{member.pk}", pseudonym(member), "", False
    user.set_unusable_password()
    user.save()


def end_of_ticks(member: Member) -> None:
    """What he ticked on others' checklists was ticked by the pseudonym."""
    for item in ticked(member):
        item.done_by = pseudonym(member)
        item.save(update_fields=["done_by"])


def ticked(member: Member) -> Any:
    done = Event.objects.unscoped("erasure").filter(action="people.checklistitem.complete", actor_member_id=member.pk)
    rows = ChecklistItem.objects.unscoped("erasure").filter(pk__in=done.values("object_id"))
    return rows.exclude(done_by__in=("", pseudonym(member)))


class Ticks(Part):
    def rows(self, member: Member) -> Any:
        return ticked(member)


class Trail(Part):
    def rows(self, member: Member) -> Any:
        mine = Q(actor_member_id=member.pk) | Q(owner_id=member.pk)
        return Event.objects.unscoped("what is held on a member").filter(mine)


class Login(Part):
    def rows(self, member: Member) -> Any:
        rows = User.objects.unscoped("what is held on a member").filter(member=member.pk)
        return rows.exclude(username=f"former-{member.pk}")


FIND = ("To know who is who at work", "工作中识别和联系同事")
register(
    Part(
        "member",
        Member,
        _("Member"),
        (
            Line("Name on contracts and records", "合同与业务记录上的姓名", "name", Basis.LAW, LAW, pseudonym),
            Line(*FIND, "reading"),
            Line(*FIND, "preferred_name"),
            Line(
                "Reference of payroll and accounts",
                "工资与财务凭证上的编号",
                "employee_no",
                Basis.LAW,
                LAW,
                lambda member: f"#{member.pk}",
            ),
            Line("To recognise colleagues", "方便同事认人", "photo", Basis.CONSENT, 0),
            Line(*FIND, "work_email"),
            Line("To reach somebody at work", "工作联系", "phone"),
            Line("To reach somebody after leaving", "离职后联系（结算、证明）", "personal_email"),
            Line(*FIND, "work_place"),
            Line("To find who speaks a customer's language", "按语言匹配客户", "languages"),
            Line("What the member says of himself or herself", "本人自我介绍", "about", Basis.CONSENT, 0),
        ),
        (
            *("name", "reading", "preferred_name", "employee_no", "work_email", "phone", "personal_email", "status"),
            *(
                "hired_on",
                "left_on",
                "work_place",
                "languages",
                "time_zone",
                "about",
                "unit",
                "position",
                "grade",
                "manager",
            ),
        ),
        link="pk",
        named=True,
        order=10,
    )
)
register(
    Part(
        "private",
        MemberPrivate,
        _("Private details"),
        (
            Line("Contract, social insurance, tax", "签订合同、社保、个税", "id_number", Basis.LAW, LAW),
            Line("Contract, social insurance", "签订合同、社保", "birth_date", becomes=None),
            Line("Delivery of letters by the firm", "公司文书送达", "home_address"),
            Line("Payment of wages", "发放工资", "bank_account", Basis.LAW, LAW),
            Line("Help in an emergency", "紧急情况联系", "emergency_name", Basis.CONSENT, 0),
            Line("Help in an emergency", "紧急情况联系", "emergency_phone", Basis.CONSENT, 0),
        ),
        ("id_number", "birth_date", "home_address", "bank_account", "emergency_name", "emergency_phone"),
        named=True,
        order=20,
    )
)
register(
    Part(
        "career",
        Assignment,
        _("Career"),
        (Line("Why somebody was moved", "调动原因", "reason"),),
        ("valid_from", "valid_to", "unit", "position", "grade", "manager", "reason"),
        order=30,
    )
)
register(
    Part(
        "territories",
        TerritoryAssignment,
        _("Territories"),
        (Line("Why a territory was given", "划分片区的原因", "reason"),),
        ("territory", "valid_from", "valid_to", "reason"),
        order=31,
    )
)
register(
    Part(
        "absences",
        Absence,
        _("Absences"),
        (Line("That nothing is given to who is away", "避免给请假的人派活", basis="interest"),),
        ("starts_on", "ends_on", "note"),
        whole=True,
        order=32,
    )
)
register(
    Part(
        "contracts",
        MemberDocument,
        _("Contracts and copies of identity documents"),
        (Line("Proof of the employment", "劳动关系证明", "contract", Basis.LAW, LAW),),
        ("kind", "title", "valid_until", "note", "file_name", "created_at"),
        where=Q(kind__in=KEPT),
        told=~Q(audience=Audience.HR),
        whole=True,
        order=40,
    )
)
register(
    Part(
        "documents",
        MemberDocument,
        _("Other documents"),
        (Line("Proof of fitness and training", "资质与培训证明"),),
        ("kind", "title", "valid_until", "note", "file_name", "created_at"),
        where=~Q(kind__in=KEPT),
        told=~Q(audience=Audience.HR),
        whole=True,
        order=41,
    )
)
register(
    Part(
        "skills",
        SkillEvidence,
        _("Skills and certificates"),
        (Line("To staff work and to train", "安排工作与培训"),),
        ("skill", "source", "level", "on", "note", "number", "issuer", "valid_until"),
        whole=True,
        named=True,
        order=50,
    )
)
register(
    Part(
        "verifications",
        Verification,
        _("Found right on"),
        (Line("To keep what is held right", "保证资料准确"),),
        ("field", "on", "by"),
        whole=True,
        named=True,
        order=55,
    )
)
register(
    Part(
        "requests",
        ChangeRequest,
        _("Change requests"),
        (Line("To keep what is held right", "保证资料准确"),),
        ("field", "value", "secret", "status", "reason", "created_at", "decided_by", "decided_at", "note"),
        whole=True,
        named=True,
        order=56,
    )
)
register(
    Part(
        "audits",
        AuditItem,
        _("Audits"),
        (Line("To keep what is held right", "保证资料准确"),),
        ("campaign", "field", "answer", "answered_on", "answered_by"),
        whole=True,
        named=True,
        order=57,
    )
)
register(
    Part(
        "sheet",
        SheetNote,
        _("Notes on the audit sheet"),
        (Line("To keep what is held right", "保证资料准确"),),
        ("kind", "point", "text", "campaign", "on", "by"),
        whole=True,
        named=True,
        order=58,
    )
)
register(
    Part(
        "growth",
        GrowthGoal,
        _("Development plan"),
        (Line("To grow in the job", "支持员工发展"),),
        ("skill", "level", "due_on", "doing", "coach"),
        whole=True,
        named=True,
        order=59,
    )
)
register(
    Part(
        "next_role",
        NextRole,
        _("Next role"),
        (Line("To grow in the job", "支持员工发展"),),
        ("position",),
        whole=True,
        named=True,
        order=59,
    )
)
register(
    Part(
        "papers",
        PaperReading,
        _("Acknowledgements"),
        (Line("Proof that rules were made known", "规章制度已告知的证明", "", Basis.LAW, LAW),),
        ("edition", "read_at"),
        whole=True,
        order=60,
    )
)
register(
    Part(
        "checklists",
        Checklist,
        _("Checklists"),
        (Line("Joining, moving and leaving in order", "入职、调岗、离职手续"),),
        ("kind", "day"),
        whole=True,
        named=True,
        order=70,
    )
)
register(
    Ticks(
        "ticks",
        ChecklistItem,
        _("Ticks on checklists of others"),
        (Line("Who did a step", "谁完成了步骤", "done_by"),),
        ("title", "done_on"),
        erase=end_of_ticks,
        order=71,
    )
)
register(
    Part(
        "handovers",
        Handover,
        _("Handovers"),
        (Line("Why something was handed over", "交接原因", "reason"),),
        ("status", "reason", "created_at", "done_at"),
        named=True,
        order=80,
    )
)
register(
    Part(
        "exports",
        DataExport,
        _("Exports of one's own data"),
        (Line("To answer the member's question", "答复本人查询", "", Basis.LAW, 0),),
        ("created_at", "ready_at", "fetched_at"),
        whole=True,
        named=True,
        order=85,
    )
)
register(
    Login(
        "login",
        User,
        _("Login"),
        (Line("To log in", "登录系统", "", Basis.CONTRACT, 0),),
        ("username", "name", "email", "language", "last_login"),
        erase=end_of_login,
        named=True,
        order=90,
    )
)
register(
    Trail(
        "trail",
        Event,
        _("Audit trail"),
        (Line("Who did what, and who looked at what", "操作与查看留痕", "", Basis.LAW, LAW),),
        ("at", "action", "by", "model", "object_id"),
        stays=_("What was done stays, under the number; names and values of what is erased go from it too."),
        order=95,
    )
)
