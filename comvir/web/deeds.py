"""One sentence for each verb of the journal, in the reader's language; docs/deeds.md tells what each means."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comvir.journal import verbs
from comvir.journal.models import Deed

# Told to anybody. `name` did it, `object` is what it was done to, `circle` where.
SENTENCES: Mapping[str, str | Promise] = {
    verbs.FOUNDED: _("%(name)s founded %(object)s."),
    verbs.ARRIVED: _("%(name)s arrived."),
    verbs.DESCRIBED: _("%(name)s changed their page."),
    verbs.CLAIMED: _("%(name)s is the %(object)s of the archive."),
    verbs.OPENED: _("%(name)s opened %(object)s."),
    verbs.CHANGED: _("%(name)s changed the settings of %(object)s."),
    verbs.CHARTERED: _("%(name)s wrote the charter of %(circle)s anew."),
    verbs.JOINED: _("%(name)s joined %(object)s."),
    verbs.LEFT: _("%(name)s left %(object)s."),
    verbs.ASKED_TO_JOIN: _("%(name)s asks to join %(circle)s."),
    verbs.ACCEPTED: _("%(name)s accepted a request to join %(circle)s."),
    verbs.DECLINED: _("%(name)s declined a request to join %(circle)s."),
    verbs.INVITED: _("%(name)s made an invitation to %(circle)s."),
    verbs.WITHDREW_INVITATION: _("%(name)s withdrew an invitation to %(circle)s."),
    verbs.WELCOMED: _("%(name)s welcomed %(object)s."),
    verbs.APPOINTED: _("%(name)s gave %(object)s another role in %(circle)s."),
    verbs.PARTED: _("%(name)s ended the membership of %(object)s in %(circle)s."),
    verbs.GATHERED_HUDDLE: _("%(name)s gathered the huddle %(object)s."),
    verbs.ADDED_TO_HUDDLE: _("%(name)s brought somebody into the huddle %(object)s."),
    verbs.LEFT_HUDDLE: _("%(name)s left the huddle %(object)s."),
    verbs.BLOCKED: _("%(name)s blocked %(object)s."),
    verbs.UNBLOCKED: _("%(name)s no longer blocks %(object)s."),
    verbs.SAID: _("%(name)s wrote in %(circle)s."),
    verbs.EDITED: _("%(name)s changed a message in %(circle)s."),
    verbs.REMOVED: _("%(name)s removed a message in %(circle)s."),
    verbs.RESTORED: _("%(name)s put a message back in %(circle)s."),
    verbs.CORRECTED: _("%(name)s corrected a message in %(circle)s."),
    verbs.PASSED_ON: _("%(name)s passed a message on to %(circle)s."),
    verbs.SETTLED: _("%(name)s marked what answered a question in %(circle)s."),
    verbs.REOPENED: _("%(name)s opened a question again in %(circle)s."),
    verbs.VOTED: _("%(name)s voted in %(circle)s."),
    verbs.CLOSED_POLL: _("%(name)s closed a poll in %(circle)s."),
    verbs.VOUCHED: _("%(name)s confirms a message in %(circle)s."),
    verbs.DISPUTED: _("%(name)s disputes a message in %(circle)s."),
    verbs.TOOK_BACK: _("%(name)s took their word on a message in %(circle)s back."),
    verbs.TOOK_IN: _("%(name)s brought outside news into %(circle)s: %(object)s."),
    verbs.LEFT_OUT: _("%(name)s stopped the outside news %(object)s in %(circle)s."),
    verbs.SAID_THEY_MET: _("%(name)s says that you met."),
    verbs.MET: _("%(name)s met somebody of %(circle)s."),
    verbs.UNMET: _("%(name)s says that a meeting in %(circle)s did not take place."),
}

# Told to the person whom the deed names, where that is said in another way.
TO_YOU: Mapping[str, str | Promise] = {
    verbs.ACCEPTED: _("%(name)s said yes: you belong to %(circle)s."),
    verbs.DECLINED: _("%(circle)s cannot take you in this time."),
    verbs.WELCOMED: _("%(name)s welcomed you to %(circle)s."),
    verbs.APPOINTED: _("%(name)s gave you another role in %(circle)s."),
    verbs.PARTED: _("%(name)s ended your membership of %(circle)s."),
    verbs.GATHERED_HUDDLE: _("%(name)s gathered the huddle %(object)s with you."),
    verbs.ADDED_TO_HUDDLE: _("%(name)s brought you into the huddle %(object)s."),
    verbs.SAID: _("%(name)s answered you."),
    verbs.EDITED: _("%(name)s named you."),
    verbs.CORRECTED: _("%(name)s named you."),
    verbs.PASSED_ON: _("%(name)s passed your message on to %(circle)s."),
    verbs.SETTLED: _("%(name)s says that you answered the question."),
    verbs.VOUCHED: _("%(name)s confirms what you said."),
    verbs.DISPUTED: _("%(name)s disputes what you said."),
    verbs.MET: _("%(name)s says so too: you met."),
    verbs.UNMET: _("%(name)s says that you did not meet."),
}
NAMED_YOU = _("%(name)s named you.")
BY_YOUR_INVITATION = _("%(name)s joined %(object)s by your invitation.")
ABOUT_A_REQUEST = _("%(name)s wrote to you about a request to join %(circle)s.")


def sentence(deed: Deed) -> str:
    """The deed told to anybody who may see it, with its actor and its community fetched."""
    return tell(SENTENCES[deed.verb], deed)


def sentence_to_you(deed: Deed) -> str:
    """The deed told to the person it is addressed to."""
    return tell(TO_YOU.get(deed.verb, SENTENCES[deed.verb]), deed)


def tell(pattern: str | Promise, deed: Deed) -> str:
    """A pattern with the names of this deed; a claimed ghost under the name of its person."""
    actor = deed.actor.same_as or deed.actor
    return str(pattern) % {
        "name": actor.name,
        "object": deed.object_name,
        "circle": deed.community.name if deed.community else "",
    }
