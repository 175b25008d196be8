"""Of each kind of record: who has no right sees none, who has his own sees none of a stranger's."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import EmptyResultSet
from django.utils import timezone

from muster.access.actors import new_token
from muster.access.models import (
    ApiToken,
    BulkChange,
    BulkRow,
    Event,
    Favourite,
    ListExport,
    RoleAssignment,
    SavedView,
    User,
    ViewUse,
)
from muster.access.scope import Actor, Scope, policies, policy_of
from muster.activities.models import (
    AccountPoint,
    Activity,
    Appointment,
    AppointmentChange,
    Attachment,
    CalendarFeed,
    Call,
    CheckIn,
    Comment,
    Guest,
    LocationConsent,
    Mail,
    Mailbox,
    MailFile,
    MailFolder,
    MailSkip,
    MailThread,
    Recording,
    Task,
)
from muster.crm.actions.account import accounts
from muster.crm.models import (
    Account,
    AccountInvoiceData,
    AccountMember,
    AccountScore,
    AccountTag,
    Acquaintance,
    Allocation,
    Competitor,
    Contact,
    Contract,
    ContractAmendment,
    ContractLine,
    Deal,
    DealCompetitor,
    DealCredit,
    DealLine,
    DealSlip,
    DealSnooze,
    DealTick,
    DuplicateCheck,
    Instalment,
    Invoice,
    InvoiceReceipt,
    JoinRequest,
    Lead,
    Merge,
    PlanChange,
    Pool,
    PoolLook,
    PoolStay,
    Quote,
    QuoteLine,
    Receipt,
    Routing,
    StageChange,
    StageCriterion,
    Stakeholder,
    Tag,
)
from muster.integrations.models import ImportBatch, ImportChange, ImportIssue, NoticeMute, NoticeSettings, Notification
from muster.people.models import (
    Absence,
    ApprovalRequest,
    ApprovalSeat,
    Assignment,
    AuditCampaign,
    AuditItem,
    ChangeRequest,
    Checklist,
    ChecklistItem,
    DataExport,
    Erasure,
    GrowthGoal,
    Handover,
    Member,
    MemberDocument,
    MemberPrivate,
    NextRole,
    Paper,
    PaperReading,
    PaperVersion,
    Position,
    SheetNote,
    Skill,
    SkillCategory,
    SkillEvidence,
    Territory,
    TerritoryAssignment,
    Verification,
)
from muster.reporting.models import (
    Analysis,
    AnalysisIssue,
    AnalysisMail,
    Briefing,
    BriefingIssue,
    Report,
    ReportContent,
    ReportTemplate,
    Screen,
    Widget,
)
from tests.factories import (
    actor_of,
    make_account,
    make_activity,
    make_contact,
    make_deal,
    make_member,
    make_task,
    stage,
)

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 16)


def restricted() -> list[Any]:
    """Kinds of record of which one sees one's own only; all others belong to the firm."""
    kinds = []
    for model, policy in policies().items():
        of_user = hasattr(policy, "user")
        parent = policy.parent and policy_of(model._meta.get_field(policy.parent).related_model)
        if policy.owner or of_user or (parent and (parent.owner or hasattr(parent, "user"))):
            kinds.append(model)
    return kinds


def rows_of(member: Member) -> None:
    """One record at least of each restricted kind, all of MEMBER."""
    user: Any = member.user
    account = make_account(member, team=(member,))
    contact, other = make_contact(account), make_contact(account)
    Stakeholder(contact=contact, role="pays").save()
    Acquaintance(contact=contact, other=other).save()
    tag = Tag(name=f"Tag {member.pk}")
    tag.save()
    AccountTag(account=account, tag=tag).save()
    deal = make_deal(member, account=account)
    StageChange(deal=deal, to_stage=stage("new"), changed_on=DAY).save()
    papers_of(member, account)
    Lead(name="Lead", owner=member).save()
    Merge(owner=member, kind="crm.account", survivor_id=1, merged_id=2, until=timezone.now()).save()
    DuplicateCheck(member=member, on=DAY).save()
    JoinRequest(account=account, member=member).save()
    DealSnooze(deal=deal, member=member, until=DAY, reason="Holidays").save()
    said = {"filled": 1, "asked": 2, "percent": 50, "valid_from": DAY, "valid_to": DAY}
    AccountScore(account=deal.account, owner=member, **said).save()
    DealCredit(deal=deal, member=member, points=10_000, valid_from=DAY).save()
    DealLine(deal=deal, name="Press").save()
    rival = Competitor(name=f"Rival {member.pk}")
    rival.save()
    DealCompetitor(deal=deal, competitor=rival).save()
    asked = ApprovalRequest(kind="discount", model="crm.deal", object_id=deal.pk, title="Deal", asker=member)
    asked.save()
    ApprovalSeat(request=asked, number=1, member=member, since_on=DAY).save()
    DealSlip(deal=deal, member=member, from_on=DAY, to_on=DAY, days=1, pushed_on=DAY).save()
    criterion = StageCriterion(stage=stage("new"), name="Budget confirmed")
    criterion.save()
    DealTick(deal=deal, criterion=criterion, member=member, ticked_on=DAY).save()
    activity = make_activity(member)
    Comment(model="activities.activity", object_id=activity.pk, author=member, body="Well done").save()
    CheckIn(activity=activity, member=member, on=DAY, in_at=timezone.now(), verdict="unknown").save()
    LocationConsent(member=member, given_at=timezone.now()).save()
    invited(member)
    AccountPoint(account=account, north=1, east=1, datum="wgs84", fixed_by=member).save()
    Attachment(activity=activity, added_by=member, file_name="offer.pdf").save()
    letters_of(member, activity, account)
    make_task(member)
    reported(member)
    MemberPrivate(member=member).save()
    SheetNote(member=member, kind="comment", text="Note", on=DAY, by="Lead").save()
    Handover(member=member).save()
    checklist = Checklist(member=member, kind="joiner", day=DAY)
    checklist.save()
    ChecklistItem(checklist=checklist, member=member, title="Desk", by="manager", due_on=DAY).save()
    category = SkillCategory(name="Languages", code=f"l{member.pk}")
    category.save()
    skill = Skill(name=f"Cantonese {member.pk}", category=category)
    skill.save()
    SkillEvidence(member=member, skill=skill, source="self", level=3, on=DAY).save()
    GrowthGoal(member=member, skill=skill, level=4, due_on=DAY).save()
    aim = Position(name="Lead", code=f"P{member.pk}")
    aim.save()
    NextRole(member=member, position=aim).save()
    Verification(member=member, field="phone", on=DAY, by="Test").save()
    ChangeRequest(member=member, field="phone", value="1").save()
    campaign = AuditCampaign(name="Q1", begins_on=DAY, due_on=DAY)
    campaign.save()
    AuditItem(campaign=campaign, member=member, field="phone").save()
    MemberDocument(member=member, kind="other", title="Plan").save()
    paper = Paper(title="Rules")
    paper.save()
    edition = PaperVersion(paper=paper, number=1, body="Be kind.", published_at=timezone.now(), due_on=DAY)
    edition.save()
    PaperReading(edition=edition, member=member).save()
    DataExport(member=member).save()
    Erasure(member=member, origin="request").save()
    territory = Territory(name="South", code=f"s{member.pk}")
    territory.save()
    TerritoryAssignment(member=member, territory=territory, valid_from=DAY).save()
    Absence(member=member, starts_on=DAY, ends_on=DAY).save()
    Routing(kind="crm.account", object_id=account.pk, owner=member, at=timezone.now(), status="given").save()
    pool = Pool(name="Pool")
    pool.save()
    lost = {"pool": pool, "kind": "crm.account", "object_id": account.pk, "name": "Lost"}
    stay = PoolStay(former_owner=member, came_at=timezone.now(), came_by="returned", **lost)
    stay.save()
    PoolLook(member=member, stay=stay, on=DAY).save()
    accounts.create(actor_of(member), name="Recorded")
    _plain, prefix, digest = new_token()
    ApiToken(user=user, name="Robot", prefix=prefix, digest=digest, scopes=["*"]).save()
    event = Event.objects.unscoped("tests").filter(owner_id=member.pk).latest("pk")
    Notification(user=user, event=event, at=timezone.now()).save()
    NoticeSettings(user=user).save()
    view = SavedView(user=user, name="Mine", path="/deals/")
    view.save()
    ViewUse(user=user, view=view).save()
    Favourite(user=user, record="crm.account", object_id=account.pk).save()
    ListExport(user=user, name="Deals", path="/deals/").save()
    change = BulkChange(user=user, listing="members")
    change.save()
    BulkRow(change=change, object_id=member.pk).save()
    NoticeMute(user=user, model="crm.account", object_id=account.pk).save()
    batch = ImportBatch(user=user, source="members")
    batch.save()
    ImportIssue(batch=batch, kind="error", sheet="1", message="?").save()
    ImportChange.of(batch, Member, member.pk, {"name": ["Old", "New"]}).save()


def letters_of(member: Member, activity: Activity, account: Account) -> None:
    """A call with its recording; a mailbox with all that can be in it."""
    call = Call(activity=activity, member=member, on=DAY)
    call.save()
    said = {"consent_by": "Kunde", "consent_at": timezone.now(), "consent_how": "spoken", "keep_until": DAY}
    Recording(call=call, member=member, **said).save()
    box = Mailbox(member=member, address="a@example.com", imap_host="imap.example.com", login="a")
    box.save()
    MailFolder(mailbox=box, name="INBOX").save()
    MailSkip(mailbox=box, folder="INBOX", uid=1, why="huge").save()
    thread = MailThread(mailbox=box, member=member, account=account, last_at=timezone.now(), shared_at=timezone.now())
    thread.save()
    mail = Mail(mailbox=box, member=member, thread=thread, mark="1", message_id="1", direction="in", at=timezone.now())
    mail.save()
    MailFile(mail=mail, file_name="offer.pdf").save()


def invited(member: Member) -> None:
    now = timezone.now()
    kept = Appointment(owner=member, title="Review", starts_at=now, ends_at=now)
    kept.save()
    AppointmentChange(appointment=kept, was_at=now, starts_at=now, ends_at=now).save()
    Guest(appointment=kept, member=member).save()
    CalendarFeed(member=member, name="Phone", digest=str(member.pk)).save()


def papers_of(member: Member, account: Account) -> None:
    """A quote, and a contract with all that can stand on it."""
    quote = Quote(name="Quote", number=f"Q{member.pk}", account=account, owner=member)
    quote.save()
    QuoteLine(quote=quote, name="Press").save()
    contract = Contract(name="Contract", number=f"C{member.pk}", account=account, owner=member, total=100)
    contract.save()
    ContractLine(contract=contract, name="Press").save()
    instalment = Instalment(contract=contract, number=1, due_on=DAY, late_on=DAY, amount=100)
    instalment.save()
    PlanChange(contract=contract, number=1, changed_on=DAY).save()
    said = {"amended_on": DAY, "reason": "More", "total_before": 90, "total_after": 100}
    ContractAmendment(contract=contract, number=1, **said).save()
    receipt = Receipt(number=f"R{member.pk}", account=account, collector=member, amount=100, received_on=DAY)
    receipt.save()
    Allocation(receipt=receipt, instalment=instalment, contract=contract, amount=100, allocated_on=DAY).save()
    invoice = Invoice(contract=contract, account=account, number=f"I{member.pk}", amount=100, issued_on=DAY)
    invoice.save()
    InvoiceReceipt(invoice=invoice, receipt=receipt).save()
    AccountInvoiceData(account=account, title="Title").save()


def reported(member: Member) -> None:
    template = ReportTemplate(name="Daily", kind="day")
    template.save()
    now = timezone.now()
    when = {"starts_on": DAY, "due_on": DAY, "due_at": now, "sent_at": now}
    report = Report(template=template, kind="day", member=member, state="sent", **when)
    report.save()
    ReportContent(report=report).save()
    briefing = Briefing(name="Mornings")
    briefing.save()
    BriefingIssue(briefing=briefing, member=member, starts_on=DAY).save()
    table = Analysis(user=member.user, name="Mine", metrics=["deals_won"], rows="member")
    table.save()
    AnalysisMail(analysis=table, member=member).save()
    AnalysisIssue(analysis=table, member=member, starts_on=DAY, kind="day").save()
    Widget(user=member.user, kind="analysis", analysis=table).save()
    Screen(user=member.user, name="Hall", digest=str(member.pk), ends_on=DAY).save()


OWNED = {
    *(AccountInvoiceData, Allocation, Contract, ContractLine, Instalment, Invoice, PlanChange, ContractAmendment),
    *(Quote, QuoteLine, Receipt),
    *(
        AccountPoint,
        AccountScore,
        Attachment,
        BriefingIssue,
        CheckIn,
        LocationConsent,
        Comment,
        DealCredit,
        DealSlip,
        DealSnooze,
    ),
    DealLine,
    DealCompetitor,
    ApprovalRequest,
    ApprovalSeat,
    DealCompetitor,
    ApprovalRequest,
    ApprovalSeat,
    DealTick,
    *(Analysis, AnalysisIssue, AnalysisMail, Report, ReportContent, Screen, Widget),
    *(Call, Recording, Mail, Mailbox, MailFile, MailFolder, MailSkip, MailThread),
    *(Account, AccountMember, Activity, ApiToken, Assignment, Checklist, ChecklistItem, Contact, Deal, Event, Handover),
    *(PoolLook, PoolStay),
    *(Appointment, AppointmentChange, CalendarFeed, Guest),
    *(
        Absence,
        AccountTag,
        Acquaintance,
        AuditItem,
        Stakeholder,
        ChangeRequest,
        DuplicateCheck,
        JoinRequest,
        Lead,
        Merge,
        Routing,
        Verification,
    ),
    *(DataExport, Erasure, GrowthGoal, MemberDocument, NextRole, PaperReading),
    *(
        ImportBatch,
        ImportChange,
        ImportIssue,
        Member,
        MemberPrivate,
        NoticeMute,
        NoticeSettings,
        Notification,
        RoleAssignment,
        SavedView,
        ViewUse,
        Favourite,
        SheetNote,
        BulkChange,
        BulkRow,
        ListExport,
        SkillEvidence,
        StageChange,
        Task,
        TerritoryAssignment,
        User,
    ),
}


def own_eyes() -> Actor:
    """Of somebody with every right on his own, in a firm in which another has a record of each kind."""
    viewer, stranger = make_member("Viewer"), make_member("Stranger")
    rows_of(stranger)
    return Actor(viewer.user.pk, viewer.pk, grants={"*": {Scope.OWN}})


def strangers_seen(eyes: Actor | None = None, kinds: list[Any] | None = None) -> list[str]:
    """Of KINDS (else of all) those of which somebody with every right on his own sees a record of another."""
    eyes = eyes or own_eyes()
    return [model._meta.label for model in kinds or restricted() if _shown(model, eyes).exists()]


def _shown(model: Any, eyes: Actor) -> Any:
    """The records of others that EYES see."""
    assert model.objects.unscoped("tests").exists(), f"there is no {model._meta.label} that could be seen"
    seen = set(model.objects.visible_to(eyes).values_list("pk", flat=True))
    others = model.objects.unscoped("tests").filter(pk__in=seen)
    if model in (Member, User):
        return others.exclude(pk=eyes.member_id if model is Member else eyes.user_id)
    if model in (Assignment, RoleAssignment):
        return others.exclude(**({"member": eyes.member_id} if model is Assignment else {"user": eyes.user_id}))
    if model is Analysis:
        return others.exclude(share=SavedView.Share.EVERYBODY)  # its maker shows it to all
    return others.exclude(owner_id=eyes.member_id) if model is Event else others


def seen_without_a_right(kinds: list[Any] | None = None) -> list[str]:
    """Of KINDS (else of all) those of which somebody without any right is shown a record."""
    found = []
    for model in kinds or policies():
        try:
            str(model.objects.visible_to(Actor(1, 1)).query)
        except EmptyResultSet:
            continue
        found.append(model._meta.label)
    return found


def test_there_is_a_record_of_each_kind_that_is_ones_own():
    assert {model._meta.label for model in restricted()} == {model._meta.label for model in OWNED}


def test_nobody_sees_a_strangers_record_by_a_right_on_his_own():
    assert strangers_seen() == []


def test_who_has_no_right_sees_no_record_of_any_kind():
    assert seen_without_a_right() == []
