from __future__ import annotations

from comity.errors import Finding
from comity.law import ast
from comity.law.vocabulary import Vocabulary


def check_texts(
    texts: tuple[tuple[ast.Pack | ast.Policy | ast.Agreement, tuple[tuple[str, str], ...]], ...],
    vocabulary: Vocabulary,
) -> tuple[Finding, ...]:
    return ()
