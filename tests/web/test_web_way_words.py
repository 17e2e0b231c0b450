"""What is said of a way data takes: in the reader's language, agencies by name; what another said in their own words."""

from __future__ import annotations

import pytest

from comity.web.way_words import way_said
from comity.web.words import words_of

NAMES = {"alder-police": "Alder Police", "wa-police": "Cascade City Police Department"}


@pytest.mark.parametrize(
    ("text", "english", "spanish"),
    [
        (
            "law and agreements in force on 2026-11-18 of alder-police, wa-police",
            "law and agreements in force on Nov 18, 2026 of Alder Police, Cascade City Police Department",
            "ley y acuerdos en vigor el 18 de nov. de 2026 de Alder Police, Cascade City Police Department",
        ),
        ("1 hop listed, not decided by law", "lists, not decided by law: 1", "no decididos por ley: 1"),
        ("what nobody declared is not here", "what nobody declared", "lo que nadie declaró no está aquí"),
        (
            "suspend H-1, or strike G-01, G-02 of it",
            "strike G-01, G-02",
            "suspender H-1, o suprimir G-01, G-02 de él",
        ),
        (
            "agreement H-1, G-01; agreement H-2, G-03",
            "agreement H-2, G-03",
            "acuerdo H-1, G-01; acuerdo H-2, G-03",
        ),
        (
            "move alder-police or x to a node of its own",
            "move Alder Police or x",
            "trasladar Alder Police o x a un nodo",
        ),
        (
            "forbid wa-police's questions that are brokered by alder-police, or list a way without it",
            "the questions of Cascade City Police Department that are brokered by Alder Police",
            "que pasan por Alder Police",
        ),
        ("wa-police takes x off its sharing list", "takes x off", "quita a x de su lista"),
        ("nobody of wa-police acts for x", "acts for x", "nadie de Cascade City Police Department actúa para x"),
        ("agreement H-1", "agreement H-1", "acuerdo H-1"),
        ("agreement H-1, signed by wa-police", "by Cascade City", "acuerdo H-1, firmado por Cascade City"),
        ("agreement H-1, G-01, signed by wa-police", ", G-01, signed", "acuerdo H-1, G-01, firmado por Cascade"),
    ],
)
def test_the_softwares_own_sentences_are_said_in_the_readers_language(
    text: str, english: str, spanish: str
) -> None:
    """Every part of them, with days and agencies as the reader has them."""
    assert english in way_said(words_of("en"), NAMES, text)
    assert spanish in way_said(words_of("es"), NAMES, text)


@pytest.mark.parametrize("text", ["an account", "agreement H-1, G-01; a list of 2024", ""])
def test_what_another_said_is_left_in_their_words(text: str) -> None:
    """Of several papers none is translated where one of them is not ours: half a sentence in each language helps nobody."""
    assert way_said(words_of("es"), NAMES, text) == ""
