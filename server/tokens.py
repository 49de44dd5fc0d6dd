"""Tokens of seats, and the short words from which they are made.

A seat's word is spoken or written down and brings its person back on any device; its token is
what a browser keeps. The token follows from the word and the room's key, so that only the
token's hash needs to be stored, and guessing tokens is hopeless where guessing words is
limited. Knows no room.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_CONSONANTS = "bdfgklmnprstvz"
_VOWELS = "aeiou"
SYLLABLES = 4


def new_key() -> str:
    """A room's key."""
    return secrets.token_urlsafe(24)


def new_word() -> str:
    """A word of four syllables, such as `kobatuni`; one of 24 millions."""
    return "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(SYLLABLES))


def token_of(word: str, key: str) -> str:
    """The token that a word stands for in the room with this key."""
    heard = "".join(letter for letter in word.lower() if letter.isalpha())
    digest = hmac.digest(key.encode(), heard.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:24]).decode()


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
