"""The rows of the map, from agreements, the directory, declared flows; and beside them those an agency keeps to itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from comity.model.agency import Directory
from comity.model.flow import Authority, DeclaredFlow
from comity.model.flow_map import AgreedFlow, PrivateFlows, Spell
from comity.oversight.map.row import MapRow
from comity.oversight.reach.directory_hops import broker_hops, pool_hops
from comity.oversight.reach.hop import By, Hop, Known
from comity.oversight.reach.outside_hops import BY_ACCESS, Named


def agreed_rows(flows: Iterable[AgreedFlow], named: Named) -> Iterator[MapRow]:
    """A row for each flow of an agreement; by which door follows as for reach: a copy first, then who signed for whom."""
    for flow in flows:
        by = By.COPY if flow.copy else By.DELEGATED if flow.signed_by else By.AGREEMENT
        signed = f", signed by {', '.join(flow.signed_by)}" if flow.signed_by else ""
        yield MapRow(
            giver=named(flow.giver),
            taker=named(flow.taker),
            by=by,
            known=Known.AGREED,
            classes=flow.classes,
            purposes=flow.purposes,
            paper=flow.agreement,
            source=f"agreement {flow.agreement}{signed}",
            spells=flow.spells,
            within=flow.within,
        )


def directory_rows(directory: Directory, agreed: Iterable[MapRow], givers: frozenset[str]) -> Iterator[MapRow]:
    """Whoever carries what an agreement gives could read it, and so could whoever runs the node it lies on.

    The nodes are those of the directory now; a broker's row lasts as long as the agreement it carries for. Whether an owner's
    law shuts brokers out is for reach: here every broker on the way counts.
    """
    for row in agreed:
        asked = Hop(row.giver, row.taker, row.by, row.known, row.source)
        for hop in broker_hops(directory, (asked,)):
            yield replace(
                row, taker=hop.taker, by=By.BROKER, known=Known.DIRECTORY, source=f"{hop.authority}; {row.source}"
            )
    for hop in pool_hops(directory):
        if hop.giver in givers:
            yield MapRow(
                giver=hop.giver,
                taker=hop.taker,
                by=By.POOL,
                known=Known.DIRECTORY,
                classes=(),
                purposes=(),
                paper="",
                source=f"{hop.authority}; {'; '.join(hop.sources)}",
            )


def declared_rows(flows: Iterable[DeclaredFlow], named: Named) -> Iterator[MapRow]:
    """A row for each declared flow: told to us, not run by this exchange."""
    for flow in flows:
        known = flow.authority is not Authority.NONE_KNOWN
        authority = f"{flow.authority}: {flow.citation}" if known else "no authority known"
        yield MapRow(
            giver=named(flow.owner),
            taker=named(flow.recipient),
            by=BY_ACCESS.get(flow.access, By.SYSTEM),
            known=Known.DECLARED,
            classes=tuple(str(word) for word in flow.data_classes),
            purposes=tuple(str(word) for word in flow.purposes),
            paper=flow.id,
            source=f"declared, {flow.system}, {authority}; {flow.source}, {flow.dated}, {flow.evidence}",
            spells=(Spell(first=flow.first, last=flow.last),),
        )


def private_rows(flows: PrivateFlows, named: Named) -> Iterator[MapRow]:
    """What only the agency's own desk and auditor see: people who act for another agency, and what was told it."""
    for one in sorted(flows.acting, key=lambda acting: (acting.other, acting.member)):
        yield MapRow(
            giver=flows.agency,
            taker=named(one.other),
            by=By.ACTING_FOR,
            known=Known.RECORDED,
            classes=(),
            purposes=(),
            paper=one.member,
            source=f"{one.member} acts for {one.other} too",
        )
    for told in flows.told:
        yield MapRow(
            giver=flows.agency,
            taker=named(told.recipient),
            by=By.TOLD,
            known=Known.RECORDED,
            classes=(told.data_class,),
            purposes=(),
            paper=told.channel,
            source=f"told by {told.channel}, {told.count} recorded",
            spells=(Spell(first=told.first),),  # what was told is out for good
        )
