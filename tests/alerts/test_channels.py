"""Channels against servers that do all that servers do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_string, policy
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.alerts.channels.making import send_through, simulated_answer
from app.alerts.channels.model import Answer, Outgoing
from app.alerts.channels.secret import HIDDEN, Secret
from app.alerts.channels.terminal import notification
from app.alerts.channels.wecom import TEXT_LIMIT
from app.alerts.rule import Channel
from tests.alerts.loopback import Loopback, closed_port, loopback, mail_server

WALL_MS = 1_772_330_400_123
KEY = "SEC-0123456789abcdef"
TOKEN = "token-fedcba9876543210"

MESSAGE = Outgoing("1772330400000-step-abc", "late|site", 1, "step", "[I] 东区 报修", "What to do: call\nlate|site")

ROBOTS = ("wecom", "dingtalk", "feishu")
FINE: dict[str, dict[str, Any]] = {
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"code": 0, "msg": "success", "data": {}},
    "webhook": {},
}
NO: dict[str, dict[str, Any]] = {
    "wecom": {"errcode": 93000, "errmsg": "invalid webhook url"},
    "dingtalk": {"errcode": 310000, "errmsg": "sign not match"},
    "feishu": {"code": 19021, "msg": "sign match fail"},
    "webhook": {"ok": False, "reason": "unknown alert"},
}


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as told:
        yield told


def send(kind: Any, url: str = "", message: Outgoing = MESSAGE, secret: str = "", **given: Any) -> Answer:
    environ = {"S": secret} if secret else {}
    settings = Channel(kind=kind, url=url, secret_env="S" if secret else "", **{"timeout_seconds": 1, **given})
    return send_through(settings, message, lambda: WALL_MS, environ)


class TestAnswers:
    @pytest.mark.parametrize("kind", [*ROBOTS, "webhook"])
    def test_200_and_yes_is_told_once(self, server: Loopback, kind: str) -> None:
        server.say(FINE[kind])
        assert send(kind, f"{server.url}/x").outcome == "told"
        assert len(server.got) == 1

    @pytest.mark.parametrize("kind", [*ROBOTS, "webhook"])
    def test_200_and_no_is_refused_with_its_words(self, server: Loopback, kind: str) -> None:
        server.say(NO[kind])
        answer = send(kind, f"{server.url}/x")
        assert answer.outcome == "refused"
        assert str(next(iter(NO[kind].values()))) in answer.answer or "unknown alert" in answer.answer
        assert len(server.got) == 1

    @pytest.mark.parametrize(
        ("kind", "said"),
        [("wecom", {"errcode": 45009}), ("dingtalk", {"errcode": 130101}), ("feishu", {"code": 11232})],
    )
    def test_too_many_is_for_later(self, server: Loopback, kind: str, said: object) -> None:
        server.say(said)
        assert send(kind, server.url).outcome == "failed"

    @pytest.mark.parametrize(
        "body", [b"", b"<html>welcome</html>", b"[0]", b'{"errcode": "0"}', b"\xff\xfe", b"[" * 60_000]
    )
    @pytest.mark.parametrize("kind", ROBOTS)
    def test_200_and_no_code_is_no_yes(self, server: Loopback, kind: str, body: bytes) -> None:
        server.body = body
        assert send(kind, server.url)[::2] == ("refused", True)

    @pytest.mark.parametrize("kind", [*ROBOTS, "webhook"])
    @pytest.mark.parametrize(
        ("status", "outcome"), [(500, "failed"), (503, "failed"), (429, "failed"), (404, "refused"), (204, None)]
    )
    def test_a_status_says_whether_to_try_again(
        self, server: Loopback, kind: str, status: int, outcome: str | None
    ) -> None:
        server.say(FINE[kind], status)
        expected = outcome or ("told" if kind == "webhook" else "refused")
        assert send(kind, server.url).outcome == expected

    def test_a_redirect_is_not_followed(self, server: Loopback) -> None:
        server.status, server.headers = 307, {"Location": f"{server.url}/elsewhere"}
        assert send("wecom", f"{server.url}/x").outcome == "refused"
        assert [got.path for got in server.got] == ["/x"]

    @pytest.mark.parametrize("stall", ["silent", "drip"])
    def test_a_stall_ends_with_the_time_out_and_may_have_arrived(self, server: Loopback, stall: str) -> None:
        server.stall = stall
        began = time.monotonic()
        answer = send("webhook", server.url)
        assert answer[::2] == ("failed", True)
        assert "1 s" in answer.answer
        assert time.monotonic() - began < 5

    def test_nobody_there_has_not_arrived(self) -> None:
        answer = send("webhook", f"http://127.0.0.1:{closed_port()}/")
        assert answer[::2] == ("failed", False)

    def test_a_name_that_is_not_found_has_not_arrived(self) -> None:
        assert send("webhook", "http://nowhere.invalid/")[::2] == ("failed", False)

    def test_a_server_without_tls_is_not_trusted_with_a_message(self, server: Loopback) -> None:
        assert send("webhook", server.url.replace("http:", "https:")).outcome == "failed"
        assert server.got == []

    @pytest.mark.parametrize("url", ["http://", "ftp://127.0.0.1/", "http://127.0.0.1:x/", "http://127.0.0.1/a b"])
    def test_an_address_that_is_none_is_refused(self, url: str) -> None:
        assert send("webhook", url).outcome == "refused"

    def test_a_long_answer_is_not_read_to_its_end(self, server: Loopback) -> None:
        server.body = b'{"errcode": 0, "errmsg": "' + b"x" * 1_000_000 + b'"}'
        assert send("wecom", server.url).outcome == "refused"


class TestRequests:
    def test_a_receiver_can_check_a_webhook(self, server: Loopback) -> None:
        send("webhook", server.url, replace(MESSAGE, is_repeat=True), KEY)
        got = server.got[0]
        stamp = got.headers["X-Watchfloor-Timestamp"]
        expected = hmac.new(KEY.encode(), stamp.encode() + b"." + got.body, hashlib.sha256).hexdigest()
        assert got.headers["X-Watchfloor-Signature"] == f"sha256={expected}"
        assert stamp == "1772330400"
        assert got.headers["Idempotency-Key"] == MESSAGE.message == got.fields["message"]
        assert got.fields["subject"] == MESSAGE.subject
        assert got.fields["is_repeat"] is True

    def test_without_a_secret_a_webhook_is_not_signed(self, server: Loopback) -> None:
        send("webhook", server.url)
        assert not [name for name in server.got[0].headers if name.startswith("X-Watchfloor")]

    def test_the_key_of_a_wecom_robot_may_be_a_secret(self, server: Loopback) -> None:
        server.say(FINE["wecom"])
        send("wecom", f"{server.url}/send", secret=TOKEN)
        assert server.got[0].path == f"/send?key={TOKEN}"
        assert server.got[0].fields == {"msgtype": "text", "text": {"content": MESSAGE.text}}

    def test_a_text_is_cut_to_the_bytes_a_robot_takes(self, server: Loopback) -> None:
        server.say(FINE["wecom"])
        send("wecom", server.url, Outgoing("m", "a", 1, "step", "重" * 3000, ""))
        content = server.got[0].fields["text"]["content"]
        assert TEXT_LIMIT - 3 < len(content.encode()) <= TEXT_LIMIT
        assert content.endswith("重…")

    @pytest.mark.parametrize("url", ["/robot/send?access_token=" + TOKEN, "/robot/send"])
    def test_dingtalk_is_signed_over_the_time_and_the_secret(self, server: Loopback, url: str) -> None:
        server.say(FINE["dingtalk"])
        send("dingtalk", server.url + url, secret=KEY if "=" in url else f"{TOKEN} {KEY}")
        query = parse_qs(urlsplit(server.got[0].path).query)
        digest = hmac.new(KEY.encode(), f"{WALL_MS}\n{KEY}".encode(), hashlib.sha256).digest()
        assert query == {
            "access_token": [TOKEN],
            "timestamp": [str(WALL_MS)],
            "sign": [base64.b64encode(digest).decode()],
        }

    @pytest.mark.parametrize("url", ["/bot/v2/hook/" + TOKEN, "/bot/v2/hook"])
    def test_feishu_is_signed_with_the_time_and_the_secret_over_nothing(self, server: Loopback, url: str) -> None:
        server.say(FINE["feishu"])
        send("feishu", server.url + url, secret=KEY if url.endswith(TOKEN) else f"{TOKEN}\n{KEY}")
        got = server.got[0]
        digest = hmac.new(f"1772330400\n{KEY}".encode(), b"", hashlib.sha256).digest()
        assert got.path == f"/bot/v2/hook/{TOKEN}"
        assert got.fields == {
            "timestamp": "1772330400",
            "sign": base64.b64encode(digest).decode(),
            "msg_type": "text",
            "content": {"text": MESSAGE.text},
        }

    def test_feishu_may_answer_with_its_older_code(self, server: Loopback) -> None:
        server.say({"StatusCode": 0, "StatusMessage": "success"})
        assert send("feishu", server.url).outcome == "told"


class TestSecrets:
    def test_an_answer_that_repeats_a_secret_is_blacked_out(self, server: Loopback) -> None:
        server.say({"errcode": 1, "errmsg": f"bad {KEY} for {TOKEN}"})
        answer = send("dingtalk", f"{server.url}/send?access_token={TOKEN}", secret=KEY).answer
        assert KEY not in answer
        assert TOKEN not in answer
        assert HIDDEN in answer

    @pytest.mark.parametrize("stall", ["silent", ""])
    def test_no_error_names_the_address(self, server: Loopback, stall: str) -> None:
        server.stall, server.status = stall, 500
        assert TOKEN not in send("wecom", f"{server.url}/send?key={TOKEN}").answer

    def test_a_secret_shows_itself_to_nobody(self) -> None:
        assert KEY not in f"{Secret(KEY)!r} {Secret(KEY)}"

    def test_a_variable_that_is_not_set_is_named(self) -> None:
        settings = Channel(kind="webhook", url="http://127.0.0.1:1/", secret_env="FLOOR_KEY")
        answer = send_through(settings, MESSAGE, lambda: WALL_MS, {})
        assert answer.outcome == "refused"
        assert "FLOOR_KEY" in answer.answer

    @pytest.mark.parametrize(
        ("mode", "outcome"), [(0o600, "told"), (0o400, "told"), (0o640, "refused"), (0o604, "refused")]
    )
    def test_a_file_is_read_only_when_it_is_private(
        self, server: Loopback, tmp_path: Path, mode: int, outcome: str
    ) -> None:
        file = tmp_path / "key"
        file.write_text(f"{KEY}\n", "utf-8")
        file.chmod(mode)
        answer = send("webhook", server.url, secret_file=str(file))
        assert answer.outcome == outcome
        assert KEY not in answer.answer
        assert len(server.got) == (outcome == "told")

    def test_a_file_that_is_none_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "empty").touch(0o600)
        for path in (tmp_path, tmp_path / "none", tmp_path / "empty"):
            assert send("webhook", "http://127.0.0.1:1/", secret_file=str(path)).outcome == "refused"


class TestMail:
    def mail(self, answers: dict[str, str], **given: Any) -> tuple[Answer, list[str]]:
        with mail_server(answers) as (port, lines):
            fields = {"security": "none", "sender": "floor@example.org", "to": ("a@example.org", "b@example.org")}
            return send("smtp", host="127.0.0.1", port=port, **{**fields, **given}), lines

    def test_it_is_one_mail_to_all_with_a_subject_that_is_read(self) -> None:
        answer, lines = self.mail({})
        assert answer.outcome == "told"
        assert [line for line in lines if line.startswith("rcpt")] == [
            "rcpt TO:<a@example.org>",
            "rcpt TO:<b@example.org>",
        ]
        began, ended = lines.index("data") + 1, lines.index(".")
        mail = message_from_string("\n".join(lines[began:ended]), policy=policy.default)
        assert mail["Subject"] == MESSAGE.subject
        assert mail["Message-ID"] == f"<{MESSAGE.message}@watchfloor.invalid>"
        assert mail.get_content().rstrip("\n") == MESSAGE.text

    @pytest.mark.parametrize(
        ("answers", "outcome"),
        [
            ({"RCPT": "550 no such person"}, "refused"),
            ({"RCPT": "451 later"}, "failed"),
            ({"DATA-END": "552 too big"}, "refused"),
            ({"MAIL": "421 busy"}, "failed"),
            ({"GREETING": "554 go away"}, "refused"),
        ],
    )
    def test_what_the_server_says_decides(self, answers: dict[str, str], outcome: str) -> None:
        answer, _lines = self.mail(answers)
        assert answer.outcome == outcome
        assert next(iter(answers.values())) in answer.answer

    def test_a_stall_after_the_mail_may_have_arrived(self) -> None:
        assert self.mail({"DATA-END": "STALL"})[0][::2] == ("failed", True)

    def test_a_server_that_does_not_say_farewell_has_the_mail(self) -> None:
        assert self.mail({"QUIT": "STALL"})[0].outcome == "told"

    def test_a_password_is_not_sent_in_clear(self) -> None:
        answer, lines = self.mail({}, user="floor", secret=KEY)
        assert answer.outcome == "refused"
        assert lines == []

    def test_a_server_without_starttls_gets_nothing(self) -> None:
        answer, lines = self.mail({}, security="starttls")
        assert answer.outcome == "refused"
        assert "data" not in lines

    def test_a_line_break_in_a_subject_makes_no_header(self) -> None:
        with mail_server({}) as (port, lines):
            message = Outgoing("m", "a", 1, "step", "late\r\nBcc: x@example.org", "")
            send(
                "smtp", message=message, host="127.0.0.1", port=port, security="none", sender="f@e.org", to=("a@e.org",)
            )
        headers = lines[lines.index("data") + 1 : lines.index("")]
        assert "Subject: late Bcc: x@example.org" in headers
        assert not [line for line in headers if line.startswith("Bcc")]

    def test_an_address_with_a_line_break_is_refused(self) -> None:
        assert self.mail({}, to=("a@e.org\r\nBcc: x@e.org",))[0].outcome == "refused"


class TestTerminal:
    def test_both_forms_and_the_bell(self) -> None:
        assert notification("I", "down") == "\a\x1b]9;I: down\x1b\\\x1b]777;notify;I;down\x1b\\"

    def test_nothing_of_the_data_ends_the_sequence(self) -> None:
        hostile = "a\x1b\\\x1b]52;c;x\x07\x9c\u202eb\r\n;c"
        written = notification(hostile, hostile, is_sounding=False)
        assert written.count("\x1b") == 4
        assert not set("\a\x9c\u202e\r\n") & set(written)
        assert written.partition("777;notify;")[2].split(";")[0] == "a\\]52,c,xb ,c"

    def test_tmux_hands_it_through(self) -> None:
        written = notification("I", "down", in_tmux=True, is_sounding=False)
        assert written.startswith("\x1bPtmux;\x1b\x1b]9;I: down\x1b\x1b\\\x1b\\")

    def test_a_simulated_floor_tells_nobody_else(self) -> None:
        assert simulated_answer(Channel(kind="terminal"), MESSAGE).outcome == "told"
        assert simulated_answer(Channel(kind="wecom", url="http://127.0.0.1:1/"), MESSAGE).outcome == "refused"
