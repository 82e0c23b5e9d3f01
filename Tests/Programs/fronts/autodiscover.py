"""Autodiscover in its three forms: POX, SOAP and the JSON of version 2, with what each may answer.

https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/autodiscover-for-exchange
"""
import json
import re
import urllib.parse

from .relay import Front

POX_PATH = "/autodiscover/autodiscover.xml"
SOAP_PATH = "/autodiscover/autodiscover.svc"
JSON_PATH = "/autodiscover/autodiscover.json"

POX = """<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
<Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">{content}</Response>
</Autodiscover>"""
POX_SETTINGS = """<User><DisplayName>Somebody</DisplayName><AutoDiscoverSMTPAddress>{user}</AutoDiscoverSMTPAddress></User>
<Account><AccountType>email</AccountType><Action>settings</Action>
<Protocol><Type>EXCH</Type><Server>{host}</Server><EwsUrl>{url}</EwsUrl><GroupingInformation>{group}</GroupingInformation></Protocol>
<Protocol><Type>EXPR</Type><Server>{host}</Server><EwsUrl>{url}</EwsUrl><GroupingInformation>{group}</GroupingInformation></Protocol>
</Account>"""
POX_ERROR = """<Error Time="12:00:00.0000000" Id="1"><ErrorCode>500</ErrorCode>
<Message>The email address can't be found.</Message><DebugData /></Error>"""

SOAP = """<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="http://www.w3.org/2005/08/addressing">
<s:Header><a:Action s:mustUnderstand="1">http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/GetUserSettingsResponse</a:Action>
<h:ServerVersionInfo xmlns:h="http://schemas.microsoft.com/exchange/2010/Autodiscover"><h:MajorVersion>15</h:MajorVersion>
<h:MinorVersion>2</h:MinorVersion><h:MajorBuildNumber>1748</h:MajorBuildNumber><h:MinorBuildNumber>10</h:MinorBuildNumber>
<h:Version>Exchange2016</h:Version></h:ServerVersionInfo></s:Header>
<s:Body><GetUserSettingsResponseMessage xmlns="http://schemas.microsoft.com/exchange/2010/Autodiscover">
<Response xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><ErrorCode>NoError</ErrorCode><ErrorMessage />
<UserResponses><UserResponse><ErrorCode>{code}</ErrorCode><ErrorMessage>{words}</ErrorMessage>
<RedirectTarget{target}<UserSettingErrors /><UserSettings>{settings}</UserSettings></UserResponse></UserResponses>
</Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>"""
SETTING = '<UserSetting i:type="StringSetting"><Name>{name}</Name><Value>{value}</Value></UserSetting>'


class Autodiscover(Front):
    """Knows where EWS is (`ews`), or sends elsewhere: to an address with `redirect_address`, to a URL with `redirect_url`.

    `forms` are those that are there at all; for others there is 404. `authorization` is what must be shown for POX and SOAP,
    the JSON needs none. `groups` maps addresses to their GroupingInformation. `shown` keeps the Authorization headers."""

    def __init__(self, ews=None, forms=("json", "soap", "pox"), authorization=None, redirect_address=None, redirect_url=None,
                 groups=None, unknown=(), **options):
        super().__init__(**options)
        self.ews, self.forms, self.authorization = ews, set(forms), authorization
        self.redirect_address, self.redirect_url = redirect_address, redirect_url
        self.groups = groups or {}
        self.unknown = set(unknown)
        self.shown = []

    def answer(self, exchange, body):
        parts = urllib.parse.urlsplit(exchange.path)
        path = parts.path.lower()
        if "Authorization" in exchange.headers:
            self.shown.append((path, exchange.headers["Authorization"]))
        if path.startswith(JSON_PATH) and "json" in self.forms:
            self._json(exchange, path, urllib.parse.parse_qs(parts.query))
        elif path in (POX_PATH, SOAP_PATH) and self._has(path):
            if self.authorization and exchange.headers.get("Authorization") != self.authorization:
                exchange.reply(401, WWW_Authenticate='Basic realm="autodiscover"')
            elif path == POX_PATH:
                self._pox(exchange, body.decode())
            else:
                self._soap(exchange, body.decode())
        else:
            exchange.reply(404)

    def _has(self, path):
        return ("pox" if path == POX_PATH else "soap") in self.forms

    def _json(self, exchange, path, query):
        """GET /autodiscover/autodiscover.json/v1.0/ADDRESS?Protocol=EWS, or with Email=ADDRESS."""
        address = urllib.parse.unquote(path.rpartition("/")[2])
        address = query.get("Email", [address])[0].lower()
        if self.redirect_url:
            exchange.reply(302, Location=self.redirect_url)
        elif "@" not in address or query.get("Protocol", ["?"])[0].lower() != "ews":
            content = {"ErrorCode": "InvalidProtocol", "ErrorMessage": "The given protocol value is invalid."}
            exchange.reply(400, json.dumps(content), "application/json; charset=utf-8")
        elif address in self.unknown or not self.ews:
            content = {"ErrorCode": "UserNotFound", "ErrorMessage": "The given user is not found."}
            exchange.reply(404, json.dumps(content), "application/json; charset=utf-8")
        else:
            exchange.reply(200, json.dumps({"Protocol": "EWS", "Url": self.ews}), "application/json; charset=utf-8")

    def _pox(self, exchange, text):
        asked = re.search(r"<EMailAddress>([^<]*)<", text)
        user = asked[1].strip() if asked else ""
        if self.redirect_address:
            content = f"<Account><Action>redirectAddr</Action><RedirectAddr>{self.redirect_address}</RedirectAddr></Account>"
        elif self.redirect_url:
            content = f"<Account><AccountType>email</AccountType><Action>redirectUrl</Action><RedirectUrl>{self.redirect_url}</RedirectUrl></Account>"
        elif not user or user.lower() in self.unknown or not self.ews:
            content = POX_ERROR
        else:
            content = POX_SETTINGS.format(user=user, url=self.ews, host=self._host(), group=self.groups.get(user.lower(), "Site"))
        exchange.reply(200, POX.format(content=content), "text/xml; charset=utf-8")

    def _soap(self, exchange, text):
        asked = re.search(r"Mailbox>\s*([^<\s]*)\s*<", text)
        user = asked[1].lower() if asked else ""
        code, words, target, settings = "NoError", "No error.", ' i:nil="true" />', ""
        if self.redirect_address or self.redirect_url:
            code = "RedirectAddress" if self.redirect_address else "RedirectUrl"
            words, target = f"{code}.", f">{self.redirect_address or self.redirect_url}</RedirectTarget>"
        elif not user or user in self.unknown or not self.ews:
            code, words = "InvalidUser", "The user is not known."
        else:
            values = {"ExternalEwsUrl": self.ews, "InternalEwsUrl": self.ews, "GroupingInformation": self.groups.get(user, "Site")}
            settings = "".join(
                SETTING.format(name=name, value=value) for name, value in values.items() if f">{name}<" in text
            )
        content = SOAP.format(code=code, words=words, target=target, settings=settings)
        exchange.reply(200, content, "text/xml; charset=utf-8")

    def _host(self):
        return urllib.parse.urlsplit(self.ews).hostname


class Redirector(Front):
    """Plain http on port 80 of a host, which sends to https elsewhere, as the fourth step of Autodiscover has it."""

    def __init__(self, target, status=302, **options):
        super().__init__(**options)
        self.target, self.status = target, status

    def answer(self, exchange, body):
        exchange.reply(self.status, Location=self.target)
