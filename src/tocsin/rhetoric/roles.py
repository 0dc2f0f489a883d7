"""Whether a state that is named acts, or is acted on, or is only a place: blame falls on those that act."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from tocsin.rhetoric.names import Mention

Role = Literal["acts", "suffers", "place"]
# Words of conduct: what is "of" or "by" a state with one of these before it is that state's doing.
_CONDUCT = (
    r"(?:aggression|policy|policies|regime|government|actions?|acts?|leaders?|leadership|forces|army|troops|crimes?|part|"
    r"provocations?|practices|authorities|intransigence|behaviour|attitude|refusal|responsibility|occupation by|"
    r"hegemony|threats?|violations?|conduct|failure|campaign|ambitions|state terrorism|hands|side|rulers?|"
    r"imperialism|obstinacy|persistence|colonialism|arrogance|impunity|arsenal|propaganda)"
)
_BEFORE_ACTS = re.compile(
    rf"(?:\bby (?:the )?|\b{_CONDUCT} of (?:the )?|\b(?:condemn\w*|denounc\w*|deplor\w*|accus\w*|blam\w*|warn\w*|"
    r"urg\w*|demand(?:s|ed|ing)? that|demands?|call(?:s|ed|ing)? (?:up)?on|compel\w*|force[sd]?|pressure on|pressur\w+|"
    r"make|making|holds?|stop\w*) (?:the )?)$"
)
_BEFORE_SUFFERS = re.compile(
    r"\b(?:against|upon|of|on|into|invaded|invade|invading|occupied|occupying|occupy|attacked|attacking|attack|"
    r"liberat\w+|defend\w*|support\w*|solidarity with|sympathy (?:with|for)|brotherly|fraternal|sisterly|friendly|"
    r"annex\w*|bomb\w*|shell\w*|blockad\w*|recogni[sz]\w*|help\w*|assist\w*) "
    r"(?:the |its |our |their |a |neighbou?ring |brotherly |fraternal |sisterly |friendly |innocent )*$"
)
_BEFORE_PLACE = re.compile(
    r"\b(?:in|to|for|from|with|between|within|inside|towards?|across|throughout|over|through|at|visit\w*|among|"
    r"concerning|regarding|about|outside|near|like|including|neighbou?ring|post-|than|former|"
    r"southern|northern|eastern|western) "
    r"(?:the |its |our |both |neighbou?ring |southern |northern |eastern |western )*$"
)
_AFTER_SUFFERS = re.compile(
    r"(?:'s?)? (?:people|peoples|civilians?|territor(?:y|ies)|refugees?|victims?|prisoners?|detainees?|women|children|"
    r"population|cause|brothers|brethren|lands?|arabs|citizens|soil|sovereignty|independence|question|issue|crisis|"
    r"conflict|situation|villages?|towns?|cities|golan|airspace|right|rights|nation|society|economy|statehood|"
    r"hostages|martyrs|mothers|families|farmers|fishermen|languages?|piracy|residents|parties|insurgents|reconciliation|"
    r"peace|programme|question|workers|elections?|debt|basin|leaders? of the|case|"
    r"problem|tragedy|experience)\b|'s? (?:security|integrity|borders|unity)\b"
)
_AFTER_ACTS = re.compile(
    r"(?:'s?)? (?:\w+ )?(?:aggress\w+|occup\w+|forces?|troops|army|soldiers|settle\w+|regime|government|authorit\w+|"
    r"military|attacks?|polic(?:y|ies)|leaders?\w*|side|hegemon\w*|imperialis\w*|violations?|crimes?|intransigence|"
    r"practices|blockade|embargo|provocations?|invasion|threats?|administration|aircraft|bomb\w*|missiles?|enemy|officials?|prime|president|minister\w*|intransigence|arsenal|model|accusations?|allegations?|claims?|withdrawal|entity)\b"
)


def role(sentence: str, mention: Mention) -> Role:
    """Return what a mention does in its sentence, by the words beside it.

    Parameters
    ----------
    sentence : str
        The sentence.
    mention : Mention
        With its place in the sentence.

    Examples
    --------
    >>> from tocsin.rhetoric.names import find
    >>> text = "We condemn the Iraqi aggression against Kuwait and the violence in Lebanon."
    >>> [(m.iso3, role(text, m)) for m in find(text).mentions]
    [('IRQ', 'acts'), ('KWT', 'suffers'), ('LBN', 'place')]
    """
    before = sentence[max(0, mention.start - 60) : mention.start].lower()
    after = sentence[mention.end : mention.end + 40].lower()
    if _AFTER_SUFFERS.match(after):
        return "suffers"
    if _AFTER_ACTS.match(after) or _BEFORE_ACTS.search(before):
        return "acts"
    if _BEFORE_SUFFERS.search(before):
        return "suffers"
    if _BEFORE_PLACE.search(before):
        return "place"
    return "acts"


_JOINED = re.compile(r"^(?:'s)?(?:,| and| or|, and|-)\s*(?:the )?$")


def roles(sentence: str, mentions: Sequence[Mention]) -> list[Role]:
    """Return the role of each mention; one joined by "and" or a comma to one that does not act does not act either.

    Examples
    --------
    >>> from tocsin.rhetoric.names import find
    >>> text = "The aggression against Kuwait and Lebanon must end."
    >>> roles(text, find(text).mentions)
    ['suffers', 'suffers']
    """
    out: list[Role] = []
    for k, m in enumerate(mentions):
        own = role(sentence, m)
        if k and out[-1] != "acts" and _JOINED.match(sentence[mentions[k - 1].end : m.start].lower()):
            own = out[-1]
        out.append(own)
    return out
