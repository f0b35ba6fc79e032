"""The fixture `inqud_hook`, in an environment in which a wheel is installed: `pytest` in this folder."""

import signal
import subprocess
import sys

import pytest

SECRET = "the-secret-of-this-test"


def test_a_delivery_that_is_accepted(inqud_hook):
    with inqud_hook.listen(until="INVOICE_PAID", secret=SECRET) as listener:
        sent = inqud_hook.send("INVOICE_PAID", to=listener.url, secret=SECRET, set={"amount": 10, "currency": "BTC"})
    assert sent.ok and sent.accepted and not sent.refused
    (delivery,) = listener.deliveries
    assert delivery["signature"]["verdict"] == "valid"
    assert '"amount":10,"currency":"BTC"' in delivery["body"]


def test_a_delivery_that_is_refused(inqud_hook):
    with inqud_hook.listen(strict=True, secret=SECRET) as listener:
        sent = inqud_hook.send("INVOICE_PAID", to=listener.port, secret="another", expect="401")
    assert sent.ok and sent.refused and not sent.accepted


def test_a_goal_that_is_not_reached_says_what_is_missing(inqud_hook):
    with pytest.raises(AssertionError, match="missing: calypso/INVOICE_PAID"):
        with inqud_hook.listen(until="INVOICE_PAID", deadline="50ms"):
            pass


def test_a_forgery_does_not_reach_the_goal(inqud_hook):
    with pytest.raises(AssertionError, match="INVOICE_PAID: invalid, Sign does not match"):
        with inqud_hook.listen(until="INVOICE_PAID", secret=SECRET) as listener:
            inqud_hook.send("INVOICE_PAID", to=listener.url, secret="another")


def test_a_failing_test_stops_its_listener(inqud_hook):
    with pytest.raises(ZeroDivisionError):
        with inqud_hook.listen(until="INVOICE_PAID") as listener:
            1 / 0
    assert listener.done().code == 130 or sys.platform == "win32"


def test_what_cannot_work_is_an_error(inqud_hook):
    with pytest.raises(RuntimeError, match='unknown event "INVOICE_PAI"'):
        inqud_hook.send("INVOICE_PAI")
    with pytest.raises(RuntimeError, match="--no-such"):
        inqud_hook.listen(no_such=True)


def test_bodies_are_validated(inqud_hook, tmp_path):
    body = tmp_path / "body.json"
    body.write_text('{"id": 1}')
    result = inqud_hook.validate(body)
    assert not result.ok
    assert [line["rule"] for line in result.lines if line["type"] == "finding"] == ["unrecognised"]
    assert str(result).startswith("inqud-hook validate: exit code 1\n  ")


def test_signatures_are_verified(inqud_hook, tmp_path):
    with inqud_hook.listen(count=1, journal=tmp_path / "journal.ndjson", secret=SECRET) as listener:
        inqud_hook.send("INVOICE_PAID", to=listener.url, secret=SECRET)
    assert inqud_hook.verify(tmp_path / "journal.ndjson", secret=SECRET).ok
    assert not inqud_hook.verify(tmp_path / "journal.ndjson", secret="another").ok


def test_an_endpoint_is_judged(inqud_hook):
    # It accepts everything.
    with inqud_hook.listen() as listener:
        result = inqud_hook.test("forge/no-signature", to=listener.url, provider="calypso")
    assert not result.ok
    assert "forge/no-signature: fail" in str(result)


def test_a_failed_assertion_says_why(tmp_path):
    (tmp_path / "test_shop.py").write_text(
        "def test_shop(inqud_hook):\n"
        "    with inqud_hook.listen(answer=503) as listener:\n"
        "        assert inqud_hook.send('INVOICE_PAID', to=listener.url).accepted\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(tmp_path)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", cwd=tmp_path)
    assert ran.returncode == 1
    assert "<inqud-hook send: exit code 1;  calypso/INVOICE_PAID: 503, " in ran.stdout
    assert "hint: " in ran.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
def test_python_m_is_replaced_by_the_binary():
    command = [sys.executable, "-m", "inqud_hook", "listen", "0", "--format", "json"]
    listener = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert b'"ready"' in listener.stdout.readline()
    listener.send_signal(signal.SIGINT)
    listener.communicate(timeout=20)
    assert listener.returncode == 130
