"""Checks a message with python3-dkim, independent of the product: prints {"dkim": bool, "arc": "pass"|"fail"|"none"} as JSON.

usage: independent.py ZONE.json < message      (ZONE.json: {"name.": "TXT record"})
"""
import json
import sys

import dkim

zone = json.load(open(sys.argv[1], encoding="ascii"))
message = sys.stdin.buffer.read()


def txt(name, timeout=5):
    record = zone.get((name.decode() if isinstance(name, bytes) else name).rstrip(".").lower())
    return record.encode() if record is not None else None


try:
    signed = dkim.DKIM(message).verify(dnsfunc=txt)
except dkim.DKIMException:
    signed = False
status, results, reason = dkim.ARC(message).verify(dnsfunc=txt)
print(json.dumps({"dkim": bool(signed), "arc": status.decode() if status else "none", "reason": reason}))
