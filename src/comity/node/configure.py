"""Whether a node may be set up as it is: its settings and its administrator's attestations, under each owner's law."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from types import MappingProxyType

from comity.errors import NounError, SettingsError
from comity.exchange.answering.law_in_force import read_law
from comity.law.atoms import FactMap, FactValue
from comity.law.attested import attested_facts
from comity.law.compiled import Law
from comity.law.decide_point import decide_point
from comity.law.point_facts import missing_facts, setting_facts
from comity.model.agency import Agency
from comity.model.decision import Reason
from comity.model.faults import fault
from comity.model.law_state import SettingDecision
from comity.ports import World
from comity.settings import NEVER_PRUNED, NodeSettings

TLS_BITS = 128  # the shortest key of any cipher of TLS 1.3 (RFC 8446, B.4); which module does it is attested


def check_configured(world: World, settings: NodeSettings) -> None:
    """Every owner's law lets the node stand as it is set up. Raises SettingsError naming rules and remedies."""
    refused = [one for one in decide_configured(world, settings) if one.refused]
    if refused:
        raise SettingsError("\n".join(line for one in refused for line in refusal_lines(one)))


def decide_configured(world: World, settings: NodeSettings) -> tuple[SettingDecision, ...]:
    """The decision at `configure` for every owner the node holds. Raises LawUnavailableError, SettingsError."""
    directory = world.directory()
    now_ms = world.clock.now_ms()
    decided = []
    for owner in settings.agencies:
        _, law = read_law(world, directory, owner)
        refused = configure_reasons(law, directory.get_agency(owner), settings, now_ms)
        decided.append(SettingDecision(owner=owner, refused=refused))
    return tuple(decided)


def configure_reasons(law: Law, owner: Agency, settings: NodeSettings, now_ms: int) -> tuple[Reason, ...]:
    """The rules of a law that refuse the setting, each with the attestations it waits for as its remedy."""
    facts = setting_facts(owner, known_setting(settings), now_ms)
    return tuple(
        Reason(
            rule=reason.rule,
            title=reason.title,
            citation=reason.citation,
            status=reason.status,
            effect=reason.effect,
            because=reason.because,
            remedy=_remedy(missing_facts(law, reason.rule, facts, "setting")),
        )
        for reason in decide_point(law, "configure", facts).forbidden
    )


def known_setting(settings: NodeSettings) -> FactMap:
    """Facts of the setting: what the software knows of itself, then what is attested.

    Nobody can attest away what the software knows. Raises SettingsError for a name that is none, or a contradiction.
    """
    known: dict[str, FactValue] = {
        "setting is invented": settings.invented,
        "setting is same-machine": ip_address(settings.host).is_loopback,
        "setting is one-subject": True,
        "setting is decides-alone": False,
        "setting is logs-reasons": True,
        "setting is roles-kept-apart": True,
        "setting is tips-kept-apart": True,
        "setting's log-days": settings.log_days,
        "setting's log-most-days": NEVER_PRUNED,  # nothing is pruned unless somebody does it
    }
    if settings.tls:
        known["setting's transit-bits"] = TLS_BITS
    attested = check_attested(settings.attested)
    for path, value in attested.items():
        if path in known and known[path] != value:
            name = path.split(" ")[-1]
            raise SettingsError(fault("setting.attested-otherwise", name=name))
    return MappingProxyType({**attested, **known})


def check_attested(given: Mapping[str, str]) -> FactMap:
    """An administrator's attestations as facts. Raises SettingsError for a name or value that is none."""
    try:
        return attested_facts("setting", given)
    except NounError as error:
        raise SettingsError(str(error)) from error


def refusal_lines(one: SettingDecision) -> tuple[str, ...]:
    """One line for each rule that refuses, with citation and remedy."""
    return tuple(
        fault(
            "setting.refused",
            owner=one.owner,
            title=reason.title,
            rule=reason.rule,
            citation=reason.citation,
            because=reason.remedy,
        )
        for reason in one.refused
    )


def _remedy(missing: tuple[str, ...]) -> str:
    told = ", ".join(f"`{name}`" for name in missing)
    if not told:
        return fault("setting.change")
    return fault("setting.attest", names=told)
