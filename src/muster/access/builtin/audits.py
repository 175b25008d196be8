"""Audits: who reads the results of campaigns, and who keeps the sheets of his people."""

from muster.access.scope import Scope

GRANTS = {"director": {"people.auditcampaign.download": Scope.ALL}}
