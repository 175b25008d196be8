from muster.activities.actions import activity, attachment, call, comment, mail, mailbox, task, visit

__all__ = ["activity", "attachment", "call", "comment", "mail", "mailbox", "task", "visit"]
