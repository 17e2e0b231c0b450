"""A record that waits whole for a person's word, and the question about it."""

from __future__ import annotations

from region_stage import about

from comity.demo.agencies import CA_SHERIFF
from comity.demo.records import Region
from comity.demo.scene import SceneQuestion
from comity.model.codes import DataClass
from comity.model.record import Record


def waiting_record(region: Region) -> Record:
    """A criminal history whose outcome nobody checked yet with the repository: 28 CFR 20.21(a)(1) holds all of it."""
    return next(
        record
        for record in region.records_of(CA_SHERIFF)
        if record.data_class is DataClass.CRIMINAL_HISTORY
        and not record.state.disposition_checked
        and not record.state.sealed
        and record.people[0].values("birth-date")
    )


def question_about(region: Region, record: Record) -> SceneQuestion:
    return about(region.scene.detective_question, record)
