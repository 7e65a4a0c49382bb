"""What is said, in the language of who reads it: messages that remember how they were made, and their translations."""

from i18n.message import Message, capitalized, clauses, joined, listed, lowered, message, plural, sentence_of
from i18n.translation import (
    COOKIE,
    LANGUAGES,
    PSEUDO,
    SOURCE,
    in_language,
    language,
    language_of,
    translate,
    translated,
    words_file,
)

__all__ = [
    "COOKIE",
    "LANGUAGES",
    "PSEUDO",
    "SOURCE",
    "Message",
    "capitalized",
    "clauses",
    "in_language",
    "joined",
    "language",
    "language_of",
    "listed",
    "lowered",
    "message",
    "plural",
    "sentence_of",
    "translate",
    "translated",
    "words_file",
]
