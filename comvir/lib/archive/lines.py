"""What a line of a mail is: said, quoted, a reply's opening, a signature's mark, a header of an embedded mail.

One letter a line, so that the whole mail becomes a short string one can reason about:
e empty · q quoted · a attribution ("On … wrote:") · o original follows ("-----Original Message-----")
h header of an embedded mail · d delimiter · s signature mark ("-- ") · m written by the device · c code · t text.
"""

import re

EMPTY, QUOTED, ATTRIBUTION, ORIGINAL, HEADER, DELIMITER, MARK, DEVICE, CODE, TEXT = "eqaohdsmct"

QUOTE = re.compile(r"^ {0,3}(?:[A-Z]{1,3}|[a-z])?>")
FENCE = re.compile(r"^\s*(```|~~~)")
DELIMITED = re.compile(r"^\s*(?:[-_=+~#*—–\u1427]|[*_] )\s*(?:[-_=+~#*—–]\s*){1,}$|^\s*[\u1427—–]\s*$")
SIGNATURE = re.compile(r"^\s*(?:--|—|–)\s*$")
VERBS = (
    r"wrote|writes|said|says|a\s+écrit|nous\s+a\s+dit|ha\s+scritto|escribi[oó]|escreveu|schrieb(?:en\s+Sie)?|"
    r"geschrieben|schreef|(?:het\s+volgende\s+)?geschreven|skrev|napisał(?:\(a\)|a)?|написав|написал[аи]?|пише|пишет|"
    r"写道|寫道|のメッセージ|kirjoitti|yazdı|wrote\s+the\s+following|a\s+scris|napsal\(a\)|írta|έγραψε"
)
CLOSES = re.compile(
    rf"(?:{VERBS})(?:\s+(?:on|am|le)\b.{{0,80}})?(?:\s+Uhr)?\s*[:：]?[\s>*-]*$"
    r"|\d\s+Uhr\s*:\s*$|@[\w.-]+>:\s*$|^\s*>:\s*$",
    re.IGNORECASE,
)
OPENS = re.compile(
    r"^[\s>*<-]*(?:(?:On|At|Le|Am|Op|Den|Il|El|Em|Dnia|Dňa|In\s+(?:message|article|a\s+message)|Dana|Dne|在|S[øo]n\.?|Em\s)\b"
    r"|.{2,100}<[^<>\s]+@[^<>\s]+>\s+(?:schrieb|wrote|a\s+écrit)\s"
    r"|在|[*]?\d{1,4}[./年\s-]|[\w.]{2,11},?\s+\d{1,2}[.\s])",
    re.IGNORECASE,
)
MIDDLE = re.compile(r"\b(?:schrieb|schreef|skrev|wrote|heeft)\b.*[:：>]\s*$", re.IGNORECASE)
SOMEBODY = re.compile(
    rf"^[\s>*]*\S.{{0,120}}(?:@[\w.-]+\S*|\bvia\b.+)\s*.{{0,40}}\b(?:{VERBS})\s*[:：]?\s*$", re.IGNORECASE
)
BARE_NAME = re.compile(r"^[\s>*]*(?:\"?[A-Z][\w.'-]*\"?,?\s+){1,4}(?:wrote|writes|a\s+écrit|schrieb)\s*:\s*$")
DATED = re.compile(
    r"^[\s>*]*\d{4}[-/]\d{1,2}[-/]\d{1,2}[\sT].{0,120}"
    r"(?:<[^<>@]+@[^<>@]+>:?|GMT[+-]\d\d:\d\d [\w ]+)\s*:?\s*$"
    r"|^[\s>*]*\d{4}/\d{1,2}/\d{1,2}\s.{1,80}<[^<>@]+@[^<>@]+>:?\s*$"
)
DIGIT = re.compile(r"\d")
FORWARDED = re.compile(
    r"^[\s>*_]*(?:-{2,}|_{5,}|={3,})\s*(?:original (?:message|appointment|mail)|forwarded (?:message|by).*|"
    r"reply message|"
    r"message (?:d['’]origine|original|transféré|initial)|ursprüngliche nachricht|weitergeleitete nachricht|"
    r"mensaje (?:original|reenviado)|mensagem (?:original|encaminhada)|messaggio (?:originale|inoltrato)|"
    r"oorspronkelijk bericht|doorgestuurd bericht|ursprungligt meddelande|opprinnelig melding|"
    r"wiadomość oryginalna|исходное сообщение|пересылаемое сообщение|原始邮件|转发邮件|元のメッセージ)"
    r"\s*\**\s*(?:-{2,}|_{5,}|={3,}|$)"
    r"|^[\s>*]*(?:begin forwarded message|début du message (?:réexpédié|transféré)|"
    r"anfang der weitergeleiteten nachricht|"
    r"inicio del mensaje reenviado|inizio messaggio inoltrato)\s*[:：]",
    re.IGNORECASE,
)
FIELD_NAMES = (
    "from|sent|to|cc|bcc|date|subject|reply-to|organization|newsgroups|sender|resent-from|importance|attachments|"
    "de|envoyé(?: le| par)?|à|a|objet|répondre à|date d['’]envoi|copie à|pour|expéditeur|destinataire|"
    "von|gesendet(?: am)?|an|betreff|datum|antwort an|kopie|"
    "da|inviato|data|oggetto|risposta|per|"
    "enviado(?: el| em)?|para|asunto|fecha|assunto|"
    "från|skickat|till|ämne|fra|sendt|til|emne|dato|van|verzonden|aan|onderwerp|"
    "od|wysłano|do|temat|data|dw|от|отправлено|кому|тема|дата|копия|发件人|发送时间|收件人|主题|抄送|差出人|件名|宛先|送信日時"
)
FIELD = re.compile(rf"^\s*[*_]*(?:{FIELD_NAMES})\s?[*_]*\s?[:：][*_]*(?:\s|$|\S+@)", re.IGNORECASE)
DEVICES = re.compile(
    r"^[\s<(*_]*(?:"
    r"sent\s+(?:from|via|with|by|using|on)\b.{1,120}"
    r"|(?:from|posted from)\s+my\s+(?:i?phone|ipad|mobile|android|blackberry|samsung|htc|pixel|cell).{0,60}"
    r"|\w+\s+from\s+(?:my\s+)?(?:mobile|phone|iphone|ipad)\W*"
    r"|envoyé\s+(?:depuis|de|par|avec|à partir de|via)\s.{1,100}|expédié\s+(?:depuis|de)\s.{1,60}"
    r"|provenance\s*:\s*courrier.{0,60}"
    r"|von\s+(?:meinem|unterwegs)\b.{0,60}gesendet\W*|gesendet\s+(?:von|mit|über)\s.{1,80}"
    r"|.{1,80}mobiltelefon.{1,40}gesendet\W*"
    r"|enviado\s+(?:desde|do|de|a partir d[eo]|via|con|por)\s.{1,80}|inviato\s+(?:da|dal|con|tramite)\s.{1,80}"
    r"|verzonden\s+(?:met|vanaf|via|van)\s.{1,80}|verstuurd\s+vanaf\s.{1,80}|skickat\s+från\s.{1,80}|sendt\s+fra\s.{1,80}"
    r"|lähetetty\s.{1,60}|wysłane?\s+z\s.{1,80}|отправлено\s+(?:с|из)\s.{1,80}|надіслано\s+(?:з|із)\s.{1,80}"
    r"|(?:從|从|自)我的\s?.{1,30}(?:傳送|发送|發送|傳送)|发自我的.{1,30}|iPhoneから送信|.{1,20}から送信"
    r"|(?:get|téléchargez|obtenir|outlook für|scarica)\s*\[?(?:outlook|aqua mail)\b.{0,120}"
    r")\s*$",
    re.IGNORECASE,
)
MOST_ATTRIBUTION_LINES = 5
LONGEST_ATTRIBUTION = 300
# Most lines are plain words. These cheap looks keep the rules above for the few that may be something else.
ENDS_DRAWN = frozenset("-_=+~#*—–\u1427")
ENDS_OPEN = frozenset(":：>-*")
DEVICE_HINT = re.compile(
    r"[\s<(*_]*(?:sent|from|posted|envoy|expéd|von|gesendet|enviado|inviato|verz|verst|skick|sendt|lähet|wysł|отпр|надіс|"
    r"從|从|自|发|iphone|get|télé|obten|outlook|scar|provenance|someone|\w+ from )",
    re.IGNORECASE,
)


def letters(lines: list[str]) -> str:
    """The letter of each line."""
    found = [_letter(line) for line in lines]
    _code(lines, found)
    _attributions(lines, found)
    return "".join(found)


def _letter(line: str) -> str:
    words = line.strip()
    if not words:
        return EMPTY
    if ">" in line[:7] and QUOTE.match(line):
        return QUOTED
    if len(line) > LONGEST_ATTRIBUTION:
        return TEXT
    if (":" in line[:32] or "：" in line[:16]) and FIELD.match(line):
        return HEADER
    last = words[-1]
    if last in ENDS_DRAWN and (SIGNATURE.match(line) or DELIMITED.match(line)):
        return MARK if SIGNATURE.match(line) else DELIMITER
    if (last in ENDS_DRAWN or last in ENDS_OPEN) and FORWARDED.match(line):
        return ORIGINAL
    if (DEVICE_HINT.match(line) or words.endswith("送信") or "gesendet" in words) and DEVICES.match(line):
        return DEVICE
    return ATTRIBUTION if _attributes(words, last) else TEXT


def _attributes(words: str, last: str) -> bool:
    if last in ENDS_OPEN and (SOMEBODY.match(words) or BARE_NAME.match(words)):
        return True
    return words[0].isdigit() and DATED.match(words) is not None


def _code(lines: list[str], found: list[str]) -> None:
    """Between two fences nothing else is read; a fence left open fences nothing."""
    opened, mark = -1, ""
    if not any("```" in line or "~~~" in line for line in lines):
        return
    for number, line in enumerate(lines):
        fence = FENCE.match(line)
        if fence and opened < 0 and found[number] in "td":
            opened, mark = number, fence[1]
        elif fence and opened >= 0 and fence[1] == mark:
            found[opened : number + 1] = CODE * (number + 1 - opened)
            opened = -1


def _attributions(lines: list[str], found: list[str]) -> None:
    """Join "On Monday / Ana <ana@example.org> / wrote:" however many lines it was folded over."""
    for last, line in enumerate(lines):
        if found[last] not in "tqda" or len(line) > LONGEST_ATTRIBUTION or line.rstrip()[-1] not in ENDS_OPEN:
            continue
        # "> wrote:" below an unquoted line is the end of a folded address, not a quotation.
        if found[last] == QUOTED and (last == 0 or found[last - 1] == QUOTED or len(line) > 40):
            continue
        if not (CLOSES.search(line) or MIDDLE.search(line)):
            continue
        first = _opening(lines, found, last)
        if first is not None:
            quoted = found[first] == QUOTED and found[last] == QUOTED
            found[first : last + 1] = (QUOTED if quoted else ATTRIBUTION) * (last + 1 - first)


def _opening(lines: list[str], found: list[str], last: int) -> int | None:
    for first in range(last, max(-1, last - MOST_ATTRIBUTION_LINES), -1):
        if first < last and found[first] in (ATTRIBUTION, CODE, MARK, ORIGINAL):
            return None
        # Two empty lines in a row part two things.
        if found[first] == EMPTY and (first == last or found[first - 1 : first] == [EMPTY]):
            return None
        if OPENS.match(lines[first]):
            joined = " ".join(lines[first : last + 1])
            if DIGIT.search(joined) and len(joined) <= LONGEST_ATTRIBUTION:
                return first
    return None
