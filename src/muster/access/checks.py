"""The start refuses a model without a policy, a URL or API operation without a permission, a grant of an unknown
permission."""

from collections.abc import Iterator
from inspect import unwrap
from typing import Any

from django.apps import apps
from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView

from muster.access import builtin, permissions, routes, scope

# Models that hold nothing of anybody, or are only read by the engine itself.
PUBLIC_MODELS = {
    "access.IdempotencyKey": "read by key and user only, inside the API",
    "core.Job": "looked up by whoever asked for it only",
    "core.JobEffect": "read by its own job only",
    "core.Schedule": "the cron table",
    "core.Worker": "signs of life of workers",
    "people.AuditReminder": "who was reminded when; read by the ladder alone",
    "people.HandoverItem": "read through its handover, which has a policy",
    "people.HandoverLetter": "read through its handover, which has a policy",
    "integrations.EventCursor": "how far a reader of the event stream has come",
}
# Where pages come from that ask for no permission of ours.
OPEN_MODULES = {
    "allauth.": "login, password, second factors, sessions and sign-in services of the user himself",
    "django.views.i18n": "language of the visitor, names of months",
    "muster.integrations.wecom.": "sign-in by WeCom",
}


@register()
def models_have_policies(**_kwargs: Any) -> list[Error]:
    found = []
    for model in apps.get_models():
        if not model.__module__.startswith("muster.") or model._meta.label in PUBLIC_MODELS:
            continue
        if not issubclass(model, scope.ScopedModel) or model not in scope.policies():
            found.append(
                Error(f"{model._meta.label} has no policy.", hint="Write one in policies.py.", id="access.E001")
            )
    return found


def walk(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL of the product with its pattern."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from walk(one, prefix + str(one.pattern))
        else:
            yield prefix + str(one.pattern), one


def is_open(pattern: URLPattern) -> bool:
    """Needs no permission of ours: a library's page of the visitor himself, or a mere redirect to one."""
    view = getattr(pattern.callback, "view_class", None) or unwrap(pattern.callback)
    return view is RedirectView or view.__module__.startswith(tuple(OPEN_MODULES))


@register()
def urls_have_permissions(**_kwargs: Any) -> list[Error]:
    found = []
    for address, pattern in walk(get_resolver()):
        if is_open(pattern):
            continue
        if problem := routes.permission_problem(pattern.callback):
            found.append(Error(f"/{address}: {problem}.", id="access.E002"))
    return found


@register()
def grants_are_known(**_kwargs: Any) -> list[Error]:
    _ = get_resolver().url_patterns  # pages bring their actions along; the order of checks is nobody's promise
    return [
        Error(f"Built-in role {role['key']}: nothing is called “{pattern}”.", id="access.E003")
        for role in builtin.ROLES
        for pattern in role["grants"]
        if not permissions.is_known(pattern)
    ]
