"""S1: signing in by a passkey, also again before what is grave."""

from __future__ import annotations

from msgspec.structs import replace

from comity.model.agency import Member
from comity.web.call import NOT_FOUND, Call, Options, Reply
from comity.web.pages.sign_in import enter, shown
from comity.web.sign_in.access import Access, Passkey
from comity.web.sign_in.lockout import count_failure
from comity.web.sign_in.passkeys import NotThisKeyError, named_by, options_to_use, read_use, went_back
from comity.web.sign_in.tries import ANYBODY, SIGN_IN

BY_PASSKEY = "passkey"
COPIED = "passkey-copied"
FACTORS = 2  # the device that holds the key, and the finger, face or number that opened it (`read_use` demands it verified)


def begin(call: Call) -> Reply:
    """A challenge for this browser. Whoever asks for one learns of no member and no key."""
    if not call.site.settings.has_passkeys:
        return NOT_FOUND
    challenge, kept = call.site.tries.begin(SIGN_IN, ANYBODY, call.now_ms)
    return Options(options_to_use(call.site.settings.address, challenge), kept)


def use(call: Call) -> Reply:
    """What the passkey answered: believed whole, or not at all.

    A key that is nobody's, and one whose member is no longer listed, read the same.
    """
    answer = call.form.whole("answer")
    access = call.site.access.find(named_by(answer))
    member = call.site.door.find_member(access.member) if access else None
    passkey = access.passkey(named_by(answer)) if access else None
    if access is None or member is None or passkey is None:
        return shown(call, call.words("sign-in.failed"), 403)
    started = call.site.tries.read(call.kept, SIGN_IN, ANYBODY, call.now_ms)
    if started is None:
        return shown(call, count_failure(call, member, BY_PASSKEY), 403)
    try:
        count = read_use(call.site.settings.address, started.challenge, answer, access, passkey)
    except NotThisKeyError as error:
        call.site.tell(f"a passkey of `{member.id}` did not prove who it is: {error}")
        return shown(call, count_failure(call, member, BY_PASSKEY), 403)
    if passkey.stopped or went_back(count, passkey):
        return _copied(call, member, passkey)
    if not call.site.tries.spend(started, call.now_ms):
        return shown(call, count_failure(call, member, BY_PASSKEY), 403)
    call.site.access.change(member.id, lambda one: _used(one, passkey.id, count, call.now_ms))
    return enter(call, member, BY_PASSKEY, FACTORS, call.form.one("next"))


def _copied(call: Call, member: Member, passkey: Passkey) -> Reply:
    """Its counter did not go on, so that a copy of it may sign too: neither of them does any more."""
    if not passkey.stopped:
        call.site.access.change(member.id, lambda one: _stopped(one, passkey.id))
        call.site.tell(
            f"a passkey of `{member.id}` may have been copied and no longer signs in; ask them about it"
        )
    count_failure(call, member, COPIED)
    return shown(call, call.words("sign-in.copied"), 403)


def _used(access: Access, passkey_id: str, count: int, now_ms: int) -> Access:
    changed = (
        replace(one, count=max(count, one.count), used_ms=now_ms) if one.id == passkey_id else one
        for one in access.passkeys
    )
    return replace(access, passkeys=tuple(changed))


def _stopped(access: Access, passkey_id: str) -> Access:
    changed = (replace(one, stopped=True) if one.id == passkey_id else one for one in access.passkeys)
    return replace(access, passkeys=tuple(changed))
