"""Recorded names and ours, one-to-one over a scenario: global ids, and the words that hang on them.

An id that is met for the first time in an answer is bound there. A number of nine digits or more is an id's, wherever
it stands; a shorter one is left alone, because quantities and positions look the same.
"""

import re
from typing import Any

_GID = re.compile(r"gid://[A-Za-z-]+/(?P<kind>\w+)(?:/[A-Za-z]+)*/(?P<tail>[\w%:.-]+)(?P<query>\?[\w%.=&-]+)?")
_NAME = re.compile(rf"(?P<gid>{_GID.pattern})|(?<!\d)(?P<number>\d{{9,}})(?!\d)")
_OUR_APP = re.compile(r"\bapp--\d+")
_SHORTEST_TAIL = 9
_SHORTEST_WORD = 24  # a cursor or an address is longer; a shorter word may be part of another
_LITERAL_KINDS = frozenset({"TaxonomyCategory", "TaxonomyAttribute", "TaxonomyValue"})  # the same in every shop


class Names:
    """What each recorded name is called here."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._recorded: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._tails: dict[str, str] = {}

    def knows(self, recorded: str) -> bool:
        """Say whether a recorded id has an id here."""
        return recorded in self._ids

    def bind(self, recorded: str, ours: Any, *, only_the_tail: bool = False) -> None:
        """Take a name for another from now on, whatever was bound before."""
        if only_the_tail:
            self._tails[recorded] = _tail(str(ours))
        elif not _GID.fullmatch(recorded):
            self._words[recorded] = str(ours)
        elif isinstance(ours, str) and _GID.fullmatch(ours):
            self._pair(recorded, ours)

    def rewritten(self, value: Any) -> Any:
        """Return a request's text or variables with our names in place of the recorded ones."""
        match value:
            case str():
                return self._text(value)
            case list():
                return [self.rewritten(one) for one in value]
            case dict():
                return {key: self.rewritten(one) for key, one in value.items()}
            case _:
                return value

    def agree(self, recorded: str, ours: str) -> bool:
        """Say whether two texts are the same but for names; ids met for the first time are bound."""
        if _GID.fullmatch(recorded):
            return self._same_id(recorded, ours)
        if recorded == ours:
            return True
        then, now = (_OUR_APP.sub("app--1", text.replace("\\/", "/")) for text in (recorded, ours))
        if now in {then, _OUR_APP.sub("app--1", self._text(then))}:
            return True
        return self._same_ids_within(then, now)

    def _text(self, text: str) -> str:
        if text in self._words:
            return self._words[text]
        for word, ours in self._words.items():
            if len(word) >= _SHORTEST_WORD:
                text = text.replace(word, ours)
        return _NAME.sub(self._name, text)

    def _name(self, found: re.Match[str]) -> str:
        return self._id(found["gid"]) if found["gid"] else self._tails.get(found["number"], found["number"])

    def _id(self, recorded: str) -> str:
        if recorded in self._ids:
            return self._ids[recorded]
        tail = _tail(recorded)
        return recorded.replace(f"/{tail}", f"/{self._tails[tail]}", 1) if tail in self._tails else recorded

    def _same_id(self, recorded: str, ours: str) -> bool:
        then, now = _GID.fullmatch(recorded), _GID.fullmatch(ours)
        if then is None or now is None or then["kind"] != now["kind"]:
            return False
        if then["kind"] in _LITERAL_KINDS:
            return recorded == ours
        if recorded not in self._ids and ours not in self._recorded:
            self._pair(recorded, ours)
        return self._ids.get(recorded) == ours

    def _same_ids_within(self, recorded: str, ours: str) -> bool:
        if "gid://" not in recorded or _GID.sub("", recorded) != _GID.sub("", ours):
            return False
        pairs = zip(_GID.finditer(recorded), _GID.finditer(ours), strict=True)
        return all(self._same_id(then.group(), now.group()) for then, now in pairs)

    def _pair(self, recorded: str, ours: str) -> None:
        self._ids[recorded] = ours
        self._recorded[ours] = recorded
        tail = _tail(recorded)
        if len(tail) >= _SHORTEST_TAIL:
            self._tails.setdefault(tail, _tail(ours))


def _tail(gid: str) -> str:
    return gid.partition("?")[0].rpartition("/")[2]
