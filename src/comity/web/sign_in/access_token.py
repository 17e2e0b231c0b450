"""An access token of the agency's own sign-in, which a member's system sends: a JSON Web Token as RFC 9068 has it.

What is checked: its kind, the issuer, that it was made for the API of this very site, the signature by the issuer's published
key, its times, and the claim that names the member. `auth_time`, where it is there, says when that member signed in.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from comity.web.settings import Provider
from comity.web.sign_in.oidc import ALGORITHMS, LEEWAY_S, NotSignedInError, Provided, Said
from comity.web.site import Site

KINDS = frozenset({"at+jwt", "application/at+jwt"})
LONGEST_S = 12 * 3_600  # of one token: a shift
KEYS_KEPT_MS = 300_000
KEYS_AGAIN_MS = 30_000  # a key unknown here is looked for no more often, whoever sends tokens
AUDIENCE = "/api"


@dataclass(frozen=True, slots=True)
class Believed:
    """Who sends a token, when they signed in (0 where it is not said), until when it counts, for which system it was made."""

    said: Said
    agencies: tuple[str, ...]
    signed_in_ms: int
    until_ms: int
    system: str


class AccessTokens:
    """Access tokens for one site; keys of its providers are kept for five minutes."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._keys: dict[str, tuple[int, dict[str, Any]]] = {}
        self._lock = Lock()

    def believe(self, token: str, now_ms: int) -> Believed:
        """Whose it is. Raises NotSignedInError for whatever cannot be believed."""
        provider = self._issuer(token)
        claims = self._verified(provider, token, now_ms)
        ours = self._site.settings.address + AUDIENCE
        if claims.get("iss") != provider.issuer or claims.get("aud") not in (ours, [ours]):
            raise NotSignedInError(f"a token of `{provider.name}` is not from it or not for `{ours}`")
        said, system = self._provided(provider).confirmed(claims), claims.get("client_id")
        if not (isinstance(system, str) and system):
            raise NotSignedInError(
                f"a token of `{provider.name}` does not say for which system; have it send `client_id`"
            )
        signed_in_s, until_s = _times(provider, claims, now_ms // 1000)
        return Believed(said, provider.agencies, signed_in_s * 1000, until_s * 1000, system)

    def _provided(self, provider: Provider) -> Provided:
        site = self._site
        return Provided(provider, site.settings.address, site.folder, site.client)

    def _issuer(self, token: str) -> Provider:
        """The provider that a token says it is of, before anything of it is believed."""
        try:
            part = token.split(".")[1]
            named = msgspec.json.decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))).get("iss")
        except (IndexError, AttributeError, binascii.Error, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise NotSignedInError("a token is no JSON Web Token") from error
        found = next((one for one in self._site.settings.providers if one.issuer == named), None)
        if found is None:
            raise NotSignedInError("a token is of an issuer that is none of ours")
        return found

    def _verified(self, provider: Provider, token: str, now_ms: int) -> dict[str, Any]:
        """Its claims, signed by a key that the issuer publishes now."""
        for oldest_ms in (KEYS_KEPT_MS, KEYS_AGAIN_MS):
            keys = KeySet.import_key_set(self._keys_of(provider, now_ms, oldest_ms))  # type: ignore[arg-type]
            try:
                found = jwt.decode(token, keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError, KeyError):
                continue
            if str(found.header.get("typ", "")).lower() not in KINDS:
                break
            return found.claims
        raise NotSignedInError(f"a token is no access token signed by a key of `{provider.name}`")

    def _keys_of(self, provider: Provider, now_ms: int, oldest_ms: int) -> dict[str, Any]:
        with self._lock:
            at_ms, keys = self._keys.get(provider.issuer, (0, {}))
            if not 0 <= now_ms - at_ms < oldest_ms:
                keys = self._provided(provider).keys()
                self._keys[provider.issuer] = (now_ms, keys)
            return keys


def _times(provider: Provider, claims: Mapping[str, Any], now_s: int) -> tuple[int, int]:
    """When its member signed in, 0 where it is not said, and when it ends."""
    issued, ends, proved = claims.get("iat"), claims.get("exp"), claims.get("auth_time", 0)
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in (issued, ends, proved)):
        raise NotSignedInError(f"a token of `{provider.name}` has not its times")
    assert isinstance(issued, int)
    assert isinstance(ends, int)
    now_or_before = issued <= now_s + LEEWAY_S and proved <= now_s + LEEWAY_S
    if not (now_or_before and now_s < ends <= issued + LONGEST_S):
        raise NotSignedInError(f"a token of `{provider.name}` is not of now")
    return min(proved, now_s), ends
