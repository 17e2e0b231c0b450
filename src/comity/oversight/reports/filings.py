"""Filing a report: what was handed over stands in the log, with who signed it, and can be held against any copy later.

A filing commits to the bytes that were handed over and to the report they say. Its entry is never pruned, and does the
duty of its period. What was filed is never changed: a correction is a filing of its own that names the one it replaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec.structs import replace

from comity.errors import ProofError, WrongUseError
from comity.exchange.duty.duties import DESK, changed_once, look_again
from comity.exchange.duty.duty_state import is_done
from comity.exchange.owners import owner_day, owner_facts, owner_here
from comity.law.calendar import period_of
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof, write_proof
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes, digest, from_canonical
from comity.model.disclosure import EntryKind, StoredDuty, Unit
from comity.model.filing import Differs, Filing, FilingChecked, FilingTold, ToFile
from comity.model.refused import tell_refused
from comity.model.report import Report, ReportTable
from comity.oversight.reports.described import Described, described
from comity.oversight.reports.make import Wanted, make_report
from comity.oversight.reports.owed import raise_reports
from comity.oversight.reports.read_log import REFUSED, OpenedEntry, read_log
from comity.ports import World

NO_DAYS = (0, -1)  # of a log that is read for its filings alone: nothing else is opened


def file_report(world: World, member: Member, given: ToFile) -> FilingTold:
    """Enter that a report was filed.

    1 whose, and who may   2 the report is one that was made here, of a whole period   3 counted again: the same figures
    4 filed before: only a correction that names the newest filing   5 the duty of the period, if it stands
    6 the entry, which does the duty

    Raises WrongUseError for who may not, days that are no period, figures that are others now, or a second filing;
    ProofError where the log does not verify.
    """
    report = given.report
    owner = owner_here(world, member.agency)  # 1
    if not DESK & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not file reports; it needs {', '.join(sorted(DESK))}")
    _check_made(owner, report, owner_day(owner, world.clock.now_ms()))  # 2
    now = make_report(world, Wanted(report.kind, owner.id, report.first, report.last))  # 3
    changed = differences(report, now)
    if changed:
        raise WrongUseError(
            tell_refused("filing.changed", figure=changed[0].key, filed=changed[0].filed, now=changed[0].now)
        )
    _check_first(filings_of(world, owner), given)  # 4
    raise_reports(world)  # 5
    return look_again(lambda: _enter(world, member, owner, given))  # 6


def filings_of(world: World, owner: Agency) -> tuple[FilingTold, ...]:
    """Every filing of an agency, oldest first, out of the whole log, verified. Raises ProofError."""
    filed = read_log(world, owner, *NO_DAYS).filed
    opened = [(one.index, _opened(one)) for one in filed]
    newer = {filing.corrects: index for index, filing in opened}
    return tuple(FilingTold(entry=index, filing=filing, replaced_by=newer.get(index)) for index, filing in opened)


def verify_filing(world: World, agency: str, bytes_hash: str) -> FilingChecked:
    """Hold a copy of a report against the log: it was filed, byte for byte; the log holds that; what is counted now.

    1 the log, read whole and verified   2 the newest filing of these bytes   3 its proof of inclusion
    4 the report counted again: a second run over the same days, compared figure by figure

    Raises WrongUseError where nothing of these bytes was filed, ProofError where the log does not verify.
    """
    owner = owner_here(world, agency)
    told = [one for one in filings_of(world, owner) if one.filing.bytes_hash == bytes_hash]  # 1, 2
    if not told:
        raise WrongUseError(
            f"no report of these bytes was filed by `{owner.id}`: the file was altered, or filed by somebody else"
        )
    entry, filing = told[-1].entry, told[-1].filing
    note, path = world.journal.path(entry)  # 3
    content = world.journal.content(entry)
    if content is None:
        raise ProofError(f"the report of entry {entry} is gone, and no filing is ever forgotten; {REFUSED}")
    now = make_report(world, Wanted(filing.kind, owner.id, filing.first, filing.last))  # 4
    return FilingChecked(
        told=told[-1],
        proof=write_proof(entry, path, note),
        raw_entry=world.journal.entry(entry).hex(),
        differs=differences(from_canonical(content, Report), now),
    )


def differences(filed: Report, now: Report) -> tuple[Differs, ...]:
    """What two runs over the same days say differently: by figure, in the order of the first."""
    before, after = _said(filed), _said(now)
    return tuple(
        Differs(key=key, filed=before.get(key, "not there"), now=after.get(key, "not there"))
        for key in (*before, *(key for key in after if key not in before))
        if before.get(key) != after.get(key)
    )


def _said(report: Report) -> dict[str, str]:
    said = {"certificate": "a nil report" if report.certificate else "none"}  # its words count the log's entries
    for table in report.tables:
        said |= dict(_figures(table))
    return said


def _figures(table: ReportTable) -> Iterator[tuple[str, str]]:
    if table.unproved:
        yield table.id, "unproved"
        return
    for figure in (*table.figures, *((table.total,) if table.total is not None else ())):
        yield figure.key, str(figure.number) if figure.number is not None else figure.said


def _check_made(owner: Agency, report: Report, today: date) -> None:
    """Raises WrongUseError for a report of somebody else, of days that are no period or not over, or one that was altered."""
    if report.agency != owner.id:
        raise WrongUseError(f"the report is of `{report.agency}`; a member of it files it")
    if digest(replace(report, hash="")) != report.hash:
        raise WrongUseError(tell_refused("filing.altered"))
    if not report.whole:
        raise WrongUseError(
            f"{report.first} to {report.last} is no {report.every}; what is filed is of one whole {report.every}"
        )
    if report.last >= today:
        raise WrongUseError(tell_refused("filing.not-over", day=str(report.last)))


def _check_first(filings: Iterable[FilingTold], given: ToFile) -> None:
    """Raises WrongUseError where its days were filed before and it does not name the newest such filing."""
    report = given.report
    same = [
        one.entry
        for one in filings
        if (one.filing.kind, one.filing.first, one.filing.last) == (report.kind, report.first, report.last)
    ]
    if same and given.corrects != same[-1]:
        raise WrongUseError(tell_refused("filing.done", entry=same[-1], corrected=same[-1]))
    if not same and given.corrects is not None:
        raise WrongUseError(f"entry {given.corrects} is no filing of these days; leave `--corrects` out")


def _enter(world: World, member: Member, owner: Agency, given: ToFile) -> FilingTold:
    now_ms, report = world.clock.now_ms(), given.report
    today = owner_day(owner, now_ms)
    filing = Filing(
        agency=owner.id,
        kind=report.kind,
        first=report.first,
        last=report.last,
        report=report.hash,
        figures=digest(_said(report)),
        form=given.form,
        bytes_hash=given.bytes_hash,
        nil=bool(report.certificate),
        unproved=tuple(table.id for table in report.tables if table.unproved),
        due=report.due,
        days_late=max(0, (today - report.due).days) if report.due is not None else 0,
        by=member.id,
        at_ms=now_ms,
        corrects=given.corrects,
    )
    done = tuple(_done(one, filing) for one in _duties(world, owner, described(report.kind), filing))
    receipt = append_entry(
        world,
        Unit(
            facts=owner_facts(EntryKind.REPORT_FILED, owner, now_ms),
            content=canonical_bytes(report),
            record=canonical_bytes(filing),
            changed_duties=done,
        ),
    )
    return FilingTold(entry=parse_proof(receipt.proof).index, filing=filing, duties=tuple(one.id for one in done))


def _duties(world: World, owner: Agency, asked: Described, filing: Filing) -> Iterator[StoredDuty]:
    """The duties that a filing does: the law's own for its register and period, and ours for its kind."""
    period = period_of(filing.first, asked.every)
    for one in world.journal.periodic_duties(owner.id):
        named = one.duty.report in {filing.kind, asked.register} and one.duty.kind == "report"
        if named and one.duty.period == period and not is_done(one):
            yield one


def _done(one: StoredDuty, filing: Filing) -> StoredDuty:
    evidence = f"filed as {filing.form}, {filing.bytes_hash}"
    return changed_once(replace(one, done_ms=filing.at_ms, done_by=filing.by, evidence=evidence))


def _opened(one: OpenedEntry) -> Filing:
    if one.record is None:
        raise ProofError(f"the filing of entry {one.index} is gone, and no filing is ever forgotten; {REFUSED}")
    return from_canonical(one.record, Filing)
