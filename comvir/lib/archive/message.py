"""Read one mail into plain values: who, when, what, in answer to what. Never raises for a broken mail."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from comvir.lib.archive.charsets import clean, decode, decode_words
from comvir.lib.archive.dates import envelope_date, plausible, read_date
from comvir.lib.archive.fields import LINE, fields_of, first, split_head
from comvir.lib.archive.mime import Attachment, body_of

MESSAGE_ID = re.compile(r"<\s*([^<>\s]{1,400})\s*>")
BARE_ID = re.compile(r"[^<>\s\"(),;]+@[^<>\s\"(),;]+")
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"\\@]+@[^\s<>()\[\],;:\"\\@]+")
# "ana at example.org", "ana [at] example [dot] org": how public archives hide addresses from robots.
HIDDEN_AT = re.compile(
    r"(?i)^\s*<?([\w.+=-]+)\s*(?:\s_?at_?\s|[\[({]\s*(?:at|à|arobase|@)\s*[\])}]|@@)\s*([^<>\"]*?)>?\s*(?:\(|$)"
)
HIDDEN_DOT = re.compile(r"(?i)\s*(?:[\[({]\s*(?:dot|point)\s*[\])}]|\sdot\s|\spoint\s)\s*")
DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
COMMENT = re.compile(r"\(((?:[^()\\]|\\.)*)\)\s*$")
VIA_LIST = re.compile(r"(?i)\s+(?:via|par|über)\s+.{1,80}$")
MOST_REFERENCES = 100
# Longer ones are left aside: what names a mail must fit, with a little to spare, where imports are told apart.
LONGEST_ID = 260


@dataclass(frozen=True, slots=True)
class Head:
    """What a mail's headers say. `date` is UTC; `doubt` is "", "undated", "future" or "past"."""

    message_id: str
    references: tuple[str, ...]
    subject: str
    name: str
    address: str
    date: datetime | None
    doubt: str
    key: str


@dataclass(frozen=True, slots=True)
class Body:
    """What a mail says: plain text with "\\n" line ends, and what was attached to it."""

    text: str
    attachments: tuple[Attachment, ...]


def read_head(raw: bytes, envelope: bytes, now: datetime) -> Head:
    """The headers of a mail. `envelope` is its From_ line, believed where the mail itself says nothing fit."""
    fields = fields_of(split_head(raw)[0])
    ids = MESSAGE_ID.findall(first(fields, "message-id")) or BARE_ID.findall(first(fields, "message-id"))
    name, address = author_of(fields, envelope)
    date, doubt = date_of(fields, envelope, now)
    message_id = ids[0] if ids else ""
    return Head(
        message_id=message_id if len(message_id) <= LONGEST_ID else "",
        references=references_of(fields, message_id),
        subject=one_line(first(fields, "subject")),
        name=name,
        address=address,
        date=date,
        doubt=doubt,
        key=key_of(message_id, raw),
    )


def read_body(raw: bytes) -> Body:
    """The words of a mail and the names and sizes of what was attached."""
    head, body = split_head(raw)
    text, attachments = body_of(fields_of(head), body)
    return Body(clean(text), tuple(attachments))


def key_of(message_id: str, raw: bytes) -> str:
    """What names a mail for ever: its Message-ID, else a digest of all of it however its lines end."""
    if message_id and len(message_id) <= LONGEST_ID:
        return f"mid:{message_id}"
    plain = b"\n".join(LINE.split(raw.strip()))
    return f"sha256:{sha256(plain).hexdigest()}"


def one_line(value: str) -> str:
    """A header as people read it: words decoded, blanks single."""
    return " ".join(decode_words(value).split())


def references_of(fields: dict[str, list[str]], own: str) -> tuple[str, ...]:
    """The ids this mail answers, oldest first, each once, without itself."""
    answered = " ".join(fields.get("in-reply-to", ()))
    ids = MESSAGE_ID.findall(" ".join(fields.get("references", ()))) + (
        MESSAGE_ID.findall(answered)[:1]
        or BARE_ID.findall(answered)[:1] * ("<" not in answered and " " not in answered)
    )
    kept = [found for found in dict.fromkeys(ids) if found != own]
    return tuple(found for found in kept[-MOST_REFERENCES:] if len(found) <= LONGEST_ID)


def author_of(fields: dict[str, list[str]], envelope: bytes) -> tuple[str, str]:
    """Name and lower-case address of the writer; each may be empty.

    A list that writes in its own name ("Ana via List") gives the writer in Reply-To or X-Original-From.
    """
    stated = first(fields, "from") or first(fields, "sender")
    name, address = name_and_address(stated)
    if VIA_LIST.search(name):
        name = VIA_LIST.sub("", name)
        for other in _others(fields):
            other_name, other_address = name_and_address(other)
            if other_address and other_address != address and not _is_list(other_address, fields):
                return other_name or name, other_address
    if not stated:
        _, address = name_and_address(decode(envelope[5:].split(b"  ")[0].rsplit(b" ", 5)[0]))
    return name, address


def _others(fields: dict[str, list[str]]) -> Iterable[str]:
    for field in ("x-original-from", "x-mailfrom", "reply-to"):
        yield from (part for value in fields.get(field, ()) for part in value.split(","))


def _is_list(address: str, fields: dict[str, list[str]]) -> bool:
    return any(address in " ".join(fields.get(name, ())).lower() for name in ("list-post", "to", "cc", "list-id"))


def name_and_address(value: str) -> tuple[str, str]:
    """Split "Ana <ana@example.org>", "ana at example.org (Ana)" and their like."""
    bracket = re.search(r"<([^<>]*)>", value)
    if bracket and (address := address_in(bracket[1])):
        return _name(value[: bracket.start()] or value[bracket.end() :]), address
    comment = COMMENT.search(value)
    rest = (value[: comment.start()] if comment else value).replace("<>", "")
    address = address_in(rest)
    if address:
        return (_name(comment[1]) if comment else ""), address
    return _name(rest if rest.strip(" <>") else (comment[1] if comment else "")), ""


def address_in(value: str) -> str:
    """The lower-case address in a text, hidden or not; empty when there is none."""
    found = ADDRESS.search(value)
    if found:
        return found[0].strip(".'").lower()[:254]
    hidden = HIDDEN_AT.search(value)
    if hidden:
        domain = HIDDEN_DOT.sub(".", hidden[2]).strip()
        if DOMAIN.fullmatch(domain):
            return f"{hidden[1]}@{domain}".lower()[:254]
    return ""


def _name(value: str) -> str:
    name = one_line(value).strip().strip("\"'").replace('\\"', '"').strip()
    return "" if ADDRESS.fullmatch(name) and "@" in name else name


def date_of(fields: dict[str, list[str]], envelope: bytes, now: datetime) -> tuple[datetime | None, str]:
    """When it was written, and what was wrong with the date it gives itself.

    Believed in this order: Date, the last Received, the From_ line. None when no one of them can be.
    """
    stated = read_date(first(fields, "date"))
    if plausible(stated, now):
        return stated, ""
    doubt = "undated" if stated is None else "future" if stated > now else "past"
    received = [read_date(value.rpartition(";")[2]) for value in fields.get("received", ())]
    for other in (*received[:1], envelope_date(decode(envelope))):
        if plausible(other, now):
            return other, doubt
    return None, doubt
