import json
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.action import plain
from muster.access.scope import ScopedModel
from muster.core.fields import cipher
from muster.integrations.importing import sentences


class ImportBatch(ScopedModel):
    """One import: what was read, what it did, and what it stumbled over."""

    class Status(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        UNDONE = "undone", _("Undone")

    source = models.CharField(_("source"), max_length=40)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.CHECKED)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    file = models.FileField(upload_to="imports", blank=True)
    options = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(_("counts"), default=list, blank=True)  # [{label, new, changed, same, refused}]
    done_rows = models.PositiveIntegerField(default=0)
    total_rows = models.PositiveIntegerField(default=0)
    error = models.TextField(_("what went wrong"), blank=True)  # untranslated, its parameters beside it
    error_params = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)  # when a worker took it up
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.source} {self.file_name}".strip()

    def get_absolute_url(self) -> str:
        return reverse("import_detail", args=[self.pk])

    @property
    def problem(self) -> str:
        """What went wrong, in the reader's language."""
        return sentences.said(self.error, self.error_params)


class ImportIssue(ScopedModel):
    """One thing an import stumbled over: a row that was refused, or an oddity that was imported as it is."""

    class Kind(models.TextChoices):
        REFUSED = "refused", _("Refused")
        ODDITY = "oddity", _("Oddity")
        KEPT = "kept", _("Not undone")

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="issues")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    sheet = models.CharField(_("sheet"), max_length=100)
    row_no = models.PositiveIntegerField(_("row"), null=True)
    message = models.TextField(_("what is wrong"))  # untranslated, its parameters beside it
    params = models.JSONField(default=dict, blank=True)
    values = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("import issue")
        verbose_name_plural = _("import issues")
        ordering = ["id"]
        indexes = [models.Index(fields=["batch", "kind", "id"], name="importissue_of_batch")]

    def __str__(self) -> str:
        return sentences.said(self.message, self.params)


class ExternalKey(ScopedModel):
    """Which of our records a source's record became: repeating an import finds it again."""

    source = models.CharField(max_length=40)
    model = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    object_id = models.BigIntegerField()
    row_hash = models.CharField(max_length=64)
    batch = models.ForeignKey(ImportBatch, models.SET_NULL, null=True, related_name="keys")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "model", "external_id"], name="external_key_once")]
        indexes = [models.Index(fields=["batch", "model"], name="external_key_of_batch")]

    def __str__(self) -> str:
        return f"{self.source}: {self.external_id}"


class ImportChange(ScopedModel):
    """What a record that stood before an import held until then, field by field. Kept encrypted, because among it may
    be what only few may read; only undo reads it."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="changes")
    model = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    kept = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["batch", "model", "id"], name="importchange_of_batch"),
            models.Index(fields=["model", "object_id"], name="importchange_of_record"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"

    @classmethod
    def of(cls, batch: ImportBatch, model: Any, pk: int, changes: dict[str, Any]) -> Self:
        """CHANGES: field -> [before, after], private ones as they are."""
        said = {key: [_open(one) for one in pair] for key, pair in changes.items()}
        text = cipher().encrypt(json.dumps(said, ensure_ascii=False).encode()).decode()
        return cls(batch=batch, model=model._meta.label_lower, object_id=pk, kept=text)

    @property
    def changes(self) -> dict[str, list[Any]]:
        """field -> [before, after], as JSON holds them."""
        found: dict[str, list[Any]] = json.loads(cipher().decrypt(self.kept.encode()))
        return found


def _open(value: Any) -> Any:
    return plain(getattr(value, "value", value))
