"""What is said, and all that is kept beside it."""

from comvir.conversation.kinds import Kind, SourceKind
from comvir.conversation.models.attestation import WORDS_LIMIT, Attestation, Stance
from comvir.conversation.models.draft import Draft
from comvir.conversation.models.message import MESSAGE_LIMIT, TAG_LIMIT, Mention, Message, Revision, Tag
from comvir.conversation.models.picture import DESCRIPTION_LIMIT, LinkPreview, Picture
from comvir.conversation.models.poll import CHOICE_LIMIT, MOST_CHOICES, Choice, Poll, Vote
from comvir.conversation.models.thread import TITLE_LIMIT, Thread, ThreadAudience

__all__ = [
    "CHOICE_LIMIT",
    "DESCRIPTION_LIMIT",
    "MESSAGE_LIMIT",
    "MOST_CHOICES",
    "TAG_LIMIT",
    "TITLE_LIMIT",
    "WORDS_LIMIT",
    "Attestation",
    "Choice",
    "Draft",
    "Kind",
    "LinkPreview",
    "Mention",
    "Message",
    "Picture",
    "Poll",
    "Revision",
    "SourceKind",
    "Stance",
    "Tag",
    "Thread",
    "ThreadAudience",
    "Vote",
]
