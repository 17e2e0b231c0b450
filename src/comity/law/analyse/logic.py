"""Formulas and their solver. The only module that speaks to z3.

A formula is a Python bool where it is settled and a z3 expression where it is not; joining folds the settled parts
away. Effort is bounded by z3's own count of steps, not by time, so that an answer does not depend on the machine.

Expressions of z3 share a context which two threads must not touch at once: they are made and solved in `analysis` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from threading import RLock, get_ident
from typing import Any

import z3
from z3 import z3core

Formula = Any  # bool, or a z3 expression of sort Bool: z3 has no types of its own
Number = Any  # int, or a z3 expression of sort Int
MOST_STEPS = 40_000_000  # of z3 for one check: over a thousand times what the shipped packs take


_turn = RLock()
_holder = 0  # the thread whose turn it is
# The collector may let go of one thread's expressions while another has its turn.
z3core.Z3_enable_concurrent_dec_ref(z3.main_ctx().ref())


@contextmanager
def analysis() -> Iterator[None]:
    """While this lasts no other thread analyses; also a decorator. Every function that others call to analyse is in it."""
    global _holder
    with _turn:
        before, _holder = _holder, get_ident()
        try:
            yield
        finally:
            _holder = before


def _check_turn() -> None:
    if _holder != get_ident():
        raise RuntimeError("an expression of z3 is made outside `analysis`, where another thread may make one too")


class Verdict(Enum):
    """What the solver found: an example, the proof that there is none, or neither within its bound."""

    FOUND = "found"
    NONE = "none"
    UNDECIDED = "undecided"


def both(parts: Iterable[Formula]) -> Formula:
    """`and`, settled parts removed."""
    kept = []
    for part in parts:
        if part is False:
            return False
        if part is not True:
            kept.append(part)
    if not kept:
        return True
    return kept[0] if len(kept) == 1 else _joined(z3core.Z3_mk_and, kept)


def either(parts: Iterable[Formula]) -> Formula:
    """`or`, settled parts removed."""
    kept = []
    for part in parts:
        if part is True:
            return True
        if part is not False:
            kept.append(part)
    if not kept:
        return False
    return kept[0] if len(kept) == 1 else _joined(z3core.Z3_mk_or, kept)


def negate(part: Formula) -> Formula:
    """`not`."""
    if isinstance(part, bool):
        return not part
    return z3.BoolRef(z3core.Z3_mk_not(part.ctx.ref(), part.as_ast()), part.ctx)


def _joined(make: Any, parts: list[Formula]) -> Formula:
    """The layer below `And` and `Or`, which spend most of a law's encoding on checking what stands here already."""
    context = parts[0].ctx
    array = (z3.Ast * len(parts))(*[part.as_ast() for part in parts])
    return z3.BoolRef(make(context.ref(), len(parts), array), context)


def flag(name: str) -> Formula:
    """An open yes or no."""
    _check_turn()
    return z3.Bool(name)


def number(name: str) -> Number:
    """An open whole number."""
    _check_turn()
    return z3.Int(name)


def name_of(part: Number) -> str:
    """The name an open number was made with."""
    return str(part.decl().name())


def at_most_one(parts: Sequence[Formula]) -> Formula:
    """At most one of several open flags holds."""
    if len(parts) < 2:
        return True
    context = parts[0].ctx
    array = (z3.Ast * len(parts))(*[part.as_ast() for part in parts])
    return z3.BoolRef(z3core.Z3_mk_atmost(context.ref(), len(parts), array, 1), context)


class Solver:
    """Formulas that must hold, and questions whether more can hold beside them. Used up by one analysis."""

    def __init__(self) -> None:
        _check_turn()
        self._solver = z3.Solver()
        self._solver.set("rlimit", MOST_STEPS)
        self._model: Any = None

    def require(self, *parts: Formula) -> None:
        """From now on each part holds."""
        for part in parts:
            if part is not True:
                self._assert(z3.BoolVal(False) if part is False else part)

    def push(self) -> None:
        """What is required from here on holds until `pop`."""
        self._solver.push()

    def pop(self) -> None:
        """Forget what was required since the last `push`."""
        self._solver.pop()

    def find(self, *wanted: Formula) -> Verdict:
        """Whether everything wanted can hold at once; an example is kept for `value_of` until the next search."""
        self._model = None
        if any(part is False for part in wanted):
            return Verdict.NONE
        self._solver.push()
        self.require(*wanted)
        found = self._verdict(self._solver.check())
        self._solver.pop()
        return found

    def rules_out(self, *wanted: Formula) -> bool:
        """Whether it is proved that not everything wanted can hold at once; no example is kept, which takes longer to read."""
        self._model = None
        if any(part is False for part in wanted):
            return True
        self._solver.push()
        self.require(*wanted)
        found = self._solver.check()
        self._solver.pop()
        return bool(found == z3.unsat)

    def _assert(self, part: Formula) -> None:
        """The layer below `add`, which asks of every part again whether it is a formula."""
        z3core.Z3_solver_assert(self._solver.ctx.ref(), self._solver.solver, part.as_ast())

    def core(self, parts: Mapping[str, Formula]) -> tuple[str, ...]:
        """Names of a small set of parts that cannot hold together beside what is required. Empty if they can.

        The set is made minimal: without any one of them the rest can hold.
        """
        kept = list(parts)
        if self.find(*parts.values()) is not Verdict.NONE:
            return ()
        marks = {name: flag(f"?{name}") for name in parts}
        self._solver.push()
        for name, part in parts.items():
            self.require(either((negate(marks[name]), part)))
        if self._verdict(self._solver.check(*marks.values())) is Verdict.NONE:
            named = {str(mark) for mark in self._solver.unsat_core()}
            kept = [name for name in kept if f"?{name}" in named]
        for name in tuple(kept):
            rest = [marks[other] for other in kept if other != name]
            if self._verdict(self._solver.check(*rest)) is Verdict.NONE:
                kept.remove(name)
        self._solver.pop()
        self._model = None
        return tuple(kept)

    def holds(self, part: Formula) -> bool:
        """Whether a formula holds in the example last found; what the example leaves open counts as no."""
        if isinstance(part, bool):
            return part
        return bool(z3core.Z3_get_bool_value(self._model.ctx.ref(), self._evaluated(part)) == z3.Z3_L_TRUE)

    def value_of(self, part: Number) -> int:
        """A number in the example last found."""
        if isinstance(part, int):
            return part
        return int(z3core.Z3_get_numeral_string(self._model.ctx.ref(), self._evaluated(part)))

    def _evaluated(self, part: Formula) -> Any:
        """What the example last found says of an expression, for the next call alone."""
        found = (z3.Ast * 1)()
        model = self._model
        if not z3core.Z3_model_eval(model.ctx.ref(), model.model, part.as_ast(), True, found):
            raise z3.Z3Exception("an example does not say what an expression is")
        return found[0]

    def _verdict(self, answer: Any) -> Verdict:
        if answer == z3.sat:
            self._model = self._solver.model()
            return Verdict.FOUND
        return Verdict.NONE if answer == z3.unsat else Verdict.UNDECIDED
