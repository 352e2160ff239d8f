"""Validates ARC chains with python3-dkim: {"records": {name: TXT}, "messages": [latin1 text]} on standard input, ["pass", ...] out."""
import json
import sys

import dkim

asked = json.load(sys.stdin)


def txt(name, timeout=5):
    record = asked["records"].get((name.decode() if isinstance(name, bytes) else name).rstrip(".").lower())
    return record.encode() if record is not None else None


def verdict(message):
    try:
        status, _results, _reason = dkim.ARC(message.encode("latin1")).verify(dnsfunc=txt)
    except dkim.DKIMException:
        return "fail"
    return status.decode() if status else "none"


print(json.dumps([verdict(message) for message in asked["messages"]]))
