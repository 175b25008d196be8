"""Members and what is private about them."""

from muster.access.crud import crud
from muster.people.models import Member, MemberPrivate

members = crud(Member)
privates = crud(MemberPrivate)
