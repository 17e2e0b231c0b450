"""How many factors a token proves: what it does not say is not known, and two of one kind are one."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from comity.errors import NounError
from comity.web.settings import Provider
from comity.web.sign_in.factors import UnreadableFactorsError, factors_of
from comity.web.sign_in.oidc import NotSignedInError, Provided

MFA = "https://refeds.org/profile/mfa"


@pytest.mark.parametrize(
    ("claims", "factors"),
    [
        ({}, None),
        ({"acr": "urn:password"}, None),
        ({"amr": []}, 0),
        ({"amr": ["pwd"]}, 1),
        ({"amr": ["pwd", "pin", "kba"]}, 1),
        ({"amr": ["otp", "sms", "hwk"]}, 1),
        ({"amr": ["pwd", "otp"]}, 2),
        ({"amr": ["pin", "sc"]}, 2),
        ({"amr": ["pwd", "hwk", "fpt"]}, 3),
        ({"amr": ["mfa"]}, 2),
        ({"amr": ["mfa", "pwd", "hwk", "face"]}, 3),
        ({"amr": ["geo", "rba", "user", "wia", "mca"]}, 0),
        ({"amr": ["something-of-a-maker"]}, 0),
        ({"acr": MFA}, 2),
        ({"acr": MFA, "amr": ["pwd"]}, 2),
        ({"acr": "urn:password", "amr": ["pwd"]}, 1),
    ],
)
def test_each_kind_counts_once(claims: dict[str, object], factors: int | None) -> None:
    """By RFC 8176's names, and by the values of `acr` that the settings name."""
    assert factors_of(claims, (MFA,)) == factors


def test_an_acr_that_the_settings_do_not_name_proves_nothing() -> None:
    """However much it sounds like two."""
    assert factors_of({"acr": MFA}, ()) is None


@pytest.mark.parametrize("claims", [{"amr": "mfa"}, {"amr": [1]}, {"amr": ["pwd"] * 51}, {"acr": 2}])
def test_what_cannot_be_read_signs_nobody_in(claims: dict[str, object]) -> None:
    """A claim that is there and is not as the standards write it is no sign-in."""
    with pytest.raises(UnreadableFactorsError):
        factors_of(claims, ())


def provided(*acrs: str) -> Provided:
    """A provider's tokens, read; it is asked nothing."""
    provider = Provider(
        name="Alder",
        issuer="https://id.alder.example",
        client_id="comity",
        member_claim="member",
        agencies=("alder-police",),
        two_factor_acrs=acrs,
    )
    return Provided(provider, "https://exchange.alder.example", Path(), httpx.Client())


def test_what_a_provider_says_goes_with_whom_it_names() -> None:
    """By `amr`, by an `acr` of the settings, by neither; and what cannot be read is no sign-in."""
    assert provided().confirmed({"member": "m", "amr": ["pwd", "otp"]}).factors == 2
    assert provided(MFA).confirmed({"member": "m", "acr": MFA}).factors == 2
    assert provided().confirmed({"member": "m"}).factors is None
    with pytest.raises(NotSignedInError, match="`amr` is not a list of methods"):
        provided().confirmed({"member": "m", "amr": "mfa"})


def test_a_value_of_acr_has_no_blank() -> None:
    """It would ask a provider for two."""
    with pytest.raises(NounError, match="is no value of `acr`"):
        Provider(
            name="Alder",
            issuer="https://id.alder.example",
            client_id="comity",
            member_claim="member",
            agencies=("alder-police",),
            two_factor_acrs=("one two",),
        )
