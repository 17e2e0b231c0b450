"""An agreement in force, shown whole to a member of its party."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from comity.errors import WrongUseError
from comity.model.law_state import AgreementChange, AgreementShown
from comity.node.local import at_node
from comity.node.office import ShowAgreement, SuspendAgreement

NAME = "ACSO-CCPD-2026"


def test_an_agreement_is_shown_with_its_signatures_while_it_is_in_force(copy: Callable[[str], Path]) -> None:
    """Its text as it was signed, since when; not by a name nobody has, not for an agency elsewhere, not once suspended."""
    folder = copy("ca-node")
    with at_node(folder) as verbs:

        def show(owner: str = "ca-sheriff", name: str = NAME) -> AgreementShown:
            shown: AgreementShown = verbs(
                ShowAgreement(owner=owner, agreement=name), AgreementShown, lambda *_: None
            )
            return shown

        shown = show()
        assert shown.text.text.startswith(f"agreement {NAME} ")
        assert {one.agency for one in shown.text.signatures} == {"ca-sheriff", "wa-police"}
        assert shown.at_ms > 0
        with pytest.raises(WrongUseError, match="no agreement `NO-SUCH` in force"):
            show(name="NO-SUCH")
        with pytest.raises(WrongUseError, match="not held at this node"):
            show(owner="wa-police")
        suspended = SuspendAgreement(agreement=NAME, by="ca-sheriff", reason="audit finding seven")
        verbs(suspended, AgreementChange, lambda *_: None)
        with pytest.raises(WrongUseError, match="in force"):
            show()
