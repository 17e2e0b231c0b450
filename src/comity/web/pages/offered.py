"""Agreements that are offered to this agency: brought as texts, read, signed or discarded. None of them opens anything."""

from __future__ import annotations

import msgspec

from comity.errors import LawTextError, NounError
from comity.law.check import check_texts
from comity.law.parse import parse_agreement
from comity.law.vocabulary import load_vocabulary
from comity.model.canon import decoder_of, text_digest
from comity.model.law_text import Signature
from comity.node.offer_requests import DiscardOffered, ListOffered, OfferAgreement
from comity.node.offered_agreements import LARGEST, OfferedAgreement
from comity.node.sign_agreement import SIDECAR_SUFFIX, SignatureFile
from comity.web.call import NOT_FOUND, Call, File, Go, Page, Reply
from comity.web.sorting import Table, by_number, by_time, by_word, ordered

OFFERED = tuple[OfferedAgreement, ...]
DONE = frozenset({"signed", "discarded"})


def show(call: Call) -> Reply:
    """What is offered, and a form to bring another."""
    return _page(call, (), ())


def bring(call: Call) -> Reply:
    """Take a text, pasted or as a file, with the file of signatures others gave; its faults are told line by line."""
    text = next((one for one in (call.form.whole("file"), call.form.whole("text")) if one.strip()), "")
    if not text or len(text) > LARGEST:
        return _page(call, (("text", call.words("offered.fault.none", count=LARGEST)),), ())
    try:
        tree = parse_agreement(text, "text")
        findings = check_texts(((tree, ()),), load_vocabulary())
    except LawTextError as error:
        findings = error.findings
    if findings:
        return _page(call, (("text", call.words("offered.fault.text", count=len(findings))),), findings)
    try:
        signatures = _signatures(call.form.whole("signatures"), text)
    except (NounError, msgspec.DecodeError):
        return _page(call, (("signatures", call.words("offered.fault.signatures")),), ())
    request = OfferAgreement(member=call.who().id, text=text, signatures=signatures)
    made: OfferedAgreement = call.site.door.ask(request, OfferedAgreement)
    return Go(f"/desk/agreements/{made.text.name}/activate")


def file(call: Call) -> Reply:
    """The text or its signatures as files, for the other parties' nodes."""
    one = find_offered(call)
    if one is None or call.path["form"] not in ("text", "signatures"):
        return NOT_FOUND
    if call.path["form"] == "text":
        return File(f"{one.text.name}.agr", "text/plain; charset=utf-8", one.text.text.encode())
    beside = SignatureFile(agreement=one.text.name, hash=one.text.hash, signatures=one.text.signatures)
    return File(f"{one.text.name}.agr{SIDECAR_SUFFIX}", "application/json", msgspec.json.encode(beside))


def discard(call: Call) -> Reply:
    """Forget it; nothing was open."""
    one = find_offered(call)
    if one is None:
        return NOT_FOUND
    call.site.door.ask(DiscardOffered(member=call.who().id, agreement=one.text.name), OfferedAgreement)
    return Go("/desk/offered?done=discarded")


def find_offered(call: Call) -> OfferedAgreement | None:
    """The agreement of the address, where it is offered to the member's agency."""
    found: OFFERED = call.site.door.ask(ListOffered(member=call.who().id), OFFERED)
    return next((one for one in found if one.text.name == call.path["agreement"]), None)


def _page(call: Call, faults: tuple[tuple[str, str], ...], findings: tuple[object, ...]) -> Reply:
    found: OFFERED = call.site.door.ask(ListOffered(member=call.who().id), OFFERED)
    done = call.query.one("done")
    table: Table[tuple[OfferedAgreement, str]] = Table(
        {
            "title": by_word(lambda row: row[1]),
            "since": by_time(lambda row: row[0].at_ms),
            "signatures": by_number(lambda row: len(row[0].text.signatures)),
        }
    )
    listed = ((one, str(parse_agreement(one.text.text, one.text.name).title)) for one in found)
    rows, order = ordered(call, table, listed)
    values = {
        "rows": rows,
        "order": order,
        "findings": findings,
        "typed": {"text": call.form.whole("text")},
        "fault": dict(faults),
        "longest": LARGEST,
        "done": done if done in DONE else "",
    }
    return Page("offered.html", values, status=422 if faults else 200, faults=faults)


def _signatures(given: str, text: str) -> tuple[Signature, ...]:
    """The signatures of the file beside a text; none without a file. Raises NounError for those of another text."""
    if not given.strip():
        return ()
    held = decoder_of(SignatureFile).decode(given.encode())
    if held.hash != text_digest(text):
        raise NounError("these signatures are over another text")
    return held.signatures
