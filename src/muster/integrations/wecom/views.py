"""Sign-in by WeCom: a QR code on a desk, and within the WeCom app at once.

There the private fields (mobile phone and mail), which the directory no longer tells to any app, are asked for: once in
each browser, and whoever does not give them comes in all the same. What is not given stays as it is here.
"""

from typing import Any
from urllib.parse import urlencode

from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter, OAuth2CallbackView, OAuth2LoginView
from django.http import HttpRequest, HttpResponse

from muster.integrations.directory.shape import Access, Failed
from muster.integrations.directory.wecom import WeComApi
from muster.integrations.wecom.members import keep_given

QR_PAGE = "https://login.work.weixin.qq.com/wwlogin/sso/login"
APP_PAGE = "https://open.weixin.qq.com/connect/oauth2/authorize"
INSIDE = "wxwork"  # in the name by which the browser of the app calls itself
ASKED = "wecom_asked"
YEAR = 365 * 24 * 3600
PRIVATE, PLAIN = "snsapi_privateinfo", "snsapi_base"


class HastyApi(WeComApi):
    """Somebody waits for his page: a service that is out of order is said to be, at once."""

    pause = 0.0

    @staticmethod
    def wait(_seconds: float) -> None:
        raise OAuth2Error("WeCom does not answer.")


class WeComClient(OAuth2Client):
    """Only what we say ourselves is in the address: nothing of the visitor's own."""

    def get_redirect_url(self, authorization_url: str, scope: list[str], extra_params: dict[str, Any]) -> str:
        asked = {"appid": self.consumer_key, "agentid": self.agent, "redirect_uri": self.callback_url}
        if not self.inside:
            return f"{authorization_url}?{urlencode({'login_type': 'CorpApp', **asked, 'state': self.state})}"
        wanted = PLAIN if ASKED in self.request.COOKIES else PRIVATE
        more = {"response_type": "code", "scope": wanted, "state": self.state}
        return f"{authorization_url}?{urlencode({**asked, **more})}#wechat_redirect"


class WeComAdapter(OAuth2Adapter):
    provider_id = "wecom"
    access_token_url = ""  # got by corp and secret, for the whole app; it is never kept with a person
    client_class = WeComClient

    @property
    def inside(self) -> bool:
        return INSIDE in self.request.headers.get("User-Agent", "").lower()

    @property
    def authorize_url(self) -> str:
        said = self.get_provider().app.settings
        return str((said.get("app_page") or APP_PAGE) if self.inside else (said.get("qr_page") or QR_PAGE))

    def get_client(self, request: HttpRequest, app: Any) -> Any:
        client = super().get_client(request, app)
        client.agent, client.inside = app.settings.get("agent", ""), self.inside
        return client

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: Any = None
    ) -> dict[str, Any]:
        try:
            found = self._who(HastyApi(Access(app.settings.get("address", ""), app.client_id, app.secret)), request)
        except Failed as error:
            raise OAuth2Error(str(error)) from error
        return {"access_token": "-", "wecom": found}

    def _who(self, api: WeComApi, request: HttpRequest) -> dict[str, Any]:
        """Who came with the code; a visitor from outside the firm has no userid."""
        found = api.ask("/cgi-bin/auth/getuserinfo", {"code": request.GET.get("code", "")})
        userid = found.get("userid")
        if not isinstance(userid, str) or not userid:
            raise OAuth2Error("Not a member of the firm.")
        ticket = found.get("user_ticket")
        detail = api.ask("/cgi-bin/auth/getuserdetail", body={"user_ticket": ticket}) if ticket else {}
        same = detail.get("userid") == userid
        return {"userid": userid, **({key: detail.get(key) for key in ("mobile", "biz_mail", "email")} if same else {})}

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        data = kwargs["response"]["wecom"]
        login = self.get_provider().sociallogin_from_response(request, data)
        keep_given(login.account.uid, data)
        return login


oauth2_login = OAuth2LoginView.adapter_view(WeComAdapter)
_callback = OAuth2CallbackView.adapter_view(WeComAdapter)


def oauth2_callback(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """As allauth does it; and in this browser the private fields have been asked for."""
    answer: HttpResponse = _callback(request, *args, **kwargs)
    if INSIDE in request.headers.get("User-Agent", "").lower():
        answer.set_cookie(ASKED, "1", max_age=YEAR, httponly=True, secure=request.is_secure(), samesite="Lax")
    return answer


oauth2_callback.login_required = False  # type: ignore[attr-defined]
