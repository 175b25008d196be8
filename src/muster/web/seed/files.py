"""The demo company's papers and files: documents that end soon, a paper half read, a leaver who asks to be erased."""

import datetime as dt
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from muster.people.actions.document import add_document, remind_of_ends
from muster.people.actions.paper import papers, publish_version
from muster.people.actions.privacy import request_erasure
from muster.people.models import Member, PaperReading
from muster.web.seed.people import Company

TEAM = "R1-1-1"
POLICY = """一、九折以内的报价由团队主管确认，八五折以内由大区总监确认。
二、任何折扣都写进商机备注，并说明理由。
三、未经确认的折扣不得写入合同。"""
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


def file_away(firm: Company) -> None:
    _documents(firm)
    _papers(firm)
    gone = Member.objects.unscoped("seed").filter(status=Member.Status.LEFT).order_by("left_on", "pk")
    request_erasure(firm.actor, member=gone[0], reason="本人来信要求")


def _documents(firm: Company) -> None:
    """On each of the shown team a contract; one certificate ends soon, one has ended."""
    team = Member.objects.unscoped("seed").filter(unit=firm.units[TEAM]).exclude(status=Member.Status.LEFT)
    for at, member in enumerate(team.order_by("pk")):
        ends = firm.day + dt.timedelta(days=400 + 40 * at)
        _document(firm, member, "contract", "劳动合同", "合同.pdf", PDF, "member", ends)
        if at < 3:
            day = firm.day + dt.timedelta(days=(25, -12, 600)[at])
            _document(firm, member, "certificate", "项目管理专业人士（PMP）", "PMP.png", _picture(), "line", day)
    remind_of_ends(firm.day)


def _document(
    firm: Company, member: Member, kind: str, title: str, name: str, content: bytes, audience: str, ends: dt.date
) -> None:
    upload = SimpleUploadedFile(name, content)
    said = {"kind": kind, "title": title, "audience": audience, "valid_until": ends}
    add_document(firm.actor, member=member, upload=upload, **said)


def _picture() -> bytes:
    sheet, buffer = Image.new("RGB", (640, 440), "#fdf8ec"), io.BytesIO()
    ImageDraw.Draw(sheet).rectangle((20, 20, 620, 420), outline="#b8860b", width=4)
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def _papers(firm: Company) -> None:
    """A rule for all, read by half of those who have to; a handbook everybody has read."""
    policy = papers.create(firm.actor, title="Discounts", title_zh="折扣审批规定", days=7)
    publish_version(firm.actor, policy, body=POLICY)
    publish_version(firm.actor, policy, body=POLICY + "\n四、自下月起执行。", changed="新增第四条")
    book = papers.create(firm.actor, title="Handbook", title_zh="员工手册", days=14, units=[firm.units["R1"].pk])
    upload = SimpleUploadedFile("员工手册.pdf", PDF)
    publish_version(firm.actor, book, body="请阅读附件，重点是考勤与信息安全两章。", upload=upload)
    readings = PaperReading.objects.unscoped("seed").filter(edition__is_current=True)
    now = timezone.now()
    half = [pk for at, pk in enumerate(readings.filter(edition__paper=policy).values_list("pk", flat=True)) if at % 2]
    readings.filter(pk__in=half).update(read_at=now)
    readings.filter(edition__paper=book).update(read_at=now)
