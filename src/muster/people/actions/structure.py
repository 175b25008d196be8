"""Units, positions and grades."""

from muster.access.crud import crud
from muster.people.models import Grade, Position

positions = crud(Position)
grades = crud(Grade)
