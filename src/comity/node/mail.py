"""The `Mail` port over SMTP: TLS by STARTTLS or nothing, the server's certificate checked, one connection a message."""

from __future__ import annotations

import smtplib
import ssl
from base64 import b64decode
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from comity.errors import PeerUnreachableError, PeerUntrustedError, ProofError, SettingsError
from comity.node.certificate import LARGEST_PEM
from comity.node.smime import MailKey, open_signed, seal_mail
from comity.settings import MailPartner, MailSettings

ANSWERS_WITHIN_S = 20.0  # for each word of the server; a mail server that scans what it gets takes some seconds
LARGEST_PASSWORD = 1_024  # bytes of the file
SUBJECT = "Comity document"  # nothing of what it is, about whom, or whether it recalls something


class SmtpMail:
    """Mail as a node's settings set it up. Files are read when a message is made: a renewed certificate counts at once."""

    def __init__(
        self,
        folder: Path,
        settings: MailSettings,
        now_ms: Callable[[], int],
        answers_within_s: float = ANSWERS_WITHIN_S,
    ) -> None:
        self._folder, self._settings, self._now_ms = folder, settings, now_ms
        self._within_s = answers_within_s
        for partner in settings.partners:
            self._certificate(settings.partners[partner].certificate)
        self._own()

    def post(self, partner: str, name: str, document: bytes) -> None:
        """See `ports.Mail.post`."""
        to = self._partner(partner)
        sealed = seal_mail(document, self._own(), self._certificate(to.certificate))
        try:
            self._send(_message(self._settings.sender, to.address, name, sealed))
        except ssl.SSLError as error:
            why = getattr(error, "verify_message", "") or error.reason or "TLS failed"
            raise PeerUntrustedError(f"the mail server could not be trusted: {why}; nothing was sent") from error
        except smtplib.SMTPNotSupportedError as error:
            raise PeerUntrustedError(
                "the mail server offers no STARTTLS or no log-on; nothing was sent"
            ) from error
        except smtplib.SMTPResponseException as error:
            raise PeerUnreachableError(f"the mail server did not take it: {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise PeerUnreachableError("the mail server could not be reached, or broke off") from error

    def open_receipt(self, partner: str, signed: bytes) -> bytes:
        """See `ports.Mail.open_receipt`. DER or PEM."""
        try:
            to = self._partner(partner)
        except PeerUnreachableError as error:
            raise ProofError(str(error)) from error
        return open_signed(_der(signed), self._certificate(to.certificate), self._now_ms())

    def _send(self, message: EmailMessage) -> None:
        settings = self._settings
        context = ssl.create_default_context(cafile=str(self._folder / settings.authorities))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        with smtplib.SMTP(settings.host, settings.port, timeout=self._within_s) as server:
            server.starttls(context=context)  # raises where it is not offered: nothing goes in the clear
            if settings.user:
                server.login(settings.user, self._password())
            server.send_message(message)

    def _partner(self, partner: str) -> MailPartner:
        found = self._settings.partners.get(partner)
        if found is None:
            raise PeerUnreachableError(f"`{partner}` has no mail address at this node; add it to `mail.partners`")
        return found

    def _own(self) -> tuple[MailKey, x509.Certificate]:
        path = self._folder / self._settings.key
        try:
            key = load_pem_private_key(_read(path, LARGEST_PEM), password=None)
        except (TypeError, ValueError) as error:
            raise SettingsError(f"`{path}` is no mail key; write an RSA or ECDSA key as PEM") from error
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise SettingsError(f"`{path}` is no mail key; write an RSA or ECDSA key as PEM")
        certificate = self._certificate(self._settings.certificate)
        if certificate.public_key() != key.public_key():
            raise SettingsError(f"the mail certificate is not of the key `{path}`; name the one that is")
        return key, certificate

    def _certificate(self, file: str) -> x509.Certificate:
        path = self._folder / file
        try:
            return x509.load_pem_x509_certificate(_read(path, LARGEST_PEM))
        except ValueError as error:
            raise SettingsError(f"`{path}` is no certificate; write one as PEM") from error

    def _password(self) -> str:
        path = self._folder / self._settings.password_file
        if path.stat().st_mode & 0o077:
            raise SettingsError(f"others may read `{path}`; give it the mode 600")
        return _read(path, LARGEST_PASSWORD).decode().rstrip("\r\n")


def _message(sender: str, to: str, name: str, sealed: bytes) -> EmailMessage:
    """The message around an enveloped document (RFC 8551, 3.3). Its id is the delivery's: a mail system shows it once."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, SUBJECT
    message["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    kind = {"smime-type": "enveloped-data"}
    message.set_content(sealed, "application", "pkcs7-mime", filename="smime.p7m", params=kind)
    return message


def _der(signed: bytes) -> bytes:
    """DER as it is, or out of one PEM block."""
    if not signed.lstrip().startswith(b"-----BEGIN CMS-----"):
        return signed
    lines = signed.strip().splitlines()
    if lines[-1].strip() != b"-----END CMS-----":
        raise ProofError("the receipt is not one whole PEM block; send the file as it was made")
    try:
        return b64decode(b"".join(lines[1:-1]), validate=True)
    except ValueError as error:
        raise ProofError("the receipt is not one whole PEM block; send the file as it was made") from error


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        raise SettingsError(
            f"`{path}` cannot be read ({(error.strerror or 'trouble').lower()}); restore it"
        ) from error
    if len(raw) > most:
        raise SettingsError(f"`{path}` is larger than {most} bytes; name the right file")
    return raw
