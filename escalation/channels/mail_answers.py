"""What a mail server's answers mean: "not now" or "never"."""

import smtplib
import ssl

from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels.unreached import said_of


def reading(name: str, error: Exception, place: str) -> ChannelUnavailable | ChannelRefused:
    """What a failure means. The server's own words are not repeated: they may quote anything.

    place  `host:port` of the server.
    """
    code = _code(error)
    if isinstance(error, smtplib.SMTPAuthenticationError) and code >= 500:
        return ChannelRefused(
            f"{name}: the mail server refused username and password ({code}): put a valid password "
            "(often an app password) where `password` points"
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return ChannelRefused(
            f'{name}: the mail server offers no such TLS or login; check "tls" and "port"'
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return ChannelRefused(f'{name}: the certificate does not belong to "host", or has expired')
    if code >= 500:
        return ChannelRefused(f"{name}: the mail server refused the letter ({code})")
    if isinstance(error, UnicodeError):
        return ChannelRefused(f"{name}: username and password must be plain ASCII for this server")
    if code:
        return ChannelUnavailable(f"{name}: the mail server {place} is busy ({code})")
    return ChannelUnavailable(f"{name}: the mail server cannot be reached: {said_of(place, error)}")


def _code(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _ in error.recipients.values()), 0)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
