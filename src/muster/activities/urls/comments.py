"""Addresses of comments."""

from muster.access.routes import route
from muster.activities.views import comment

COMMENT = "activities.comment"

urlpatterns = [
    route("comments/<str:model>/<int:pk>/", comment.comments, name="comments", permission=f"{COMMENT}.view"),
    route(
        "comments/<str:model>/<int:pk>/mentionable/",
        comment.mentionable,
        name="comment_mentionable",
        permission=f"{COMMENT}.create",
    ),
    route(
        "comments/<int:pk>/archive/", comment.comment_archive, name="comment_archive", permission=f"{COMMENT}.archive"
    ),
    route(
        "comments/<int:pk>/instruct/",
        comment.comment_instruct,
        name="comment_instruct",
        permission=f"{COMMENT}.instruct",
    ),
]
