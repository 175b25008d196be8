"""Comments over the API."""

from muster.access.crud import Crud
from muster.access.resources import Resource, Verb
from muster.activities.actions.comment import add_comment, instruct, take_back
from muster.activities.forms.comments import CommentForm, InstructForm
from muster.activities.models import Comment
from muster.core.listings import Filter, rows_of

RESOURCES = [
    Resource(
        "comments",
        rows_of(
            Comment,
            Filter("model", "kind of record", kind="text"),
            Filter("object_id", "number of the record", kind="number"),
            Filter("kind", "kind", kind="text"),
            Filter("author", "by", kind="number", lookup="author_id"),
            related=("author", "task"),
        ),
        CommentForm,
        Crud(create=add_comment),
        (
            Verb("archive", take_back, "activities.comment.archive", summary="Take a comment back"),
            Verb("instruct", instruct, "activities.comment.instruct", InstructForm, "Make it an instruction"),
        ),
    ),
]
