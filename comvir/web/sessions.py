"""Who a request comes from: the session of its cookie, then the account and its person, asked of each page."""

from __future__ import annotations

from datetime import datetime

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from comvir.lib.prepared import prepared
from comvir.people.models import Account
from comvir.people.queries import account_with_person


class SessionStore(db.SessionStore):
    """Django's sessions in the database, found by a prepared query."""

    def _get_session_from_db(self) -> Session | None:
        found = _session(self.session_key or "", timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's ways in; the account comes with its person."""

    def get_user(self, user_id: object) -> Account | None:
        found = account_with_person(int(str(user_id)))
        return found[0] if found and self.user_can_authenticate(found[0]) else None


@prepared
def _session(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)
