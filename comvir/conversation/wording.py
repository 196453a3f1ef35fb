"""What words are before they are said: fit or not, for whose eyes, naming whom."""

from comvir.conversation.models import MESSAGE_LIMIT, TITLE_LIMIT, Message, Thread, ThreadAudience
from comvir.conversation.refusals import CannotSpeakHere, MessageTooLong, NothingSaid, TitleTooLong
from comvir.lib import text as texts
from comvir.people.access import Sight, sight_of, stewards_of
from comvir.people.models import Community, Huddle, JoinRequest, Person, Visibility
from comvir.people.models.membership import BELONGS


def may_speak(sight: Sight, thread: Thread) -> bool:
    """Whether the viewer may write in a thread."""
    if thread.join_request is not None:
        return may_write_about(sight, thread.join_request)
    if thread.audience == ThreadAudience.HUDDLE and thread.huddle_id not in sight.huddles:
        return False
    return thread.community_id in sight.communities


def may_write_about(sight: Sight, request: JoinRequest) -> bool:
    """Whether the viewer may write in the thread of a request: a steward; the applicant while it waits or once in."""
    if request.community_id in sight.stewarded:
        return True
    waiting = request.outcome == JoinRequest.Outcome.WAITING
    return request.person_id in sight.selves and (waiting or request.community_id in sight.communities)


def audience_for(sight: Sight, community: Community, huddle: Huddle | None) -> ThreadAudience:
    """Who would read a thread begun here. Raises CannotSpeakHere."""
    if community.pk not in sight.communities or (huddle is not None and huddle.pk not in sight.huddles):
        raise CannotSpeakHere
    if huddle is not None:
        return ThreadAudience.HUDDLE
    return ThreadAudience.PUBLIC if community.visibility == Visibility.PUBLIC else ThreadAudience.COMMUNITY


def may_pass_on(sight: Sight, message: Message) -> bool:
    """Whether the viewer may tell another community of a message: one everybody can read still, or their own.

    What is said in a discreet place is carried nowhere, not even by its author.
    """
    thread = message.thread
    if message.is_removed or thread.community.is_discreet:
        return False
    return message.is_by(sight) or (thread.audience == ThreadAudience.PUBLIC and thread.community_id in sight.open)


def fit_text(text: str) -> str:
    """A message as it is kept. Raises NothingSaid, MessageTooLong."""
    text = texts.tidy(text)
    if texts.shows_nothing(text):
        raise NothingSaid
    if len(text) > MESSAGE_LIMIT:
        raise MessageTooLong
    return text


def quoted(text: str) -> str:
    """The text as a quotation of Markdown."""
    return "\n".join(f"> {line}" if line.strip() else ">" for line in text.split("\n"))


def fit_title(title: str, text: str) -> str:
    """A title as it is kept, made of the first words when none was given. Raises TitleTooLong."""
    title = texts.tidy_line(title)
    if len(title) > TITLE_LIMIT:
        raise TitleTooLong
    return made_title(text) if texts.shows_nothing(title) else title


def made_title(text: str) -> str:
    """The title of a message that was given none: its first words."""
    return texts.excerpt(text, 90)


def readers_named(thread: Thread, handles: list[str], sight: Sight) -> list[Person]:
    """Of the handles written, those of people who can read the thread: nobody else is told."""
    if not handles:
        return []
    people = Person.objects.filter(handle__in=handles).exclude(pk__in=sight.shut_out)
    if thread.audience == ThreadAudience.REQUEST:
        assert thread.join_request is not None
        readers = [thread.join_request.person, *stewards_of(thread.community)]
        people = people.filter(pk__in=[person.pk for person in readers])
    elif thread.audience == ThreadAudience.HUDDLE:
        people = people.filter(huddle_members__huddle=thread.huddle, huddle_members__left_at=None)
    here = thread.community.memberships.filter(BELONGS).values("person_id")
    if thread.audience != ThreadAudience.REQUEST:
        people = people.filter(pk__in=here)
    return list(people.order_by("pk"))


def preview(
    *, by: Person, community: Community, text: str, title: str = "", huddle: Huddle | None = None
) -> tuple[str, str]:
    """The title and the HTML this would have if it were said here; nothing is written.

    Raises as `start` does.
    """
    sight = sight_of(by)
    audience = audience_for(sight, community, huddle)
    text, title = fit_text(text), fit_title(title, text)
    named = readers_named(Thread(community=community, huddle=huddle, audience=audience), texts.mentioned(text), sight)
    return title, texts.render(text, {person.handle: f"/p/{person.handle}/" for person in named}, tagged=True)
