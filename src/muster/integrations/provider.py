"""Sign-in by WeCom, where allauth looks for providers of an app."""

from typing import Any

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from django.utils.translation import gettext_lazy as _

from muster.integrations.wecom.views import WeComAdapter


class WeComAccount(ProviderAccount):
    def to_str(self) -> str:
        return str(self.account.uid)


class WeComProvider(OAuth2Provider):
    """Who somebody is: his corp and userid, and nothing that he can change himself."""

    id = "wecom"
    name = _("WeCom")
    package = "muster.integrations.wecom"
    account_class = WeComAccount
    oauth2_adapter_class = WeComAdapter

    def extract_uid(self, data: dict[str, Any]) -> str:
        return f"{self.app.client_id}:{data['userid']}"

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"userid": data["userid"]}


provider_classes = [WeComProvider]
