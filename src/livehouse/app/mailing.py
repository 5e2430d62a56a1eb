"""How letters leave the house."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from livehouse.app.settings import Settings
from livehouse.domains.people import Mailer
from livehouse.domains.people.adapters.mail_folder import MailFolder
from livehouse.domains.people.adapters.smtp import SmtpMailer, SmtpServer
from livehouse.foundation.ids import IdSource


def mailer_of(settings: Settings, folder: Path, ids: IdSource) -> Mailer:
    """SMTP where an address is set, else letters as files for whoever develops."""
    if not settings.mail_url:
        return MailFolder(folder / "mail", ids)
    url = urlsplit(settings.mail_url)
    return SmtpMailer(
        SmtpServer(
            host=url.hostname or "localhost",
            port=url.port or (465 if url.scheme == "smtps" else 587),
            username=unquote(url.username or ""),
            password=unquote(url.password or ""),
            security={"smtps": "tls", "smtp": "starttls"}.get(url.scheme, "none"),
            sender=settings.mail_from,
        )
    )
