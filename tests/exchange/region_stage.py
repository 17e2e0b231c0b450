"""A small federation of the demonstration region, in one process, reproducible from a seed."""

from __future__ import annotations

import base64
import dataclasses
import os
import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import msgspec

from comity.demo.agencies import directory_agencies, members
from comity.demo.laws import Signers, texts_for
from comity.demo.records import Region
from comity.demo.run import to_request
from comity.demo.scene import SceneQuestion
from comity.exchange.answering.law_in_force import LawInForce, law_in_force
from comity.exchange.answering.open_query import Opened, open_query
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.asker import check_asking, make_query
from comity.exchange.messages.wire import AnswerBody, Body, Question, read_message, seal_message
from comity.ledger.entry import decode_entry
from comity.model.agency import Member
from comity.model.answer import Answer
from comity.model.disclosure import EntryFacts
from comity.model.law_text import LawText
from comity.model.outcome import Outcome
from comity.model.query import Query
from comity.model.record import PersonInRecord, Record
from comity.sim.federation import Federation, build_federation
from one_region import PLACE
from store_engines import engine_in_turn, open_store

TODAY = date(2026, 11, 18)  # the day the simulated clock starts
SEED = 2026


class Stage:
    """A federation with its region and shorthands for asking. No dataclass: a failing property would print it whole."""

    def __init__(self, region: Region, federation: Federation) -> None:
        self.region, self.federation = region, federation

    def member(self, member_id: str) -> Member:
        return next(member for member in members() if member.id == member_id)

    def ask(self, question: SceneQuestion, **changes: Any) -> Outcome:
        request = msgspec.structs.replace(to_request(question), **changes)
        return ask_query(self.federation.world_of(request.asker), request, self.member(request.member))

    def query(self, question: SceneQuestion, owner: str, **changes: Any) -> Query:
        request = to_request(question)
        world = self.federation.world_of(request.asker)
        asking = check_asking(world, request, self.member(request.member), world.clock.now_ms())
        return msgspec.structs.replace(make_query(world, asking, owner), **changes)

    def seal(self, query: Query) -> bytes:
        world = self.federation.world_of(query.asker)
        owner = self.federation.directory.get_agency(query.owner)
        body = Question(query=query, member=self.member(query.member))
        return seal_message(world, owner.node, body, world.clock.now_ms())

    def reseal(self, raw: bytes, edit: Callable[[dict[str, Any]], None], *, sign: bool = True) -> bytes:
        """The same message with its JSON edited, signed again by the sender's node unless told otherwise."""
        signature, _, payload = raw.partition(b"\n")
        message = msgspec.json.decode(payload)
        edit(message)
        payload = msgspec.json.encode(message)
        if sign:
            signature = base64.b64encode(self.federation.keys[message["sender"]].sign_message(payload))
        return signature + b"\n" + payload

    def deliver(self, owner: str, raw: bytes) -> Body:
        """What the owner's node answers, opened."""
        reply = self.federation.deliver(self.federation.directory.get_agency(owner).node, raw)
        return read_message(reply.partition(b"\n")[2]).body

    def answer(self, query: Query) -> Answer:
        """What the query's owner answers; fails when it is not an answer."""
        body = self.deliver(query.owner, self.seal(query))
        assert isinstance(body, AnswerBody), body
        return body.answer

    def law(self, query: Query) -> LawInForce:
        """The owner's law folded for a query, as the answer folds it."""
        return law_in_force(self.federation.world_of(query.owner), self.opened(query))

    def opened(self, query: Query) -> Opened:
        """The query as its owner opens it."""
        world = self.federation.world_of(query.owner)
        opened = open_query(world, self.seal(query), world.clock.now_ms())
        assert isinstance(opened, Opened), opened
        return opened

    def entries(self, agency: str, since: int = 0) -> tuple[EntryFacts, ...]:
        """The facts of the entries in the log of an agency's node."""
        journal = self.federation.world_of(agency).journal
        return tuple(decode_entry(journal.entry(index)).facts for index in range(since, self.size(agency)))

    def size(self, agency: str) -> int:
        """Entries in the log of an agency's node."""
        note = self.federation.world_of(agency).journal.checkpoint()
        return int(note.split("\n")[1]) if note else 0


def about(question: SceneQuestion, record: Record, person: PersonInRecord | None = None) -> SceneQuestion:
    """The same question about a person of a record, by name and birth date as the record has them."""
    person = person or record.people[0]
    family, _, given = person.values("name")[0].partition(", ")
    born = (*person.values("birth-date"), "")[0]
    return dataclasses.replace(question, family=family, given=given, middle="", birth_date=born, identifiers=())


def make_stage(folder: Path, region: Region, records: tuple[Record, ...] | None = None) -> Stage:
    """A federation over the region's agencies; `records` instead of the region's own when given."""
    if records is None and engine_in_turn() == "sqlite":
        shutil.copytree(_loaded(region), folder, dirs_exist_ok=True)
        return Stage(region, _federation(folder, ()))
    return Stage(region, _federation(folder, region.records if records is None else records))


def _federation(folder: Path, records: tuple[Record, ...]) -> Federation:
    return build_federation(folder, "seed", directory_agencies(), law_texts(), records, open_store)


def _loaded(region: Region) -> Path:
    """The closed stores of a federation with a region's records, made once; every stage on SQLite is a copy of them."""
    for one, folder in _made:
        if one is region:
            return folder
    folder = Path(mkdtemp(dir=os.environ[PLACE]))
    _federation(folder, region.records).close()
    _made.append((region, folder))
    return folder


_made: list[tuple[Region, Path]] = []


@cache
def law_texts() -> dict[str, tuple[tuple[LawText, Signers], ...]]:
    """The region's law by owner, read once for all stages; values are frozen."""
    return {agency.id: texts_for(agency.id) for agency in directory_agencies()}
