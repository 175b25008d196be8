from typing import Any

from django.db import models

from muster.core.names import has_han

PARTS = ("province", "city", "district", "address", "postcode")


class Addressed(models.Model):
    """A record with an address in PARTS, which are columns of its own."""

    province: Any
    city: Any
    district: Any
    address: Any
    postcode: Any

    class Meta:
        abstract = True

    @property
    def full_address(self) -> str:
        """As it is written on a letter: in Chinese from the province down, else from the street up."""
        parts = [self.province, self.city if self.city != self.province else "", self.district, self.address]
        known = [one for one in parts if one]
        if any(has_han(one) for one in known):
            return " ".join(filter(None, ["".join(known), self.postcode]))
        return ", ".join(filter(None, [*reversed(known), self.postcode]))
