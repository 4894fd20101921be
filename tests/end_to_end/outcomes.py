"""What becomes of a case: at a server, over a socket; and in process, which is the reference."""

from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import h11

from lab.processes import Server
from lab.testing import Client
from tests.end_to_end.cases import Case, Sent
from tests.end_to_end.exchange import PATIENCE, Answer, Closed, Conversation

CONTINUE = "100 Continue"  # the server asks for a body that was held back
SILENCE = "silence"  # it waits for that body, and does not ask
CLOSED = "closed"  # it closes the connection instead of answering

# An answer of the application; or what the server did, such as "own 400"; or the status alone of
# what is sent to a client that is gone: that it was answered, and with what words, is chance.
Outcome = Answer | str


def of_server(
    server: Server | Path, case: Case, reference: list[Outcome], patience: float = PATIENCE
) -> list[Outcome]:
    """What the server makes of the case; `patience` is how long it may be silent, in seconds.

    After its last answer the server closes the connection, and sends nothing else.
    """
    outcomes: list[Outcome] = []
    with closing(Conversation(server)) as conversation:
        if case.at_once:
            conversation.send(b"".join(sent.head + sent.content for sent in case.requests))
        try:
            for sent in case.requests:
                if not case.at_once:
                    _send(conversation, sent)
                if not conversation.hears_something(patience):
                    outcomes.append(SILENCE)
                    if not sent.waits:
                        return outcomes
                    _send_the_rest(conversation, sent)
                outcomes += _answers(conversation, sent)
        except (Closed, ConnectionResetError):
            outcomes.append(CLOSED)
        except h11.RemoteProtocolError:
            if not case.is_cut_off:
                raise
            return [*outcomes, CLOSED]  # in the middle of an answer that nobody waits for
        assert conversation.end() == b"", "bytes after the last answer"
    return [_told(outcome, case, reference) for outcome in outcomes]


def in_process(
    world: Literal["wsgi", "asgi"], application: Any, case: Case, root_path: str = ""
) -> list[Outcome]:
    """The application's own answers, given to a client of its world."""
    if case.is_malformed:  # no server should ask the application
        return ["own 400"]
    # "*" is a path for servers and for ASGI, but `wsgiref.validate` takes it for a mistake of ours
    is_path = all(sent.target != "*" for sent in case.requests)
    client = Client(application, root_path, world=world, validate=is_path)
    try:
        outcomes: list[Outcome] = [CONTINUE] if _asks_for_the_body(case) else []
        outcomes += [_sorted(_answer(client, sent)) for sent in case.requests]
    finally:
        client.close()
    return [_told(outcome, case, outcomes) for outcome in outcomes]


def _send(conversation: Conversation, sent: Sent) -> None:
    """Send a request, but for a body that is held back."""
    with suppress(ConnectionError):  # the server may have refused, and closed, what it has
        conversation.send(sent.head if sent.waits else sent.head + sent.content)
        if sent.missing:
            conversation.send_no_more()


def _send_the_rest(conversation: Conversation, sent: Sent) -> None:
    """Send the body that was held back; where there is none, say so."""
    if sent.content:
        conversation.send(sent.content)
    else:
        conversation.send_no_more()


def _answers(conversation: Conversation, sent: Sent) -> list[Outcome]:
    """The answer; and before it the 100 Continue for which the client has waited."""
    asked: list[Outcome] = []

    def go_on() -> None:
        if sent.waits:
            asked.append(CONTINUE)
            _send_the_rest(conversation, sent)

    answer = conversation.answer(sent.method, go_on)
    return [*asked, _sorted(answer)]


def _told(outcome: Outcome, case: Case, reference: list[Outcome]) -> Outcome:
    """The outcome; an answer that does not come from the application is told by its status."""
    if isinstance(outcome, str):
        return outcome
    if case.is_cut_off:
        return str(outcome.status)
    if outcome in reference or outcome.header("x-parity"):
        return outcome
    return f"own {outcome.status}"


def _asks_for_the_body(case: Case) -> bool:
    """RFC 9110, 10.1.1: whoever reads the body says so, whoever refuses it need not."""
    sent = case.requests[0]
    return sent.waits and "Expect: 100-continue" in sent.fields and case.statuses == (200,)


def _answer(client: Client, sent: Sent) -> Answer:
    pairs = [field.partition(":")[::2] for field in sent.fields]
    answer = client.request(
        sent.method,
        sent.read_as or sent.target,
        headers=[(name, value.strip(" \t")) for name, value in pairs],
        body=sent.arriving,
        disconnect=bool(sent.missing),
        http_version=sent.version,
    )
    return Answer(answer.status, answer.fields, answer.body)


def _sorted(answer: Answer) -> Answer:
    """RFC 9110, 5.3: the order of fields with different names means nothing."""
    return replace(answer, headers=sorted(answer.headers, key=lambda field: field[0]))
