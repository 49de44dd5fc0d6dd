"""One question to a language model over a plain OpenAI-compatible HTTP endpoint.

Knows no game. Of `POST URL/chat/completions` it needs the first choice's text and the usage.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, Literal, TypedDict


class Message(TypedDict):
    """A part of what is asked."""

    role: Literal["system", "user", "assistant"]
    content: str


class ProviderFailed(Exception):
    """There was no answer: the endpoint cannot be reached, refused, or said nothing readable."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and what it took."""

    text: str
    prompt_tokens: int
    answer_tokens: int


@dataclass(frozen=True, slots=True)
class Provider:
    """An endpoint and a model behind it."""

    url: str
    """Up to and without `/chat/completions`."""
    model: str
    key: str = ""
    """Sent as a bearer token; empty: none is sent."""
    seconds: float = 60.0
    """How long an answer may take."""
    most_tokens: int = 300
    """In one answer."""

    def ask(self, messages: list[Message], seed: int) -> Reply:
        """The model's answer.

        Args:
            messages: the conversation so far.
            seed: passed on; providers that know it answer the same to the same.

        Raises:
            ProviderFailed: there was none.
        """
        body = {
            "model": self.model,
            "messages": messages,
            "max_tokens": self.most_tokens,
            "seed": seed % 2**31,
        }
        headers = {"Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        address = f"{self.url.rstrip('/')}/chat/completions"
        request = urllib.request.Request(address, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=self.seconds) as response:
                return _reply(json.loads(response.read()))
        except urllib.error.HTTPError as error:
            with error:
                raise ProviderFailed(f"{address}: {error.code} {_said(error)}") from error
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise ProviderFailed(f"{address}: {error}") from error


def _reply(answer: Any) -> Reply:
    text = answer["choices"][0]["message"]["content"]
    if not isinstance(text, str):
        raise ValueError("the first choice holds no text")
    usage = answer.get("usage") or {}
    return Reply(text, int(usage.get("prompt_tokens", 0)), int(usage.get("completion_tokens", 0)))


def _said(error: urllib.error.HTTPError) -> str:
    return error.read(300).decode(errors="replace").strip() or str(error.reason)
