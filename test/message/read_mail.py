"""Reads messages with Python's email package, an independent reader, and prints what it sees of each as a line of JSON.

Standard input: messages, each behind its length in four octets (big-endian).
"""

import email
import email.policy
import hashlib
import json
import sys


def part_of(part):
    payload = part.get_payload(decode=True)
    if payload is None:
        payload = b""
    seen = {"type": part.get_content_type(), "multipart": part.is_multipart()}
    if part.is_multipart():
        return seen
    if part.get_content_maintype() == "text":
        seen["text"] = payload.decode("latin-1")
    else:
        seen["sha256"] = hashlib.sha256(payload).hexdigest()
    return seen


def main():
    stdin = sys.stdin.buffer
    while True:
        length = stdin.read(4)
        if len(length) < 4:
            return
        octets = stdin.read(int.from_bytes(length, "big"))
        try:
            message = email.message_from_bytes(octets, policy=email.policy.compat32)
            seen = {
                "headers": [[name, str(value)] for name, value in message.items()],
                "parts": [part_of(part) for part in message.walk()],
            }
        except Exception as error:  # a message that this reader cannot read says nothing about ours
            seen = {"error": type(error).__name__}
        print(json.dumps(seen))


main()
