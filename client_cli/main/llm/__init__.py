"""A bot that asks a language model: it reads what a person in line mode reads, and types a word.

`provider` speaks to the endpoint, `bot` plays a seat, `command` is `backstop llm`.
"""
