"""What a node shows its own machine, and what its stop finishes and cuts off."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import uvicorn
from msgspec.structs import replace
from serving import serving, wait_for

from comity.errors import NounError, SettingsError
from comity.node.open_world import open_world
from comity.node.serve import DrainingServer
from comity.node.tls_side import open_tls
from comity.settings import SETTINGS_FILE, NodeSettings, check_address, read_settings, write_noun


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def change(folder: Path, **settings: object) -> NodeSettings:
    changed = replace(read_settings(folder), **settings)
    write_noun(folder / SETTINGS_FILE, changed)
    return changed


def test_metrics_and_readiness_are_for_this_machine(copy: Callable[[str], Path]) -> None:
    """At the local socket and a port of loopback, with the control that failed by name; the public door has neither."""
    folder = copy("il-node")
    settings = change(folder, metrics_port=free_port())
    active = folder / "law" / "il-police" / "active.json"
    whole = active.read_bytes()
    transport = httpx.HTTPTransport(uds=str(folder / "local.sock"))
    with (
        serving(folder) as door,
        httpx.Client(base_url=f"http://127.0.0.1:{settings.metrics_port}", trust_env=False, timeout=60) as port,
        httpx.Client(transport=transport, base_url="http://inside", timeout=60) as local,
    ):
        for inside in (port, local):
            assert inside.get("/health").text == "ok\n"
            assert inside.get("/ready").text == "ok\n"
            told = inside.get("/metrics")
            assert told.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
            assert told.text.endswith("comity_ready 1\n# EOF\n")
            assert 'comity_peer_breaker{peer="ca-node",comity_peer_breaker="closed"} 1\n' in told.text
        assert door.get("/metrics").status_code == 404
        active.write_bytes(whole.replace(b'"entry": 0', b'"entry": 1', 1))
        wait_for(lambda: port.get("/ready").status_code == 503)
        assert "is not the text that was activated; activate it again" in port.get("/ready").text
        assert "comity_ready 0\n" in local.get("/metrics").text
        assert port.get("/health").status_code == 200


def test_a_port_in_use_is_one_sentence_for_metrics_too(copy: Callable[[str], Path]) -> None:
    """The node does not start without the door its administrator asked for."""
    from comity.node.serve import serve_node

    folder = copy("il-node")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        change(folder, metrics_port=taken.getsockname()[1])
        with pytest.raises(SettingsError, match=r"port \d+ of 127\.0\.0\.1 cannot be used"):
            serve_node(folder)


def test_settings_and_directory_agree_about_tls(copy: Callable[[str], Path]) -> None:
    """A node that is listed with http does not serve TLS, and the other way round; one sentence says both ways out."""
    folder = copy("il-node")
    settings = change(folder, tls=True)
    with open_world(folder) as world:
        with pytest.raises(
            SettingsError, match=r"lists `il-node` at `http://.* TLS is on; list it with https or change"
        ):
            open_tls(folder, world, settings)
        assert open_tls(folder, world, change(folder, tls=False)) is None


@pytest.mark.parametrize("rate", [0, -1, 2_001])
def test_a_request_limit_is_bounded(rate: int) -> None:
    """No node sets itself beyond what it can remember."""
    with pytest.raises(NounError, match="is not a request limit; write a number from 1 to 2000"):
        NodeSettings(
            id="one-node", host="127.0.0.1", port=1, agencies=(), directory_hash="", requests_per_second=rate
        )


@pytest.mark.parametrize(
    ("address", "tls"),
    [
        ("http://a:1", True), ("https://a:1", False), ("https://a", True), ("https://a:1/", True),
        ("https://b@a:1", True), ("https://a:1?x", True), ("https://a:99999", True), ("https://[::a:1", True), ("a:1", True),
    ],
)  # fmt: skip
def test_an_address_that_others_could_not_use_is_one_sentence(address: str, tls: bool) -> None:
    """Scheme, host and port, and nothing else."""
    with pytest.raises(NounError, match=r"is not an address for other nodes; write `https?://HOST:PORT`"):
        check_address(address, tls=tls)
    assert check_address("https://node.county.example:8443", tls=True)
    assert check_address("") == ""


@pytest.mark.parametrize(("works_s", "cut"), [(0.5, False), (60.0, True)])
def test_a_stop_finishes_within_its_bound_and_says_what_it_cut_off(
    capsys: pytest.CaptureFixture[str], works_s: float, cut: bool
) -> None:
    """What is done in time is answered; what is not is counted in one line."""
    begun = threading.Event()

    async def app(scope: object, receive: object, send: Callable[[dict[str, object]], object]) -> None:
        begun.set()
        await asyncio.sleep(works_s)
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[misc]
        await send({"type": "http.response.body", "body": b"done"})  # type: ignore[misc]

    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_level="critical", lifespan="off", ws="none", timeout_graceful_shutdown=2)
        server = DrainingServer(config, "public")
        thread = threading.Thread(target=lambda: server.run([listening]))
        thread.start()
        heard: list[str] = []

        def ask() -> None:
            try:
                heard.append(httpx.get(f"http://127.0.0.1:{listening_port}", trust_env=False, timeout=30).text)
            except httpx.HTTPError:
                heard.append("cut off")

        listening_port = listening.getsockname()[1]
        asking = threading.Thread(target=ask)
        asking.start()
        begun.wait()
        server.should_exit = True
        thread.join()
        asking.join()
    said = "comity: the stop cut off 1 requests at the public door that were not done in time\n"
    assert (heard == ["done"], capsys.readouterr().err) == ((False, said) if cut else (True, ""))
