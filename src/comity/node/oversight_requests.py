"""What may be asked of the node about oversight: findings, flows, the log, petitions, reports, retention."""

from __future__ import annotations

from pathlib import Path

from comity.model.agency import Member
from comity.node.finding_requests import FindingRequest, FindingResult, run_finding
from comity.node.flow_requests import FlowRequest, FlowResult, run_flow
from comity.node.log_requests import LogRequest, LogResult, run_log
from comity.node.redress_requests import RedressRequest, RedressResult, run_redress
from comity.node.report_requests import ReportRequest, ReportResult, run_report
from comity.node.retain_requests import RetainRequest, RetainResult, run_retain
from comity.ports import World

OversightRequest = FindingRequest | FlowRequest | LogRequest | RedressRequest | ReportRequest | RetainRequest
OversightResult = FindingResult | FlowResult | LogResult | RedressResult | ReportResult | RetainResult


def run_oversight(
    world: World, folder: Path, members: tuple[Member, ...], request: OversightRequest
) -> OversightResult:
    """Carry out one request about oversight. Raises what its verb raises."""
    if isinstance(request, FindingRequest):
        return run_finding(world, members, request)
    if isinstance(request, FlowRequest):
        return run_flow(world, folder, members, request)
    if isinstance(request, LogRequest):
        return run_log(world, members, request)
    if isinstance(request, RedressRequest):
        return run_redress(world, members, request)
    if isinstance(request, ReportRequest):
        return run_report(world, members, request)
    return run_retain(world, folder, members, request)
