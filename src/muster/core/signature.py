"""PDFs that say themselves whether they were touched: signed (PAdES) with the certificate of the firm or, where it has
named none, with one this installation makes on first use and keeps in its data folder."""

import datetime as dt
import io
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

YEARS = 20
BITS = 3072
LONGEST = 64  # letters of a name in a certificate


@dataclass(frozen=True)
class Verdict:
    """What a signature says. `intact`: not a byte that it covers was changed. `whole`: it covers the whole file.
    `ours`: made with the certificate of this installation."""

    intact: bool
    whole: bool
    ours: bool
    signer: str
    certificate: str  # SHA-256
    at: dt.datetime | None

    @property
    def holds(self) -> bool:
        return self.intact and self.whole and self.ours


def sign(content: bytes, reason: str) -> bytes:
    """The PDF in CONTENT with a signature that allows no later change. Raises ValidationError where the certificate
    cannot be read or is over."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - 30 MB, rarely used
    from pyhanko.sign import fields, signers  # noqa: PLC0415

    said = signers.PdfSignatureMetadata(
        field_name="Seal",
        reason=reason,
        name=settings.COMPANY_NAME or "Muster",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    made = signers.PdfSigner(said, _signer()).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content)))
    return bytes(made.getvalue())


def check(content: bytes) -> Verdict:
    """Whether the signature of a PDF holds. Raises ValidationError where CONTENT is no PDF or carries none."""
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415

    try:
        found = PdfFileReader(io.BytesIO(content)).embedded_signatures
        if found:
            return _verdict(found[-1])
    except (PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        raise ValidationError(_("This cannot be read as a signed PDF: it is damaged, or something else.")) from error
    raise ValidationError(_("This PDF carries no signature."))


def _verdict(found: Any) -> Verdict:
    from pyhanko.sign.diff_analysis import ModificationLevel  # noqa: PLC0415
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    print_of = found.signer_cert.sha256.hex()
    # Who signed is told by the certificate itself, below: no list of authorities, no question to the network.
    trust = ValidationContext(trust_roots=[found.signer_cert], allow_fetching=False)
    status = validate_pdf_signature(found, trust)
    untouched = status.modification_level in (None, ModificationLevel.NONE)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and untouched
    signer = found.signer_cert.subject.human_friendly
    return Verdict(
        status.intact and status.valid, whole, print_of in _ours(), signer, print_of, status.signer_reported_dt
    )


def fingerprint() -> str:
    """SHA-256 of the certificate that signs now."""
    return _print_of(_certificates(_files()[0])[0])


def _ours() -> set[str]:
    """What this installation signs with now, and what it made for itself before the firm named its own."""
    paths = {path for path in (_files()[0], settings.SIGNING_FILE) if path.exists()}
    return {_print_of(_certificates(path)[0]) for path in paths}


def _print_of(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        text = _("The certificate in %(path)s cannot be read: it must be PEM. Ask whoever runs the server.")
        raise ValidationError(text % {"path": path.name}) from error


def _files() -> tuple[Path, Path]:
    """Where certificate and key are; ours is made if need be."""
    if settings.SIGNING_CERTIFICATE:
        path = Path(settings.SIGNING_CERTIFICATE)
        return path, Path(settings.SIGNING_KEY) if settings.SIGNING_KEY else path
    if not settings.SIGNING_FILE.exists():
        _keep(settings.SIGNING_FILE, _made())
    return settings.SIGNING_FILE, settings.SIGNING_FILE


def _signer() -> Any:
    from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data  # noqa: PLC0415
    from pyhanko.sign import signers  # noqa: PLC0415
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415

    certificate, key = _files()
    first, *above = _certificates(certificate)
    if first.not_valid_after_utc < timezone.now():
        text = _("The certificate for signing ended on %(day)s. Ask whoever runs the server for a new one.")
        raise ValidationError(text % {"day": first.not_valid_after_utc.date().isoformat()})
    known = SimpleCertificateStore()
    known.register_multiple(load_certs_from_pemder_data(_pem(*above)) if above else [])
    try:
        private = load_private_key_from_pemder_data(_key_in(key), settings.SIGNING_PASSWORD.encode() or None)
    except (OSError, ValueError, TypeError) as error:
        text = _("The key in %(path)s cannot be read: it must be PEM, with its password in the settings.")
        raise ValidationError(text % {"path": key.name}) from error
    return signers.SimpleSigner(next(iter(load_certs_from_pemder_data(_pem(first)))), private, known)


def _pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)


def _key_in(path: Path) -> bytes:
    """The part of a PEM file that is the key."""
    before, begin, rest = path.read_bytes().partition(b"-----BEGIN CERTIFICATE-----")
    if b"PRIVATE KEY-----" in before or not begin:
        return before
    return rest.rpartition(b"-----END CERTIFICATE-----")[2].strip()


def _made() -> bytes:
    """A key and its certificate, signed by itself."""
    key, now = rsa.generate_private_key(public_exponent=65537, key_size=BITS), timezone.now()
    name = (settings.COMPANY_NAME or "Muster")[:LONGEST]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(True, True, *[False] * 7)  # signing, and standing by what was signed
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return secret + _pem(certificate)


def _keep(path: Path, content: bytes) -> None:
    """Write PATH whole or not at all, for the owner alone. Of two that begin at once one wins, and both use that."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
