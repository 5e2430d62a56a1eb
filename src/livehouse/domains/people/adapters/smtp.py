"""Mail by SMTP."""

from email.message import EmailMessage
from email.utils import make_msgid

import aiosmtplib
from msgspec import Struct

from livehouse.domains.people.ports import Mail

SEND_SECONDS_MAX = 30.0


class SmtpServer(Struct, frozen=True, kw_only=True):
    """`security`: tls from the first byte, starttls after hello, or none within one machine."""

    host: str
    port: int = 587
    username: str = ""
    password: str = ""
    security: str = "starttls"
    sender: str


class SmtpMailer:
    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def send(self, mail: Mail) -> None:
        server = self._server
        await aiosmtplib.send(
            letter(mail, server.sender),
            hostname=server.host,
            port=server.port,
            username=server.username or None,
            password=server.password or None,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            timeout=SEND_SECONDS_MAX,
        )


def letter(mail: Mail, sender: str) -> EmailMessage:
    """The mail as a message; a line break in an address or a subject is refused here."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("> ") or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message
