"""A public page as a node gives it to whoever draws it: in every language, with its values and its lists."""

from __future__ import annotations

from datetime import date
from typing import Any

from comity.errors import WrongUseError
from comity.model.base import Noun
from comity.oversight.exposure.statement import Statement
from comity.oversight.exposure.values import statement_spreadsheet, statement_value
from comity.oversight.exposure.written import statement_document
from comity.oversight.map.document import map_document
from comity.oversight.map.values import map_spreadsheet, map_value
from comity.oversight.map.view import View
from comity.oversight.texts.document import Document
from comity.oversight.texts.say import LANGUAGES, Language

PRIVATE = "what is for an agency's own desk and auditor makes no public page; make it of the public version"


class PublicPage(Noun, frozen=True, kw_only=True):
    """What is the same for everybody: one document a language, the values behind them, the spreadsheet of its lists."""

    day: date
    documents: tuple[Document, ...]
    value: dict[str, Any]
    spreadsheet: str

    def in_language(self, code: str) -> Document:
        """The document of a language; the first one's where there is none."""
        return next((one for one in self.documents if one.language == code), self.documents[0])


def statement_page(statement: Statement) -> PublicPage:
    """An exposure statement; its values carry the sentences in English. Raises WrongUseError for a private one."""
    if statement.private is not None:
        raise WrongUseError(PRIVATE)
    return PublicPage(
        day=statement.day,
        documents=tuple(statement_document(statement, Language(code)) for code in LANGUAGES),
        value=statement_value(statement, Language(LANGUAGES[0])),
        spreadsheet=statement_spreadsheet(statement),
    )


def map_page(view: View) -> PublicPage:
    """A map of a month. Raises WrongUseError for a private one."""
    if view.known.beside is not None:
        raise WrongUseError(PRIVATE)
    return PublicPage(
        day=view.flow_map.day,
        documents=tuple(map_document(view, Language(code)) for code in LANGUAGES),
        value=map_value(view),
        spreadsheet=map_spreadsheet(view),
    )
