"""A picture and the job of reading it, the machine's answers and why it gave them."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.db.models.functions import Coalesce, Left, Now
from django.utils.translation import gettext_lazy

from hdr_site.foundation.jobs import Job, Status

A_PROBABILITY = [MinValueValidator(0.0), MaxValueValidator(1.0)]
SURE = 0.9
"""From this confidence on a reading is shown as sure; below, people are asked to look."""
SEARCHED = 600
"""So many characters of an answer are searched: what fits into an entry of an index, which takes 2,704 bytes."""
LISTED = Q(temporary_until__isnull=True)
"""What histories show."""
UNSURE = Q(status="done", pictures_erased_at__isnull=True) & (Q(confidence__lt=SURE) | Q(text=""))
"""Pictures that a person should look at: the reader was unsure of them, or found no digit."""
WANTS_A_LOOK = Q(corrected_text__isnull=True) & (
    Q(status="failed") | Q(status="done") & (Q(confidence__lt=SURE) | Q(text=""))
)
"""What its owner should look at: the same, and what failed, unless they have already said what it is."""


class Source(models.TextChoices):
    """How a picture came to us."""

    PAGE = "page", gettext_lazy("a file")
    CAMERA = "camera", gettext_lazy("the camera")
    CANVAS = "canvas", gettext_lazy("drawn")
    API = "api", gettext_lazy("a program")
    ZIP = "zip", gettext_lazy("a ZIP file")
    PDF = "pdf", gettext_lazy("a PDF file")
    TIFF = "tiff", gettext_lazy("a TIFF file of several pages")
    ADDRESS = "address", gettext_lazy("a web address")
    SAMPLE = "sample", gettext_lazy("our sample")


class Recognition(Job):
    """One picture of one owner, and the job of reading it: the row is the job.

    `reading` is the answer on show; its text, confidence and model version are repeated here for search.
    """

    queue: ClassVar[str] = "recognition"
    bell: ClassVar[str] = "recognition.tasks.recognise"
    lane_field: ClassVar[str | None] = "owner"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="recognitions",
        help_text="NULL: somebody without an account tries a sample of ours.",
    )
    source = models.CharField(max_length=8, choices=Source.choices)
    temporary_until = models.DateTimeField(
        null=True, blank=True, help_text="In no list, and erased with its file then. NULL: kept."
    )
    batch = models.ForeignKey("Batch", null=True, blank=True, on_delete=models.SET_NULL, related_name="recognitions")
    intake = models.ForeignKey("Intake", null=True, blank=True, on_delete=models.SET_NULL, related_name="recognitions")
    place = models.IntegerField(default=0, db_default=0, help_text="In its intake, or in its batch; from 0.")
    name = models.CharField(max_length=120, help_text="The file's name as the owner gave it, cleaned.")
    image = models.FileField(
        max_length=120, null=True, unique=True, help_text="A random name of ours; see storage.py. NULL: erased."
    )
    pictures_erased_at = models.DateTimeField(
        null=True, blank=True, help_text="When its picture was erased, as its owner chose; what was read is kept."
    )
    content_type = models.CharField(max_length=20)
    width = models.IntegerField()
    height = models.IntegerField()
    stored_bytes = models.IntegerField()
    upload_digest = models.CharField(max_length=64, help_text="SHA-256 of what was sent.")
    content_digest = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="SHA-256 of the file alone: was it sent before?"
    )
    idempotency_key = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - NULLs are never equal
    format = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="What its numbers are to be read as; see ml.formats.",
    )
    reading = models.ForeignKey(
        # Readings are removed with their recognition and never alone; Postgres checks the reference at the commit.
        "Reading",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    text = models.TextField(blank=True, default="", db_default="")
    corrected_text = models.TextField(  # noqa: DJ001 - empty says that there is no number, NULL that nobody said
        null=True, blank=True, help_text="What a person says it is, by the last correction. NULL: not corrected."
    )
    answer = models.GeneratedField(
        expression=Coalesce("corrected_text", "text"),
        output_field=models.TextField(),
        db_persist=True,
        help_text="What search, totals and exports go by.",
    )
    answer_start = models.GeneratedField(
        # A generated column cannot be made of another one, so `answer` is written out once more.
        expression=Left(Coalesce("corrected_text", "text"), SEARCHED),
        output_field=models.TextField(),
        db_persist=True,
        help_text="As much of the answer as indexes hold, so that a search need not look at the table.",
    )
    is_corrected = models.GeneratedField(
        expression=ExpressionWrapper(Q(corrected_text__isnull=False), models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    confidence = models.FloatField(null=True, blank=True, validators=A_PROBABILITY)
    model_version = models.CharField(max_length=60, blank=True, default="", db_default="")

    class Meta(Job.Meta):
        permissions: ClassVar = [("review_recognition", "Can look at pictures that wait for review")]
        indexes: ClassVar = [
            *Job.Meta.indexes,
            models.Index(fields=["owner", "priority", "turn"], condition=Q(status="queued"), name="recognition_lanes"),
            models.Index(
                fields=["owner", "-created_at", "-public_id"],
                include=["id", "answer_start", "status", "source", "batch", "confidence", "is_corrected"],
                condition=LISTED,
                name="recognition_history",
            ),
            models.Index(
                fields=["owner", "answer_start", "-created_at", "-public_id"],
                opclasses=["int8_ops", "text_pattern_ops", "timestamptz_ops", "uuid_ops"],
                include=["id", "status", "source", "batch", "confidence", "is_corrected"],
                condition=LISTED,
                name="recognition_answers",
            ),
            models.Index(
                fields=["owner", "confidence", "public_id"],
                include=["id", "created_at", "answer_start", "status", "source", "batch", "is_corrected"],
                condition=LISTED & Q(confidence__isnull=False),
                name="recognition_sureness",
            ),
            models.Index(
                fields=["owner", "-created_at", "-public_id"],
                include=["id"],
                condition=LISTED & WANTS_A_LOOK,
                name="recognition_wants_a_look",
            ),
            models.Index(fields=["-created_at", "-id"], name="recognition_desk"),
            models.Index(fields=["-created_at", "-id"], condition=UNSURE, name="recognition_review"),
            models.Index(
                fields=["owner", "finished_at"],
                condition=Q(finished_at__isnull=False, pictures_erased_at__isnull=True),
                name="recognition_with_picture",
            ),
            models.Index(
                fields=["owner", "finished_at"],
                condition=Q(finished_at__isnull=False, pictures_erased_at__isnull=False),
                name="recognition_without",
            ),
            models.Index(
                fields=["owner", "content_digest"], condition=~Q(content_digest=""), name="recognition_sent_before"
            ),
            models.Index(fields=["batch", "place"], condition=Q(batch__isnull=False), name="recognition_of_batch"),
            models.Index(
                fields=["temporary_until"], condition=Q(temporary_until__isnull=False), name="recognition_temporary"
            ),
        ]
        constraints: ClassVar = [
            *Job.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(status="done") | Q(reading__isnull=False), name="recognition_done_with_a_reading"
            ),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
                name="recognition_confidence",
            ),
            models.UniqueConstraint(fields=["owner", "idempotency_key"], name="recognition_idempotency_key"),
            models.CheckConstraint(
                condition=Q(image__isnull=False, pictures_erased_at__isnull=True) & ~Q(image="")
                | Q(image__isnull=True, pictures_erased_at__isnull=False, status__in=["done", "failed"]),
                name="recognition_has_its_picture_until_erased",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(temporary_until__isnull=False),
                name="recognition_of_somebody_or_temporary",
            ),
            models.UniqueConstraint(
                fields=["intake", "place"], condition=Q(intake__isnull=False), name="recognition_once_of_an_intake"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)  # not the file's name, which is its owner's

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still to come."""
        return self.status in {Status.QUEUED, Status.RUNNING}


class Reading(models.Model):
    """One answer of the machine to one picture; never changed once written."""

    recognition = models.ForeignKey(Recognition, on_delete=models.CASCADE, related_name="readings")
    attempt = models.IntegerField(help_text="The attempt of the recognition that gave this answer.")
    live = models.BooleanField(default=True, help_text="False: a shadow, read only to compare models.")
    model_version = models.CharField(max_length=60)
    format = models.CharField(max_length=60, blank=True, default="", help_text="What the numbers were read as.")
    text = models.TextField(blank=True, help_text="The numbers in reading order, with one space between.")
    lines = ArrayField(models.TextField(), default=list)
    numbers = models.JSONField(default=list)
    confidence = models.FloatField(null=True)
    milliseconds = models.IntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recognition", "attempt"], condition=Q(live=True), name="reading_one_live_answer_per_attempt"
            ),
        ]

    def __str__(self) -> str:
        return f"{' / '.join(self.lines)} ({self.model_version})"


class Digit(models.Model):
    """One digit of a reading: where it is, what it is, and how sure we are. Boxes are in pixels of the picture."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="digits")
    position = models.SmallIntegerField(help_text="In reading order, from 0.")
    value = models.SmallIntegerField()
    confidence = models.FloatField()
    x = models.IntegerField()
    y = models.IntegerField()
    width = models.IntegerField()
    height = models.IntegerField()
    line = models.SmallIntegerField()
    number = models.SmallIntegerField()
    probabilities = ArrayField(models.FloatField(), size=10)
    not_a_digit = models.FloatField()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reading", "position"], name="digit_position"),
            models.CheckConstraint(condition=Q(value__gte=0, value__lte=9), name="digit_value"),
            models.CheckConstraint(condition=Q(confidence__gte=0, confidence__lte=1), name="digit_confidence"),
            models.CheckConstraint(condition=Q(probabilities__len=10), name="digit_ten_probabilities"),
        ]

    def __str__(self) -> str:
        return str(self.value)


class Explanation(Job):
    """Why one digit was read as it was, and the job of finding out: made only when its owner asks, kept with the digit.

    `findings` is the JSON of `ml.explain`; its pictures lie in the store, and their bytes count as the recognition's.
    """

    queue: ClassVar[str] = "explanation"
    bell: ClassVar[str] = "recognition.tasks.explain"
    lane_field: ClassVar[str | None] = "owner"

    digit = models.OneToOneField(Digit, on_delete=models.CASCADE, related_name="explanation")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="explanations")
    findings = models.JSONField(null=True, blank=True)
    pictures = models.CharField(
        max_length=120, null=True, blank=True, unique=True, help_text="A random name of ours; see storage.py."
    )

    class Meta(Job.Meta):
        indexes: ClassVar = [
            *Job.Meta.indexes,
            models.Index(fields=["owner", "priority", "turn"], condition=Q(status="queued"), name="explanation_lanes"),
        ]
        constraints: ClassVar = [
            *Job.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(status="done") | Q(findings__isnull=False, pictures__isnull=False),
                name="explanation_done_with_findings",
            ),
        ]

    def __str__(self) -> str:
        return f"Why {self.digit.value}?"

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to come."""
        return self.status in {Status.QUEUED, Status.RUNNING}
