"""Addresses of the sign-in by WeCom, beside those of other sign-in services."""

from allauth.socialaccount.providers.oauth2.urls import default_urlpatterns

from muster.integrations.provider import WeComProvider

urlpatterns = default_urlpatterns(WeComProvider)
