"""Leads over the API."""

from muster.access.resources import Resource, Verb
from muster.core.listings import rows_of
from muster.crm.actions.conversion import convert_lead
from muster.crm.actions.doubt import confirm_lead_mail
from muster.crm.actions.lead import (
    disqualify_lead,
    lead_reasons,
    lead_sources,
    lead_steps,
    leads,
    reopen_lead,
    route_lead,
    transfer_lead,
)
from muster.crm.api.pool import OF_LEADS
from muster.crm.forms.leads import ConvertForm, DisqualifyForm, LeadForm, LeadReasonForm, LeadSourceForm, LeadStepForm
from muster.crm.forms.records import TransferForm
from muster.crm.listings.leads import LEADS
from muster.crm.models import LeadReason, LeadSource, LeadStep

RESOURCES = [
    Resource(
        "leads",
        LEADS,
        LeadForm,
        leads,
        (
            Verb("transfer", transfer_lead, "crm.lead.transfer", TransferForm),
            Verb("route", route_lead, "crm.lead.route", summary="Let rules choose the owner"),
            Verb("convert", convert_lead, "crm.lead.convert", ConvertForm, "Make it an account, a contact and a deal"),
            Verb("disqualify", disqualify_lead, "crm.lead.disqualify", DisqualifyForm),
            Verb("reopen", reopen_lead, "crm.lead.reopen"),
            Verb("confirm", confirm_lead_mail, "crm.lead.confirm", summary="Say that its doubtful address is right"),
            *OF_LEADS,
        ),
    ),
    Resource("lead-sources", rows_of(LeadSource), LeadSourceForm, lead_sources),
    Resource("lead-reasons", rows_of(LeadReason), LeadReasonForm, lead_reasons),
    Resource("lead-steps", rows_of(LeadStep), LeadStepForm, lead_steps),
]
