"""Who somebody says they are, kept in a signed cookie, and the token that only our own pages can send; knows no page."""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from typing import NamedTuple

COOKIE = "sekali"


class Session(NamedTuple):
    """A browser, and who works in it."""

    number: str  # of the browser, by chance
    role: str = ""  # as in `by`; empty before somebody has signed in
    name: str = ""


class Signer:
    """Signs sessions with a secret that lives as long as the server; nobody else can make or change one."""

    def __init__(self, secret: bytes | None = None) -> None:
        self.secret = secret or secrets.token_bytes(32)

    def new(self) -> Session:
        """Return a session of a browser that has none."""
        return Session(secrets.token_urlsafe(16))

    def cookie(self, session: Session) -> str:
        """Return a session as a cookie."""
        said = base64.urlsafe_b64encode(json.dumps(session).encode()).decode()
        return f"{said}.{self._sign('session', said)}"

    def session(self, cookie: str | None) -> Session | None:
        """Return the session of a cookie; nothing, if it is none of ours.

        >>> signer = Signer(b"secret")
        >>> signer.session(signer.cookie(Session("7", "head of office", "Ratna"))).name
        'Ratna'
        >>> signer.session(Signer(b"another").cookie(Session("7")))
        """
        said, _, signature = (cookie or "").partition(".")
        if not said or not _same(signature, self._sign("session", said)):
            return None
        try:
            return Session(*(str(one) for one in json.loads(base64.urlsafe_b64decode(said))))
        except (ValueError, TypeError, binascii.Error):  # signed by an older version
            return None

    def token(self, session: Session) -> str:
        """Return what a form of this session sends along, so that no other site's page can send one.

        It is another each time: whoever sees how well many pages of one session compress learns nothing of any.

        >>> signer, session = Signer(), Session("7")
        >>> one, other = signer.token(session), signer.token(session)
        >>> one != other and signer.fits(session, one) and signer.fits(session, other)
        True
        """
        return self._salted(session, secrets.token_hex(8))

    def fits(self, session: Session, token: str) -> bool:
        """Whether a form was made for this session."""
        return _same(token, self._salted(session, token.partition("-")[0]))

    def _salted(self, session: Session, salt: str) -> str:
        return f"{salt}-{self._sign('form', f'{salt} {session.number}')}"

    def _sign(self, what: str, said: str) -> str:
        return hmac.new(self.secret, f"{what} {said}".encode(), hashlib.sha256).hexdigest()


def _same(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def right_token(said: str, wanted: str) -> bool:
    """Whether a token is the one that is wanted."""
    return _same(said, wanted)
