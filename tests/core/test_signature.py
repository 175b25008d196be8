"""PDFs that say whether they were touched, and the certificate they are signed with."""

import contextlib
import datetime as dt
import io

import pypdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from muster.core import pdf, signature

NASTY = '王大伟 #panic("x") $x$ \\ *b* "q" ]'


@pytest.fixture(autouse=True)
def _own_certificate(settings, tmp_path):
    settings.SIGNING_FILE = tmp_path / "signing.pem"
    settings.SIGNING_CERTIFICATE = settings.SIGNING_KEY = settings.SIGNING_PASSWORD = ""
    with translation.override("en"):
        yield


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A template of one line, and what it makes of some data."""
    file = pdf.ROOT / "core/templates/core/page.typ"
    (tmp_path / "line.typ").write_text(file.read_text("utf-8") + "\n#show: sheet\n= #data.title\n#data.day\n", "utf-8")
    monkeypatch.setattr(pdf, "_path", lambda _name: tmp_path / "line.typ")
    monkeypatch.setattr(pdf, "ROOT", tmp_path)
    return lambda language="en", title=NASTY: pdf.render(
        "x/line.typ", {"title": title, "day": dt.date(2026, 3, 16)}, language
    )


def text_of(content: bytes) -> str:
    return "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_what_somebody_typed_is_text_and_never_a_command(made):
    assert "".join(NASTY.split()) in "".join(text_of(made()).split())


def test_lazy_texts_and_days_are_said_in_the_language_of_the_reader(made):
    assert "Mar 16, 2026" in text_of(made("en"))
    said = text_of(made("zh-hans", gettext_lazy("January")))
    assert "2026年3月16日" in said.replace(" ", "")
    assert "一月" in said


def test_equal_data_give_equal_bytes(made):
    assert made() == made()


def test_what_has_no_words_is_refused_and_not_guessed(made):
    with pytest.raises(TypeError, match="hand it over as text"):
        made(title=object())


def test_a_template_reads_nothing_outside_the_product(made, tmp_path):
    (tmp_path / "line.typ").write_text('#read("/../../../etc/passwd")', "utf-8")
    with pytest.raises(pdf.NotSet):
        made()


def test_a_signed_pdf_holds_and_its_certificate_is_made_once(made, settings):
    signed = signature.sign(made(), "Result")
    verdict = signature.check(signed)
    assert (verdict.holds, verdict.intact, verdict.whole, verdict.ours) == (True, True, True, True)
    assert verdict.certificate == signature.fingerprint()
    assert abs(timezone.now() - verdict.at) < dt.timedelta(minutes=1)
    assert settings.SIGNING_FILE.stat().st_mode & 0o777 == 0o600
    assert signature.check(signature.sign(made(), "Another")).certificate == verdict.certificate


def test_one_changed_byte_anywhere_is_found(made):
    signed = signature.sign(made(), "Result")
    begin = signed.rindex(b"/Contents <") + len(b"/Contents <")
    end = signed.index(b">", begin)
    covered = [*range(0, begin - 1, len(signed) // 60), *range(end + 1, len(signed), 50)]
    for at in covered:
        changed = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
        with contextlib.suppress(ValidationError):  # so broken that no reader opens it
            assert not signature.check(changed).holds, at


def test_what_was_added_after_signing_is_found(made):
    signed = signature.sign(made(), "Result")
    writer = pypdf.PdfWriter(io.BytesIO(signed), incremental=True)
    writer.add_metadata({"/Title": "Another"})
    buffer = io.BytesIO()
    writer.write(buffer)
    assert buffer.getvalue().startswith(signed)
    assert not signature.check(buffer.getvalue()).holds


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_signed_pdf_gets_a_sentence(content):
    with pytest.raises(ValidationError, match="PDF"):
        signature.check(content)


def test_a_pdf_without_a_signature_is_told_so(made):
    with pytest.raises(ValidationError, match="no signature"):
        signature.check(made())


def firm_certificate(folder, ends: dt.datetime, password: bytes = b"") -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "海岳科技")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7).not_valid_after(ends)
    certificate = builder.not_valid_before(ends - dt.timedelta(days=900)).sign(key, hashes.SHA256())
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    (folder / "firm.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "firm.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    )
    return str(folder / "firm.pem"), str(folder / "firm.key")


def test_a_firm_signs_with_its_own_certificate_and_older_pdfs_still_hold(made, settings, tmp_path):
    before = signature.sign(made(), "Result")
    ends = timezone.now() + dt.timedelta(days=30)
    settings.SIGNING_CERTIFICATE, settings.SIGNING_KEY = firm_certificate(tmp_path, ends, b"secret")
    settings.SIGNING_PASSWORD = "secret"
    verdict = signature.check(signature.sign(made(), "Result"))
    assert (verdict.holds, "海岳科技" in verdict.signer) == (True, True)
    assert signature.check(before).holds
    settings.SIGNING_PASSWORD = "wrong"
    with pytest.raises(ValidationError, match=r"key in firm\.key cannot be read"):
        signature.sign(made(), "Result")


def test_a_stranger_who_signs_is_not_us(made, settings, tmp_path):
    settings.SIGNING_FILE = tmp_path / "stranger.pem"
    signed = signature.sign(made(), "Result")
    settings.SIGNING_FILE = tmp_path / "signing.pem"
    verdict = signature.check(signed)
    assert (verdict.intact, verdict.whole, verdict.ours, verdict.holds) == (True, True, False, False)


def test_a_certificate_that_is_over_signs_nothing(made, settings, tmp_path):
    ends = timezone.now() - dt.timedelta(days=1)
    settings.SIGNING_CERTIFICATE, settings.SIGNING_KEY = firm_certificate(tmp_path, ends)
    with pytest.raises(ValidationError, match="ended on"):
        signature.sign(made(), "Result")
    settings.SIGNING_CERTIFICATE = str(tmp_path / "missing.pem")
    with pytest.raises(ValidationError, match=r"missing.pem cannot be read"):
        signature.sign(made(), "Result")


def test_a_text_may_be_long(made):
    assert len(made(title="王" * 20_000)) > 1000
