"""What may be asked of the node about reports, the figures a desk enters for them, and the register of agreements."""

from __future__ import annotations

from datetime import date

from comity.errors import WrongUseError
from comity.exchange.owners import owner_here
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.filing import FilingChecked, FilingTold, ToFile
from comity.model.report import FigureTold, Register, Report, Traced
from comity.oversight.reports.enter import GivenFigure, enter_figure
from comity.oversight.reports.filings import file_report, filings_of, verify_filing
from comity.oversight.reports.make import Wanted, make_report, trace_figure
from comity.oversight.reports.register import make_register
from comity.ports import World
from comity.settings import get_member


class MakeReport(Noun, frozen=True, kw_only=True, tag="make-report"):
    """Make a report of an agency here; days left out are the last whole period."""

    kind: str
    agency: str
    first: date | None = None
    last: date | None = None


class TraceFigure(Noun, frozen=True, kw_only=True, tag="trace-figure"):
    """Follow one figure of a report to its entries."""

    kind: str
    agency: str
    figure: str
    first: date | None = None
    last: date | None = None


class EnterFigure(Noun, frozen=True, kw_only=True, tag="enter-figure"):
    """Enter a figure from the agency's own files."""

    member: str
    what: str
    number: int
    first: date
    last: date
    evidence: str
    label: str = ""
    group: str = ""
    corrects: int | None = None


class ShowRegister(Noun, frozen=True, kw_only=True, tag="show-register"):
    """Show the register of an agency's agreements, with counts of some days."""

    agency: str
    first: date | None = None
    last: date | None = None


class FileReport(Noun, frozen=True, kw_only=True, tag="file-report"):
    """Enter that a report was filed."""

    member: str
    given: ToFile


class ListFilings(Noun, frozen=True, kw_only=True, tag="list-filings"):
    """Every report that an agency here filed, oldest first."""

    agency: str


class VerifyFiling(Noun, frozen=True, kw_only=True, tag="verify-filing"):
    """Hold the hash of a report's bytes against what an agency filed."""

    agency: str
    bytes_hash: str


ReportRequest = MakeReport | TraceFigure | EnterFigure | ShowRegister | FileReport | ListFilings | VerifyFiling
ReportResult = Report | Traced | FigureTold | Register | FilingTold | tuple[FilingTold, ...] | FilingChecked


def run_report(world: World, members: tuple[Member, ...], request: ReportRequest) -> ReportResult:
    """Carry out one request. Raises WrongUseError for an agency or a member this node does not have, or who may not."""
    match request:
        case MakeReport():
            return make_report(world, _wanted(request))
        case TraceFigure():
            return trace_figure(world, _wanted(request), request.figure)
        case ShowRegister():
            return make_register(world, request.agency, request.first, request.last)
        case FileReport(member=name, given=given):
            return file_report(world, get_member(members, name), given)
        case ListFilings(agency=agency):
            return filings_of(world, owner_here(world, agency))
        case VerifyFiling(agency=agency, bytes_hash=bytes_hash):
            return verify_filing(world, agency, bytes_hash)
        case EnterFigure():
            member = get_member(members, request.member)
            if request.last < request.first:
                raise WrongUseError(f"the figure would end on {request.last}, before it begins on {request.first}")
            figure = GivenFigure(
                what=request.what,
                number=request.number,
                first=request.first,
                last=request.last,
                evidence=request.evidence,
                label=request.label,
                group=request.group,
                corrects=request.corrects,
            )
            return enter_figure(world, member, figure)


def _wanted(request: MakeReport | TraceFigure) -> Wanted:
    return Wanted(request.kind, request.agency, request.first, request.last)
