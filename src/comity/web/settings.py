"""How a node's pages are served, read strictly from `web.json` in the node's folder."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from comity.errors import NounError, SettingsError
from comity.model.base import Noun, check_agency_id, check_short, check_text
from comity.settings import check_port, read_noun
from comity.web.saml_settings import SamlProvider

WEB_FILE = "web.json"
LONGEST_CLAIM = 200  # characters; names of GFIPM attributes are half of it
MOST_PROVIDERS = 20  # agencies of one node, each with its own


class Provider(Noun, frozen=True, kw_only=True):
    """An agency's own sign-in (OpenID Connect Core 1.0), by the authorization code with PKCE.

    `name` is what its button says; `issuer` its address, which its tokens must name; `secret_file` a file in the node's
    folder, empty for a public client; `member_claim` the claim that holds the member's id at this node; `agencies` those whose
    members it may name. `roles_claim` and `trained_until_claim` name the claims that confirm a member's roles and last day of
    training, empty where it confirms neither: what is listed here holds as far as they confirm it. `two_factor_acrs` are the
    values of the claim `acr` by which this provider says that it asked for two factors; where it says `amr`, none is needed.
    """

    name: str
    issuer: str
    client_id: str
    member_claim: str
    agencies: tuple[str, ...]
    secret_file: str = ""
    roles_claim: str = ""
    trained_until_claim: str = ""
    two_factor_acrs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_text("a provider's name", self.name, 80)
        check_text("a client id", self.client_id, 200)
        check_text("a claim", self.member_claim, LONGEST_CLAIM)
        check_short("a claim", self.roles_claim, LONGEST_CLAIM)
        check_short("a claim", self.trained_until_claim, LONGEST_CLAIM)
        for one in self.two_factor_acrs:
            check_text("a value of `acr`", one, LONGEST_CLAIM)
            if " " in one:
                raise NounError(
                    f"`{one[:80]}` is no value of `acr`: none has a blank; write each as a text of its own"
                )
        if not self.agencies:
            raise NounError(f"`{self.name}` could sign nobody in; name its agencies")
        for agency in self.agencies:
            check_agency_id(agency)
        parts = urlsplit(self.issuer)
        if not parts.hostname or parts.query or parts.fragment or not _guarded(parts.scheme, parts.hostname):
            raise NounError(f"`{self.issuer[:80]}` is not an issuer; write its `https://` address")


class WebSettings(Noun, frozen=True, kw_only=True):
    """Where pages are served and how members sign in.

    `address` is what browsers write, scheme and host and port; `host` and `port` are where this process listens.
    `certificate` and `key` name PEM files in the node's folder, both empty behind a proxy of this machine that speaks TLS.
    `saml_providers` are asked by SAML 2.0, under signature where `saml_certificate` and `saml_key` name PEM files there.
    `demonstration` signs in whoever presses a button: on this machine alone, with invented people alone.
    """

    address: str
    host: str
    port: int
    certificate: str = ""
    key: str = ""
    providers: tuple[Provider, ...] = ()
    saml_providers: tuple[SamlProvider, ...] = ()
    saml_certificate: str = ""
    saml_key: str = ""
    demonstration: bool = False

    def __post_init__(self) -> None:
        check_port(self.port)
        parts = urlsplit(self.address)
        if not parts.hostname or parts.path or parts.query or not _guarded(parts.scheme, parts.hostname):
            raise NounError(
                f"`{self.address[:80]}` is not an address for browsers; write `https://HOST`, or `http://127.0.0.1:PORT` "
                "for this machine alone"
            )
        if bool(self.certificate) != bool(self.key):
            raise NounError("a certificate goes with its key; name both files or neither")
        if not self.certificate and not _is_loopback(self.host):
            raise NounError(
                f"`{self.host[:80]}` is not an address of this machine alone; name a certificate and its key to serve others"
            )
        if self.demonstration and not (_is_loopback(self.host) and _is_loopback(parts.hostname)):
            raise NounError("the demonstration's sign-in is for this machine alone; serve it at `127.0.0.1`")
        self._check_providers()

    def _check_providers(self) -> None:
        count = len(self.providers) + len(self.saml_providers)
        if self.demonstration and count:
            raise NounError("the demonstration's sign-in stands alone; take the providers out of the settings")
        if count > MOST_PROVIDERS:
            raise NounError(f"a node has at most {MOST_PROVIDERS} providers")
        if not (self.demonstration or count):
            raise NounError("nobody could sign in; name a provider")
        if bool(self.saml_certificate) != bool(self.saml_key):
            raise NounError("a certificate goes with its key; name both files of SAML or neither")
        if len({one.entity_id for one in self.saml_providers}) < len(self.saml_providers):
            raise NounError("two SAML providers have one entity id; an answer must be of one of them")
        for one in self.saml_providers:
            parts = urlsplit(one.sign_in_at)
            if not _guarded(parts.scheme, parts.hostname or ""):
                raise NounError(
                    f"`{one.sign_in_at[:80]}` is not an address to sign in at; write its `https://` address"
                )

    @property
    def secure(self) -> bool:
        """Whether browsers come by TLS."""
        return self.address.startswith("https://")

    @property
    def has_passkeys(self) -> bool:
        """Whether browsers make passkeys for this address: they belong to a name, never to numbers (WebAuthn level 3, 4)."""
        try:
            ip_address(urlsplit(self.address).hostname or "")
        except ValueError:
            return True
        return False

    @property
    def authority(self) -> str:
        """What a browser's Host header says."""
        return urlsplit(self.address).netloc


def read_web_settings(folder: Path) -> WebSettings:
    """The settings of a node's pages. Raises SettingsError when there are none or they cannot be used."""
    path = folder / WEB_FILE
    if not path.exists():
        raise SettingsError(f"`{path}` is not there; write it (docs/web.md), or serve with --demonstration")
    return read_noun(path, WebSettings)


def _guarded(scheme: str, host: str) -> bool:
    return scheme == "https" or (scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
