"""Members whose work e-mail does not arrive; `detail.verified` takes it back where it was changed or found right."""

from muster.access.actions.doubting import mark_doubtful
from muster.people.models import Member


def doubt_members(address: str, said: str) -> int:
    """Letters do not reach ADDRESS: whose it is at work is marked. How many are."""
    text = address.strip()
    rows = Member.objects.unscoped("an address that letters do not reach").filter(work_email__iexact=text)
    return mark_doubtful(rows, "people.member.doubted", said) if text else 0
