"""An agency's own sign-in: OpenID Connect Core 1.0 by the authorization code with PKCE (RFC 7636, S256).

What is checked of the answer: our own `state`, the issuer, that the token was made for us and is signed by the issuer's
published key with an algorithm of the list, its times, our `nonce`, and the claim that names the member. Anything missing
or other ends the try; nothing falls back to less.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from comity.errors import ClosedError, SettingsError
from comity.web.settings import Provider
from comity.web.sign_in.factors import UnreadableFactorsError, factors_of

ALGORITHMS = ["ES256", "EdDSA", "RS256", "PS256"]
SLOWEST_S = 10.0
LARGEST = 200_000  # bytes of any answer of a provider; a document of keys is some thousand
LEEWAY_S = 60
OLDEST_S = 600  # a token is from this try, which lasts ten minutes at most
BACK = "/sign-in/back"
MOST_ROLES = 500  # groups of a person in a large county's directory


class NotSignedInError(ClosedError):
    """The provider did not say who it is, in a way that can be believed; the sentence is for the administrator."""


@dataclass(frozen=True, slots=True)
class Started:
    """A try that is under way: which provider, what its answer is held against, where and in what language to go on.

    Kept in a cookie of ten minutes.
    """

    number: int
    state: str
    nonce: str
    verifier: str
    following: str
    language: str

    def kept(self) -> str:
        """As the cookie holds it."""
        words = (str(self.number), self.state, self.nonce, self.verifier, _packed(self.following), self.language)
        return ".".join(words)


@dataclass(frozen=True, slots=True)
class Said:
    """What a provider says of whoever signed in: the member's id at this node; the roles, the last day of training and the ORI
    of their agency it confirms, None where the settings name nothing for them; by how many factors, None where it says
    nothing of that.
    """

    member: str
    roles: tuple[str, ...] | None = None
    trained_until: date | None = None
    factors: int | None = None
    ori: str | None = None


def read_started(kept: str) -> Started | None:
    """What a cookie holds; None for anything that is not whole."""
    parts = kept.split(".")
    if len(parts) != 6 or not (parts[0].isascii() and parts[0].isdigit()) or not all(parts):
        return None
    try:
        following = base64.urlsafe_b64decode(parts[4]).decode()
    except ValueError:
        return None
    return Started(int(parts[0]), parts[1], parts[2], parts[3], following, parts[5])


class Provided:
    """One provider, asked over the network. `client` is what it is asked with; `base` this site's address."""

    def __init__(self, provider: Provider, base: str, folder: Path, client: httpx.Client) -> None:
        self._provider, self._back, self._folder, self._client = provider, base + BACK, folder, client

    def address(self, started: Started) -> str:
        """Where the browser goes to sign in. Raises NotSignedInError for a provider that does not say."""
        query = {
            "response_type": "code",
            "client_id": self._provider.client_id,
            "redirect_uri": self._back,
            "scope": "openid",
            "state": started.state,
            "nonce": started.nonce,
            "code_challenge": _unpadded(sha256(started.verifier.encode()).digest()),
            "code_challenge_method": "S256",
            "prompt": "login",
            "max_age": "0",
        }
        if (
            self._provider.two_factor_acrs
        ):  # asked for, and held against what the token says (OpenID Connect Core 3.1.2.1)
            query["acr_values"] = " ".join(self._provider.two_factor_acrs)
        return f"{self._described()['authorization_endpoint']}?{urlencode(query)}"

    def said(self, started: Started, code: str, now_s: int) -> Said:
        """Who signed in. Raises NotSignedInError for whatever cannot be believed."""
        described = self._described()
        given = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "client_id": self._provider.client_id,
            "code_verifier": started.verifier,
        }
        answer = self._json("POST", str(described["token_endpoint"]), data=given, auth=self._secret())
        keys = self._json("GET", str(described["jwks_uri"]))
        return self._believed(str(answer.get("id_token", "")), keys, started.nonce, now_s)

    def keys(self) -> dict[str, Any]:
        """The provider's published keys (RFC 7517). Raises NotSignedInError where it does not answer."""
        return self._json("GET", str(self._described()["jwks_uri"]))

    def _believed(self, token: str, keys: dict[str, Any], nonce: str, now_s: int) -> Said:
        try:
            claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError) as error:
            raise NotSignedInError(f"the token of `{self._provider.name}` is not signed by its key") from error
        audience = claims.get("aud")
        ours = self._provider.client_id
        if claims.get("iss") != self._provider.issuer or (ours != audience and [ours] != audience):
            raise NotSignedInError(f"the token of `{self._provider.name}` is not from it or not for us")
        if claims.get("nonce") != nonce:
            raise NotSignedInError(f"the token of `{self._provider.name}` belongs to another try")
        self._check_times(claims, now_s)
        return self.confirmed(claims)

    def confirmed(self, claims: dict[str, Any]) -> Said:
        """What claims say of a member.

        Raises NotSignedInError where one that the settings name is missing or cannot be read.
        """
        member = claims.get(self._provider.member_claim)
        if not isinstance(member, str) or not member:
            raise NotSignedInError(
                f"the token of `{self._provider.name}` has no claim `{self._provider.member_claim}`; "
                "have the provider send it"
            )
        try:
            factors = factors_of(claims, self._provider.two_factor_acrs)
        except UnreadableFactorsError as error:
            raise NotSignedInError(f"the token of `{self._provider.name}` cannot be read: {error}") from error
        return Said(member, self._roles(claims), self._trained_until(claims), factors=factors)

    def _roles(self, claims: dict[str, Any]) -> tuple[str, ...] | None:
        """The roles its claim confirms: a list, or one text with blanks or commas between."""
        name = self._provider.roles_claim
        if not name:
            return None
        given = claims.get(name)
        roles = given.replace(",", " ").split() if isinstance(given, str) else given
        if (
            not isinstance(roles, list)
            or len(roles) > MOST_ROLES
            or not all(isinstance(one, str) for one in roles)
        ):
            raise NotSignedInError(f"the token of `{self._provider.name}` has no list of roles in `{name}`")
        return tuple(roles)

    def _trained_until(self, claims: dict[str, Any]) -> date | None:
        """The last day of training its claim confirms, as `2026-10-31`."""
        name = self._provider.trained_until_claim
        if not name:
            return None
        try:
            return date.fromisoformat(str(claims.get(name)))
        except ValueError as error:
            raise NotSignedInError(f"the token of `{self._provider.name}` has no day in `{name}`") from error

    def _check_times(self, claims: dict[str, Any], now_s: int) -> None:
        """Made now, for somebody who proved now who they are: the provider was asked for no earlier proof (`max_age`)."""
        issued, ends, proved = (claims.get(one) for one in ("iat", "exp", "auth_time"))
        if not isinstance(issued, int) or not isinstance(ends, int) or not isinstance(proved, int):
            raise NotSignedInError(
                f"the token of `{self._provider.name}` has not its three times; have it send `auth_time`"
            )
        since, until = now_s - OLDEST_S - LEEWAY_S, now_s + LEEWAY_S
        if not (since <= issued <= until and since <= proved <= until and now_s <= ends + LEEWAY_S):
            raise NotSignedInError(f"the token of `{self._provider.name}` is not of now")

    def _described(self) -> dict[str, Any]:
        """The provider's own description (OpenID Connect Discovery 1.0), which must name the issuer it was asked at."""
        found = self._json("GET", self._provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
        wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if found.get("issuer") != self._provider.issuer or not all(
            isinstance(found.get(one), str) for one in wanted
        ):
            raise NotSignedInError(f"`{self._provider.issuer}` does not describe itself; look at the provider")
        return found

    def _json(self, method: str, address: str, **given: Any) -> dict[str, Any]:
        try:
            answer = self._client.request(method, address, timeout=SLOWEST_S, follow_redirects=False, **given)
            found = answer.json() if answer.status_code == 200 and len(answer.content) <= LARGEST else None
        except (httpx.HTTPError, ValueError) as error:
            raise NotSignedInError(f"`{self._provider.name}` cannot be asked: {type(error).__name__}") from error
        if not isinstance(found, dict):
            raise NotSignedInError(
                f"`{self._provider.name}` answered {answer.status_code} where it was asked who it is"
            )
        return found

    def _secret(self) -> tuple[str, str] | None:
        if not self._provider.secret_file:
            return None
        try:
            return self._provider.client_id, (self._folder / self._provider.secret_file).read_text().strip()
        except OSError as error:
            raise SettingsError(
                f"`{self._provider.secret_file}` cannot be read; restore it in the node's folder"
            ) from error


def _unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()
