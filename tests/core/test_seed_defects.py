"""Defects of earlier frameworks that must not come back, each with the test that would see it.

Those of a server of one's own (timeouts, buffers, the request line) come with it.
"""

import importlib

import pytest

CORE, ASGI, WSGI = "tests.core.test_", "tests.asgi_adapter.test_", "tests.wsgi_adapter.test_"

DEFECTS = {
    "an exception's text sent to the client": (
        CORE + "error_pages.test_a_500_reveals_nothing_and_the_log_has_it_all"
    ),
    "exceptions not logged": CORE + "error_pages.test_a_500_reveals_nothing_and_the_log_has_it_all",
    "bad JSON is 500": CORE + "json_and_text.test_what_is_no_json_is_a_400",
    "JSON of another shape is 500": (
        "tests.end_to_end.test_tasks.test_a_body_that_is_no_json_object_is_refused"
    ),
    "def handlers are 500": "tests.parity.test_two_by_two.test_a_handler_is_served_in_every_cell",
    "/a.b matches /aXb": CORE + "routing.test_a_path_without_a_handler_is_not_found",
    "/a(b crashes": CORE + "routing.test_a_path_has_its_handler",
    "$ accepts a trailing newline": CORE + "routing.test_a_path_without_a_handler_is_not_found",
    "an unknown converter is str": CORE + "template.test_a_path_that_cannot_be_is_refused_by_name",
    "int stays text": CORE + "converters.test_a_text_of_its_kind_is_converted",
    "a header dict loses duplicates": CORE + "headers.test_a_name_may_come_more_than_once",
    "the second cookie lost": (
        CORE + "headers.test_a_responses_headers_keep_duplicates_and_latin_1"
    ),
    "httponly=True printed": CORE + "cookies.test_a_cookie_is_written_with_its_attributes",
    "max_age written by luck": CORE + "cookies.test_a_cookie_is_written_with_its_attributes",
    "content-length sent twice": (
        CORE + "response.test_a_content_length_is_counted_whatever_was_told"
    ),
    "content-length on 204": (
        CORE + "response.test_a_status_without_content_has_neither_body_nor_length"
    ),
    "content-length counted in characters": CORE + "results.test_a_value_is_answered_as_its_kind",
    "CRLF in Location": CORE + "response.test_a_redirects_target_breaks_out_of_no_line",
    "a second response.start after a failure": (
        "tests.lab.test_asgi_validator.test_a_wrong_application_is_told_the_rule"
    ),
    "assert for a protocol error": ASGI + "websocket.test_a_step_out_of_turn_is_a_typed_error",
    "a binary frame read as a disconnect": (
        ASGI + "websocket_frames.test_a_wrong_frame_is_a_typed_error_and_no_disconnect"
    ),
    "close() after a disconnect raises": (
        ASGI + "websocket.test_a_disconnect_is_a_typed_error_with_code_and_reason"
    ),
    "no WebSocket state kept": ASGI + "websocket.test_a_step_out_of_turn_is_a_typed_error",
    "HEAD 405": CORE + "routing.test_head_is_answered_as_get_without_the_body",
    "OPTIONS 405": CORE + "routing.test_options_tells_the_methods",
    "shutdown errors swallowed": (
        ASGI + "lifespan.test_a_shutdown_that_fails_is_told_and_the_rest_is_ended"
    ),
    "callable objects not seen as coroutines": CORE + "handlers.test_a_handler_may_be_any_callable",
    "the caller's scope changed": ASGI + "request.test_the_scope_is_left_as_it_was",
    "a body cut off taken as whole": (
        CORE + "body.test_a_body_that_is_cut_off_is_never_taken_for_whole"
    ),
    "parse_qs drops blanks": CORE + "query_and_form.test_a_query_is_read",
    "another scope type returns without an answer": (
        ASGI + "lifespan.test_an_unknown_scope_raises_so_that_the_server_learns"
    ),
    "a header value with : cut": (
        CORE + "headers.test_a_requests_headers_come_through_as_they_were_sent"
    ),
    "JSON read with dumps": CORE + "json_and_text.test_a_body_is_read_as_json",
    "; charset= breaks a form": CORE + "query_and_form.test_a_form_is_known_by_its_media_type",
    "x is not isinstance(...)": (
        CORE + "handlers.test_a_handler_that_cannot_be_called_is_refused_by_name"
    ),
    "an exception without its response": CORE + "error_pages.test_a_named_error_has_its_status",
    "falsy JSON sent empty": CORE + "results.test_a_value_is_answered_as_its_kind",
    "an empty cached body read twice": CORE + "body.test_a_body_may_be_read_more_than_once",
    "a body that stops at an empty chunk": CORE + "body.test_a_body_is_whole_however_it_came",
    "a stream that stops at an empty chunk": CORE + "streams.test_empty_chunks_are_passed_over",
    "the caller's header dict changed": (
        CORE + "response.test_the_caller_keeps_its_headers_as_they_were"
    ),
    "header values in UTF-8": (
        CORE + "headers.test_a_responses_headers_keep_duplicates_and_latin_1"
    ),
    "print for logging": CORE + "results.test_anything_else_is_a_500_that_the_log_explains",
    "a path decoded as latin-1": WSGI + "request.test_the_path_is_bytes_in_disguise",
}


@pytest.mark.parametrize("test", DEFECTS.values(), ids=DEFECTS)
def test_every_defect_has_its_test(test):
    module, _, name = test.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize("package", ["core", "wsgi_adapter", "asgi_adapter"])
def test_nothing_is_printed(package):
    """What went wrong is logged, under one name."""
    from pathlib import Path

    for path in Path(importlib.import_module(package).__file__).parent.rglob("*.py"):
        assert "print(" not in path.read_text("utf-8")
