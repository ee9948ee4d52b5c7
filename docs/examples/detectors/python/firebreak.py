"""Lets a Python function be a firebreak rule: docs/guide/own-detectors.md."""
import json
import sys
import traceback


class Event(dict):
    """A log event, with its number (id) and when it happened (at, or None)."""


def run(detect, fields=(), **rule):
    """Give detect(event) each event. It returns None, or a dict of texts to
    tell, or in a correlation that and a list of ids: (dict, [id, ...])."""
    out = sys.stdout
    sys.stdout = sys.stderr  # print() is for people, not for firebreak

    def say(kind, **rest):
        out.write(json.dumps({"type": kind, **rest}) + "\n")

    say("hello", firebreak=1, rule=rule, fields=list(fields))
    out.flush()
    for message in map(json.loads, sys.stdin):
        if message["type"] == "event":
            event = Event(message["event"])
            event.id, event.at = message["id"], message["at"]
            try:
                found = detect(event)
                if found is not None:
                    group, evidence = found if isinstance(found, tuple) else (found, [])
                    group = {str(k): str(v)[:1000] for k, v in group.items()}
                    say("detection", event=event.id, group=group, evidence=evidence)
            except Exception as e:
                line = traceback.extract_tb(e.__traceback__)[-1].lineno
                say("error", event=event.id, message=f"{type(e).__name__}: {e} (line {line})"[:300])
        elif message["type"] == "sync":
            say("done", sync=message["sync"])
            out.flush()
