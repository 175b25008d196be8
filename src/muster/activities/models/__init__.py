from muster.activities.models.activity import Activity
from muster.activities.models.appointment import Appointment, AppointmentChange, CalendarFeed, Guest
from muster.activities.models.attachment import HOLDERS, Attachment
from muster.activities.models.call import Call, Recording
from muster.activities.models.comment import Comment, Commentable, commentables, register_commentable
from muster.activities.models.mail import Mail, Mailbox, MailFile, MailFolder, MailSkip, MailThread
from muster.activities.models.task import Task
from muster.activities.models.visit import AccountPoint, CheckIn, Datum, LocationConsent

__all__ = [
    "HOLDERS",
    "AccountPoint",
    "Activity",
    "Appointment",
    "AppointmentChange",
    "Attachment",
    "CalendarFeed",
    "Call",
    "CheckIn",
    "Comment",
    "Commentable",
    "Datum",
    "Guest",
    "LocationConsent",
    "Mail",
    "MailFile",
    "MailFolder",
    "MailSkip",
    "MailThread",
    "Mailbox",
    "Recording",
    "Task",
    "commentables",
    "register_commentable",
]
