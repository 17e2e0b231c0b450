"""Mail to foreign partners: signed, then encrypted, over TLS alone; read by OpenSSL; receipts read strictly."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509 import load_pem_x509_certificate
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from comity.errors import (
    NounError,
    PeerUnreachableError,
    PeerUntrustedError,
    ProofError,
    SettingsError,
)
from comity.node.mail import SmtpMail
from comity.node.smime import open_signed, seal_mail
from comity.settings import MailPartner, MailSettings
from mail_keys import certify, mail_key, sign_content, write_pair
from smtp_sink import Sink, free_port, serve_sink

OPENSSL = shutil.which("openssl")
DOCUMENT = b'{"type":"transmitted","fields":[{"values":["Ferrante, Aurelio"]}],"salt":"00"}'
NOW_MS = int(time.time() * 1000)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everybody's keys and certificates."""
    folder = tmp_path_factory.mktemp("keys")
    own, partner, other = (mail_key(name) for name in ("own", "partner", "other"))
    write_pair(folder, "own", own, certify(own, "removal@owner.example"))
    write_pair(folder, "partner", partner, certify(partner, "office@partner.example"))
    write_pair(folder, "other", other, certify(other, "office@partner.example"))
    server = mail_key("server", "ec")
    write_pair(folder, "server", server, certify(server, "mail", host="localhost"))
    write_pair(folder, "elsewhere", server, certify(server, "mail", host="mail.elsewhere.example"))
    signs_only = mail_key("signs", "ec")
    write_pair(folder, "signs", signs_only, certify(signs_only, "office@partner.example"))
    old = mail_key("old")
    write_pair(folder, "old", old, certify(old, "office@partner.example", days=-1))
    return folder


def context(keys: Path, name: str = "server") -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(keys / f"{name}.crt", keys / f"{name}.key")
    return made


@pytest.fixture
def sink(keys: Path) -> Iterator[Sink]:
    with serve_sink(context(keys)) as served:
        yield served


def set_up(port: int, **changes: Any) -> MailSettings:
    made = MailSettings(
        host="localhost",
        port=port,
        sender="removal@owner.example",
        key="own.key",
        certificate="own.crt",
        authorities="server.crt",
        partners={"xa-repatriation": MailPartner(address="office@partner.example", certificate="partner.crt")},
    )
    return replace(made, **changes)


def mail_of(keys: Path, sink: Sink, **changes: Any) -> SmtpMail:
    return SmtpMail(keys, set_up(sink.port, **changes), lambda: NOW_MS)


def openssl(*words: str, given: bytes) -> bytes:
    assert OPENSSL is not None
    return subprocess.run([OPENSSL, *words], input=given, capture_output=True, check=True).stdout


# ---------------------------------------------------------------- what goes out
@pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed: our mail is read by no stranger here")
def test_openssl_decrypts_and_verifies_our_mail(keys: Path, sink: Sink) -> None:
    """A reader that shares no code with us gets the document, byte for byte, and finds it signed by our certificate."""
    mail_of(keys, sink).post("xa-repatriation", "a" * 32, DOCUMENT)
    (sent,) = sink.mails
    opened = openssl(
        "cms", "-decrypt", "-recip", str(keys / "partner.crt"), "-inkey", str(keys / "partner.key"), given=sent
    )
    verified = openssl("cms", "-verify", "-CAfile", str(keys / "own.crt"), "-purpose", "any", given=opened)
    assert message_from_bytes(verified).get_payload(decode=True) == DOCUMENT
    with pytest.raises(subprocess.CalledProcessError):
        openssl("cms", "-verify", "-CAfile", str(keys / "other.crt"), "-purpose", "any", given=opened)


def test_nothing_of_the_document_is_readable_on_the_way(keys: Path, sink: Sink) -> None:
    """Neither the message nor its head tells of whom or what; the same delivery has the same id each time."""
    sender = mail_of(keys, sink)
    for _ in range(2):
        sender.post("xa-repatriation", "a" * 32, DOCUMENT)
    one, two = (message_from_bytes(sent) for sent in sink.mails)
    assert one["Message-ID"] == two["Message-ID"]
    assert one["Subject"] == "Comity document"
    body = one.get_payload(decode=True)
    assert isinstance(body, bytes)
    for secret in (b"Ferrante", b"transmitted"):
        assert secret not in body + sink.mails[0]
    assert one.get_content_type() == "application/pkcs7-mime"
    assert one.get_param("smime-type") == "enveloped-data"


def test_nothing_goes_in_the_clear(keys: Path, sink: Sink) -> None:
    """A server without STARTTLS gets a greeting and nothing else: no address, no password."""
    sink.offers_tls = False
    with pytest.raises(PeerUntrustedError, match="offers no STARTTLS"):
        mail_of(keys, sink).post("xa-repatriation", "a" * 32, DOCUMENT)
    assert not sink.mails
    assert all(line.upper().startswith((b"EHLO", b"QUIT", b"HELO")) for line in sink.clear)


def test_addresses_are_told_under_tls_alone(keys: Path, sink: Sink) -> None:
    """Before STARTTLS nothing is said but the greeting."""
    mail_of(keys, sink).post("xa-repatriation", "a" * 32, DOCUMENT)
    assert [line.split()[0].upper() for line in sink.clear] == [b"EHLO", b"STARTTLS"]


@pytest.mark.parametrize("shown", ["elsewhere", "other"])
def test_a_server_with_another_certificate_gets_nothing(keys: Path, shown: str) -> None:
    """Another name, or another authority than the settings name."""
    with serve_sink(context(keys, shown)) as sink:
        authority = "elsewhere.crt" if shown == "elsewhere" else "server.crt"
        with pytest.raises(PeerUntrustedError, match="could not be trusted"):
            mail_of(keys, sink, authorities=authority).post("xa-repatriation", "a" * 32, DOCUMENT)
        assert not sink.mails


def test_a_password_comes_from_a_file_of_the_account_alone(keys: Path, sink: Sink) -> None:
    """It stands in no settings; a file that others may read is refused before anything is said."""
    path = keys / "mail.password"
    path.write_text("correct horse\n")
    path.chmod(0o600)
    sender = mail_of(keys, sink, user="comity", password_file="mail.password")
    sender.post("xa-repatriation", "a" * 32, DOCUMENT)
    assert sink.logons == ["\0comity\0correct horse"]
    path.chmod(0o640)
    with pytest.raises(SettingsError, match="others may read"):
        sender.post("xa-repatriation", "a" * 32, DOCUMENT)
    assert len(sink.mails) == 1


def test_a_refusal_and_a_server_that_is_gone_are_told(keys: Path, sink: Sink) -> None:
    """In a sentence for the desk, without what the server wrote."""
    sink.answer = b"451 secret words of the server"
    with pytest.raises(PeerUnreachableError, match=r"did not take it: 451$"):
        mail_of(keys, sink).post("xa-repatriation", "a" * 32, DOCUMENT)
    with pytest.raises(PeerUnreachableError, match="could not be reached"):
        SmtpMail(keys, set_up(free_port()), lambda: NOW_MS).post("xa-repatriation", "a" * 32, DOCUMENT)
    with pytest.raises(PeerUnreachableError, match="no mail address"):
        mail_of(keys, sink).post("xb-office", "a" * 32, DOCUMENT)


def test_a_server_that_says_nothing_is_left(keys: Path, sink: Sink) -> None:
    """After the time it has for a word."""
    sink.silent = True
    with pytest.raises(PeerUnreachableError, match="broke off"):
        SmtpMail(keys, set_up(sink.port), lambda: NOW_MS, 0.2).post("xa-repatriation", "a" * 32, DOCUMENT)


# ---------------------------------------------------------------- settings
@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"key": "absent.key"}, "cannot be read"),
        ({"key": "own.crt"}, "no mail key"),
        ({"certificate": "other.crt"}, "not of the key"),
        ({"certificate": "own.key"}, "no certificate"),
    ],
)
def test_wrong_files_are_told_when_the_node_opens(keys: Path, changes: dict[str, str], fault: str) -> None:
    """Not when the first transmission is due."""
    with pytest.raises(SettingsError, match=fault):
        SmtpMail(keys, set_up(25, **changes), lambda: NOW_MS)


def test_a_partner_that_nothing_can_be_encrypted_to_is_told(keys: Path, sink: Sink) -> None:
    """A certificate whose key only signs."""
    partner = {"xa-repatriation": MailPartner(address="office@partner.example", certificate="signs.crt")}
    with pytest.raises(SettingsError, match="needs an RSA key"):
        mail_of(keys, sink, partners=partner).post("xa-repatriation", "a" * 32, DOCUMENT)


@pytest.mark.parametrize("address", ["", "office", "a@b\r\nBcc: c@d", "a b@c", "<a@b>", "a" * 260 + "@b"])
def test_an_address_that_breaks_a_header_is_none(address: str) -> None:
    """Nothing of the settings gets into the head of a message but a plain address."""
    with pytest.raises(NounError, match="not a mail address"):
        MailPartner(address=address, certificate="a.crt")


def test_half_a_log_on_is_refused() -> None:
    """A user without a password file, or the other way round."""
    with pytest.raises(NounError, match="both or neither"):
        replace(set_up(25), user="comity")


# ---------------------------------------------------------------- receipts
CONTENT = b'{"hash":"sha256:' + b"0" * 64 + b'"}'


def signed(keys: Path, name: str, *options: pkcs7.PKCS7Options) -> bytes:
    return sign_content(CONTENT, name, keys, *options)


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed: no stranger's receipt is read here")
@pytest.mark.parametrize("form", ["DER", "PEM"])
@pytest.mark.parametrize("name", ["partner", "signs"])
def test_a_receipt_that_openssl_signed_is_read(keys: Path, sink: Sink, form: str, name: str) -> None:
    """As a partner makes it: with RSA or ECDSA, in DER or PEM."""
    pair = ("-signer", str(keys / f"{name}.crt"), "-inkey", str(keys / f"{name}.key"))
    made = openssl("cms", "-sign", "-nodetach", "-binary", "-md", "sha256", "-outform", form, *pair, given=CONTENT)
    partner = {"xa-repatriation": MailPartner(address="office@partner.example", certificate=f"{name}.crt")}
    assert mail_of(keys, sink, partners=partner).open_receipt("xa-repatriation", made) == CONTENT


def broken(raw: bytes, old: bytes, new: bytes) -> bytes:
    assert old in raw
    return raw.replace(old, new)


FORGERIES: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "of somebody else under the partner's name": (lambda keys: signed(keys, "other"), "not signed by the partner"),
    "of another content": (
        lambda keys: broken(signed(keys, "partner"), b"sha256:0", b"sha256:1"),
        "another than the one that was signed",
    ),
    "without its content": (
        lambda keys: signed(keys, "partner", pkcs7.PKCS7Options.DetachedSignature),
        "not in what was signed",
    ),
    "without signed attributes": (
        lambda keys: signed(keys, "partner", pkcs7.PKCS7Options.NoAttributes),
        "no receipt of one signer",
    ),
    "cut off": (lambda keys: signed(keys, "partner")[:-5], "no receipt"),
    "with something behind it": (lambda keys: signed(keys, "partner") + b"\x05\x00", "no receipt"),
    "of nothing": (lambda keys: b"", "no receipt"),
    "half a PEM block": (
        lambda keys: b"-----BEGIN CMS-----\n" + b64encode(signed(keys, "partner")),
        "one whole PEM block",
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_receipt_is_refused(keys: Path, sink: Sink, forgery: str) -> None:
    """Each with the reason."""
    make, fault = FORGERIES[forgery]
    with pytest.raises(ProofError, match=fault):
        mail_of(keys, sink).open_receipt("xa-repatriation", make(keys))


def test_a_certificate_that_ran_out_signs_nothing(keys: Path, sink: Sink) -> None:
    """And an unknown partner has none."""
    old = {"xa-repatriation": MailPartner(address="office@partner.example", certificate="old.crt")}
    with pytest.raises(ProofError, match="not valid today"):
        mail_of(keys, sink, partners=old).open_receipt("xa-repatriation", signed(keys, "old"))
    with pytest.raises(ProofError, match="no mail address"):
        mail_of(keys, sink).open_receipt("xb-office", signed(keys, "partner"))


@settings(max_examples=300)
@given(at=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7))
def test_a_receipt_with_one_bit_changed_never_says_anything_else(keys: Path, at: int, bit: int) -> None:
    """It is refused, or the bit stands where nothing is read and the content is what was signed."""
    certificate = load_pem_x509_certificate((keys / "partner.crt").read_bytes())
    raw = bytearray(signed(keys, "partner"))
    raw[at % len(raw)] ^= 1 << bit
    try:
        assert open_signed(bytes(raw), certificate, NOW_MS) == CONTENT
    except ProofError:
        return


def test_what_is_sealed_differs_each_time(keys: Path) -> None:
    """The same document under a fresh key of content: equal mails tell no reader that they are equal."""
    own = load_pem_x509_certificate((keys / "own.crt").read_bytes())
    partner = load_pem_x509_certificate((keys / "partner.crt").read_bytes())
    assert len({seal_mail(DOCUMENT, (mail_key("own"), own), partner) for _ in range(3)}) == 3
