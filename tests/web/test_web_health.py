"""D1: the page of health tells the fault and, beside it, what to do about it."""

from __future__ import annotations

import re

import pytest
from litestar.testing import TestClient
from spanish_reader import english_in, marked_in
from web_stage import Stage, member_of

from comity.model.faults import fault
from comity.model.health import Health, HealthLine, HealthPart
from comity.node.health import ShowHealth
from comity.web.words import words_of

FAULT = "a sentence of the node's own"


def page_of(stage: Stage, lines: tuple[HealthLine, ...], language: str) -> str:
    """The page as the node's administrator has it."""
    stage.door.answers[ShowHealth] = lines
    with stage.browser() as browser:
        _enter(stage, browser, language)
        answer = browser.get("/admin/health")
        assert answer.status_code == 200, answer.text
        return answer.text


def _enter(stage: Stage, browser: TestClient, language: str) -> None:  # type: ignore[type-arg]
    token = stage.site.sessions.begin(member_of("node-administrator").id, "test", stage.clock.at_ms, language)
    browser.cookies.set("comity", token)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_part_that_is_not_good_has_its_fault_and_what_to_do(stage: Stage, language: str) -> None:
    """One column each, for every part there is; what no sentence of the node is stands marked, behind words that say so."""
    lines = tuple(HealthLine(part=one, health=Health.STOPPED, says=FAULT) for one in HealthPart)
    page, t = page_of(stage, lines, language), words_of(language)
    cells = re.findall(rf'<td data-label="{t("health.what-to-do")}">(.*?)</td>', page)
    assert cells == [str(t(f"health.do.{one.value}")).replace("'", "&#39;") for one in HealthPart]
    marked = f'<span lang="en">{FAULT.replace(chr(39), "&#39;")}</span>'
    assert page.count(marked) == (len(HealthPart) if language == "es" else 0)
    assert FAULT not in "".join(cells)


def test_one_thing_is_told_as_one(stage: Stage) -> None:
    """The head counts what stops and what needs care, in words for one and for many."""
    stopped = HealthLine(part=HealthPart.LAW, health=Health.STOPPED, says=FAULT)
    care = HealthLine(part=HealthPart.FEED, health=Health.CARE, says=FAULT)
    for lines, said in (
        ((stopped, care), "NO: 1 thing stops releases, 1 needs care"),
        ((stopped, stopped, care, care), "NO: 2 things stop releases, 2 need care"),
        ((stopped,), "NO: 1 thing stops releases<"),
        ((care,), "YES, and 1 needs care"),
    ):
        assert said in page_of(stage, lines, "en")


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_not_used_is_not_told_as_good(stage: Stage, language: str) -> None:
    """A node without witnesses is well, and nobody reads that its witnesses are."""
    lines = (
        HealthLine(part=HealthPart.KEYS, health=Health.GOOD),
        HealthLine(part=HealthPart.WITNESSES, health=Health.UNUSED),
    )
    page, t = page_of(stage, lines, language), words_of(language)
    good, _, unused = page.partition(f"<h2>{t('health.is.unused')}</h2>")
    assert str(t("health.yes")) in good
    assert str(t("health.part.witnesses")) not in good
    assert f"{t('health.part.witnesses')}: " in unused


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", r"Newest copy of the node, made Nov 29, 2026, .*, enough until Dec 1, 2026"),
        ("es", r"Copia más reciente del nodo, hecha el 29 de nov. de 2026, .*, basta hasta el 1 de dic. de 2026"),
    ],
)
def test_a_copy_is_told_with_when_it_was_made_and_until_when_that_is_enough(
    stage: Stage, language: str, said: str
) -> None:
    """Two times of one line, each with its word."""
    line = HealthLine(
        part=HealthPart.BACKUPS, health=Health.GOOD, at_ms=1_795_953_600_000, until_ms=1_796_126_400_000
    )
    page = re.sub(r"<[^>]*>", "", page_of(stage, (line,), language))
    assert re.search(said, " ".join(page.split()))


LAW = fault(
    "setting.refused",
    owner="wa-police",
    title="A long title of the law",
    rule="us/CJ-01",
    citation="28 CFR 20.33",
    because=fault("setting.change"),
)
UNREAD = fault("file.unreadable", path="/node/law/active.json", why="permission denied")


@pytest.mark.parametrize(
    ("says", "told"),
    [
        (fault("clock.backwards"), "el reloj del sistema retrocedió; póngalo en hora y vuelva a iniciar el nodo"),
        (
            fault("key.unreadable", key="log.key", why="no such file or directory"),
            "la clave `log.key` no puede leerse (no existe); restáurela de la copia de las claves",
        ),
        (
            fault("law.text-lost", owner="wa-police", because=fault("file.restore-law", because=UNREAD)),
            "un texto de ley de `wa-police` se perdió o cambió: `/node/law/active.json` no puede leerse (sin permiso); "
            "restaure la carpeta `law` de una copia del nodo",
        ),
        (
            fault("peer.untrusted", node="co-node", because=fault("tls.expired")),
            "no se pudo confiar en `co-node`: su certificado venció",
        ),
        (
            fault(
                "members.both",
                because=fault("members.reviews", owed=1),
                besides=fault("members.checks", unchecked=2),
            ),
            "revisiones anuales de acceso pendientes: 1; las hace el administrador de la agencia. verificaciones",
        ),
    ],
)
def test_what_the_node_says_is_said_in_spanish(stage: Stage, says: str, told: str) -> None:
    """With its facts, also where one fault is in another; nothing of it is marked as English."""
    page = page_of(stage, (HealthLine(part=HealthPart.LAW, health=Health.STOPPED, says=says),), "es")
    assert told in page
    assert marked_in(page) == []
    assert english_in(page, frozenset()) == []
    english = page_of(stage, (HealthLine(part=HealthPart.LAW, health=Health.STOPPED, says=says),), "en")
    assert says.replace("'", "&#39;") in english


def test_the_law_in_what_the_node_says_stays_as_it_is_and_is_marked(stage: Stage) -> None:
    """Its title and its citation, and nothing else."""
    page = page_of(stage, (HealthLine(part=HealthPart.SETTING, health=Health.STOPPED, says=LAW),), "es")
    assert marked_in(page) == ["A long title of the law", "28 CFR 20.33"]
    assert english_in(page, frozenset()) == []
    assert "no permite que el nodo esté configurado así: <span" in page
