"""`comity law activate`, `status`, `elect` and `conflicts`: law from day to day on a node."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from cli_stage import Stage, call, refused

from comity.model.canon import text_digest

PACK = (files("comity.law") / "packs" / "us-wa" / "rules.law").read_text(encoding="utf-8")
NEW_RULE = """
part "Trial"

rule WA-90 "Photographs stay in Washington for a year of trial"
  cite   "invented for a test"
  status verified
  decided automatically
  from   2099-01-01
  at     release
  forbid fields labelled photo
  when   asker's state is not one of WA
"""
LAST_RULE = PACK[PACK.rindex("\nrule ") :].rstrip()
OWNER = "wa-police"


def second(text: str = PACK) -> str:
    """The pack's next version with one rule more."""
    return text.replace("in WA version 1", "in WA version 2", 1) + NEW_RULE


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    return stage.copy("wa-node", tmp_path)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A folder with the pack's next version."""
    folder = tmp_path / "us-wa"
    folder.mkdir()
    (folder / "rules.law").write_text(second())
    return folder


def state(node: Path) -> Any:
    return call("law", "status", "--node", node, OWNER, "--json").json


def versions(node: Path) -> dict[str, int]:
    return {text["name"]: text["version"] for text in state(node)["texts"]}


def test_a_new_version_is_put_in_force_and_told_by_rule(node: Path, pack: Path) -> None:
    """The new rule is named with its first day before it bites; status shows version, hash, entry and time."""
    before = state(node)
    value = call("law", "activate", "--node", node, "--for", OWNER, pack, "--json").json
    assert value["activated"] is True
    assert value["changes"] == [
        {
            "rule": "us-wa/WA-90",
            "change": "new",
            "title": "Photographs stay in Washington for a year of trial",
            "from": "2099-01-01",
            "to": None,
        }
    ]
    after = state(node)
    (new,) = [text for text in after["texts"] if text["name"] == "us-wa"]
    assert (new["version"], new["entry"]) == (2, value["entries"][0])
    assert after["hash"] != before["hash"]
    assert [one for one in after["texts"] if one["name"] != "us-wa"] == [
        one for one in before["texts"] if one["name"] != "us-wa"
    ]
    again = call("law", "activate", "--node", node, "--for", OWNER, pack)
    assert (again.status, again.out) == (0, "in force already; nothing was changed\n")
    assert state(node)["hash"] == after["hash"]
    assert call("ledger", "verify", node / "log", "--key", node / "log.vkey").status == 0


def test_what_is_activated_decides_the_next_question(stage: Stage, node: Path, tmp_path: Path) -> None:
    """A rule of today forbids from the next question on, and the answer names it."""
    words = ("ask", "--node", node, "--as", "wa-police-detective", "--purpose", "criminal-investigation", "--case",
             "26-1", "--family", "Cahoon", "--given", "Thomas", "--born", "1987-04-19", "--class", "case", "--source",
             OWNER, "--json")  # fmt: skip
    assert call(*words).json["sources"][0]["status"] == "answered"
    mine = tmp_path / "new.law"
    rule = NEW_RULE.replace("2099-01-01", "2026-01-01").replace("fields labelled photo", "all fields")
    rule = rule.replace("asker's state is not one of WA", "asker's state is WA")
    mine.write_text(PACK.replace("in WA version 1", "in WA version 2", 1) + rule)
    assert call("law", "activate", "--node", node, "--for", OWNER, mine).status == 0
    source = call(*words).json["sources"][0]
    assert source["status"] == "refused"
    assert "us-wa/WA-90" in [reason["rule"] for reason in source["reasons"]]


def cut(text: str) -> str:
    return text[: text.index("rule WA-90") + 60]


def cut_at_a_rule(text: str) -> str:
    return text[: text.index("rule WA-05")]


DAMAGED = {
    "an unknown word": (
        lambda text: text.replace("labelled photo", "labelled foto"),
        "foto",
        "did you mean `photo`",
    ),
    "half-written": (cut, "text in quotes has no end", "^"),
    "half-written at the end of a rule": (
        cut_at_a_rule,
        "rule `us-wa/WA-05` is in force and is not here any more",
        "--gone us-wa/WA-05",
    ),
    "a version that goes back": (
        lambda text: text.replace("version 2", "version 0", 1),
        "version 1 of `us-wa` is in force with another text",
        "write `version 2`",
    ),
    "the same version with another text": (
        lambda text: text.replace("version 2", "version 1", 1),
        "version 1 of `us-wa` is in force with another text",
        "write `version 2`",
    ),
    "a pack that is not there": (
        lambda text: text.replace("uses pack us 1", "uses pack us-zz 1"),
        "pack `us-zz` is not at hand",
        "did you mean `us-",
    ),
    "an empty file": (lambda text: "", "rules.law:", ""),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_text_that_cannot_stand_changes_nothing(node: Path, pack: Path, name: str) -> None:
    """Every finding with place and remedy, status 2, one entry that says so, and the version before in force."""
    damage, fault, remedy = DAMAGED[name]
    before = state(node)
    files_before = sorted(path.name for path in (node / "law" / OWNER).rglob("*.json"))
    (pack / "rules.law").write_text(damage(second()))
    called = call("law", "activate", "--node", node, "--for", OWNER, pack)
    assert called.status == 2
    assert called.out == ""
    assert fault in called.err
    assert remedy in called.err
    assert "us-wa 1" in called.err
    after = state(node)
    assert {**after, "refused": []} == before
    (shown,) = after["refused"]
    assert shown["offered"] == ["pack rules.law"]
    assert fault in "\n".join(shown["findings"])
    assert f"nothing was changed (entry {shown['entry']}); still in force:" in called.err
    added = {path.name for path in (node / "law" / OWNER).rglob("*.json")} - set(files_before)
    assert added == {"refusals.json"}
    kinds = call("ledger", "verify", node / "log", "--key", node / "log.vkey", "--json").json["kinds"]
    assert kinds["law-refused"] == 1


def test_refusals_are_shown_until_something_is_put_in_force(node: Path, pack: Path) -> None:
    """Each attempt with its entry, the newest last, bounded; a success ends them, and the log keeps every one."""
    damaged = second().replace("labelled photo", "labelled foto")
    (pack / "rules.law").write_text(damaged)
    words = ("law", "activate", "--node", node, "--for", OWNER, pack)
    entries = [call(*words, "--json").json["entries"][0] for _ in range(2)]
    assert [one["entry"] for one in state(node)["refused"]] == entries
    told = call("law", "status", "--node", node, OWNER).out
    assert all(f"entry {entry}: pack rules.law" in told for entry in entries)
    (pack / "rules.law").write_text(second())
    assert call(*words).status == 0
    assert state(node)["refused"] == []
    kinds = call("ledger", "verify", node / "log", "--key", node / "log.vkey", "--json").json["kinds"]
    assert kinds["law-refused"] == 2


def test_a_damaged_list_refuses_and_enters(node: Path, pack: Path) -> None:
    """Nothing is built on it; the entry is told, and it is the only thing that was written."""
    active = node / "law" / OWNER / "active.json"
    whole = active.read_bytes()
    active.write_bytes(whole[:-20])
    called = call("law", "activate", "--node", node, "--for", OWNER, pack)
    assert (called.status, called.out) == (2, "")
    assert "the list of `wa-police`'s law cannot be read" in called.err
    assert "nothing was changed (entry " in called.err
    active.write_bytes(whole)
    (shown,) = state(node)["refused"]
    assert f"nothing was changed (entry {shown['entry']})" in called.err
    assert versions(node)["us-wa"] == 1


def test_the_word_is_underlined(node: Path, pack: Path) -> None:
    """Line, caret under the word, remedy."""
    text = second().replace("labelled photo", "labelled foto")
    (pack / "rules.law").write_text(text)
    called = call("law", "activate", "--node", node, "--for", OWNER, pack)
    number = next(at for at, line in enumerate(text.splitlines(), 1) if "foto" in line)
    line = "  forbid fields labelled foto"
    assert f"rules.law:{number}:{line.index('foto') + 1} " in called.err
    assert f"{number:>5} | {line}\n      | {' ' * line.index('foto')}^^^^" in called.err


def test_bytes_that_are_no_text_are_refused_and_entered(node: Path, pack: Path) -> None:
    """A damaged byte is a finding at its line, like any other fault."""
    (pack / "rules.law").write_bytes(second().encode().replace(b"WA-90", b"WA-\xff0"))
    called = call("law", "activate", "--node", node, "--for", OWNER, pack)
    assert called.status == 2
    assert "a byte here is no UTF-8 text" in called.err
    assert state(node)["refused"][0]["entry"] > 0


def test_a_rule_may_go_only_by_name(node: Path, pack: Path) -> None:
    """What vanishes is named by the person who lets it go, and told as gone."""
    (pack / "rules.law").write_text(cut_at_a_rule(second()))
    lost = [
        f"us-wa/{line.split()[1]}"
        for line in PACK[PACK.index("rule WA-05") :].splitlines()
        if line.startswith("rule ")
    ]
    words = [word for rule in lost for word in ("--gone", rule)]
    value = call("law", "activate", "--node", node, "--for", OWNER, pack, *words, "--json").json
    assert [change["rule"] for change in value["changes"] if change["change"] == "gone"] == sorted(set(lost))


def signed(node: Path) -> dict[str, Any]:
    """A text in force as a signed file."""
    (path,) = (node / "law" / OWNER).glob("policy-cascade-police-*.json")
    value: dict[str, Any] = json.loads(path.read_text())
    return value


UNSIGNED = {
    "unsigned": (lambda value: value.update(signatures=[]), "is not signed by `wa-police`"),
    "a signature that does not verify": (
        lambda value: value["signatures"][0].update(value="A" * 86 + "=="),
        "does not verify",
    ),
    "another text under the hash": (
        lambda value: value.update(text=value["text"] + "\n# longer\n"),
        "differs from the hash it was signed under",
    ),
    "a table's hash that is no hash": (lambda value: value.update(hash="sha256:0"), "differs from the hash"),
    "half a file": (None, "no signed law text"),
}


@pytest.mark.parametrize("name", UNSIGNED)
def test_a_signed_text_is_believed_by_its_hash_and_signatures_only(node: Path, tmp_path: Path, name: str) -> None:
    """A file signed elsewhere that is unsigned, altered or cut off stops the activation."""
    damage, fault = UNSIGNED[name]
    value = signed(node)
    value.update(text=value["text"].replace("version 1", "version 2", 1), version=2)
    value["hash"] = text_digest(value["text"])
    offered = tmp_path / "policy.json"
    if damage is None:
        offered.write_text(json.dumps(value)[:-400])
    else:
        damage(value)
        offered.write_text(json.dumps(value))
    before = state(node)
    called = call("law", "activate", "--node", node, "--for", OWNER, offered)
    assert (called.status, called.out) == (2, "")
    assert fault in called.err
    assert {**state(node), "refused": []} == before


def test_without_counsels_key_nothing_is_activated(node: Path, pack: Path) -> None:
    """The owner's key is not at the node: the text stays unsigned, and is refused as that."""
    (node / "keys" / f"agency-{OWNER}.key").unlink()
    called = call("law", "activate", "--node", node, "--for", OWNER, pack)
    assert called.status == 2
    assert f"the key `agency-{OWNER}.key` cannot be read" in called.err
    assert versions(node)["us-wa"] == 1


def test_several_texts_are_activated_all_or_none(node: Path, pack: Path, tmp_path: Path) -> None:
    """One text with a fault keeps the others out; all findings are told at once."""
    policy = tmp_path / "p.policy"
    text = signed(node)["text"].replace("version 1", "version 2", 1)
    policy.write_text(text.replace("uses vocabulary comity 1", "uses vocabulary comity 7"))
    (pack / "rules.law").write_text(second().replace("labelled photo", "labelled foto"))
    called = call("law", "activate", "--node", node, "--for", OWNER, pack, policy)
    assert "foto" in called.err
    assert "vocabulary `comity` 7 is not at hand" in called.err
    policy.write_text(text)
    assert call("law", "activate", "--node", node, "--for", OWNER, pack, policy).status == 2
    assert versions(node) == {**versions(node), "us-wa": 1, "cascade-police": 1}
    (pack / "rules.law").write_text(second())
    assert call("law", "activate", "--node", node, "--for", OWNER, pack, policy).status == 0
    assert versions(node) == {**versions(node), "us-wa": 2, "cascade-police": 2}


WRONG = {
    "a policy of another owner": ("alder-sheriff.policy", "`ca-sheriff` is not the owner it is activated for"),
    "an agreement": ("acso-ccpd-2026.agr", "is neither a file that ends in .law"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_the_owners_is_refused(node: Path, name: str) -> None:
    """Another owner's policy and an agreement do not come in this way."""
    file, sentence = WRONG[name]
    path = Path(str(files("comity.demo") / "law" / file))
    assert sentence in refused("law", "activate", "--node", node, "--for", OWNER, path)


def test_names_that_are_none_are_one_sentence(node: Path) -> None:
    """Unknown packs, files and owners."""
    words = ("law", "activate", "--node", node, "--for")
    assert "nor a shipped pack" in refused(*words, OWNER, "us-zz")
    assert "`gone.law` cannot be read" in refused(*words, OWNER, "gone.law")
    assert "`ca-sheriff` is not held at this node" in refused(*words, "ca-sheriff", "us-wa")
    assert "`ca-sheriff` is not held at this node" in refused("law", "status", "--node", node, "ca-sheriff")


def test_a_choice_ends_a_conflict_and_is_shown(node: Path) -> None:
    """Before: open, with what may be chosen. After: who signed, when, until when; the log has one entry for it."""
    (before,) = call("law", "conflicts", "--node", node, OWNER, "--json").json
    assert (before["conflict"], before["rule"], before["standing"]) == ("C-01", "us-wa/WA-05", "open")
    assert [rule["rule"] for rule in before["between"]] == ["us-wa/WA-01", "us/FS-01"]
    assert all(rule["citation"] for rule in before["between"])
    assert before["withheld"] == ["a-number", "status", "application"] or "status" in before["withheld"]
    assert before["waited"] == 0
    law_before = state(node)["hash"]
    done = call("law", "elect", "--node", node, "--for", OWNER, "us-wa/WA-05", "withhold", "--json").json
    (after,) = call("law", "conflicts", "--node", node, OWNER, "--json").json
    assert (after["standing"], after["signed_by"]) == ("withhold", "agency-head of wa-police")
    assert (after["from"], after["to"]) == (done["from"], done["to"])
    assert state(node)["hash"] != law_before
    assert state(node)["elections"][0]["entry"] == done["entry"]
    assert "election: withhold, signed by the agency-head" in call("law", "conflicts", "--node", node, OWNER).out
    reach = ("law", "reach", "--node", node, "--owner", OWNER, "--class", "booking", "--field", "status")
    purpose = ("--fact", "query's purpose=civil-immigration", "--samples", "20")
    assert call(*reach, *purpose, "--json").status in (0, 1), "the analysis reads what was elected"
    other = call("law", "elect", "--node", node, "--for", OWNER, "us-wa/WA-05", "send")
    assert other.status == 0
    (now,) = call("law", "conflicts", "--node", node, OWNER, "--json").json
    assert (now["standing"], now["withheld"]) == ("send", [])
    assert len(state(node)["elections"]) == 1
    kinds = call("ledger", "verify", node / "log", "--key", node / "log.vkey", "--json").json["kinds"]
    assert kinds["election-signed"] == 2


def test_a_change_in_either_rule_ends_a_choice(node: Path, pack: Path) -> None:
    """A new word in the suspended rule: the election has lapsed, and why is told."""
    assert call("law", "elect", "--node", node, "--for", OWNER, "us-wa/WA-05", "send").status == 0
    title = PACK[PACK.index('rule WA-01 "') + 12 :].partition('"')[0]
    (pack / "rules.law").write_text(second().replace(title, title + ", as amended", 1))
    assert call("law", "activate", "--node", node, "--for", OWNER, pack).status == 0
    (one,) = call("law", "conflicts", "--node", node, OWNER, "--json").json
    assert (one["standing"], one["lapsed"]) == ("lapsed", "the suspended rule has changed since it was signed")
    assert "status" in one["withheld"]


def test_a_choice_that_cannot_be_made_is_one_sentence(node: Path) -> None:
    """No such conflict, no such rule, no choice of the rule's."""
    words = ("law", "elect", "--node", node, "--for", OWNER)
    assert "`us-wa/WA-01` is no conflict in force; did you mean `us-wa/WA-05`?" in refused(
        *words, "us-wa/WA-01", "send"
    )
    assert call(*words, "us-wa/WA-05", "maybe").status == 2
    assert state(node)["elections"] == []


def test_conflicts_of_packs_are_shown_by_name() -> None:
    """Without a node: the shipped packs' conflicts, with nobody's election and no count."""
    (one,) = call("law", "conflicts", "us-wa", "--json").json
    assert (one["rule"], one["standing"], one["waited"]) == ("us-wa/WA-05", "open", None)
    assert "no conflict of laws is in force" in call("law", "conflicts", "us-va").out
    assert "`us-zz` is no shipped pack" in refused("law", "conflicts", "us-zz")


def asked(node: Path, case: str) -> None:
    """One of the detective's own questions, so that there is a past."""
    done = call("ask", "--node", node, "--as", "wa-police-detective", "--purpose", "criminal-investigation", "--case",
                case, "--family", "Cahoon", "--given", "Thomas", "--born", "1987-04-19", "--class", "case", "--source",
                OWNER, "--json")  # fmt: skip
    assert done.json["sources"][0]["status"] == "answered"


def test_the_past_replays_after_its_law_was_replaced(node: Path, pack: Path, tmp_path: Path) -> None:
    """Decisions before and after an activation each replay under their own law; a draft's effect is told by rule."""
    replay = ("law", "replay", "--node", node, "--draft")
    earlier = call(*replay, "us-wa", OWNER, "--json").json[
        "decisions"
    ]  # others may have asked at this region before
    asked(node, "26-1")
    assert call("law", "activate", "--node", node, "--for", OWNER, pack).status == 0
    asked(node, "26-2")
    mine = tmp_path / "draft.law"
    rule = NEW_RULE.replace("2099-01-01", "2026-01-01").replace("fields labelled photo", "fields labelled event")
    mine.write_text(
        PACK.replace("version 1", "version 3", 1) + rule.replace("state is not one of WA", "state is WA")
    )
    before = state(node)
    value = call(*replay, mine, OWNER, "--json").json
    assert (value["decisions"], value["exact"], value["unread"]) == (earlier + 2, earlier + 2, [])
    (effect,) = [one for one in value["by_rule"] if one["rule"] == "us-wa/WA-90"]
    assert 2 <= effect["decisions"] <= len(value["changed"])
    assert effect["wider"] == 0
    assert effect["narrower"] > 0
    told = call(*replay, mine, OWNER).out
    assert f"{earlier + 2} replay bit for bit under the law of then" in told
    assert "us-wa/WA-90: Photographs stay" in told
    assert state(node) == before
    mine.write_text(mine.read_text().replace("labelled event", "labelled evnt"))
    assert "did you mean `event`" in refused("law", "replay", "--node", node, "--draft", mine, OWNER)


@pytest.mark.parametrize("verb", ["replay", "sweep"])
def test_a_draft_is_checked_as_an_activation_is(node: Path, tmp_path: Path, verb: str) -> None:
    """A version that does not go up and a rule that is lost are found in a draft too; `--gone` lets a rule go."""
    words = ("law", verb, "--node", node, "--draft")
    mine = tmp_path / "draft.law"
    mine.write_text(PACK + NEW_RULE)
    assert "version 1 of `us-wa` is in force with another text" in refused(*words, mine, OWNER)
    text = second()
    mine.write_text(text[: text.index("rule WA-90")].replace(LAST_RULE, ""))
    lost = f"us-wa/{LAST_RULE.split()[1]}"
    assert f"rule `{lost}` is in force and is not here any more" in refused(*words, mine, OWNER)
    assert call(*words, mine, "--gone", lost, OWNER).status == 0
    assert state(node)["refused"] == []


def test_a_sweep_tells_who_would_lose(node: Path, tmp_path: Path) -> None:
    """By agency, account, class and purpose; trying it changes nothing, activating it enters the same."""
    mine = tmp_path / "draft.law"
    rule = NEW_RULE.replace("2099-01-01", "2026-01-01")
    mine.write_text(PACK.replace("version 1", "version 2", 1) + rule)
    before = state(node)
    value = call("law", "sweep", "--node", node, "--draft", mine, OWNER, "--json").json
    assert state(node) == before
    assert value["entry"] is None
    assert value["changes"]
    assert {tuple(one["lost"]) for one in value["changes"]} <= {
        ("photo",),
        ("mugshot", "photo"),
        ("image", "photo"),
    }
    told = call("law", "sweep", "--node", node, "--draft", mine, OWNER).out
    assert "ca-sheriff loses " in told
    made = call("law", "activate", "--node", node, "--for", OWNER, mine, "--json").json
    assert made["swept"]["changes"] == value["changes"]
    assert made["swept"]["entry"] == made["entries"][-1] + 1
    kinds = call("ledger", "verify", node / "log", "--key", node / "log.vkey", "--json").json["kinds"]
    assert kinds["access-swept"] == 1
    again = call("law", "sweep", "--node", node, "--draft", mine, OWNER).out
    assert "agencies and accounts gains or loses anything" in again


def test_the_index_is_made_anew_where_it_differs_from_the_records(node: Path) -> None:
    """The check names the file and what mends it, with status 1; made anew it holds as many people as before."""
    before = call("records", "reindex", "--node", node, OWNER, "--json").json
    assert before["people"] > 0
    assert before["faults"] == []
    file = max((node / "segments").iterdir(), key=lambda path: path.stat().st_size)
    whole = file.read_bytes()
    file.write_bytes(whole[:-64] + bytes(byte ^ 1 for byte in whole[-64:]))
    checked = call("node", "check", "--node", node)
    assert checked.status == 1
    assert f"{file.name}: its bytes differ from its checksum; make it anew with" in checked.out
    made = call("records", "reindex", "--node", node, OWNER)
    assert made.out == f"{OWNER}: {before['people']} people are found as their records say\n"
    assert call("node", "check", "--node", node).status == 0
    assert "is not held at this node" in refused("records", "reindex", "--node", node, "ca-sheriff")


def test_records_are_purged_from_the_command_line(node: Path) -> None:
    """A trial and the deed say the same; nothing of the region is due."""
    value = call("records", "purge", "--node", node, "--dry-run", OWNER, "--json").json
    assert value["records"] > 0
    assert (value["removed"], value["entries"]) == ([], [])
    told = call("records", "purge", "--node", node, OWNER)
    assert f"{value['records']} records of {OWNER}: 0 removed" in told.out
    assert told.status == (1 if value["custodian"] else 0)
    assert "is not held at this node" in refused("records", "purge", "--node", node, "ca-sheriff")
